// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { somebody } from "../../live/surroundings.fixture";
import { loadMessages } from "../../messages";
import { message, OTTER, PEAR, talking } from "../chats/talking.fixture";
import RoomView from "./Room.svelte";

const ROOM = {
  id: "r".repeat(26), slug: "quiet-corner", title: "Quiet corner", about: "", language: "en", audience: "members" as const,
  age: "adult" as const, present: 2, can_moderate: true, now: { slow_s: 0, closed: null },
};

beforeAll(() => loadMessages("en"));
beforeEach(() => {
  localStorage.setItem("cups-rules-seen", "1");
  sessionStorage.clear();
});
afterEach(cleanup);

function enter(answers: Parameters<typeof talking>[0] = {}) {
  const around = talking(answers);
  render(RoomView, { room: ROOM, me: somebody(), live: around.live, rest: around.rest });
  return around;
}
const inRoom = { kind: "room" as const, chat: null, present: [PEAR, OTTER], present_count: 40 };

test("the rules stand there on the first visit only", async () => {
  localStorage.clear();
  enter();
  await fireEvent.click(screen.getByRole("button", { name: "Understood" }));
  expect(screen.queryByText("The rules of the rooms")).toBeNull();
  cleanup();
  enter();
  expect(screen.queryByText("The rules of the rooms")).toBeNull();
});

test("who is here: the names told, and the count beyond them", async () => {
  const { snapshot } = enter();
  snapshot([message(1)], inRoom);
  expect(await screen.findByText(/40.* people here/)).toBeTruthy();
  expect(screen.getByText(/and .*38.* more/)).toBeTruthy();
});

test("a reply goes out with the message it answers", async () => {
  const { world, snapshot } = enter();
  snapshot([message(1)], inRoom);
  await fireEvent.click(await screen.findByRole("button", { name: "What you can do with this message" }));
  await fireEvent.click(screen.getByRole("button", { name: "Reply" }));
  const box = screen.getByRole("textbox", { name: "Your message" });
  await fireEvent.input(box, { target: { value: "me too" } });
  await fireEvent.keyDown(box, { key: "Enter" });
  expect(world.socket.of("send")).toMatchObject([{ text: "me too", reply_to: 1 }]);
});

test("without the right to moderate, its buttons are not there", async () => {
  const { snapshot } = enter();
  snapshot([message(1)], inRoom);
  await fireEvent.click(await screen.findByRole("button", { name: "What you can do with this message" }));
  expect(screen.queryByRole("button", { name: "Warn" })).toBeNull();
});

test("anybody can be blocked from their message, and it says what that does", async () => {
  const path = "/api/blocks";
  const { snapshot, calls } = enter({ [`POST ${path}`]: { status: 204 } });
  snapshot([message(1)], inRoom);
  await fireEvent.click(await screen.findByRole("button", { name: "What you can do with this message" }));
  await fireEvent.click(screen.getAllByRole("button", { name: /Block .*warmOtter/, hidden: true }).at(-1) as HTMLElement);
  expect(screen.getByText(/you see nothing that they write, in any room/)).toBeTruthy();
  expect(screen.getByText(/They can still read what you write/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "People you have blocked" }).getAttribute("href")).toBe("/account/blocks");
  expect(calls).toEqual([]);
  await fireEvent.click(screen.getByRole("button", { name: "Block this person" }));
  await waitFor(() => expect(calls).toMatchObject([{ path, body: { name: "warmOtter" } }]));
  expect(await screen.findByText(/warmOtter.* is blocked/)).toBeTruthy();
});

test("whoever is here can be blocked from the list, but oneself", async () => {
  const { snapshot } = enter();
  snapshot([message(1)], inRoom);
  expect(await screen.findByRole("button", { name: /Block .*warmOtter/, hidden: true })).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Block .*carefulPear/, hidden: true })).toBeNull();
  expect(screen.queryByRole("button", { name: /Take a decision/, hidden: true })).toBeNull();
});

test("a warning carries rule, words and message, and tells what follows", async () => {
  const path = "/api/rooms/quiet-corner/warnings";
  const { snapshot, calls } = enter({ [`POST ${path}`]: { body: { counted: true, count: 2, step: "mute", until: 1 } } });
  snapshot([message(1)], { ...inRoom, can_moderate: true });
  await fireEvent.click(await screen.findByRole("button", { name: "What you can do with this message" }));
  await fireEvent.click(screen.getByRole("button", { name: "Warn" }));
  expect(screen.getByRole("button", { name: "What you can do with this message", hidden: true }).getAttribute("aria-expanded")).toBe("false");
  const words = screen.getByRole("textbox", { name: "Your words to them" });
  await fireEvent.submit(words.closest("form") as HTMLFormElement);
  expect(calls).toEqual([]);
  await fireEvent.input(words, { target: { value: "Please leave that out." } });
  await fireEvent.submit(words.closest("form") as HTMLFormElement);
  await waitFor(() => expect(calls).toMatchObject([{ path, body: { name: "warmOtter", rule: "kindness", words: "Please leave that out.", seq: 1 } }]));
  expect(await screen.findByText(/warning number .*2.*You can read, but not write/)).toBeTruthy();
});

