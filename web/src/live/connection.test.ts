import { beforeEach, describe, expect, test } from "vitest";

import { CLOSE } from "../generated/wire";
import { Connection, FIRST_DELAY, LONGEST_DELAY, PING_EVERY, PONG_WITHIN, STEADY_AFTER, WELCOME_WITHIN } from "./connection";
import { settled, World } from "./surroundings.fixture";

const CHANNEL = "0".repeat(26);
let world: World;
let connection: Connection;

beforeEach(() => {
  world = new World();
  connection = new Connection(world);
});

function online(): void {
  connection.start();
  world.welcome();
}

function ask(text: string) {
  return connection.ask({ type: "send", channel: CHANNEL, text }, { lasting: true });
}

describe("connecting", () => {
  test("is online with the welcome, not before", () => {
    connection.start();
    expect(connection.state.kind).toBe("connecting");
    world.welcome();
    expect(connection.state.kind).toBe("online");
  });

  test("a server that does not welcome is left and tried again", () => {
    connection.start();
    world.pass(WELCOME_WITHIN);
    expect(world.sockets[0]?.closed).toBe(true);
    expect(connection.state.kind).toBe("waiting");
    world.pass(FIRST_DELAY);
    expect(world.sockets).toHaveLength(2);
  });
});

describe("asking", () => {
  test("an answer goes to the question of its ref", async () => {
    online();
    const first = ask("one");
    const second = ask("two");
    const [one, two] = world.socket.of("send");
    expect(one?.ref).not.toBe(two?.ref);
    world.socket.receive({ type: "error", ref: two?.ref ?? "", code: "too-fast", detail: "", why: "", field: null, retry_at: 5, start: null, end: null });
    world.socket.receive({ type: "ack", ref: one?.ref ?? "", channel: CHANNEL, seq: 1, at: 1 });
    expect(await first).toMatchObject({ ok: true, frame: { seq: 1 } });
    expect(await second).toMatchObject({ ok: false, refusal: { code: "too-fast", retry_at: 5 } });
  });

  test("what is unanswered when the connection goes is sent again, with its refs and in its order", async () => {
    online();
    void ask("one");
    void ask("two");
    const before = world.socket.of("send");
    world.socket.lose(1006);
    void ask("three, written while away");
    world.pass(LONGEST_DELAY);
    world.welcome();
    const after = world.socket.of("send");
    expect(after.map((frame) => frame.text)).toEqual(["one", "two", "three, written while away"]);
    expect(after.slice(0, 2)).toEqual(before);
  });

  test("what was answered is not sent again", () => {
    online();
    void ask("one");
    world.socket.receive({ type: "ack", ref: world.socket.of("send")[0]?.ref ?? "", channel: CHANNEL, seq: 1, at: 1 });
    world.socket.lose(1006);
    world.pass(LONGEST_DELAY);
    world.welcome();
    expect(world.socket.of("send")).toEqual([]);
  });

  test("subscribing comes before what is sent again", () => {
    connection.onWelcome = () => void connection.ask({ type: "subscribe", channel: CHANNEL });
    online();
    void ask("one");
    world.socket.lose(1006);
    world.pass(LONGEST_DELAY);
    world.welcome();
    expect(world.socket.sent.map((frame) => frame.type)).toEqual(["subscribe", "send"]);
  });

  test("a question that does not last is refused with the connection, and asked once only", async () => {
    online();
    const answer = connection.ask({ type: "subscribe", channel: CHANNEL });
    world.socket.lose(1006);
    expect(await answer).toMatchObject({ ok: false });
    world.pass(LONGEST_DELAY);
    world.welcome();
    expect(world.socket.sent).toEqual([]);
  });

  test("a late frame of an old socket is not heard", () => {
    online();
    const old = world.socket;
    old.lose(1006);
    const heard: string[] = [];
    connection.onFrame = (frame) => heard.push(frame.type);
    old.receive({ type: "types", channel: CHANNEL, name: "a" });
    expect(heard).toEqual([]);
  });
});

