import type { Pending } from "@xiaoer/protocol";
import type { Session } from "../session.ts";
import type { Words } from "../words/words.ts";
import { Bubble } from "./bubble.tsx";
import { Folded } from "./folded.tsx";
import { AlertIcon } from "./icons.tsx";

interface Props {
  pending: Pending;
  session: Session;
  words: Words;
}

/** A message of the shopper's own until the log has it. */
export function PendingBubble({ pending, session, words }: Props) {
  const { id, text, standing, problem } = pending;
  return (
    <Bubble
      author={{ kind: "buyer" }}
      words={words}
      opensGroup={false}
      below={
        standing === "failed" ? (
          <p class="receipt is-failed" role="alert">
            <AlertIcon />
            {words.failed}
            <button
              type="button"
              class="link-button"
              title={problem?.message}
              onClick={() => session.retry(id)}
            >
              {words.retry}
            </button>
          </p>
        ) : (
          <p class="receipt">{standing === "stored" ? words.delivered : words.sending}</p>
        )
      }
    >
      <Folded text={text} words={words}>
        {text}
      </Folded>
    </Bubble>
  );
}
