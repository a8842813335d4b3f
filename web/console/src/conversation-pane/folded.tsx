import { Button } from "antd";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { useWords } from "../words/language.tsx";
import styles from "./folded.module.css";

/** Shorter than this it cannot fill the lines that are always shown. */
const WORTH_A_LOOK = 400;

/** Words of a message; of a very long one only the beginning, until the rest is wanted. */
export function Folded({ text, children }: { text: string; children: ReactNode }) {
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  const mayBeLong = text.length > WORTH_A_LOOK || text.split("\n").length > 20;
  const [long, setLong] = useState(false);
  const [open, setOpen] = useState(false);

  useLayoutEffect(() => {
    if (open || !box.current) return;
    setLong(mayBeLong && box.current.scrollHeight > box.current.clientHeight + 1);
  }, [mayBeLong, open]);

  return (
    <>
      <div ref={box} className={mayBeLong && !open ? styles.folded : undefined}>
        {children}
      </div>
      {long && (
        <Button
          className={styles.turn}
          type="link"
          size="small"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          data-testid="fold"
        >
          {open ? words.conversation.fold : words.conversation.unfold}
        </Button>
      )}
    </>
  );
}
