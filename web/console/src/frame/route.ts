import type { ConversationId } from "@xiaoer/protocol";
import { useEffect } from "react";
import { useDesk } from "../desk/desk-room.tsx";

/** The open conversation stands in the address, so that reload, links and a phone's back gesture work. */
export function useRoute(): void {
  const desk = useDesk();
  useEffect(() => {
    const follow = () => desk.open(conversationIn(location.hash));
    follow();
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [desk]);
}

export function goTo(conversation: ConversationId | undefined): void {
  location.hash = conversation ? `#/${encodeURIComponent(conversation)}` : "#/";
}

export function conversationIn(hash: string): ConversationId | undefined {
  try {
    return decodeURIComponent(hash.replace(/^#\/?/, "")) || undefined;
  } catch {
    return undefined;
  }
}
