import type { ConversationId, Draft, Entry, Flag, Note, Tool } from "@xiaoer/protocol";
import { Button, Tag } from "antd";
import { useDesk, useDeskState } from "../desk/desk-room.tsx";
import { isMine } from "../desk/state.ts";
import { FlagOutlined, LockOutlined, RobotOutlined, ToolOutlined } from "../looks/icons.tsx";
import { useWords } from "../words/language.tsx";
import { clockTime, fullTime } from "../words/times.ts";
import styles from "./event-list.module.css";
import { Folded } from "./folded.tsx";
import { useAuthorName } from "./names.ts";

/** What the buyer never sees. It must not be mistaken for a message, so it looks like paper and not like talk. */
export function NoteRow({ entry, body }: { entry: Entry; body: Note }) {
  const words = useWords();
  const name = useAuthorName(entry.author);
  return (
    <article id={`event-${entry.seq}`} className={styles.note} data-testid="note">
      <header className={styles.byline}>
        <LockOutlined />
        <span>{words.event.noteLabel}</span>
        <span>· {name}</span>
        <time title={fullTime(entry.at)}>{clockTime(entry.at)}</time>
      </header>
      <Folded text={body.text}>{body.text}</Folded>
    </article>
  );
}

export function ToolRow({ entry, body }: { entry: Entry; body: Tool }) {
  const words = useWords();
  return (
    <details id={`event-${entry.seq}`} className={styles.tool} data-testid="tool">
      <summary>
        <ToolOutlined /> {words.event.tool(body.name)} · {body.ms} ms
      </summary>
      <small>{words.event.toolArguments}</small>
      <pre>{JSON.stringify(body.arguments, null, 2)}</pre>
      <small>{words.event.toolResult}</small>
      <pre>{JSON.stringify(body.result, null, 2)}</pre>
    </details>
  );
}

export function FlagRow({ entry, body }: { entry: Entry; body: Flag }) {
  const words = useWords();
  const grave = body.kind === "safety" || body.kind === "injection";
  return (
    <p id={`event-${entry.seq}`} className={styles.flag} data-testid="flag">
      <Tag color={grave ? "error" : "warning"} icon={<FlagOutlined />}>
        {words.event.flag[body.kind] ?? body.kind}
        {body.level && ` ${body.level}`}
      </Tag>
      {body.text}
    </p>
  );
}

/** What the assistant would answer; whoever has the conversation may send it as it is or change it. */
export function DraftRow(props: { entry: Entry; body: Draft; conversation: ConversationId }) {
  const { entry, body, conversation } = props;
  const words = useWords();
  const desk = useDesk();
  const own = useDeskState((state) => isMine(state, conversation));
  const take = () => desk.take(conversation, body);
  return (
    <article id={`event-${entry.seq}`} className={styles.draft} data-testid="draft">
      <header className={styles.byline}>
        <RobotOutlined />
        <span>{words.event.draft}</span>
        <time title={fullTime(entry.at)}>{clockTime(entry.at)}</time>
      </header>
      {body.text}
      {own && (
        <Button size="small" onClick={take}>
          {words.event.useDraft}
        </Button>
      )}
    </article>
  );
}
