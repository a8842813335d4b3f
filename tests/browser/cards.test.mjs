// Cards in the widget: sizes side by side and verdicts from the real server; offers and confirmations from a line that
// the test holds, because they need a model.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, chatOn, launch, picture, SETTLE_MS, screens, summon, visit } from "./browser.mjs";

let browser;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const looks = [
  ["phone", { ...screens.phone }, "160cm 48kg 穿什么码", "推荐"],
  ["desktop", { ...screens.desktop }, "160cm 48kg 穿什么码", "推荐"],
  ["narrow", { ...screens.phone, viewport: { width: 320, height: 640 } }, "160cm 48kg 穿什么码", "推荐"],
  ["dark", { ...screens.phone, colorScheme: "dark" }, "160cm 48kg 穿什么码", "推荐"],
  ["traditional", { ...screens.phone, locale: "zh-TW" }, "我160公分48公斤，穿什麼尺寸", "推薦"],
  [
    "english",
    { ...screens.desktop, locale: "en" },
    "I am 160 cm and 48 kg, what size should I take?",
    "Advised",
  ],
];

for (const [name, screen, question, badge] of looks) {
  test(`sizes stand beside each other (${name})`, { timeout: 120_000 }, async () => {
    const { context, page, troubles } = await visit(browser, screen);
    const chat = await chatOn(page, "AP-DRESS-01");
    await ask(chat, question);
    const card = chat.locator("[data-card=size]");
    await card.waitFor({ timeout: SETTLE_MS });
    assert.equal(await card.locator("thead .is-advised").count(), 1);
    assert.equal((await card.locator(".size-badge:not(.is-empty)").textContent()).trim(), badge);
    const columns = await card.locator("thead th").count();
    assert.ok(columns >= 3, "the advised size has neighbours");
    assert.ok((await card.locator("tbody tr").count()) >= 5, "zones, chances and try-ons have rows");
    assert.match(await card.locator(".chance-bar").first().getAttribute("aria-label"), /\d+%.*\d+%.*\d+%/);
    // Nothing is cut off at the side.
    const [inner, outer] = await card
      .locator(".size-scroll")
      .evaluate((box) => [box.scrollWidth, box.clientWidth]);
    assert.ok(inner <= outer, `${inner} px in ${outer} px`);
    await picture(page, `card-size-${name}`);
    await card.locator("summary").click();
    await card.locator(".size-ground li").first().waitFor();
    await picture(page, `card-size-ground-${name}`);
    await page.reload();
    await (await summon(page)).locator("[data-card=size]").waitFor({ timeout: SETTLE_MS });
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test("a verdict by a card, and the consent that it needs", { timeout: 120_000 }, async () => {
  const { context, page, troubles } = await visit(browser, screens.phone);
  const chat = await chatOn(page, "AP-DRESS-01");
  await ask(chat, "163cm 53kg 穿什么码");
  await ask(chat, "衣服收到了");
  const verdict = chat.locator("[data-card=verdict]");
  await verdict.waitFor({ timeout: SETTLE_MS });
  await picture(page, "card-verdict");
  await verdict.getByRole("button", { name: "合身" }).tap();
  const consent = chat.locator("[data-card=consent]");
  await consent.waitFor({ timeout: SETTLE_MS });
  await picture(page, "card-consent");
  await consent.getByRole("button", { name: "同意", exact: true }).tap();
  await chat.locator(".from-assistant .bubble", { hasText: "已经记下了" }).waitFor({ timeout: SETTLE_MS });
  assert.equal(await verdict.locator(".choice.is-chosen").count(), 1);
  assert.equal(await verdict.locator(".choice:enabled").count(), 0, "it was answered");
  await picture(page, "card-verdict-kept");
  assert.deepEqual(troubles, []);
  await context.close();
});

const ASSISTANT = { kind: "assistant" };
const SYSTEM = { kind: "system" };
const BUYER = { kind: "buyer", id: "b" };

/** A server that tells `log`, and lets `answer` add to it when a card is answered. */
async function holdLine(context, log, answer) {
  const chosen = [];
  await context.routeWebSocket(/\/v1\/chat$/, (line) => {
    const tell = (frame) => line.send(JSON.stringify(frame));
    const event = (entry, place) =>
      tell({ type: "event", seq: place + 1, prev: place, at: Date.now(), ...entry });
    line.onMessage((text) => {
      const frame = JSON.parse(text);
      if (frame.type === "hello") {
        const head = { conversation: "c_1", buyer: "b", epoch: "e", seq: log.length, state: "assistant" };
        tell({ type: "welcome", ...head, resumed: false, store_name: "小店" });
        log.forEach(event);
      }
      if (frame.type === "choose") {
        chosen.push(frame.choice);
        const from = log.length;
        log.push(...answer(frame));
        tell({ type: "ack", id: frame.id, seq: from + 1, at: Date.now() });
        log.slice(from).forEach((entry, n) => {
          event(entry, from + n);
        });
      }
      if (frame.type === "ping") tell({ type: "pong", seq: log.length });
    });
  });
  return chosen;
}

const says = (text, more = {}) => ({
  author: ASSISTANT,
  kind: "message",
  body: { text, origin: "ai_auto", ...more },
});
const chose = ({ card, choice }, text) => ({
  author: BUYER,
  kind: "message",
  body: { text, origin: "human", chose: { card, choice } },
});
const told = (text, card, state) => ({
  author: SYSTEM,
  kind: "message",
  body: { text, origin: "system", settles: { card, state } },
});

test("an offer is taken, and shows so after a reload", { timeout: 120_000 }, async () => {
  const { context, page, troubles } = await visit(browser, screens.phone);
  const choices = [
    { id: "keep", label: "留下商品，补偿 9 元" },
    { id: "return", label: "退货退款 60 元，运费我们承担" },
    { id: "decline", label: "都不选" },
  ];
  const expires_at = Date.now() + 3_600_000;
  const about = { order_id: "A1", amount_fen: 900 };
  const card = { id: "o1", kind: "offer", choices, expires_at, offer: about };
  const log = [
    says("非常抱歉给您带来不好的体验。您可以留下商品，我们补偿您 9 元；也可以退货退款 60 元。您选哪一种？", {
      cards: [card],
    }),
    { author: ASSISTANT, kind: "offer", body: { offer: "o1", choices, expires_at, ...about } },
  ];
  const made = await holdLine(context, log, (frame) => [
    chose(frame, choices[0].label),
    {
      author: BUYER,
      kind: "offer_answered",
      body: { offer: "o1", choice: "keep", state: "accepted", ...about },
    },
    told("已登记：留下商品，补偿 9 元，由店铺处理。", "o1", "accepted"),
  ]);
  const chat = await chatOn(page, "AP-DRESS-01");
  const offer = chat.locator("[data-card=offer]");
  await offer.waitFor({ timeout: SETTLE_MS });
  assert.equal(await offer.locator(".choice.leads").count(), 0, "no choice is pushed");
  await picture(page, "card-offer");
  await offer.getByRole("button", { name: "留下商品" }).dblclick();
  await offer.locator("[data-state=accepted]").waitFor({ timeout: SETTLE_MS });
  await picture(page, "card-offer-taken");
  assert.deepEqual(made, ["keep"], "a double click is one answer");
  await page.reload();
  const again = (await summon(page)).locator("[data-card=offer]");
  await again.locator("[data-state=accepted]").waitFor({ timeout: SETTLE_MS });
  assert.equal(await again.locator(".choice:enabled").count(), 0);
  assert.deepEqual(troubles, []);
  await context.close();
});

test("an act is confirmed, and one that ran out cannot be", { timeout: 120_000 }, async () => {
  const { context, page, troubles } = await visit(browser, screens.desktop);
  const card = (id, more) => ({
    id,
    kind: "confirm",
    title: "请您确认：取消订单",
    text: "点「确认执行」之后才会办理；不点就什么都不会变。",
    rows: [
      { label: "订单号", value: "20261123001" },
      { label: "原因", value: "拍错了" },
    ],
    choices: [
      { id: "yes", label: "确认执行" },
      { id: "no", label: "先不要" },
    ],
    ...more,
  });
  const log = [
    says("这一步要您本人确认才会办理，请看下面的卡片。", {
      cards: [card("k1", { expires_at: Date.now() - 1_000 })],
    }),
    told("「取消订单」的确认已经过期，没有办理。", "k1", "expired"),
    says("这一步要您本人确认才会办理，请看下面的卡片。", {
      cards: [card("k2", { expires_at: Date.now() + 900_000 })],
    }),
  ];
  await holdLine(context, log, (frame) => [
    chose(frame, "确认执行"),
    says("已按您的确认办好：取消订单。", { settles: { card: "k2", state: "done" } }),
  ]);
  const chat = await chatOn(page, "AP-DRESS-01");
  const cards = chat.locator("[data-card=confirm]");
  await cards.nth(1).waitFor({ timeout: SETTLE_MS });
  assert.equal(await cards.nth(0).locator(".choice:enabled").count(), 0);
  await cards.nth(0).locator("[data-state=expired]").waitFor();
  await picture(page, "card-confirm");
  const yes = cards.nth(1).getByRole("button", { name: "确认执行" });
  await yes.focus();
  await page.keyboard.press("Enter");
  await cards.nth(1).locator("[data-state=done]").waitFor({ timeout: SETTLE_MS });
  await picture(page, "card-confirm-done");
  assert.deepEqual(troubles, []);
  await context.close();
});
