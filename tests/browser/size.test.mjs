// The questions that returns depend on, in the widget, with no model set.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, chatOn, launch, picture, SETTLE_MS, screens, visit } from "./browser.mjs";

let browser;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test("a size, and how it will look", { timeout: 120_000 }, async () => {
  const { context, page, troubles } = await visit(browser, screens.phone);
  const chat = await chatOn(page, "AP-DRESS-01");
  const loose = await ask(chat, "160cm 48kg 穿 S 会不会大");
  assert.match(loose, /S/);
  assert.match(loose, /宽松|合身/);
  const unknown = await ask(chat, "我爸 190cm 110kg 能穿吗");
  assert.match(unknown, /没有/, `an honest answer: ${unknown}`);
  await picture(page, "size-phone");
  assert.deepEqual(troubles, []);
  await context.close();
});

test("an answer that is taller than the view begins at its first word", { timeout: 120_000 }, async () => {
  const { context, page } = await visit(browser, { viewport: { width: 390, height: 620 }, hasTouch: true });
  const chat = await chatOn(page, "AP-DRESS-01");
  await ask(chat, "你好");
  await ask(chat, "165cm 55kg 穿什么码");
  await chat.locator(".size-card").waitFor({ timeout: SETTLE_MS });
  await page.waitForTimeout(500);
  const log = chat.locator(".transcript");
  const first = async () => {
    const { y: top } = await log.boundingBox();
    const { y } = await chat.locator(".from-assistant .bubble").last().boundingBox();
    return y - top;
  };
  const above = await first();
  assert.ok(above >= 0 && above < 80, `the answer begins ${above} px below the top`);

  // Who has read back is left there, whatever comes.
  await log.evaluate((box) => box.scrollTo({ top: 0 }));
  await page.waitForTimeout(200);
  await chat.locator(".human-button").click();
  await chat.locator(".waiting").waitFor({ timeout: SETTLE_MS });
  assert.equal(await log.evaluate((box) => box.scrollTop), 0);
  await context.close();
});

test("two people in one message, and a shape", { timeout: 120_000 }, async () => {
  const { context, page, troubles } = await visit(browser, screens.desktop);
  const chat = await chatOn(page, "AP-DRESS-01");
  const both = await ask(chat, "我160 96斤，我妈158 125斤，分别穿多大");
  assert.ok(both.length > 10, both);
  await picture(page, "size-two-people");
  const pants = await chatOn(page, "AP-PANTS-01");
  const pear = await ask(pants, "我160 56kg 梨形身材，这条高腰的适合吗");
  assert.ok(pear.length > 10, pear);
  await picture(page, "size-shape");
  assert.deepEqual(troubles, []);
  await context.close();
});
