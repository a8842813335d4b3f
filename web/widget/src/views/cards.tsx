import type { Card } from "@xiaoer/protocol";

interface Props {
  card: Card;
  open: boolean;
  chosen: string | undefined;
  onChoose(choice: string, label: string): void;
}

/** Quick replies. Once the conversation has gone on, only what was chosen stays. */
export function QuickReplies({ card, open, chosen, onChoose }: Props) {
  const choices =
    open && chosen === undefined ? card.choices : card.choices.filter(({ id }) => id === chosen);
  if (choices.length === 0) return null;
  return (
    <fieldset class="quick-replies" disabled={!open || chosen !== undefined}>
      {card.title && <legend>{card.title}</legend>}
      {choices.map(({ id, label }) => (
        <button
          type="button"
          key={id}
          class={`quick-reply${id === chosen ? " is-chosen" : ""}`}
          onClick={() => onChoose(id, label)}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
