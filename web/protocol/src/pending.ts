import { comesBack } from "./socket.ts";
import type { Chose, Message, Problem } from "./types.ts";

/** A message of one's own that is not in the log yet, as far as this client knows. */
export interface Pending {
  id: string;
  text: string;
  at: number;
  /** The last event that was here when it was sent. */
  after: number;
  standing: "sending" | "stored" | "failed";
  /** Known from the acknowledgement on. */
  seq?: number;
  chose?: Chose;
  problem?: Problem;
}

/**
 * Without the message that has become this event. The acknowledgement says which number a pending message got; the
 * event may overtake it, and then the oldest unacknowledged message with these words is the one.
 */
export function stored(all: Pending[], seq: number, { text, chose }: Message): Pending[] {
  const itself =
    all.find((pending) => pending.seq === seq) ??
    all.find(
      (pending) =>
        pending.seq === undefined &&
        (pending.chose
          ? pending.chose.card === chose?.card && pending.chose.choice === chose.choice
          : pending.text.trim() === text.trim()),
    );
  return all.filter((pending) => pending !== itself);
}

/** `held` is the newest event that is here: an acknowledged one that is not newer needs no waiting for. */
export function acknowledged(all: Pending[], id: string, seq: number | undefined, held: number): Pending[] {
  if (seq !== undefined && seq <= held) return all.filter((pending) => pending.id !== id);
  return changed(all, id, (pending) => ({
    ...pending,
    standing: "stored",
    ...(seq !== undefined && { seq }),
  }));
}

export function refused(all: Pending[], problem: Problem): Pending[] {
  if (!problem.id || comesBack(problem)) return all;
  return changed(all, problem.id, (pending) => ({ ...pending, standing: "failed", problem }));
}

export function triedAgain(all: Pending[], id: string, held: number): Pending[] {
  return changed(all, id, ({ problem: _, ...kept }) => ({ ...kept, after: held, standing: "sending" }));
}

function changed(all: Pending[], id: string, change: (pending: Pending) => Pending): Pending[] {
  return all.map((pending) => (pending.id === id ? change(pending) : pending));
}
