import type { ConversationId, Problem, TellDesk } from "@xiaoer/protocol";
import type { DeskState } from "./state.ts";

/** Something an agent should hear of at once, whatever is on the screen. */
export type Notice =
  | { what: "queued"; conversation: ConversationId }
  | { what: "assigned"; conversation: ConversationId }
  | { what: "warning"; conversation: ConversationId; secondsLeft: number }
  | { what: "going_away" }
  | { what: "problem"; problem: Problem };

/** What a frame gives notice of, from the state before it was heard. */
export function noticesOf(before: DeskState, frame: TellDesk): Notice[] {
  switch (frame.type) {
    case "queue":
      // The first snapshot is how things are, not news; one after a reconnect shows who came meanwhile.
      if (!before.queueKnown) return [];
      return frame.items
        .filter((item) => item.state === "queued" && before.waitings[item.conversation]?.state !== "queued")
        .map((item) => ({ what: "queued", conversation: item.conversation }));
    case "assigned":
      return frame.agent === before.me?.agent ? [{ what: "assigned", conversation: frame.conversation }] : [];
    case "warning": {
      const item = before.waitings[frame.conversation];
      const concernsUs = item?.state === "queued" || (item?.agent ?? null) === before.me?.agent;
      if (!concernsUs) return [];
      return [{ what: "warning", conversation: frame.conversation, secondsLeft: frame.seconds_left }];
    }
    case "going_away":
      return [{ what: "going_away" }];
    case "error":
      return frame.id ? [] : [{ what: "problem", problem: frame }];
    default:
      return [];
  }
}
