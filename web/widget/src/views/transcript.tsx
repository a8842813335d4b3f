import { awaitsAnswer } from "@xiaoer/protocol";
import { useMemo, useRef } from "preact/hooks";
import type { Session } from "../session.ts";
import { clock, day } from "../times.ts";
import { cardStates, choicesMade, type Item, itemsOf, openCards, receiptSeq } from "../transcript-items.ts";
import type { Words } from "../words/words.ts";
import { AlarmBox } from "./alarm.tsx";
import { Attachments, Bubble, LinkedText } from "./bubble.tsx";
import { CardView } from "./cards.tsx";
import { eventLine } from "./event-line.ts";
import { Folded } from "./folded.tsx";
import { useFollowing } from "./following.ts";
import { DownIcon, SparkIcon } from "./icons.tsx";
import { PendingBubble } from "./pending-bubble.tsx";

interface Props {
  session: Session;
  words: Words;
  /** Whether the shopper can see the transcript at all. */
  visible: boolean;
}

export function Transcript({ session, words, visible }: Props) {
  const { screen } = session;
  const scroller = useRef<HTMLDivElement>(null);
  const items = useMemo(() => itemsOf(screen), [screen]);
  const { atEnd, onScroll, toEnd } = useFollowing(scroller, screen, visible, () => session.see());

  return (
    <div class="transcript-room">
      <div
        ref={scroller}
        class="transcript"
        role="log"
        aria-live="polite"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        onScroll={onScroll}
      >
        {items.length === 0 && <Greeting words={words} />}
        {items.map((item) => (
          <TranscriptItem key={item.key} item={item} session={session} words={words} />
        ))}
        <Coming session={session} words={words} />
      </div>
      {!atEnd && session.unread() > 0 && (
        <button type="button" class="to-end" onClick={toEnd}>
          {words.newMessages}
          <DownIcon />
        </button>
      )}
    </div>
  );
}

function Greeting({ words }: { words: Words }) {
  return (
    <div class="greeting">
      <span class="greeting-mark" aria-hidden="true">
        <SparkIcon />
      </span>
      <p class="greeting-words">{words.welcome}</p>
      <p class="greeting-hint">{words.welcomeHint}</p>
    </div>
  );
}

function TranscriptItem({ item, session, words }: { item: Item; session: Session; words: Words }) {
  const { screen } = session;
  if (item.type === "day") return <p class="day">{day(item.at, Date.now(), words)}</p>;
  if (item.type === "pending")
    return <PendingBubble pending={item.pending} session={session} words={words} />;
  if (item.type === "alarm") return <AlarmBox alarm={item.alarm} />;
  if (item.type === "line") {
    const line = eventLine(item.entry, words);
    return line ? <p class="line">{line}</p> : null;
  }
  const { author, body, seq, at } = item.entry;
  if (author.kind === "system") return <p class="line">{body.text}</p>;
  const receipt = seq === receiptSeq(screen) && screen.pending.length === 0;
  return (
    <Bubble
      author={author}
      words={words}
      opensGroup={item.opensGroup}
      time={clock(at, words)}
      below={
        <>
          {body.cards?.map((card) => (
            <CardView
              key={card.id}
              card={card}
              open={openCards(screen).has(card.id)}
              chosen={choicesMade(screen).get(card.id)}
              state={cardStates(screen).get(card.id)}
              words={words}
              onChoose={(choice, label) => session.choose(card.id, choice, label)}
            />
          ))}
          {receipt && <p class="receipt">{screen.readByThem >= seq ? words.read : words.delivered}</p>}
        </>
      }
    >
      <Folded text={body.text} words={words}>
        <LinkedText text={body.text} />
      </Folded>
      {body.attachments && <Attachments attachments={body.attachments} words={words} />}
    </Bubble>
  );
}

/** What is on its way: a reply as it is written, or a sign that somebody writes. */
function Coming({ session, words }: { session: Session; words: Words }) {
  const { streaming, typing } = session.screen;
  if (streaming?.text) {
    return (
      <div aria-live="off">
        <Bubble author={{ kind: "assistant" }} words={words} opensGroup coming>
          {streaming.text}
          <span class="caret" aria-hidden="true" />
        </Bubble>
      </div>
    );
  }
  const thinking = session.standing === "open" && (streaming !== undefined || awaitsAnswer(session.screen));
  const author = typing && typing.author.kind !== "buyer" ? typing.author : undefined;
  if (!author && !thinking) return null;
  const label = author?.kind === "agent" ? words.typing(author.name ?? words.agent) : words.thinking;
  return (
    <Bubble author={author ?? { kind: "assistant" }} words={words} opensGroup coming>
      <span class="dots" role="img" aria-label={label}>
        <i />
        <i />
        <i />
      </span>
    </Bubble>
  );
}
