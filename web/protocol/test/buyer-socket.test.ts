import { beforeEach, describe, expect, test } from "vitest";
import { BuyerSocket } from "../src/buyer-socket.ts";
import type { TellBuyer } from "../src/types.ts";
import { World } from "./world.ts";

let world: World;
let socket: BuyerSocket;
let frames: TellBuyer[];
let standings: string[];
let tokens: boolean[];

beforeEach(async () => {
  world = new World();
  frames = [];
  standings = [];
  tokens = [];
  socket = new BuyerSocket(
    {
      url: "ws://shop/v1/chat",
      store: "demo",
      token: async (renew) => {
        tokens.push(renew);
        return renew ? "fresh" : "kept";
      },
      onFrame: (frame) => frames.push(frame),
      onStanding: (standing) => standings.push(standing),
    },
    world,
  );
  socket.start();
  await world.pass(0);
});

const welcome = (more: object = {}) => ({
  type: "welcome",
  conversation: "cnv_1",
  buyer: "byr_1",
  epoch: "e1",
  seq: 0,
  state: "assistant",
  resumed: false,
  store_name: "小二百货",
  ...more,
});
const event = (seq: number, prev = seq - 1) => ({
  type: "event",
  seq,
  prev,
  at: 1,
  author: { kind: "assistant" },
  kind: "message",
  body: { text: `第${seq}条`, origin: "ai_auto" },
});

async function welcomed(more: object = {}): Promise<void> {
  world.line.open();
  world.line.tell(welcome(more));
  await world.pass(0);
}

describe("hello", () => {
  test("comes first, without a conversation to go on with", () => {
    world.line.open();
    expect(world.line.said).toEqual([{ type: "hello", store: "demo", token: "kept" }]);
  });

  test("after a cut, goes on after the last event held", async () => {
    await welcomed();
    world.line.tell(event(1));
    world.line.tell(event(2));
    world.line.cut();
    await world.pass(1_000);
    world.line.open();
    expect(world.lines).toHaveLength(2);
    expect(world.line.said[0]).toMatchObject({ conversation: "cnv_1", epoch: "e1", after: 2 });
  });

  test("asks from the start when the log was restored", async () => {
    await welcomed();
    world.line.tell(event(1));
    world.line.cut();
    await world.pass(1_000);
    await welcomed({ epoch: "e2", resumed: false });
    world.line.tell(event(1));
    expect(frames.filter((frame) => frame.type === "event")).toHaveLength(2);
  });

  test("brings a fresh token when the last one is refused", async () => {
    world.line.open();
    world.line.tell({ type: "error", code: "unauthorized", message: "" });
    await world.pass(500);
    world.line.open();
    expect(tokens).toEqual([false, true]);
    expect(world.line.said[0]).toMatchObject({ token: "fresh" });
  });

  test("leaves a conversation that is not there", async () => {
    await welcomed();
    world.line.cut();
    await world.pass(1_000);
    world.line.open();
    world.line.tell({ type: "error", code: "not_found", message: "" });
    await world.pass(1_000);
    world.line.open();
    expect(world.line.said[0]).not.toHaveProperty("conversation");
  });
});

describe("delivery", () => {
  test("waits for the welcome and keeps the order", async () => {
    world.line.open();
    socket.send("在吗", "a");
    socket.send("有货吗", "b");
    expect(world.line.types()).toEqual(["hello"]);
    world.line.tell(welcome());
    expect(world.line.said.slice(1).map((frame) => frame.id)).toEqual(["a", "b"]);
  });

  test("says again, with the same id, what was not acknowledged", async () => {
    await welcomed();
    socket.send("一", "a");
    socket.send("二", "b");
    world.line.tell({ type: "ack", id: "a", seq: 1, at: 1 });
    world.line.cut();
    await world.pass(1_000);
    await welcomed({ resumed: true });
    expect(world.line.said.slice(1)).toEqual([{ type: "send", id: "b", text: "二" }]);
  });

  test("gives up what was refused for good", async () => {
    await welcomed();
    socket.send("一", "a");
    world.line.tell({ type: "error", code: "conversation_closed", message: "", id: "a" });
    socket.startOver();
    await world.pass(0);
    await welcomed();
    expect(world.line.types()).toEqual(["hello"]);
  });

  test("is patient when asked to be", async () => {
    await welcomed();
    socket.send("一", "a");
    world.line.tell({ type: "error", code: "rate_limited", message: "", id: "a", retry_after_ms: 2_000 });
    await world.pass(1_999);
    expect(world.line.types()).toEqual(["hello", "send"]);
    await world.pass(1);
    expect(world.line.types()).toEqual(["hello", "send", "send"]);
  });
});

