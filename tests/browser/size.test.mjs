// The questions that returns depend on, in the widget, with no model set.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, chatOn, launch, picture, screens, visit } from "./browser.mjs";

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