test("removing names the rule, and the message's place", async () => {
  const path = "/api/rooms/quiet-corner/messages/1/removal";
  const { snapshot, calls } = enter({ [`POST ${path}`]: { status: 204 } });
  snapshot([message(1)], { ...inRoom, can_moderate: true });
  await fireEvent.click(await screen.findByRole("button", { name: "What you can do with this message" }));
  await fireEvent.click(screen.getByRole("button", { name: "Remove the message" }));
  await fireEvent.submit(screen.getByRole("button", { name: "Remove" }).closest("form") as HTMLFormElement);
  await waitFor(() => expect(calls).toMatchObject([{ path, body: { rule: "kindness" } }]));
});

test("whoever is warned reads why, which rule, what follows, until when and how to contest", async () => {
  const { world, snapshot } = enter();
  snapshot([], inRoom);
  world.socket.receive({
    type: "warning",
    warning: { id: "w".repeat(26), room: "Quiet corner", rule: "contact", words: "No numbers here, please.", step: "mute", count: 2, at: Date.now(), until: Date.now() + 600_000, seen: false, contest_until: Date.now() + 600_000 },
  });
  const notice = await screen.findByRole("alert", { name: "A moderator has something to tell you" });
  for (const part of ["No contact details", "No numbers here, please.", "You can read, but not write", "contest"]) expect(notice.textContent).toContain(part);
  await fireEvent.click(screen.getByRole("button", { name: "I have read this" }));
  expect(world.socket.of("see-warning")).toHaveLength(1);
  await waitFor(() => expect(screen.queryByRole("alert", { name: "A moderator has something to tell you" })).toBeNull());
});

test("taken out of the room: why, until when, and the way back in", async () => {
  const { world, snapshot } = enter();
  snapshot([], inRoom);
  world.socket.receive({ type: "left", channel: ROOM.id, code: "banned", detail: "", until: Date.now() + 600_000 });
  expect(await screen.findByText(/You are no longer in this room/)).toBeTruthy();
  expect(screen.queryByRole("textbox")).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: "Go in again" }));
  expect(world.socket.of("subscribe")).toHaveLength(2);
});

test("in a slow room the draft stays and the wait is counted down, but not for its moderators", async () => {
  const { world, snapshot } = enter();
  const mine = message(1, { author: PEAR, at: Date.now() });
  snapshot([mine], { ...inRoom, room: { slow_s: 30, closed: null } });
  expect(await screen.findByText(/each person writes once in .*30.* seconds/)).toBeTruthy();
  const box = screen.getByRole("textbox", { name: "Your message" });
  await fireEvent.input(box, { target: { value: "one more" } });
  await fireEvent.keyDown(box, { key: "Enter" });
  expect(world.socket.of("send")).toEqual([]);
  expect((box as HTMLTextAreaElement).value).toBe("one more");
  expect(screen.getByText(/again in .*(29|30).* seconds/)).toBeTruthy();
  world.socket.receive({ type: "place", channel: ROOM.id, can_send: true, can_moderate: true, muted_until: null });
  await waitFor(() => expect(screen.queryByText(/again in/)).toBeNull());
  await fireEvent.keyDown(box, { key: "Enter" });
  expect(world.socket.of("send")).toMatchObject([{ text: "one more" }]);
});

test("a closed room is read, says why, and opens again with the draft", async () => {
  const { world, snapshot } = enter();
  snapshot([message(1)], inRoom);
  await fireEvent.input(await screen.findByRole("textbox", { name: "Your message" }), { target: { value: "kept" } });
  world.socket.receive({ type: "room", channel: ROOM.id, now: { slow_s: 0, closed: { since: 1, until: null, words: "Tea." } } });
  expect(await screen.findByText("Tea.")).toBeTruthy();
  expect(screen.queryByRole("textbox")).toBeNull();
  expect(screen.getByText("text 1")).toBeTruthy();
  // Nothing is answered there now, and somebody can be blocked all the same.
  await fireEvent.click(screen.getByRole("button", { name: "What you can do with this message" }));
  expect(screen.queryByRole("button", { name: "Reply" })).toBeNull();
  expect(screen.getAllByRole("button", { name: /Block/, hidden: true })).toHaveLength(2);
  world.socket.receive({ type: "room", channel: ROOM.id, now: { slow_s: 0, closed: null } });
  expect(((await screen.findByRole("textbox", { name: "Your message" })) as HTMLTextAreaElement).value).toBe("kept");
});

