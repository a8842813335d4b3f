import { Empty } from "antd";
import { useWords } from "../words/language.tsx";
import styles from "./conversation-pane.module.css";

export function NothingOpen() {
  const words = useWords();
  return (
    <div className={styles.nothing}>
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          <>
            <div>{words.conversation.pick}</div>
            <small>{words.conversation.pickHint}</small>
          </>
        }
      />
    </div>
  );
}
