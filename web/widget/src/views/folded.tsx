import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Words } from "../words/words.ts";

/** Shorter than this it cannot fill the lines that are always shown. */
const WORTH_A_LOOK = 200;

interface Props {
  text: string;
  words: Words;
  children: ComponentChildren;
}

/** Words of a message; of a very long one only the beginning, until the rest is wanted. */
export function Folded({ text, words, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const mayBeLong = text.length > WORTH_A_LOOK || text.split("\n").length > 20;
  const [long, setLong] = useState(false);
  const [open, setOpen] = useState(false);

  useLayoutEffect(() => {
    if (open || !box.current) return;
    setLong(mayBeLong && box.current.scrollHeight > box.current.clientHeight + 1);
  }, [text, open]);

  return (
    <>
      <div ref={box} class={mayBeLong && !open ? "folded" : undefined}>
        {children}
      </div>
      {long && (
        <button type="button" class="fold-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? words.fold : words.unfold}
        </button>
      )}
    </>
  );
}
