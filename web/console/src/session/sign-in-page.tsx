import type { SignedIn, SignIn } from "@xiaoer/protocol";
import { Alert, Button, Card, Form, Input } from "antd";
import { useState } from "react";
import { LanguageMenu } from "../frame/language-menu.tsx";
import { Mark } from "../frame/mark.tsx";
import { useWords } from "../words/language.tsx";
import type { Words } from "../words/zh-cn.ts";
import { Refused, signIn } from "./session.ts";
import styles from "./sign-in-page.module.css";

export function SignInPage(props: { why?: "ended" | "unreachable"; onSignedIn(session: SignedIn): void }) {
  const words = useWords();
  const [refused, setRefused] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  const submit = async (form: SignIn) => {
    setBusy(true);
    setRefused(undefined);
    try {
      props.onSignedIn(await signIn({ ...form, store: form.store.trim(), email: form.email.trim() }));
    } catch (error) {
      setRefused(error);
      setBusy(false);
    }
  };

  const earlier = props.why === "ended" ? words.signIn.signedOut : props.why && words.signIn.unreachable;
  const alert = refused ? whyNot(refused, words) : earlier;

  return (
    <main className={styles.page}>
      <div className={styles.language}>
        <LanguageMenu />
      </div>
      <Card className={styles.card} variant="borderless">
        <header className={styles.head}>
          <Mark size={44} />
          <h1>{words.signIn.title}</h1>
        </header>
        {alert && (
          <Alert
            className={styles.alert}
            type={refused ? "error" : "info"}
            title={alert}
            showIcon
            role="alert"
          />
        )}
        <Form<SignIn>
          layout="vertical"
          requiredMark={false}
          size="large"
          initialValues={{ store: storeInAddress() }}
          onFinish={submit}
        >
          <Form.Item
            name="store"
            label={words.signIn.store}
            rules={[{ required: true, whitespace: true, message: words.signIn.storeMissing }]}
          >
            <Input placeholder={words.signIn.storeHint} autoComplete="organization" autoCapitalize="none" />
          </Form.Item>
          <Form.Item
            name="email"
            label={words.signIn.email}
            rules={[{ required: true, whitespace: true, message: words.signIn.emailMissing }]}
          >
            <Input type="email" autoComplete="username" />
          </Form.Item>
          <Form.Item
            name="password"
            label={words.signIn.password}
            rules={[{ required: true, message: words.signIn.passwordMissing }]}
          >
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={busy}>
            {words.signIn.submit}
          </Button>
        </Form>
      </Card>
    </main>
  );
}

function whyNot(error: unknown, words: Words): string {
  if (!(error instanceof Refused)) return words.signIn.failed;
  if (error.status === 0) return words.signIn.unreachable;
  if (error.status === 429)
    return words.signIn.tooMany(Math.ceil((error.problem.retry_after_ms ?? 60_000) / 1000));
  // An unknown store looks like a wrong password on purpose, and a malformed one is no different to whoever typed it.
  return error.status < 500 ? words.signIn.wrong : words.signIn.failed;
}

/** A link of the shop's own (`/console/?store=demo`) may name the store. */
function storeInAddress(): string | undefined {
  return new URLSearchParams(location.search).get("store") ?? undefined;
}
