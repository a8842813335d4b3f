import { Tag } from "antd";
import type { Cited } from "../conversation-pane/rows.ts";
import { showEvent } from "../conversation-pane/show-event.ts";
import { evidenceWord } from "../words/evidence.ts";
import { useWords } from "../words/language.tsx";
import styles from "./buyer-pane.module.css";

export function CitedList({ cited, onShown }: { cited: Cited[]; onShown?: (() => void) | undefined }) {
  const words = useWords();
  if (cited.length === 0) return <p className={styles.none}>{words.buyer.noEvidence}</p>;
  return (
    <ul className={styles.cited}>
      {cited.map(({ seq, text, ids }) => (
        <li key={seq} data-testid="cited">
          <button
            type="button"
            title={words.buyer.showMessage}
            onClick={() => {
              onShown?.();
              showEvent(seq);
            }}
          >
            <span className={styles.answer}>{text}</span>
            <span className={styles.records}>
              {ids.map((id) => (
                <Tag key={id} title={id}>
                  {evidenceWord(id, words)}
                </Tag>
              ))}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
