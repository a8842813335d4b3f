import { useEffect, useMemo, useReducer, useState } from "preact/hooks";
import type { Session } from "../session.ts";
import { inScriptOf } from "../words/locale.ts";
import type { Words } from "../words/words.ts";
import { Composer } from "./composer.tsx";
import { Ending } from "./ending.tsx";
import { Header } from "./header.tsx";
import { Transcript } from "./transcript.tsx";
import { Waiting } from "./waiting.tsx";

/** A connection that comes back sooner than this is not worth a word. */
const BANNER_AFTER_MS = 1_500;

interface Props {
  session: Session;
  words: Words;
  visible: boolean;
  focusAsked: number;
  onClose?: (() => void) | undefined;
}

export function App({ session, words: asked, visible, focusAsked, onClose }: Props) {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  useEffect(() => session.watch(() => redraw(undefined)), [session]);
  const { screen } = session;
  const words = useMemo(
    () => inScriptOf(asked, buyerTexts(session)),
    [asked, screen.entries, screen.pending],
  );
  useEffect(() => {
    document.documentElement.lang = words.tag;
    document.title = screen.storeName || words.title;
  }, [words, screen.storeName]);

  return (
    <main class="app">
      <Header session={session} words={words} onClose={onClose} />
      <Banner session={session} words={words} />
      <Transcript session={session} words={words} visible={visible} />
      {screen.state === "queued" && <Waiting screen={screen} words={words} />}
      {screen.state === "closed" ? (
        <Ending session={session} words={words} />
      ) : (
        <Composer key={session.visitor} session={session} words={words} focusAsked={focusAsked} />
      )}
    </main>
  );
}

function Banner({ session, words }: { session: Session; words: Words }) {
  const connected = session.standing === "open";
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (connected) return;
    // What the browser knows for sure needs no waiting.
    const timer = setTimeout(() => setLate(true), navigator.onLine ? BANNER_AFTER_MS : 0);
    return () => clearTimeout(timer);
  }, [connected]);
  if (connected || !late) return null;
  const line = session.screen.conversation ? words.reconnecting : words.connecting;
  return (
    <p class="banner" role="status">
      {navigator.onLine ? line : words.offlineHint}
    </p>
  );
}

function buyerTexts({ screen }: Session): string[] {
  const said = screen.entries.flatMap((entry) =>
    entry.kind === "message" && entry.author.kind === "buyer" ? [entry.body.text] : [],
  );
  return [...said, ...screen.pending.map((pending) => pending.text)];
}
