import { en } from "./en.ts";
import type { Words } from "./words.ts";
import { zhHans } from "./zh-hans.ts";
import { zhHant } from "./zh-hant.ts";

export function wordsFor(locale: string): Words {
  if (/^zh-(tw|hk|mo|hant)/i.test(locale)) return zhHant;
  return /^zh/i.test(locale) ? zhHans : en;
}

/** Everyday characters whose two forms differ, the simplified one before the traditional one. */
const PAIRS =
  "这這个個们們还還没沒吗嗎么麼说說会會请請问問货貨买買卖賣钱錢见見里裡为為时時过過对對发發开開关關点點给給让讓应應该該宝寶单單换換码碼号號长長裤褲质質颜顏实實样樣谢謝几幾";

const simplified = new Set<string>();
const traditional = new Set<string>();
for (let at = 0; at + 1 < PAIRS.length; at += 2) {
  simplified.add(PAIRS.charAt(at));
  traditional.add(PAIRS.charAt(at + 1));
}

/** The script in which a text is written, where it can be told. */
export function scriptOf(text: string): "hans" | "hant" | undefined {
  let balance = 0;
  for (const character of text) {
    if (simplified.has(character)) balance += 1;
    if (traditional.has(character)) balance -= 1;
  }
  if (balance === 0) return undefined;
  return balance > 0 ? "hans" : "hant";
}

/** Chinese words follow the script that the buyer writes; other languages stay as they were asked for. */
export function inScriptOf(words: Words, texts: readonly string[]): Words {
  if (words === en) return words;
  const script = texts.map(scriptOf).findLast((known) => known !== undefined);
  if (!script) return words;
  return script === "hans" ? zhHans : zhHant;
}
