import { type Alarm, alarmOf, type CardState, type Entry, type Pending, type Screen } from "@xiaoer/protocol";
import { sameDay } from "./times.ts";

type MessageEntry = Extract<Entry, { kind: "message" }>;
type LineEntry = Exclude<Entry, MessageEntry>;

/** What the transcript shows, from top to bottom. */
export type Item =
  | { type: "day"; key: string; at: number }
  | { type: "message"; key: string; entry: MessageEntry; opensGroup: boolean }
  | { type: "alarm"; key: string; alarm: Alarm }
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
    const alarm = alarmOf(entry, last);
    if (alarm) {
      items.push({ type: "alarm", key: `e${entry.seq}`, alarm });
    } else if (entry.kind === "message") {
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

/**
 * The cards that still wait for an answer: those of the newest message as long as nothing was said after it, and those
 * that something depends on as long as the conversation lasts; the server says what became of them.
 */
export function openCards(screen: Screen): ReadonlySet<string> {
  if (screen.state === "closed") return new Set();
  const messages = screen.entries.filter((entry) => entry.kind === "message");
  const last = messages.at(-1);
  const newest = screen.pending.length > 0 || last?.author.kind === "buyer" ? undefined : last;
  const open = messages.flatMap((entry) =>
    (entry.body.cards ?? []).filter((card) => entry === newest || BINDING.has(card.kind)),
  );
  return new Set(open.map((card) => card.id));
}

/** Cards that something depends on. */
const BINDING = new Set(["offer", "confirm"]);

/** By card, where it stands, as it was said last. */
export function cardStates(screen: Screen): ReadonlyMap<string, CardState> {
  const states = new Map<string, CardState>();
  for (const entry of screen.entries) {
    if (entry.kind === "message" && entry.body.settles)
      states.set(entry.body.settles.card, entry.body.settles.state);
    if (entry.kind === "offer_answered") states.set(entry.body.offer, entry.body.state);
  }
  return states;
}

/** By card, the choice that the buyer made. */
export function choicesMade(screen: Screen): ReadonlyMap<string, string> {
  const made = new Map<string, string>();
  for (const entry of screen.entries) {
    // The first one counts.
    if (entry.kind === "message" && entry.body.chose && !made.has(entry.body.chose.card))
      made.set(entry.body.chose.card, entry.body.chose.choice);
  }
  for (const { chose } of screen.pending)
    if (chose && !made.has(chose.card)) made.set(chose.card, chose.choice);
  return made;
}

/** The buyer's newest stored message: the one that tells whether it was read. */
export function receiptSeq(screen: Screen): number | undefined {
  return screen.entries.findLast((entry) => entry.kind === "message" && entry.author.kind === "buyer")?.seq;
}
