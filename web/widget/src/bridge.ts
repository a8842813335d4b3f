import type { ToApp, ToLoader } from "./messages.ts";

/** The way to the loader in the shop's page, if the app is in its frame and not in a page of its own. */
export class Bridge {
  /** The shop's exact origin. The server decides by `frame-ancestors` who may frame the app at all. */
  readonly #origin: string | null;

  constructor(query: URLSearchParams) {
    this.#origin = parent === window ? null : query.get("origin");
  }

  get framed(): boolean {
    return this.#origin !== null;
  }

  tell(message: ToLoader): void {
    if (this.#origin !== null) parent.postMessage(message, this.#origin);
  }

  listen(hear: (message: ToApp) => void): void {
    addEventListener("message", (event) => {
      const fromShop = event.source === parent && event.origin === this.#origin;
      if (fromShop && typeof event.data?.xiaoer === "string") hear(event.data);
    });
  }
}
