import { Button, Dropdown } from "antd";
import { GlobalOutlined } from "../looks/icons.tsx";
import { LANGUAGE_NAMES, LANGUAGES, useLanguage } from "../words/language.tsx";

export function LanguageMenu() {
  const { language, words, speak } = useLanguage();
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectable: true,
        selectedKeys: [language],
        items: LANGUAGES.map((key) => ({ key, label: LANGUAGE_NAMES[key], onClick: () => speak(key) })),
      }}
    >
      <Button
        type="text"
        icon={<GlobalOutlined />}
        aria-label={words.frame.language}
        title={words.frame.language}
      />
    </Dropdown>
  );
}
