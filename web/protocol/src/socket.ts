import { Outbox } from "./outbox.ts";
import { browser, type Surroundings } from "./surroundings.ts";
import type { Problem } from "./types.ts";

export const SUBPROTOCOL = "xiaoer.v1";
export const FIRST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 15_000;
export const PING_EVERY_MS = 20_000;
/** After a ping or a hello; with the ping's pace this makes 30 s of silence the longest that is borne. */
export const ANSWER_WITHIN_MS = 10_000;
/** What is written is stored within a moment: a later acknowledgement makes the line suspect. */
export const ACK_WITHIN_MS = 3_000;
/** After a ping on a suspect line. Somebody waits at it, and a needless reconnect costs nothing. */
export const SUSPECT_ANSWERS_WITHIN_MS = 5_000;
/** A connection that lived this long was a good one: the next wait is a short one again. */
const SETTLED_AFTER_MS = 5_000;

/** `open` means welcomed: what is posted now reaches the server. */
export type Standing = "connecting" | "open" | "waiting" | "stopped";

type Told =
  | { type: "going_away"; reconnect_after_ms: number }
  | { type: "ack"; id: string }
  | ({ type: "error" } & Problem)
  | { type: string };

/** What the buyer's and the desk's socket add to the connection that they share. */
export interface Talk<Says, Tells> {
  url: string;
  /** What must be at hand before the socket is opened, e.g. a token. If it fails it is tried again later. */
  prepare?(): Promise<void>;
  hello(): Says;
  receive(frame: Tells): void;
  /** The connection is open (again): what the outbox does not hold but the server must know. */
  opened?(): void;
  standing(standing: Standing): void;
}

/** One socket after another, for as long as it takes. */
export class Connection<Says extends { type: string }, Tells extends { type: string }> {
  readonly #outbox = new Outbox<Says & { id?: string }>();
  readonly #talk: Talk<Says, Tells>;
  readonly #around: Surroundings;
  #standing: Standing = "stopped";
  /** Goes up with each socket, so that what an earlier one still says is not heard. */
  #generation = 0;
  #drops = 0;
  #openedAt = 0;
  #heardAt = 0;
  #hangUp: (() => void) | undefined;
  #write: ((frame: Says) => void) | undefined;
  #cancelTimer: (() => void) | undefined;
  #cancelWake: (() => void) | undefined;
  #cancelAway: (() => void) | undefined;

  constructor(talk: Talk<Says, Tells>, around: Surroundings = browser) {
    this.#talk = talk;
    this.#around = around;
  }

  start(): void {
    if (this.#standing !== "stopped") return;
    this.#cancelWake = this.#around.onWake(() => this.#wake());
    // Tried again all the same: the browser may be wrong, or the server on the same machine.
    this.#cancelAway = this.#around.onAway(() => {
      if (this.#standing === "open" || this.#standing === "connecting") this.retry();
    });
    void this.#connect();
  }

  stop(): void {
    this.#cancelWake?.();
    this.#cancelAway?.();
    this.#drop();
    this.#move("stopped");
  }

