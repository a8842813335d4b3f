import {
  type Author,
  emptyScreen,
  type Message,
  type PublicBody,
  reduce,
  type Screen,
} from "@xiaoer/protocol";
import { expect, test } from "vitest";
import { cardStates, choicesMade, itemsOf, openCards, receiptSeq } from "../src/transcript-items.ts";

const NOON = new Date("2026-11-22T12:00:00").getTime();
const MINUTE = 60_000;
const BUYER: Author = { kind: "buyer" };
const ASSISTANT: Author = { kind: "assistant" };
const CARDS = [{ id: "c1", kind: "quick_replies", choices: [{ id: "m", label: "M 码" }] }];

function message(text: string, more: Partial<Message> = {}): PublicBody {
  return { kind: "message", body: { text, origin: "human", ...more } };
}

function logOf(...rows: Array<[minute: number, author: Author, body: PublicBody]>): Screen {
  return rows.reduce((screen, [minute, author, body], row) => {
    const event = {
      type: "event",
      seq: row + 1,
      prev: row,
      at: NOON + minute * MINUTE,
      author,
      ...body,
    } as const;
    return reduce(screen, event, NOON);
  }, emptyScreen(BUYER));
}

const shape = (screen: Screen) =>
  itemsOf(screen).map((item) => (item.type === "message" && item.opensGroup ? "first" : item.type));

test("a group ends with another author, another kind, or time", () => {
  const screen = logOf(
    [0, ASSISTANT, message("您好")],
    [1, ASSISTANT, message("我是 AI")],
    [2, BUYER, message("在吗")],
    [9, BUYER, message("？")],
    [10, { kind: "agent" }, { kind: "joined", body: {} }],
    [10, BUYER, message("您好")],
  );
  expect(shape(screen)).toEqual(["day", "first", "message", "first", "first", "line", "first"]);
});

test("what somebody in danger is told is no line like others", () => {
  const system: Author = { kind: "system" };
  const screen = logOf(
    [0, BUYER, message("宝宝抽搐了")],
    [0, system, { kind: "handoff", body: { reason: "safety_infant" } }],
    [0, system, message("请立即拨打120。\n已为您转接人工客服。")],
    [1, system, message("已为您转接人工客服。")],
  );
  expect(shape(screen)).toEqual(["day", "first", "line", "alarm", "message"]);
});

test("each day is announced once", () => {
  const screen = logOf([0, BUYER, message("一")], [1, BUYER, message("二")], [24 * 60, BUYER, message("三")]);
  expect(shape(screen).filter((type) => type === "day")).toHaveLength(2);
});

test("what is pending stands last", () => {
  const screen = reduce(
    logOf([0, ASSISTANT, message("您好")]),
    { type: "compose", id: "a", text: "在吗" },
    NOON,
  );
  expect(shape(screen)).toEqual(["day", "first", "pending"]);
});

test("what failed stays where it was said", () => {
  let screen = logOf([0, ASSISTANT, message("您好")]);
  screen = reduce(screen, { type: "compose", id: "a", text: "在吗" }, NOON);
  screen = reduce(screen, { type: "error", code: "invalid", message: "", id: "a" }, NOON);
  const next = { type: "event", seq: 2, prev: 1, at: NOON, author: ASSISTANT, ...message("还在吗") } as const;
  expect(shape(reduce(screen, next, NOON))).toEqual(["day", "first", "pending", "message"]);
});

test("only the newest message's card can be answered, and once", () => {
  const asked = logOf([0, ASSISTANT, message("选码", { cards: CARDS })]);
  expect([...openCards(asked)]).toEqual(["c1"]);

  const chose = { card: "c1", choice: "m" };
  const choosing = reduce(asked, { type: "compose", id: "a", text: "M 码", chose }, NOON);
  expect(openCards(choosing).size).toBe(0);
  expect(choicesMade(choosing).get("c1")).toBe("m");

  const gone = logOf(
    [0, ASSISTANT, message("选码", { cards: CARDS })],
    [1, BUYER, message("M 码", { chose })],
  );
  expect(openCards(gone).size).toBe(0);
  expect(choicesMade(gone).get("c1")).toBe("m");
});

test("the receipt stands below the buyer's newest message", () => {
  expect(
    receiptSeq(logOf([0, BUYER, message("一")], [1, BUYER, message("二")], [2, ASSISTANT, message("三")])),
  ).toBe(2);
  expect(receiptSeq(logOf([0, ASSISTANT, message("您好")]))).toBeUndefined();
});

const OFFER = [{ id: "o1", kind: "offer", choices: [{ id: "keep", label: "留下" }] }];

test("a card that something depends on stays open until the server says otherwise", () => {
  const offered = logOf(
    [0, ASSISTANT, message("您选哪一种？", { cards: OFFER })],
    [1, BUYER, message("我想想")],
    [2, ASSISTANT, message("好的")],
  );
  expect([...openCards(offered)]).toEqual(["o1"]);
  expect(cardStates(offered).get("o1")).toBeUndefined();
  const answered = logOf(
    [0, ASSISTANT, message("您选哪一种？", { cards: OFFER })],
    [1, BUYER, message("留下", { chose: { card: "o1", choice: "keep" } })],
    [
      1,
      BUYER,
      {
        kind: "offer_answered",
        body: { offer: "o1", choice: "keep", state: "accepted", order_id: "A1" },
      },
    ],
    [2, BUYER, message("退货", { chose: { card: "o1", choice: "return" } })],
    [2, { kind: "system" }, message("已经选过", { settles: { card: "o1", state: "accepted" } })],
  );
  expect(cardStates(answered).get("o1")).toBe("accepted");
  expect(choicesMade(answered).get("o1"), "the first answer counts").toBe("keep");
});
