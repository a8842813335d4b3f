import {
  type ConversationId,
  type DeskSocket,
  freshId,
  type Presence,
  type Standing,
  type TellDesk,
  type TurnId,
} from "@xiaoer/protocol";
import { type Draft, draftOf, sentDraft } from "./drafts.ts";
import type { Said } from "./log.ts";
import { type Notice, noticesOf } from "./notices.ts";
import { Requests } from "./requests.ts";
import { BEFORE_WELCOME, type DeskAction, type DeskState, isMine, reduceDesk } from "./state.ts";

/** What a desk says through its socket. */
export type DeskLine = Pick<
  DeskSocket,
  | "status"
  | "watch"
  | "unwatch"
  | "send"
  | "note"
  | "claim"
  | "giveBack"
  | "transfer"
  | "close"
  | "typing"
  | "read"
>;

/** The buyer's screen forgets the dots after 5 s, so they are renewed a little earlier. */
const TYPING_EVERY_MS = 3_000;

/** One signed-in agent's desk: hears the server's frames, keeps the state, says what the agent does. */
export class Desk {
  #state: DeskState = BEFORE_WELCOME;
  #line: DeskLine | undefined;
  #typedAt = 0;
  #readTo: Record<ConversationId, number> = {};
  readonly #requests = new Requests();
  readonly #listeners = new Set<() => void>();
  readonly #noticed = new Set<(notice: Notice) => void>();
  readonly #claimed = new Set<ConversationId>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get state(): DeskState {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  onNotice(listener: (notice: Notice) => void): () => void {
    this.#noticed.add(listener);
    return () => this.#noticed.delete(listener);
  }

  join(line: DeskLine): void {
    this.#line = line;
  }

  hear(frame: TellDesk): void {
    const before = this.#state;
    this.#do({ do: "told", frame });
    this.#requests.hear(frame);
    for (const notice of noticesOf(before, frame)) {
      // Who claims knows it; an assignment is news only where somebody else decided it.
      if (notice.what === "assigned" && this.#claimed.delete(notice.conversation)) continue;
      for (const listener of this.#noticed) listener(notice);
    }
  }

  stand(standing: Standing): void {
    this.#readTo = {};
    this.#do({ do: "line", line: standing });
  }

  setPresence(status: Presence): void {
    this.#line?.status(status);
  }

  open(conversation: ConversationId | undefined): void {
    const left = this.#state.open;
    if (left === conversation) return;
    this.#do({ do: "open", conversation });
    if (left) this.#line?.unwatch(left);
    if (conversation) this.#line?.watch(conversation, this.#state.logs[conversation]?.screen.held ?? 0);
  }

  write(conversation: ConversationId, change: Partial<Draft>): void {
    this.#do({ do: "draft", conversation, change });
    const typesToBuyer =
      change.reply !== undefined && change.reply !== "" && isMine(this.#state, conversation);
    if (!typesToBuyer || this.#now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = this.#now();
    this.#line?.typing(conversation);
  }

  /** Puts a finished sentence into the reply. */
  insert(conversation: ConversationId, sentence: string): void {
    this.#do({ do: "insert", conversation, sentence });
  }

  /** Takes the assistant's draft as the reply. */
  take(conversation: ConversationId, from: { turn: TurnId; text: string }): void {
    this.#do({ do: "take", conversation, from });
  }

  /** Sends what stands in the open tab of the composer, and empties it. */
  sendDraft(conversation: ConversationId): void {
    const draft = draftOf(this.#state.drafts, conversation);
    const isNote = draft.tab === "note";
    const text = (isNote ? draft.note : draft.reply).trim();
    if (text === "") return;
    const turn = isNote ? undefined : sentDraft(draft);
    this.#do({
      do: "draft",
      conversation,
      change: isNote ? { note: "", tab: "reply" } : { reply: "", from: undefined },
    });
    const id = freshId();
    const said: Said = isNote ? { kind: "note" } : turn ? { kind: "send", turn } : { kind: "send" };
    this.#do({ do: "say", conversation, id, text, said });
    this.#say(conversation, id, text, said);
  }

  /** The same words under the same id, so that the server stores them once whatever happened before. */
  sendAgain(conversation: ConversationId, id: string): void {
    const log = this.#state.logs[conversation];
    const words = log?.screen.pending.find((held) => held.id === id);
    if (!words) return;
    this.#do({ do: "sayAgain", conversation, id });
    this.#say(conversation, id, words.text, log?.said[id] ?? { kind: "send" });
  }

  /** Only words that were refused: what may have reached the server cannot be taken back. */
  discard(conversation: ConversationId, id: string): void {
    this.#do({ do: "discard", conversation, id });
  }

  /** What is on the screen has been seen; the buyer is told only by whoever answers. */
  see(conversation: ConversationId): void {
    const seq = this.#state.logs[conversation]?.screen.held ?? 0;
    if (seq === 0) return;
    this.#do({ do: "seen", conversation, seq });
    const tell = this.#state.line === "open" && isMine(this.#state, conversation);
    if (!tell || (this.#readTo[conversation] ?? 0) >= seq) return;
    this.#readTo[conversation] = seq;
    this.#line?.read(conversation, seq);
  }

  /** This and the following are fulfilled once the server has done it, and rejected with its `Problem`. */
  async claim(conversation: ConversationId): Promise<void> {
    this.#claimed.add(conversation);
    try {
      await this.#ask((line) => line.claim(conversation));
    } catch (problem) {
      this.#claimed.delete(conversation);
      throw problem;
    }
  }

  giveBack(conversation: ConversationId): Promise<void> {
    return this.#ask((line) => line.giveBack(conversation));
  }

  close(conversation: ConversationId): Promise<void> {
    return this.#ask((line) => line.close(conversation));
  }

  transfer(
    conversation: ConversationId,
    to: { to_agent: string } | { to_skill: string },
    reason: string,
  ): Promise<void> {
    return this.#ask((line) => line.transfer({ conversation, ...to, reason }));
  }

  async #ask(say: (line: DeskLine) => string): Promise<void> {
    if (this.#line) await this.#requests.expect(say(this.#line));
  }

  #say(conversation: ConversationId, id: string, text: string, said: Said): void {
    if (said.kind === "note") this.#line?.note(conversation, text, id);
    else this.#line?.send(conversation, text, said.turn, id);
  }

  #do(action: DeskAction): void {
    const next = reduceDesk(this.#state, action, this.#now());
    if (next === this.#state) return;
    this.#state = next;
    if (isHistory(next, action)) return;
    for (const listener of this.#listeners) listener();
  }
}

/** A long conversation comes as thousands of frames; its screen is drawn once, with the last of them. */
function isHistory(state: DeskState, action: DeskAction): boolean {
  if (action.do !== "told" || action.frame.type !== "event") return false;
  return action.frame.seq < (state.logs[action.frame.conversation]?.about?.seq ?? 0);
}
