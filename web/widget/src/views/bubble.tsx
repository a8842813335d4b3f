import type { Attachment, Author } from "@xiaoer/protocol";
import type { ComponentChildren } from "preact";
import { piecesOf } from "../links.ts";
import type { Words } from "../words/words.ts";
import { ClipIcon, SparkIcon } from "./icons.tsx";

interface Props {
  author: Author;
  words: Words;
  /** Whether the author's portrait stands beside it. */
  opensGroup: boolean;
  time?: string;
  /** It is not in the log yet. */
  coming?: boolean;
  children: ComponentChildren;
  below?: ComponentChildren;
}

export function Bubble({ author, words, opensGroup, time, coming, children, below }: Props) {
  const { kind } = author;
  return (
    <div class={`row from-${kind}${opensGroup ? " opens-group" : ""}`} aria-busy={coming}>
      {kind !== "buyer" && <Portrait author={author} shown={opensGroup} words={words} />}
      <div class="row-body">
        <Byline author={author} words={words} opensGroup={opensGroup} time={time} />
        <div class="bubble" dir="auto">
          {children}
        </div>
        {below}
      </div>
    </div>
  );
}

/** Every message of the assistant says that it is one; people are named once a group. */
function Byline({
  author,
  words,
  opensGroup,
  time,
}: Pick<Props, "author" | "words" | "opensGroup"> & { time: string | undefined }) {
  const stamp = time && opensGroup && <time class="stamp">{time}</time>;
  if (author.kind === "assistant") {
    return (
      <p class="byline">
        <span class="ai-label">{words.ai}</span>
        {stamp}
      </p>
    );
  }
  if (!opensGroup) return null;
  return (
    <p class="byline">
      {author.kind === "agent" && <span class="agent-name">{author.name ?? words.agent}</span>}
      {stamp}
    </p>
  );
}

function Portrait({ author, shown, words }: { author: Author; shown: boolean; words: Words }) {
  if (!shown) return <span class="portrait-room" />;
  return (
    <span class="portrait" aria-hidden="true">
      {author.kind === "assistant" ? <SparkIcon /> : (author.name ?? words.agent).slice(0, 1)}
    </span>
  );
}

/** Text and links, never markup. */
export function LinkedText({ text }: { text: string }) {
  return (
    <>
      {piecesOf(text).map(({ text: words, href }) =>
        href ? (
          <a href={href} target="_blank" rel="noopener noreferrer nofollow">
            {words}
          </a>
        ) : (
          words
        ),
      )}
    </>
  );
}

export function Attachments({ attachments, words }: { attachments: Attachment[]; words: Words }) {
  return (
    <ul class="attachments">
      {attachments.map(({ id, name, media_type }) => (
        <li key={id} class="chip" title={media_type}>
          <ClipIcon />
          {name ?? words.attachment}
        </li>
      ))}
    </ul>
  );
}
