import type { ConversationId } from "@xiaoer/protocol";
import { Button, Input, Segmented } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useDesk, useDeskState } from "../desk/desk-room.tsx";
import { EMPTY_DRAFT, LONGEST_TEXT, lengthOf, type Tab } from "../desk/drafts.ts";
import { handsOf, isMine } from "../desk/state.ts";
import { CHORDS, useShortcut } from "../frame/shortcut.ts";
import { LockOutlined, SendOutlined } from "../looks/icons.tsx";
import { useLow } from "../looks/low.ts";
import { useWords } from "../words/language.tsx";
import styles from "./composer.module.css";
import { NotYours } from "./not-yours.tsx";

/** Where replies and notes are written. A note looks so different that nobody sends one to a buyer by mistake. */
export function Composer({ conversation }: { conversation: ConversationId }) {
  const words = useWords();
  const desk = useDesk();
  const field = useRef<TextAreaRef>(null);
  const draft = useDeskState((state) => state.drafts[conversation] ?? EMPTY_DRAFT);
  const own = useDeskState((state) => isMine(state, conversation));
  const closed = useDeskState((state) => handsOf(state, conversation)?.state === "closed");
  const isNote = draft.tab === "note";
  const writable = isNote ? !closed : own;
  const text = isNote ? draft.note : draft.reply;
  const length = lengthOf(text.trim());
  const ready = writable && length > 0 && length <= LONGEST_TEXT;

  const low = useLow();
  const replyHint = touches() ? words.composer.replyHintTouch : words.composer.replyHint;

  const turn = (tab: Tab) => {
    desk.write(conversation, { tab });
    field.current?.focus();
  };
  useShortcut(CHORDS.reply, () => turn("reply"));
  useShortcut(CHORDS.note, () => turn("note"));

  // Who has just taken a conversation wants to write; on a phone that would throw up the keyboard unasked.
  useEffect(() => {
    if (writable && !touches()) field.current?.focus();
  }, [writable]);

  // What was put in from the brief is to be read over, completed and sent: all of it from the keyboard.
  useEffect(() => {
    if (draft.inserted > 0) field.current?.focus({ cursor: "end" });
  }, [draft.inserted]);

  const send = () => {
    if (!ready) return;
    desk.sendDraft(conversation);
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends the choice of a character is not meant for us (229: Safari says so only this way).
    if (event.key !== "Enter" || event.nativeEvent.isComposing || event.keyCode === 229) return;
    const chord = event.ctrlKey || event.metaKey;
    if (!chord && (event.shiftKey || touches())) return;
    event.preventDefault();
    send();
  };

  return (
    <div className={styles.composer} data-note={isNote}>
      <div className={styles.tabs}>
        <Segmented<Tab>
          size="small"
          aria-label={words.composer.kind}
          value={draft.tab}
          onChange={turn}
          options={[
            { value: "reply", label: words.composer.reply },
            { value: "note", label: words.composer.note, icon: <LockOutlined /> },
          ]}
        />
        {isNote && <small className={styles.hint}>{words.composer.noteOnly}</small>}
      </div>
      {writable ? (
        <>
          <Input.TextArea
            ref={field}
            className={styles.field}
            variant="borderless"
            autoSize={{ minRows: low ? 1 : 2, maxRows: low ? 4 : 8 }}
            value={text}
            placeholder={isNote ? words.composer.noteHint : replyHint}
            aria-label={isNote ? words.composer.note : words.composer.reply}
            onChange={(event) =>
              desk.write(conversation, isNote ? { note: event.target.value } : { reply: event.target.value })
            }
            onKeyDown={onKeyDown}
            data-testid="words"
          />
          <div className={styles.foot}>
            <small className={styles.count} data-over={length > LONGEST_TEXT}>
              {length > LONGEST_TEXT && `${words.composer.tooLong} · `}
              {length.toLocaleString("en")} / {LONGEST_TEXT.toLocaleString("en")}
            </small>
            <Button
              type="primary"
              icon={isNote ? <LockOutlined /> : <SendOutlined />}
              disabled={!ready}
              onClick={send}
              data-testid="send"
            >
              {isNote ? words.composer.save : words.composer.send}
            </Button>
          </div>
        </>
      ) : (
        <NotYours conversation={conversation} />
      )}
    </div>
  );
}

/** On a screen that is touched, Enter is the only way to a new line. */
function touches(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
