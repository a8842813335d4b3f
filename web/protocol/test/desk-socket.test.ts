import { beforeEach, expect, test } from "vitest";
import { DeskSocket } from "../src/desk-socket.ts";
import type { TellDesk } from "../src/types.ts";
import { World } from "./world.ts";

let world: World;
let desk: DeskSocket;
let frames: TellDesk[];

const event = (conversation: string, seq: number, prev = seq - 1) => ({
  type: "event",
  conversation,
  seq,
  prev,
  at: 1,
  author: { kind: "buyer" },
  kind: "message",
  body: { text: "在吗", origin: "human" },
});

async function welcomed(epoch = "e1"): Promise<void> {
  await world.pass(1_000);
  world.line.open();
  world.line.tell({ type: "welcome", agent: "agt_1", epoch });
}

beforeEach(async () => {
  world = new World();
  frames = [];
  desk = new DeskSocket(
    { url: "ws://shop/v1/desk", onFrame: (frame) => frames.push(frame), onStanding: () => {} },
    world,
  );
  desk.start();
  await welcomed();
});

test("after a cut it is there again, watching from where it stopped", async () => {
  desk.status("available");
  desk.watch("cnv_1");
  desk.watch("cnv_2");
  desk.unwatch("cnv_2");
  world.line.tell(event("cnv_1", 1));
  world.line.cut();
  await welcomed();
  expect(world.line.said.slice(1)).toEqual([
    { type: "status", status: "available" },
    { type: "watch", conversation: "cnv_1", after: 1 },
  ]);
});

test("each conversation has its own count", async () => {
  desk.watch("cnv_1");
  desk.watch("cnv_2");
  world.line.tell(event("cnv_1", 1));
  world.line.tell(event("cnv_2", 1));
  world.line.tell(event("cnv_2", 1));
  expect(frames.filter((frame) => frame.type === "event")).toHaveLength(2);
  world.line.tell(event("cnv_2", 3));
  expect(frames.filter((frame) => frame.type === "event")).toHaveLength(2);
  await welcomed();
  expect(world.line.said).toContainEqual({ type: "watch", conversation: "cnv_2", after: 1 });
});

test("what happens in a conversation that is no longer watched is not passed on", () => {
  desk.watch("cnv_1");
  desk.unwatch("cnv_1");
  world.line.tell(event("cnv_1", 1));
  expect(frames.map((frame) => frame.type)).toEqual(["welcome"]);
});

test("a restored log is read from its start", async () => {
  desk.watch("cnv_1");
  world.line.tell(event("cnv_1", 1));
  world.line.cut();
  await welcomed("e2");
  expect(world.line.said).toContainEqual({ type: "watch", conversation: "cnv_1", after: 0 });
});

test("a claim is said until it is answered", async () => {
  desk.claim("cnv_1", "c1");
  world.line.cut();
  await welcomed();
  expect(world.line.said).toContainEqual({ type: "claim", conversation: "cnv_1", id: "c1" });
  world.line.tell({ type: "error", code: "taken", message: "", id: "c1" });
  world.line.cut();
  await welcomed();
  expect(world.line.types()).not.toContain("claim");
});
