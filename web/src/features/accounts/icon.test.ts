import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { colourClass, letters } from "./icon";
import icons from "./icons.json";

test("two letters, whole characters of any script", () => {
  expect(letters("carefulPear7220")).toBe("ca");
  expect(letters("😀Б")).toBe("😀Б");
});

test("the colour is fixed by the first letter, whatever its case", () => {
  expect(colourClass("carefulPear7220")).toBe("c-c");
  expect(colourClass("Carol")).toBe("c-c");
  expect(colourClass("Ада")).toBe(colourClass("абв"));
  for (const name of ["7up", "_x", "日本", "ß"]) expect(colourClass(name)).toMatch(/^c-[a-z]$/);
});

// tests/profiles/test_icons.py holds the server's template to the same list.
test.each(icons)("$name has the colour and the letters that the server gives it", ({ name, colour, letters: two }) => {
  expect(colourClass(name)).toBe(colour);
  expect(letters(name)).toBe(two);
});

/** Relative luminance of an HSL colour, as WCAG defines it. */
function luminance(hue: number, saturation: number, lightness: number): number {
  const [s, l] = [saturation / 100, lightness / 100];
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    const value = l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(0) + 0.7152 * channel(8) + 0.0722 * channel(4);
}

test("all 26 hues keep a contrast of 4.5:1 in light and dark", () => {
  const css = readFileSync(new URL("../../styles/people.css", import.meta.url), "utf8");
  const hues = [...css.matchAll(/\.c-[a-z] \{ --hue: (\d+); \}/g)].map((found) => Number(found[1]));
  const colours = [...css.matchAll(/fill: hsl\(var\(--hue\) (\d+)% (\d+)%\)/g)].map((found) => [Number(found[1]), Number(found[2])] as const);
  expect(new Set(hues).size).toBe(26);
  expect(colours).toHaveLength(4);
  for (const hue of hues)
    for (const [shape, text] of [[0, 1], [2, 3]] as const) {
      const [a, b] = [shape, text].map((at) => luminance(hue, ...(colours[at] ?? [0, 0]))) as [number, number];
      expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)).toBeGreaterThan(4.5);
    }
});
