// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test, vi } from "vitest";

import type { RequestState } from "../../generated/wire";
import { WaitingMark } from "../../live/waiting_mark";
import { loadMessages } from "../../messages";
import { CHAT, ID, OTTER, PEAR, talking } from "../chats/talking.fixture";
import Elsewhere from "./Elsewhere.svelte";

const REQUEST: RequestState = {
  id: "q".repeat(26), state: "waiting", topic: "grief", language: "en", since: 1, place: 3,
  estimate: { low_minutes: 4, high_minutes: 9 }, chat: null, reason: "", listener: null, until: null,
};

let mark: WaitingMark;
beforeAll(() => loadMessages("en"));
afterEach(cleanup);

function elsewhere(more: { alone?: boolean } = {}, answers: Parameters<typeof talking>[0] = {}) {
  const kept = new Map([["cups-waiting", "1"]]);
  mark = new WaitingMark(() => ({ getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) }));
  const parts = talking(answers);
  render(Elsewhere, { live: parts.live, rest: parts.rest, mark, ...more });
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

const RINGING: RequestState = { ...REQUEST, state: "ringing", place: null, listener: OTTER, until: Date.now() + 60_000 };

test.each([["declined", /warmOtter.* can’t talk right now/], ["missed", /warmOtter.* did not get to answer/], ["unavailable", /warmOtter.* can’t be reached/]] as const)(
  "%s: whoever reads another page hears it, is called back, and finds the way on",
  async (reason, words) => {
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.title = "Rooms";
    const { world } = elsewhere();
    world.socket.receive({ type: "request", request: RINGING });
    expect(await screen.findByText(/Waiting for .*warmOtter.* to answer/)).toBeTruthy();
    world.socket.receive({ type: "request", request: { ...RINGING, state: "closed", reason, until: null } });
    expect((await screen.findByText(words)).closest('[role="status"]')).toBeTruthy();
    expect(document.title).toMatch(words);
    expect(screen.getByRole("link", { name: "Ask the next free listener" }).getAttribute("href")).toBe("/talk");
    world.pass(60_000);
    expect(mark.set).toBe(true);
    hidden.mockRestore();
  },
);

test("a listener who reads another page sees who asks for them, once", async () => {
  const ring = { id: "p".repeat(26), person: PEAR, topic: "grief", language: "en", since: 1, until: Date.now() + 60_000, heavy: false };
  const path = `/api/personal/${ring.id}/decline`;
  const { world, calls } = elsewhere({}, { [`POST ${path}`]: { status: 204 } });
  world.socket.receive({ type: "personal", request: ring });
  await fireEvent.click(await screen.findByRole("button", { name: "Not now" }));
  await waitFor(() => expect(calls.slice(0, 1)).toMatchObject([{ path }]));
  cleanup();
  const beside = elsewhere({ alone: false });
  beside.world.socket.receive({ type: "personal", request: ring });
  beside.world.socket.receive({ type: "request", request: REQUEST });
  expect(await screen.findByText(/You are number/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Not now" })).toBeNull();
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
