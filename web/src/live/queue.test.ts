import { expect, test } from "vitest";

import type { BoardEntry, RequestState } from "../generated/wire";
import { estimateWords, ListenerBoard, OwnRequest, rangeWords } from "./queue";

const request = (more: Partial<RequestState> = {}): RequestState => ({
  id: "a".repeat(26), state: "waiting", topic: "grief", language: "en", since: 1, place: 3,
  estimate: { low_minutes: null, high_minutes: null }, chat: null, reason: "", listener: null, until: null, ...more,
});
const entry = (id: string): BoardEntry => ({ id, person: { name: id, kind: "guest", badge: "", picture: "" }, topic: "grief", language: "en", since: 1, heavy: false });

test("in short it is the same range", () => {
  expect(rangeWords({ low_minutes: 2, high_minutes: 5 })).toEqual({ key: "requests-range", args: { low: 2, high: 5 } });
  expect(rangeWords({ low_minutes: 5, high_minutes: 5 }).key).toBe("requests-range-about");
  expect(rangeWords({ low_minutes: null, high_minutes: null }).key).toBe("requests-range-unknown");
});

test("the estimate is a range, one figure, or an honest not knowing", () => {
  expect(estimateWords({ low_minutes: 2, high_minutes: 5 })).toEqual({ key: "requests-estimate", args: { low: 2, high: 5 } });
  expect(estimateWords({ low_minutes: 5, high_minutes: 5 })).toEqual({ key: "requests-estimate-about", args: { minutes: 5 } });
  expect(estimateWords({ low_minutes: null, high_minutes: null }).key).toBe("requests-estimate-unknown");
});

test("waiting, matched, and waiting again when the listener left", () => {
  const own = new OwnRequest(null);
  expect(own.where()).toEqual({ kind: "idle", reason: "" });
  own.changed(request());
  expect(own.where().kind).toBe("waiting");
  own.changed(request({ state: "matched", chat: "c" }));
  expect(own.where()).toEqual({ kind: "matched", chat: "c" });
  own.changed(request());
  expect(own.where().kind).toBe("waiting");
});

test("a closed request stays closed, and an older one does not come back", () => {
  const own = new OwnRequest(request());
  own.changed(request({ state: "closed", reason: "cancelled" }));
  own.changed(request());
  expect(own.where()).toEqual({ kind: "idle", reason: "cancelled" });
  const newer = request({ id: "b".repeat(26) });
  own.changed(newer);
  own.changed(request());
  expect(own.where()).toEqual({ kind: "waiting", request: newer });
});

const board = (...ids: string[]) => ({ waiting: ids.length, requests: ids.map(entry) });
const shown = (held: ListenerBoard) => held.entries.map((one) => one.id);

test("somebody taken vanishes at once, and is forgotten when the server's board agrees", () => {
  const held = new ListenerBoard(null);
  held.whole({ ...board("one", "two"), waiting: 60 }, 4);
  held.taken("one");
  held.taken("nobody");
  expect(shown(held)).toEqual(["two"]);
  expect([held.waiting, held.rest]).toEqual([59, 58]);
  held.changed({ type: "board-changed", number: 5, waiting: 59, gone: ["one"], came: [] });
  expect(held.waiting).toBe(59);
  held.whole({ ...board("one", "two"), waiting: 60 }, 6);
  expect(held.entries).toHaveLength(2);
});

test("a difference takes out, then puts in at its place", () => {
  const held = new ListenerBoard(null);
  held.whole(board("a", "b", "c"), 0);
  const came = [{ at: 0, entry: entry("x") }, { at: 2, entry: entry("y") }, { at: 3, entry: entry("z") }];
  expect(held.changed({ type: "board-changed", number: 1, waiting: 9, gone: ["b", "c"], came })).toBe(true);
  expect(shown(held)).toEqual(["x", "a", "y", "z"]);
  expect([held.waiting, held.rest]).toEqual([9, 5]);
});

test("a difference that does not follow is not applied", () => {
  const held = new ListenerBoard(board("a"));
  const frame = { type: "board-changed" as const, number: 1, waiting: 0, gone: ["a"], came: [] };
  expect(held.changed(frame)).toBe(false);
  held.whole(board("a"), 4);
  expect(held.changed({ ...frame, number: 6 })).toBe(false);
  expect(held.changed({ ...frame, number: 4 })).toBe(false);
  expect(shown(held)).toEqual(["a"]);
});

test("a personal request rings, and what ended it is not undone by a late word", () => {
  const own = new OwnRequest(request({ state: "ringing", until: 9 }));
  expect(own.where().kind).toBe("ringing");
  own.changed(request({ state: "matched", chat: "c".repeat(26) }));
  own.changed(request({ state: "ringing", until: 9 }));
  expect(own.where()).toEqual({ kind: "matched", chat: "c".repeat(26) });
  own.changed(request({ state: "waiting", place: 1 }));
  expect(own.where().kind).toBe("waiting");
  const missed = new OwnRequest(request({ state: "closed", reason: "missed" }));
  expect(missed.where().kind).toBe("unanswered");
  expect(new OwnRequest(request({ state: "closed", reason: "cancelled" })).where().kind).toBe("idle");
});
