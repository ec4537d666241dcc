// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test } from "vitest";

import type { RequestState } from "../../generated/wire";
import { somebody } from "../../live/surroundings.fixture";
import { loadMessages } from "../../messages";
import { CHAT, ID, PEAR, talking } from "./talking.fixture";
import Workspace from "./Workspace.svelte";

const REQUEST: RequestState = {
  id: "q".repeat(26), state: "waiting", topic: "grief", language: "en", since: 1, place: 3,
  estimate: { low_minutes: 4, high_minutes: 9 }, chat: null, reason: "",
  listener: null, until: null,
};
const entry = (id: string, name: string) => ({ id, person: { ...PEAR, name }, topic: "grief", language: "en", since: 1, heavy: false });
const BOARD = { waiting: 2, requests: [entry("1".repeat(26), "ann"), entry("2".repeat(26), "ben")] };

beforeAll(() => loadMessages("en"));
afterEach(cleanup);

test("waiting: the place and estimate move, and the chat opens by itself", async () => {
  const { world, live, rest } = talking();
  render(Workspace, { side: "member", me: somebody(), request: REQUEST, live, rest });
  expect(screen.getByText(/You are number .*3/)).toBeTruthy();
  expect(screen.getByText(/4.* to .*9.* minutes/)).toBeTruthy();
  world.socket.receive({ type: "request", request: { ...REQUEST, place: 1, estimate: { low_minutes: null, high_minutes: null } } });
  expect(await screen.findByText("You are next.")).toBeTruthy();
  expect(screen.getByText(/can’t say honestly/)).toBeTruthy();
  world.socket.receive({ type: "request", request: { ...REQUEST, state: "matched", chat: ID, place: null } });
  world.socket.receive({ type: "chat", chat: CHAT });
  expect(await screen.findByRole("heading", { name: /Chat with/ })).toBeTruthy();
  expect(world.socket.of("subscribe")).toMatchObject([{ channel: ID }]);
});

