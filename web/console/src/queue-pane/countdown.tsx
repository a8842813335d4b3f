import { clockFace, secondsLeft, urgencyOf } from "../desk/clock.ts";
import { useNow } from "../desk/now.ts";
import { ClockCircleOutlined } from "../looks/icons.tsx";
import { useWords } from "../words/language.tsx";
import styles from "./countdown.module.css";

/** The 3-minute clock: grey, amber, red, and then how long it is over. */
export function Countdown({ deadline }: { deadline: number }) {
  const words = useWords();
  const now = useNow();
  const left = secondsLeft(deadline, now);
  const urgency = urgencyOf(deadline, now);
  const over = urgency === "overdue";
  const title = over ? words.queue.overdueBy(clockFace(left)) : words.queue.left(clockFace(left));
  return (
    <span className={styles.clock} data-urgency={urgency} role="timer" title={title}>
      <ClockCircleOutlined />
      {over ? words.queue.overdue : clockFace(left)}
    </span>
  );
}
