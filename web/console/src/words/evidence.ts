import type { Words } from "./zh-cn.ts";

/** A record in words: `chart:AP-DRESS-01/S` is the size chart of AP-DRESS-01, S. What is not known stays as it is. */
export function evidenceWord(id: string, words: Words): string {
  const cut = id.indexOf(":");
  const kind = words.evidence[id.slice(0, cut)];
  return kind ? `${kind} ${id.slice(cut + 1).replaceAll(/[/:]/g, " ")}` : id;
}
