// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { loadMessages } from "../../messages";
import { talking } from "../chats/talking.fixture";
import Staff from "./Staff.svelte";

beforeAll(() => loadMessages("en"));
beforeEach(() => history.replaceState(null, "", "/staff"));
afterEach(cleanup);

const MAY = { "GET /api/staff/me": { body: { roles: ["admin"], permissions: ["people.search", "people.read", "roles.give", "bans"] } } };
const CONCERN = "d".repeat(26);
const LIST = "/api/staff/concerns?which=open";
const person = { name: "carefulPear7220", kind: "guest", badge: "", picture: "" };
const one = {
  id: CONCERN, person, channel: "c".repeat(26), about: "own", at: 1, last_at: 1, count: 1, state: "open", readable: true,
  urgent: true, calls: 3, told_bot: false, at_gate: false, taken_by: null,
};


const heading = (words: string) => screen.getByRole("heading", { level: 2, name: words });

test("the section stays over a reload, and one goes back through it", async () => {
  const { live, rest } = talking();
  render(Staff, { live, rest });
  expect(heading("Waiting requests")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Bans" }));
  expect(heading("Bans")).toBeTruthy();
  cleanup();
  render(Staff, { live, rest });
  expect(heading("Bans")).toBeTruthy();
  location.hash = "";
  await fireEvent.popState(window);
  expect(heading("Waiting requests")).toBeTruthy();
});

test("staff who listen see here too who asks for them", async () => {
  const { world, live, rest } = talking();
  render(Staff, { live, rest });
  expect(screen.queryByRole("button", { name: "Accept" })).toBeNull();
  world.socket.receive({
    type: "personal",
    request: { id: "p".repeat(26), person: { ...person, kind: "guest", badge: "", picture: "" }, topic: "grief", language: "en", since: 1, until: Date.now() + 60_000, heavy: false },
  });
  expect(await screen.findByRole("button", { name: "Accept" })).toBeTruthy();
});

test("a name that nobody has is said to be that", async () => {
  history.replaceState(null, "", "/staff#roles");
  const { live, rest } = talking({ ...MAY, "PUT /api/staff/people/nobody/roles/moderator": { status: 404, body: { code: "not-found", detail: "This is not here." } } });
  render(Staff, { live, rest });
  const name = await screen.findByLabelText("Name");
  await fireEvent.input(name, { target: { value: "@nobody" } });
  await fireEvent.submit(name.closest("form") as HTMLFormElement);
  expect(await screen.findByText(/Nobody here has this name/)).toBeTruthy();
});

test("a section that the role does not allow is neither listed nor shown", async () => {
  history.replaceState(null, "", "/staff#people");
  const { live, rest, calls } = talking({ "GET /api/staff/me": { body: { roles: ["community-manager"], permissions: [] } } });
  render(Staff, { live, rest });
  await waitFor(() => expect(calls.some((call) => call.path === "/api/staff/me")).toBe(true));
  expect(screen.queryByRole("button", { name: "People" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Search" })).toBeNull();
});

test("an agreement is looked at before it is published, and the words stay while the password is asked for", async () => {
  history.replaceState(null, "", "/staff#agreements");
  sessionStorage.clear();
  const edition = { kind: "member", version: "2026-11-30", title: "Member agreement", at: 1, asked_from: 1, by: null, state: "in-force" };
  const shown = { agreement: { kind: "member", version: "2026-12-24", title: "Together", summary: "Be kind.", html: "<p>All <strong>of it</strong>.</p>" }, asked_from: 1 };
  const { live, rest, changes } = talking({
    "GET /api/staff/me": { body: { roles: ["admin"], permissions: ["agreements"] } },
    "GET /api/staff/agreements/member": { body: { editions: [edition], next: null } },
    "GET /api/staff/agreements/member/2026-11-30": { body: { edition, summary: "In short.", text: "All of it." } },
    "POST /api/staff/agreements/member/preview": { body: shown },
    "POST /api/staff/agreements/member": { status: 403, body: { code: "confirm-first", detail: "Again, please." } },
  });
  render(Staff, { live, rest });
  await fireEvent.click(await screen.findByRole("button", { name: /Write a new version, beginning from/ }));
  const title = await screen.findByLabelText("Title");
  expect((screen.getByLabelText("Text") as HTMLTextAreaElement).value).toBe("All of it.");
  await fireEvent.input(title, { target: { value: "Together" } });
  expect(screen.queryByRole("button", { name: "Publish it" })).toBeNull();
  await fireEvent.submit(title.closest("form") as HTMLFormElement);
  expect((await screen.findByText("of it")).tagName).toBe("STRONG");
  expect(document.activeElement?.textContent).toMatch(/As people will read it/);
  await fireEvent.click(screen.getByRole("button", { name: "Publish it" }));
  expect(await screen.findByRole("link", { name: /password/i })).toBeTruthy();
  expect(changes().at(-1)?.body).toMatchObject({ title: "Together", version: "2026-12-24" });
  cleanup();
  render(Staff, { live, rest });
  expect(((await screen.findByLabelText("Title")) as HTMLInputElement).value).toBe("Together");
});

test("somebody is searched for, opened with a reason, and given a role", async () => {
  history.replaceState(null, "", "/staff#people");
  const found = { person: { name: "calmOak", kind: "member", badge: "" }, age: "adult", created_at: 1, banned: false };
  const card = { person: found.person, age: "adult", created_at: 1, status: "offline", languages: ["en"], banned: false, muted_until: 0, warnings: 0, accepted: [], roles: [], bans: [], security: { second_factor: false, sessions: 1, has_password: true } };
  const { live, rest, changes } = talking({
    ...MAY,
    "GET /api/staff/people?name=calm&match=prefix": { body: { people: [found], next: null } },
    "POST /api/staff/people/calmOak/card": { body: card },
    "PUT /api/staff/people/calmOak/roles/moderator": { status: 204 },
  });
  render(Staff, { live, rest });
  const name = await screen.findByLabelText("Name");
  await fireEvent.input(name, { target: { value: "@calm" } });
  await fireEvent.submit(name.closest("form") as HTMLFormElement);
  await fireEvent.click(await screen.findByRole("button", { name: /^Open the card of .*calmOak/ }));
  const why = screen.getByLabelText("Why");
  await fireEvent.input(why, { target: { value: "They asked for it" } });
  await fireEvent.submit(why.closest("form") as HTMLFormElement);
  expect(await screen.findByText("no second factor")).toBeTruthy();
  await fireEvent.submit(screen.getByLabelText("Role").closest("form") as HTMLFormElement);
  await waitFor(() => expect(changes().map((call) => `${call.method} ${call.path}`)).toEqual([
    "POST /api/staff/people/calmOak/card",
    "PUT /api/staff/people/calmOak/roles/moderator",
    "POST /api/staff/people/calmOak/card",
  ]));
  expect(changes()[0]?.body).toEqual({ reason: "They asked for it" });
});

test("an act that asks for the password first leads there and back", async () => {
  history.replaceState(null, "", "/staff#roles");
  const { live, rest } = talking({ ...MAY, "PUT /api/staff/people/calmOak/roles/moderator": { status: 403, body: { code: "confirm-first", detail: "Please give your password again first." } } });
  render(Staff, { live, rest });
  expect(screen.queryByRole("link", { name: "Give your password again" })).toBeNull();
  const name = await screen.findByLabelText("Name");
  await fireEvent.input(name, { target: { value: "calmOak" } });
  await fireEvent.submit(name.closest("form") as HTMLFormElement);
  const link = await screen.findByRole("link", { name: "Give your password again" });
  expect(link.getAttribute("href")).toBe("/confirm?next=%2Fstaff%23roles");
});

test("a limit that keeps the site safe leads to the password and back", async () => {
  history.replaceState(null, "", "/staff#limits");
  const limit = { name: "second-factor", counts: "person", burst: 5, period_ms: 300000, default_burst: 5, default_period_ms: 300000, changed_by: null, changed_at: null };
  const { live, rest } = talking({
    "GET /api/staff/limits": { status: 200, body: { limits: [limit], figures: [] } },
    "PUT /api/staff/limits/second-factor": { status: 403, body: { code: "confirm-first", detail: "Please give your password again first." } },
  });
  render(Staff, { live, rest });
  await fireEvent.click(await screen.findByRole("button", { name: /^Change: / }));
  const burst = screen.getByLabelText(/at once/i);
  await fireEvent.submit(burst.closest("form") as HTMLFormElement);
  const link = await screen.findByRole("link", { name: "Give your password again" });
  expect(link.getAttribute("href")).toBe("/confirm?next=%2Fstaff%23limits");
});

test("what moderators decided in rooms is seen, and lifted while it holds", async () => {
  history.replaceState(null, "", "/staff#sanctions");
  const held = {
    id: "a".repeat(26), room: "quiet-corner", person, by: "mod", act: "mute", rule: "spam", words: "Slower.", at: 1,
    until: Date.now() + 60_000, lifted: false, seen_at: null, contest: "",
  };
  const over = { ...held, id: "b".repeat(26), act: "ban", until: 2 };
  const path = `/api/staff/sanctions/${held.id}`;
  const { live, rest, calls } = talking({ "GET /api/staff/sanctions": { body: { sanctions: [over, held], next: null } }, [`DELETE ${path}`]: { status: 204 } });
  render(Staff, { live, rest });
  expect(heading("Decided in rooms")).toBeTruthy();
  expect(await screen.findByText(/Mute: reads/)).toBeTruthy();
  expect(screen.getByText(/Ban: stays out/)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: /^Lift it for/ }));
  await waitFor(() => expect(calls).toContainEqual(expect.objectContaining({ method: "DELETE", path })));
});

function open(waiting: number) {
  const answers = {
    [`GET ${LIST}&limit=1`]: { body: { concerns: [], waiting, next: null } },
    [`GET ${LIST}`]: { body: { concerns: waiting > 0 ? [one] : [], waiting, next: null } },
  };
  const set = talking(answers);
  render(Staff, { live: set.live, rest: set.rest });
  return { ...set, answers };
}

const call = (more: { urgent?: boolean; again?: boolean } = {}) =>
  ({ type: "staff-called", concern: CONCERN, about: "own", urgent: false, again: false, ...more }) as const;

test("a call is announced at once, counted, and opens the people to look after", async () => {
  const { world, answers } = open(0);
  await screen.findByRole("navigation");
  expect(screen.queryByText(/may be in danger/)).toBeNull();
  answers[`GET ${LIST}&limit=1`] = { body: { concerns: [], waiting: 1, next: null } };
  answers[`GET ${LIST}`] = { body: { concerns: [one], waiting: 1, next: null } };
  world.socket.receive(call());
  expect((await screen.findByText(/Somebody may be in danger, and nobody/)).closest("[role=alert]")).toBeTruthy();
  expect(await screen.findByText(/1.* waiting/)).toBeTruthy();
  await fireEvent.click(screen.getAllByRole("button", { name: "People to look after" })[0]!);
  expect(await screen.findByText(/carefulPear7220/)).toBeTruthy();
  expect(screen.getByText("contact details were hidden")).toBeTruthy();
  expect(screen.getByText(/staff called .*3.* times/)).toBeTruthy();
  expect(screen.getByText(/one message/)).toBeTruthy();
});

test("an answer at the gate is no message", async () => {
  const { answers } = open(0);
  answers[`GET ${LIST}`] = { body: { concerns: [{ ...one, at_gate: true }], waiting: 1, next: null } };
  await fireEvent.click((await screen.findAllByRole("button", { name: "People to look after" }))[0]!);
  expect(await screen.findByText("said so on arriving")).toBeTruthy();
  expect(screen.queryByText(/one message/)).toBeNull();
});

test("who came again, or gave contact details, is told differently; an answered call is gone", async () => {
  const { world } = open(1);
  world.socket.receive(call({ again: true }));
  expect(await screen.findByText(/has waited for a while/)).toBeTruthy();
  world.socket.receive(call({ urgent: true }));
  expect(await screen.findByText(/gave contact details, which are hidden/)).toBeTruthy();
  world.socket.receive({ type: "staff-answered", concern: CONCERN });
  await waitFor(() => expect(screen.queryByText(/may be in danger/)).toBeNull());
});

test("a call put away comes back when it is called again", async () => {
  const { world } = open(1);
  world.socket.receive(call());
  await fireEvent.click(await screen.findByRole("button", { name: "Put this away" }));
  await waitFor(() => expect(screen.queryByText(/may be in danger/)).toBeNull());
  world.socket.receive(call({ again: true }));
  expect(await screen.findByText(/has waited for a while/)).toBeTruthy();
});

test("the list and its count are read again after each frame", async () => {
  const { world, calls } = open(1);
  await screen.findByText(/1.* waiting/);
  const before = calls.length;
  world.socket.receive({ type: "staff-answered", concern: CONCERN });
  await waitFor(() => expect(calls.length).toBeGreaterThan(before));
});
