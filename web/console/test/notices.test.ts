import type { TellDesk } from "@xiaoer/protocol";
import { describe, expect, it } from "vitest";
import { noticesOf } from "../src/desk/notices.ts";
import { BEFORE_WELCOME, reduceDesk } from "../src/desk/state.ts";
import { item, ME, queue, welcome } from "./samples.ts";

const mine = { state: "human", agent: ME.agent } as const;
const before = (...frames: TellDesk[]) =>
  frames.reduce((state, frame) => reduceDesk(state, { do: "told", frame }, 0), BEFORE_WELCOME);
const known = before(welcome(), queue([item("a"), item("m", mine)], { snapshot: true }));
const warning = (conversation: string, seconds_left: number): TellDesk => ({
  type: "warning",
  conversation,
  seconds_left,
});

describe("notice is given", () => {
  it("of who comes into the queue, once for all of a frame", () => {
    expect(noticesOf(known, queue([item("b"), item("c")]))).toEqual([
      { what: "queued", conversations: ["b", "c"] },
    ]);
  });

  it("not of how things were when the page was opened, nor of a row that only changed", () => {
    expect(noticesOf(before(welcome()), queue([item("b")], { snapshot: true }))).toEqual([]);
    expect(noticesOf(known, queue([item("a", { last_text: "还在吗" })]))).toEqual([]);
  });

  it("of a conversation that somebody gave us, and only of a new one", () => {
    expect(noticesOf(known, queue([item("a", mine)]))).toEqual([{ what: "assigned", conversation: "a" }]);
    expect(noticesOf(known, queue([item("m", mine)]))).toEqual([]);
    expect(noticesOf(known, queue([item("a", { state: "human", agent: "agt_2" })]))).toEqual([]);
  });

  it.each([
    ["m", 80, true],
    ["m", 0, true],
    ["m", -60, false],
    ["a", 80, false],
    ["a", 30, true],
    ["nobody's", 30, false],
  ])("of a mark where it concerns us and is fresh: %s at %i s", (conversation, left, given) => {
    expect(noticesOf(known, warning(conversation, left))).toHaveLength(given ? 1 : 0);
  });

  it("of an error that belongs to no frame of ours", () => {
    const problem: TellDesk = { type: "error", code: "internal", message: "…" };
    expect(noticesOf(known, problem)).toHaveLength(1);
    expect(noticesOf(known, { ...problem, id: "x" })).toEqual([]);
    expect(noticesOf(known, { ...problem, code: "hello_again" })).toEqual([]);
  });
});
