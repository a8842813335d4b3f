import {
  type Alarm,
  alarmOf,
  type Brief,
  type Draft,
  type Entry,
  type Pending,
  type Screen,
  type Streaming,
} from "@xiaoer/protocol";
import type { Log, Said } from "../desk/log.ts";
import { sameDay } from "../words/times.ts";

/** One line of the conversation as it is drawn. */
export type Row =
  | { is: "day"; key: string; at: number }
  /** `lead`: the first of several that are read as one. `read`: by the buyer, told below the newest reply only. */
  | { is: "entry"; key: string; entry: Entry; lead: boolean; read: boolean | undefined }
  | { is: "alarm"; key: string; entry: Entry; alarm: Alarm }
  | { is: "pending"; key: string; pending: Pending; kind: Said["kind"] }
  | { is: "streaming"; key: string; streaming: Streaming };

/** Words of one author within this time are read as one. */
const ONE_BREATH_MS = 3 * 60_000;

export function rowsOf(log: Log): Row[] {
  const { entries, pending, streaming, readByThem } = log.screen;
  const lastReply = lastReplyOf(log.screen);
  const rows: Row[] = [];
  let before: Entry | undefined;
  for (const entry of entries) {
    if (!before || !sameDay(before.at, entry.at)) {
      rows.push({ is: "day", key: `day-${entry.seq}`, at: entry.at });
      before = undefined;
    }
    const alarm = alarmOf(entry, before);
    const read = entry.seq === lastReply ? readByThem >= entry.seq : undefined;
    if (alarm) rows.push({ is: "alarm", key: `entry-${entry.seq}`, entry, alarm });
    else rows.push({ is: "entry", key: `entry-${entry.seq}`, entry, lead: !goesOn(before, entry), read });
    before = entry;
  }
  if (streaming) rows.push({ is: "streaming", key: `turn-${streaming.turn}`, streaming });
  for (const words of pending) {
    const kind = log.said[words.id]?.kind ?? "send";
    rows.push({ is: "pending", key: words.id, pending: words, kind });
  }
  return rows;
}

/** The newest brief, which whoever takes over must know, and whether a person has answered since. */
export function briefOf(screen: Screen): { brief: Brief; answered: boolean } | undefined {
  const at = screen.entries.findLastIndex((entry) => entry.kind === "brief");
  const entry = screen.entries[at];
  if (entry?.kind !== "brief") return undefined;
  const after = screen.entries.slice(at);
  return {
    brief: entry.body,
    answered: after.some((one) => one.kind === "message" && one.author.kind === "agent"),
  };
}

/** What the assistant would answer, as long as nobody has answered. */
export function draftOf(screen: Screen): Draft | undefined {
  const last = screen.entries.findLast(
    (entry) =>
      entry.kind === "draft" ||
      (entry.kind === "message" && (entry.author.kind === "agent" || entry.author.kind === "assistant")),
  );
  return last?.kind === "draft" ? last.body : undefined;
}

/** An answer of the assistant's, with the records that it rests on. */
export interface Cited {
  seq: number;
  text: string;
  ids: string[];
}

/** Newest first. */
export function citedIn(screen: Screen): Cited[] {
  const cited: Cited[] = [];
  for (const { seq, ...entry } of screen.entries) {
    if (entry.kind !== "message" || !entry.body.evidence?.length) continue;
    cited.push({ seq, text: entry.body.text, ids: [...new Set(entry.body.evidence)] });
  }
  return cited.reverse();
}

/** The newest message, if this agent wrote it. */
function lastReplyOf(screen: Screen): number | undefined {
  const last = screen.entries.findLast((entry) => entry.kind === "message");
  return last && last.author.kind === "agent" && last.author.id === screen.me.id ? last.seq : undefined;
}

function goesOn(before: Entry | undefined, entry: Entry): boolean {
  return (
    before !== undefined &&
    before.kind === entry.kind &&
    (entry.kind === "message" || entry.kind === "note") &&
    before.author.kind === entry.author.kind &&
    before.author.id === entry.author.id &&
    entry.at - before.at < ONE_BREATH_MS
  );
}
