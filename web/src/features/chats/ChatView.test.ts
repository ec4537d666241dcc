// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { loadMessages } from "../../messages";
import ChatView from "./ChatView.svelte";
import { CHAT, ID, message, OTTER, PEAR, talking } from "./talking.fixture";

beforeAll(() => loadMessages("en"));
beforeEach(() => sessionStorage.clear());
afterEach(cleanup);

const box = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Your message" });

function open(answers: Parameters<typeof talking>[0] = {}) {
  const around = talking(answers);
  const onrequeued = vi.fn();
  render(ChatView, { live: around.live, rest: around.rest, id: ID, onrequeued });
  return { ...around, onrequeued };
}

async function write(text: string, key: Partial<KeyboardEventInit> = {}): Promise<void> {
  await fireEvent.input(box(), { target: { value: text } });
  await fireEvent.keyDown(box(), { key: "Enter", ...key });
}

test("shows what was said, focuses the composer, and says it was read", async () => {
  const { world, snapshot } = open();
  snapshot([message(1, { text: "Hello, and welcome." })]);
  expect(await screen.findByText("Hello, and welcome.")).toBeTruthy();
  expect(screen.getByRole("log", { name: "Messages" })).toBeTruthy();
  await waitFor(() => expect(document.activeElement).toBe(box()));
  await waitFor(() => expect(world.socket.of("mark").at(-1)).toMatchObject({ delivered: 1, read: 1 }));
});

test("Enter sends, the message is on its way until it is here, and the field is free at once", async () => {
  const { world, snapshot } = open();
  snapshot([]);
  await screen.findByRole("textbox", { name: "Your message" });
  await write("hello there");
  expect(await screen.findByText("Sending…")).toBeTruthy();
  expect(box().value).toBe("");
  const frame = world.socket.of("send")[0];
  expect(frame?.text).toBe("hello there");
  world.socket.receive({ type: "ack", ref: frame?.ref ?? "", channel: ID, seq: 1, at: 1 });
  world.socket.receive({ type: "message", channel: ID, message: message(1, { author: PEAR, text: "hello there" }) });
  await waitFor(() => expect(screen.queryByText("Sending…")).toBeNull());
  expect(screen.getAllByText("hello there")).toHaveLength(1);
  expect(screen.getByText("sent")).toBeTruthy();
});

test("Shift+Enter and Enter within a composition do not send", async () => {
  const { world, snapshot } = open();
  snapshot([]);
  await screen.findByRole("textbox", { name: "Your message" });
  await write("line", { shiftKey: true });
  await write("かな", { isComposing: true });
  expect(world.socket.of("send")).toEqual([]);
});

test("a refusal keeps the message with its reason, holds back sending until then, and can be tried again", async () => {
  const { world, snapshot } = open();
  snapshot([]);
  await screen.findByRole("textbox", { name: "Your message" });
  await write("too quick");
  const ref = world.socket.of("send")[0]?.ref ?? "";
  world.socket.receive({ type: "error", ref, code: "too-fast", detail: "", why: "", field: null, retry_at: Date.now() + 60_000, start: null, end: null });
  expect(await screen.findByText(/Not sent\./)).toBeTruthy();
  expect(screen.getByText(/You can send again in/)).toBeTruthy();
  await write("held back");
  expect(world.socket.of("send")).toHaveLength(1);
  expect(box().value).toBe("held back");
  await fireEvent.click(screen.getByRole("button", { name: "Send again" }));
  expect(world.socket.of("send")).toMatchObject([{ ref }, { ref, text: "too quick" }]);
});

test("words that are held come back, and the part that was hit is marked", async () => {
  const { world, snapshot } = open();
  snapshot([]);
  await screen.findByRole("textbox", { name: "Your message" });
  await write("😢 call me at 555 tonight");
  const ref = world.socket.of("send")[0]?.ref ?? "";
  world.socket.receive({ type: "error", ref, code: "held-contact", detail: "", why: "", field: "text", retry_at: null, start: 13, end: 16 });
  const notice = await screen.findByRole("alert");
  expect(notice.querySelector("mark")?.textContent).toBe("555");
  expect(notice.textContent).toContain("It is about the marked part");
  expect(box().value).toBe("😢 call me at 555 tonight");
  expect(box().getAttribute("aria-describedby")).toContain(notice.id);
});