test("a closing that is over by its time closes nothing", async () => {
  const { snapshot } = enter();
  snapshot([message(1)], { ...inRoom, room: { slow_s: 0, closed: { since: 1, until: Date.now() - 60_000, words: "Tea." } } });
  expect(await screen.findByRole("textbox", { name: "Your message" })).toBeTruthy();
  expect(screen.queryByText("Tea.")).toBeNull();
});

test("pins stand at the top, follow edits, and go with their message", async () => {
  const { world, snapshot } = enter();
  const pin = { message: message(1), at: 1 };
  snapshot([message(1)], { ...inRoom, pins: [pin] });
  expect(await screen.findByText(/One pinned message/)).toBeTruthy();
  expect(screen.getAllByText("text 1")).toHaveLength(2);
  world.socket.receive({ type: "pinned", channel: ROOM.id, pin: { ...pin, message: message(1, { rev: 2, text: "better" }) } });
  expect(await screen.findByText("better")).toBeTruthy();
  world.socket.receive({ type: "changed", channel: ROOM.id, seq: 2, message: message(1, { rev: 2, text: "", removed: "moderator" }) });
  await waitFor(() => expect(screen.queryByText(/pinned message/)).toBeNull());
});

test("what was decided about somebody says what, why, by whom, until when, and waits until it is read", async () => {
  const { world, snapshot } = enter();
  snapshot([message(1)], { ...inRoom, can_send: false, muted_until: Date.now() + 600_000 });
  expect(await screen.findByText(/you read, but do not write in this room until/)).toBeTruthy();
  expect(screen.queryByRole("textbox")).toBeNull();
  world.socket.receive({
    type: "decided",
    decision: {
      id: "d".repeat(26), kind: "sanction", what: "room-mute", room: "Quiet corner", rule: "kindness", words: "Please breathe.", source: "human",
      at: Date.now(), until: Date.now() + 600_000, state: "in-force", seen: false, contest_until: Date.now() + 9e9, can_contest: true, contest: null, evidence: "",
    },
  });
  const notice = await screen.findByRole("alert", { name: "A moderator has decided something about you" });
  for (const part of ["Please breathe.", "Be kind", "a person", "contest"]) expect(notice.textContent).toContain(part);
  await fireEvent.click(screen.getByRole("button", { name: "I have read this" }));
  expect(world.socket.of("see-warning")).toMatchObject([{ id: "d".repeat(26) }]);
});

test("a decision carries who, what, how long, which rule, words and message", async () => {
  const desk = { now: { slow_s: 0, closed: null }, slow: [], lengths: [{ act: "ban", length: "medium", ms: 30 * 86_400_000 }], most_pins: 3 };
  const path = "/api/rooms/quiet-corner/sanctions";
  const { snapshot, calls } = enter({ "GET /api/rooms/quiet-corner/desk": { body: desk }, [`POST ${path}`]: { status: 422, body: { code: "crisis-no-offence", status: 422 } } });
  snapshot([message(1)], { ...inRoom, can_moderate: true });
  await fireEvent.click(await screen.findByRole("button", { name: "What you can do with this message" }));
  await fireEvent.click(screen.getByRole("button", { name: "Mute, remove or ban" }));
  await fireEvent.click(screen.getByRole("radio", { name: "Ban: stays out" }));
  await fireEvent.change(await screen.findByRole("combobox", { name: "For how long?" }), { target: { value: "medium" } });
  await fireEvent.input(screen.getByRole("textbox", { name: "Your words to them" }), { target: { value: "Enough." } });
  await fireEvent.submit(screen.getByRole("button", { name: "Decide this" }).closest("form") as HTMLFormElement);
  const body = { name: "warmOtter", act: "ban", length: "medium", rule: "kindness", words: "Enough.", seq: 1 };
  await waitFor(() => expect(calls.at(-1)).toMatchObject({ path, body }));
  expect(await screen.findByText("A crisis is never an offence: nobody is warned for it.")).toBeTruthy();
});

