import type { Entry, Pending, Screen } from "@xiaoer/protocol";
import { sameDay } from "./times.ts";

type MessageEntry = Extract<Entry, { kind: "message" }>;
type LineEntry = Exclude<Entry, MessageEntry>;

/** What the transcript shows, from top to bottom. */
export type Item =
  | { type: "day"; key: string; at: number }
  | { type: "message"; key: string; entry: MessageEntry; opensGroup: boolean }
  | { type: "line"; key: string; entry: LineEntry }
  | { type: "pending"; key: string; pending: Pending };

/** Messages closer together than this, by the same author, are one group. */
const GROUP_MS = 5 * 60_000;

export function itemsOf(screen: Screen): Item[] {
  const items: Item[] = [];
  const place = (pending: Pending) => items.push({ type: "pending", key: `p${pending.id}`, pending });
  // What failed stays where it was said; what is on its way will come last.
  const failed = screen.pending.filter(({ standing }) => standing === "failed");
  let last: Entry | undefined;
  for (const entry of screen.entries) {
    if (!last || !sameDay(last.at, entry.at)) items.push({ type: "day", key: `d${entry.seq}`, at: entry.at });
    if (entry.kind === "message") {
      items.push({ type: "message", key: `e${entry.seq}`, entry, opensGroup: opensGroup(last, entry) });
    } else {
      items.push({ type: "line", key: `e${entry.seq}`, entry });
    }
    for (const pending of failed) if (pending.after === entry.seq) place(pending);
    last = entry;
  }
  const held = new Set(screen.entries.map(({ seq }) => seq));
  for (const pending of screen.pending) {
    if (pending.standing !== "failed" || !held.has(pending.after)) place(pending);
  }
  return items;
}

function opensGroup(before: Entry | undefined, entry: Entry): boolean {
  return (
    before?.kind !== "message" ||
    before.author.kind !== entry.author.kind ||
    before.author.id !== entry.author.id ||
    entry.at - before.at > GROUP_MS
  );
}

/** The card that still waits for an answer: the newest message's, as long as nothing was said after it. */
export function openCards(screen: Screen): ReadonlySet<string> {
  const last = screen.entries.findLast((entry) => entry.kind === "message");
  if (screen.state === "closed" || screen.pending.length > 0 || last?.author.kind === "buyer")
    return new Set();
  return new Set(last?.kind === "message" ? last.body.cards?.map((card) => card.id) : []);
}

/** By card, the choice that the buyer made. */
export function choicesMade(screen: Screen): ReadonlyMap<string, string> {
  const made = new Map<string, string>();
  for (const entry of screen.entries) {
    if (entry.kind === "message" && entry.body.chose)
      made.set(entry.body.chose.card, entry.body.chose.choice);
  }
  for (const { chose } of screen.pending) if (chose) made.set(chose.card, chose.choice);
  return made;
}

/** The buyer's newest stored message: the one that tells whether it was read. */
export function receiptSeq(screen: Screen): number | undefined {
  return screen.entries.findLast((entry) => entry.kind === "message" && entry.author.kind === "buyer")?.seq;
}
