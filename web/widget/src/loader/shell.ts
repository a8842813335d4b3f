import type { Settings } from "./settings.ts";
import looks from "./shell.css?inline";

/** Narrower than this, the chat takes the whole screen. */
const PHONE = "(max-width: 560px)";

export interface Shell {
  frame: HTMLIFrameElement;
  show(shown: boolean): void;
  count(unread: number): void;
}

/** The button and the panel, behind a shadow root so that neither page's looks reach the other's. */
export function buildShell(settings: Settings, onPress: () => void): Shell {
  const { words } = settings;
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  wear(root);

  const frame = make("iframe", "frame");
  frame.title = words.title;
  frame.allow = "clipboard-write";
  const panel = make("div", "panel", frame);
  panel.setAttribute("role", "dialog");
  panel.ariaLabel = words.title;
  panel.hidden = true;

  const badge = make("span", "badge");
  badge.hidden = true;
  const button = make(
    "button",
    "button",
    icon(
      "speech",
      "M12 3.5c-5 0-9 3.4-9 7.7 0 2.4 1.3 4.6 3.3 6l-.6 3.3 3.6-1.9c.9.2 1.8.3 2.7.3 5 0 9-3.4 9-7.7s-4-7.7-9-7.7Z",
    ),
    icon("down", "m6 9.5 6 6 6-6"),
    badge,
  );
  button.type = "button";
  button.onclick = onPress;

  host.dataset["side"] = settings.side;
  if (settings.looks.color) host.style.setProperty("--accent", settings.looks.color);
  root.append(panel, button);
  attach(host);

  const phone = matchMedia(PHONE);
  let pageOverflow = "";

  /** A keyboard covers the lower part of a fixed panel unless the panel follows what can be seen. */
  function fit(): void {
    const view = visualViewport;
    const covered = !panel.hidden && phone.matches && view;
    panel.style.height = covered ? `${view.height}px` : "";
    panel.style.top = covered ? `${view.offsetTop}px` : "";
  }

  function show(shown: boolean): void {
    panel.hidden = !shown;
    host.toggleAttribute("data-open", shown);
    button.ariaExpanded = String(shown);
    button.ariaLabel = shown ? words.close : words.open;
    panel.ariaModal = String(phone.matches);
    const page = document.documentElement.style;
    if (shown) {
      pageOverflow = page.overflow;
      if (phone.matches) page.overflow = "hidden";
      frame.focus();
    } else {
      page.overflow = pageOverflow;
      button.focus();
    }
    fit();
  }

  visualViewport?.addEventListener("resize", fit);
  visualViewport?.addEventListener("scroll", fit);
  button.ariaExpanded = "false";
  button.ariaLabel = words.open;

  return {
    frame,
    show,
    count(unread) {
      badge.hidden = unread === 0;
      badge.textContent = unread > 99 ? "99+" : String(unread);
      if (panel.hidden) button.ariaLabel = unread ? `${words.open} (${unread})` : words.open;
    },
  };
}

/** A sheet made by script is allowed where the shop's policy forbids `<style>`. */
function wear(root: ShadowRoot): void {
  if ("adoptedStyleSheets" in root) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(looks);
    root.adoptedStyleSheets = [sheet];
  } else {
    const style = document.createElement("style");
    style.textContent = looks;
    (root as ShadowRoot).append(style);
  }
}

function attach(host: HTMLElement): void {
  if (document.body) document.body.append(host);
  else addEventListener("DOMContentLoaded", () => document.body.append(host));
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  name: string,
  ...children: Node[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...children);
  return element;
}

function icon(name: string, path: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS(svg.namespaceURI, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg as SVGElement;
}
