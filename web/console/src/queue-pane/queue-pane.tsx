import { Badge, Segmented } from "antd";
import { useEffect, useMemo, useState } from "react";
import { useDeskState } from "../desk/desk-room.tsx";
import { mine, queued } from "../desk/queue.ts";
import { goTo } from "../frame/route.ts";
import { CHORDS, useShortcut } from "../frame/shortcut.ts";
import { useWords } from "../words/language.tsx";
import { AllConversations } from "./all-conversations.tsx";
import { neighbour } from "./neighbour.ts";
import { NobodyHere } from "./nobody-here.tsx";
import styles from "./queue-pane.module.css";
import { WaitingRow } from "./waiting-row.tsx";

type Segment = "queued" | "mine" | "all";

export function QueuePane() {
  const words = useWords();
  const waitings = useDeskState((state) => state.waitings);
  const known = useDeskState((state) => state.queueKnown);
  const open = useDeskState((state) => state.open);
  const me = useDeskState((state) => state.me?.agent);
  const waiting = useMemo(() => queued(waitings), [waitings]);
  const own = useMemo(() => mine(waitings, me), [waitings, me]);
  const [chosen, choose] = useState<Segment>();
  const [listed, setListed] = useState<readonly string[]>([]);

  // Until the agent has chosen, work that is already theirs comes before new work.
  const segment = chosen ?? (own.length > 0 ? "mine" : "queued");
  const rows = segment === "mine" ? own : waiting;

  // A conversation that was just taken has left the queue; the list follows it, so that it stays in sight.
  const taken = own.some((item) => item.conversation === open);
  useEffect(() => {
    if (taken) choose((before) => (before === "queued" ? "mine" : before));
  }, [taken]);

  const step = (by: 1 | -1) => {
    const ids = segment === "all" ? listed : rows.map((row) => row.conversation);
    const next = neighbour(ids, open, by);
    if (next) goTo(next);
  };
  useShortcut(CHORDS.next, () => step(1));
  useShortcut(CHORDS.previous, () => step(-1));

  return (
    <div className={styles.pane}>
      <div className={styles.segments}>
        <Segmented<Segment>
          block
          aria-label={words.queue.lists}
          value={segment}
          onChange={choose}
          options={[
            {
              value: "queued",
              label: <Counted segment="queued" word={words.queue.queued} count={waiting.length} urgent />,
            },
            { value: "mine", label: <Counted segment="mine" word={words.queue.mine} count={own.length} /> },
            { value: "all", label: words.queue.all },
          ]}
        />
      </div>
      {segment === "all" ? (
        <AllConversations onListed={setListed} />
      ) : (
        <ul className={styles.list} data-testid={`rows-${segment}`}>
          {rows.map((item) => (
            <WaitingRow key={item.conversation} item={item} />
          ))}
          {known && rows.length === 0 && (
            <NobodyHere
              title={segment === "mine" ? words.queue.emptyMine : words.queue.emptyQueued}
              hint={segment === "mine" ? words.queue.emptyMineHint : words.queue.emptyQueuedHint}
            />
          )}
        </ul>
      )}
    </div>
  );
}

function Counted(props: { segment: Segment; word: string; count: number; urgent?: boolean }) {
  const { segment, word, count, urgent } = props;
  return (
    <span className={styles.counted} data-testid={`segment-${segment}`}>
      {word}
      <Badge count={count} size="small" color={urgent ? "var(--solid-alarm)" : "var(--solid-quiet)"} />
    </span>
  );
}
