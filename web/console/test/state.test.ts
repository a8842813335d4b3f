import type { TellDesk } from "@xiaoer/protocol";
import { describe, expect, it } from "vitest";
import { draftOf } from "../src/desk/drafts.ts";
import {
  BEFORE_WELCOME,
  type DeskAction,
  type DeskState,
  handsOf,
  isMine,
  reduceDesk,
} from "../src/desk/state.ts";
import { BY_ASSISTANT, BY_ME, event, item, ME, queue, watched, welcome, words } from "./samples.ts";

const C = "cnv_1";
const told = (frame: TellDesk): DeskAction => ({ do: "told", frame });
const after = (...steps: (TellDesk | DeskAction)[]): DeskState =>
  steps.reduce((state, step) => reduceDesk(state, "do" in step ? step : told(step), 10_000), BEFORE_WELCOME);
const texts = (state: DeskState) =>
  state.logs[C]?.screen.entries.map((entry) => (entry.kind === "message" ? entry.body.text : entry.kind));

describe("the desk", () => {
  it("knows who we are and how far the clocks differ", () => {
    const state = after(welcome({ now: 12_500 }));
    expect(state.me?.agent).toBe(ME.agent);
    expect(state.skew).toBe(2_500);
  });

  it("keeps each event once, however often it comes", () => {
    const hello = event(C, 1, words("你好"));
    const state = after(
      welcome(),
      watched(C),
      hello,
      event(C, 2, words("在吗")),
      hello,
      event(C, 2, words("在吗")),
    );
    expect(texts(state)).toEqual(["你好", "在吗"]);
  });

  it("keeps what it has when the conversation is watched again", () => {
    const state = after(
      welcome(),
      watched(C),
      event(C, 1, words("你好")),
      watched(C, { seq: 2 }),
      event(C, 2, words("在吗")),
    );
    expect(texts(state)).toEqual(["你好", "在吗"]);
  });

  it("reads everything anew after a restored backup, but keeps unsent words", () => {
    const state = after(
      welcome(),
      watched(C),
      event(C, 1, words("你好")),
      { do: "say", conversation: C, id: "x", text: "马上来", said: { kind: "send" } },
      welcome({ epoch: "e2" }),
    );
    expect(state.logs[C]?.screen.held).toBe(0);
    expect(state.logs[C]?.screen.pending.map((pending) => pending.text)).toEqual(["马上来"]);
  });

  it("takes who has a conversation from the queue first, else from the log", () => {
    const log = after(welcome(), watched(C, { state: "assistant" }));
    expect(handsOf(log, C)).toEqual({ state: "assistant", agent: null });
    const both = reduceDesk(log, told(queue([item(C, { state: "human", agent: ME.agent })])), 0);
    expect(isMine(both, C)).toBe(true);
    expect(handsOf(both, "unknown")).toBeUndefined();
  });

  it("does not take history for news of who has a conversation", () => {
    const joined = event(C, 1, { kind: "joined", body: {} }, BY_ME);
    const history = after(welcome(), watched(C, { state: "assistant", seq: 5 }), joined);
    expect(isMine(history, C)).toBe(false);
    const news = after(welcome(), watched(C, { state: "queued", seq: 0 }), joined);
    expect(isMine(news, C)).toBe(true);
  });

  it("shows the assistant's pieces until its message is there, and drops them when we look away", () => {
    const piece: TellDesk = { type: "delta", conversation: C, turn: "t1", index: 0, text: "建议" };
    const writing = after(
      welcome(),
      watched(C, { state: "assistant" }),
      { do: "open", conversation: C },
      piece,
    );
    expect(writing.logs[C]?.screen.streaming?.text).toBe("建议");
    const message = { kind: "message", body: { text: "建议选 S", origin: "ai_auto", turn: "t1" } } as const;
    const done = reduceDesk(writing, told(event(C, 1, message, BY_ASSISTANT)), 0);
    expect(done.logs[C]?.screen.streaming).toBeUndefined();
    const away = reduceDesk(writing, { do: "open", conversation: "other" }, 0);
    expect(away.logs[C]?.screen.streaming).toBeUndefined();
  });
});

describe("our own words", () => {
  const say: DeskAction = { do: "say", conversation: C, id: "x", text: "马上来", said: { kind: "send" } };
  const note: DeskAction = { do: "say", conversation: C, id: "n", text: "常客", said: { kind: "note" } };
  const stored = event(C, 1, words("马上来"), BY_ME);
  const noted = event(C, 1, { kind: "note", body: { text: "常客" } }, BY_ME);

  it.each([
    ["acknowledged first", [say, { type: "ack", id: "x", seq: 1, at: 1 }, stored]],
    ["told first", [say, stored, { type: "ack", id: "x", seq: 1, at: 1 }]],
    ["a note, acknowledged first", [note, { type: "ack", id: "n", seq: 1, at: 1 }, noted]],
    ["a note, told first", [note, noted, { type: "ack", id: "n", seq: 1, at: 1 }]],
  ] as [string, (TellDesk | DeskAction)[]][])("stand in the log once: %s", (_, steps) => {
    const state = after(welcome(), watched(C), ...steps);
    expect(state.logs[C]?.screen.pending).toEqual([]);
    expect(state.logs[C]?.screen.entries).toHaveLength(1);
  });

  it("stay where they are when refused, to be sent again or given up", () => {
    const refused = after(welcome(), watched(C), say, {
      type: "error",
      code: "not_yours",
      message: "",
      id: "x",
    });
    expect(refused.logs[C]?.screen.pending[0]?.standing).toBe("failed");
    const again = reduceDesk(refused, { do: "sayAgain", conversation: C, id: "x" }, 0);
    expect(again.logs[C]?.screen.pending[0]).toMatchObject({ id: "x", standing: "sending" });
    const gone = reduceDesk(refused, { do: "discard", conversation: C, id: "x" }, 0);
    expect(gone.logs[C]?.screen.pending).toEqual([]);
  });
});

describe("drafts", () => {
  it("are kept while another conversation is open", () => {
    const state = after(
      { do: "open", conversation: "a" },
      { do: "draft", conversation: "a", change: { reply: "写到一半" } },
      { do: "open", conversation: "b" },
      { do: "draft", conversation: "b", change: { tab: "note", note: "常客" } },
      { do: "open", conversation: "a" },
    );
    expect(draftOf(state.drafts, "a")).toMatchObject({ tab: "reply", reply: "写到一半", note: "" });
    expect(draftOf(state.drafts, "b")).toMatchObject({ tab: "note", reply: "", note: "常客" });
  });
});
