import {
  BuyerSocket,
  type Context,
  emptyScreen,
  type Happening,
  reduce,
  type Screen,
  type Standing,
  socketUrl,
  type TellBuyer,
  unread,
} from "@xiaoer/protocol";
import { Memory } from "./memory.ts";
import { visitorToken } from "./visitor.ts";

/** Repeated at this pace while the buyer writes; must stay under the time for which a typing sign lasts. */
const TYPING_EVERY_MS = 3_000;

export interface Visit {
  store: string;
  locale: string;
  context: Context;
  identity?: string | undefined;
}

/** One shopper's chat: what is on the screen, and what the shopper can do. */
export class Session {
  screen: Screen = emptyScreen({ kind: "buyer" });
  standing: Standing = "connecting";
  /** Asking for a person takes a moment; the button says so at once. */
  calling = false;
  readonly #memory: Memory;
  readonly #socket: BuyerSocket;
  readonly #watchers = new Set<() => void>();
  #identity: string | undefined;
  #typedAt = 0;
  #readUpTo: number;

  constructor(visit: Visit) {
    this.#identity = visit.identity;
    this.#memory = new Memory(visit.store);
    const { conversation, epoch, readUpTo = 0 } = this.#memory.get();
    this.#readUpTo = readUpTo;
    this.#socket = new BuyerSocket({
      ...visit,
      url: socketUrl("/v1/chat"),
      conversation: conversation && epoch ? { id: conversation, epoch } : undefined,
      token: (renew) => visitorToken(visit.store, this.#memory, this.#identity, renew),
      onFrame: (frame) => this.#hear(frame),
      onStanding: (standing) => {
        this.standing = standing;
        this.#changed();
      },
    });
    this.#memory.onChange(() => this.#changed());
    this.#socket.start();
    setInterval(() => this.#happen({ type: "tick" }), 1_000);
  }

  watch(run: () => void): () => void {
    this.#watchers.add(run);
    return () => this.#watchers.delete(run);
  }

  send(text: string): void {
    this.#typedAt = 0;
    this.#happen({ type: "compose", id: this.#socket.send(text), text });
  }

  choose(card: string, choice: string, label: string): void {
    const id = this.#socket.choose(card, choice);
    this.#happen({ type: "compose", id, text: label, chose: { card, choice } });
  }

  retry(id: string): void {
    const pending = this.screen.pending.find((one) => one.id === id);
    if (!pending) return;
    if (pending.chose) this.#socket.choose(pending.chose.card, pending.chose.choice, id);
    else this.#socket.send(pending.text, id);
    this.#happen({ type: "retry", id });
  }

  human(): void {
    if (this.calling || this.screen.state !== "assistant") return;
    this.calling = true;
    this.#socket.human();
    this.#changed();
  }

  rate(stars: number, comment: string): void {
    this.#socket.rate(stars, comment.trim());
  }

  /** At most every 3 s. */
  typing(): void {
    const now = Date.now();
    if (now - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = now;
    this.#socket.typing();
  }

  /** The buyer has seen all that is here. */
  see(): void {
    const { held } = this.screen;
    if (held <= this.#readUpTo || this.standing !== "open") return;
    this.#readUpTo = held;
    this.#memory.keep({ readUpTo: held });
    this.#socket.read(held);
    this.#changed();
  }

  unread(): number {
    return unread(this.screen, Math.max(this.#readUpTo, this.#memory.get().readUpTo ?? 0));
  }

  setContext(context: Context): void {
    this.#socket.setContext(context);
  }

  identify(identity: string): void {
    this.#identity = identity;
    this.#socket.changeIdentity();
  }

  startNew(): void {
    this.#memory.keep({ conversation: undefined, epoch: undefined });
    this.#socket.startOver();
    for (const { id, problem } of this.screen.pending) {
      if (problem?.code === "conversation_closed") this.retry(id);
    }
  }

  #hear(frame: TellBuyer): void {
    if (frame.type === "welcome") {
      if (frame.conversation !== this.#memory.get().conversation || !frame.resumed) this.#readUpTo = 0;
      this.#memory.keep({
        conversation: frame.conversation,
        epoch: frame.epoch,
        readUpTo: this.#readUpTo,
      });
    }
    const calledOff = frame.type === "error" || (frame.type === "event" && frame.kind === "handoff");
    if (calledOff) this.calling = false;
    this.#happen(frame);
  }

  #happen(happening: Happening): void {
    const before = this.screen;
    this.screen = reduce(before, happening, Date.now());
    if (this.screen !== before) this.#changed();
  }

  #changed(): void {
    for (const run of this.#watchers) run();
  }
}
