import { Alert, Button } from "antd";
import { Component, type ReactNode } from "react";
import { useWords } from "../words/language.tsx";
import styles from "./mishap.module.css";

/** In place of a page that could not be drawn: one that says so. What was stored is safe with the server. */
export class Mishap extends Component<{ children: ReactNode }, { happened: boolean }> {
  override state = { happened: false };

  static getDerivedStateFromError() {
    return { happened: true };
  }

  override render() {
    return this.state.happened ? <Sorry /> : this.props.children;
  }
}

function Sorry() {
  const words = useWords();
  return (
    <div className={styles.mishap}>
      <Alert
        type="warning"
        showIcon
        title={words.notice.mishap}
        description={words.notice.mishapHint}
        action={<Button onClick={() => location.reload()}>{words.notice.reload}</Button>}
      />
    </div>
  );
}
