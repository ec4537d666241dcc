import { expect, test } from "vitest";

import type { Held } from "./channel";
import { AROUND, parted } from "./held";

const held = (text: string, start: number | null, end: number | null): Held => ({
  text, replyTo: null, refusal: { code: "held-contact", detail: "", field: "text", retry_at: null, start, end },
});

test("the part lies between what stands before and after it", () => {
  expect(parted(held("call 555 now", 5, 8))).toEqual({ before: "call ", part: "555", after: " now" });
  expect(parted(held("555", 0, 3))).toEqual({ before: "", part: "555", after: "" });
});

test("characters are counted as the server does: an emoji is one", () => {
  expect(parted(held("😢😢 555 😢", 3, 6))).toEqual({ before: "😢😢 ", part: "555", after: " 😢" });
});

test("long words are shortened around the part", () => {
  const long = `${"a".repeat(100)}555${"b".repeat(100)}`;
  expect(parted(held(long, 100, 103))).toEqual({ before: `…${"a".repeat(AROUND)}`, part: "555", after: `${"b".repeat(AROUND)}…` });
});

test("a part that is not known, or lies outside, is none", () => {
  for (const [start, end] of [[null, null], [null, 3], [3, 3], [4, 2], [-1, 2], [0, 99]] as const) {
    expect(parted(held("call 555", start, end))).toBeNull();
  }
});
