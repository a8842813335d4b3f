import { describe, expect, test } from "vitest";
import { alarmOf, numbersIn } from "../src/alarm.ts";
import type { Entry } from "../src/state.ts";
import type { HandoffReason } from "../src/types.ts";

const handoff = (reason: HandoffReason) =>
  ({ seq: 1, at: 1, author: { kind: "assistant" }, kind: "handoff", body: { reason } }) as Entry;
const said = (text: string, kind: "system" | "assistant" = "system") =>
  ({ seq: 2, at: 1, author: { kind }, kind: "message", body: { text, origin: "system" } }) as Entry;
const LINE = "已为您转接人工客服，您是下一位，请稍等。";

describe("an alarm", () => {
  test("is what stands before the line of a handoff for safety", () => {
    const words = "请先停用相关产品，并在今天尽快去看医生。";
    expect(alarmOf(said(`${words}\n${LINE}`), handoff("safety_allergy"))).toEqual({ words, line: LINE });
    expect(alarmOf(said(LINE), handoff("safety_allergy"))).toBeUndefined();
  });

  test("is what tells to call for help, whatever the handoff's reason", () => {
    for (const words of [
      "请立即拨打120或去急诊",
      "請立即撥打119（台灣）、999（香港、澳門）或120（內地）",
      "You can call the mental health line 12356 at any time.",
    ])
      expect(alarmOf(said(`${words}\n${LINE}`), handoff("policy"))?.words).toBe(words);
  });

  test("is nothing else", () => {
    expect(alarmOf(said(`抱歉让您久等了。\n${LINE}`), handoff("assistant_unavailable"))).toBeUndefined();
    expect(alarmOf(said("前面还有 120 位，请稍等。"), handoff("human_requested"))).toBeUndefined();
    expect(alarmOf(said("请拨打120", "assistant"), undefined)).toBeUndefined();
  });
});

test("numbers to call are found, and no others", () => {
  const tels = (text: string) => numbersIn(text).flatMap((piece) => (piece.tel ? [piece.text] : []));
  expect(tels("拨打120或报警110，也可拨打12356；台灣119、1925，香港999")).toEqual([
    "120",
    "110",
    "12356",
    "119",
    "1925",
    "999",
  ]);
  expect(tels("订单 20261120，等 120 分钟，用 120 ml，电话 13812012345")).toEqual([]);
  const whole = "请拨打120。";
  expect(
    numbersIn(whole)
      .map((piece) => piece.text)
      .join(""),
  ).toBe(whole);
});
