import type { Spending } from "@xiaoer/protocol";
import { Alert } from "antd";
import { useEffect, useState } from "react";
import { useRoom } from "../desk/desk-room.tsx";
import { ask } from "../session/session.ts";
import { useWords } from "../words/language.tsx";

const ASK_EVERY_MS = 60_000;

/** Says that the store's budget for models is nearly or all used up: then fewer buyers are answered by the AI. */
export function BudgetBar() {
  const words = useWords();
  const { session } = useRoom();
  const [today, setToday] = useState<Spending["today"]>();
  useEffect(() => {
    const load = () => {
      if (document.visibilityState !== "visible") return;
      // Whoever cannot be told now is told in a minute.
      ask<Spending>(`/v1/stores/${session.store}/spending`).then(
        (spending) => setToday(spending.today),
        () => {},
      );
    };
    load();
    const timer = setInterval(load, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [session.store]);
  if (!today || today.level === "fine") return null;
  const usedUp = today.level === "used_up";
  const title = usedUp ? words.budget.usedUp : words.budget.near(today.percent ?? 0);
  return (
    <Alert banner type={usedUp ? "error" : "warning"} title={title} role="status" data-testid="budget" />
  );
}
