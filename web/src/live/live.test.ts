import { beforeEach, expect, test } from "vitest";

import type { Chat, SubscribedFrame } from "../generated/wire";
import { Connection } from "./connection";
import { Live, TYPING_EVERY } from "./live";
import { Outbox, SENT_BY_ITSELF_FOR } from "./outbox";
import { settled, somebody, World } from "./surroundings.fixture";

const ID = "c".repeat(26);
const PEAR = { name: "carefulPear7220", kind: "guest" as const, badge: "" as const, picture: "" };
const OTTER = { name: "warmOtter", kind: "listener" as const, badge: "" as const, picture: "" };
const CHAT: Chat = {
  id: ID, member: PEAR, listener: OTTER, you: "member", topic: "grief", language: "en", opened_at: 1,
  ended_at: null, ended_by: "", rated: false, quotable: false, can_requeue: false, silence: "",
};

let world: World;
let live: Live;

beforeEach(() => {
  world = new World();
  live = new Live(new Connection(world), world);
  live.start();
});

function snapshot(seq: number, more: Partial<SubscribedFrame> = {}): SubscribedFrame {
  return {
    type: "subscribed", ref: world.socket.of("subscribe").at(-1)?.ref ?? "", channel: ID, kind: "chat", epoch: "e", seq,
    recovered: false, messages: [], more: false, present: [], present_count: 0, marks: [], can_send: true, can_moderate: false, chat: CHAT, room: null, pins: [], muted_until: null, ...more,
  };
}

function said(seq: number) {
  return {
    type: "message" as const, channel: ID,
    message: { seq, rev: seq, author: OTTER, text: `text ${seq}`, at: 1, edited_at: null, removed: null, reply_to: null },
  };
}

test("a channel entered before the welcome is subscribed with it, and again from its position after a loss", () => {
  live.enter(ID);
  world.welcome();
  expect(world.socket.of("subscribe")).toMatchObject([{ channel: ID, since: null }]);
  world.socket.receive(snapshot(4));
  world.socket.receive(said(5));
  world.socket.lose(1006);
  world.pass(15_000);
  world.welcome();
  expect(world.socket.of("subscribe")).toMatchObject([{ since: { epoch: "e", seq: 5 } }]);
});

test("a gap subscribes again, once, however many frames follow it", () => {
  live.enter(ID);
  world.welcome();
  world.socket.receive(snapshot(1));
  for (const seq of [4, 5, 6]) world.socket.receive(said(seq));
  expect(world.socket.of("subscribe")).toHaveLength(2);
  expect(world.socket.of("subscribe")[1]?.since).toEqual({ epoch: "e", seq: 1 });
  world.socket.receive(snapshot(6, { recovered: true, messages: [2, 3, 4, 5, 6].map((seq) => said(seq).message) }));
  expect(live.channel(ID)?.messages).toHaveLength(5);
  world.socket.receive(said(9));
  expect(world.socket.of("subscribe")).toHaveLength(3);
});

test("a message lost between sending and ack is sent again and shown once", async () => {
  live.enter(ID);
  world.welcome();
  world.socket.receive(snapshot(1));
  live.send(ID, "hello");
  const { ref } = world.socket.of("send")[0] ?? { ref: "" };
  world.socket.lose(1006);
  world.pass(15_000);
  world.welcome();
  expect(world.socket.of("send")).toMatchObject([{ ref, text: "hello" }]);
  world.socket.receive(snapshot(2, { recovered: true, messages: [{ ...said(2).message, author: PEAR, text: "hello" }] }));
  world.socket.receive({ type: "ack", ref, channel: ID, seq: 2, at: 1 });
  await settled();
  const channel = live.channel(ID);
  expect([channel?.messages.map((one) => one.text), channel?.pending]).toEqual([["hello"], []]);
});

test("a refusal is kept with the message; trying again uses the same ref", async () => {
  live.enter(ID);
  world.welcome();
  world.socket.receive(snapshot(1));
  live.send(ID, "hello");
  const { ref } = world.socket.of("send")[0] ?? { ref: "" };
  world.socket.receive({ type: "error", ref, code: "too-fast", detail: "", why: "", field: null, retry_at: 99, start: null, end: null });
  await settled();
  expect(live.channel(ID)?.pending).toMatchObject([{ state: "refused", refusal: { code: "too-fast", retry_at: 99 } }]);
  live.retry(ID, ref);
  expect(world.socket.of("send").map((frame) => frame.ref)).toEqual([ref, ref]);
});

test("a channel that refuses to be entered says why", async () => {
  live.enter(ID);
  world.welcome();
  world.socket.receive({ type: "error", ref: world.socket.of("subscribe")[0]?.ref ?? "", code: "not-allowed", detail: "no", why: "", field: null, retry_at: null, start: null, end: null });
  await settled();
  expect(live.channel(ID)?.left).toEqual({ code: "not-allowed", detail: "no", until: null });
});

