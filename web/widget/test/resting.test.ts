import { expect, test } from "vitest";
import { isAtEnd, restingPlace } from "../src/views/resting.ts";

const box = (scrollTop: number, scrollHeight: number) => ({ scrollTop, scrollHeight, clientHeight: 400 });

test("what is short, or one's own, is followed to its end", () => {
  expect(restingPlace(box(600, 1_100), 1_000)).toBe(700);
  expect(restingPlace(box(600, 2_000), undefined)).toBe(1_600);
});

test("a reply taller than the view begins at the top", () => {
  expect(restingPlace(box(600, 2_000), 1_000)).toBe(992);
});

test("who has read on into it is not moved back", () => {
  expect(restingPlace(box(1_300, 2_000), 1_000)).toBe(1_300);
});

test("who is near the end is taken to be there", () => {
  expect(isAtEnd(box(530, 1_000))).toBe(true);
  expect(isAtEnd(box(500, 1_000))).toBe(false);
});
