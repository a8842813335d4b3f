import styles from "./event-list.module.css";

const SHOWN_FOR_MS = 1_600;

/** Brings an event of the open conversation into sight and marks it for a moment. */
export function showEvent(seq: number): void {
  const event = document.getElementById(`event-${seq}`);
  const mark = styles.shown;
  if (!event || !mark) return;
  event.scrollIntoView({ block: "center", behavior: "smooth" });
  event.classList.add(mark);
  setTimeout(() => event.classList.remove(mark), SHOWN_FOR_MS);
}
