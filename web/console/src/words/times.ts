import dayjs from "dayjs";
import type { Words } from "./zh-cn.ts";

/** `14:05`, in the browser's time zone like every time on the screen. */
export function clockTime(at: number): string {
  return dayjs(at).format("HH:mm");
}

export function fullTime(at: number): string {
  return dayjs(at).format("YYYY-MM-DD HH:mm:ss");
}

/** A time to come, with its day unless that is the day of `from`. */
export function timeFrom(from: number, at: number): string {
  return dayjs(at).format(sameDay(from, at) ? "HH:mm" : "MM-DD HH:mm");
}

export function sameDay(a: number, b: number): boolean {
  return dayjs(a).isSame(b, "day");
}

export function dayName(at: number, now: number, words: Words): string {
  const day = dayjs(at);
  if (day.isSame(now, "day")) return words.conversation.today;
  if (day.isSame(dayjs(now).subtract(1, "day"), "day")) return words.conversation.yesterday;
  return day.format(day.isSame(now, "year") ? "MM-DD" : "YYYY-MM-DD");
}

/** The time for today, the day for anything older: as much as a row of a list has room for. */
export function shortTime(at: number, now: number, words: Words): string {
  return sameDay(at, now) ? clockTime(at) : dayName(at, now, words);
}

/** How long something has lasted, in its largest unit. */
export function span(ms: number, words: Words): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return words.time.seconds(seconds);
  if (seconds < 3600) return words.time.minutes(Math.floor(seconds / 60));
  if (seconds < 86_400) return words.time.hours(Math.floor(seconds / 3600));
  return words.time.days(Math.floor(seconds / 86_400));
}
