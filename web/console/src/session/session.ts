import type { Problem, SignedIn, SignIn } from "@xiaoer/protocol";

/** A request that the server refused, or that never reached it (status 0). */
export class Refused extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.message);
    this.status = status;
    this.problem = problem;
  }
}

/** Who is signed in in this browser; `undefined` if nobody is. */
export async function whoIsSignedIn(): Promise<SignedIn | undefined> {
  try {
    return await ask<SignedIn>("/v1/session");
  } catch (refused) {
    if (refused instanceof Refused && refused.status === 401) return undefined;
    throw refused;
  }
}

export function signIn(words: SignIn): Promise<SignedIn> {
  return ask<SignedIn>("/v1/session", { method: "POST", body: JSON.stringify(words) });
}

export async function signOut(session: SignedIn): Promise<void> {
  await ask("/v1/session", { method: "DELETE", headers: { "X-Xiaoer-Csrf": session.csrf } });
}

/** One request to the server that the page came from. The cookie goes with it by itself. */
export async function ask<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      headers: { Accept: "application/json", "Content-Type": "application/json", ...init.headers },
    });
  } catch {
    throw new Refused(0, { code: "unreachable", message: "The server cannot be reached." });
  }
  const text = await response.text();
  if (response.ok) return (text === "" ? undefined : JSON.parse(text)) as Answer;
  throw new Refused(response.status, problemIn(text, response.status));
}

function problemIn(text: string, status: number): Problem {
  try {
    const { code, message, ...rest } = JSON.parse(text);
    if (typeof code === "string" && typeof message === "string") return { code, message, ...rest };
  } catch {
    // A proxy in between answers in its own words, which are no problem of ours to show.
  }
  return { code: "failed", message: `HTTP ${status}` };
}
