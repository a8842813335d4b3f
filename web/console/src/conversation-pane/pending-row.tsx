import type { ConversationId, Pending } from "@xiaoer/protocol";
import { Button } from "antd";
import { useDesk, useDeskState } from "../desk/desk-room.tsx";
import type { Said } from "../desk/log.ts";
import { ExclamationCircleFilled, LockOutlined } from "../looks/icons.tsx";
import { useWords } from "../words/language.tsx";
import styles from "./event-list.module.css";
import { Folded } from "./folded.tsx";

interface PendingRowProps {
  pending: Pending;
  kind: Said["kind"];
  conversation: ConversationId;
}

/** Words of ours on their way, or refused. */
export function PendingRow({ pending, kind, conversation }: PendingRowProps) {
  const words = useWords();
  const desk = useDesk();
  const open = useDeskState((state) => state.line === "open");
  const failed = pending.standing === "failed";
  const isNote = kind === "note";
  return (
    <article
      className={isNote ? styles.note : styles.message}
      data-author="agent"
      data-lead
      data-standing={pending.standing}
      data-testid="pending"
    >
      {isNote && (
        <header className={styles.byline}>
          <LockOutlined />
          <span>{words.event.noteLabel}</span>
        </header>
      )}
      <div className={isNote ? undefined : styles.bubble}>
        <Folded text={pending.text}>{pending.text}</Folded>
      </div>
      {failed ? (
        <footer className={styles.failed}>
          <ExclamationCircleFilled />
          <span title={pending.problem?.message}>{words.conversation.notSent}</span>
          <Button type="link" size="small" onClick={() => desk.sendAgain(conversation, pending.id)}>
            {words.conversation.resend}
          </Button>
          <Button type="link" size="small" onClick={() => desk.discard(conversation, pending.id)}>
            {words.conversation.discard}
          </Button>
        </footer>
      ) : (
        <small className={styles.mark}>
          {open ? words.conversation.sending : words.conversation.waitsForLine}
        </small>
      )}
    </article>
  );
}
