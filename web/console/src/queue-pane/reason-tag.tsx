import type { HandoffReason } from "@xiaoer/protocol";
import { Tag } from "antd";
import { useWords } from "../words/language.tsx";

/** Safety first, moods next; the rest only explains. */
export function ReasonTag({ reason }: { reason: HandoffReason }) {
  const words = useWords();
  return <Tag color={colourOf(reason)}>{words.reason[reason] ?? reason}</Tag>;
}

function colourOf(reason: HandoffReason): string | undefined {
  if (reason.startsWith("safety_")) return "red";
  if (reason === "angry" || reason === "repeat_failure") return "volcano";
  if (reason === "human_requested") return "blue";
  return undefined;
}
