import { expect, test } from "vitest";

import { Drafts, lengthOf } from "./drafts";

test("a draft is kept by channel until it is empty", () => {
  const held = new Map<string, string>();
  const drafts = new Drafts({
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
    key: (at) => [...held.keys()][at] ?? null,
    get length() {
      return held.size;
    },
  });
  drafts.write("a", "half a thought");
  expect(drafts.read("a")).toBe("half a thought");
  expect(drafts.read("b")).toBe("");
  drafts.write("ab", "more");
  drafts.write("ba", "else");
  expect(drafts.under("a")).toEqual(["a", "ab"]);
  for (const channel of ["a", "ab", "ba"]) drafts.write(channel, "");
  expect(held.size).toBe(0);
});

test("a browser without storage loses drafts, not the talk", () => {
  const full = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const drafts = new Drafts({ getItem: full, setItem: full, removeItem: full, key: full, length: 1 });
  drafts.write("a", "text");
  expect(drafts.read("a")).toBe("");
  expect(drafts.under("a")).toEqual([]);
});

test("characters are code points, as the server counts", () => {
  expect(lengthOf("a😀é")).toBe(3);
});
