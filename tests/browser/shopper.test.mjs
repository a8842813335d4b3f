// What a shopper sees and does, against a running server with the demo store.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { address, launch, picture, SETTLE_MS, say, screens, summon, visit } from "./browser.mjs";

let browser;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Opens a product of the shop, as a shopper would, and the chat on it. */
async function openChat(page) {
  await page.goto(address);
  await page.locator("a.good").first().click();
  await page.waitForURL(/\/p\//);
  return summon(page);
}

/** The assistant's first reply to the shopper, once it stands in the log. */
function reply(chat) {
  return chat.locator(".from-buyer ~ .from-assistant:not([aria-busy]) .bubble").first();
}

async function assistantTexts(chat) {
  return chat.locator(".from-assistant .bubble").allInnerTexts();
}

for (const [name, screen] of Object.entries(screens)) {
  test(`a shopper chats, comes back and calls a person (${name})`, { timeout: 120_000 }, async () => {
    const { context, page, strangers, troubles } = await visit(browser, screen);
    await page.goto(address);
    await page.locator(".shelf").nth(5).waitFor({ timeout: SETTLE_MS });
    await picture(page, `shop-${name}`);

    const chat = await openChat(page);
    await picture(page, `chat-open-${name}`);
    const question = "你好，今天下单什么时候发货？";
    await say(chat, question);
    await chat.locator(".from-buyer .bubble", { hasText: question }).waitFor();
    await reply(chat).waitFor({ timeout: SETTLE_MS });
    const answers = await assistantTexts(chat);
    assert.ok(answers.at(-1).trim().length > 0);
    assert.equal(
      await chat.locator(".from-assistant .ai-label").count(),
      await chat.locator(".from-assistant .bubble").count(),
      "every message of the assistant says that it is an AI",
    );
    await picture(page, `chat-answered-${name}`);

    await page.reload();
    const again = await summon(page);
    await again.locator(".from-buyer .bubble", { hasText: question }).waitFor({ timeout: SETTLE_MS });
    await again.locator(".from-assistant .bubble").last().waitFor();
    assert.deepEqual(await assistantTexts(again), answers);
    assert.equal(await again.locator(".from-buyer .bubble").count(), 1);

    await again.locator(".human-button").click();
    await again.locator(".waiting").waitFor({ timeout: SETTLE_MS });
    assert.equal(await again.locator(".human-button").getAttribute("aria-disabled"), "true");
    await picture(page, `chat-queued-${name}`);

    assert.deepEqual(strangers, [], "nothing comes from anywhere else");
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test("markup is shown as the shopper typed it", { timeout: 60_000 }, async () => {
  const { context, page, troubles } = await visit(browser, screens.desktop);
  const chat = await openChat(page);
  const attacks = [
    '<img src=x onerror="alert(1)">',
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
  ];
  for (const attack of attacks) {
    await say(chat, attack);
    await chat.locator(".from-buyer .bubble", { hasText: attack }).waitFor();
  }
  assert.equal(await chat.locator(".bubble img, .bubble script, .bubble svg, .bubble a").count(), 0);
  await picture(page, "chat-markup");
  assert.deepEqual(troubles, []);
  await context.close();
});

test("a question that the product's page suggests is asked with one press", { timeout: 60_000 }, async () => {
  const { context, page } = await visit(browser, screens.desktop);
  await page.goto(`${address}/p/BE-SERUM-01`);
  await page.locator("button.button").waitFor({ timeout: SETTLE_MS });
  const suggested = page.locator(".question");
  const [first, second] = await suggested.allInnerTexts();
  await suggested.first().click();
  const chat = page.frameLocator("iframe");
  await chat.locator(".from-buyer .bubble", { hasText: first }).waitFor({ timeout: SETTLE_MS });
  await reply(chat).waitFor({ timeout: SETTLE_MS });
  await picture(page, "shop-asked");
  await page.locator("button.button").click();
  await suggested.nth(1).click();
  await chat.locator(".from-buyer .bubble", { hasText: second }).waitFor();
  assert.equal(await chat.locator(".from-buyer .bubble").count(), 2, "each once");
  await context.close();
});

test("a very long message is folded until it is wanted", { timeout: 60_000 }, async () => {
  const { context, page } = await visit(browser, screens.phone);
  const chat = await openChat(page);
  await say(chat, Array.from({ length: 400 }, (_, line) => `第 ${line} 行`).join("\n"));
  const bubble = chat.locator(".from-buyer .bubble").first();
  const height = async () => (await bubble.boundingBox()).height;
  await chat.locator(".fold-button").first().waitFor();
  assert.ok((await height()) < 600, `${await height()} px`);
  await chat.locator(".fold-button").first().click();
  assert.ok((await height()) > 6_000);
  await context.close();
});

test("the words are in the shopper's script", { timeout: 60_000 }, async () => {
  const { context, page } = await visit(browser, screens.phone, { locale: "zh-TW" });
  const chat = await openChat(page);
  assert.equal(await chat.locator("html").getAttribute("lang"), "zh-TW");
  await say(chat, "請問什麼時候發貨？");
  await reply(chat).waitFor({ timeout: SETTLE_MS });
  await picture(page, "chat-traditional");
  await say(chat, "请问什么时候发货？");
  await chat.locator('html[lang="zh-CN"]').waitFor();
  await context.close();
});

test("a message whose acknowledgement was lost is there once", { timeout: 90_000 }, async () => {
  const { context, page } = await visit(browser, screens.desktop);
  const network = { deaf: false, cut: () => {} };
  await context.routeWebSocket(/\/v1\/chat$/, (line) => {
    const server = line.connectToServer();
    server.onMessage((frame) => {
      if (!network.deaf) line.send(frame);
    });
    network.cut = () => Promise.all([line.close(), server.close()]);
  });
  const chat = await openChat(page);
  await say(chat, "你好，什么时候发货？");
  await reply(chat).waitFor({ timeout: SETTLE_MS });

  network.deaf = true;
  await say(chat, "怎么退换货？");
  const row = chat.locator(".from-buyer", { hasText: "怎么退换货？" });
  await row.locator(".receipt", { hasText: "发送中" }).waitFor();
  // Long enough for the server to have stored it.
  await page.waitForTimeout(1_000);
  network.deaf = false;
  await network.cut();

  await row.locator(".receipt", { hasText: "发送中" }).waitFor({ state: "detached", timeout: SETTLE_MS });
  assert.equal(await row.count(), 1);
  await page.reload();
  const again = await summon(page);
  await again.locator(".from-buyer .bubble", { hasText: "怎么退换货？" }).waitFor({ timeout: SETTLE_MS });
  assert.equal(await again.locator(".from-buyer").count(), 2);
  await context.close();
});

test("what was not sent, or only half typed, outlasts the page", { timeout: 90_000 }, async () => {
  const { context, page } = await visit(browser, screens.desktop);
  let deaf = true;
  await context.routeWebSocket(/\/v1\/chat$/, (line) => {
    const server = line.connectToServer();
    line.onMessage((frame) => {
      if (!deaf || !String(frame).includes('"send"')) server.send(frame);
    });
  });
  const chat = await openChat(page);
  const question = "这件还有货吗？";
  await say(chat, question);
  const row = chat.locator(".from-buyer", { hasText: question });
  await row.locator(".receipt", { hasText: "发送中" }).waitFor();
  assert.equal(await chat.locator(".dots").count(), 0, "nobody has heard it yet");
  await chat.locator(".composer textarea").fill("另外，");

  // Another product of the same shop, in the same tab.
  await page.goto(`${address}/p/GE-CUP-01`);
  deaf = false;
  const again = await summon(page);
  assert.equal(await again.locator(".composer textarea").inputValue(), "另外，");
  await reply(again).waitFor({ timeout: SETTLE_MS });
  assert.equal(await again.locator(".from-buyer", { hasText: question }).count(), 1);

  await page.reload();
  const last = await summon(page);
  await last.locator(".from-assistant .bubble").first().waitFor({ timeout: SETTLE_MS });
  assert.equal(await last.locator(".from-buyer").count(), 1, "and it was sent once");
  await context.close();
});

test("the chat opens, closes and can be used by keyboard", { timeout: 60_000 }, async () => {
  const { context, page } = await visit(browser, screens.desktop);
  await page.goto(address);
  const button = page.locator("button.button");
  await button.waitFor({ timeout: SETTLE_MS });
  assert.equal(
    await page.locator("iframe").getAttribute("src"),
    null,
    "nothing is loaded before it is wanted",
  );
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  await button.focus();
  await page.keyboard.press("Enter");
  const field = page.frameLocator("iframe").locator(".composer textarea");
  await field.waitFor({ timeout: SETTLE_MS });
  assert.equal(await field.evaluate((element) => document.activeElement === element), true);

  await page.keyboard.type("第一行");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("第二行");
  assert.equal(await field.inputValue(), "第一行\n第二行");

  await page.keyboard.press("Escape");
  await page.locator(".panel").waitFor({ state: "hidden" });
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  assert.equal(await button.evaluate((element) => element.getRootNode().activeElement === element), true);
  await context.close();
});
