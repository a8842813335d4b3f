import { theme } from "antd";
import { expect, it } from "vitest";
import { themeOf } from "../src/looks/theme.ts";

/** What a colour is on an opaque ground, as light as it is seen. */
function luminance(colour: string, ground: string): number {
  const [r = 0, g = 0, b = 0, a = 1] = rgba(colour);
  const [x = 0, y = 0, z = 0] = rgba(ground);
  const seen = [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)]
    .map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (seen[0] ?? 0) + 0.7152 * (seen[1] ?? 0) + 0.0722 * (seen[2] ?? 0);
}

function rgba(colour: string): number[] {
  if (!colour.startsWith("#")) return (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function contrast(words: string, ground: string): number {
  const [one, other] = [luminance(words, ground), luminance(ground, ground)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

it.each([false, true])("gives words a colour that can be read (dark: %s)", (dark) => {
  const token = theme.getDesignToken(themeOf(dark));
  for (const words of [
    "colorText",
    "colorTextSecondary",
    "colorTextTertiary",
    "colorTextPlaceholder",
    "colorError",
  ] as const)
    for (const ground of ["colorBgContainer", "colorBgLayout"] as const)
      expect(contrast(token[words], token[ground]), `${words} on ${ground}`).toBeGreaterThanOrEqual(4.5);
});
