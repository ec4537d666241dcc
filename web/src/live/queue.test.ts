import { expect, test } from "vitest";

import type { BoardEntry, RequestState } from "../generated/wire";
import { estimateWords, ListenerBoard, OwnRequest } from "./queue";

const request = (more: Partial<RequestState> = {}): RequestState => ({
  id: "a".repeat(26), state: "waiting", topic: "grief", language: "en", since: 1, place: 3,
  estimate: { low_minutes: null, high_minutes: null }, chat: null, reason: "", ...more,
});
const entry = (id: string): BoardEntry => ({ id, person: { name: id, kind: "guest", badge: "" }, topic: "grief", language: "en", since: 1, heavy: false });

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

test("somebody taken vanishes at once, and is forgotten when the server's board agrees", () => {
  const board = new ListenerBoard({ waiting: 60, requests: [entry("one"), entry("two")] });
  board.taken("one");
  expect(board.entries.map((one) => one.id)).toEqual(["two"]);
  expect(board.waiting).toBe(59);
  board.changed({ waiting: 59, requests: [entry("two")] });
  expect(board.waiting).toBe(59);
  board.changed({ waiting: 60, requests: [entry("one"), entry("two")] });
  expect(board.entries).toHaveLength(2);
});
