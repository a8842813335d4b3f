import type { ConversationId, Entry, Message } from "@xiaoer/protocol";
import { Tag, Typography } from "antd";
import { LinkOutlined, PaperClipOutlined, RobotOutlined } from "../looks/icons.tsx";
import { evidenceWord } from "../words/evidence.ts";
import { useWords } from "../words/language.tsx";
import { clockTime, fullTime } from "../words/times.ts";
import type { Words } from "../words/zh-cn.ts";
import styles from "./event-list.module.css";
import { Folded } from "./folded.tsx";
import { useAuthorName } from "./names.ts";
import { LookAtTurn } from "./turn-drawer.tsx";

interface MessageRowProps {
  entry: Entry;
  body: Message;
  lead: boolean;
  conversation: ConversationId;
  read: boolean | undefined;
}

/** The buyer's words on the left, the store's on the right, the assistant's in a shade of their own. */
export function MessageRow({ entry, body, lead, conversation, read }: MessageRowProps) {
  const words = useWords();
  const name = useAuthorName(entry.author);
  const origin = originWord(body, words);
  return (
    <article
      id={`event-${entry.seq}`}
      className={styles.message}
      data-author={entry.author.kind}
      data-lead={lead}
      data-testid="message"
    >
      {lead && (
        <header className={styles.byline}>
          {entry.author.kind === "assistant" && <RobotOutlined />}
          <span>{name}</span>
          {origin && <span>· {origin}</span>}
          <time title={fullTime(entry.at)}>{clockTime(entry.at)}</time>
        </header>
      )}
      <div className={styles.bubble} title={fullTime(entry.at)}>
        <Folded text={body.text}>
          {body.chose && <small className={styles.chose}>{words.event.chose}</small>}
          {body.text}
        </Folded>
        {body.attachments?.map((attachment) => (
          <span key={attachment.id} className={styles.attachment}>
            <PaperClipOutlined /> {attachment.name ?? `${words.event.attachment} (${attachment.media_type})`}
          </span>
        ))}
      </div>
      {body.cards?.map((card) => (
        <div key={card.id} className={styles.choices}>
          {card.title && <small>{card.title}</small>}
          {card.rows?.map((row) => (
            <small key={row.label}>
              {row.label}: {row.value}
            </small>
          ))}
          {card.size?.sizes.map((size) => (
            <Tag key={size.size} variant="outlined" color={size.advised ? "processing" : undefined}>
              {size.size} · {size.look} · {Math.round(size.p_fit * 100)}%
            </Tag>
          ))}
          {card.choices.map((choice) => (
            <Tag key={choice.id} variant="outlined">
              {choice.label}
            </Tag>
          ))}
        </div>
      ))}
      {body.settles && (
        <small className={styles.chose} data-testid="settled">
          {words.event.cardState[body.settles.state] ?? body.settles.state}
        </small>
      )}
      {body.evidence && body.evidence.length > 0 && (
        <footer className={styles.evidence}>
          <LinkOutlined />
          {body.evidence.map((id) => (
            <Typography.Text key={id} type="secondary" ellipsis={{ tooltip: id }}>
              {evidenceWord(id, words)}
            </Typography.Text>
          ))}
        </footer>
      )}
      {entry.author.kind === "assistant" && body.turn && (
        <LookAtTurn conversation={conversation} turn={body.turn} />
      )}
      {read !== undefined && (
        <small className={styles.mark} data-testid="read-mark">
          {read ? words.conversation.read : words.conversation.unread}
        </small>
      )}
    </article>
  );
}

function originWord(body: Message, words: Words): string | undefined {
  if (body.origin === "human_sent_ai_draft") return words.event.aiDraft;
  if (body.origin === "auto_greeting") return words.event.greeting;
  return undefined;
}
