import type { Cited } from "../conversation-pane/rows.ts";
import { showEvent } from "../conversation-pane/show-event.ts";
import { LinkOutlined } from "../looks/icons.tsx";
import { useWords } from "../words/language.tsx";
import styles from "./buyer-pane.module.css";

export function CitedList({ cited, onShown }: { cited: Cited[]; onShown?: (() => void) | undefined }) {
  const words = useWords();
  if (cited.length === 0) return <p className={styles.none}>{words.buyer.noEvidence}</p>;
  return (
    <ul className={styles.cited}>
      {cited.map(({ id, seq, text }) => (
        <li key={id}>
          <button
            type="button"
            title={words.buyer.showMessage}
            onClick={() => {
              onShown?.();
              showEvent(seq);
            }}
          >
            <span className={styles.record}>
              <LinkOutlined /> {id}
            </span>
            <span className={styles.answer}>{text}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
