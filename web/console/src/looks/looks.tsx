import { App, ConfigProvider, theme } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import zhTW from "antd/locale/zh_TW";
import type { ReactNode } from "react";
import { createContext, useContext, useEffect } from "react";
import { useRemembered } from "../preferences/remembered.ts";
import { type Language, useLanguage } from "../words/language.tsx";
import { THEME_KEY, themeOf } from "./theme.ts";

const ANTD_LOCALES = { "zh-CN": zhCN, "zh-TW": zhTW, en: enUS } satisfies Record<Language, unknown>;

const SHADES = ["light", "dark"] as const;
type Shade = (typeof SHADES)[number];

const ShadeContext = createContext<{ shade: Shade; turn(shade: Shade): void }>({
  shade: "light",
  turn: () => undefined,
});

/** Theme and components' language around everything that is drawn. */
export function Looks({ children }: { children: ReactNode }) {
  const { language } = useLanguage();
  const wanted: Shade = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const [shade, turn] = useRemembered("shade", SHADES, wanted);
  return (
    <ShadeContext value={{ shade, turn }}>
      <ConfigProvider
        locale={ANTD_LOCALES[language]}
        theme={themeOf(shade === "dark")}
        button={{ autoInsertSpace: false }}
      >
        <App
          notification={{ placement: "bottomRight", maxCount: 4 }}
          message={{ maxCount: 3 }}
          component={false}
        >
          <PageLooks shade={shade} />
          {children}
        </App>
      </ConfigProvider>
    </ShadeContext>
  );
}

export function useShade() {
  return useContext(ShadeContext);
}

/** Gives the theme's variables to the whole page, and the browser's own bars the colour of ours. */
function PageLooks({ shade }: { shade: Shade }) {
  const { token } = theme.useToken();
  useEffect(() => {
    document.documentElement.classList.add(THEME_KEY);
    document.documentElement.style.colorScheme = shade;
    document.documentElement.style.background = token.colorBgLayout;
  }, [shade, token.colorBgLayout]);
  return null;
}
