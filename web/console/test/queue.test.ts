import { describe, expect, it } from "vitest";
import { applyQueue, applyWarning, mine, queued, type Waitings } from "../src/desk/queue.ts";
import { item } from "./samples.ts";

const ids = (rows: { conversation: string }[]) => rows.map((row) => row.conversation);
const snapshot = (...items: ReturnType<typeof item>[]): Waitings =>
  applyQueue({}, { snapshot: true, items, removed: [] }, 0);

describe("the queue", () => {
  it("is replaced by a snapshot", () => {
    const held = snapshot(item("a"), item("b"));
    expect(Object.keys(applyQueue(held, { snapshot: true, items: [item("c")], removed: [] }, 0))).toEqual([
      "c",
    ]);
  });

  it("takes in what changed and lets go of what left", () => {
    const held = snapshot(item("a"), item("b"));
    const change = {
      snapshot: false,
      items: [item("a", { last_text: "还在吗" }), item("c")],
      removed: ["b"],
    };
    const next = applyQueue(held, change, 0);
    expect(Object.keys(next).sort()).toEqual(["a", "c"]);
    expect(next.a?.last_text).toBe("还在吗");
  });

  it("puts the mark on this browser's clock, and moves it with a warning", () => {
    const held = applyQueue(
      {},
      { snapshot: true, items: [item("a", { seconds_left: 100 })], removed: [] },
      5_000,
    );
    expect(held.a?.deadline).toBe(105_000);
    expect(applyWarning(held, "a", 30, 80_000).a?.deadline).toBe(110_000);
    expect(applyWarning(held, "unknown", 30, 80_000)).toBe(held);
  });

  it("puts the more important first, then who has waited longest", () => {
    const held = snapshot(
      item("late", { waiting_since: 9_000 }),
      item("early", { waiting_since: 2_000 }),
      item("vip", { waiting_since: 9_500, priority: 6 }),
      item("taken", { state: "human", agent: "agt_me" }),
    );
    expect(ids(queued(held))).toEqual(["vip", "early", "late"]);
  });

  it("counts from the moment of the handoff where nothing is unanswered", () => {
    const held = snapshot(
      item("b", { waiting_since: 5_000 }),
      item("a", { waiting_since: null, queued_at: 4_000 }),
    );
    expect(ids(queued(held))).toEqual(["a", "b"]);
  });

  it("puts one's own that wait before those that are answered", () => {
    const human = { state: "human", agent: "agt_me" } as const;
    const held = snapshot(
      item("old talk", { ...human, waiting_since: null, last_at: 1_000 }),
      item("new talk", { ...human, waiting_since: null, last_at: 8_000 }),
      item("waits", { ...human, waiting_since: 3_000 }),
      item("colleague's", { state: "human", agent: "agt_2" }),
      item("queued"),
    );
    expect(ids(mine(held, "agt_me"))).toEqual(["waits", "new talk", "old talk"]);
    expect(mine(held, undefined)).toEqual([]);
  });
});
