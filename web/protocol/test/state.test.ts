import { describe, expect, test } from "vitest";
import { awaitsAnswer, emptyScreen, type Happening, reduce, type Screen, unread } from "../src/state.ts";
import type { Author, Message, PublicBody } from "../src/types.ts";

const NOW = 1_000;
const BUYER: Author = { kind: "buyer" };
const ASSISTANT: Author = { kind: "assistant" };
const AGENT: Author = { kind: "agent", id: "agt_1", name: "小林" };

function welcome(more: Partial<Extract<Happening, { type: "welcome" }>> = {}): Happening {
  const rest = { buyer: "byr_1", epoch: "e1", seq: 0, state: "assistant", store_name: "小二百货" } as const;
  return { type: "welcome", conversation: "cnv_1", resumed: false, ...rest, ...more } as Happening;
}

function event(seq: number, author: Author, body: PublicBody): Happening {
  return { type: "event", seq, prev: seq - 1, at: seq, author, ...body } as Happening;
}

function message(seq: number, author: Author, text: string, more: Partial<Message> = {}): Happening {
  return event(seq, author, { kind: "message", body: { text, origin: "human", ...more } });
}

function delta(turn: string, index: number, text: string): Happening {
  return { type: "delta", turn, index, text } as Happening;
}

function after(...happenings: Happening[]): Screen {
  return happenings.reduce((screen, it) => reduce(screen, it, NOW), emptyScreen({ kind: "buyer" }));
}

const texts = (screen: Screen) =>
  screen.entries.map((entry) => (entry.kind === "message" ? entry.body.text : entry.kind));

describe("a message of one's own", () => {
  const compose: Happening = { type: "compose", id: "a", text: "在吗" };
  const ack: Happening = { type: "ack", id: "a", seq: 1, at: 1 };

  test("is pending until its event replaces it", () => {
    expect(after(welcome(), compose).pending).toMatchObject([{ id: "a", standing: "sending" }]);
    expect(after(welcome(), compose, ack).pending).toMatchObject([{ standing: "stored", seq: 1 }]);
    const done = after(welcome(), compose, ack, message(1, BUYER, "在吗"));
    expect(done.pending).toEqual([]);
    expect(texts(done)).toEqual(["在吗"]);
  });

  test("is never shown twice when the event overtakes the acknowledgement", () => {
    const early = after(welcome(), compose, message(1, BUYER, "在吗"));
    expect(early.pending).toEqual([]);
    expect(after(welcome(), compose, message(1, BUYER, "在吗"), ack).pending).toEqual([]);
  });

  test("said twice on purpose is there twice", () => {
    const twice = after(
      welcome(),
      compose,
      { type: "compose", id: "b", text: "在吗" },
      { type: "ack", id: "b", seq: 2, at: 1 },
      message(1, BUYER, "在吗"),
    );
    expect(twice.pending).toMatchObject([{ id: "b", seq: 2 }]);
  });

  test("goes when a repeated acknowledgement tells of an event that is already here", () => {
    const unlike = after(welcome(), compose, message(1, BUYER, "在吗 "), message(2, BUYER, "别的"));
    expect(reduce(unlike, { type: "ack", id: "a", seq: 1, at: 1, duplicate: true }, NOW).pending).toEqual([]);
  });

  test("fails when refused for good, and can be tried again", () => {
    const refusal: Happening = { type: "error", code: "invalid", message: "太长", id: "a" };
    const failed = after(welcome(), compose, refusal);
    expect(failed.pending).toMatchObject([{ standing: "failed", problem: { code: "invalid" } }]);
    const again = reduce(failed, { type: "retry", id: "a" }, NOW).pending[0];
    expect(again).toEqual({ id: "a", text: "在吗", at: NOW, after: 0, standing: "sending" });
  });

  test("does not fail when the server only asks for patience", () => {
    const screen = after(welcome(), compose, { type: "error", code: "retry_later", message: "", id: "a" });
    expect(screen.pending).toMatchObject([{ standing: "sending" }]);
  });

  test("that is a choice goes by the choice and not by the words", () => {
    const chose = { card: "c1", choice: "m" };
    const screen = after(
      welcome(),
      { type: "compose", id: "a", text: "M", chose },
      message(1, BUYER, "M 码", { chose }),
    );
    expect(screen.pending).toEqual([]);
  });

  test("survives a reconnect", () => {
    expect(after(welcome(), compose, welcome({ conversation: "cnv_2" })).pending).toHaveLength(1);
  });
});

