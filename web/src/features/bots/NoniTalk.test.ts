// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import type { BotTalk, RequestState } from "../../generated/wire";
import { somebody } from "../../live/surroundings.fixture";
import { loadMessages } from "../../messages";
import { CHAT, ID, talking } from "../chats/talking.fixture";
import Workspace from "../chats/Workspace.svelte";
import { ANSWER, REQUEST_ID, TALK } from "./talk.fixture";

const REQUEST: RequestState = {
  id: REQUEST_ID, state: "waiting", topic: "grief", language: "en", since: 1, place: 3,
  estimate: { low_minutes: 4, high_minutes: 9 }, chat: null, reason: "", listener: null, until: null,
};
const PATH = `/api/requests/${REQUEST_ID}/noni`;
const BRINGS = `PUT ${PATH}/answers/brings`;

beforeAll(() => loadMessages("en"));
beforeEach(() => sessionStorage.clear());
afterEach(cleanup);

function wait(talk: Partial<BotTalk> = {}, answers: Parameters<typeof talking>[0] = {}) {
  const made = talking(Object.assign(answers, { [`GET ${PATH}`]: { body: { ...TALK, ...talk } } }));
  const page = render(Workspace, { side: "member", me: somebody(), request: REQUEST, live: made.live, rest: made.rest });
  return { ...made, ...page };
}
const begin = async () => fireEvent.click(await screen.findByRole("button", { name: /Talk to .*Noni/ }));

test("an adult is offered it with its first words, a teen by the button alone", async () => {
  wait();
  expect(await screen.findByText(/I am Noni\. I am a program\./)).toBeTruthy();
  cleanup();
  wait({ greets: false });
  expect(await screen.findByRole("button", { name: /Talk to .*Noni/ })).toBeTruthy();
  expect(screen.queryByText(/I am Noni\. I am a program\./)).toBeNull();
  expect(screen.queryByText("What brings you here?")).toBeNull();
});

test("the place and the range stay, short, and cancelling too", async () => {
  wait();
  await begin();
  expect(screen.getByText(/You are number .*3/)).toBeTruthy();
  expect(screen.getByText(/About .*4.* to .*9.* minutes/)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Leave the queue" })).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Just wait" }));
  expect(screen.getByText(/At the pace/)).toBeTruthy();
});

test("an answer is sent once, and the next question comes", async () => {
  const { changes } = wait({}, { [BRINGS]: { body: { ...TALK, answers: [ANSWER], next: "feels" } } });
  await begin();
  const field = await screen.findByLabelText("In your own words");
  await fireEvent.input(field, { target: { value: "My cat died." } });
  await fireEvent.click(screen.getByRole("button", { name: /Tell .*Noni/ }));
  expect(await screen.findByText("My cat died.")).toBeTruthy();
  expect(screen.getByText("How does it feel?")).toBeTruthy();
  expect(changes()).toMatchObject([{ path: `${PATH}/answers/brings`, body: { choice: "", text: "My cat died." } }]);
  expect(sessionStorage.getItem(`cups-draft-noni-${REQUEST_ID}-brings`)).toBeNull();
});

test("nothing to send is said, and skipping needs nothing", async () => {
  const { changes } = wait({}, { [BRINGS]: { body: { ...TALK, answers: [{ ...ANSWER, text: "", skipped: true }], next: "feels" } } });
  await begin();
  await fireEvent.click(await screen.findByRole("button", { name: /Tell .*Noni/ }));
  expect(await screen.findByText(/write a few words, or skip/)).toBeTruthy();
  expect(changes()).toEqual([]);
  await fireEvent.click(screen.getByRole("button", { name: "Skip this question" }));
  expect(await screen.findByText("(skipped)")).toBeTruthy();
  expect(changes()).toMatchObject([{ body: { skip: true } }]);
});

test("what is held back stays where it was written, with why", async () => {
  wait({}, { [BRINGS]: { status: 422, body: { code: "held-contact", status: 422, detail: "", retry_at: null, start: 8, end: 20 } } });
  await begin();
  const field = await screen.findByLabelText("In your own words");
  await fireEvent.input(field, { target: { value: "Call me 555 010 4477" } });
  await fireEvent.click(screen.getByRole("button", { name: /Tell .*Noni/ }));
  expect(await screen.findByText(/phone numbers, addresses/)).toBeTruthy();
  expect((field as HTMLTextAreaElement).value).toBe("Call me 555 010 4477");
  expect(document.querySelector(".held mark")?.textContent).toBe("555 010 4477");
});

