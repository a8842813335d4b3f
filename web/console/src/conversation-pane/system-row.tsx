import type { Entry } from "@xiaoer/protocol";
import { useWords } from "../words/language.tsx";
import { clockTime, fullTime, timeFrom } from "../words/times.ts";
import type { Words } from "../words/zh-cn.ts";
import styles from "./event-list.module.css";
import { useAuthorName, useReceiverName } from "./names.ts";

/** The reason that the server gives when it takes a conversation back from somebody who is no longer there. */
const AGENT_GONE = "agent_gone";

/** A change of hands, told in one quiet line between the messages. */
export function SystemRow({ entry, text }: { entry: Entry; text?: string }) {
  const words = useWords();
  const name = useAuthorName(entry.author);
  const transfer = entry.kind === "transfer" ? entry.body : undefined;
  const receiver = useReceiverName(transfer?.to_agent, transfer?.to_skill);
  return (
    <p id={`event-${entry.seq}`} className={styles.system} data-kind={entry.kind} data-testid="system">
      <span>
        {text ?? sentence(entry, name, receiver, words)}
        <time title={fullTime(entry.at)}>{clockTime(entry.at)}</time>
      </span>
    </p>
  );
}

function sentence(entry: Entry, name: string, receiver: string, words: Words): string {
  switch (entry.kind) {
    case "handoff": {
      const { reason, queue_position, eta_s, opens_at } = entry.body;
      return [
        words.event.handoff(words.reason[reason] ?? reason),
        queue_position !== undefined && words.event.queuePosition(queue_position),
        eta_s !== undefined && words.event.eta(Math.max(1, Math.round(eta_s / 60))),
        opens_at !== undefined && words.event.opensAt(timeFrom(entry.at, opens_at)),
      ]
        .filter(Boolean)
        .join(" · ");
    }
    case "joined":
      return words.event.joined(name);
    case "returned":
      return words.event.returned(name);
    case "closed":
      return words.event.closed;
    case "rated":
      return [words.event.rated(entry.body.stars), entry.body.comment].filter(Boolean).join(" · ");
    case "offer":
      return words.event.offered(`：${entry.body.choices.map(({ label }) => label).join(" / ")}`);
    case "offer_answered":
      return [words.event.offerAnswered(words.event.cardState[entry.body.state]), entry.body.order_id].join(
        " · ",
      );
    case "transfer":
      if (entry.body.reason === AGENT_GONE) return words.event.agentGone;
      return `${words.event.transferTo(receiver)} · ${words.event.transferReason(entry.body.reason)}`;
    default:
      return words.event.unknown(entry.kind);
  }
}
