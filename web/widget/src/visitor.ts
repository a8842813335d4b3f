import type { NewVisitor, Visitor } from "@xiaoer/protocol";
import type { Memory } from "./memory.ts";

/** A token must outlive the hello that brings it. */
const SPARE_MS = 60_000;

/** The visitor's token: the one at hand while it serves, else a fresh one. */
export async function visitorToken(
  store: string,
  memory: Memory,
  identity: string | undefined,
  renew: boolean,
): Promise<string> {
  const { token, expiresAt = 0, subject } = memory.get();
  const wanted = subjectOf(identity);
  if (token && !renew && subject === wanted && expiresAt > Date.now() + SPARE_MS) return token;

  let known = wanted;
  let answer = await ask(store, identity ? { identity } : {});
  if (identity && answer.status >= 400 && answer.status < 500) {
    // A shop whose signature has lapsed still has shoppers with questions.
    known = undefined;
    answer = await ask(store, {});
  }
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  const visitor: Visitor = await answer.json();
  if (subject !== known) memory.keep({ conversation: undefined, epoch: undefined, readUpTo: 0 });
  memory.keep({ token: visitor.token, expiresAt: visitor.expires_at, subject: known });
  return visitor.token;
}

function ask(store: string, visitor: NewVisitor): Promise<Response> {
  return fetch(`/v1/stores/${encodeURIComponent(store)}/visitors`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(visitor),
    credentials: "omit",
  });
}

/** Who a JWT speaks of. Only to notice a change: the server alone decides whether to believe it. */
export function subjectOf(jwt: string | undefined): string | undefined {
  if (!jwt) return undefined;
  try {
    const claims = jwt.split(".")[1] ?? "";
    const subject = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))).sub;
    return typeof subject === "string" ? subject : jwt;
  } catch {
    return jwt;
  }
}
