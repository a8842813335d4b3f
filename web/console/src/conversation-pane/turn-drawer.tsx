import type { ConversationId, PromptMessage, TurnId, TurnPrompt } from "@xiaoer/protocol";
import { Alert, Button, Descriptions, Drawer, Empty, Spin } from "antd";
import { useEffect, useState } from "react";
import { useRoom } from "../desk/desk-room.tsx";
import { FileSearchOutlined } from "../looks/icons.tsx";
import { ask, Refused } from "../session/session.ts";
import { useWords } from "../words/language.tsx";
import { yuan } from "../words/money.ts";
import styles from "./turn-drawer.module.css";

interface Turn {
  conversation: ConversationId;
  turn: TurnId;
}

/** How an answer came about, for those who may see how the assistant is instructed. */
export function LookAtTurn({ conversation, turn }: Turn) {
  const words = useWords();
  const { session } = useRoom();
  const [open, setOpen] = useState(false);
  if (session.role === "agent") return null;
  return (
    <>
      <Button
        className={styles.look}
        type="link"
        size="small"
        icon={<FileSearchOutlined />}
        onClick={() => setOpen(true)}
        data-testid="look-at-turn"
      >
        {words.turn.look}
      </Button>
      <Drawer open={open} onClose={() => setOpen(false)} title={words.turn.title} size={640} destroyOnHidden>
        <Shown conversation={conversation} turn={turn} />
      </Drawer>
    </>
  );
}

type Asked = "loading" | "none" | "failed" | TurnPrompt;

function Shown({ conversation, turn }: Turn) {
  const words = useWords();
  const { session } = useRoom();
  const [asked, setAsked] = useState<Asked>("loading");
  useEffect(() => {
    const stop = new AbortController();
    const base = `/v1/stores/${session.store}/conversations/${conversation}`;
    ask<TurnPrompt>(`${base}/turns/${turn}/prompt`, { signal: stop.signal }).then(setAsked, (refused) => {
      if (stop.signal.aborted) return;
      setAsked(refused instanceof Refused && refused.status === 404 ? "none" : "failed");
    });
    return () => stop.abort();
  }, [session.store, conversation, turn]);
  if (asked === "loading") return <Spin />;
  if (asked === "none") return <Empty description={words.turn.none} />;
  if (asked === "failed") return <Alert type="error" title={words.turn.failed} />;
  return <Prompt prompt={asked} />;
}

function Prompt({ prompt }: { prompt: TurnPrompt }) {
  const words = useWords();
  const { stamp, requests } = prompt;
  const tools = Array.isArray(prompt.tools) ? (prompt.tools as { name: string; description: string }[]) : [];
  return (
    <div className={styles.prompt} data-testid="turn-prompt">
      <Alert type="info" title={words.turn.masked} />
      <Descriptions size="small" column={2} bordered>
        <Descriptions.Item label={words.turn.ended}>{words.turn.end[prompt.ended]}</Descriptions.Item>
        <Descriptions.Item label={words.turn.model}>{stamp?.model ?? words.turn.noModel}</Descriptions.Item>
        <Descriptions.Item label={words.turn.took}>{stamp ? `${stamp.took_ms} ms` : "–"}</Descriptions.Item>
        <Descriptions.Item label={words.turn.cost}>
          {yuan(stamp?.cost_micros ?? undefined) ?? words.turn.noPrice}
        </Descriptions.Item>
        <Descriptions.Item label={words.turn.pack} span={2}>
          {stamp?.pack ?? "–"}
        </Descriptions.Item>
      </Descriptions>
      <section>
        <h4>{words.turn.requests(requests.length)}</h4>
        <ol>
          {requests.map((request, n) => (
            <li key={n}>
              {request.model} ·{" "}
              {words.turn.tokens(request.prompt_tokens, request.cached_tokens, request.completion_tokens)}
              {request.estimated && ` · ${words.turn.estimated}`} · {request.ms} ms
              {request.cost_micros !== null && ` · ${yuan(request.cost_micros)}`}
            </li>
          ))}
        </ol>
      </section>
      <section>
        <h4>{words.turn.prompt}</h4>
        {prompt.messages.map((message, n) => (
          <Sent key={n} message={message} />
        ))}
      </section>
      <details>
        <summary>{words.turn.tools(tools.length)}</summary>
        {tools.map((tool) => (
          <p key={tool.name}>
            <code>{tool.name}</code> {tool.description}
          </p>
        ))}
      </details>
      <section>
        <h4>{words.turn.answer}</h4>
        <pre className={styles.words}>{prompt.answer || words.turn.noAnswer}</pre>
      </section>
    </div>
  );
}

/** Instructions are long and the same in every turn, so they are folded. */
function Sent({ message }: { message: PromptMessage }) {
  const words = useWords();
  return (
    <details className={styles.sent} open={message.role !== "system"}>
      <summary>{words.turn.role[message.role] ?? message.role}</summary>
      {message.text && <pre className={styles.words}>{message.text}</pre>}
      {message.calls?.map((call, n) => (
        <pre key={n} className={styles.words}>
          {call.name} {call.arguments}
        </pre>
      ))}
    </details>
  );
}
