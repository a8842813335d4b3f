import type { Pending } from "./pending.ts";
import * as pendings from "./pending.ts";
import type {
  AnyBody,
  Author,
  AuthorKind,
  Chose,
  QueuePlace,
  Rated,
  State,
  TellBuyer,
  TellDesk,
  TurnId,
} from "./types.ts";

/** A typing sign lasts this long unless it is repeated; clients repeat theirs every 3 s. */
export const TYPING_LASTS_MS = 6_000;

export type Entry = { seq: number; at: number; author: Author } & AnyBody;

/** A reply that is being written. */
export interface Streaming {
  turn: TurnId;
  text: string;
  /** The piece that comes next; none once a piece was missed, because the rest would not fit. */
  next: number | undefined;
}

/** One conversation as its reader sees it. */
export interface Screen {
  me: { kind: AuthorKind; id?: string };
  conversation?: string | undefined;
  epoch?: string | undefined;
  storeName: string;
  state: State;
  /** The server told the state as of this event; earlier ones are history and do not change it. */
  stateAsOf: number;
  held: number;
  entries: Entry[];
  pending: Pending[];
  streaming?: Streaming | undefined;
  finished: TurnId[];
  queue?: QueuePlace | undefined;
  opensAt?: number | undefined;
  typing?: { author: Author; until: number } | undefined;
  /** How far the other side has read. */
  readByThem: number;
  rated?: Rated | undefined;
}

type AboutOneConversation = "watched" | "event" | "delta" | "typing" | "read" | "ack" | "error";

/** What the server tells, just as it came, and what the person at this screen does. */
export type Happening =
  | TellBuyer
  | Extract<TellDesk, { type: AboutOneConversation }>
  | { type: "compose"; id: string; text: string; chose?: Chose }
  | { type: "retry"; id: string }
  | { type: "tick" };

type EventFrame = Extract<Happening, { type: "event" }>;

export function emptyScreen(me: Screen["me"]): Screen {
  return {
    me,
    storeName: "",
    state: "assistant",
    stateAsOf: 0,
    held: 0,
    entries: [],
    pending: [],
    finished: [],
    readByThem: 0,
  };
}

/** The only way a screen changes. */
export function reduce(screen: Screen, happening: Happening, now: number): Screen {
  switch (happening.type) {
    case "welcome": {
      const same = happening.resumed && happening.conversation === screen.conversation;
      return {
        ...(same || !screen.conversation ? screen : { ...emptyScreen(screen.me), pending: screen.pending }),
        conversation: happening.conversation,
        epoch: happening.epoch,
        storeName: happening.store_name,
        state: happening.state,
        stateAsOf: happening.seq,
        // The pieces so far of a running turn come again.
        streaming: undefined,
        typing: undefined,
      };
    }
    case "watched":
      return {
        ...screen,
        conversation: happening.conversation,
        state: happening.state,
        stateAsOf: happening.seq,
        readByThem: Math.max(screen.readByThem, happening.buyer_read),
        streaming: undefined,
      };
    case "event":
      return happening.seq > screen.held ? stored(screen, happening) : screen;
    case "delta":
      return pieced(screen, happening);
    case "ack":
      return {
        ...screen,
        pending: pendings.acknowledged(screen.pending, happening.id, happening.seq, screen.held),
      };
    case "error":
      return { ...screen, pending: pendings.refused(screen.pending, happening) };
    case "typing":
      return { ...screen, typing: { author: happening.author, until: now + TYPING_LASTS_MS } };
    case "read":
      if (happening.by === screen.me.kind) return screen;
      return { ...screen, readByThem: Math.max(screen.readByThem, happening.seq) };
    case "queue":
      return { ...screen, queue: { position: happening.position, eta_s: happening.eta_s } };
    case "compose": {
      const { id, text, chose } = happening;
      const pending: Pending = { id, text, at: now, after: screen.held, standing: "sending" };
      return { ...screen, pending: [...screen.pending, { ...pending, ...(chose && { chose }) }] };
    }
    case "retry":
      return { ...screen, pending: pendings.triedAgain(screen.pending, happening.id, screen.held) };
    case "tick":
      return screen.typing && screen.typing.until <= now ? { ...screen, typing: undefined } : screen;
    default:
      return screen;
  }
}

function stored(screen: Screen, event: EventFrame): Screen {
  const { type: _, prev: __, ...rest } = event;
  const entry: Entry = rest;
  const next: Screen = {
    ...screen,
    held: entry.seq,
    entries: [...screen.entries, entry],
    ...(screen.typing?.author.kind === entry.author.kind && { typing: undefined }),
    ...(entry.seq > screen.stateAsOf && { state: stateAfter(screen.state, entry) }),
  };
  switch (entry.kind) {
    case "message":
      return isMine(screen, entry.author)
        ? { ...next, pending: pendings.stored(next.pending, entry.seq, entry.body) }
        : withTurnFinished(next, entry.body.turn);
    case "handoff": {
      const { queue_position: position, eta_s, opens_at } = entry.body;
      const queue = position === undefined ? undefined : { position, eta_s: eta_s ?? null };
      return { ...next, queue, opensAt: opens_at, streaming: undefined };
    }
    case "joined":
    case "returned":
    case "closed":
      return { ...next, queue: undefined, opensAt: undefined, streaming: undefined };
    case "rated":
      return { ...next, rated: entry.body };
    default:
      return next;
  }
}

function stateAfter(state: State, entry: Entry): State {
  switch (entry.kind) {
    case "handoff":
      return "queued";
    case "joined":
      return "human";
    case "returned":
      return "assistant";
    case "closed":
      return "closed";
    default:
      return state;
  }
}

function isMine({ me }: Screen, author: Author): boolean {
  return author.kind === me.kind && (me.id === undefined || author.id === me.id);
}

function withTurnFinished(screen: Screen, turn: TurnId | undefined): Screen {
  if (turn === undefined) return screen;
  return {
    ...screen,
    finished: [...screen.finished, turn],
    streaming: screen.streaming?.turn === turn ? undefined : screen.streaming,
  };
}

function pieced(screen: Screen, delta: { turn: TurnId; index: number; text: string }): Screen {
  const { turn, index, text } = delta;
  if (screen.finished.includes(turn)) return screen;
  const { streaming } = screen;
  // The first piece after a resume is all that was written so far.
  if (index === 0) return { ...screen, streaming: { turn, text, next: 1 }, typing: undefined };
  if (streaming?.turn !== turn) return { ...screen, streaming: { turn, text: "", next: undefined } };
  if (streaming.next === undefined || index < streaming.next) return screen;
  if (index > streaming.next) return { ...screen, streaming: { ...streaming, next: undefined } };
  return { ...screen, streaming: { turn, text: streaming.text + text, next: index + 1 } };
}

/** Whether the assistant owes an answer of which nothing is to be seen yet. It has only heard what is stored. */
export function awaitsAnswer(screen: Screen): boolean {
  if (screen.state !== "assistant" || screen.streaming) return false;
  if (screen.pending.some((pending) => pending.standing === "stored")) return true;
  const last = screen.entries.findLast((entry) => entry.kind === "message");
  return last?.author.kind === "buyer";
}

/** How many messages of the other side lie after what this reader has read. */
export function unread(screen: Screen, readUpTo: number): number {
  return screen.entries.filter(
    (entry) => entry.seq > readUpTo && entry.kind === "message" && entry.author.kind !== screen.me.kind,
  ).length;
}
