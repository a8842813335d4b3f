import { expect, test } from "vitest";
import { clock, day, moment, sameDay } from "../src/times.ts";
import { en } from "../src/words/en.ts";
import { zhHans } from "../src/words/zh-hans.ts";

const at = (text: string) => new Date(text).getTime();
const NOW = at("2026-11-22T20:00:00");

test("near days have names", () => {
  expect(day(at("2026-11-22T00:01:00"), NOW, zhHans)).toBe("今天");
  expect(day(at("2026-11-21T23:59:00"), NOW, zhHans)).toBe("昨天");
  expect(day(at("2026-11-20T12:00:00"), NOW, zhHans)).toContain("11月20日");
  expect(day(at("2025-11-20T12:00:00"), NOW, zhHans)).toContain("2025");
});

test("the moment of opening says which day is meant", () => {
  expect(moment(at("2026-11-23T09:00:00"), NOW, zhHans)).toBe("明天 09:00");
  expect(moment(at("2026-11-22T21:30:00"), NOW, en)).toBe("today 21:30");
});

test("midnight is 00, not 24", () => {
  expect(clock(at("2026-11-22T00:05:00"), zhHans)).toBe("00:05");
});

test("a day ends at midnight here", () => {
  expect(sameDay(at("2026-11-22T00:00:00"), at("2026-11-22T23:59:59"))).toBe(true);
  expect(sameDay(at("2026-11-21T23:59:59"), at("2026-11-22T00:00:00"))).toBe(false);
});
