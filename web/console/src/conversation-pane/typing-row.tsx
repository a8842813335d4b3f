import type { Author } from "@xiaoer/protocol";
import { useNow } from "../desk/now.ts";
import { useWords } from "../words/language.tsx";
import styles from "./event-list.module.css";
import { useAuthorName } from "./names.ts";

export function TypingRow({ typing }: { typing: { author: Author; until: number } }) {
  const words = useWords();
  const now = useNow();
  const name = useAuthorName(typing.author);
  if (typing.until <= now) return null;
  const says =
    typing.author.kind === "buyer"
      ? words.conversation.buyerTyping
      : words.conversation.colleagueTyping(name);
  return (
    <p className={styles.typing} data-testid="typing">
      <i />
      <i />
      <i />
      {says}
    </p>
  );
}
