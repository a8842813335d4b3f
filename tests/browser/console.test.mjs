// What an agent sees and does, against a running server with the demo store.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { address, launch, picture, SETTLE_MS, visit } from "./browser.mjs";

const store = process.env.XIAOER_STORE ?? "demo";
const email = process.env.XIAOER_EMAIL;
const password = process.env.XIAOER_PASSWORD;

const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let browser;

before(async () => {
  assert.ok(email && password, "XIAOER_EMAIL and XIAOER_PASSWORD must name a person of the store");
  browser = await launch();
});
after(() => browser?.close());

/** A shopper without a widget: a page of the server that only keeps every frame it is told. */
async function shopper() {
  const { context, page } = await visit(browser, phone);
  await page.goto(`${address}/console/`);
  await page.evaluate(async (id) => {
    const made = await fetch(`/v1/stores/${id}/visitors`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
    const { token } = await made.json();
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/v1/chat`, "xiaoer.v1");
    window.told = [];
    window.say = (frame) => socket.send(JSON.stringify(frame));
    socket.onmessage = ({ data }) => window.told.push(JSON.parse(data));
    socket.onopen = () =>
      window.say({
        type: "hello",
        store: id,
        token,
        locale: "zh-CN",
        context: { sku: "DEMO-1", page: "/p/demo" },
      });
  }, store);
  const heard = (what) =>
    page.waitForFunction(
      ({ type, kind, text }) =>
        window.told.find(
          (frame) =>
            frame.type === type &&
            (kind === undefined || frame.kind === kind) &&
            (text === undefined || frame.body?.text === text),
        ),
      what,
      { timeout: SETTLE_MS },
    );
  const welcome = await (await heard({ type: "welcome" })).jsonValue();
  return {
    conversation: welcome.conversation,
    say: (frame) => page.evaluate((said) => window.say(said), frame),
    heard,
    told: () => page.evaluate(() => window.told),
    leave: () => context.close(),
  };
}

async function signIn(page) {
  await page.goto(`${address}/console/`);
  await page.getByLabel("店铺编号").fill(store);
  await page.getByLabel("邮箱").fill(email);
  await page.getByLabel("密码").fill(password);
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await page.getByTestId("presence").waitFor({ timeout: SETTLE_MS });
  await page.getByTestId("presence").click();
  await page.getByRole("menuitem", { name: "在线" }).click();
  await page.locator('[data-testid=presence][data-presence="available"]').waitFor({ timeout: SETTLE_MS });
}

/** Asks for a person and waits until the desk has seen it. */
async function askForPerson(buyer, words) {
  await buyer.say({ type: "send", id: `ask-${Date.now()}`, text: words });
  await buyer.heard({ type: "ack" });
  await buyer.say({ type: "human", id: `human-${Date.now()}` });
  await buyer.heard({ type: "event", kind: "handoff" });
}

/** A desk socket that can be cut, and kept from coming back. */
async function breakable(page) {
  let whole = true;
  const sockets = new Set();
  await page.routeWebSocket("**/v1/desk", (socket) => {
    if (!whole) return socket.close();
    socket.connectToServer();
    sockets.add(socket);
  });
  return {
    cut() {
      whole = false;
      for (const socket of sockets) socket.close();
      sockets.clear();
    },
    mend() {
      whole = true;
    },
  };
}

const row = (page, buyer) => page.locator(`[data-conversation="${buyer.conversation}"]`);

async function write(page, words) {
  await page.getByTestId("words").fill(words);
  await page.getByTestId("send").click();
}

test("a wrong password is told, and nobody is let in", { timeout: 60_000 }, async () => {
  const { context, page } = await visit(browser, desktop);
  await page.goto(`${address}/console/`);
  await page.getByLabel("店铺编号").fill(store);
  await page.getByLabel("邮箱").fill(email);
  await page.getByLabel("密码").fill(`${password}?`);
  await picture(page, "console-sign-in");
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await page.getByRole("alert").filter({ hasText: "不正确" }).waitFor({ timeout: SETTLE_MS });
  assert.equal(await page.getByTestId("presence").count(), 0);
  await context.close();
});

test("an agent claims, replies, notes and hands back", { timeout: 120_000 }, async () => {
  const { context, page, strangers, troubles } = await visit(browser, desktop);
  await signIn(page);
  const buyer = await shopper();
  await askForPerson(buyer, "用了面霜脸上发红，<img src=x onerror=alert(1)> 怎么办？");

  await page.getByTestId("segment-queued").click();
  await row(page, buyer).click({ timeout: SETTLE_MS });
  await page.getByTestId("message").filter({ hasText: "脸上发红" }).waitFor({ timeout: SETTLE_MS });
  assert.equal(await page.getByTestId("words").count(), 0, "only whoever has it can write");
  await page.getByTestId("claim-big").waitFor();
  await picture(page, "console-queued");

  await page.getByTestId("claim-big").click();
  await buyer.heard({ type: "event", kind: "joined" });
  await page.locator('[data-testid=conversation][data-state="human"]').waitFor({ timeout: SETTLE_MS });

  // Enter while a character is being composed chooses the character and sends nothing.
  const field = page.getByTestId("words");
  await field.fill("您好");
  await field.dispatchEvent("keydown", { key: "Enter", isComposing: true });
  await page.waitForTimeout(200);
  assert.equal(await field.inputValue(), "您好");

  await field.fill("您好，先停用面霜，\n我来帮您处理。");
  await field.press("Enter");
  await buyer.heard({ type: "event", text: "您好，先停用面霜，\n我来帮您处理。" });
  await page.getByTestId("message").filter({ hasText: "我来帮您处理" }).waitFor();
  await page.getByTestId("pending").waitFor({ state: "detached" });

  await page.keyboard.press("Alt+n");
  await write(page, "常客，注意安抚");
  await page.getByTestId("note").filter({ hasText: "常客，注意安抚" }).waitFor({ timeout: SETTLE_MS });
  await buyer.say({ type: "send", id: "thanks", text: "好的，谢谢" });
  await page.getByTestId("message").filter({ hasText: "好的，谢谢" }).waitFor({ timeout: SETTLE_MS });
  const said = JSON.stringify(await buyer.told());
  assert.ok(!said.includes("注意安抚"), "a note reached the shopper");
  assert.ok(!said.includes('"brief"'), "a brief reached the shopper");
  await picture(page, "console-conversation");

  const drafted = "写到一半的话";
  await field.fill(drafted);
  await page.evaluate(() => {
    location.hash = "#/";
  });
  await row(page, buyer).click();
  assert.equal(await field.inputValue(), drafted, "a draft is kept while something else is open");
  await field.fill("");

  await page.getByTestId("return").click();
  await page.getByTestId("confirm").click();
  await buyer.heard({ type: "event", kind: "returned" });
  await page.locator('[data-testid=conversation][data-state="assistant"]').waitFor({ timeout: SETTLE_MS });
  await picture(page, "console-handed-back");

  assert.deepEqual(strangers, []);
  // Asking who is signed in before anybody is gives 401, which the browser writes down.
  assert.deepEqual(
    troubles.filter((trouble) => !trouble.includes("401")),
    [],
  );
  await buyer.leave();
  await context.close();
});

test("what was missed while the line was down comes after it is back", { timeout: 120_000 }, async () => {
  const { context, page } = await visit(browser, desktop);
  const line = await breakable(page);
  await signIn(page);
  const buyer = await shopper();
  await askForPerson(buyer, "在吗？");
  await page.getByTestId("segment-queued").click();
  await row(page, buyer).click({ timeout: SETTLE_MS });
  await page.getByTestId("claim-big").click();
  await page.getByTestId("words").waitFor({ timeout: SETTLE_MS });

  line.cut();
  await buyer.say({ type: "send", id: "while-away", text: "断线时说的话" });
  await write(page, "断线时写的回复");
  await page.getByTestId("pending").filter({ hasText: "等待网络恢复" }).waitFor({ timeout: SETTLE_MS });
  await page.getByText("正在重连").waitFor({ timeout: SETTLE_MS });
  await picture(page, "console-reconnecting");
  line.mend();

  await page.getByTestId("message").filter({ hasText: "断线时说的话" }).waitFor({ timeout: 60_000 });
  await buyer.heard({ type: "event", text: "断线时写的回复" });
  const copies = (await buyer.told()).filter((frame) => frame.body?.text === "断线时写的回复");
  assert.equal(copies.length, 1);
  await page.getByTestId("close").click();
  await page.getByTestId("confirm").click();
  await page.locator('[data-testid=conversation][data-state="closed"]').waitFor({ timeout: SETTLE_MS });
  await buyer.leave();
  await context.close();
});

test("what is urgent stands out, and what lies over the page takes its keys", {
  timeout: 90_000,
}, async () => {
  const { context, page } = await visit(browser, desktop);
  await signIn(page);
  const buyer = await shopper();
  await buyer.say({ type: "send", id: `ask-${Date.now()}`, text: "用了精华以后脸肿了，呼吸困难" });
  await buyer.heard({ type: "event", kind: "handoff" });
  await page.getByTestId("segment-queued").click();
  await row(page, buyer).click({ timeout: SETTLE_MS });
  await page
    .getByTestId("alarm")
    .getByRole("alert")
    .filter({ hasText: "120" })
    .waitFor({ timeout: SETTLE_MS });

  const open = page.getByTestId("conversation");
  const layers = page.locator(".ant-popover:visible, .ant-dropdown:visible");
  for (const over of ["快捷键", "语言"]) {
    await page.getByLabel(over).click();
    await layers.first().waitFor();
    await page.keyboard.press("Escape");
    await layers.first().waitFor({ state: "hidden" });
    assert.equal(await open.count(), 1, `Esc in ${over} leaves the conversation open`);
  }

  // As a screen of 1440 by 900 at 200 %.
  await page.setViewportSize({ width: 720, height: 450 });
  await page.getByTestId("claim").click();
  await page.getByTestId("words").waitFor({ timeout: SETTLE_MS });
  assert.equal(
    await page.getByTestId("brief").getByRole("button").first().getAttribute("aria-expanded"),
    "false",
  );
  const { height } = await page.getByTestId("log").boundingBox();
  assert.ok(height > 200, `the talk has ${height} px`);
  await picture(page, "console-low");

  await context.setOffline(true);
  await page
    .locator('[data-testid=presence][data-presence="unknown"]')
    .waitFor({ state: "attached", timeout: 2_000 });
  await context.close();
  await buyer.leave();
});

test("everything can be done on a phone, in the dark and in English", { timeout: 120_000 }, async () => {
  const { context, page } = await visit(browser, phone);
  await signIn(page);
  const buyer = await shopper();
  await askForPerson(buyer, "想换一件大一码的");
  await page.getByTestId("segment-queued").click();
  await row(page, buyer).waitFor({ timeout: SETTLE_MS });
  await picture(page, "console-phone-queue");

  await row(page, buyer).tap({ timeout: SETTLE_MS });
  await page.getByTestId("claim").tap({ timeout: SETTLE_MS });
  await page.getByTestId("words").waitFor({ timeout: SETTLE_MS });
  await write(page, "可以的，我来帮您换。");
  await buyer.heard({ type: "event", text: "可以的，我来帮您换。" });
  await picture(page, "console-phone-conversation");
  await page.getByTestId("details").tap({ timeout: SETTLE_MS });
  await page.getByTestId("buyer").waitFor();
  await picture(page, "console-phone-buyer");
  await page.locator(".ant-drawer-close").tap({ timeout: SETTLE_MS });

  await page.getByTestId("back").tap({ timeout: SETTLE_MS });
  await page.getByLabel("深色模式").tap({ timeout: SETTLE_MS });
  await page.getByLabel("语言").tap({ timeout: SETTLE_MS });
  await page.getByRole("menuitem", { name: "English" }).tap({ timeout: SETTLE_MS });
  await page.getByTestId("segment-mine").filter({ hasText: "Mine" }).waitFor({ timeout: SETTLE_MS });
  await picture(page, "console-phone-dark-english");

  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= phone.viewport.width, "the page is wider than the phone");

  await row(page, buyer).tap({ timeout: SETTLE_MS });
  await page.getByTestId("more").tap({ timeout: SETTLE_MS });
  await page.getByRole("menuitem", { name: "Close" }).tap({ timeout: SETTLE_MS });
  await page.getByTestId("confirm").tap({ timeout: SETTLE_MS });
  await buyer.heard({ type: "event", kind: "closed" });
  await buyer.leave();
  await context.close();
});
