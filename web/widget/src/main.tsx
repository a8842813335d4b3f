import { render } from "preact";
import "./looks/tokens.css";
import "./looks/frame.css";
import "./looks/transcript.css";
import "./looks/alarm.css";
import "./looks/bubble.css";
import "./looks/controls.css";
import "./looks/cards.css";
import "./looks/waiting.css";
import "./looks/composer.css";
import "./looks/ending.css";
import { Bridge } from "./bridge.ts";
import type { ToApp } from "./messages.ts";
import { Session } from "./session.ts";
import { App } from "./views/app.tsx";
import { wordsFor } from "./words/locale.ts";

type Start = Extract<ToApp, { xiaoer: "start" }>;

const query = new URLSearchParams(location.search);
const bridge = new Bridge(query);

if (bridge.framed) {
  bridge.listen((message) => {
    if (message.xiaoer === "start") start(message);
  });
  bridge.tell({ xiaoer: "ready" });
} else {
  // A page of its own, e.g. in the web view of a mini program: the address says what the loader would.
  const hints = { sku: query.get("sku"), order_id: query.get("order_id"), page: query.get("page") };
  const context = Object.fromEntries(Object.entries(hints).filter(([, hint]) => hint));
  const locale = query.get("locale");
  start({ xiaoer: "start", context, open: true, ...(locale && { locale }) });
}

function start({ context, identity, locale = navigator.language, color, open }: Start): void {
  const root = document.getElementById("app");
  const store = query.get("store");
  if (!root || !store) return;
  if (color) document.documentElement.style.setProperty("--accent", color);

  const words = wordsFor(locale);
  const session = new Session({ store, locale: words.tag, context, identity });
  // On a phone the keyboard would cover what there is to read.
  const typesAtOnce = bridge.framed && matchMedia("(pointer: fine)").matches;
  let visible = open;
  let focusAsked = open && typesAtOnce ? 1 : 0;
  const onClose = bridge.framed ? () => bridge.tell({ xiaoer: "close" }) : undefined;
  const draw = () => render(<App {...{ session, words, visible, focusAsked, onClose }} />, root);

  bridge.listen((message) => {
    if (message.xiaoer === "context") session.setContext(message.context);
    if (message.xiaoer === "ask" && message.text.trim()) session.send(message.text.trim());
    if (message.xiaoer === "identify") session.identify(message.identity);
    if (message.xiaoer !== "shown") return;
    visible = message.shown;
    if (visible && typesAtOnce) focusAsked += 1;
    draw();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) onClose?.();
  });
  document.addEventListener("visibilitychange", draw);
  session.watch(() => bridge.tell({ xiaoer: "unread", count: visible ? 0 : session.unread() }));
  draw();
}
