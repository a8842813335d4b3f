import type { Author } from "@xiaoer/protocol";
import { useDeskState } from "../desk/desk-room.tsx";
import { useWords } from "../words/language.tsx";

/** What to call whoever wrote something. */
export function useAuthorName(author: Author): string {
  const words = useWords();
  const me = useDeskState((state) => state.me?.agent);
  const person = useDeskState((state) => state.people.find((one) => one.agent === author.id)?.name);
  if (author.kind === "agent" && author.id !== undefined && author.id === me) return words.author.you;
  return author.name ?? person ?? words.author[author.kind];
}

/** A person, a skill or an email as it stands in a transfer. */
export function useReceiverName(agent: string | undefined, skill: string | undefined): string {
  const words = useWords();
  const person = useDeskState((state) =>
    state.people.find((one) => one.agent === agent || one.email === agent),
  );
  if (skill !== undefined) return words.skill[skill] ?? skill;
  return person?.name ?? agent ?? "";
}
