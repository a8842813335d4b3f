import { Connection, type Standing } from "./socket.ts";
import { freshId, type Surroundings } from "./surroundings.ts";
import type { DeskSays, Presence, TellDesk, TransferTo } from "./types.ts";

export interface DeskSocketOptions {
  url: string;
  /** Every frame that is new to this client, in order within a conversation. */
  onFrame(frame: TellDesk): void;
  onStanding(standing: Standing): void;
}

/** An agent's side: the queue, and the conversations that the console watches. */
export class DeskSocket {
  readonly #connection: Connection<DeskSays, TellDesk>;
  readonly #options: DeskSocketOptions;
  /** By watched conversation, the number of the last event that was passed on. */
  readonly #held = new Map<string, number>();
  #presence: Presence | undefined;
  #epoch: string | undefined;

  constructor(options: DeskSocketOptions, around?: Surroundings) {
    this.#options = options;
    this.#connection = new Connection<DeskSays, TellDesk>(
      {
        url: options.url,
        // A browser brings its session cookie, so there is nothing else to say.
        hello: () => ({ type: "hello" }),
        receive: (frame) => this.#receive(frame),
        opened: () => this.#sayAgain(),
        standing: options.onStanding,
      },
      around,
    );
  }

  start(): void {
    this.#connection.start();
  }

  stop(): void {
    this.#connection.stop();
  }

  /** Said again after each reconnect, because the desk forgets a person whose socket is gone. */
  status(status: Presence): void {
    this.#presence = status;
    this.#connection.post({ type: "status", status });
  }

  /** From the first event, or after one that the console still holds. */
  watch(conversation: string, after = 0): void {
    this.#held.set(conversation, after);
    this.#connection.post({ type: "watch", conversation, after });
  }

  unwatch(conversation: string): void {
    this.#held.delete(conversation);
    this.#connection.post({ type: "unwatch", conversation });
  }

  /** Each of these gives the id under which the server will acknowledge or refuse it. */
  send(conversation: string, text: string, draft?: string, id: string = freshId()): string {
    return this.#deliver({ type: "send", conversation, id, text, ...(draft ? { draft } : {}) });
  }

  note(conversation: string, text: string, id: string = freshId()): string {
    return this.#deliver({ type: "note", conversation, text, id });
  }

  claim(conversation: string, id: string = freshId()): string {
    return this.#deliver({ type: "claim", conversation, id });
  }

  giveBack(conversation: string, id: string = freshId()): string {
    return this.#deliver({ type: "return", conversation, id });
  }

  transfer(to: Omit<TransferTo, "id">, id: string = freshId()): string {
    return this.#deliver({ type: "transfer", ...to, id });
  }

  close(conversation: string, id: string = freshId()): string {
    return this.#deliver({ type: "close", conversation, id });
  }

  typing(conversation: string): void {
    this.#connection.post({ type: "typing", conversation });
  }

  read(conversation: string, seq: number): void {
    this.#connection.post({ type: "read", conversation, seq });
  }

  #deliver(frame: DeskSays & { id: string }): string {
    this.#connection.deliver(frame.id, frame);
    return frame.id;
  }

  #receive(frame: TellDesk): void {
    if (frame.type === "event") {
      const held = this.#held.get(frame.conversation);
      // It was on its way when the console stopped watching, or has been here before.
      if (held === undefined || frame.seq <= held) return;
      if (frame.prev !== held) {
        this.#connection.retry();
        return;
      }
      this.#held.set(frame.conversation, frame.seq);
    }
    if (frame.type === "welcome") this.#compareEpoch(frame.epoch);
    this.#options.onFrame(frame);
  }

  /** A log that was restored from a backup may count other events with the same numbers. */
  #compareEpoch(epoch: string): void {
    if (this.#epoch !== undefined && this.#epoch !== epoch) {
      for (const conversation of this.#held.keys()) this.#held.set(conversation, 0);
    }
    this.#epoch = epoch;
  }

  #sayAgain(): void {
    if (this.#presence) this.#connection.post({ type: "status", status: this.#presence });
    for (const [conversation, after] of this.#held) {
      this.#connection.post({ type: "watch", conversation, after });
    }
  }
}
