import type { ConversationId, TurnId } from "@xiaoer/protocol";

export type Tab = "reply" | "note";

/** Words begun and not sent, kept for each conversation while others are open. */
export interface Draft {
  tab: Tab;
  reply: string;
  note: string;
  /** The assistant's draft that the reply was taken from. */
  from?: { turn: TurnId; text: string };
  /** Counts what was put in from elsewhere: the field takes the focus then. */
  inserted: number;
}

export type Drafts = Readonly<Record<ConversationId, Draft>>;

export const EMPTY_DRAFT: Draft = { tab: "reply", reply: "", note: "", inserted: 0 };

export const LONGEST_TEXT = 4_000;

export function draftOf(drafts: Drafts, conversation: ConversationId): Draft {
  return drafts[conversation] ?? EMPTY_DRAFT;
}

export function changeDraft(drafts: Drafts, conversation: ConversationId, change: Partial<Draft>): Drafts {
  return { ...drafts, [conversation]: { ...draftOf(drafts, conversation), ...change } };
}

/** Puts a finished sentence before what the agent has written already, which is never thrown away. */
export function insertSentence(drafts: Drafts, conversation: ConversationId, sentence: string): Drafts {
  const { reply, inserted } = draftOf(drafts, conversation);
  return changeDraft(drafts, conversation, {
    tab: "reply",
    inserted: inserted + 1,
    reply: reply.trim() === "" ? sentence : `${sentence}\n${reply}`,
  });
}

/** Takes the assistant's draft as the reply. */
export function takeDraft(
  drafts: Drafts,
  conversation: ConversationId,
  from: { turn: TurnId; text: string },
): Drafts {
  const { inserted } = draftOf(drafts, conversation);
  return changeDraft(drafts, conversation, { tab: "reply", reply: from.text, from, inserted: inserted + 1 });
}

/** As the server counts: characters, not UTF-16 units, so that an emoji is one. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The turn whose draft these words are, as long as nobody has changed them. */
export function sentDraft(draft: Draft): TurnId | undefined {
  return draft.from && draft.from.text.trim() === draft.reply.trim() ? draft.from.turn : undefined;
}
