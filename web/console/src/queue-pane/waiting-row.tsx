import { useDeskState } from "../desk/desk-room.tsx";
import { useNow } from "../desk/now.ts";
import { type Waiting, waitsSince } from "../desk/queue.ts";
import { useLanguage } from "../words/language.tsx";
import { shortTime, span } from "../words/times.ts";
import { BuyerPicture } from "./buyer-picture.tsx";
import { Countdown } from "./countdown.tsx";
import styles from "./queue-pane.module.css";
import { ReasonTag } from "./reason-tag.tsx";
import { Row } from "./row.tsx";

/** A conversation that waits for a person, or is with one. */
export function WaitingRow({ item }: { item: Waiting }) {
  const { words } = useLanguage();
  const now = useNow();
  const skew = useDeskState((state) => state.skew);
  const unseen = useDeskState(
    (state) => state.open !== item.conversation && (state.seen[item.conversation] ?? 0) < item.seq,
  );
  const waits = item.state === "queued" || item.waiting_since !== null;
  const waited = span(now + skew - waitsSince(item), words);

  return (
    <Row
      conversation={item.conversation}
      deadline={item.deadline}
      picture={<BuyerPicture name={item.buyer_name} level={item.vip_level} unseen={unseen} />}
      name={item.buyer_name ?? words.queue.anonymous}
      level={item.vip_level}
      corner={
        item.deadline === null ? shortTime(item.last_at, now, words) : <Countdown deadline={item.deadline} />
      }
      text={item.last_text || words.queue.noMessage}
      strong={unseen}
      foot={
        <>
          {item.reason && <ReasonTag reason={item.reason} />}
          {item.skill && <span className={styles.skill}>{words.skill[item.skill] ?? item.skill}</span>}
          {waits && <span className={styles.waited}>{words.queue.waited(waited)}</span>}
        </>
      }
    />
  );
}
