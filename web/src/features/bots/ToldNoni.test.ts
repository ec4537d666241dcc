// @vitest-environment happy-dom
import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test } from "vitest";

import type { Chat } from "../../generated/wire";
import { loadMessages } from "../../messages";
import { CHAT, ID, talking } from "../chats/talking.fixture";
import ToldNoni from "./ToldNoni.svelte";

const TOLD = { name: "Noni", label: "Noni, a program", answers: [{ asked: "What brings you here?", chosen: "", text: "My cat died." }] };

beforeAll(() => loadMessages("en"));
afterEach(cleanup);

function open(chat: Partial<Chat>, answer: { status?: number; body?: unknown } = { body: TOLD }) {
  const { live, rest, calls } = talking({ [`GET /api/chats/${ID}/noni`]: answer });
  render(ToldNoni, { chat: { ...CHAT, ...chat }, live, rest });
  return calls;
}

test("the listener sees it folded, under the member's name", async () => {
  open({ you: "listener" });
  const summary = await screen.findByText(/What .*carefulPear7220.* told .*Noni.* while waiting/);
  expect(summary.closest("details")?.open).toBe(false);
  expect(screen.getByText("My cat died.")).toBeTruthy();
});

test("the member sees the same, as their own", async () => {
  open({ you: "member" });
  expect(await screen.findByText(/What you told .*Noni.* while waiting/)).toBeTruthy();
  expect(screen.getByText("My cat died.")).toBeTruthy();
  expect(screen.getByText(/Your listener can read exactly this/)).toBeTruthy();
});

test("once the chat has ended the member is not told that the listener reads it", async () => {
  open({ you: "member", ended_at: 5 });
  expect(await screen.findByText(/can’t read it any more/)).toBeTruthy();
  expect(screen.getByText("My cat died.")).toBeTruthy();
  expect(screen.queryByText(/can read exactly this/)).toBeNull();
});

test("it leaves the listener with the end of the chat", async () => {
  const calls = open({ you: "listener", ended_at: 5 });
  await waitFor(() => expect(calls).toHaveLength(1));
  expect(screen.queryByText("My cat died.")).toBeNull();
});

test("nothing was told, or nothing could be read: nothing stands there", async () => {
  for (const answer of [{ body: { ...TOLD, answers: [] } }, { status: 404 }]) {
    const calls = open({ you: "listener" }, answer);
    await waitFor(() => expect(calls).toHaveLength(1));
    expect(document.querySelector("details")).toBeNull();
    cleanup();
  }
});