test("leaving the queue says so, and how to ask again", async () => {
  const closed = { ...REQUEST, state: "closed", reason: "cancelled", place: null };
  const { live, rest } = talking({ "DELETE /api/requests/mine": { body: closed } });
  render(Workspace, { side: "member", me: somebody(), request: REQUEST, live, rest });
  await fireEvent.click(screen.getByRole("button", { name: "Leave the queue" }));
  expect(await screen.findByText(/You have left the queue/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Ask again" }).getAttribute("href")).toBe("/talk");
});

test("a listener takes the next person, and is in the chat", async () => {
  const { world, live, rest, changes } = talking({ "POST /api/queue/next": { body: { chat: ID, request: "1".repeat(26) } } });
  render(Workspace, { side: "listener", me: somebody("warmOtter"), board: BOARD, live, rest });
  expect(world.socket.of("watch-board")).toHaveLength(1);
  await fireEvent.click(screen.getByRole("button", { name: "Take the next person" }));
  await waitFor(() => expect(changes()).toMatchObject([{ method: "POST", path: "/api/queue/next" }]));
  world.socket.receive({ type: "chat", chat: { ...CHAT, you: "listener" } });
  expect(await screen.findByRole("heading", { name: /Chat with .*carefulPear7220/ })).toBeTruthy();
});

test("somebody quicker: the listener is told so, and the person is off the list", async () => {
  const path = `POST /api/queue/${"2".repeat(26)}/take`;
  const { live, rest } = talking({ [path]: { status: 409, body: { code: "already-taken", detail: "" } } });
  render(Workspace, { side: "listener", me: somebody("warmOtter"), board: BOARD, live, rest });
  await fireEvent.click(screen.getByRole("button", { name: /Talk with .*ben/ }));
  expect(await screen.findByText(/a moment faster/)).toBeTruthy();
  expect(screen.queryByText("@ben")).toBeNull();
  expect(screen.getByText("@ann")).toBeTruthy();
});

test("a listener chooses languages, one at least", async () => {
  const { live, rest, calls } = talking({ "PUT /api/me/languages": { body: somebody() } });
  render(Workspace, { side: "listener", me: somebody("warmOtter"), board: BOARD, languages: ["en", "de"], live, rest });
  const form = screen.getByRole("checkbox", { name: /Deutsch/ }).closest("form") as HTMLFormElement;
  await fireEvent.click(screen.getByRole("checkbox", { name: "English" }));
  await fireEvent.submit(form);
  expect(await screen.findByText("Please choose at least one.")).toBeTruthy();
  expect(calls).toEqual([]);
  await fireEvent.click(screen.getByRole("checkbox", { name: /Deutsch/ }));
  await fireEvent.submit(form);
  await waitFor(() => expect(calls).toMatchObject([{ body: { languages: ["de"] } }]));
});

test("a listener leaves topics out, but not all of them", async () => {
  const { live, rest, calls } = talking({ "PUT /api/me/refused-topics": { body: somebody("warmOtter") } });
  const me = { ...somebody("warmOtter"), refused_topics: ["grief"] };
  render(Workspace, { side: "listener", me, board: BOARD, topics: ["grief", "anxiety"], live, rest });
  const save = () => fireEvent.submit(screen.getByText("Topics you do not take", { selector: "legend" }).closest("form")!);
  const [grief, anxiety] = [screen.getByLabelText("Loss and grief"), screen.getByLabelText(/Anxiety/)] as HTMLInputElement[];
  expect([grief!.checked, anxiety!.checked]).toEqual([true, false]);
  await fireEvent.click(anxiety!);
  await save();
  expect(await screen.findByText(/at least one topic/)).toBeTruthy();
  await fireEvent.click(grief!);
  await save();
  await waitFor(() => expect(calls).toMatchObject([{ body: { topics: ["anxiety"] } }]));
  expect(await screen.findByText(/leaves these topics out/)).toBeTruthy();
});

test("the board moves by differences, and is watched again where one is missing", async () => {
  const { world, live, rest } = talking();
  render(Workspace, { side: "listener", me: somebody("warmOtter"), board: BOARD, live, rest });
  world.socket.receive({ type: "board", number: 0, board: BOARD });
  const cem = { at: 1, entry: entry("3".repeat(26), "cem") };
  world.socket.receive({ type: "board-changed", number: 1, waiting: 5, gone: ["1".repeat(26)], came: [cem] });
  expect(await screen.findByText(/Talk with .*cem/)).toBeTruthy();
  expect(screen.queryByText(/Talk with .*ann/)).toBeNull();
  expect(screen.getByText(/3.* more people wait behind these/)).toBeTruthy();
  world.socket.receive({ type: "board-changed", number: 3, waiting: 0, gone: ["2".repeat(26)], came: [] });
  expect(world.socket.of("watch-board")).toHaveLength(2);
  expect(screen.getByText(/Talk with .*ben/)).toBeTruthy();
});

test("a status that the server refuses goes back", async () => {
  const { live, rest } = talking({ "PUT /api/me/status": { status: 500, body: { code: "server-error" } } });
  render(Workspace, { side: "listener", me: somebody("warmOtter"), board: BOARD, live, rest });
  await fireEvent.click(screen.getByRole("radio", { name: "Online" }));
  expect(await screen.findByText("Your status was not changed.")).toBeTruthy();
  await waitFor(() => expect(screen.getByRole<HTMLInputElement>("radio", { name: "Offline" }).checked).toBe(true));
});

test("a lost connection is said once, counted down, and can be hurried", async () => {
  const { world, live, rest } = talking();
  render(Workspace, { side: "member", me: somebody(), request: REQUEST, live, rest });
  world.socket.lose(1006);
  await fireEvent.click(await screen.findByRole("button", { name: "Try now" }));
  expect(world.sockets).toHaveLength(2);
  world.welcome();
  expect(await screen.findByText("Connected again.")).toBeTruthy();
  world.socket.lose(4403);
  expect(await screen.findByText(/signed out/)).toBeTruthy();
});

test("help says that contact details were hidden, until it is put away", async () => {
  const { world, live, rest } = talking();
  render(Workspace, { side: "member", me: somebody(), live, rest });
  world.socket.receive({ type: "help", channel: ID, about: "own", hidden: true });
  expect(await screen.findByText(/Only the contact details in it are hidden/)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Put this away" }));
  world.socket.receive({ type: "help", channel: ID, about: "own", hidden: false });
  expect(await screen.findByText(/carrying something very heavy/)).toBeTruthy();
  expect(screen.queryByText(/Only the contact details/)).toBeNull();
});

const OTTER = { name: "warmOtter", kind: "listener" as const, badge: "" as const, picture: "" };
const RINGING: RequestState = { ...REQUEST, state: "ringing", place: null, listener: OTTER, until: Date.now() + 60_000 };

test("asked personally: who it is, how long, and the chat opens by itself", async () => {
  const { world, live, rest } = talking();
  render(Workspace, { side: "member", me: somebody(), request: RINGING, live, rest });
  expect(screen.getByRole("heading", { name: /Waiting for .*warmOtter/ }).closest('[role="status"]')).toBeTruthy();
  const left = screen.getByText(/Time to answer: about/);
  expect(left.closest('[role="status"], [role="alert"]')).toBeNull();
  world.socket.receive({ type: "request", request: { ...RINGING, state: "matched", chat: ID, until: null } });
  world.socket.receive({ type: "chat", chat: CHAT });
  expect(await screen.findByRole("heading", { name: /Chat with/ })).toBeTruthy();
});

test.each(["declined", "missed", "unavailable"] as const)("%s: said kindly, and one press to the queue", async (reason) => {
  const { world, live, rest, calls } = talking({ "POST /api/requests/mine/queue": { body: { ...REQUEST, id: "r".repeat(26) } } });
  render(Workspace, { side: "member", me: somebody(), request: RINGING, live, rest });
  world.socket.receive({ type: "request", request: { ...RINGING, state: "closed", reason, until: null } });
  expect(await screen.findByText(/nothing to do with you/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Choose another listener" }).getAttribute("href")).toBe("/listeners?topic=grief&language=en");
  await fireEvent.click(screen.getByRole("button", { name: "Ask the next free listener" }));
  expect(await screen.findByText(/You are number .*3/)).toBeTruthy();
  expect(calls.slice(0, 1)).toMatchObject([{ method: "POST", path: "/api/requests/mine/queue" }]);
});

test("the asker stops asking, or goes into the queue at once", async () => {
  const { live, rest } = talking({ "DELETE /api/requests/mine": { body: { ...RINGING, state: "closed", reason: "cancelled", until: null } } });
  render(Workspace, { side: "member", me: somebody(), request: RINGING, live, rest });
  await fireEvent.click(screen.getByRole("button", { name: "Stop asking" }));
  expect(await screen.findByRole("link", { name: "Ask again" })).toBeTruthy();
  cleanup();
  const second = talking({ "POST /api/requests/mine/queue": { body: { ...REQUEST, id: "r".repeat(26) } } });
  render(Workspace, { side: "member", me: somebody(), request: RINGING, live: second.live, rest: second.rest });
  await fireEvent.click(screen.getByRole("button", { name: "Rather ask the next free listener" }));
  expect(await screen.findByText(/You are number .*3/)).toBeTruthy();
});

test("the keyboard goes along: from the card that is gone to what stands there now", async () => {
  const { world, live, rest } = talking({ "POST /api/requests/mine/queue": { body: { ...REQUEST, id: "r".repeat(26) } } });
  render(Workspace, { side: "member", me: somebody(), request: RINGING, live, rest });
  screen.getByRole("button", { name: "Stop asking" }).focus();
  world.socket.receive({ type: "request", request: { ...RINGING, state: "closed", reason: "declined", until: null } });
  const unanswered = await screen.findByRole("heading", { name: /can’t talk right now/ });
  await waitFor(() => expect(document.activeElement).toBe(unanswered));
  const press = screen.getByRole("button", { name: "Ask the next free listener" });
  press.focus();
  await fireEvent.click(press);
  const waiting = await screen.findByRole("heading", { name: "You are in the queue" });
  await waitFor(() => expect(document.activeElement).toBe(waiting));
});

test("who is elsewhere on the page stays there", async () => {
  const { world, live, rest } = talking();
  const field = document.body.appendChild(document.createElement("input"));
  render(Workspace, { side: "member", me: somebody(), request: RINGING, live, rest });
  screen.getByRole("button", { name: "Stop asking" }).focus();
  field.focus();
  world.socket.receive({ type: "request", request: { ...RINGING, state: "closed", reason: "missed", until: null } });
  await screen.findByRole("heading", { name: /did not get to answer/ });
  await new Promise((resolve) => setTimeout(resolve));
  expect(document.activeElement).toBe(field);
  field.remove();
});

const RING = { id: "p".repeat(26), person: PEAR, topic: "grief", language: "en", since: 1, until: Date.now() + 60_000, heavy: false };

test("a listener is asked: announced once, accepted, and in the chat", async () => {
  const { world, live, rest, calls } = talking({ [`POST /api/personal/${RING.id}/accept`]: { body: { chat: ID, request: RING.id } } });
  render(Workspace, { side: "listener", me: somebody("warmOtter"), board: BOARD, live, rest });
  world.socket.receive({ type: "personal", request: RING });
  const alert = await waitFor(() => {
    const found = screen.getAllByRole("alert").find((one) => /carefulPear7220.* asks for you/.test(one.textContent ?? ""));
    return found ?? Promise.reject(new Error("not announced"));
  });
  expect(alert.textContent).not.toMatch(/second/);
  expect(screen.getByText(/seconds left/)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Accept" }));
  world.socket.receive({ type: "personal-over", id: RING.id, reason: "taken" });
  world.socket.receive({ type: "chat", chat: { ...CHAT, you: "listener" } });
  expect(await screen.findByRole("heading", { name: /Chat with .*carefulPear7220/ })).toBeTruthy();
  expect(calls.slice(0, 1)).toMatchObject([{ path: `/api/personal/${RING.id}/accept` }]);
  expect(screen.queryByText(/asks for you/)).toBeNull();
});

test("not now, missed, or over elsewhere: the card goes, and says what came of it", async () => {
  const { world, live, rest } = talking({ [`POST /api/personal/${RING.id}/decline`]: { status: 204 } });
  render(Workspace, { side: "listener", me: somebody("warmOtter"), board: BOARD, live, rest });
  world.socket.receive({ type: "personal", request: RING });
  await fireEvent.click(await screen.findByRole("button", { name: "Not now" }));
  expect(await screen.findByText(/Thank you for answering/)).toBeTruthy();
  world.socket.receive({ type: "personal", request: { ...RING, id: "s".repeat(26) } });
  await screen.findByRole("button", { name: "Accept" });
  world.socket.receive({ type: "personal-over", id: RING.id, reason: "over" });
  expect(screen.getByRole("button", { name: "Accept" })).toBeTruthy();
  world.socket.receive({ type: "personal-over", id: "s".repeat(26), reason: "missed" });
  expect(await screen.findByText(/waited for your answer/)).toBeTruthy();
  world.socket.receive({ type: "personal", request: { ...RING, id: "t".repeat(26) } });
  await screen.findByRole("button", { name: "Accept" });
  world.welcome();
  await waitFor(() => expect(screen.queryByRole("button", { name: "Accept" })).toBeNull());
});

test("a listener is asked on the pages of chats too, and is in the chat", async () => {
  const { world, live, rest } = talking({ [`POST /api/personal/${RING.id}/accept`]: { body: { chat: ID, request: RING.id } } });
  render(Workspace, { side: "member", me: somebody("warmOtter"), live, rest });
  world.socket.receive({ type: "personal", request: RING });
  await fireEvent.click(await screen.findByRole("button", { name: "Accept" }));
  world.socket.receive({ type: "chat", chat: { ...CHAT, you: "listener" } });
  expect(await screen.findByRole("heading", { name: /Chat with .*carefulPear7220/ })).toBeTruthy();
});

test("set to busy: why, and one press back", async () => {
  const { world, live, rest, calls } = talking({ "PUT /api/me/status": { body: somebody("warmOtter") } });
  render(Workspace, { side: "listener", me: { ...somebody("warmOtter"), status: "online" }, board: BOARD, live, rest });
  expect(screen.queryByText(/You are set to busy/)).toBeNull();
  world.socket.receive({ type: "me", me: { ...somebody("warmOtter"), status: "busy", status_why: "missed" } });
  expect(await screen.findByText(/You are set to busy/)).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "Busy" }).checked).toBe(true);
  await fireEvent.click(screen.getByRole("button", { name: "I am back: set me online" }));
  await waitFor(() => expect(calls).toMatchObject([{ body: { status: "online" } }]));
  world.socket.receive({ type: "me", me: { ...somebody("warmOtter"), status: "online" } });
  await waitFor(() => expect(screen.queryByText(/You are set to busy/)).toBeNull());
});
