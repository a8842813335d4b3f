/** The part of a WebSocket that is used. */
export interface Socket {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

/** All that a connection takes from the browser, so that tests can bring a network and a clock of their own. */
export interface Surroundings {
  open(url: string, protocol: string): Socket;
  now(): number;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** Runs once, later; the answer cancels it. */
  later(ms: number, run: () => void): () => void;
  /** Runs whenever the network or the page comes back; the answer cancels it. */
  onWake(run: () => void): () => void;
  /** Runs when the browser itself says that the network is gone; the answer cancels it. */
  onAway(run: () => void): () => void;
}

export const browser: Surroundings = {
  open: (url, protocol) => new WebSocket(url, protocol) as Socket,
  now: () => Date.now(),
  random: () => Math.random(),
  later(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  onWake(run) {
    const onVisible = () => {
      if (document.visibilityState === "visible") run();
    };
    addEventListener("online", run);
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      removeEventListener("online", run);
      document.removeEventListener("visibilitychange", onVisible);
    };
  },
  onAway(run) {
    addEventListener("offline", run);
    return () => removeEventListener("offline", run);
  },
};

/** An id of the client's own. `crypto.randomUUID` would need https, which a shop's test server may not have. */
export function freshId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** The address of a socket on the page's own server. */
export function socketUrl(path: string, page: { protocol: string; host: string } = location): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}${path}`;
}
