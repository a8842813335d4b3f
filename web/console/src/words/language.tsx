import type { ReactNode } from "react";
import { createContext, useContext, useEffect } from "react";
import { useRemembered } from "../preferences/remembered.ts";
import { en } from "./en.ts";
import { type Words, zhCN } from "./zh-cn.ts";
import { zhTW } from "./zh-tw.ts";

export const LANGUAGES = ["zh-CN", "zh-TW", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language under its own name, so that whoever cannot read the others finds it. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  "zh-CN": "简体中文",
  "zh-TW": "繁體中文",
  en: "English",
};

const WORDS: Record<Language, Words> = { "zh-CN": zhCN, "zh-TW": zhTW, en };

interface Spoken {
  language: Language;
  words: Words;
  speak(language: Language): void;
}

const SpokenContext = createContext<Spoken>({ language: "zh-CN", words: zhCN, speak: () => undefined });

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, speak] = useRemembered("language", LANGUAGES, closest(navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return <SpokenContext value={{ language, words: WORDS[language], speak }}>{children}</SpokenContext>;
}

export function useLanguage(): Spoken {
  return useContext(SpokenContext);
}

export function useWords(): Words {
  return useContext(SpokenContext).words;
}

/** The first of the browser's languages that we have. */
export function closest(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    if (/^zh\b.*\b(hant|tw|hk|mo)\b/i.test(tag)) return "zh-TW";
    if (/^zh\b/i.test(tag)) return "zh-CN";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "zh-CN";
}
