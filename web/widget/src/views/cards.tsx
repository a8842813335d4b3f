import type { Card, CardState } from "@xiaoer/protocol";
import { useEffect, useState } from "preact/hooks";
import { clock, moment, sameDay } from "../times.ts";
import type { Words } from "../words/words.ts";
import { AlertIcon, CheckIcon, ClockIcon } from "./icons.tsx";
import { SizeCard } from "./size-card.tsx";

export interface CardProps {
  card: Card;
  /** Whether it may be answered, as far as the log tells. */
  open: boolean;
  chosen: string | undefined;
  /** Where it stands, if it was said. */
  state: CardState | undefined;
  words: Words;
  onChoose(choice: string, label: string): void;
}

/** Something below a message, by its kind. What is not known is drawn as choices. */
export function CardView(props: CardProps) {
  switch (props.card.kind) {
    case "size":
      return props.card.size ? <SizeCard table={props.card.size} words={props.words} /> : null;
    case "offer":
    case "confirm":
    case "consent":
    case "verdict":
      return <Question {...props} />;
    default:
      return <QuickReplies {...props} />;
  }
}

/** Quick replies. Once the conversation has gone on, only what was chosen stays. */
function QuickReplies({ card, open, chosen, onChoose }: CardProps) {
  const choices =
    open && chosen === undefined ? card.choices : card.choices.filter(({ id }) => id === chosen);
  if (choices.length === 0) return null;
  return (
    <fieldset class="quick-replies" disabled={!open || chosen !== undefined}>
      {card.title && <legend>{card.title}</legend>}
      {choices.map(({ id, label }) => (
        <button
          type="button"
          key={id}
          class={`quick-reply${id === chosen ? " is-chosen" : ""}`}
          onClick={() => onChoose(id, label)}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}

/** A card on which something depends: what it is about, the choices, and where it stands. */
function Question({ card, open, chosen, state, words, onChoose }: CardProps) {
  const expired = useExpired(card.expires_at);
  const settled = state !== undefined && state !== "open" ? state : expired ? "expired" : undefined;
  const waiting = open && chosen === undefined && settled === undefined;
  const title = card.title ?? (card.kind === "offer" ? words.offerTitle : undefined);
  return (
    <fieldset
      class={`question is-${card.kind}`}
      disabled={!waiting}
      data-card={card.kind}
      aria-label={title ?? card.text}
    >
      {title && <legend class="question-title">{title}</legend>}
      {card.rows && card.rows.length > 0 && (
        <dl class="question-rows">
          {card.rows.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {card.text && <p class="question-text">{card.text}</p>}
      <div class="question-choices">
        {card.choices.map(({ id, label }, n) => (
          <button
            type="button"
            key={id}
            class={choiceClass(id, n, card, chosen)}
            aria-pressed={chosen === undefined ? undefined : id === chosen}
            onClick={() => onChoose(id, label)}
          >
            {id === chosen && <CheckIcon />}
            {label}
          </button>
        ))}
      </div>
      <Standing
        settled={settled}
        chosen={chosen}
        expiresAt={waiting ? card.expires_at : undefined}
        words={words}
      />
    </fieldset>
  );
}

function choiceClass(id: string, place: number, card: Card, chosen: string | undefined): string {
  if (chosen !== undefined) return `choice${id === chosen ? " is-chosen" : ""}`;
  // Of equal choices none is pushed: only what the buyer asked for has a button of its own colour.
  const leads = card.kind === "confirm" && place === 0;
  return `choice${leads ? " leads" : ""}${id === "decline" || id === "no" ? " is-quiet" : ""}`;
}

interface StandingProps {
  settled: CardState | undefined;
  chosen: string | undefined;
  expiresAt: number | undefined;
  words: Words;
}

function Standing({ settled, chosen, expiresAt, words }: StandingProps) {
  if (settled) {
    const bad = settled === "failed" || settled === "unknown";
    const good = settled === "done" || settled === "accepted" || settled === "returned";
    return (
      <p class={`question-state${good ? " is-good" : bad ? " is-bad" : ""}`} data-state={settled}>
        {good ? <CheckIcon /> : bad ? <AlertIcon /> : <ClockIcon />}
        {words.cardState[settled]}
      </p>
    );
  }
  if (chosen !== undefined || expiresAt === undefined) return null;
  const now = Date.now();
  const when = sameDay(now, expiresAt) ? clock(expiresAt, words) : moment(expiresAt, now, words);
  return (
    <p class="question-state">
      <ClockIcon />
      {words.cardUntil(when)}
    </p>
  );
}

/** Whether its time has run out; draws again when it does. */
function useExpired(at: number | undefined): boolean {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const left = at === undefined ? 0 : at - Date.now();
    // Browsers take a wait longer than this for none.
    if (left <= 0 || left > 2 ** 31 - 1) return;
    const timer = setTimeout(() => setNow(Date.now()), left + 50);
    return () => clearTimeout(timer);
  }, [at]);
  return at !== undefined && now >= at;
}
