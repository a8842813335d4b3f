/** Frames that the server has not acknowledged. They are sent again, with the same ids, until it has. */
export class Outbox<Frame extends { id?: string }> {
  readonly #frames = new Map<string, Frame>();

  keep(id: string, frame: Frame): void {
    this.#frames.set(id, frame);
  }

  settle(id: string): void {
    this.#frames.delete(id);
  }

  get(id: string): Frame | undefined {
    return this.#frames.get(id);
  }

  /** In the order in which they were kept. */
  all(): Frame[] {
    return [...this.#frames.values()];
  }
}
