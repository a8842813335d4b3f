import { describe, expect, it } from "vitest";
import { changeDraft, draftOf, insertSentence, lengthOf, sentDraft, takeDraft } from "../src/desk/drafts.ts";

describe("a draft", () => {
  it("gets the first sentence before what is written already", () => {
    const begun = changeDraft({}, "a", { tab: "note", reply: "稍等" });
    expect(draftOf(insertSentence(begun, "a", "您好，我是林晓。"), "a")).toMatchObject({
      tab: "reply",
      reply: "您好，我是林晓。\n稍等",
    });
    expect(draftOf(insertSentence({}, "a", "您好"), "a").reply).toBe("您好");
  });

  it("asks for the focus each time something was put in", () => {
    const twice = insertSentence(insertSentence({}, "a", "您好"), "a", "您好");
    expect(draftOf(twice, "a").inserted).toBe(2);
  });

  it("counts as the assistant's only while nobody has changed it", () => {
    const taken = draftOf(takeDraft({}, "a", { turn: "t1", text: "建议选 S" }), "a");
    expect(sentDraft(taken)).toBe("t1");
    expect(sentDraft({ ...taken, reply: "建议选 S " })).toBe("t1");
    expect(sentDraft({ ...taken, reply: "建议选 M" })).toBeUndefined();
  });

  it("is measured in characters", () => {
    expect(lengthOf("你好👩")).toBe(3);
    expect(lengthOf("")).toBe(0);
  });
});
