import type {
  ConversationId,
  DeskWelcome,
  Person,
  Standing,
  State,
  TellDesk,
  TurnId,
} from "@xiaoer/protocol";
import { changeDraft, type Draft, type Drafts, insertSentence, takeDraft } from "./drafts.ts";
import * as log from "./log.ts";
import { applyQueue, applyWarning, type Waitings } from "./queue.ts";

/** Everything that the console's screens are made from. */
export interface DeskState {
  line: Standing;
  me?: DeskWelcome;
  /** The server's clock minus ours, in milliseconds. */
  skew: number;
  people: readonly Person[];
  /** False until the first snapshot: an empty list and an unknown one look different. */
  queueKnown: boolean;
  waitings: Waitings;
  logs: log.Logs;
  open?: ConversationId;
  drafts: Drafts;
  /** How far each conversation has been on this screen. */
  seen: Readonly<Record<ConversationId, number>>;
}

export type DeskAction =
  | { do: "told"; frame: TellDesk }
  | { do: "line"; line: Standing }
  | { do: "open"; conversation?: ConversationId }
  | { do: "draft"; conversation: ConversationId; change: Partial<Draft> }
  | { do: "insert"; conversation: ConversationId; sentence: string }
  | { do: "take"; conversation: ConversationId; from: { turn: TurnId; text: string } }
  | { do: "say"; conversation: ConversationId; id: string; text: string; said: log.Said }
  | { do: "sayAgain"; conversation: ConversationId; id: string }
  | { do: "discard"; conversation: ConversationId; id: string }
  | { do: "seen"; conversation: ConversationId; seq: number };

export const BEFORE_WELCOME: DeskState = {
  line: "connecting",
  skew: 0,
  people: [],
  queueKnown: false,
  waitings: {},
  logs: {},
  drafts: {},
  seen: {},
};

/** The only way the desk's state changes; `now` is this browser's time. */
export function reduceDesk(state: DeskState, action: DeskAction, now: number): DeskState {
  switch (action.do) {
    case "told":
      return hear(state, action.frame, now);
    case "line":
      return { ...state, line: action.line };
    case "open": {
      const left = state.open ? onLog(state, state.open, log.leave) : state;
      return { ...left, open: action.conversation };
    }
    case "draft":
      return { ...state, drafts: changeDraft(state.drafts, action.conversation, action.change) };
    case "insert":
      return { ...state, drafts: insertSentence(state.drafts, action.conversation, action.sentence) };
    case "take":
      return { ...state, drafts: takeDraft(state.drafts, action.conversation, action.from) };
    case "say":
      return onLog(state, action.conversation, (held) =>
        log.say(held, action.id, action.text, action.said, now),
      );
    case "sayAgain":
      return onLog(state, action.conversation, (held) => log.sayAgain(held, action.id, now));
    case "discard":
      return onLog(state, action.conversation, (held) => log.withoutPending(held, action.id));
    case "seen":
      if ((state.seen[action.conversation] ?? 0) >= action.seq) return state;
      return { ...state, seen: { ...state.seen, [action.conversation]: action.seq } };
  }
}

export interface Hands {
  state: State;
  agent: string | null;
}

/** Who has a conversation. The queue knows at once; the log only of a conversation that was opened. */
export function handsOf(state: DeskState, conversation: ConversationId): Hands | undefined {
  const waiting = state.waitings[conversation];
  if (waiting) return { state: waiting.state, agent: waiting.agent };
  const held = state.logs[conversation];
  return held?.about && { state: held.screen.state, agent: held.agent };
}

export function isMine(state: DeskState, conversation: ConversationId): boolean {
  const hands = handsOf(state, conversation);
  return hands?.state === "human" && hands.agent === state.me?.agent;
}

function hear(state: DeskState, frame: TellDesk, now: number): DeskState {
  switch (frame.type) {
    case "welcome": {
      const next: DeskState = { ...state, me: frame, skew: frame.now - now };
      const restored = state.me !== undefined && state.me.epoch !== frame.epoch;
      return restored ? onEveryLog(next, (held) => log.readAnew(held, frame)) : next;
    }
    case "queue":
      return { ...state, queueKnown: true, waitings: applyQueue(state.waitings, frame, now) };
    case "people":
      return { ...state, people: frame.people };
    case "warning":
      return {
        ...state,
        waitings: applyWarning(state.waitings, frame.conversation, frame.seconds_left, now),
      };
    case "watched":
    case "event":
    case "delta":
    case "typing":
    case "read":
      return onLog(state, frame.conversation, (held) => log.hearLog(held, frame, now));
    case "ack":
    case "error":
      // An acknowledgement need not say where; the id is ours and unique.
      return onEveryLog(state, (held) => log.hearLog(held, frame, now));
    case "assigned":
    case "pong":
    case "going_away":
      return state;
  }
}

function onLog(
  state: DeskState,
  conversation: ConversationId,
  change: (held: log.Log) => log.Log,
): DeskState {
  const held = state.logs[conversation] ?? log.emptyLog(state.me);
  const next = change(held);
  return next === held ? state : { ...state, logs: { ...state.logs, [conversation]: next } };
}

function onEveryLog(state: DeskState, change: (held: log.Log) => log.Log): DeskState {
  return Object.keys(state.logs).reduce((next, conversation) => onLog(next, conversation, change), state);
}
