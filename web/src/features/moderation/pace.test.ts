// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test } from "vitest";

import { loadMessages } from "../../messages";
import { message, OTTER, talking } from "../chats/talking.fixture";
import RemoveDialog from "./RemoveDialog.svelte";
import SanctionDialog from "./SanctionDialog.svelte";

beforeAll(() => loadMessages("en"));
afterEach(cleanup);

const refused = () => ({ status: 429, body: { code: "too-fast", status: 429, field: null, retry_at: Date.now() + 30_000 } });
const shared = { room: "quiet-corner", message: message(1), ondone: () => {}, onclose: () => {} };

test("a removal that came too fast says when to go on", async () => {
  const { rest } = talking({ "POST /api/rooms/quiet-corner/messages/1/removal": refused() });
  render(RemoveDialog, { ...shared, rest });
  await fireEvent.click(screen.getByRole("button", { name: "Remove" }));
  expect(await screen.findByText(/again in .*(29|30).* seconds/)).toBeTruthy();
});

test("so does a decision about somebody, and its words stay", async () => {
  const { rest } = talking({ "POST /api/rooms/quiet-corner/sanctions": refused() });
  render(SanctionDialog, { ...shared, rest, person: OTTER, said: [], ref: "r" });
  const words = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Your words to them" });
  await fireEvent.input(words, { target: { value: "Slower." } });
  await fireEvent.submit(words.closest("form") as HTMLFormElement);
  expect(await screen.findByText(/again in .*(29|30).* seconds/)).toBeTruthy();
  expect(words.value).toBe("Slower.");
});
