import { App, Button } from "antd";
import { useEffect, useEffectEvent } from "react";
import { useDesk } from "../desk/desk-room.tsx";
import type { Notice } from "../desk/notices.ts";
import { useWords } from "../words/language.tsx";
import { goTo } from "./route.ts";
import { beep, useSound } from "./sound.ts";

/** As wide as the buyer's panel below it, so that it never lies on the button that sends. */
const NARROW_PX = 264;

/** Says aloud and in the corner what the desk gives notice of. */
export function Notices() {
  const desk = useDesk();
  const words = useWords();
  const { sound } = useSound();
  const { notification, message } = App.useApp();

  const tell = useEffectEvent((notice: Notice) => {
    switch (notice.what) {
      case "queued":
        if (sound === "on") beep();
        return;
      case "assigned":
        if (sound === "on") beep();
        return inCorner(notice.conversation, "info", words.notice.assignedTitle, nameOf(notice.conversation));
      case "warning": {
        const who = nameOf(notice.conversation);
        if (sound === "on") beep();
        if (notice.secondsLeft > 0) {
          const text = words.notice.warning(who, notice.secondsLeft);
          return inCorner(notice.conversation, "warning", words.notice.warningTitle, text);
        }
        return inCorner(notice.conversation, "error", words.notice.overdueTitle, words.notice.overdue(who));
      }
      case "going_away":
        message.info(words.notice.goingAway);
        return;
      case "problem":
        message.error(`${words.notice.problem}: ${notice.problem.message}`);
    }
  });

  const nameOf = (conversation: string) =>
    desk.state.waitings[conversation]?.buyer_name ?? words.queue.anonymous;

  const inCorner = (
    conversation: string,
    type: "info" | "warning" | "error",
    title: string,
    description: string,
  ) => {
    // Whoever has it open sees the clock there already.
    if (desk.state.open === conversation && document.visibilityState === "visible") return;
    // One for each conversation: the next word about it takes the place of the last.
    const key = conversation;
    const show = () => {
      notification.destroy(key);
      goTo(conversation);
    };
    notification[type]({
      key,
      title,
      description,
      duration: 8,
      style: { width: NARROW_PX },
      actions: (
        <Button size="small" type="primary" onClick={show}>
          {words.notice.open}
        </Button>
      ),
    });
  };

  useEffect(() => desk.onNotice((notice) => tell(notice)), [desk]);
  return null;
}
