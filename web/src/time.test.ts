// @vitest-environment happy-dom
import { expect, test } from "vitest";

import { localiseTimes, readersKind, secondsUntil, words } from "./time";

const NOON = Date.UTC(2026, 2, 1, 12, 0);

test("a moment of today is a time, one of another day has its date", () => {
  expect(words(NOON, "time", "en-GB", NOON, "UTC")).toBe("12:00");
  expect(words(NOON, "time", "en-GB", NOON + 86_400_000, "UTC")).toContain("1 Mar 2026");
});

test("today is the reader's day, not UTC's", () => {
  const late = Date.UTC(2026, 2, 1, 23, 30);
  expect(words(late, "time", "en-GB", late + 3_600_000, "America/New_York")).toBe("18:30");
});

test("the reader's own kind of the page's language comes first, another language never", () => {
  expect(readersKind("en", ["de-AT", "en-GB", "en-US"])).toBe("en-GB");
  expect(readersKind("en", ["de-AT", "eng"])).toBe("en");
});

test("seconds round up and never fall below nothing", () => {
  expect(secondsUntil(1001, 0)).toBe(2);
  expect(secondsUntil(0, 5000)).toBe(0);
});

test("only marked times of the page are rewritten", () => {
  document.body.innerHTML = '<time datetime="2026-03-01T12:00:00Z" data-local="date">x</time><time datetime="2026-03-01">y</time><time datetime="no" data-local="date">z</time>';
  localiseTimes(document, "en", NOON);
  expect([...document.querySelectorAll("time")].map((one) => one.textContent)).toEqual(["Mar 1, 2026", "y", "z"]);
});
