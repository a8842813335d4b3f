/** Who is this near to the end wants to see what comes. */
const NEAR_PX = 80;
/** What is left to see above a reply that begins at the top. */
const ABOVE_PX = 8;

/** A box that scrolls, in pixels. */
export interface Box {
  scrollTop: number;
  scrollHeight: number;
  clientHeight: number;
}

export function isAtEnd(box: Box): boolean {
  return endOf(box) - box.scrollTop < NEAR_PX;
}

/**
 * Where to stand for who has read to the end: there again, but no further than to the start of the reply that is the
 * last, because an answer is read from its first word. Nobody is moved up.
 */
export function restingPlace(box: Box, replyStart: number | undefined): number {
  const start = replyStart === undefined ? Number.POSITIVE_INFINITY : Math.max(0, replyStart - ABOVE_PX);
  return Math.max(box.scrollTop, Math.min(endOf(box), start));
}

function endOf(box: Box): number {
  return box.scrollHeight - box.clientHeight;
}