describe("losing and coming back", () => {
  function waits(): number {
    if (connection.state.kind !== "waiting") throw new Error(`it is ${connection.state.kind}`);
    return connection.state.until - world.now();
  }

  test("the waits double up to the longest, half of each by chance", () => {
    world.chance = 0;
    connection.start();
    const waited: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      world.socket.lose(1006);
      waited.push(waits());
      world.pass(waits());
    }
    expect(waited).toEqual([250, 500, 1000, 2000, 4000, 7500, 7500, 7500]);
    world.chance = 0.999_999;
    world.socket.lose(1006);
    expect(waits()).toBeCloseTo(LONGEST_DELAY, -1);
  });

  test("a welcome alone does not begin anew: a server that greets and drops is not hammered", () => {
    world.chance = 0;
    online();
    world.socket.lose(1006);
    world.pass(250);
    world.welcome();
    world.socket.lose(1006);
    expect(waits()).toBe(500);
    world.pass(500);
    world.welcome();
    world.pass(STEADY_AFTER);
    world.socket.lose(1006);
    expect(waits()).toBe(250);
  });

  test("retryNow skips the wait, and opens one socket only", () => {
    connection.start();
    world.socket.lose(1006);
    connection.retryNow();
    connection.retryNow();
    world.pass(LONGEST_DELAY / 2);
    expect(world.sockets).toHaveLength(2);
  });

  test.each([CLOSE.ENDED, CLOSE.SIGN_IN])("close %i is the end: nothing is tried again", async (code) => {
    online();
    const answer = ask("one");
    world.socket.lose(code);
    expect(connection.state).toEqual({ kind: "ended", reason: "signed-out" });
    expect(await answer).toMatchObject({ ok: false });
    world.pass(60_000);
    connection.retryNow();
    expect(world.sockets).toHaveLength(1);
  });

  test.each([CLOSE.FLOOD, CLOSE.PROTOCOL])("after close %i it waits long at once", (code) => {
    world.chance = 0;
    online();
    world.socket.lose(code);
    expect(waits()).toBe(LONGEST_DELAY / 2);
  });

  test("go-away names the time of coming back, whether the server closes or not", () => {
    online();
    world.socket.receive({ type: "go-away", after_ms: 3000, ticket: "away" });
    world.socket.lose(CLOSE.GOING_AWAY);
    expect(waits()).toBe(3000);
    world.pass(3000);
    world.welcome();
    world.socket.receive({ type: "go-away", after_ms: 2000, ticket: "away" });
    world.pass(2000);
    expect(world.sockets[1]?.closed).toBe(true);
    world.pass(1);
    expect(world.sockets).toHaveLength(3);
  });

  test("a ticket brings back once: the last one that the server gave", () => {
    online();
    world.socket.lose(1006);
    world.pass(1000);
    world.socket.lose(1006);
    world.pass(1000);
    world.welcome();
    world.socket.receive({ type: "go-away", after_ms: 1000, ticket: "away" });
    world.pass(1001);
    expect(world.tickets).toEqual([null, "ticket-1", null, "away"]);
  });

  test("stop lets go of everything for good", async () => {
    online();
    const answer = ask("one");
    connection.stop();
    expect(world.socket.closed).toBe(true);
    expect(await answer).toMatchObject({ ok: false });
    world.pass(120_000);
    expect(world.sockets).toHaveLength(1);
    expect(await ask("after")).toMatchObject({ ok: false });
  });
});

describe("finding out that it is dead", () => {
  test("pings every 25 s, and goes on while pongs come", () => {
    online();
    for (let turn = 1; turn <= 4; turn += 1) {
      world.pass(PING_EVERY);
      const pings = world.socket.of("ping");
      expect(pings).toHaveLength(turn);
      world.socket.receive({ type: "pong", ref: pings.at(-1)?.ref ?? "", now: world.now() });
    }
    expect(world.sockets).toHaveLength(1);
    expect(connection.state.kind).toBe("online");
  });

  test("without a pong within 10 s the socket is left", () => {
    online();
    world.pass(PING_EVERY + PONG_WITHIN);
    expect(world.sockets[0]?.closed).toBe(true);
    expect(connection.state.kind).toBe("waiting");
  });

  test("any frame counts as a sign of life", () => {
    online();
    world.pass(PING_EVERY + PONG_WITHIN - 1);
    world.socket.receive({ type: "types", channel: CHANNEL, name: "a" });
    world.pass(2);
    expect(connection.state.kind).toBe("online");
  });
});

test("refs fit the wire and never repeat", async () => {
  const refs = new Set(Array.from({ length: 2000 }, () => connection.newRef()));
  expect(refs.size).toBe(2000);
  for (const ref of refs) expect(ref).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  await settled();
});
