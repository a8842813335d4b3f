import type { Brief, TellDesk } from "@xiaoer/protocol";
import { describe, expect, it } from "vitest";
import { briefOf, citedIn, draftOf, rowsOf } from "../src/conversation-pane/rows.ts";
import { emptyLog, hearLog, type Log, say } from "../src/desk/log.ts";
import { BY_ASSISTANT, BY_ME, event, ME, watched, words } from "./samples.ts";

const C = "cnv_1";
const NOON = new Date(2026, 10, 22, 12).getTime();
const log = (...frames: TellDesk[]): Log =>
  frames.reduce((held, frame) => hearLog(held, frame as never, NOON), emptyLog(ME));
const shape = (held: Log) =>
  rowsOf(held).map((row) => (row.is === "entry" ? (row.lead ? "lead" : "more") : row.is));

describe("the rows of a conversation", () => {
  it("begin each day with its name", () => {
    const yesterday = NOON - 24 * 3_600_000;
    const held = log(event(C, 1, words("昨天"), { at: yesterday }), event(C, 2, words("今天"), { at: NOON }));
    expect(shape(held)).toEqual(["day", "lead", "day", "lead"]);
  });

  it("read as one what one author says in one breath", () => {
    const at = (seconds: number) => ({ at: NOON + seconds * 1_000 });
    const held = log(
      event(C, 1, words("在吗"), at(0)),
      event(C, 2, words("问一下"), at(5)),
      event(C, 3, words("您好"), { ...BY_ASSISTANT, ...at(6) }),
      event(C, 4, words("还在吗"), at(7)),
      event(C, 5, words("？"), at(400)),
    );
    expect(shape(held)).toEqual(["day", "lead", "more", "lead", "lead", "lead"]);
  });

  it("make a row of its own of what the buyer was told for their safety", () => {
    const system = { author: { kind: "system" as const } };
    const held = log(
      event(C, 1, { kind: "handoff", body: { reason: "safety_infant" } }, system),
      event(C, 2, words("请立即拨打120。\n已为您转接人工客服。"), system),
    );
    expect(rowsOf(held).at(-1)).toMatchObject({ is: "alarm", alarm: { words: "请立即拨打120。" } });
  });

  it("end with the words that are on their way", () => {
    const held = say(log(event(C, 1, words("在吗"))), "x", "在", { kind: "note" }, NOON);
    expect(rowsOf(held).at(-1)).toMatchObject({ is: "pending", kind: "note" });
  });

  it("tell whether the buyer has read the newest reply, and that one only", () => {
    const held = log(
      watched(C, { buyer_read: 1 }),
      event(C, 1, words("您好"), BY_ME),
      event(C, 2, words("请稍等"), BY_ME),
    );
    const marks = (one: Log) => rowsOf(one).flatMap((row) => (row.is === "entry" ? [row.read] : []));
    expect(marks(held)).toEqual([undefined, false]);
    const read = hearLog(held, { type: "read", conversation: C, by: "buyer", seq: 2 }, NOON);
    expect(marks(read)).toEqual([undefined, true]);
    const answered = hearLog(read, event(C, 3, words("好")) as never, NOON);
    expect(marks(answered)).toEqual([undefined, undefined, undefined]);
  });
});

describe("the assistant's draft", () => {
  const draft = { kind: "draft", body: { turn: "t1", text: "可以的" } } as never;

  it("waits until somebody has answered", () => {
    const asked = log(event(C, 1, words("在吗")), event(C, 2, draft, BY_ASSISTANT));
    expect(draftOf(asked.screen)?.text).toBe("可以的");
    expect(draftOf(log(event(C, 1, words("在吗"))).screen)).toBeUndefined();
    const answered = hearLog(asked, event(C, 3, words("可以"), BY_ME) as never, NOON);
    expect(draftOf(answered.screen)).toBeUndefined();
  });
});

describe("what stands beside a conversation", () => {
  const brief = (wants: string): Brief => ({
    who: "",
    wants,
    slots: [],
    tried: [],
    evidence: [],
    promises: [],
    mood: "",
    risk: "",
    first_sentence: "",
  });

  it("is the newest brief, and whether a person has answered since", () => {
    const first = log(event(C, 1, { kind: "brief", body: brief("退货") }), event(C, 2, words("您好"), BY_ME));
    expect(briefOf(first.screen)).toMatchObject({ brief: { wants: "退货" }, answered: true });
    const second = hearLog(first, event(C, 3, { kind: "brief", body: brief("换货") }) as never, NOON);
    expect(briefOf(second.screen)).toMatchObject({ brief: { wants: "换货" }, answered: false });
    expect(briefOf(log().screen)).toBeUndefined();
  });

  it("is each answer once with its records, the newest first", () => {
    const held = log(
      event(C, 1, words("选 S", ["fit:1", "chart:1"]), BY_ASSISTANT),
      event(C, 2, words("可以退", ["policy:1", "fit:1"]), BY_ASSISTANT),
    );
    expect(citedIn(held.screen)).toEqual([
      { seq: 2, text: "可以退", ids: ["policy:1", "fit:1"] },
      { seq: 1, text: "选 S", ids: ["fit:1", "chart:1"] },
    ]);
  });
});
