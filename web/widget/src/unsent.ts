import type { Chose } from "@xiaoer/protocol";

/** Words that the server has not acknowledged, under the id that they will be sent with again. */
export interface Unsent {
  id: string;
  text: string;
  at: number;
  chose?: Chose | undefined;
}

/** More is a fault and not a talk. */
const MOST = 50;
/** Longer than the server takes, so that what is too long can still be cut. */
const LONGEST_DRAFT = 10_000;
/** After a day nobody expects their words to be sent any more. */
const LASTS_MS = 24 * 3_600_000;

/**
 * What a shopper wrote and a reload must not lose. Each message has an entry of its own, so that two tabs never write
 * over each other's; what is half typed belongs to its tab. `whose` is the buyer as the shop names them: nobody gets
 * somebody else's words. Where storage is forbidden, nothing is kept.
 */
export class UnsentWords {
  readonly #messages: string;
  readonly #draft: string;

  constructor(store: string) {
    this.#messages = `xiaoer:${store}:unsent:`;
    this.#draft = `xiaoer:${store}:draft`;
  }

  keep(whose: string | undefined, words: Unsent): void {
    attempt(() => {
      if (this.#keys().length < MOST)
        localStorage.setItem(this.#messages + words.id, JSON.stringify({ ...words, whose }));
    });
  }

  /** The server has it, or does not want it. */
  settle(id: string): void {
    attempt(() => localStorage.removeItem(this.#messages + id));
  }

  /** Oldest first. */
  of(whose: string | undefined, now: number): Unsent[] {
    const found: Unsent[] = [];
    attempt(() => {
      for (const key of this.#keys()) {
        const kept = read<Unsent & { whose?: string }>(localStorage, key);
        if (!kept || kept.at < now - LASTS_MS) localStorage.removeItem(key);
        else if (kept.whose === whose) found.push(kept);
      }
    });
    return found.sort((a, b) => a.at - b.at);
  }

  keepDraft(whose: string | undefined, text: string): void {
    attempt(() => {
      if (text === "") sessionStorage.removeItem(this.#draft);
      else sessionStorage.setItem(this.#draft, JSON.stringify({ text: text.slice(0, LONGEST_DRAFT), whose }));
    });
  }

  draftOf(whose: string | undefined): string {
    let text = "";
    attempt(() => {
      const kept = read<{ text: string; whose?: string }>(sessionStorage, this.#draft);
      if (kept && kept.whose === whose) text = kept.text;
    });
    return text;
  }

  #keys(): string[] {
    return Object.keys(localStorage).filter((key) => key.startsWith(this.#messages));
  }
}

/** What is there may be of an older version, or of another hand. */
function read<Kept extends { text: string }>(storage: Storage, key: string): Kept | undefined {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? "null");
    return typeof kept?.text === "string" ? kept : undefined;
  } catch {
    return undefined;
  }
}

function attempt(run: () => void): void {
  try {
    run();
  } catch {}
}
