import type { Problem } from "@xiaoer/protocol";
import { App } from "antd";
import { useState } from "react";
import { useWords } from "../words/language.tsx";
import type { Words } from "../words/zh-cn.ts";

/** Does something at the server, one thing at a time, and says how it went. */
export function useActing() {
  const words = useWords();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);

  const act = async (work: Promise<void>, done: string): Promise<boolean> => {
    setBusy(true);
    try {
      await work;
      message.success(done);
      return true;
    } catch (problem) {
      const refused = problem as Problem;
      const text = whyNot(refused, words);
      // Being second is nobody's fault and needs no alarm.
      if (refused.code === "taken") message.info(text);
      else message.error(text);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, act };
}

function whyNot(problem: Problem, words: Words): string {
  switch (problem.code) {
    case "taken":
      return words.conversation.taken;
    case "not_yours":
      return words.conversation.notYours;
    case "offline":
      return words.conversation.offline;
    case "conversation_closed":
      return words.composer.closed;
    default:
      return `${words.conversation.actionFailed} ${problem.message}`;
  }
}
