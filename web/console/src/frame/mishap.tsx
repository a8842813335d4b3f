import { Button, Result } from "antd";
import { Component, type ReactNode } from "react";
import { useWords } from "../words/language.tsx";

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
    <Result
      status="warning"
      title={words.notice.mishap}
      subTitle={words.notice.mishapHint}
      extra={
        <Button type="primary" onClick={() => location.reload()}>
          {words.notice.reload}
        </Button>
      }
    />
  );
}
