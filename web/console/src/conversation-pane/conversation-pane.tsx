import type { ConversationId } from "@xiaoer/protocol";
import { Spin } from "antd";
import { useMemo } from "react";
import { useDeskState } from "../desk/desk-room.tsx";
import { handsOf } from "../desk/state.ts";
import { useWords } from "../words/language.tsx";
import { BriefCard } from "./brief-card.tsx";
import { Composer } from "./composer.tsx";
import { ConversationHead } from "./conversation-head.tsx";
import styles from "./conversation-pane.module.css";
import { EventList } from "./event-list.tsx";
import { briefOf, draftOf } from "./rows.ts";

interface ConversationPaneProps {
  conversation: ConversationId;
  /** Given where the buyer's panel has no place of its own. */
  onDetails?: (() => void) | undefined;
}

export function ConversationPane({ conversation, onDetails }: ConversationPaneProps) {
  const words = useWords();
  const log = useDeskState((state) => state.logs[conversation]);
  const state = useDeskState((desk) => handsOf(desk, conversation)?.state);
  const briefed = useMemo(() => log && briefOf(log.screen), [log]);
  const draft = useMemo(() => log && draftOf(log.screen), [log]);
  const loaded = log?.about !== undefined && (log.screen.held > 0 || log.about.seq === 0);

  return (
    <section className={styles.pane} data-testid="conversation" data-state={state}>
      <ConversationHead conversation={conversation} onDetails={onDetails} />
      {briefed && loaded && (state === "queued" || state === "human") && (
        <BriefCard {...briefed} draft={draft} conversation={conversation} />
      )}
      {loaded ? (
        <EventList conversation={conversation} log={log} />
      ) : (
        <Spin className={styles.loading} description={words.conversation.loading} />
      )}
      {loaded && <Composer conversation={conversation} />}
    </section>
  );
}
