import { Button, Grid } from "antd";
import { useRoom } from "../desk/desk-room.tsx";
import { MoonOutlined, MutedOutlined, SoundOutlined, SunOutlined } from "../looks/icons.tsx";
import { useShade } from "../looks/looks.tsx";
import { useWords } from "../words/language.tsx";
import { LanguageMenu } from "./language-menu.tsx";
import { Mark } from "./mark.tsx";
import { MyMenu } from "./my-menu.tsx";
import { PresenceSwitch } from "./presence-switch.tsx";
import { ShortcutHelp } from "./shortcut-help.tsx";
import { useSound } from "./sound.ts";
import styles from "./top-bar.module.css";

export function TopBar({ onSignedOut }: { onSignedOut(): void }) {
  const words = useWords();
  const { session } = useRoom();
  const { shade, turn } = useShade();
  const { sound, turnSound } = useSound();
  const roomy = Grid.useBreakpoint().md;
  const soundLabel = sound === "on" ? words.frame.soundOn : words.frame.soundOff;
  const shadeLabel = shade === "dark" ? words.frame.light : words.frame.dark;

  return (
    <header className={styles.bar}>
      <Mark size={28} />
      <strong className={styles.store}>{session.store_name}</strong>
      {roomy && <span className={styles.console}>{words.console}</span>}
      <span className={styles.space} />
      <PresenceSwitch />
      <Button
        type="text"
        icon={sound === "on" ? <SoundOutlined /> : <MutedOutlined />}
        aria-label={soundLabel}
        title={soundLabel}
        aria-pressed={sound === "on"}
        onClick={() => turnSound(sound === "on" ? "off" : "on")}
      />
      {roomy && <ShortcutHelp />}
      <Button
        type="text"
        icon={shade === "dark" ? <SunOutlined /> : <MoonOutlined />}
        aria-label={shadeLabel}
        title={shadeLabel}
        onClick={() => turn(shade === "dark" ? "light" : "dark")}
      />
      <LanguageMenu />
      <MyMenu onSignedOut={onSignedOut} />
    </header>
  );
}
