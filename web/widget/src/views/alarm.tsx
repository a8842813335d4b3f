import { type Alarm, numbersIn } from "@xiaoer/protocol";
import { AlertIcon } from "./icons.tsx";

/** What must not be overlooked: somebody may be in danger. The numbers can be called with one tap. */
export function AlarmBox({ alarm }: { alarm: Alarm }) {
  return (
    <>
      <div class="alarm" role="alert">
        <AlertIcon />
        <p>
          {numbersIn(alarm.words).map(({ text, tel }) => (tel ? <a href={`tel:${text}`}>{text}</a> : text))}
        </p>
      </div>
      {alarm.line && <p class="line">{alarm.line}</p>}
    </>
  );
}
