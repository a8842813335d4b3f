import type { ReactNode } from "react";
import { useRemembered } from "../preferences/remembered.ts";
import { beep, SOUNDS, type Sound, SoundContext } from "./sound.ts";

export function SoundRoom({ children }: { children: ReactNode }) {
  const [sound, setSound] = useRemembered<Sound>("sound", SOUNDS, "off");
  const turnSound = (next: Sound) => {
    setSound(next);
    // Lets the agent hear what was turned on.
    if (next === "on") beep();
  };
  return <SoundContext value={{ sound, turnSound }}>{children}</SoundContext>;
}
