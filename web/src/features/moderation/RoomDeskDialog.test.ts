// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, test } from "vitest";

import type { RoomSanction } from "../../generated/wire";
import { loadMessages } from "../../messages";
import { OTTER, talking } from "../chats/talking.fixture";
import RoomDeskDialog from "./RoomDeskDialog.svelte";

beforeAll(() => loadMessages("en"));
afterEach(cleanup);

const DESK = { now: { slow_s: 0, closed: null }, slow: [], lengths: [], most_pins: 3 };
const PATH = "/api/rooms/quiet-corner/sanctions";
const one = (number: number): RoomSanction => ({
  id: String(number).repeat(26), room: "quiet-corner", person: { ...OTTER, name: `otter${number}` }, by: "mod", act: "mute", rule: "spam",
  words: "Slower.", at: 1, until: 2, lifted: false, seen_at: null, contest: "",
});
const names = () => screen.getAllByRole("listitem").map((line) => /otter\d/.exec(line.textContent)?.[0]);

test("who does not take part is read page by page, and a lifted one leaves the others in place", async () => {
  const { rest, calls } = talking({
    "GET /api/rooms/quiet-corner/desk": { body: DESK },
    [`GET ${PATH}`]: { body: { sanctions: [one(4), one(3)], next: one(3).id } },
    [`GET ${PATH}?after=${one(3).id}`]: { body: { sanctions: [one(2)], next: null } },
    [`DELETE ${PATH}/${one(4).id}`]: { status: 204 },
  });
  render(RoomDeskDialog, { rest, room: "quiet-corner", setting: DESK.now, onclose: () => {} });
  await fireEvent.click(await screen.findByRole("button", { name: "Show more" }));
  await waitFor(() => expect(names()).toEqual(["otter4", "otter3", "otter2"]));
  expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: /otter4/ }));
  await waitFor(() => expect(names()).toEqual(["otter3", "otter2"]));
  expect(calls.filter((call) => call.path === PATH)).toHaveLength(1);
});

test("nobody: it says so", async () => {
  const { rest } = talking({ "GET /api/rooms/quiet-corner/desk": { body: DESK }, [`GET ${PATH}`]: { body: { sanctions: [], next: null } } });
  render(RoomDeskDialog, { rest, room: "quiet-corner", setting: DESK.now, onclose: () => {} });
  expect(await screen.findByText("Nobody is muted, removed or banned here.")).toBeTruthy();
});
