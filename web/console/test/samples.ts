import type { DeskEvent, DeskWelcome, QueueItem, TellDesk, Watched } from "@xiaoer/protocol";

/** Frames as the server sends them, with what a test cares about in place of the rest. */

export const ME: DeskWelcome = {
  agent: "agt_me",
  name: "林晓",
  email: "lin@demo.shop",
  role: "agent",
  store: "demo",
  store_name: "小满生活馆",
  epoch: "e1",
  now: 0,
};

export function welcome(change: Partial<DeskWelcome> = {}): TellDesk {
  return { type: "welcome", ...ME, ...change };
}

export function item(conversation: string, change: Partial<QueueItem> = {}): QueueItem {
  return {
    conversation,
    buyer: `byr_${conversation}`,
    buyer_name: null,
    vip_level: 0,
    state: "queued",
    agent: null,
    reason: "human_requested",
    skill: null,
    priority: 0,
    queued_at: 1_000,
    waiting_since: 1_000,
    seconds_left: 180,
    last_text: "在吗",
    last_at: 1_000,
    seq: 1,
    ...change,
  };
}

export function queue(items: QueueItem[], change: { snapshot?: boolean; removed?: string[] } = {}): TellDesk {
  return { type: "queue", snapshot: false, removed: [], items, ...change };
}

export function watched(conversation: string, change: Partial<Watched> = {}): TellDesk {
  return {
    type: "watched",
    conversation,
    buyer: `byr_${conversation}`,
    buyer_name: null,
    vip_level: 0,
    state: "queued",
    agent: null,
    seq: 0,
    buyer_read: 0,
    context: {},
    ...change,
  };
}

type Body = Pick<DeskEvent, "kind" | "body">;
type Told = { author?: DeskEvent["author"]; at?: number };

export function event(conversation: string, seq: number, body: Body, told: Told = {}): TellDesk {
  const author = told.author ?? { kind: "buyer", id: `byr_${conversation}` };
  return {
    type: "event",
    conversation,
    seq,
    prev: seq - 1,
    at: told.at ?? seq * 1_000,
    author,
    ...body,
  } as TellDesk;
}

export function words(text: string, evidence?: string[]): Body {
  return { kind: "message", body: { text, origin: "human", ...(evidence ? { evidence } : {}) } };
}

export const BY_ME = { author: { kind: "agent", id: ME.agent, name: ME.name } } satisfies Told;
export const BY_ASSISTANT = { author: { kind: "assistant" } } satisfies Told;
