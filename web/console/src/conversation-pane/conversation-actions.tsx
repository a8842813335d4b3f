import type { ConversationId } from "@xiaoer/protocol";
import { App, Button, Dropdown, Grid } from "antd";
import { type ReactNode, useState } from "react";
import { useDesk, useDeskState } from "../desk/desk-room.tsx";
import { handsOf, isMine } from "../desk/state.ts";
import { CHORDS, useShortcut } from "../frame/shortcut.ts";
import {
  EllipsisOutlined,
  PoweroffOutlined,
  RobotOutlined,
  SwapOutlined,
  UserAddOutlined,
} from "../looks/icons.tsx";
import { useWords } from "../words/language.tsx";
import { useActing } from "./acting.ts";
import { TransferDialog } from "./transfer-dialog.tsx";

type Action = {
  key: string;
  icon: ReactNode;
  label: string;
  danger?: boolean;
  onClick(): void;
};

export function ConversationActions({ conversation }: { conversation: ConversationId }) {
  const words = useWords();
  const desk = useDesk();
  const own = useDeskState((state) => isMine(state, conversation));
  const online = useDeskState((state) => state.line === "open");
  const roomy = Grid.useBreakpoint().lg;
  const { modal } = App.useApp();
  const { busy, act } = useActing();
  const [transferring, setTransferring] = useState(false);

  const confirm = (title: string, content: string, work: () => Promise<void>, done: string, danger = false) =>
    modal.confirm({
      title,
      content,
      okText: words.conversation.confirm,
      cancelText: words.conversation.cancel,
      okButtonProps: { danger, "data-testid": "confirm" },
      onOk: async () => {
        await act(work(), done);
      },
    });

  if (!own) return <ClaimButton conversation={conversation} />;

  const actions: Action[] = [
    {
      key: "return",
      icon: <RobotOutlined />,
      label: words.conversation.giveBack,
      onClick: () =>
        confirm(
          words.conversation.giveBackConfirm,
          words.conversation.giveBackHint,
          () => desk.giveBack(conversation),
          words.conversation.givenBack,
        ),
    },
    {
      key: "transfer",
      icon: <SwapOutlined />,
      label: words.conversation.transfer,
      onClick: () => setTransferring(true),
    },
    {
      key: "close",
      icon: <PoweroffOutlined />,
      label: words.conversation.close,
      danger: true,
      onClick: () =>
        confirm(
          words.conversation.closeConfirm,
          words.conversation.closeHint,
          () => desk.close(conversation),
          words.conversation.closed,
          true,
        ),
    },
  ];

  return (
    <>
      {roomy ? (
        actions.map(({ key, ...action }) => (
          <Button
            key={key}
            icon={action.icon}
            disabled={!online}
            danger={action.danger}
            onClick={action.onClick}
            data-testid={key}
          >
            {action.label}
          </Button>
        ))
      ) : (
        <Dropdown trigger={["click"]} menu={{ items: actions }} placement="bottomRight">
          <Button
            type="text"
            icon={<EllipsisOutlined />}
            loading={busy}
            disabled={!online}
            aria-label={words.conversation.more}
            data-testid="more"
          />
        </Dropdown>
      )}
      <TransferDialog
        conversation={conversation}
        open={transferring}
        onClose={() => setTransferring(false)}
      />
    </>
  );
}

/** Taking a conversation, from a queue or from the assistant. Nobody takes one from a colleague. */
function ClaimButton({ conversation }: { conversation: ConversationId }) {
  const words = useWords();
  const desk = useDesk();
  const state = useDeskState((held) => handsOf(held, conversation)?.state);
  const online = useDeskState((held) => held.line === "open");
  const { busy, act } = useActing();
  const free = state === "queued" || state === "assistant";
  const claim = () => void act(desk.claim(conversation), words.conversation.claimed);
  useShortcut(CHORDS.claim, () => {
    if (free && online && !busy) claim();
  });
  if (!free) return null;
  return (
    <Button
      type={state === "queued" ? "primary" : "default"}
      icon={<UserAddOutlined />}
      loading={busy}
      disabled={!online}
      onClick={claim}
      data-testid="claim"
    >
      {words.conversation.claim}
    </Button>
  );
}
