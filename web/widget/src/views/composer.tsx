import { useEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../session.ts";
import type { Words } from "../words/words.ts";
import { SendIcon } from "./icons.tsx";

/** What the server takes, in characters as people count them. */
export const LONGEST_TEXT = 4_000;
/** From here on it is good to know how much is left. */
const COUNT_FROM = 3_600;

interface Props {
  session: Session;
  words: Words;
  /** Grows by one when the shopper's next words are expected here. */
  focusAsked: number;
}

export function Composer({ session, words, focusAsked }: Props) {
  const [text, setText] = useState(() => session.draft());
  const field = useRef<HTMLTextAreaElement>(null);
  const length = [...text.trim()].length;
  const sendable = length > 0 && length <= LONGEST_TEXT;

  useEffect(() => {
    if (focusAsked > 0) field.current?.focus({ preventScroll: true });
  }, [focusAsked]);

  function write(next: string) {
    setText(next);
    session.keepDraft(next);
  }

  function send() {
    if (!sendable) return;
    session.send(text.trim());
    write("");
    field.current?.focus();
  }

  /** Enter that ends an input method's word is not the end of the message. */
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="field" data-copy={`${text}\n`}>
        <textarea
          ref={field}
          rows={1}
          value={text}
          placeholder={session.screen.state === "queued" ? words.placeholderQueued : words.placeholder}
          aria-label={words.placeholder}
          aria-invalid={length > LONGEST_TEXT}
          enterkeyhint="send"
          onInput={(event) => {
            write(event.currentTarget.value);
            if (event.currentTarget.value.trim()) session.typing();
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <button type="submit" class="send-button" aria-label={words.send} disabled={!sendable}>
        <SendIcon />
      </button>
      {length >= COUNT_FROM && (
        <p class={`counter${length > LONGEST_TEXT ? " is-over" : ""}`} role="status">
          {length > LONGEST_TEXT && `${words.tooLong} · `}
          {length}/{LONGEST_TEXT}
        </p>
      )}
    </form>
  );
}
