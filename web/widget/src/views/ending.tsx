import { useState } from "preact/hooks";
import type { Session } from "../session.ts";
import type { Words } from "../words/words.ts";
import { StarIcon } from "./icons.tsx";

const STARS = [1, 2, 3, 4, 5];

/** Below a conversation that is over: the rating, once, and the way to another conversation. */
export function Ending({ session, words }: { session: Session; words: Words }) {
  return (
    <footer class="ending">
      {session.screen.rated ? (
        <p class="thanks" role="status">
          {words.rateThanks}
        </p>
      ) : (
        <Rating session={session} words={words} />
      )}
      <button type="button" class="primary-button" onClick={() => session.startNew()}>
        {words.startNew}
      </button>
    </footer>
  );
}

function Rating({ session, words }: { session: Session; words: Words }) {
  const [stars, setStars] = useState(0);
  const [comment, setComment] = useState("");
  return (
    <form
      class="rating"
      onSubmit={(event) => {
        event.preventDefault();
        session.rate(stars, comment);
      }}
    >
      <fieldset class="stars">
        <legend>{words.rateAsk}</legend>
        {STARS.map((star) => (
          <label key={star} class={`star${star <= stars ? " is-lit" : ""}`}>
            <input
              type="radio"
              name="stars"
              value={star}
              checked={star === stars}
              onChange={() => setStars(star)}
            />
            <span class="only-heard">{words.rateStars(star)}</span>
            <StarIcon />
          </label>
        ))}
      </fieldset>
      {stars > 0 && (
        <>
          <textarea
            class="comment"
            rows={2}
            maxLength={500}
            placeholder={words.rateComment}
            aria-label={words.rateComment}
            value={comment}
            onInput={(event) => setComment(event.currentTarget.value)}
          />
          <button type="submit" class="quiet-button">
            {words.rateSend}
          </button>
        </>
      )}
    </form>
  );
}
