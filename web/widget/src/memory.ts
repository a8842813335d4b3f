/** What a visit leaves behind for the next one. */
export interface Remembered {
  token?: string;
  expiresAt?: number;
  /** Whose token it is, where the shop said who the buyer is. */
  subject?: string | undefined;
  conversation?: string | undefined;
  epoch?: string | undefined;
  readUpTo?: number;
}

/** A store's part of the browser's storage; where that is forbidden, the visit is simply forgotten afterwards. */
export class Memory {
  readonly #key: string;
  #held: Remembered;

  constructor(store: string) {
    this.#key = `xiaoer:${store}`;
    this.#held = this.#load();
  }

  get(): Remembered {
    return this.#held;
  }

  keep(change: Remembered): void {
    this.#held = { ...this.#held, ...change };
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#held));
    } catch {}
  }

  /** Another tab has read on. */
  onChange(run: () => void): void {
    addEventListener("storage", (event) => {
      if (event.key !== this.#key) return;
      this.#held = this.#load();
      run();
    });
  }

  #load(): Remembered {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? "{}");
    } catch {
      return {};
    }
  }
}
