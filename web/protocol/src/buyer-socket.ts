import { Connection, type Standing } from "./socket.ts";
import { browser, freshId, type Surroundings } from "./surroundings.ts";
import type { BuyerSays, Context, TellBuyer } from "./types.ts";

/** The stored events may only be on their way when a pong already counts them. */
const MISSED_AFTER_MS = 1_000;

export interface BuyerSocketOptions {
  url: string;
  store: string;
  /** The visitor's token; `renew` says that the server did not take the last one. */
  token(renew: boolean): Promise<string>;
  /** The conversation to go on with. */
  conversation?: { id: string; epoch: string } | undefined;
  locale?: string | undefined;
  context?: Context | undefined;
  /** Every frame that is new to this client, in order. */
  onFrame(frame: TellBuyer): void;
  onStanding(standing: Standing): void;
}

/** The shopper's side of a conversation. */
export class BuyerSocket {
  readonly #connection: Connection<BuyerSays, TellBuyer>;
  readonly #options: BuyerSocketOptions;
  readonly #around: Surroundings;
  #token = "";
  #renew = false;
  #conversation: { id: string; epoch: string } | undefined;
  #context: Context | undefined;
  /** The number of the last event that was passed on. */
  #held = 0;

  constructor(options: BuyerSocketOptions, around: Surroundings = browser) {
    this.#options = options;
    this.#around = around;
    this.#conversation = options.conversation;
    this.#context = options.context;
    this.#connection = new Connection<BuyerSays, TellBuyer>(
      {
        url: options.url,
        prepare: () => this.#prepare(),
        hello: () => this.#hello(),
        receive: (frame) => this.#receive(frame),
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

  /** Each of these gives the id under which the server will acknowledge it. */
  send(text: string, id: string = freshId()): string {
    return this.#deliver({ type: "send", id, text });
  }

  choose(card: string, choice: string, id: string = freshId()): string {
    return this.#deliver({ type: "choose", id, card, choice });
  }

  human(id: string = freshId()): string {
    return this.#deliver({ type: "human", id });
  }

  rate(stars: number, comment?: string, id: string = freshId()): string {
    return this.#deliver({ type: "rate", id, stars, ...(comment ? { comment } : {}) });
  }

  /** Gives up what was to be delivered under this id. */
  forget(id: string): void {
    this.#connection.forget(id);
  }

  typing(): void {
    this.#connection.post({ type: "typing" });
  }

  read(seq: number): void {
    this.#connection.post({ type: "read", seq });
  }

  /** What the buyer looks at goes with the hello, so a change says hello again. */
  setContext(context: Context): void {
    if (JSON.stringify(context) === JSON.stringify(this.#context)) return;
    this.#context = context;
    this.#connection.reconnect();
  }

  /** Leaves this conversation for the buyer's open one, or for a new one. */
  startOver(): void {
    this.#conversation = undefined;
    this.#held = 0;
    this.#connection.reconnect();
  }

  /** The buyer is somebody else now. */
  changeIdentity(): void {
    this.#renew = true;
    this.startOver();
  }

  #deliver(frame: BuyerSays & { id: string }): string {
    this.#connection.deliver(frame.id, frame);
    return frame.id;
  }

  async #prepare(): Promise<void> {
    const renew = this.#renew;
    this.#token = await this.#options.token(renew);
    if (renew) this.#renew = false;
  }

  #hello(): BuyerSays {
    const { store, locale } = this.#options;
    return {
      type: "hello",
      store,
      token: this.#token,
      ...(this.#conversation && {
        conversation: this.#conversation.id,
        epoch: this.#conversation.epoch,
        after: this.#held,
      }),
      ...(locale && { locale }),
      ...(this.#context && { context: this.#context }),
    };
  }

  #receive(frame: TellBuyer): void {
    switch (frame.type) {
      case "welcome":
        if (!frame.resumed) this.#held = 0;
        this.#conversation = { id: frame.conversation, epoch: frame.epoch };
        break;
      case "event":
        if (frame.seq <= this.#held) return;
        if (frame.prev !== this.#held) {
          this.#connection.retry();
          return;
        }
        this.#held = frame.seq;
        break;
      case "pong":
        this.#missed(frame.seq);
        break;
      case "error":
        if (!frame.id) this.#refused(frame.code);
        break;
    }
    this.#options.onFrame(frame);
  }

  #missed(seq: number): void {
    if (seq <= this.#held) return;
    const conversation = this.#conversation;
    this.#around.later(MISSED_AFTER_MS, () => {
      if (this.#conversation === conversation && seq > this.#held) this.#connection.reconnect();
    });
  }

  /** The hello was not taken; the next one says it another way. */
  #refused(code: string): void {
    if (code === "unauthorized") {
      this.#renew = true;
      this.#connection.retry();
    } else if (code === "not_found" && this.#conversation) {
      this.#conversation = undefined;
      this.#held = 0;
      this.#connection.retry();
    }
  }
}