test("danger: help stands within the talk at once, and once", async () => {
  const grave = { ...TALK, answers: [{ ...ANSWER, help: "own" as const }], next: "feels" };
  const { world, container } = wait({}, { [BRINGS]: { body: grave } });
  await begin();
  await fireEvent.input(await screen.findByLabelText("In your own words"), { target: { value: "I want to die" } });
  await fireEvent.click(screen.getByRole("button", { name: /Tell .*Noni/ }));
  expect(await screen.findByText("Help for you.")).toBeTruthy();
  world.socket.receive({ type: "help", channel: "t".repeat(26), about: "own", hidden: false });
  await waitFor(() => expect(container.querySelectorAll(".noni .help-offer")).toHaveLength(1));
  expect(container.querySelectorAll(".help-offer")).toHaveLength(1);
});

test("what did not arrive is sent again under its ref when the connection is back", async () => {
  const answers: Parameters<typeof talking>[0] = { [BRINGS]: { status: 503, body: {} } };
  const { world, changes } = wait({}, answers);
  await begin();
  await fireEvent.input(await screen.findByLabelText("In your own words"), { target: { value: "My cat died." } });
  await fireEvent.click(screen.getByRole("button", { name: /Tell .*Noni/ }));
  expect(await screen.findByText(/This did not reach us/)).toBeTruthy();
  expect(changes()).toHaveLength(1);
  answers[BRINGS] = { body: { ...TALK, answers: [ANSWER], next: "feels" } };
  world.socket.lose(1006);
  await tick();
  world.pass(1_000);
  world.welcome();
  expect(await screen.findByText("How does it feel?")).toBeTruthy();
  const [first, second] = changes();
  expect(second).toEqual(first);
  expect(screen.queryByText(/This did not reach us/)).toBeNull();
});

test("what is written while an answer is on its way stays, and is not sent", async () => {
  const { changes } = wait({}, { [BRINGS]: { body: { ...TALK, answers: [ANSWER], next: "feels" } } });
  await begin();
  const field = await screen.findByLabelText<HTMLTextAreaElement>("In your own words");
  await fireEvent.input(field, { target: { value: "My cat died." } });
  const sending = fireEvent.click(screen.getByRole("button", { name: /Tell .*Noni/ }));
  void fireEvent.input(field, { target: { value: "My cat died. I am alone now." } });
  await sending;
  expect(await screen.findByRole("button", { name: "Keep this instead" })).toBeTruthy();
  expect(screen.getByLabelText<HTMLTextAreaElement>("In your own words").value).toBe("My cat died. I am alone now.");
  expect(sessionStorage.getItem(`cups-draft-noni-${REQUEST_ID}-brings`)).toBe("My cat died. I am alone now.");
  expect(changes()).toMatchObject([{ body: { text: "My cat died." } }]);
});

test("what is written after an answer that did not arrive stays when that is sent again", async () => {
  const answers: Parameters<typeof talking>[0] = { [BRINGS]: { status: 503, body: {} } };
  const { changes } = wait({}, answers);
  await begin();
  await fireEvent.click(await screen.findByRole("button", { name: "Skip this question" }));
  const again = await screen.findByRole("button", { name: "Send it now" });
  await fireEvent.input(screen.getByLabelText("In your own words"), { target: { value: "My cat died." } });
  answers[BRINGS] = { body: { ...TALK, answers: [{ ...ANSWER, text: "", skipped: true }], next: "feels" } };
  await fireEvent.click(again);
  await screen.findByRole("button", { name: "Keep this instead" });
  expect(screen.getByLabelText<HTMLTextAreaElement>("In your own words").value).toBe("My cat died.");
  expect(changes()).toMatchObject([{ body: { skip: true } }, { body: { skip: true } }]);
});

test("a refused answer brings its help along", async () => {
  const { container } = wait({}, { [BRINGS]: { status: 422, body: { code: "held-encouragement", status: 422, detail: "", help: "own" } } });
  await begin();
  await fireEvent.input(await screen.findByLabelText("In your own words"), { target: { value: "I want to die" } });
  await fireEvent.click(screen.getByRole("button", { name: /Tell .*Noni/ }));
  await waitFor(() => expect(container.querySelectorAll(".noni .help-offer")).toHaveLength(1));
});

test("help is in sight where the talk was open and cannot be read", async () => {
  sessionStorage.setItem(`cups-draft-noni-open-${REQUEST_ID}`, "open");
  const { world, live, rest, calls } = talking({ [`GET ${PATH}`]: { status: 503 } });
  const { container } = render(Workspace, { side: "member", me: somebody(), request: REQUEST, live, rest });
  await waitFor(() => expect(calls).toHaveLength(1));
  world.socket.receive({ type: "help", channel: "t".repeat(26), about: "own", hidden: false });
  await waitFor(() => expect(container.querySelectorAll(".help-offer")).toHaveLength(1));
});

