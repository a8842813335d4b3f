import type { ConversationId, Queue, QueueItem } from "@xiaoer/protocol";
import { deadlineOf } from "./clock.ts";

/** A conversation that is with people, with the 3-minute mark on this browser's clock. */
export interface Waiting extends QueueItem {
  deadline: number | null;
}

export type Waitings = Readonly<Record<ConversationId, Waiting>>;

/** A snapshot replaces everything: what is not in it has left the queue while we were away. */
export function applyQueue(held: Waitings, frame: Queue, receivedAt: number): Waitings {
  const next: Record<ConversationId, Waiting> = frame.snapshot ? {} : { ...held };
  for (const gone of frame.removed) delete next[gone];
  for (const item of frame.items) {
    next[item.conversation] = { ...item, deadline: deadlineOf(item.seconds_left, receivedAt) };
  }
  return next;
}

export function applyWarning(
  held: Waitings,
  conversation: ConversationId,
  left: number,
  receivedAt: number,
): Waitings {
  const item = held[conversation];
  if (!item) return held;
  return { ...held, [conversation]: { ...item, deadline: deadlineOf(left, receivedAt) } };
}

/** Those whom nobody has taken: the more important first, then who has waited longest. */
export function queued(held: Waitings): Waiting[] {
  return Object.values(held)
    .filter((item) => item.state === "queued")
    .sort((a, b) => b.priority - a.priority || waitsSince(a) - waitsSince(b) || byId(a, b));
}

/** An agent's own: those who wait for an answer first, then the latest talk. */
export function mine(held: Waitings, agent: string | undefined): Waiting[] {
  return Object.values(held)
    .filter((item) => item.state === "human" && agent !== undefined && item.agent === agent)
    .sort((a, b) => {
      if ((a.waiting_since === null) !== (b.waiting_since === null)) return a.waiting_since === null ? 1 : -1;
      if (a.waiting_since !== null)
        return b.priority - a.priority || waitsSince(a) - waitsSince(b) || byId(a, b);
      return b.last_at - a.last_at || byId(a, b);
    });
}

/** When the wait began that the row shows. */
export function waitsSince(item: QueueItem): number {
  return item.waiting_since ?? item.queued_at ?? item.last_at;
}

function byId(a: QueueItem, b: QueueItem): number {
  return a.conversation < b.conversation ? -1 : 1;
}
