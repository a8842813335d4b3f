import type { Screen } from "@xiaoer/protocol";
import { moment } from "../times.ts";
import type { Words } from "../words/words.ts";

/** How long it will really take until a person is there. */
export function Waiting({ screen, words }: { screen: Screen; words: Words }) {
  const { queue, opensAt } = screen;
  const now = Date.now();
  if (opensAt !== undefined && opensAt > now) {
    return (
      <section class="waiting" role="status">
        <p class="waiting-place">{words.opensAt(moment(opensAt, now, words))}</p>
        <p class="waiting-eta">{words.leaveWords}</p>
      </section>
    );
  }
  if (!queue) return null;
  return (
    <section class="waiting" role="status">
      <p class="waiting-place">
        <span class="pulse" aria-hidden="true" />
        {queue.position <= 1 ? words.next : words.place(queue.position)}
      </p>
      {queue.eta_s !== null && (
        <p class="waiting-eta">{words.wait(Math.max(1, Math.ceil(queue.eta_s / 60)))}</p>
      )}
    </section>
  );
}
