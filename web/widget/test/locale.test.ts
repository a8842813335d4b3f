import { expect, test } from "vitest";
import { en } from "../src/words/en.ts";
import { inScriptOf, scriptOf, wordsFor } from "../src/words/locale.ts";
import { zhHans } from "../src/words/zh-hans.ts";
import { zhHant } from "../src/words/zh-hant.ts";

test("a locale picks its words", () => {
  for (const tag of ["zh", "zh-CN", "zh-Hans-CN", "zh-SG"]) expect(wordsFor(tag)).toBe(zhHans);
  for (const tag of ["zh-TW", "zh-HK", "zh-Hant", "zh-hant-tw"]) expect(wordsFor(tag)).toBe(zhHant);
  for (const tag of ["en-GB", "fr", ""]) expect(wordsFor(tag)).toBe(en);
});

test("a text tells its script when it holds a character that differs", () => {
  expect(scriptOf("请问这个有货吗")).toBe("hans");
  expect(scriptOf("請問這個有貨嗎")).toBe("hant");
  expect(scriptOf("你好")).toBeUndefined();
  expect(scriptOf("hello")).toBeUndefined();
});

test("the words follow the buyer's latest script, and English stays", () => {
  expect(inScriptOf(zhHans, ["請問有貨嗎", "好"])).toBe(zhHant);
  expect(inScriptOf(zhHant, ["請問有貨嗎", "请问有货吗"])).toBe(zhHans);
  expect(inScriptOf(zhHant, ["你好"])).toBe(zhHant);
  expect(inScriptOf(en, ["請問有貨嗎"])).toBe(en);
});
