// @vitest-environment happy-dom
import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test } from "vitest";

import type { RequestState } from "../../generated/wire";
import { WaitingMark } from "../../live/waiting_mark";
import { loadMessages } from "../../messages";
import { CHAT, ID, talking } from "../chats/talking.fixture";
import Elsewhere from "./Elsewhere.svelte";

const REQUEST: RequestState = {
  id: "q".repeat(26), state: "waiting", topic: "grief", language: "en", since: 1, place: 3,
  estimate: { low_minutes: 4, high_minutes: 9 }, chat: null, reason: "", listener: null, until: null,
};

let mark: WaitingMark;
beforeAll(() => loadMessages("en"));
afterEach(cleanup);

function elsewhere() {
  const kept = new Map([["cups-waiting", "1"]]);
  mark = new WaitingMark(() => ({ getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) }));
  const parts = talking();
  render(Elsewhere, { live: parts.live, mark });
  return parts;
}

test("who waits reads their place on another page, and the way to the chat as soon as it opens", async () => {
  const { world } = elsewhere();
  world.socket.receive({ type: "request", request: REQUEST });
  expect(await screen.findByText(/You are number .*3.* in the queue\. Your place is kept/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Back to the queue" }).getAttribute("href")).toBe("/talk");
  world.socket.receive({ type: "request", request: { ...REQUEST, state: "matched", chat: ID, place: null } });
  world.socket.receive({ type: "chat", chat: CHAT });
  expect(await screen.findByText(/A listener is here for you: .*warmOtter/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Go to the chat" }).getAttribute("href")).toBe(`/chats/${ID}`);
  world.pass(60_000);
  expect(mark.set).toBe(true);
});

test("a mark that nothing follows is put away, and an ended chat is none to go back to", async () => {
  const { world } = elsewhere();
  world.socket.receive({ type: "chat", chat: { ...CHAT, ended_at: 5 } });
  await waitFor(() => expect(screen.queryByRole("link")).toBeNull());
  expect(mark.set).toBe(true);
  world.pass(5_000);
  expect(mark.set).toBe(false);
});

test("without a storage there is no mark, and no error", () => {
  const none = new WaitingMark(() => {
    throw new DOMException("denied", "SecurityError");
  });
  none.change(true);
  expect(none.set).toBe(false);
});
