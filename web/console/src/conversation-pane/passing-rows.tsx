import { useNow } from "../desk/now.ts";
import { RobotOutlined } from "../looks/icons.tsx";
import { useWords } from "../words/language.tsx";
import { dayName } from "../words/times.ts";
import styles from "./event-list.module.css";

export function DayRow({ at }: { at: number }) {
  const words = useWords();
  return <h3 className={styles.day}>{dayName(at, useNow(), words)}</h3>;
}

/** The assistant's reply while it is written; its event takes this row's place. */
export function StreamingRow({ text }: { text: string }) {
  const words = useWords();
  return (
    <article className={styles.message} data-author="assistant" data-lead data-testid="streaming">
      <header className={styles.byline}>
        <RobotOutlined />
        <span>{words.conversation.assistantWriting}</span>
      </header>
      <div className={styles.bubble}>
        {text}
        <span className={styles.caret} />
      </div>
    </article>
  );
}
