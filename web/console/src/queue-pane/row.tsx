import { Tag } from "antd";
import { memo, type ReactNode } from "react";
import { urgencyOf } from "../desk/clock.ts";
import { useDeskState } from "../desk/desk-room.tsx";
import { useNow } from "../desk/now.ts";
import { goTo } from "../frame/route.ts";
import { useWords } from "../words/language.tsx";
import styles from "./queue-pane.module.css";

interface RowProps {
  conversation: string;
  deadline: number | null;
  picture: ReactNode;
  name: string;
  level: number;
  corner: ReactNode;
  text: string;
  /** The words have not been on this screen yet. */
  strong?: boolean;
  foot: ReactNode;
}

/** One line of any list of conversations. */
export const Row = memo(function Row(props: RowProps) {
  const words = useWords();
  const open = useDeskState((state) => state.open === props.conversation);
  const urgency = urgencyOf(props.deadline, useNow());
  return (
    <li>
      <button
        type="button"
        className={styles.row}
        data-conversation={props.conversation}
        data-urgency={urgency}
        aria-current={open}
        onClick={() => goTo(props.conversation)}
      >
        {props.picture}
        <span className={styles.body}>
          <span className={styles.line}>
            <span className={styles.name}>{props.name}</span>
            {props.level > 0 && (
              <Tag color="gold" className={styles.vip}>
                {words.queue.vip(props.level)}
              </Tag>
            )}
            <span className={styles.corner}>{props.corner}</span>
          </span>
          <span className={props.strong ? styles.strongText : styles.text}>{props.text}</span>
          <span className={styles.foot}>{props.foot}</span>
        </span>
      </button>
    </li>
  );
});
