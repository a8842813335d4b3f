import type { ConversationId } from "@xiaoer/protocol";
import { Button, Grid, Tag } from "antd";
import { useDeskState } from "../desk/desk-room.tsx";
import { handsOf } from "../desk/state.ts";
import { goTo } from "../frame/route.ts";
import { ArrowLeftOutlined, ProfileOutlined } from "../looks/icons.tsx";
import { BuyerPicture } from "../queue-pane/buyer-picture.tsx";
import { Countdown } from "../queue-pane/countdown.tsx";
import { STATE_COLOURS } from "../queue-pane/summary-row.tsx";
import { useWords } from "../words/language.tsx";
import { ConversationActions } from "./conversation-actions.tsx";
import styles from "./conversation-pane.module.css";

export function ConversationHead(props: {
  conversation: ConversationId;
  onDetails?: (() => void) | undefined;
}) {
  const { conversation, onDetails } = props;
  const words = useWords();
  const about = useDeskState((state) => state.logs[conversation]?.about);
  const waiting = useDeskState((state) => state.waitings[conversation]);
  const state = useDeskState((desk) => handsOf(desk, conversation)?.state);
  const person = useDeskState((desk) => {
    const hands = handsOf(desk, conversation);
    const agent = hands?.state === "human" ? hands.agent : undefined;
    return agent === desk.me?.agent ? undefined : desk.people.find((one) => one.agent === agent)?.name;
  });
  const roomy = Grid.useBreakpoint().md;
  const name = about?.buyer_name ?? waiting?.buyer_name ?? words.queue.anonymous;
  const level = about?.vip_level ?? waiting?.vip_level ?? 0;

  return (
    <header className={styles.head}>
      {!roomy && (
        <Button
          type="text"
          icon={<ArrowLeftOutlined />}
          aria-label={words.conversation.back}
          onClick={() => goTo(undefined)}
          data-testid="back"
        />
      )}
      {roomy && <BuyerPicture name={about?.buyer_name ?? null} level={level} size={36} />}
      <div className={styles.who}>
        <div className={styles.nameLine}>
          <strong>{name}</strong>
          {level > 0 && <Tag color="gold">{words.queue.vip(level)}</Tag>}
          {roomy && state && <Tag color={STATE_COLOURS[state]}>{words.state[state]}</Tag>}
          {waiting?.deadline != null && <Countdown deadline={waiting.deadline} />}
        </div>
        <span className={styles.with}>
          {!roomy && state && `${words.state[state]} `}
          {person && words.queue.with(person)}
          {!person && roomy && waiting?.reason && words.reason[waiting.reason]}
        </span>
      </div>
      <div className={styles.actions}>
        <ConversationActions conversation={conversation} />
        {onDetails && (
          <Button
            type="text"
            icon={<ProfileOutlined />}
            aria-label={words.conversation.details}
            title={words.conversation.details}
            onClick={onDetails}
            data-testid="details"
          />
        )}
      </div>
    </header>
  );
}
