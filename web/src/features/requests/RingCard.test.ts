// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { loadMessages } from "../../messages";
import { Rest } from "../../rest";
import { PEAR, talking } from "../chats/talking.fixture";
import RingCard from "./RingCard.svelte";

const ring = (letter: string, until = Date.now() + 60_000) => ({ id: letter.repeat(26), person: PEAR, topic: "grief", language: "en", since: 1, until, heavy: false });
const card = () => screen.queryByRole("button", { name: "Accept" });

beforeAll(() => loadMessages("en"));
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], shouldAdvanceTime: true }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** Answers that come when the test says so. */
function slowly() {
  const answers: ((response: Response) => void)[] = [];
  const rest = new Rest({ cookies: () => "", fetch: () => new Promise((resolve) => answers.push(resolve)) });
  return { rest, answers };
}

const refusal = (status: number, code: string) => new Response(JSON.stringify({ code, detail: code }), { status, headers: { "content-type": "application/problem+json" } });

test("a clock that runs ahead hides nobody: while connected the server says when it is over", async () => {
  const { world, live, rest } = talking();
  render(RingCard, { live, rest, language: "en", ontaken: () => {} });
  world.socket.receive({ type: "personal", request: ring("p", Date.now() - 120_000) });
  await waitFor(() => expect(card()).toBeTruthy());
  await vi.advanceTimersByTimeAsync(5_000);
  expect(card()).toBeTruthy();
  world.socket.lose(1006);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(card()).toBeNull();
  expect(screen.getByText(/is no longer asking for you/)).toBeTruthy();
});

test("a refusal is about the request it was given to, and a late answer ends no other", async () => {
  const { world, live } = talking();
  const { rest, answers } = slowly();
  const taken: string[] = [];
  render(RingCard, { live, rest, language: "en", ontaken: (chat: string) => taken.push(chat) });
  world.socket.receive({ type: "personal", request: ring("p") });
  await fireEvent.click(await screen.findByRole("button", { name: "Accept" }));
  answers[0]?.(refusal(409, "at-capacity"));
  await waitFor(() => expect(document.querySelector(".field-error")).toBeTruthy());
  await fireEvent.click(screen.getByRole("button", { name: "Not now" }));
  world.socket.receive({ type: "personal-over", id: "p".repeat(26), reason: "over" });
  world.socket.receive({ type: "personal", request: ring("s") });
  await waitFor(() => expect(card()?.getAttribute("aria-disabled")).toBe("false"));
  expect(document.querySelector(".field-error")).toBeNull();
  answers[1]?.(refusal(409, "not-asking"));
  await vi.advanceTimersByTimeAsync(100);
  expect(card()).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Accept" }));
  expect(answers).toHaveLength(3);
});
