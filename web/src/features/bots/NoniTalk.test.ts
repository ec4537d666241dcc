// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import type { BotTalk, RequestState } from "../../generated/wire";
import { somebody } from "../../live/surroundings.fixture";
import { loadMessages } from "../../messages";
import { talking } from "../chats/talking.fixture";
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
