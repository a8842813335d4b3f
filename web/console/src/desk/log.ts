import {
  type ConversationId,
  type DeskWelcome,
  emptyScreen,
  type Happening,
  reduce,
  type Screen,
  type TurnId,
  type Watched,
} from "@xiaoer/protocol";

/** How words of ours were meant that are not in the log yet. */
export interface Said {
  kind: "send" | "note";
  /** The turn whose draft the words are. */
  turn?: TurnId;
}

/** One conversation as this console holds it: what every reader has, and what only the desk is told. */
export interface Log {
  screen: Screen;
  about?: Watched;
  /** Who has the conversation. */
  agent: string | null;
  said: Readonly<Record<string, Said>>;
}

export type Logs = Readonly<Record<ConversationId, Log>>;

export function emptyLog(me: Pick<DeskWelcome, "agent"> | undefined): Log {
  return {
    screen: emptyScreen(me ? { kind: "agent", id: me.agent } : { kind: "agent" }),
    agent: null,
    said: {},
  };
}

export function hearLog(log: Log, frame: Happening, now: number): Log {
  const screen = reduce(log.screen, frame, now);
  switch (frame.type) {
    case "watched":
      return { ...log, screen, about: frame, agent: frame.agent };
    case "event":
      if (screen === log.screen) return log;
      return { ...log, screen: withoutStored(screen, frame.seq), agent: agentAfter(log, frame) };
    default:
      return screen === log.screen ? log : { ...log, screen };
  }
}

export function say(log: Log, id: string, text: string, said: Said, now: number): Log {
  const screen = reduce(log.screen, { type: "compose", id, text }, now);
  return { ...log, screen, said: { ...log.said, [id]: said } };
}

export function sayAgain(log: Log, id: string, now: number): Log {
  return { ...log, screen: reduce(log.screen, { type: "retry", id }, now) };
}

export function withoutPending(log: Log, id: string): Log {
  const { [id]: _, ...said } = log.said;
  const pending = log.screen.pending.filter((held) => held.id !== id);
  return { ...log, said, screen: { ...log.screen, pending } };
}

/** Nothing is told any more of a conversation that is left: what was in the air would hang there for ever. */
export function leave(log: Log): Log {
  return { ...log, screen: { ...log.screen, streaming: undefined, typing: undefined } };
}

/** A log restored from a backup counts other events under the same numbers; only what is unsent is kept. */
export function readAnew(log: Log, me: DeskWelcome): Log {
  const empty = emptyLog(me);
  return { ...empty, said: log.said, screen: { ...empty.screen, pending: log.screen.pending } };
}

/** Words that were acknowledged with this number are here now, be they a message or a note. */
function withoutStored(screen: Screen, seq: number): Screen {
  if (!screen.pending.some((held) => held.seq === seq)) return screen;
  return { ...screen, pending: screen.pending.filter((held) => held.seq !== seq) };
}

function agentAfter(log: Log, event: Extract<Happening, { type: "event" }>): string | null {
  // History says who had it once; since `watched` the server has told who has it.
  if (event.seq <= log.screen.stateAsOf) return log.agent;
  switch (event.kind) {
    case "joined":
      return event.author.id ?? log.agent;
    case "handoff":
    case "returned":
      return null;
    default:
      return log.agent;
  }
}
