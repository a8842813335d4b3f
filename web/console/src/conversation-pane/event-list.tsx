import type { ConversationId } from "@xiaoer/protocol";
import { Button } from "antd";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useDesk } from "../desk/desk-room.tsx";
import type { Log } from "../desk/log.ts";
import { DownOutlined } from "../looks/icons.tsx";
import { useWords } from "../words/language.tsx";
import { AlarmRow } from "./alarm-row.tsx";
import styles from "./event-list.module.css";
import { EventRow } from "./event-row.tsx";
import { DayRow, StreamingRow } from "./passing-rows.tsx";
import { PendingRow } from "./pending-row.tsx";
import { type Row, rowsOf } from "./rows.ts";
import { TypingRow } from "./typing-row.tsx";

/** Nearer to the end than this counts as being there. */
const NEAR_END_PX = 80;
/** Drawing thousands of rows would make each keystroke slow, and nobody reads them. */
const ROWS_AT_ONCE = 300;

export function EventList({ conversation, log }: { conversation: ConversationId; log: Log }) {
  const words = useWords();
  const rows = useMemo(() => rowsOf(log), [log]);
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  useSeeing(conversation, log.screen.held, atEnd);

  const toEnd = () => box.current?.scrollTo({ top: box.current.scrollHeight });

  // Who reads the end stays there as it grows; who has scrolled up is left alone.
  // Every change of the log may have made it longer.
  useLayoutEffect(() => {
    if (atEnd) toEnd();
  }, [log, atEnd]);

  // The composer grows and the keyboard of a phone comes up: the end moves without a new word.
  useEffect(() => {
    const list = box.current;
    if (!list || !atEnd) return;
    const watch = new ResizeObserver(() => list.scrollTo({ top: list.scrollHeight }));
    watch.observe(list);
    return () => watch.disconnect();
  }, [atEnd]);

  const onScroll = () => {
    const list = box.current;
    if (list) setAtEnd(list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX);
  };

  return (
    <div className={styles.frame}>
      <div
        className={styles.list}
        ref={box}
        onScroll={onScroll}
        role="log"
        aria-live="polite"
        data-testid="log"
      >
        {rows.length > most && (
          <Button className={styles.earlier} type="link" onClick={() => setMost(most + ROWS_AT_ONCE)}>
            {words.conversation.earlier}
          </Button>
        )}
        {rows.slice(-most).map((row) => (
          <LogRow key={row.key} row={row} conversation={conversation} />
        ))}
        {log.screen.typing && <TypingRow typing={log.screen.typing} />}
      </div>
      {!atEnd && (
        <Button className={styles.toEnd} shape="round" icon={<DownOutlined />} onClick={toEnd}>
          {words.conversation.newMessages}
        </Button>
      )}
    </div>
  );
}

function LogRow({ row, conversation }: { row: Row; conversation: ConversationId }) {
  switch (row.is) {
    case "day":
      return <DayRow at={row.at} />;
    case "entry":
      return <EventRow entry={row.entry} lead={row.lead} read={row.read} conversation={conversation} />;
    case "alarm":
      return <AlarmRow entry={row.entry} alarm={row.alarm} />;
    case "streaming":
      return <StreamingRow text={row.streaming.text} />;
    case "pending":
      return <PendingRow pending={row.pending} kind={row.kind} conversation={conversation} />;
  }
}

/** Tells the desk what has been seen, but not while the page lies behind another. */
function useSeeing(conversation: ConversationId, held: number, atEnd: boolean): void {
  const desk = useDesk();
  // A longer log has more to be seen.
  useEffect(() => {
    const see = () => {
      if (atEnd && document.visibilityState === "visible") desk.see(conversation);
    };
    see();
    document.addEventListener("visibilitychange", see);
    return () => document.removeEventListener("visibilitychange", see);
  }, [desk, conversation, held, atEnd]);
}
