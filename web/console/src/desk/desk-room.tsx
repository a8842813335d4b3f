import { DeskSocket, type SignedIn, socketUrl } from "@xiaoer/protocol";
import type { ReactNode } from "react";
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { whoIsSignedIn } from "../session/session.ts";
import { Desk } from "./desk.ts";
import type { DeskState } from "./state.ts";

interface Room {
  desk: Desk;
  session: SignedIn;
}

const RoomContext = createContext<Room | undefined>(undefined);

/** Holds the signed-in agent's desk and its socket for as long as the page shows them. */
export function DeskRoom(props: { session: SignedIn; onSignedOut(): void; children: ReactNode }) {
  const { session, onSignedOut, children } = props;
  const [desk] = useState(() => new Desk());

  useEffect(() => {
    const socket = new DeskSocket({
      url: socketUrl("/v1/desk"),
      onFrame: (frame) => desk.hear(frame),
      onStanding: (standing) => {
        desk.stand(standing);
        // A browser does not tell why a socket was refused, so a dropped line is a reason to ask who we are.
        if (standing === "waiting") void checkSession(onSignedOut);
      },
    });
    desk.join(socket);
    socket.start();
    return () => socket.stop();
  }, [desk, onSignedOut]);

  return <RoomContext value={{ desk, session }}>{children}</RoomContext>;
}

export function useRoom(): Room {
  const room = useContext(RoomContext);
  if (!room) throw new Error("a screen of the desk is shown outside of DeskRoom");
  return room;
}

export function useDesk(): Desk {
  return useRoom().desk;
}

/** A part of the desk's state; `pick` must give the same object while nothing in it has changed. */
export function useDeskState<Part>(pick: (state: DeskState) => Part): Part {
  const desk = useDesk();
  return useSyncExternalStore(desk.subscribe, () => pick(desk.state));
}

async function checkSession(onSignedOut: () => void): Promise<void> {
  try {
    if (!(await whoIsSignedIn())) onSignedOut();
  } catch {
    // The server is out of reach altogether; the socket goes on trying.
  }
}
