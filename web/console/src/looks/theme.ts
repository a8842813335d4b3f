import { theme as antd, type ThemeConfig } from "antd";

/** The class that carries the theme's variables, which our own style sheets use (`var(--ant-…)`). */
export const THEME_KEY = "xiaoer-looks";

const FONT =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", Roboto, "Helvetica Neue", sans-serif';

const LIGHT = { colorPrimary: "#2b5cd9", colorInfo: "#2b5cd9", colorBgLayout: "#f3f5f9" };

/** The same blue, lighter, because links in it must be read on a dark ground. */
const DARK = { colorPrimary: "#5b86ff", colorInfo: "#5b86ff", colorBgLayout: "#0b0b0c" };

export function themeOf(dark: boolean): ThemeConfig {
  return {
    algorithm: dark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    cssVar: { key: THEME_KEY },
    hashed: false,
    token: {
      ...(dark ? DARK : LIGHT),
      borderRadius: 8,
      fontFamily: FONT,
      fontSize: 14,
    },
    components: {
      Segmented: { trackPadding: 3 },
    },
  };
}
