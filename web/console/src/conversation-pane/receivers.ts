import type { Person, Presence } from "@xiaoer/protocol";

const NEARNESS: Record<Presence, number> = { available: 0, away: 1, offline: 2 };

/** Who else could take a conversation: those who are there first, the least busy of them first. */
export function colleagues(people: readonly Person[], me: string | undefined): Person[] {
  return people
    .filter((person) => person.agent !== me)
    .sort((a, b) => NEARNESS[a.status] - NEARNESS[b.status] || a.load - b.load || (a.name < b.name ? -1 : 1));
}

/** The skills that somebody has, and how many of those are there; the built-in ones where nobody has any. */
export function skillsOnDuty(
  people: readonly Person[],
  builtIn: readonly string[],
): { name: string; onDuty: number }[] {
  const onDuty = new Map<string, number>();
  for (const person of people) {
    for (const skill of person.skills) {
      onDuty.set(skill.name, (onDuty.get(skill.name) ?? 0) + (person.status === "available" ? 1 : 0));
    }
  }
  if (onDuty.size === 0) for (const name of builtIn) onDuty.set(name, 0);
  return [...onDuty].map(([name, count]) => ({ name, onDuty: count })).sort((a, b) => b.onDuty - a.onDuty);
}
