import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Memory } from "../src/memory.ts";
import { subjectOf, visitorToken } from "../src/visitor.ts";

const LATER = Date.now() + 3_600_000;
const jwt = (claims: object) => `h.${btoa(JSON.stringify(claims))}.s`;
let asked: unknown[];

function serverGives(...answers: Array<[status: number, body: object]>): void {
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    asked.push(JSON.parse(body));
    const [status, answer] = answers.shift() ?? [500, {}];
    return new Response(JSON.stringify(answer), { status });
  });
}

beforeEach(() => {
  asked = [];
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("localStorage", undefined);
});
afterEach(() => vi.unstubAllGlobals());

test("a token is asked for once, even where storage is forbidden", async () => {
  serverGives([201, { token: "t1", buyer: "b", expires_at: LATER }]);
  const memory = new Memory("demo");
  expect(await visitorToken("demo", memory, undefined, false)).toBe("t1");
  expect(await visitorToken("demo", memory, undefined, false)).toBe("t1");
  expect(asked).toEqual([{}]);
});

test("an expired or refused token is replaced", async () => {
  serverGives(
    [201, { token: "t1", buyer: "b", expires_at: Date.now() - 1 }],
    [201, { token: "t2", buyer: "b", expires_at: LATER }],
    [201, { token: "t3", buyer: "b", expires_at: LATER }],
  );
  const memory = new Memory("demo");
  await visitorToken("demo", memory, undefined, false);
  expect(await visitorToken("demo", memory, undefined, false)).toBe("t2");
  expect(await visitorToken("demo", memory, undefined, true)).toBe("t3");
});

test("somebody else's conversation is not gone on with", async () => {
  serverGives([201, { token: "t1", buyer: "b", expires_at: LATER }]);
  const memory = new Memory("demo");
  memory.keep({ token: "t0", expiresAt: LATER, conversation: "cnv_1", epoch: "e1" });
  expect(await visitorToken("demo", memory, jwt({ sub: "u1" }), false)).toBe("t1");
  expect(memory.get()).toMatchObject({ subject: "u1", conversation: undefined });
});

test("a newly signed identity of the same buyer keeps the token", async () => {
  serverGives([201, { token: "t1", buyer: "b", expires_at: LATER }]);
  const memory = new Memory("demo");
  await visitorToken("demo", memory, jwt({ sub: "u1", exp: 1 }), false);
  expect(await visitorToken("demo", memory, jwt({ sub: "u1", exp: 2 }), false)).toBe("t1");
  expect(asked).toHaveLength(1);
});

test("a shopper whose identity is refused may still ask", async () => {
  serverGives([401, {}], [201, { token: "anonymous", buyer: "b", expires_at: LATER }]);
  expect(await visitorToken("demo", new Memory("demo"), jwt({ sub: "u1" }), false)).toBe("anonymous");
  expect(asked).toEqual([{ identity: jwt({ sub: "u1" }) }, {}]);
});

test("what is no JWT is its own subject", () => {
  expect(subjectOf("garbage")).toBe("garbage");
  expect(subjectOf(undefined)).toBeUndefined();
});
