import { beforeEach, expect, test } from "vitest";

import { Drafts } from "../../live/drafts";
import { answerDraft, handOver, LAST } from "./hand_over";

const CHAT = "c".repeat(26);
const [NOW, BEFORE] = ["q".repeat(26), "p".repeat(26)];
let drafts: Drafts;

beforeEach(() => {
  const held = new Map<string, string>();
  drafts = new Drafts({
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
    key: (at) => [...held.keys()][at] ?? null,
    get length() {
      return held.size;
    },
  });
  drafts.write(LAST, NOW);
});

test("all that was written for this request, and nothing of another", () => {
  drafts.write(answerDraft(NOW, "brings"), "My cat");
  drafts.write(answerDraft(NOW, "hopes"), "To be heard ");
  drafts.write(answerDraft(NOW, "feels"), "  ");
  drafts.write(answerDraft(BEFORE, "brings"), "Long ago");
  handOver(drafts, CHAT);
  expect(drafts.read(CHAT)).toBe("My cat\nTo be heard");
  expect(drafts.under(answerDraft(NOW, ""))).toEqual([]);
  expect(drafts.read(answerDraft(BEFORE, "brings"))).toBe("Long ago");
});

test("what stands in the chat stays", () => {
  drafts.write(answerDraft(NOW, "brings"), "My cat");
  drafts.write(CHAT, "Hello");
  handOver(drafts, CHAT);
  expect(drafts.read(CHAT)).toBe("Hello");
  expect(drafts.read(answerDraft(NOW, "brings"))).toBe("My cat");
});
