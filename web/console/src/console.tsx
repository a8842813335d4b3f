import type { SignedIn } from "@xiaoer/protocol";
import { Spin } from "antd";
import { useCallback, useEffect, useState } from "react";
import styles from "./console.module.css";
import { DeskRoom } from "./desk/desk-room.tsx";
import { DeskPage } from "./frame/desk-page.tsx";
import { Mishap } from "./frame/mishap.tsx";
import { SoundRoom } from "./frame/sound-room.tsx";
import { Looks } from "./looks/looks.tsx";
import { whoIsSignedIn } from "./session/session.ts";
import { SignInPage } from "./session/sign-in-page.tsx";
import { LanguageProvider } from "./words/language.tsx";

export function Console() {
  return (
    <LanguageProvider>
      <Looks>
        <Mishap>
          <Door />
        </Mishap>
      </Looks>
    </LanguageProvider>
  );
}

type Visit =
  | { is: "unknown" }
  | { is: "out"; why?: "ended" | "unreachable" }
  | { is: "in"; session: SignedIn };

/** Lets in whoever is signed in, and everyone else sign in. */
function Door() {
  const [visit, setVisit] = useState<Visit>({ is: "unknown" });

  useEffect(() => {
    whoIsSignedIn().then(
      (session) => setVisit(session ? { is: "in", session } : { is: "out" }),
      () => setVisit({ is: "out", why: "unreachable" }),
    );
  }, []);

  const onEnded = useCallback(() => setVisit({ is: "out", why: "ended" }), []);

  switch (visit.is) {
    case "unknown":
      return <Spin className={styles.wait} size="large" />;
    case "out":
      return <SignInPage why={visit.why} onSignedIn={(session) => setVisit({ is: "in", session })} />;
    case "in":
      return (
        <DeskRoom session={visit.session} onSignedOut={onEnded}>
          <SoundRoom>
            <DeskPage onSignedOut={() => setVisit({ is: "out" })} />
          </SoundRoom>
        </DeskRoom>
      );
  }
}