async function reconnect(world: ReturnType<typeof talking>["world"]): Promise<void> {
  world.socket.lose(1006);
  await tick();
  world.pass(1_000);
  world.welcome();
}

test("what was told on another device during an outage is read when the connection is back", async () => {
  const answers: Parameters<typeof talking>[0] = {};
  const { world } = wait({}, answers);
  await begin();
  answers[`GET ${PATH}`] = { body: { ...TALK, answers: [ANSWER], next: "feels" } };
  await reconnect(world);
  expect(await screen.findByText("My cat died.")).toBeTruthy();
});

test("an answer that did not arrive does not go over one from another device unseen", async () => {
  const answers: Parameters<typeof talking>[0] = { [BRINGS]: { status: 503, body: {} } };
  const { world, changes } = wait({}, answers);
  await begin();
  await fireEvent.input(await screen.findByLabelText("In your own words"), { target: { value: "Nothing much." } });
  await fireEvent.click(screen.getByRole("button", { name: /Tell .*Noni/ }));
  await screen.findByText(/This did not reach us/);
  answers[`GET ${PATH}`] = { body: { ...TALK, answers: [ANSWER], next: "feels" } };
  await reconnect(world);
  expect(await screen.findByText(/answered this elsewhere meanwhile/)).toBeTruthy();
  expect(screen.getByText("My cat died.")).toBeTruthy();
  expect(screen.getByLabelText<HTMLTextAreaElement>("In your own words").value).toBe("Nothing much.");
  expect(changes()).toHaveLength(1);
  await fireEvent.click(screen.getByRole("button", { name: "Leave it as it was" }));
  expect(await screen.findByText("How does it feel?")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Send it now" })).toBeNull();
});

test("whoever has seen both answers may send theirs", async () => {
  const answers: Parameters<typeof talking>[0] = { [BRINGS]: { status: 503, body: {} } };
  const { world, changes } = wait({}, answers);
  await begin();
  await fireEvent.input(await screen.findByLabelText("In your own words"), { target: { value: "Nothing much." } });
  await fireEvent.click(screen.getByRole("button", { name: /Tell .*Noni/ }));
  await screen.findByText(/This did not reach us/);
  answers[`GET ${PATH}`] = { body: { ...TALK, answers: [ANSWER], next: "feels" } };
  await reconnect(world);
  await screen.findByText(/answered this elsewhere meanwhile/);
  answers[BRINGS] = { body: { ...TALK, answers: [{ ...ANSWER, text: "Nothing much.", at: 2 }], next: "feels" } };
  await fireEvent.click(screen.getByRole("button", { name: "Send it now" }));
  expect(await screen.findByText("How does it feel?")).toBeTruthy();
  expect(changes()).toHaveLength(2);
});

test("what is half written goes on in the chat when the listener comes, unsent", async () => {
  const { world } = wait();
  await begin();
  await fireEvent.input(await screen.findByLabelText("In your own words"), { target: { value: "My cat" } });
  world.socket.receive({ type: "request", request: { ...REQUEST, state: "matched", chat: ID, place: null } });
  world.socket.receive({ type: "chat", chat: CHAT });
  await screen.findByRole("heading", { name: /Chat with/ });
  await waitFor(() => expect(document.querySelector<HTMLTextAreaElement>(".composer textarea")?.value).toBe("My cat"));
  expect(world.socket.of("send")).toEqual([]);
  expect(sessionStorage.getItem(`cups-draft-noni-${REQUEST_ID}-brings`)).toBeNull();
});

test("so it does where the page was away when the listener came", async () => {
  wait();
  await begin();
  await fireEvent.input(await screen.findByLabelText("In your own words"), { target: { value: "My cat" } });
  cleanup();
  const { live, rest } = talking();
  render(Workspace, { side: "member", me: somebody(), chats: [CHAT], live, rest });
  expect(document.querySelector<HTMLTextAreaElement>(".composer textarea")?.value).toBe("My cat");
});

test("what is told on another device is here at once, and a talk that was begun is open after a reload", async () => {
  const { world } = wait();
  await begin();
  world.socket.receive({ type: "bot-talk", talk: { ...TALK, answers: [ANSWER], next: "feels" } });
  expect(await screen.findByText("My cat died.")).toBeTruthy();
  cleanup();
  wait({ answers: [ANSWER], next: "feels" });
  expect(await screen.findByText("How does it feel?")).toBeTruthy();
});

test("whoever may not answer, and has not, is offered nothing", async () => {
  const { calls } = wait({ can_answer: false });
  await waitFor(() => expect(calls).toHaveLength(1));
  expect(screen.queryByRole("button", { name: /Talk to .*Noni/ })).toBeNull();
});
