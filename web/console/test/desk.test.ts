import type { Presence } from "@xiaoer/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { Desk } from "../src/desk/desk.ts";
import type { Notice } from "../src/desk/notices.ts";
import { event, item, ME, queue, watched, welcome, words } from "./samples.ts";

const C = "cnv_1";
let said: unknown[][];
let desk: Desk;
let now: number;

/** A line that writes down what is said. */
const note =
  (what: string) =>
  (...args: unknown[]) => {
    said.push([what, ...args]);
    return `id-${said.length}`;
  };

beforeEach(() => {
  said = [];
  now = 0;
  desk = new Desk(() => now);
  desk.join({
    status: note("status") as (status: Presence) => void,
    watch: note("watch"),
    unwatch: note("unwatch"),
    send: note("send"),
    note: note("note"),
    claim: note("claim"),
    giveBack: note("giveBack"),
    transfer: note("transfer"),
    close: note("close"),
    typing: note("typing"),
    read: note("read"),
  });
  desk.stand("open");
  desk.hear(welcome());
});

const takeIt = () => desk.hear(queue([item(C, { state: "human", agent: ME.agent })]));

describe("an agent's desk", () => {
  it("watches what is open, from where it holds it, and nothing else", () => {
    desk.open(C);
    desk.hear(watched(C));
    desk.hear(event(C, 1, words("你好")));
    desk.open("cnv_2");
    desk.open(C);
    expect(said).toEqual([
      ["watch", C, 0],
      ["unwatch", C],
      ["watch", "cnv_2", 0],
      ["unwatch", "cnv_2"],
      ["watch", C, 1],
    ]);
  });

  it("draws a long history once, when the last of it is there", () => {
    let drawn = 0;
    desk.open(C);
    desk.hear(watched(C, { seq: 50 }));
    desk.subscribe(() => {
      drawn += 1;
    });
    for (let seq = 1; seq <= 50; seq += 1) desk.hear(event(C, seq, words(`${seq}`)));
    expect(drawn).toBe(1);
    desk.hear(event(C, 51, words("51")));
    expect(drawn).toBe(2);
    expect(desk.state.logs[C]?.screen.entries).toHaveLength(51);
  });

  it("sends what was written, and sends it again under the same id", () => {
    takeIt();
    desk.write(C, { reply: "  马上来  " });
    said = [];
    desk.sendDraft(C);
    const [, , text, , id] = said[0] ?? [];
    expect(text).toBe("马上来");
    desk.hear({ type: "error", code: "internal", message: "", id: String(id) });
    desk.sendAgain(C, String(id));
    expect(said).toEqual([
      ["send", C, "马上来", undefined, id],
      ["send", C, "马上来", undefined, id],
    ]);
  });

  it("sends a note as a note, and turns back to the reply", () => {
    desk.write(C, { tab: "note", note: "常客" });
    desk.sendDraft(C);
    expect(said[0]?.slice(0, 3)).toEqual(["note", C, "常客"]);
    expect(desk.state.drafts[C]).toMatchObject({ tab: "reply", note: "" });
  });

  it("says that it types every three seconds, and never of a note or somebody else's conversation", () => {
    desk.write(C, { reply: "不" });
    expect(said).toEqual([]);
    takeIt();
    now = 10_000;
    desk.write(C, { reply: "马" });
    desk.write(C, { reply: "马上" });
    desk.write(C, { tab: "note", note: "常" });
    now = 13_000;
    desk.write(C, { reply: "马上来" });
    expect(said).toEqual([
      ["typing", C],
      ["typing", C],
    ]);
  });

  it("tells the buyer what was read only while it is ours, and each number once", () => {
    desk.open(C);
    desk.hear(watched(C));
    desk.hear(event(C, 1, words("你好")));
    said = [];
    desk.see(C);
    expect(said).toEqual([]);
    takeIt();
    desk.see(C);
    desk.see(C);
    expect(said).toEqual([["read", C, 1]]);
  });

  it("knows whether a claim was done or refused", async () => {
    const won = desk.claim(C);
    desk.hear({ type: "ack", id: "id-1", at: 1, seq: 2 });
    await expect(won).resolves.toBeUndefined();
    const lost = desk.claim(C);
    desk.hear({ type: "error", code: "taken", message: "…", id: "id-2" });
    await expect(lost).rejects.toMatchObject({ code: "taken" });
  });

  it("gives no notice of what the agent claimed, but of what was given to the agent", () => {
    const notices: Notice[] = [];
    desk.onNotice((notice) => notices.push(notice));
    desk.hear(queue([], { snapshot: true }));
    void desk.claim(C);
    takeIt();
    expect(notices).toEqual([]);
    desk.hear(queue([item("cnv_2", { state: "human", agent: ME.agent })]));
    expect(notices).toEqual([{ what: "assigned", conversation: "cnv_2" }]);
  });
});