describe("a reply as it is written", () => {
  test("grows by its pieces and is closed by its event", () => {
    const growing = after(welcome(), delta("t1", 0, "您好"), delta("t1", 1, "，在的"));
    expect(growing.streaming).toMatchObject({ turn: "t1", text: "您好，在的" });
    const done = reduce(growing, message(1, ASSISTANT, "您好，在的。", { turn: "t1" }), NOW);
    expect(done.streaming).toBeUndefined();
    expect(texts(done)).toEqual(["您好，在的。"]);
  });

  test("does not come back with a late piece", () => {
    const done = after(welcome(), message(1, ASSISTANT, "在的", { turn: "t1" }), delta("t1", 3, "的"));
    expect(done.streaming).toBeUndefined();
    expect(reduce(done, delta("t1", 0, "在"), NOW).streaming).toBeUndefined();
  });

  test("gives way to another turn", () => {
    const screen = after(welcome(), delta("t1", 0, "旧"), delta("t2", 0, "新"));
    expect(screen.streaming).toMatchObject({ turn: "t2", text: "新" });
  });

  test("is left alone by a message of another turn", () => {
    const screen = after(welcome(), delta("t2", 0, "新"), message(1, ASSISTANT, "旧", { turn: "t1" }));
    expect(screen.streaming).toMatchObject({ turn: "t2", text: "新" });
  });

  test("ignores a piece that comes twice", () => {
    const screen = after(welcome(), delta("t1", 0, "一"), delta("t1", 1, "二"), delta("t1", 1, "二"));
    expect(screen.streaming?.text).toBe("一二");
  });

  test("stops growing at a missed piece rather than showing words that do not fit", () => {
    const torn = after(welcome(), delta("t1", 0, "一"), delta("t1", 2, "三"), delta("t1", 3, "四"));
    expect(torn.streaming?.text).toBe("一");
    expect(reduce(torn, delta("t1", 0, "一二三四"), NOW).streaming?.text).toBe("一二三四");
  });

  test("starts anew after a resume, with all pieces so far as one", () => {
    const resumed = after(welcome(), delta("t1", 0, "一"), welcome({ resumed: true }));
    expect(resumed.streaming).toBeUndefined();
    const going = reduce(reduce(resumed, delta("t1", 0, "一二"), NOW), delta("t1", 1, "三"), NOW);
    expect(going.streaming?.text).toBe("一二三");
  });

  test("ends when a person is called", () => {
    const handoff: PublicBody = { kind: "handoff", body: { reason: "human_requested" } };
    expect(after(welcome(), delta("t1", 0, "一"), event(1, ASSISTANT, handoff)).streaming).toBeUndefined();
  });
});

describe("the log", () => {
  test("an event that is already here changes nothing", () => {
    const screen = after(welcome(), message(1, BUYER, "一"), message(2, BUYER, "二"));
    expect(reduce(screen, message(1, BUYER, "一"), NOW)).toBe(screen);
  });

  test("resumed goes on, not resumed starts over", () => {
    const screen = after(welcome(), message(1, BUYER, "一"));
    expect(texts(reduce(screen, welcome({ resumed: true }), NOW))).toEqual(["一"]);
    const over = reduce(screen, welcome({ resumed: false }), NOW);
    expect(over).toMatchObject({ entries: [], held: 0, conversation: "cnv_1" });
  });

  test("another conversation starts over", () => {
    const screen = after(
      welcome(),
      message(1, BUYER, "一"),
      welcome({ conversation: "cnv_2", resumed: true }),
    );
    expect(screen).toMatchObject({ entries: [], conversation: "cnv_2" });
  });
});

