import { createContext, useContext } from "react";

export type Sound = "on" | "off";
export const SOUNDS: readonly Sound[] = ["off", "on"];

export const SoundContext = createContext<{ sound: Sound; turnSound(sound: Sound): void }>({
  sound: "off",
  turnSound: () => undefined,
});

export function useSound() {
  return useContext(SoundContext);
}

let speaker: AudioContext | undefined;

/** Two short notes, made here: a sound file would be one more thing to load and to allow. */
export function beep(): void {
  speaker ??= new AudioContext();
  // Browsers keep a page silent until it has been pressed somewhere; turning the sound on is such a press.
  void speaker.resume();
  playNote(speaker, 880, 0);
  playNote(speaker, 1174.66, 0.14);
}

function playNote(context: AudioContext, hertz: number, after: number): void {
  const begin = context.currentTime + after;
  const note = context.createOscillator();
  const volume = context.createGain();
  note.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, begin);
  volume.gain.exponentialRampToValueAtTime(0.2, begin + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.22);
  note.connect(volume).connect(context.destination);
  note.start(begin);
  note.stop(begin + 0.24);
}
