import type { ConversationId } from "@xiaoer/protocol";
import { Button } from "antd";
import { useDesk, useDeskState } from "../desk/desk-room.tsx";
import { handsOf } from "../desk/state.ts";
import { UserAddOutlined } from "../looks/icons.tsx";
import { useWords } from "../words/language.tsx";
import { useActing } from "./acting.ts";
import styles from "./composer.module.css";

/** In place of the field: why one cannot write here, and what to do about it. */
export function NotYours({ conversation }: { conversation: ConversationId }) {
  const words = useWords();
  const desk = useDesk();
  const { busy, act } = useActing();
  const online = useDeskState((held) => held.line === "open");
  const state = useDeskState((held) => handsOf(held, conversation)?.state);
  const person = useDeskState((held) => {
    const agent = handsOf(held, conversation)?.agent;
    return held.people.find((one) => one.agent === agent)?.name;
  });

  if (state === "queued" || state === "assistant") {
    return (
      <div className={styles.notYours}>
        <span>{words.composer[state]}</span>
        <Button
          type="primary"
          size="large"
          icon={<UserAddOutlined />}
          loading={busy}
          disabled={!online}
          onClick={() => act(desk.claim(conversation), words.conversation.claimed)}
          data-testid="claim-big"
        >
          {words.conversation.claimBig}
        </Button>
      </div>
    );
  }
  const why = state === "closed" ? words.composer.closed : words.composer.other(person ?? words.author.agent);
  return <div className={styles.notYours}>{why}</div>;
}
