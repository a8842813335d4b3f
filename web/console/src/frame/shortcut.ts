import { useEffect, useEffectEvent } from "react";

export interface Chord {
  key: string;
  alt?: boolean;
  /** Without a modifier a key belongs to whoever writes; these are heard only outside of fields. */
  plain?: boolean;
}

export const CHORDS = {
  next: { key: "ArrowDown", alt: true },
  previous: { key: "ArrowUp", alt: true },
  claim: { key: "a", alt: true },
  reply: { key: "r", alt: true },
  note: { key: "n", alt: true },
  back: { key: "Escape" },
  help: { key: "?", plain: true },
} satisfies Record<string, Chord>;

export function useShortcut(chord: Chord, run: () => void): void {
  const heard = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || !matches(event, chord)) return;
    if (chord.plain && isField(event.target)) return;
    // An open dialog has the keyboard to itself.
    if (document.querySelector('[role="dialog"][aria-modal="true"]')) return;
    if (chord.key === "Escape" && layerIsOpen()) return;
    event.preventDefault();
    run();
  });
  useEffect(() => {
    // On the way down: afterwards what Esc closes is closed, and would not be seen any more.
    addEventListener("keydown", heard, true);
    return () => removeEventListener("keydown", heard, true);
  }, []);
}

/** What lies over the page takes Esc for itself: help, a question, a menu, a list to choose from. */
function layerIsOpen(): boolean {
  return [...document.querySelectorAll(".ant-popover, .ant-dropdown, .ant-select-dropdown")].some((layer) =>
    layer.checkVisibility(),
  );
}

/** By position where Alt writes another letter (a Mac gives `å` for Alt+A). */
export function matches(
  event: Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey">,
  chord: Chord,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey !== Boolean(chord.alt)) return false;
  return (
    event.key.toLowerCase() === chord.key.toLowerCase() || event.code === `Key${chord.key.toUpperCase()}`
  );
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null
  );
}