test("a moderator can decide about somebody who is here and has said nothing", async () => {
  const { snapshot } = enter({ "GET /api/rooms/quiet-corner/desk": { body: { now: { slow_s: 0, closed: null }, slow: [], lengths: [], most_pins: 3 } } });
  snapshot([], { ...inRoom, can_moderate: true });
  const whose = await screen.findAllByRole("button", { name: /^Mute, remove or ban/, hidden: true });
  expect(whose).toHaveLength(1);
  await fireEvent.click(whose[0] as HTMLElement);
  expect(screen.getByRole("dialog", { name: /warmOtter.*, in this room/ })).toBeTruthy();
});

test.each(["room-closed", "muted-in-room", "room-slow"])("what was refused as %s waits no longer than the moderators say", async (code) => {
  const { world, snapshot } = enter();
  snapshot([message(1)], { ...inRoom, room: { slow_s: 30, closed: null } });
  const box = await screen.findByRole("textbox", { name: "Your message" });
  await fireEvent.input(box, { target: { value: "too late" } });
  await fireEvent.keyDown(box, { key: "Enter" });
  const [sent] = world.socket.of("send");
  world.socket.receive({ type: "error", ref: sent?.ref ?? "", code, detail: "", why: "", field: null, retry_at: Date.now() + 3_600_000, start: null, end: null });
  expect(await screen.findByText(/Not sent/)).toBeTruthy();
  world.socket.receive({ type: "room", channel: ROOM.id, now: { slow_s: 0, closed: null } });
  await fireEvent.input(box, { target: { value: "again" } });
  await waitFor(() => expect(screen.getByRole("button", { name: "Send" }).getAttribute("aria-disabled")).toBe("false"));
  await fireEvent.keyDown(box, { key: "Enter" });
  expect(world.socket.of("send").at(-1)).toMatchObject({ text: "again" });
});

test("a mute everywhere that ends by its time is asked about, as one in this room is", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  try {
    const { world, snapshot } = enter();
    snapshot([message(1)], inRoom);
    world.socket.receive({ type: "me", me: { ...somebody(), muted_until: Date.now() + 60_000 } });
    world.socket.receive({ type: "place", channel: ROOM.id, can_send: false, can_moderate: false, muted_until: null });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(world.socket.of("subscribe")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(world.socket.of("subscribe")).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});

test.each(["muted", "closed"])("while %s one takes back what one said, and neither changes it nor answers", async (how) => {
  const { snapshot } = enter();
  const closed = how === "closed" ? { since: 1, until: null, words: "" } : null;
  const muted = how === "muted" ? { can_send: false, muted_until: Date.now() + 60_000 } : {};
  snapshot([message(1, { author: PEAR })], { ...inRoom, ...muted, room: { slow_s: 0, closed } });
  await fireEvent.click(await screen.findByRole("button", { name: "What you can do with this message" }));
  for (const name of ["Reply", "Edit"]) expect(screen.queryByRole("button", { name }), name).toBeNull();
  expect(screen.getByRole("button", { name: "Delete" })).toBeTruthy();
});

test("somebody who may be in danger is decided about by one of their messages, or helped", async () => {
  const desk = { now: { slow_s: 0, closed: null }, slow: [], lengths: [{ act: "mute", length: "short", ms: 600_000 }], most_pins: 3 };
  const path = "/api/rooms/quiet-corner/sanctions";
  const { snapshot, calls } = enter({
    "GET /api/rooms/quiet-corner/desk": { body: desk },
    [`POST ${path}`]: { status: 422, body: { code: "crisis-choose-message", status: 422, field: "seq" } },
  });
  snapshot([message(1), message(2), message(3, { author: PEAR }), message(4, { text: "", removed: "author" })], { ...inRoom, can_moderate: true });
  const [open] = await screen.findAllByRole("button", { name: /^Mute, remove or ban/, hidden: true });
  await fireEvent.click(open as HTMLElement);
  expect(screen.queryByRole("group", { name: "The message that breaks the rule" })).toBeNull();
  await fireEvent.input(screen.getByRole("textbox", { name: "Your words to them" }), { target: { value: "Enough." } });
  const form = screen.getByRole("button", { name: "Decide this" }).closest("form") as HTMLFormElement;
  await fireEvent.submit(form);
  await waitFor(() => expect(calls.at(-1)).toMatchObject({ path, body: { seq: null } }));
  const group = await screen.findByRole("group", { name: "The message that breaks the rule" });
  expect([...group.querySelectorAll("input")].map((input) => input.value)).toEqual(["2", "1"]);
  expect(screen.getByRole("link", { name: "Help now" })).toBeTruthy();
  await fireEvent.click(screen.getByRole("radio", { name: /text 2/ }));
  await fireEvent.submit(form);
  await waitFor(() => expect(calls.at(-1)).toMatchObject({ path, body: { seq: 2 } }));
});