describe("who has the conversation", () => {
  const handoff = event(2, ASSISTANT, {
    kind: "handoff",
    body: { reason: "human_requested", queue_position: 3, eta_s: 90, opens_at: 7_200_000 },
  });
  const joined = event(3, AGENT, { kind: "joined", body: {} });

  test("queue, agent, assistant, end", () => {
    const queued = after(welcome(), handoff);
    expect(queued).toMatchObject({
      state: "queued",
      queue: { position: 3, eta_s: 90 },
      opensAt: 7_200_000,
    });
    const moved = reduce(queued, { type: "queue", position: 1, eta_s: null }, NOW);
    expect(moved.queue).toEqual({ position: 1, eta_s: null });
    const human = reduce(moved, joined, NOW);
    expect(human).toMatchObject({ state: "human", queue: undefined, opensAt: undefined });
    const back = reduce(human, event(4, AGENT, { kind: "returned", body: {} }), NOW);
    expect(back.state).toBe("assistant");
    expect(reduce(back, event(5, AGENT, { kind: "closed", body: {} }), NOW).state).toBe("closed");
  });

  test("history does not undo what the welcome said", () => {
    expect(after(welcome({ seq: 3, state: "human" }), handoff).state).toBe("human");
  });

  test("a rating is remembered", () => {
    const rated = after(welcome(), event(1, BUYER, { kind: "rated", body: { stars: 5, comment: "很好" } }));
    expect(rated.rated).toEqual({ stars: 5, comment: "很好" });
  });
});

describe("signs of the other side", () => {
  const typing: Happening = { type: "typing", author: AGENT };

  test("typing ends with time, or with the words", () => {
    const screen = after(welcome(), typing);
    expect(reduce(screen, { type: "tick" }, NOW + 5_999).typing?.author).toEqual(AGENT);
    expect(reduce(screen, { type: "tick" }, NOW + 6_000).typing).toBeUndefined();
    expect(after(welcome(), typing, message(1, AGENT, "来了")).typing).toBeUndefined();
    expect(after(welcome(), typing, message(1, BUYER, "嗯")).typing).toBeDefined();
  });

  test("read marks only go forward, and one's own are not the other side's", () => {
    const read = (by: "agent" | "buyer", seq: number): Happening => ({ type: "read", by, seq });
    expect(after(welcome(), read("agent", 4), read("agent", 2)).readByThem).toBe(4);
    expect(after(welcome(), read("buyer", 9)).readByThem).toBe(0);
  });

  test("unread counts messages of the others after the mark", () => {
    const screen = after(
      welcome(),
      message(1, ASSISTANT, "您好"),
      message(2, BUYER, "在吗"),
      message(3, AGENT, "在"),
    );
    expect([unread(screen, 0), unread(screen, 1), unread(screen, 3)]).toEqual([2, 1, 0]);
  });
});

describe("waiting for the assistant", () => {
  test("from the buyer's words to the first piece", () => {
    expect(awaitsAnswer(after(welcome()))).toBe(false);
    const composed = after(welcome(), { type: "compose", id: "a", text: "在吗" });
    expect(awaitsAnswer(composed), "nobody has heard it yet").toBe(false);
    expect(awaitsAnswer(reduce(composed, { type: "ack", id: "a", seq: 1, at: 1 }, NOW))).toBe(true);
    const asked = after(welcome(), message(1, BUYER, "在吗"));
    expect(awaitsAnswer(asked)).toBe(true);
    expect(awaitsAnswer(reduce(asked, delta("t1", 0, "在"), NOW))).toBe(false);
    expect(awaitsAnswer(reduce(asked, message(2, ASSISTANT, "在的"), NOW))).toBe(false);
  });

  test("not while a person has the conversation", () => {
    expect(awaitsAnswer(after(welcome({ state: "human" }), message(1, BUYER, "在吗")))).toBe(false);
  });
});

describe("an agent's screen", () => {
  test("takes its own messages from pending, and nobody else's", () => {
    const mine = { kind: "agent", id: "agt_1" } as const;
    let screen = emptyScreen(mine);
    screen = reduce(screen, { type: "compose", id: "a", text: "好的" }, NOW);
    screen = reduce(screen, message(1, { kind: "agent", id: "agt_2" }, "好的"), NOW);
    expect(screen.pending).toHaveLength(1);
    screen = reduce(screen, message(2, AGENT, "好的"), NOW);
    expect(screen.pending).toEqual([]);
  });
});
