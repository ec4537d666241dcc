// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { loadMessages } from "../../messages";
import { talking } from "../chats/talking.fixture";
import Staff from "./Staff.svelte";

beforeAll(() => loadMessages("en"));
beforeEach(() => history.replaceState(null, "", "/staff"));
afterEach(cleanup);

const heading = (words: string) => screen.getByRole("heading", { level: 2, name: words });

test("the section stays over a reload, and one goes back through it", async () => {
  const { rest } = talking();
  render(Staff, { rest });
  expect(heading("Waiting requests")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Bans" }));
  expect(heading("Bans")).toBeTruthy();
  cleanup();
  render(Staff, { rest });
  expect(heading("Bans")).toBeTruthy();
  location.hash = "";
  await fireEvent.popState(window);
  expect(heading("Waiting requests")).toBeTruthy();
});

test("a name that nobody has is said to be that", async () => {
  history.replaceState(null, "", "/staff#people");
  const { rest } = talking({ "PUT /api/staff/people/nobody/roles/moderator": { status: 404, body: { code: "not-found", detail: "This is not here." } } });
  render(Staff, { rest });
  const name = screen.getByLabelText("Name");
  await fireEvent.input(name, { target: { value: "@nobody" } });
  await fireEvent.submit(name.closest("form") as HTMLFormElement);
  expect(await screen.findByText(/Nobody here has this name/)).toBeTruthy();
});