test("a draft outlives the view", async () => {
  const first = open();
  first.snapshot([]);
  await fireEvent.input(await screen.findByRole("textbox", { name: "Your message" }), { target: { value: "half a thought" } });
  cleanup();
  open().snapshot([]);
  expect((await screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Your message" })).value).toBe("half a thought");
});

test("over the limit nothing is sent, and the count says by how much", async () => {
  const { world, snapshot } = open();
  snapshot([]);
  await screen.findByRole("textbox", { name: "Your message" });
  await write("x".repeat(4003));
  expect(screen.getByText(/3.* characters too many/)).toBeTruthy();
  expect(world.socket.of("send")).toEqual([]);
});

test("one's own message can be changed, and a refusal is shown where it was changed", async () => {
  const { world, snapshot } = open();
  snapshot([message(1, { author: PEAR, text: "helo" })]);
  await fireEvent.click(await screen.findByRole("button", { name: "What you can do with this message" }));
  await fireEvent.click(screen.getByRole("button", { name: "Edit" }));
  await fireEvent.input(screen.getByRole("textbox", { name: "Editing your message" }), { target: { value: "hello" } });
  await fireEvent.click(screen.getByRole("button", { name: "Save" }));
  const frame = world.socket.of("edit")[0];
  expect(frame).toMatchObject({ seq: 1, text: "hello" });
  world.socket.receive({ type: "error", ref: frame?.ref ?? "", code: "too-late-to-change", detail: "", why: "", field: null, retry_at: null, start: null, end: null });
  expect(await screen.findByText("Messages can be changed for 5 minutes only.")).toBeTruthy();
});

test("after 5 minutes, and on others' messages, nothing can be changed", async () => {
  const { snapshot } = open();
  snapshot([message(1, { author: PEAR, at: Date.now() - 301_000 }), message(2)]);
  await screen.findByText("text 2");
  expect(screen.queryByRole("button", { name: "What you can do with this message" })).toBeNull();
});

test("ending with a report asks for words, then sends them with a block", async () => {
  const path = `/api/chats/${ID}/end`;
  const { snapshot, changes } = open({ [`POST ${path}`]: { body: { ...CHAT, ended_at: 5, ended_by: "you" } } });
  snapshot([]);
  await fireEvent.click(await screen.findByRole("button", { name: "End the chat" }));
  await fireEvent.click(screen.getByRole("radio", { name: "End it and report" }));
  const ends = screen.getAllByRole("button", { name: "End the chat" });
  await fireEvent.submit(ends.at(-1)?.closest("form") as HTMLFormElement);
  expect(changes()).toEqual([]);
  await fireEvent.input(screen.getByRole("textbox", { name: "What happened?" }), { target: { value: "They asked for my number." } });
  await fireEvent.submit(ends.at(-1)?.closest("form") as HTMLFormElement);
  await waitFor(() => expect(changes()).toEqual([{ method: "POST", path, body: { block: true, report: "They asked for my number." } }]));
  expect(await screen.findByText("You ended this chat.")).toBeTruthy();
});

test("when the listener left, the member can look for someone else at the old rank", async () => {
  const path = `/api/chats/${ID}/requeue`;
  const request = { id: "q".repeat(26), state: "waiting" };
  const { world, snapshot, onrequeued } = open({ [`POST ${path}`]: { body: request } });
  snapshot([]);
  world.socket.receive({ type: "chat", chat: { ...CHAT, ended_at: 5, ended_by: "other", can_requeue: true } });
  await fireEvent.click(await screen.findByRole("button", { name: "Look for someone else" }));
  await waitFor(() => expect(onrequeued).toHaveBeenCalledWith(request));
});

test("a listener who does not answer is asked, and the member is offered another", async () => {
  const path = `/api/chats/${ID}/requeue`;
  const request = { id: "q".repeat(26), state: "waiting" };
  const { world, snapshot, onrequeued } = open({ [`POST ${path}`]: { body: request } });
  snapshot([]);
  world.socket.receive({ type: "chat", chat: { ...CHAT, you: "listener", silence: "asked" } });
  expect(await screen.findByText(/Are you still there\?/)).toBeTruthy();
  world.socket.receive({ type: "chat", chat: { ...CHAT, silence: "asked" } });
  await waitFor(() => expect(screen.queryByText(/Are you still there\?/)).toBeNull());
  world.socket.receive({ type: "chat", chat: { ...CHAT, silence: "offered", can_requeue: true } });
  await fireEvent.click(await screen.findByRole("button", { name: "Look for someone else" }));
  await waitFor(() => expect(onrequeued).toHaveBeenCalledWith(request));
  world.socket.receive({ type: "chat", chat: CHAT });
  await waitFor(() => expect(screen.queryByText(/quiet for a while/)).toBeNull());
});

test("rating needs all four lines, is sent once, and can be left out", async () => {
  const path = `/api/chats/${ID}/rating`;
  const ended = { ...CHAT, ended_at: 5, ended_by: "other" as const };
  const { world, snapshot, changes } = open({ [`POST ${path}`]: { body: { ...ended, rated: true } } });
  snapshot([]);
  world.socket.receive({ type: "chat", chat: ended });
  const form = (await screen.findByText("How was it?")).closest("form") as HTMLFormElement;
  await fireEvent.submit(form);
  expect(await screen.findByText(/choose stars in each of the four lines/)).toBeTruthy();
  for (const group of form.querySelectorAll("fieldset")) await fireEvent.click(group.querySelectorAll("input")[3] as HTMLInputElement);
  expect(screen.queryByText(/choose stars/)).toBeNull();
  await fireEvent.submit(form);
  await waitFor(() => expect(changes()[0]?.body).toEqual({ helpfulness: 4, empathy: 4, professionalism: 4, responsiveness: 4, comment: "", publish: false }));
  expect(await screen.findByText("Thank you. That helps listeners learn.")).toBeTruthy();
});

test("one's own messages are headed by You, the other's by their name", async () => {
  const { snapshot } = open();
  snapshot([message(1), message(2, { author: PEAR })]);
  const own = (await screen.findByText("text 2")).closest("li");
  expect(own?.textContent).toMatch(/^\s*You · /);
  expect(own?.textContent).not.toContain(PEAR.name);
  expect(screen.getByText("text 1").closest("li")?.textContent).toContain(OTTER.name);
});
