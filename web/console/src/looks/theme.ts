import { theme as antd, type ThemeConfig } from "antd";

/** The class that carries the theme's variables, which our own style sheets use (`var(--ant-…)`). */
export const THEME_KEY = "xiaoer-looks";

const FONT =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", Roboto, "Helvetica Neue", sans-serif';

/** What is secondary is still read: 4.5 to 1 at the least, which the library's own greys and reds do not reach. */
const LIGHT = {
  colorPrimary: "#2b5cd9",
  colorInfo: "#2b5cd9",
  colorError: "#d4282d",
  colorBgLayout: "#f3f5f9",
  colorTextTertiary: "rgb(0 0 0 / 0.6)",
  colorTextDescription: "rgb(0 0 0 / 0.6)",
  colorTextPlaceholder: "rgb(0 0 0 / 0.56)",
};

/** The same blue, lighter, because links in it must be read on a dark ground. */
const DARK = {
  colorPrimary: "#5b86ff",
  colorInfo: "#5b86ff",
  colorError: "#ff6163",
  colorBgLayout: "#0b0b0c",
  colorTextTertiary: "rgb(255 255 255 / 0.6)",
  colorTextDescription: "rgb(255 255 255 / 0.6)",
  colorTextPlaceholder: "rgb(255 255 255 / 0.54)",
};

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
      // White words on the lighter blue could not be read.
      ...(dark && { Button: { colorPrimary: "#4566c8", colorPrimaryHover: "#4a6bcf" } }),
    },
  };
}
