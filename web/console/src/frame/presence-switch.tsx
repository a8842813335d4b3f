import type { Presence } from "@xiaoer/protocol";
import { Button, Dropdown } from "antd";
import { useEffect } from "react";
import { useDesk, useDeskState } from "../desk/desk-room.tsx";
import { DownOutlined } from "../looks/icons.tsx";
import { recall, remember } from "../preferences/remembered.ts";
import { useWords } from "../words/language.tsx";
import styles from "./top-bar.module.css";

const PRESENCES: Presence[] = ["available", "away", "offline"];

/** Whether new conversations come to this agent. What is shown is what the server says, not what was pressed. */
export function PresenceSwitch() {
  const desk = useDesk();
  const words = useWords();
  const presence = useDeskState(
    (state) => state.people.find((person) => person.agent === state.me?.agent)?.status,
  );
  const open = useDeskState((state) => state.line === "open");

  // A page that is loaded again goes on as it was; the server took the closed page for one who left.
  useEffect(() => {
    const chosen = recall("presence", PRESENCES);
    if (open && chosen) desk.setPresence(chosen);
  }, [desk, open]);

  const choose = (next: Presence) => {
    remember("presence", next);
    desk.setPresence(next);
  };

  const shown = presence ?? "offline";
  // Without a line nobody is there for anybody, whatever was true before.
  const standing = open ? shown : "unknown";
  return (
    <Dropdown
      trigger={["click"]}
      disabled={!open}
      menu={{
        selectable: true,
        selectedKeys: [shown],
        items: PRESENCES.map((key) => ({
          key,
          onClick: () => choose(key),
          label: (
            <span className={styles.choice}>
              <i className={styles.dot} data-presence={key} />
              <span>{words.frame.presence[key]}</span>
              <small>{words.frame.presenceHint[key]}</small>
            </span>
          ),
        })),
      }}
    >
      <Button data-testid="presence" data-presence={standing}>
        <i className={styles.dot} data-presence={standing} />
        {open ? words.frame.presence[shown] : words.frame.noLine}
        <DownOutlined />
      </Button>
    </Dropdown>
  );
}
