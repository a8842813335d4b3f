import type { Entry } from "./state.ts";

/** What somebody in danger is to do at once, apart from the line about the queue that follows it. */
export interface Alarm {
  words: string;
  line: string;
}

/** Emergency services and public hotlines. */
const SERVICE = /^(?:1[12]\d|12\d{3}|1925|18111|911|999)$/;
/** What makes an amount of the number before it. */
const UNIT = /^\s*(?:[位名条件元岁月天分秒克毫升%℃°]|小[时時]|ml|mg|kg|g\b|cm|yuan|min)/i;
/** Somebody is told to call. */
const CALL = /[拨撥]打|打电话|打電話|[报報]警|急救|[热熱][线線]|\bcall\b|\bdial\b/i;
/** So far before the number, at most. */
const CALL_WITHIN = 60;

/**
 * A handoff's one message has its reason's words before the line about the queue. They are an alarm where the handoff
 * was for somebody's safety, and wherever they tell to call for help.
 */
export function alarmOf(entry: Entry, before: Entry | undefined): Alarm | undefined {
  if (entry.kind !== "message" || entry.author.kind !== "system") return undefined;
  const { text } = entry.body;
  const cut = text.lastIndexOf("\n");
  const words = cut < 0 ? text : text.slice(0, cut);
  const ofSafety = cut >= 0 && before?.kind === "handoff" && before.body.reason.startsWith("safety_");
  if (!ofSafety && !callsForHelp(words)) return undefined;
  return { words, line: cut < 0 ? "" : text.slice(cut + 1) };
}

/** A text cut at the numbers to call. */
export function numbersIn(text: string): Array<{ text: string; tel?: true }> {
  const pieces: Array<{ text: string; tel?: true }> = [];
  let from = 0;
  for (const { number, at } of servicesIn(text)) {
    if (at > from) pieces.push({ text: text.slice(from, at) });
    pieces.push({ text: number, tel: true });
    from = at + number.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

function callsForHelp(text: string): boolean {
  return servicesIn(text).some(({ at }) => {
    const sentence = text.slice(Math.max(0, at - CALL_WITHIN), at).split(/[。！!\n]/);
    return CALL.test(sentence.at(-1) ?? "");
  });
}

function servicesIn(text: string): Array<{ number: string; at: number }> {
  return [...text.matchAll(/\d[\d.]*\d/g)]
    .map((found) => ({ number: found[0], at: found.index }))
    .filter(({ number, at }) => SERVICE.test(number) && !UNIT.test(text.slice(at + number.length)));
}
