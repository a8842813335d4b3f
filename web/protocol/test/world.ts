import type { Socket, Surroundings } from "../src/surroundings.ts";

/** The server's end of a socket that the client opened. */
export class Line implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly said: Array<Record<string, unknown>> = [];
  hungUp = false;

  send(text: string): void {
    this.said.push(JSON.parse(text));
  }

  close(): void {
    this.hungUp = true;
  }

  open(): void {
    this.onopen?.();
  }

  tell(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The network takes the socket away. */
  cut(): void {
    this.onclose?.();
  }

  types(): unknown[] {
    return this.said.map((frame) => frame.type);
  }
}

/** A network and a clock that do only what a test says. */
export class World implements Surroundings {
  readonly lines: Line[] = [];
  luck = 0.5;
  #now = 1_000_000;
  #timers: Array<{ at: number; run: () => void }> = [];
  #wakers = new Set<() => void>();
  #leavers = new Set<() => void>();

  open(): Socket {
    const line = new Line();
    this.lines.push(line);
    return line;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.luck;
  }

  later(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  onWake(run: () => void): () => void {
    this.#wakers.add(run);
    return () => this.#wakers.delete(run);
  }

  onAway(run: () => void): () => void {
    this.#leavers.add(run);
    return () => this.#leavers.delete(run);
  }

  /** The browser says that the network is gone. */
  async leave(): Promise<void> {
    for (const run of this.#leavers) run();
    await settled();
  }

  async wake(): Promise<void> {
    for (const run of this.#wakers) run();
    await settled();
  }

  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settled();
      const next = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = until;
  }

  get line(): Line {
    const line = this.lines.at(-1);
    if (!line) throw new Error("no socket was opened");
    return line;
  }
}

/** Long enough for the promises between two steps of a client. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
