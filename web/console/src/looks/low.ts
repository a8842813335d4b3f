import { useSyncExternalStore } from "react";

/** As the style sheets have it: so little height that the talk itself needs all of it. */
const LOW = "(max-height: 600px)";

export function useLow(): boolean {
  return useSyncExternalStore(watch, () => matchMedia(LOW).matches);
}

function watch(run: () => void): () => void {
  const low = matchMedia(LOW);
  low.addEventListener("change", run);
  return () => low.removeEventListener("change", run);
}
