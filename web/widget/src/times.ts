import type { Words } from "./words/words.ts";

const DAY_MS = 86_400_000;

/** In days, by the calendar of the reader's own place. */
function daysBetween(earlier: number, later: number): number {
  const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0);
  return Math.round((midnight(later) - midnight(earlier)) / DAY_MS);
}

export function clock(at: number, words: Words): string {
  return new Intl.DateTimeFormat(words.tag, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
    at,
  );
}

export function day(at: number, now: number, words: Words): string {
  const ago = daysBetween(at, now);
  if (ago === 0) return words.today;
  if (ago === 1) return words.yesterday;
  if (ago === -1) return words.tomorrow;
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(words.tag, {
    month: "long",
    day: "numeric",
    weekday: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(at);
}

export function moment(at: number, now: number, words: Words): string {
  return `${day(at, now, words)} ${clock(at, words)}`;
}

export function sameDay(one: number, other: number): boolean {
  return daysBetween(one, other) === 0;
}
