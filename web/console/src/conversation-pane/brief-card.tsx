import type { Brief, ConversationId, Draft } from "@xiaoer/protocol";
import { Button, Tag } from "antd";
import { Fragment, type ReactNode, useState } from "react";
import { useDesk, useDeskState } from "../desk/desk-room.tsx";
import { isMine } from "../desk/state.ts";
import { DownOutlined, SolutionOutlined, UpOutlined } from "../looks/icons.tsx";
import { useLow } from "../looks/low.ts";
import { evidenceWord } from "../words/evidence.ts";
import { useWords } from "../words/language.tsx";
import styles from "./brief-card.module.css";

interface BriefCardProps {
  brief: Brief;
  /** A person has answered since; it is folded then, because the talk needs the room. */
  answered: boolean;
  /** What the assistant would answer: more than a first sentence, so it stands in its place. */
  draft?: Draft | undefined;
  conversation: ConversationId;
}

/** What happened before a person was called, so that nothing is asked twice. */
export function BriefCard({ brief, answered, draft, conversation }: BriefCardProps) {
  const words = useWords();
  const desk = useDesk();
  const own = useDeskState((state) => isMine(state, conversation));
  const [chosen, choose] = useState<boolean>();
  const low = useLow();
  const unfolded = chosen ?? !(answered || low);
  const facts: [string, string | readonly string[]][] = [
    [words.brief.who, brief.who],
    [words.brief.wants, brief.wants],
    [words.brief.slots, brief.slots],
    [words.brief.tried, brief.tried],
    [words.brief.promises, brief.promises],
    [words.brief.evidence, brief.evidence.map((id) => evidenceWord(id, words))],
    [words.brief.mood, brief.mood],
    [words.brief.risk, brief.risk],
  ];
  const label = unfolded ? words.brief.fold : words.brief.unfold;

  return (
    <section className={styles.card} aria-label={words.brief.title} data-testid="brief">
      <button
        type="button"
        className={styles.head}
        aria-expanded={unfolded}
        onClick={() => choose(!unfolded)}
      >
        <SolutionOutlined className={styles.icon} />
        <strong>{words.brief.title}</strong>
        {!unfolded && <span className={styles.wants}>{brief.wants}</span>}
        <span className={styles.fold}>
          {label} {unfolded ? <UpOutlined /> : <DownOutlined />}
        </span>
      </button>
      {unfolded && (
        <div className={styles.body}>
          <dl className={styles.facts}>
            {facts
              .filter(([, fact]) => fact.length > 0)
              .map(([name, fact]) => (
                <Fragment key={name}>
                  <dt>{name}</dt>
                  <dd>{typeof fact === "string" ? fact : fact.map((one) => <Tag key={one}>{one}</Tag>)}</dd>
                </Fragment>
              ))}
          </dl>
          {draft ? (
            <Proposal title={words.event.draft} text={draft.text}>
              {own && (
                <Button
                  size="small"
                  type="primary"
                  onClick={() => desk.take(conversation, draft)}
                  data-testid="take-draft"
                >
                  {words.event.useDraft}
                </Button>
              )}
            </Proposal>
          ) : (
            brief.first_sentence && (
              <Proposal title={words.brief.first} text={brief.first_sentence}>
                {own && (
                  <Button
                    size="small"
                    onClick={() => desk.insert(conversation, brief.first_sentence)}
                    data-testid="insert-first"
                  >
                    {words.brief.insert}
                  </Button>
                )}
              </Proposal>
            )
          )}
        </div>
      )}
    </section>
  );
}

/** Words that the agent may begin with. */
function Proposal({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <div className={styles.first}>
      <span className={styles.proposed}>
        <small>{title}</small>
        {text}
      </span>
      {children}
    </div>
  );
}
