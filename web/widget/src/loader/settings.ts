import type { Context } from "@xiaoer/protocol";

export interface Settings {
  /** Where the script came from is where the app lives. */
  origin: string;
  store: string;
  context: Context;
  identity: string | undefined;
  side: "left" | "right";
  looks: { locale?: string; color?: string };
  words: { open: string; close: string; title: string };
}

/** The server refuses longer ones, and a long address must not cost the shopper the chat. */
const PAGE_CHARS = 300;

/** The script's own `data-` attributes. */
export function readSettings(script: HTMLScriptElement): Settings {
  const { store = "", identity, locale, color, sku, orderId, position } = script.dataset;
  return {
    origin: new URL(script.src, location.href).origin,
    store,
    context: {
      page: location.pathname.slice(0, PAGE_CHARS),
      ...(sku && { sku }),
      ...(orderId && { order_id: orderId }),
    },
    identity,
    side: position === "left" ? "left" : "right",
    looks: { ...(locale && { locale }), ...(color && CSS.supports("color", color) && { color }) },
    words: wordsFor(locale || navigator.language),
  };
}

function wordsFor(locale: string): Settings["words"] {
  if (/^zh-(tw|hk|mo|hant)/i.test(locale)) return { open: "聯絡客服", close: "關閉客服", title: "線上客服" };
  if (/^zh/i.test(locale)) return { open: "联系客服", close: "关闭客服", title: "在线客服" };
  return { open: "Chat with us", close: "Close chat", title: "Chat with us" };
}
