import type { Alarm, Entry } from "@xiaoer/protocol";
import { Alert } from "antd";
import { ExclamationCircleFilled } from "../looks/icons.tsx";
import { useWords } from "../words/language.tsx";
import { clockTime, fullTime } from "../words/times.ts";
import styles from "./event-list.module.css";

/** The buyer may be in danger, and was told this. Whoever opens the conversation must see it first. */
export function AlarmRow({ entry, alarm }: { entry: Entry; alarm: Alarm }) {
  const words = useWords();
  return (
    <article id={`event-${entry.seq}`} className={styles.alarm} data-testid="alarm">
      <Alert
        type="error"
        showIcon
        icon={<ExclamationCircleFilled />}
        title={alarm.words}
        description={
          <>
            {words.event.alarm} · {alarm.line} <time title={fullTime(entry.at)}>{clockTime(entry.at)}</time>
          </>
        }
      />
    </article>
  );
}
