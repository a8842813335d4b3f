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
      const { code, text } = whatHappened(problem as Problem, words);
      // Being second is nobody's fault and needs no alarm.
      if (code === "taken") message.info(text);
      else message.error(text);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, act };
}

function whatHappened(problem: Problem, words: Words): { code: string; text: string } {
  if (problem.code === "taken") return { code: "taken", text: words.conversation.taken };
  return { code: problem.code, text: `${words.conversation.actionFailed} ${problem.message ?? ""}`.trim() };
}
