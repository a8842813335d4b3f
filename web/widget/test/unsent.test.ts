import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { UnsentWords } from "../src/unsent.ts";
import { Shelf } from "./shelf.ts";

const NOW = 1_800_000_000_000;
const DAY = 24 * 3_600_000;

beforeEach(() => {
  vi.stubGlobal("localStorage", new Shelf());
  vi.stubGlobal("sessionStorage", new Shelf());
});
afterEach(() => vi.unstubAllGlobals());

const words = (id: string, at = NOW) => ({ id, text: `话 ${id}`, at });
const ids = (kept: UnsentWords, whose?: string, now = NOW) => kept.of(whose, now).map(({ id }) => id);

test("what was kept is there for the next page, oldest first, until the server has it", () => {
  const first = new UnsentWords("demo");
  first.keep(undefined, words("b", NOW + 1));
  first.keep(undefined, { ...words("a"), chose: { card: "c", choice: "m" } });
  expect(new UnsentWords("demo").of(undefined, NOW + 1)).toMatchObject([
    { id: "a", text: "话 a", chose: { card: "c", choice: "m" } },
    { id: "b" },
  ]);
  first.settle("a");
  expect(ids(new UnsentWords("demo"))).toEqual(["b"]);
});

test("two tabs keep side by side", () => {
  const [one, other] = [new UnsentWords("demo"), new UnsentWords("demo")];
  one.keep(undefined, words("a"));
  other.keep(undefined, words("b"));
  one.settle("a");
  expect(ids(other)).toEqual(["b"]);
});

test("nobody gets another store's or another buyer's words", () => {
  new UnsentWords("demo").keep("u1", words("a"));
  new UnsentWords("demo").keepDraft("u1", "想问");
  expect(ids(new UnsentWords("demo"), "u2")).toEqual([]);
  expect(ids(new UnsentWords("demo"))).toEqual([]);
  expect(ids(new UnsentWords("other"), "u1")).toEqual([]);
  expect(new UnsentWords("demo").draftOf("u2")).toBe("");
  expect(new UnsentWords("other").draftOf("u1")).toBe("");
  expect(ids(new UnsentWords("demo"), "u1")).toEqual(["a"]);
});

test("it is bounded in number and in time, and what cannot be read is thrown away", () => {
  const kept = new UnsentWords("demo");
  localStorage.setItem("xiaoer:demo:unsent:z", "{");
  expect(ids(kept)).toEqual([]);
  for (let n = 0; n < 60; n += 1) kept.keep(undefined, words(`${n}`));
  expect(ids(kept)).toHaveLength(50);
  expect(ids(kept, undefined, NOW + DAY + 1)).toEqual([]);
  expect(Object.keys(localStorage)).toEqual([]);
});

test("a draft lasts until it is sent or emptied", () => {
  const kept = new UnsentWords("demo");
  kept.keepDraft(undefined, "这件");
  expect(new UnsentWords("demo").draftOf(undefined)).toBe("这件");
  kept.keepDraft(undefined, "");
  expect(new UnsentWords("demo").draftOf(undefined)).toBe("");
});

test("where storage is forbidden the talk goes on", () => {
  vi.stubGlobal("localStorage", undefined);
  vi.stubGlobal("sessionStorage", undefined);
  const kept = new UnsentWords("demo");
  kept.keep(undefined, words("a"));
  kept.keepDraft(undefined, "这件");
  kept.settle("a");
  expect([kept.of(undefined, NOW), kept.draftOf(undefined)]).toEqual([[], ""]);
});
