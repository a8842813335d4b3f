import { Button, Popover } from "antd";
import { Fragment, useState } from "react";
import { QuestionCircleOutlined } from "../looks/icons.tsx";
import { useWords } from "../words/language.tsx";
import { CHORDS, useShortcut } from "./shortcut.ts";
import styles from "./top-bar.module.css";

export function ShortcutHelp() {
  const words = useWords();
  const [open, setOpen] = useState(false);
  useShortcut(CHORDS.help, () => setOpen((shown) => !shown));

  const keys: [string, string][] = [
    [words.shortcut.send, "Enter"],
    [words.shortcut.send, "Ctrl / ⌘ + Enter"],
    [words.shortcut.newline, "Shift + Enter"],
    [words.shortcut.next, "Alt + ↓"],
    [words.shortcut.previous, "Alt + ↑"],
    [words.shortcut.claim, "Alt + A"],
    [words.shortcut.reply, "Alt + R"],
    [words.shortcut.note, "Alt + N"],
    [words.shortcut.back, "Esc"],
    [words.shortcut.help, "?"],
  ];
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      title={words.frame.shortcuts}
      content={
        <div className={styles.keys}>
          {keys.map(([what, chord]) => (
            <Fragment key={chord}>
              <span>{what}</span>
              <kbd>{chord}</kbd>
            </Fragment>
          ))}
        </div>
      }
    >
      <Button
        type="text"
        icon={<QuestionCircleOutlined />}
        aria-label={words.frame.shortcuts}
        title={words.frame.shortcuts}
      />
    </Popover>
  );
}
