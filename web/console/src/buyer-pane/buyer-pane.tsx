import type { ConversationId } from "@xiaoer/protocol";
import { Descriptions, type DescriptionsProps, Typography } from "antd";
import { useMemo } from "react";
import { citedIn } from "../conversation-pane/rows.ts";
import { useDeskState } from "../desk/desk-room.tsx";
import { handsOf } from "../desk/state.ts";
import { BuyerPicture } from "../queue-pane/buyer-picture.tsx";
import { useWords } from "../words/language.tsx";
import { fullTime } from "../words/times.ts";
import styles from "./buyer-pane.module.css";
import { CitedList } from "./cited-list.tsx";
import { PageContext } from "./page-context.tsx";

/** Who the buyer is, where they are in the shop, and what the answers so far rest on. */
export function BuyerPane({ conversation, onShown }: { conversation: ConversationId; onShown?: () => void }) {
  const words = useWords();
  const log = useDeskState((state) => state.logs[conversation]);
  const waiting = useDeskState((state) => state.waitings[conversation]);
  const state = useDeskState((desk) => handsOf(desk, conversation)?.state);
  const agent = useDeskState((desk) => {
    const id = handsOf(desk, conversation)?.agent;
    return desk.people.find((person) => person.agent === id)?.name;
  });
  const cited = useMemo(() => (log ? citedIn(log.screen) : []), [log]);
  if (!log?.about) return null;

  const { about, screen } = log;
  const messages = screen.entries.filter((entry) => entry.kind === "message").length;
  const facts: DescriptionsProps["items"] = [
    { key: "state", label: words.buyer.state, children: state && words.state[state] },
    { key: "agent", label: words.buyer.agent, children: agent },
    { key: "reason", label: words.buyer.reason, children: waiting?.reason && words.reason[waiting.reason] },
    {
      key: "skill",
      label: words.buyer.skill,
      children: waiting?.skill && (words.skill[waiting.skill] ?? waiting.skill),
    },
    {
      key: "started",
      label: words.buyer.started,
      children: screen.entries[0] && fullTime(screen.entries[0].at),
    },
    { key: "messages", label: words.buyer.messages, children: messages },
    { key: "id", label: words.buyer.conversationId, children: <Id text={conversation} /> },
  ].filter((fact) => fact.children);

  return (
    <div className={styles.pane} data-testid="buyer">
      <section className={styles.who}>
        <BuyerPicture name={about.buyer_name} level={about.vip_level} size={48} />
        <div className={styles.names}>
          <strong>{about.buyer_name ?? words.queue.anonymous}</strong>
          <span>{about.vip_level > 0 ? words.queue.vip(about.vip_level) : words.buyer.noVip}</span>
          <Id text={about.buyer} />
        </div>
      </section>
      <section className={styles.part}>
        <h3>{words.buyer.context}</h3>
        <PageContext context={about.context} />
      </section>
      <section className={styles.part}>
        <h3>{words.buyer.conversation}</h3>
        <Descriptions column={1} size="small" colon={false} items={facts} className={styles.facts} />
      </section>
      <section className={styles.part}>
        <h3>{words.buyer.evidence}</h3>
        <CitedList cited={cited} onShown={onShown} />
      </section>
    </div>
  );
}

/** Ids are long and alike; what matters is that they can be copied whole. */
function Id({ text }: { text: string }) {
  return (
    <Typography.Text type="secondary" copyable={{ text }} className={styles.id} title={text}>
      {text.length > 14 ? `${text.slice(0, 6)}…${text.slice(-6)}` : text}
    </Typography.Text>
  );
}
