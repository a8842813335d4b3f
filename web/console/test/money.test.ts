import { describe, expect, it } from "vitest";
import { yuan } from "../src/words/money.ts";

describe("an amount", () => {
  it("has as many places as it needs", () => {
    expect(yuan(undefined)).toBeUndefined();
    expect([0, 720, 999_999, 1_000_000, 12_345_678].map(yuan)).toEqual([
      "¥0.00",
      "¥0.0007",
      "¥1.0000",
      "¥1.00",
      "¥12.35",
    ]);
  });
});
