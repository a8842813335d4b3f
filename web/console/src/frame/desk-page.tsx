import { Drawer, Grid } from "antd";
import { useState } from "react";
import { BuyerPane } from "../buyer-pane/buyer-pane.tsx";
import { ConversationPane } from "../conversation-pane/conversation-pane.tsx";
import { NothingOpen } from "../conversation-pane/nothing-open.tsx";
import { useDeskState } from "../desk/desk-room.tsx";
import { QueuePane } from "../queue-pane/queue-pane.tsx";
import { useWords } from "../words/language.tsx";
import { BudgetBar } from "./budget-bar.tsx";
import { ConnectionBar } from "./connection-bar.tsx";
import styles from "./desk-page.module.css";
import { Notices } from "./notices.tsx";
import { goTo, useRoute } from "./route.ts";
import { CHORDS, useShortcut } from "./shortcut.ts";
import { TabTitle } from "./tab-title.tsx";
import { TopBar } from "./top-bar.tsx";

/** The three panes; on a phone one at a time. */
export function DeskPage({ onSignedOut }: { onSignedOut(): void }) {
  useRoute();
  const words = useWords();
  const open = useDeskState((state) => state.open);
  const wide = Grid.useBreakpoint().xl;
  const [details, setDetails] = useState(false);
  useShortcut(CHORDS.back, stepBack);

  return (
    <div className={styles.page} data-open={open !== undefined}>
      <TabTitle />
      <Notices />
      <div className={styles.top}>
        <TopBar onSignedOut={onSignedOut} />
      </div>
      <ConnectionBar />
      <BudgetBar />
      <div className={styles.panes}>
        <aside className={styles.queue}>
          <QueuePane />
        </aside>
        <main className={styles.conversation}>
          {open ? (
            <ConversationPane
              key={open}
              conversation={open}
              onDetails={wide ? undefined : () => setDetails(true)}
            />
          ) : (
            <NothingOpen />
          )}
        </main>
        {open && wide && (
          <aside className={styles.buyer}>
            <BuyerPane conversation={open} />
          </aside>
        )}
      </div>
      {open && !wide && (
        <Drawer
          open={details}
          onClose={() => setDetails(false)}
          title={words.buyer.title}
          size={360}
          styles={{ body: { padding: 0 } }}
        >
          <BuyerPane conversation={open} onShown={() => setDetails(false)} />
        </Drawer>
      )}
    </div>
  );
}

/** Out of the field first, so that a stray Esc while writing does not close what is written about. */
function stepBack(): void {
  const active = document.activeElement;
  if (active instanceof HTMLTextAreaElement || active instanceof HTMLInputElement) active.blur();
  else goTo(undefined);
}
