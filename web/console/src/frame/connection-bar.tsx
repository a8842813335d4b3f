import { Alert, Button } from "antd";
import { useEffect, useState } from "react";
import { useDesk, useDeskState } from "../desk/desk-room.tsx";
import { remember } from "../preferences/remembered.ts";
import { useWords } from "../words/language.tsx";

/** A reconnect that takes less than this is not worth a word, unless the browser knows that the network is gone. */
const WORTH_A_WORD_MS = 1_200;

/** What an agent must know about the line before trusting the screen. */
export function ConnectionBar() {
  const words = useWords();
  const desk = useDesk();
  const open = useDeskState((state) => state.line === "open");
  const welcomed = useDeskState((state) => state.me !== undefined);
  const away = useDeskState(
    (state) => state.people.find((person) => person.agent === state.me?.agent)?.status === "offline",
  );
  const [long, setLong] = useState(false);

  useEffect(() => {
    if (open) return;
    const timer = setTimeout(() => setLong(true), navigator.onLine ? WORTH_A_WORD_MS : 0);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [open]);

  if (!open && long) {
    const title = welcomed
      ? `${words.frame.disconnected} ${words.frame.disconnectedHint}`
      : words.frame.connecting;
    return <Alert banner type="warning" title={title} role="status" />;
  }
  if (open && away) {
    const goAvailable = () => {
      remember("presence", "available");
      desk.setPresence("available");
    };
    return (
      <Alert
        banner
        type="info"
        title={words.frame.offlineAlert}
        action={
          <Button size="small" type="primary" onClick={goAvailable} data-testid="go-available">
            {words.frame.goAvailable}
          </Button>
        }
      />
    );
  }
  return null;
}