test("typing is said every 3 s at the most, and anew after a message", () => {
  live.enter(ID);
  world.welcome();
  world.socket.receive(snapshot(1));
  live.typing(ID);
  live.typing(ID);
  expect(world.socket.of("typing")).toHaveLength(1);
  world.pass(TYPING_EVERY);
  live.typing(ID);
  expect(world.socket.of("typing")).toHaveLength(2);
  live.send(ID, "hello");
  live.typing(ID);
  expect(world.socket.of("typing")).toHaveLength(3);
});

test("marks rise only, are read only when shown, and are left out of rooms", () => {
  live.enter(ID);
  world.welcome();
  world.socket.receive(snapshot(3));
  live.mark(ID, false);
  live.mark(ID, false);
  live.mark(ID, true);
  live.mark(ID, false);
  expect(world.socket.of("mark")).toMatchObject([
    { delivered: 3, read: 0 },
    { delivered: 3, read: 3 },
  ]);
  world.socket.receive(snapshot(5, { kind: "room", chat: null }));
  live.mark(ID, true);
  expect(world.socket.of("mark")).toHaveLength(2);
});

test("the request, chats, warnings and the board reach whoever listens", () => {
  let told = 0;
  const stop = live.listen(() => (told += 1));
  world.welcome();
  world.socket.receive({ type: "chat", chat: CHAT });
  world.socket.receive({ type: "board", number: 0, board: { waiting: 7, requests: [] } });
  expect(live.chats.get(ID)).toEqual(CHAT);
  expect(live.board.waiting).toBe(7);
  expect(live.me?.person?.name).toBe("carefulPear7220");
  const before = told;
  expect(before).toBeGreaterThanOrEqual(3);
  stop();
  world.socket.receive({ type: "board", number: 1, board: { waiting: 8, requests: [] } });
  expect(told).toBe(before);
});

test("a warning leaves the page when it was seen, and the server hears of it even after a loss", async () => {
  world.welcome();
  const warning = { id: "w".repeat(26), room: "r", rule: "kindness" as const, words: "w", step: "notice" as const, count: 1, at: 1, until: null, seen: false, contest_until: 1 };
  world.socket.receive({ type: "warning", warning });
  world.socket.receive({ type: "warning", warning });
  expect(live.warnings).toHaveLength(1);
  void live.seeWarning(warning.id);
  expect(live.warnings).toHaveLength(0);
  world.socket.lose(1006);
  world.pass(15_000);
  world.welcome();
  expect(world.socket.of("see-warning")).toHaveLength(1);
  await settled();
});

test("the board is watched again after a loss", () => {
  live.watchBoard();
  world.welcome();
  world.socket.lose(1006);
  world.pass(15_000);
  world.welcome();
  expect(world.socket.of("watch-board")).toHaveLength(1);
});

test("an ended chat closes its channel for writing", () => {
  live.enter(ID);
  world.welcome();
  world.socket.receive(snapshot(1));
  world.socket.receive({ type: "chat", chat: { ...CHAT, ended_at: 5, ended_by: "other", can_requeue: true } });
  expect(live.channel(ID)?.canSend).toBe(false);
  expect(live.chats.get(ID)?.can_requeue).toBe(true);
});

/** A tab's storage, and a page opened in it; each page has a connection of its own, the storage stays. */
function tab() {
  const kept = new Map<string, string>();
  const outbox = new Outbox({ getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) });
  return (at = 0, who = PEAR.name) => {
    world = new World();
    world.pass(at);
    world.chance = 0.25;
    live = new Live(new Connection(world), world, outbox);
    live.start();
    live.enter(ID);
    world.socket.receive({ type: "welcome", me: somebody(who), now: world.now(), heartbeat_ms: 25_000, ticket: "t" });
    world.socket.receive(snapshot(0));
    return live;
  };
}

test("what was on its way is sent again after a reload, under its ref, until it is acked", async () => {
  const open = tab();
  open();
  world.socket.lose(1006);
  live.send(ID, "written offline");
  open();
  const [again] = world.socket.of("send");
  expect(again).toMatchObject({ channel: ID, text: "written offline" });
  expect(live.channel(ID)?.pending).toMatchObject([{ text: "written offline", state: "sending" }]);
  world.socket.receive({ type: "ack", ref: again?.ref ?? "", channel: ID, seq: 1, at: 1 });
  await settled();
  open();
  expect(world.socket.of("send")).toEqual([]);
});

test("after a long time its writer decides, and nobody else in the same tab ever sends it", () => {
  const open = tab();
  open();
  world.socket.lose(1006);
  live.send(ID, "an hour ago");
  open(0, "warmOtter");
  expect(live.channel(ID)?.pending).toEqual([]);
  open(SENT_BY_ITSELF_FOR + 1);
  expect(world.socket.of("send")).toEqual([]);
  expect(live.channel(ID)?.pending).toMatchObject([{ text: "an hour ago", state: "refused" }]);
  live.discard(ID, live.channel(ID)?.pending[0]?.ref ?? "");
  open();
  expect(live.channel(ID)?.pending).toEqual([]);
});
