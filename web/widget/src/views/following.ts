import type { Screen } from "@xiaoer/protocol";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isAtEnd, restingPlace } from "./resting.ts";

interface Following {
  /** Whether what comes next is shown by itself. */
  atEnd: boolean;
  onScroll(): void;
  toEnd(): void;
}

/** Keeps the newest words in sight of who reads at the end, and leaves alone who reads further up. */
export function useFollowing(
  scroller: RefObject<HTMLDivElement | null>,
  screen: Screen,
  visible: boolean,
  onSeen: () => void,
): Following {
  const [atEnd, setAtEnd] = useState(true);
  // As it was before this drawing: what was added is not to count.
  const wasAtEnd = useRef(true);
  const arrivedAt = useRef<string | undefined>(undefined);
  const lastSaid = useRef<string | undefined>(undefined);

  function note(box: HTMLDivElement) {
    wasAtEnd.current = isAtEnd(box);
    setAtEnd(wasAtEnd.current);
  }

  // Runs after every drawing: heights change with each piece of a reply.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box || !visible) return;
    // The log of an earlier visit comes entry by entry; only its end is where somebody begins to read.
    const arriving = arrivedAt.current !== screen.conversation;
    if (screen.held >= screen.stateAsOf) arrivedAt.current = screen.conversation;
    const said = screen.pending.at(-1)?.id;
    const hasSpoken = said !== undefined && said !== lastSaid.current;
    lastSaid.current = said;
    if (!wasAtEnd.current && !arriving && !hasSpoken) return;
    box.scrollTop = hasSpoken || arriving ? box.scrollHeight : restingPlace(box, replyStart(box));
    note(box);
    if (document.visibilityState === "visible") onSeen();
  });

  // A form that opens below takes room away without a new drawing.
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const sizes = new ResizeObserver(() => {
      if (wasAtEnd.current && box.clientHeight > 0) box.scrollTop = restingPlace(box, replyStart(box));
    });
    sizes.observe(box);
    return () => sizes.disconnect();
  }, [scroller]);

  return {
    atEnd,
    onScroll() {
      // A closed panel has no height, and nobody scrolls it.
      if (scroller.current && visible && scroller.current.clientHeight > 0) note(scroller.current);
    },
    toEnd() {
      const box = scroller.current;
      if (box) box.scrollTop = box.scrollHeight;
    },
  };
}

/** Where the last row begins, if it is somebody's words to the shopper. */
function replyStart(box: HTMLDivElement): number | undefined {
  const last = box.lastElementChild;
  const row = last?.getAttribute("aria-live") === "off" ? last.firstElementChild : last;
  if (!row?.matches(".row:not(.from-buyer)")) return undefined;
  // Not as it is painted: it may still be on its way in.
  return (row as HTMLElement).offsetTop - box.offsetTop;
}
