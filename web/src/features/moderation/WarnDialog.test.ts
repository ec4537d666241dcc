// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test } from "vitest";

import { message, talking } from "../chats/talking.fixture";
import { loadMessages } from "../../messages";
import WarnDialog from "./WarnDialog.svelte";

beforeAll(() => loadMessages("en"));
afterEach(cleanup);

function open(answers: Parameters<typeof talking>[0] = {}) {
  const { rest, calls } = talking(answers);
  render(WarnDialog, { rest, room: "quiet-corner", message: message(1), ref: "r", ondone: () => {}, onclose: () => {} });
  return calls;
}

test("where the server finds somebody's own danger in it, it says what to do instead, and nothing more can be sent", async () => {
  const path = "POST /api/rooms/quiet-corner/warnings";
  const calls = open({ [path]: { status: 422, body: { code: "crisis-no-offence", status: 422, field: "words", retry_at: null } } });
  await fireEvent.input(screen.getByLabelText("Your words to them"), { target: { value: "Not here, please." } });
  await fireEvent.click(screen.getByRole("button", { name: "Warn" }));
  expect(await screen.findByText("A crisis is never an offence: nobody is warned for it.")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Help now" }).getAttribute("href")).toBe("/help");
  expect(screen.queryByRole("button", { name: "Warn" })).toBeNull();
  expect(screen.queryByLabelText("Your words to them")).toBeNull();
  expect(calls.map((call) => `${call.method} ${call.path}`)).toEqual([path]);
});

test("without words nothing is sent", async () => {
  const calls = open();
  await fireEvent.click(screen.getByRole("button", { name: "Warn" }));
  expect(calls).toEqual([]);
  expect(screen.getByRole("alert").textContent).not.toBe("");
});
