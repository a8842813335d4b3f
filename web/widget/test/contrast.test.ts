import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const sheet = readFileSync(new URL("../src/looks/tokens.css", import.meta.url), "utf8");
const [light = "", dark = ""] = sheet.split("prefers-color-scheme: dark");

/** A colour of a shade; what the dark one does not say anew is as in the light one. */
function colour(name: string, ...shades: string[]): number[] {
  const found = shades
    .map((shade) => new RegExp(`--${name}: #([0-9a-f]{3,6});`).exec(shade)?.[1])
    .find(Boolean);
  if (!found) throw new Error(`no colour --${name}`);
  const hex = found.length === 3 ? [...found].map((digit) => digit + digit).join("") : found;
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
}

function contrast(one: number[], other: number[]): number {
  const [bright = 0, dim = 0] = [one, other].map(luminance).sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(rgb: number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((x) => (x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test.each([
  ["light", [light]],
  ["dark", [dark, light]],
] as const)("words can be read (%s)", (_, shades) => {
  for (const words of ["ink", "ink-soft", "ink-faint", "danger"])
    for (const ground of ["ground", "surface"])
      expect(
        contrast(colour(words, ...shades), colour(ground, ...shades)),
        `${words} on ${ground}`,
      ).toBeGreaterThanOrEqual(4.5);
  expect(contrast(colour("on-accent", ...shades), colour("accent", ...shades))).toBeGreaterThanOrEqual(4.5);
});
