import { useState } from "react";

/** A choice that this browser remembers. Without storage (a private window) it lasts as long as the page. */
export function useRemembered<Choice extends string>(
  name: string,
  choices: readonly Choice[],
  otherwise: Choice,
): [Choice, (choice: Choice) => void] {
  const [choice, setChoice] = useState<Choice>(() => recall(name, choices) ?? otherwise);
  return [
    choice,
    (next) => {
      setChoice(next);
      remember(name, next);
    },
  ];
}

export function recall<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
  try {
    const held = localStorage.getItem(key(name));
    return choices.find((choice) => choice === held);
  } catch {
    return undefined;
  }
}

export function remember(name: string, choice: string): void {
  try {
    localStorage.setItem(key(name), choice);
  } catch {
    // Nothing is lost but the memory of it.
  }
}

function key(name: string): string {
  return `xiaoer.console.${name}`;
}
