import type { Context } from "@xiaoer/protocol";
import { readSettings } from "./loader/settings.ts";
import { buildShell } from "./loader/shell.ts";
import type { ToApp, ToLoader } from "./messages.ts";

/** What the shop's own scripts may call. */
export interface XiaoerApi {
  open(): void;
  close(): void;
  /** Opens the chat and says this in the shopper's name: for a question that the shopper has pressed. */
  ask(text: string): void;
  setContext(context: Pick<Context, "sku" | "order_id">): void;
  identify(jwt: string): void;
}

declare global {
  interface Window {
    xiaoer?: XiaoerApi;
  }
}

const script = document.currentScript as HTMLScriptElement | null;
if (script && !window.xiaoer) window.xiaoer = load(script);

function load(script: HTMLScriptElement): XiaoerApi {
  const settings = readSettings(script);
  const { origin, store } = settings;
  const seenBefore = `xiaoer:${store}:seen`;
  let { context, identity } = settings;
  let shown = false;
  let ready = false;
  let question = "";

  const shell = buildShell(settings, () => (shown ? close() : open()));

  function tell(message: ToApp): void {
    if (ready) shell.frame.contentWindow?.postMessage(message, origin);
  }

  /** The app costs the shop's page nothing until somebody wants it. */
  function summon(): void {
    if (shell.frame.src) return;
    shell.frame.src = `${origin}/widget/?${new URLSearchParams({ store, origin: location.origin })}`;
  }

  function open(): void {
    if (shown) return;
    shown = true;
    summon();
    remember(seenBefore);
    shell.show(true);
    tell({ xiaoer: "shown", shown });
  }

  function close(): void {
    if (!shown) return;
    shown = false;
    shell.show(false);
    tell({ xiaoer: "shown", shown });
  }

  function answer(message: ToLoader): void {
    if (message.xiaoer === "ready") {
      ready = true;
      tell({ ...settings.looks, xiaoer: "start", context, open: shown, ...(identity && { identity }) });
      if (question) tell({ xiaoer: "ask", text: question });
    }
    if (message.xiaoer === "close") close();
    if (message.xiaoer === "unread") shell.count(message.count);
  }

  addEventListener("message", (event) => {
    const fromApp = event.origin === origin && event.source === shell.frame.contentWindow;
    if (fromApp && typeof event.data?.xiaoer === "string") answer(event.data);
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  if (remembers(seenBefore)) summon();

  return {
    open,
    close,
    ask(text) {
      open();
      if (ready) tell({ xiaoer: "ask", text });
      else question = text;
    },
    setContext(change) {
      context = { ...context, ...change };
      tell({ xiaoer: "context", context });
    },
    identify(jwt) {
      identity = jwt;
      tell({ xiaoer: "identify", identity });
    },
  };
}

/** Storage may be forbidden; then the app is simply not there before it is opened. */
function remember(key: string): void {
  try {
    localStorage.setItem(key, "1");
  } catch {}
}

function remembers(key: string): boolean {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}