describe("gaps", () => {
  test("an event that does not follow is not shown, and asked for again", async () => {
    await welcomed();
    world.line.tell(event(1));
    world.line.tell(event(3));
    expect(frames.filter((frame) => frame.type === "event")).toHaveLength(1);
    await world.pass(1_000);
    world.line.open();
    expect(world.line.said[0]).toMatchObject({ after: 1 });
  });

  test("numbers that are not for this reader are no gap", async () => {
    await welcomed();
    world.line.tell(event(1));
    world.line.tell(event(5, 1));
    expect(frames.filter((frame) => frame.type === "event")).toHaveLength(2);
  });

  test("an event that comes twice is passed on once", async () => {
    await welcomed();
    world.line.tell(event(1));
    world.line.tell(event(1));
    expect(frames.filter((frame) => frame.type === "event")).toHaveLength(1);
  });

  test("a pong that counts more than what came resumes, unless it comes", async () => {
    await welcomed();
    world.line.tell({ type: "pong", seq: 1 });
    world.line.tell(event(1));
    await world.pass(2_000);
    expect(world.lines).toHaveLength(1);
    world.line.tell({ type: "pong", seq: 2 });
    await world.pass(2_000);
    expect(world.lines).toHaveLength(2);
  });
});

describe("staying connected", () => {
  test("the waits double up to a limit, are spread, and never stop", async () => {
    world.luck = 0.999999;
    const waits: number[] = [];
    for (let drop = 0; drop < 8; drop += 1) {
      const before = world.lines.length;
      const from = world.now();
      world.line.cut();
      while (world.lines.length === before) await world.pass(10);
      waits.push(Math.round((world.now() - from) / 500) * 500);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  test("a good connection makes the next wait short again", async () => {
    world.luck = 0.999999;
    for (let drop = 0; drop < 6; drop += 1) {
      world.line.cut();
      await world.pass(15_000);
    }
    await welcomed();
    await world.pass(6_000);
    const before = world.lines.length;
    world.line.cut();
    await world.pass(500);
    expect(world.lines).toHaveLength(before + 1);
  });

  test("thirty seconds of silence end a socket", async () => {
    await welcomed();
    await world.pass(20_000);
    expect(world.line.types()).toEqual(["hello", "ping"]);
    const first = world.line;
    await world.pass(10_000);
    expect(first.hungUp).toBe(true);
    expect(standings.at(-1)).toBe("waiting");
  });

  test("a late acknowledgement makes the line suspect", async () => {
    await welcomed();
    socket.send("在吗", "a");
    const first = world.line;
    await world.pass(3_000);
    expect(first.types()).toEqual(["hello", "send", "ping"]);
    await world.pass(5_000);
    expect(first.hungUp).toBe(true);
  });

  test("a prompt acknowledgement asks for nothing more", async () => {
    await welcomed();
    socket.send("在吗", "a");
    world.line.tell({ type: "ack", id: "a", seq: 1, at: 1 });
    await world.pass(8_000);
    expect(world.line.types()).toEqual(["hello", "send"]);
  });

  test("the network's going is known at once, and its return too", async () => {
    await welcomed();
    const first = world.line;
    await world.leave();
    expect(standings.at(-1)).toBe("waiting");
    expect(first.hungUp).toBe(true);
    await world.wake();
    expect(standings.at(-1)).toBe("connecting");
  });

  test("what was forgotten is not said again", async () => {
    socket.send("在吗", "a");
    socket.forget("a");
    await welcomed();
    expect(world.line.types()).toEqual(["hello"]);
  });

  test("an answered ping does not", async () => {
    await welcomed();
    for (let ping = 0; ping < 5; ping += 1) {
      await world.pass(20_000);
      world.line.tell({ type: "pong", seq: 0 });
    }
    expect(world.lines).toHaveLength(1);
    expect(world.line.types()).toEqual(["hello", "ping", "ping", "ping", "ping", "ping"]);
  });

  test("the network's return ends the wait at once", async () => {
    world.luck = 0.999999;
    for (let drop = 0; drop < 6; drop += 1) {
      world.line.cut();
      await world.pass(15_000);
    }
    world.line.cut();
    const before = world.lines.length;
    await world.wake();
    expect(world.lines).toHaveLength(before + 1);
  });

  test("a server that goes away says when to come back", async () => {
    await welcomed();
    world.line.tell({ type: "going_away", reconnect_after_ms: 3_000 });
    await world.pass(2_999);
    expect(world.lines).toHaveLength(1);
    await world.pass(501);
    expect(world.lines).toHaveLength(2);
  });

  test("a stopped socket stays stopped", async () => {
    await welcomed();
    socket.stop();
    await world.pass(60_000);
    await world.wake();
    expect(world.lines).toHaveLength(1);
    expect(world.line.hungUp).toBe(true);
  });

  test("what an earlier socket still says is not heard", async () => {
    await welcomed();
    const earlier = world.line;
    socket.setContext({ sku: "DRESS-01" });
    await world.pass(0);
    earlier.tell(event(1));
    earlier.cut();
    expect(frames.filter((frame) => frame.type === "event")).toHaveLength(0);
    world.line.open();
    expect(world.line.said[0]).toMatchObject({ context: { sku: "DRESS-01" } });
  });
});
