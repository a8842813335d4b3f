import type { TellDesk } from "@xiaoer/protocol";

/** Frames that are answered once: `ack` or `error` with the id that the frame carried. */
export class Requests {
  readonly #waiting = new Map<string, Waiting>();

  /** Fulfilled when the server has done it, rejected with its `Problem` when it refused. */
  expect(id: string): Promise<void> {
    return new Promise((done, failed) => this.#waiting.set(id, { done, failed }));
  }

  hear(frame: TellDesk): void {
    if ((frame.type !== "ack" && frame.type !== "error") || !frame.id) return;
    const waiting = this.#waiting.get(frame.id);
    // The socket asks again by itself where the server only asks for patience.
    if (!waiting || (frame.type === "error" && frame.retry_after_ms !== undefined)) return;
    this.#waiting.delete(frame.id);
    if (frame.type === "ack") waiting.done();
    else waiting.failed(frame);
  }
}

interface Waiting {
  done(): void;
  failed(problem: unknown): void;
}