  /** Says it if somebody listens, else forgets it. */
  post(frame: Says): void {
    if (this.#standing === "open") this.#write?.(frame);
  }

  /** Says it until the server has acknowledged or refused it. */
  deliver(id: string, frame: Says): void {
    this.#outbox.keep(id, frame);
    this.post(frame);
    this.#expectAck(id, frame);
  }

  /** Gives up a frame that was to be delivered. */
  forget(id: string): void {
    this.#outbox.settle(id);
  }

  /** Starts the next socket now. */
  reconnect(): void {
    if (this.#standing === "stopped") return;
    this.#drop();
    void this.#connect();
  }

  /** Starts the next socket after a pause, which grows while the sockets do not last. */
  retry(): void {
    if (this.#standing === "stopped") return;
    if (this.#standing === "open" && this.#around.now() - this.#openedAt >= SETTLED_AFTER_MS) this.#drops = 0;
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#drops, 10));
    this.#drops += 1;
    this.#wait(this.#around.random() * longest);
  }

  #wait(ms: number): void {
    this.#drop();
    this.#move("waiting");
    this.#cancelTimer = this.#around.later(ms, () => void this.#connect());
  }

  #wake(): void {
    if (this.#standing === "waiting") this.reconnect();
    else if (this.#standing === "open") this.#ping();
  }

  async #connect(): Promise<void> {
    this.#drop();
    const generation = this.#generation;
    const current = () => generation === this.#generation;
    this.#move("connecting");
    try {
      await this.#talk.prepare?.();
    } catch {
      if (current()) this.retry();
      return;
    }
    if (!current()) return;

    const socket = this.#around.open(this.#talk.url, SUBPROTOCOL);
    const write = (frame: Says) => socket.send(JSON.stringify(frame));
    this.#hangUp = () => socket.close(1000);
    this.#expectWord();
    socket.onopen = () => {
      if (!current()) return;
      this.#write = write;
      write(this.#talk.hello());
      this.#expectWord();
    };
    socket.onmessage = (message) => {
      if (current()) this.#hear(message.data, current);
    };
    socket.onclose = () => {
      if (current()) this.retry();
    };
  }

  #hear(data: unknown, current: () => boolean): void {
    this.#heardAt = this.#around.now();
    let frame: Tells & Told;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    this.#settle(frame);
    this.#talk.receive(frame);
    // What was received may have been a reason to hang up.
    if (!current()) return;
    if (frame.type === "welcome") this.#welcomed();
    if (frame.type === "going_away" && "reconnect_after_ms" in frame) {
      // All clients were told the same moment, so each adds a little of its own.
      this.#wait(frame.reconnect_after_ms + this.#around.random() * FIRST_WAIT_MS);
    }
  }

  #welcomed(): void {
    this.#openedAt = this.#around.now();
    this.#move("open");
    this.#talk.opened?.();
    for (const frame of this.#outbox.all()) this.#write?.(frame);
    this.#pingLater(PING_EVERY_MS);
  }

  #settle(frame: Told): void {
    if (!("id" in frame) || !frame.id) return;
    const { id } = frame;
    if (frame.type === "ack") this.#outbox.settle(id);
    if (frame.type !== "error") return;
    const kept = this.#outbox.get(id);
    if (kept && comesBack(frame)) {
      this.#around.later(frame.retry_after_ms ?? FIRST_WAIT_MS, () => {
        if (this.#outbox.get(id) === kept) this.post(kept);
      });
    } else {
      this.#outbox.settle(id);
    }
  }

  /** A line that died without a word is found out by who writes, long before the next regular ping. */
  #expectAck(id: string, frame: Says): void {
    const generation = this.#generation;
    this.#around.later(ACK_WITHIN_MS, () => {
      const waits = this.#outbox.get(id) === frame && this.#standing === "open";
      if (waits && generation === this.#generation) this.#ping(SUSPECT_ANSWERS_WITHIN_MS);
    });
  }

  #pingLater(ms: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#around.later(ms, () => this.#ping());
  }

  #ping(within?: number): void {
    this.#write?.({ type: "ping" } as Says);
    this.#expectWord(within);
  }

  /**
   * Measured from the question and not from the last word: a page in the background gets its timers late, and must
   * not take its own sleep for the server's silence.
   */
  #expectWord(within = ANSWER_WITHIN_MS): void {
    const askedAt = this.#around.now();
    this.#heardAt = Math.min(this.#heardAt, askedAt - 1);
    this.#cancelTimer?.();
    this.#cancelTimer = this.#around.later(within, () => {
      if (this.#heardAt < askedAt || this.#standing !== "open") this.retry();
      else this.#pingLater(PING_EVERY_MS - within);
    });
  }

  #drop(): void {
    this.#generation += 1;
    this.#cancelTimer?.();
    this.#hangUp?.();
    this.#hangUp = undefined;
    this.#write = undefined;
  }

  #move(standing: Standing): void {
    if (this.#standing === standing) return;
    this.#standing = standing;
    this.#talk.standing(standing);
  }
}

/** Whether a refusal only asks for patience. */
export function comesBack(problem: { code: string }): boolean {
  return problem.code === "retry_later" || problem.code === "rate_limited";
}
