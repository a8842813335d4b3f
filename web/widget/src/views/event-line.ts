import type { Entry } from "@xiaoer/protocol";
import type { Words } from "../words/words.ts";

/**
 * What a turn of the conversation is called in the transcript; nothing for what is shown elsewhere. Of a handoff
 * the server itself writes the one line, as a message.
 */
export function eventLine(entry: Entry, words: Words): string | undefined {
  switch (entry.kind) {
    case "joined":
      return words.joined(entry.author.name ?? words.agent);
    case "returned":
      return words.returned;
    case "closed":
      return words.closed;
    case "rated":
      return "★".repeat(entry.body.stars) + "☆".repeat(Math.max(0, 5 - entry.body.stars));
    default:
      return undefined;
  }
}
