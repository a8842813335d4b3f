import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Session } from "../src/session.ts";
import { Shelf } from "./shelf.ts";

const jwt = (sub: string) => `h.${btoa(JSON.stringify({ sub }))}.s`;
const visit = { store: "demo", locale: "zh-CN", context: {} };
const texts = (session: Session) => session.screen.pending.map(({ text }) => text);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("localStorage", new Shelf());
  vi.stubGlobal("sessionStorage", new Shelf());
  vi.stubGlobal("location", { protocol: "https:", host: "shop" });
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("document", { addEventListener() {} });
  // A network that never answers.
  vi.stubGlobal("fetch", () => new Promise(() => {}));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a page that is loaded again goes on with what was not sent, under the same ids", () => {
  const first = new Session(visit);
  first.send("在吗");
  first.choose("c1", "m", "M 码");
  first.keepDraft("另外");
  const second = new Session(visit);
  expect(second.screen.pending.map(({ id }) => id)).toEqual(first.screen.pending.map(({ id }) => id));
  expect(second.screen.pending[1]?.chose).toEqual({ card: "c1", choice: "m" });
  expect(second.draft()).toBe("另外");
});

test("who signs in takes along what they have just written", () => {
  const session = new Session(visit);
  session.send("在吗");
  session.keepDraft("另外");
  session.identify(jwt("u1"));
  expect([texts(session), session.draft(), session.visitor]).toEqual([["在吗"], "另外", 0]);
  expect(texts(new Session({ ...visit, identity: jwt("u1") }))).toEqual(["在吗"]);
  expect(texts(new Session(visit)), "it is theirs now").toEqual([]);
});

test("who comes after somebody else gets none of it", () => {
  const session = new Session({ ...visit, identity: jwt("u1") });
  session.send("我的地址是");
  session.keepDraft("另外");
  session.identify(jwt("u2"));
  expect([texts(session), session.draft(), session.visitor]).toEqual([[], "", 1]);
});
