import type { ConversationId, Entry } from "@xiaoer/protocol";
import { memo } from "react";
import { useWords } from "../words/language.tsx";
import { DraftRow, FlagRow, NoteRow, ToolRow } from "./desk-only-rows.tsx";
import { MessageRow } from "./message-row.tsx";
import { SystemRow } from "./system-row.tsx";

interface EventRowProps {
  entry: Entry;
  /** The first of several that are read as one. */
  lead: boolean;
  conversation: ConversationId;
  /** Whether the buyer has read it, where that is to be shown. */
  read: boolean | undefined;
}

export const EventRow = memo(function EventRow({ entry, lead, conversation, read }: EventRowProps) {
  const words = useWords();
  switch (entry.kind) {
    case "message":
      return (
        <MessageRow entry={entry} body={entry.body} lead={lead} conversation={conversation} read={read} />
      );
    case "note":
      return <NoteRow entry={entry} body={entry.body} />;
    case "tool":
      return <ToolRow entry={entry} body={entry.body} />;
    case "flag":
      return <FlagRow entry={entry} body={entry.body} />;
    case "draft":
      return <DraftRow entry={entry} body={entry.body} conversation={conversation} />;
    case "brief":
      return <SystemRow entry={entry} text={words.event.briefMade} />;
    case "handoff":
    case "joined":
    case "returned":
    case "closed":
    case "rated":
    case "offer":
    case "offer_answered":
    case "transfer":
      return <SystemRow entry={entry} />;
    default:
      // A newer server may know kinds that this page does not; they must not break the log.
      return <SystemRow entry={entry} text={words.event.unknown((entry as { kind: string }).kind)} />;
  }
});
