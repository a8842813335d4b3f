import { expect, test } from "vitest";
import { piecesOf } from "../src/links.ts";

const links = (text: string) => piecesOf(text).flatMap(({ href }) => (href ? [href] : []));

test("nothing of the text is lost", () => {
  const text = "看这里：https://shop.example/p/1?a=1，谢谢！还有 http://b.example.";
  expect(
    piecesOf(text)
      .map((piece) => piece.text)
      .join(""),
  ).toBe(text);
});

test("addresses end where Chinese goes on", () => {
  expect(links("看这里https://shop.example/p/1，谢谢")).toEqual(["https://shop.example/p/1"]);
  expect(links("（https://shop.example/a）")).toEqual(["https://shop.example/a"]);
  expect(links("See https://shop.example/a.")).toEqual(["https://shop.example/a"]);
});

test("a link shows the whole of where it leads", () => {
  for (const piece of piecesOf("到 https://shop.example/very/long?x=1#y 看")) {
    if (piece.href) expect(piece.text).toBe(piece.href);
  }
});

test("only web addresses are links", () => {
  expect(links("javascript:alert(1) data:text/html,x file:///etc/passwd www.shop.example")).toEqual([]);
  expect(links("https://bank.example@evil.example/")).toEqual([]);
});

test("markup is text", () => {
  expect(piecesOf('<img src=x onerror="alert(1)">')).toEqual([{ text: '<img src=x onerror="alert(1)">' }]);
  expect(links('<a href="https://evil.example/">x</a>')).toEqual(["https://evil.example/"]);
});
