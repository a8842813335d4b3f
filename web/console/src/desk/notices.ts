import type { ConversationId, Problem, QueueItem, TellDesk } from "@xiaoer/protocol";
import type { DeskState } from "./state.ts";

/** Something an agent should hear of at once, whatever is on the screen. */
export type Notice =
  | { what: "queued"; conversations: readonly ConversationId[] }
  | { what: "assigned"; conversation: ConversationId }
  | { what: "warning"; conversation: ConversationId; secondsLeft: number }
  | { what: "going_away" }
  | { what: "problem"; problem: Problem };

/** A mark that passed longer ago than this was passed before the page was loaded: no news, the clock shows it. */
const FRESH_S = 5;
/** Whoever waits in the queue is everybody's concern, but only when it becomes urgent. */
const EVERYBODYS_S = 30;

/** What a frame gives notice of, from the state before it was heard. */
export function noticesOf(before: DeskState, frame: TellDesk): Notice[] {
  switch (frame.type) {
    case "queue": {
      // The first snapshot is how things are, not news; one after a reconnect shows what came meanwhile.
      if (!before.queueKnown) return [];
      const { waitings, me } = before;
      const queued = frame.items.filter(
        (item) => item.state === "queued" && waitings[item.conversation]?.state !== "queued",
      );
      const assigned = frame.items.filter(
        (item) => has(me?.agent, item) && !has(me?.agent, waitings[item.conversation]),
      );
      const notices = assigned.map((item): Notice => ({ what: "assigned", conversation: item.conversation }));
      if (queued.length === 0) return notices;
      return [...notices, { what: "queued", conversations: queued.map((item) => item.conversation) }];
    }
    case "warning": {
      const { conversation, seconds_left: secondsLeft } = frame;
      const item = before.waitings[conversation];
      const concernsUs =
        has(before.me?.agent, item) || (item?.state === "queued" && secondsLeft <= EVERYBODYS_S);
      return concernsUs && secondsLeft > -FRESH_S ? [{ what: "warning", conversation, secondsLeft }] : [];
    }
    case "going_away":
      return [{ what: "going_away" }];
    case "error":
      // The socket greets although the cookie has said who we are; that is nothing to tell anybody.
      if (frame.code === "hello_again") return [];
      return frame.id ? [] : [{ what: "problem", problem: frame }];
    default:
      return [];
  }
}

function has(agent: string | undefined, item: QueueItem | undefined): boolean {
  return agent !== undefined && item?.state === "human" && item.agent === agent;
}
