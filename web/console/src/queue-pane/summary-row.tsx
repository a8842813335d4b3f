import type { ConversationSummary, State } from "@xiaoer/protocol";
import { Tag } from "antd";
import { useDeskState } from "../desk/desk-room.tsx";
import { useNow } from "../desk/now.ts";
import { useWords } from "../words/language.tsx";
import { shortTime } from "../words/times.ts";
import { BuyerPicture } from "./buyer-picture.tsx";
import { Countdown } from "./countdown.tsx";
import styles from "./queue-pane.module.css";
import { Row } from "./row.tsx";

export const STATE_COLOURS: Record<State, string | undefined> = {
  assistant: "purple",
  queued: "orange",
  human: "blue",
  closed: undefined,
};

/** A conversation as the list of all knows it; what the queue knows better is taken from there. */
export function SummaryRow({ item }: { item: ConversationSummary }) {
  const words = useWords();
  const now = useNow();
  const waiting = useDeskState((state) => state.waitings[item.id]);
  const state = waiting?.state ?? item.state;
  const agent = waiting?.agent ?? item.agent;
  const person = useDeskState((desk) => desk.people.find((one) => one.agent === agent)?.name);
  const deadline = waiting?.deadline ?? null;
  const level = waiting?.vip_level ?? 0;

  return (
    <Row
      conversation={item.id}
      deadline={deadline}
      picture={<BuyerPicture name={item.buyer_name} level={level} />}
      name={item.buyer_name ?? words.queue.anonymous}
      level={level}
      corner={
        deadline === null ? (
          shortTime(waiting?.last_at ?? item.last_at, now, words)
        ) : (
          <Countdown deadline={deadline} />
        )
      }
      text={waiting?.last_text || item.last_text || words.queue.noMessage}
      foot={
        <>
          <Tag color={STATE_COLOURS[state]}>{words.state[state]}</Tag>
          {state === "human" && person && <span className={styles.skill}>{words.queue.with(person)}</span>}
        </>
      }
    />
  );
}
