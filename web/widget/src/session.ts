import {
  BuyerSocket,
  type Chose,
  type Context,
  comesBack,
  emptyScreen,
  freshId,
  type Happening,
  reduce,
  type Screen,
  type Standing,
  socketUrl,
  type TellBuyer,
  unread,
} from "@xiaoer/protocol";
import { Memory } from "./memory.ts";
import { UnsentWords } from "./unsent.ts";
import { subjectOf, visitorToken } from "./visitor.ts";

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
  /** Goes up when somebody else sits here now: nothing of the one before may stay on the screen. */
  visitor = 0;
  readonly #memory: Memory;
  readonly #unsent: UnsentWords;
  readonly #socket: BuyerSocket;
  readonly #watchers = new Set<() => void>();
  #identity: string | undefined;
  #typedAt = 0;
  #readUpTo: number;

  constructor(visit: Visit) {
    this.#identity = visit.identity;
    this.#memory = new Memory(visit.store);
    this.#unsent = new UnsentWords(visit.store);
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
    this.#sendKept();
    this.#socket.start();
    setInterval(() => this.#happen({ type: "tick" }), 1_000);
  }

  watch(run: () => void): () => void {
    this.#watchers.add(run);
    return () => this.#watchers.delete(run);
  }

  send(text: string): void {
    this.#typedAt = 0;
    this.#compose(freshId(), text);
  }

  choose(card: string, choice: string, label: string): void {
    this.#compose(freshId(), label, { card, choice });
  }

  retry(id: string): void {
    const pending = this.screen.pending.find((one) => one.id === id);
    if (!pending) return;
    this.#deliver(id, pending.text, pending.chose);
    this.#happen({ type: "retry", id });
  }

  /** What was begun to be written here before the page was left. */
  draft(): string {
    return this.#unsent.draftOf(this.#whose());
  }

  keepDraft(text: string): void {
    this.#unsent.keepDraft(this.#whose(), text);
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
    const before = this.#whose();
    const draft = this.draft();
    this.#identity = identity;
    // Who signs in takes along what they have just written; who comes after somebody else does not.
    if (before === undefined) this.#takeAlong(draft);
    else if (before !== this.#whose()) this.#forgetWords();
    this.#sendKept();
    this.#socket.changeIdentity();
  }

  startNew(): void {
    this.#memory.keep({ conversation: undefined, epoch: undefined });
    this.#socket.startOver();
    for (const { id, problem } of this.screen.pending) {
      if (problem?.code === "conversation_closed") this.retry(id);
    }
  }

  #whose(): string | undefined {
    return subjectOf(this.#identity);
  }

  #compose(id: string, text: string, chose?: Chose): void {
    this.#deliver(id, text, chose);
    this.#happen({ type: "compose", id, text, ...(chose && { chose }) });
  }

  #deliver(id: string, text: string, chose: Chose | undefined): void {
    this.#unsent.keep(this.#whose(), { id, text, at: Date.now(), chose });
    this.#post(id, text, chose);
  }

  #post(id: string, text: string, chose: Chose | undefined): void {
    if (chose) this.#socket.choose(chose.card, chose.choice, id);
    else this.#socket.send(text, id);
  }

  /** What an earlier page, or another tab, has no acknowledgement of: the same id makes a second time harmless. */
  #sendKept(): void {
    const here = new Set(this.screen.pending.map((pending) => pending.id));
    for (const { id, text, chose } of this.#unsent.of(this.#whose(), Date.now())) {
      if (here.has(id)) continue;
      this.#post(id, text, chose);
      this.#happen({ type: "compose", id, text, ...(chose && { chose }) });
    }
  }

  #takeAlong(draft: string): void {
    this.keepDraft(draft);
    for (const { id, text, at, chose, standing } of this.screen.pending)
      if (standing === "sending") this.#unsent.keep(this.#whose(), { id, text, at, chose });
  }

  #forgetWords(): void {
    for (const { id } of this.screen.pending) this.#socket.forget(id);
    this.screen = { ...this.screen, pending: [] };
    this.visitor += 1;
  }

  #hear(frame: TellBuyer): void {
    if (frame.type === "ack" || (frame.type === "error" && frame.id && !comesBack(frame)))
      this.#unsent.settle(frame.id ?? "");
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
