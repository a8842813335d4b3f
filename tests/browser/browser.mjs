// What the browser tests share: a Chromium, the server's address, and pictures of what was seen.
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { chromium } = createRequire(path.join(root, "web/package.json"))("playwright-core");

// Without the slash that a greeting ends with: paths begin with one.
export const address = (process.env.XIAOER_URL ?? "http://127.0.0.1:8080").replace(/\/+$/, "");
const screenshots = path.resolve(process.env.XIAOER_SCREENSHOTS ?? path.join(root, "target/screenshots"));

export const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};

export function launch() {
  return chromium.launch({
    executablePath: process.env.XIAOER_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A visitor with a fresh browser profile. `strangers` and `troubles` collect what no visit may have. */
export async function visit(browser, screen, options = {}) {
  const context = await browser.newContext({ locale: "zh-CN", ...screen, ...options });
  const page = await context.newPage();
  const strangers = [];
  const troubles = [];
  const own = new URL(address).host;
  const watch = (url) => {
    const { protocol, host } = new URL(url);
    if (!/^(data|blob|about):$/.test(protocol) && host !== own) strangers.push(url);
  };
  context.on("request", (request) => watch(request.url()));
  page.on("websocket", (socket) => watch(socket.url()));
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(message.text());
  });
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { context, page, strangers, troubles };
}

export async function picture(page, name) {
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
}

/** How long the pages may take to show what was asked for. */
export const SETTLE_MS = 20_000;

/** Opens the chat on a product's page. */
export async function chatOn(page, sku) {
  await page.goto(`${address}/p/${sku}`);
  return summon(page);
}

/** Opens the chat on the page. */
export async function summon(page) {
  await page.locator("button.button").click();
  const chat = page.frameLocator("iframe");
  await chat.locator("textarea").waitFor({ timeout: SETTLE_MS });
  return chat;
}

export async function say(chat, text) {
  const field = chat.locator(".composer textarea");
  await field.fill(text);
  await field.press("Enter");
}

/** Says something and gives the assistant's next words. */
export async function ask(chat, text) {
  const replies = chat.locator(".from-assistant:not([aria-busy]) .bubble");
  const before = await replies.count();
  await say(chat, text);
  await replies.nth(before).waitFor({ timeout: SETTLE_MS });
  return replies.nth(before).textContent();
}
