import { App, Avatar, Button, Dropdown } from "antd";
import { useRoom } from "../desk/desk-room.tsx";
import { LogoutOutlined } from "../looks/icons.tsx";
import { signOut } from "../session/session.ts";
import { useWords } from "../words/language.tsx";
import { initialOf } from "./initial.ts";
import styles from "./top-bar.module.css";

export function MyMenu({ onSignedOut }: { onSignedOut(): void }) {
  const words = useWords();
  const { session } = useRoom();
  const { message } = App.useApp();

  const leave = async () => {
    try {
      await signOut(session);
      onSignedOut();
    } catch {
      message.error(words.conversation.actionFailed);
    }
  };

  return (
    <Dropdown
      trigger={["click"]}
      placement="bottomRight"
      menu={{
        items: [
          {
            key: "me",
            type: "group",
            label: `${session.name} · ${words.frame.role[session.role]} · ${session.email}`,
          },
          { key: "out", icon: <LogoutOutlined />, label: words.frame.signOut, onClick: leave },
        ],
      }}
    >
      <Button type="text" className={styles.me} aria-label={session.name} data-testid="me">
        <Avatar size={28} className={styles.picture}>
          {initialOf(session.name)}
        </Avatar>
      </Button>
    </Dropdown>
  );
}
