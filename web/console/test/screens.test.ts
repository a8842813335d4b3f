import { describe, expect, it } from "vitest";
import { colleagues, skillsOnDuty } from "../src/conversation-pane/receivers.ts";
import { conversationIn } from "../src/frame/route.ts";
import { CHORDS, matches } from "../src/frame/shortcut.ts";
import { neighbour } from "../src/queue-pane/neighbour.ts";
import { merge } from "../src/queue-pane/summaries.ts";
import { en } from "../src/words/en.ts";
import { evidenceWord } from "../src/words/evidence.ts";
import { closest } from "../src/words/language.tsx";
import { span, timeFrom } from "../src/words/times.ts";
import { zhCN } from "../src/words/zh-cn.ts";
import { zhTW } from "../src/words/zh-tw.ts";

const person = (
  agent: string,
  status: "available" | "away" | "offline",
  load: number,
  skills: string[] = [],
) => ({
  agent,
  name: agent,
  email: `${agent}@demo.shop`,
  role: "agent" as const,
  status,
  load,
  skills: skills.map((name) => ({ name, level: 3 })),
});

describe("a transfer", () => {
  it("offers who is there and least busy first, and never oneself", () => {
    const people = [
      person("me", "available", 0),
      person("off", "offline", 0),
      person("busy", "available", 5),
      person("free", "available", 1),
    ];
    expect(colleagues(people, "me").map((one) => one.agent)).toEqual(["free", "busy", "off"]);
  });

  it("offers the skills that people have, or the built-in ones", () => {
    const people = [person("a", "available", 0, ["skin"]), person("b", "offline", 0, ["skin", "fit"])];
    expect(skillsOnDuty(people, ["general"])).toEqual([
      { name: "skin", onDuty: 1 },
      { name: "fit", onDuty: 0 },
    ]);
    expect(skillsOnDuty([], ["general"])).toEqual([{ name: "general", onDuty: 0 }]);
  });
});

describe("evidence", () => {
  it("is named by its kind, and stays as it is where the kind is new", () => {
    expect(evidenceWord("fit:demo-f02", zhCN)).toBe("试穿记录 demo-f02");
    expect(evidenceWord("chart:AP-DRESS-01/S", zhCN)).toBe("尺码表 AP-DRESS-01 S");
    expect(evidenceWord("faq:return", en)).toBe("FAQ return");
    expect(evidenceWord("moon:1", zhCN)).toBe("moon:1");
    expect(evidenceWord("formula-1", zhCN)).toBe("formula-1");
  });
});

describe("the list of all", () => {
  const row = (id: string) => ({ id }) as never;
  const ids = (listed: { items: readonly { id: string }[] }) => listed.items.map((one) => one.id);

  it("grows by pages and renews its beginning", () => {
    const first = merge(
      { filter: "all", items: [] },
      "all",
      { items: [row("c"), row("b")], next: "b" },
      false,
    );
    const grown = merge(first, "all", { items: [row("a")] }, true);
    expect(ids(grown)).toEqual(["c", "b", "a"]);
    const renewed = merge(grown, "all", { items: [row("d"), row("c")], next: "c" }, false);
    expect(ids(renewed)).toEqual(["d", "c", "b", "a"]);
  });

  it("starts over with another filter", () => {
    const held = merge({ filter: "all", items: [row("a")] }, "closed", { items: [row("b")] }, false);
    expect(ids(held)).toEqual(["b"]);
  });
});

describe("the keyboard", () => {
  const key = (change: object) => ({
    key: "",
    code: "",
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    ...change,
  });

  it("hears a chord also where Alt writes another letter", () => {
    expect(matches(key({ key: "å", code: "KeyA", altKey: true }), CHORDS.claim)).toBe(true);
    expect(matches(key({ key: "a", code: "KeyA" }), CHORDS.claim)).toBe(false);
    expect(matches(key({ key: "ArrowDown", altKey: true, ctrlKey: true }), CHORDS.next)).toBe(false);
  });

  it.each([
    [undefined, 1, "a"],
    [undefined, -1, "c"],
    ["a", 1, "b"],
    ["c", 1, undefined],
    ["gone", 1, "a"],
  ] as [string | undefined, 1 | -1, string | undefined][])("from %s by %i goes to %s", (open, by, next) => {
    expect(neighbour(["a", "b", "c"], open, by)).toBe(next);
  });
});

describe("words", () => {
  it("has the same entries in every language", () => {
    const entries = (words: object, path = ""): string[] =>
      Object.entries(words).flatMap(([name, entry]) =>
        typeof entry === "object" ? entries(entry, `${path}${name}.`) : [`${path}${name}`],
      );
    expect(entries(zhTW)).toEqual(entries(zhCN));
    expect(entries(en)).toEqual(entries(zhCN));
  });

  it.each([
    [["zh-Hant-TW", "en"], "zh-TW"],
    [["zh-HK"], "zh-TW"],
    [["zh"], "zh-CN"],
    [["fr", "en-GB"], "en"],
    [[], "zh-CN"],
  ] as [string[], string][])("takes for %j %s", (wanted, language) => {
    expect(closest(wanted)).toBe(language);
  });

  it.each([
    [-5, "0 秒"],
    [59_999, "59 秒"],
    [61_000, "1 分钟"],
    [7_200_000, "2 小时"],
    [200_000_000, "2 天"],
  ])("tells %i ms as %s", (ms, text) => {
    expect(span(ms, zhCN)).toBe(text);
  });

  it("names the day of a time to come unless it is today", () => {
    const evening = new Date(2026, 10, 22, 20).getTime();
    expect(timeFrom(evening, evening + 3_600_000)).toBe("21:00");
    expect(timeFrom(evening, evening + 12 * 3_600_000)).toBe("11-23 08:00");
  });

  it("finds the open conversation in the address", () => {
    expect(conversationIn("#/cnv_1")).toBe("cnv_1");
    expect(conversationIn("#/")).toBeUndefined();
    expect(conversationIn("#/%E0%A4%A")).toBeUndefined();
  });
});
