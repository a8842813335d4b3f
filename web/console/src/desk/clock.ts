/** The 3-minute clock: how long until a buyer who waits for a person has waited too long. */

export type Urgency = "none" | "calm" | "soon" | "urgent" | "overdue";

/** 100 and 150 of the 180 seconds have gone by at these marks. */
const SOON_S = 80;
const URGENT_S = 30;

/**
 * The moment of the mark on this browser's own clock. The server sends seconds that are left rather than a time, so a
 * computer whose clock is wrong counts down rightly all the same.
 */
export function deadlineOf(secondsLeft: number | null, receivedAt: number): number | null {
  return secondsLeft === null ? null : receivedAt + secondsLeft * 1000;
}

/** Whole seconds that are surely left: neither the server's count nor the tick of the screen is finer. */
export function secondsLeft(deadline: number, now: number): number {
  return Math.floor((deadline - now) / 1000);
}

export function urgencyOf(deadline: number | null, now: number): Urgency {
  if (deadline === null) return "none";
  const left = secondsLeft(deadline, now);
  if (left <= 0) return "overdue";
  if (left <= URGENT_S) return "urgent";
  return left <= SOON_S ? "soon" : "calm";
}

/** `2:05`, also for times beyond an hour: `61:05`. */
export function clockFace(seconds: number): string {
  const whole = Math.abs(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
