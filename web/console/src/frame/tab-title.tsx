import { theme } from "antd";
import { useEffect } from "react";
import { useDeskState, useRoom } from "../desk/desk-room.tsx";
import { useWords } from "../words/language.tsx";

/** How many wait, where an agent sees it while another tab is open: in the title and on the icon. */
export function TabTitle() {
  const words = useWords();
  const { session } = useRoom();
  const { token } = theme.useToken();
  const waiting = useDeskState(
    (state) => Object.values(state.waitings).filter((item) => item.state === "queued").length,
  );

  useEffect(() => {
    const page = `${session.store_name} · ${words.product}`;
    document.title = waiting > 0 ? `${words.frame.waitingTitle(waiting)} – ${page}` : page;
    return () => {
      document.title = words.product;
    };
  }, [waiting, session.store_name, words]);

  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (!icon || waiting === 0) return;
    const plain = icon.href;
    icon.href = badge(waiting, token.colorError, token.colorTextLightSolid);
    return () => {
      icon.href = plain;
    };
  }, [waiting, token.colorError, token.colorTextLightSolid]);

  return null;
}

function badge(count: number, ground: string, ink: string): string {
  const text = count > 99 ? "99" : String(count);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${ground}"/><text x="16" y="23" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="20" fill="${ink}">${text}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
