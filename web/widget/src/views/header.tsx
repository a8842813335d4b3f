import type { Session } from "../session.ts";
import type { Words } from "../words/words.ts";
import { CloseIcon, HeadsetIcon } from "./icons.tsx";

interface Props {
  session: Session;
  words: Words;
  /** Absent where the app has a page of its own. */
  onClose?: (() => void) | undefined;
}

export function Header({ session, words, onClose }: Props) {
  const { storeName, state } = session.screen;
  const name = storeName || words.title;
  const away = session.standing !== "open";
  return (
    <header class="header">
      <span class="crest" aria-hidden="true">
        {name.slice(0, 1)}
      </span>
      <div class="header-words">
        <h1 class="header-name">{name}</h1>
        <p class={`header-status is-${away ? "away" : state}`}>
          {away ? awayLine(session, words) : statusLine(session, words)}
        </p>
      </div>
      <HumanButton session={session} words={words} />
      {onClose && (
        <button type="button" class="plain-button" aria-label={words.close} onClick={onClose}>
          <CloseIcon />
        </button>
      )}
    </header>
  );
}

/** One tap, from the first second on; afterwards it stays and says how things stand. */
function HumanButton({ session, words }: Props) {
  const { state } = session.screen;
  if (state === "closed") return null;
  const waiting = session.calling || state === "queued";
  const label = state === "human" ? words.withHuman : waiting ? words.queued : words.human;
  return (
    <button
      type="button"
      class="human-button"
      title={words.humanHint}
      aria-label={state === "assistant" && !waiting ? words.humanHint : label}
      aria-disabled={waiting || state === "human"}
      onClick={() => session.human()}
    >
      <HeadsetIcon />
      {label}
    </button>
  );
}

/** What the connection is at: nothing that is said of the service holds while there is none. */
function awayLine({ screen }: Session, words: Words): string {
  if (!navigator.onLine) return words.offline;
  return screen.conversation ? words.reconnecting : words.connecting;
}

function statusLine({ screen }: Session, words: Words): string {
  switch (screen.state) {
    case "assistant":
      return words.statusAssistant;
    case "queued":
      return words.statusQueued;
    case "human":
      return words.statusHuman(
        screen.entries.findLast(({ kind }) => kind === "joined")?.author.name ?? words.agent,
      );
    case "closed":
      return words.statusClosed;
  }
}
