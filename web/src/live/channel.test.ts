import { beforeEach, describe, expect, test } from "vitest";

import type { Message, SubscribedFrame } from "../generated/wire";
import { Channel, TYPING_FOR } from "./channel";

const ID = "c".repeat(26);
const ANN = { name: "ann", kind: "member" as const, badge: "" as const, picture: "" };
const BEN = { name: "ben", kind: "listener" as const, badge: "" as const, picture: "" };

function message(seq: number, more: Partial<Message> = {}): Message {
  return { seq, rev: seq, author: ANN, text: `text ${seq}`, at: seq, edited_at: null, removed: null, reply_to: null, ...more };
}

function subscribed(seq: number, messages: Message[], more: Partial<SubscribedFrame> = {}): SubscribedFrame {
  return {
    type: "subscribed", ref: "r", channel: ID, kind: "chat", epoch: "e1", seq, recovered: false, messages, more: false,
    present: [ANN], present_count: 1, marks: [], can_send: true, can_moderate: false, chat: null, room: null, pins: [], muted_until: null, ...more,
  };
}

const said = (one: Message) => ({ type: "message" as const, channel: ID, message: one });
const changed = (seq: number, one: Message) => ({ type: "changed" as const, channel: ID, seq, message: one });
const seqs = (channel: Channel) => channel.messages.map((one) => one.seq);

let channel: Channel;
beforeEach(() => {
  channel = new Channel(ID);
});

describe("numbers", () => {
  test("before the first snapshot there is no position, and a live event is a gap", () => {
    expect(channel.position()).toBeNull();
    expect(channel.apply(said(message(1)), 0)).toBe("gap");
  });

  test("live events follow the snapshot", () => {
    channel.subscribed(subscribed(2, [message(1), message(2)]));
    expect(channel.apply(said(message(3)), 0)).toBe("applied");
    expect(seqs(channel)).toEqual([1, 2, 3]);
    expect(channel.position()).toEqual({ epoch: "e1", seq: 3 });
  });

  test("what was seen is known, and shown once", () => {
    channel.subscribed(subscribed(2, [message(1), message(2)]));
    expect(channel.apply(said(message(2)), 0)).toBe("known");
    expect(seqs(channel)).toEqual([1, 2]);
  });

  test("a hole is a gap: nothing is taken, the position stays", () => {
    channel.subscribed(subscribed(2, [message(1), message(2)]));
    expect(channel.apply(said(message(4)), 0)).toBe("gap");
    expect(seqs(channel)).toEqual([1, 2]);
    expect(channel.position()?.seq).toBe(2);
  });

  test("what is kept from this person takes its number, and is no gap", () => {
    channel.subscribed(subscribed(2, [message(1), message(2)]));
    expect(channel.apply({ type: "withheld", channel: ID, seq: 3 }, 0)).toBe("applied");
    expect(channel.apply({ type: "withheld", channel: ID, seq: 5 }, 0)).toBe("gap");
    expect(channel.apply(said(message(4)), 0)).toBe("applied");
    expect(seqs(channel)).toEqual([1, 2, 4]);
  });

  test("a state that comes unasked takes the place of what was held, whoever types included", () => {
    channel.subscribed(subscribed(2, [message(1, { author: BEN }), message(2)]));
    channel.apply({ type: "types", channel: ID, name: "ben" }, 0);
    channel.subscribed(subscribed(3, [message(2)], { ref: null, present: [ANN] }));
    expect(seqs(channel)).toEqual([2]);
    expect(channel.broken).toBe(false);
    expect(channel.typing(1, "ann")).toEqual([]);
  });

  test("edits and removals take numbers of their own", () => {
    channel.subscribed(subscribed(2, [message(1), message(2)]));
    const before = channel.messages[0];
    expect(channel.apply(changed(3, message(1, { rev: 3, text: "new", edited_at: 9 })), 0)).toBe("applied");
    expect(channel.messages[0]).toMatchObject({ text: "new", edited_at: 9 });
    expect(before?.text).toBe("text 1");
    expect(channel.apply(said(message(4)), 0)).toBe("applied");
    expect(channel.apply(changed(6, message(4, { rev: 6, text: "", removed: "moderator" })), 0)).toBe("gap");
  });

  test("a change of a message that is not held here is counted, and not shown out of place", () => {
    channel.subscribed(subscribed(60, [message(60)], { more: true }));
    expect(channel.apply(changed(61, message(2, { rev: 61, text: "old" })), 0)).toBe("applied");
    expect(seqs(channel)).toEqual([60]);
    expect(channel.seq).toBe(61);
  });
});

describe("coming back", () => {
  test("recovered: what is new and what was changed is merged", () => {
    channel.subscribed(subscribed(3, [message(1), message(2), message(3)]));
    channel.subscribed(subscribed(6, [message(2, { rev: 4, text: "edited" }), message(5), message(6)], { recovered: true }));
    expect(seqs(channel)).toEqual([1, 2, 3, 5, 6]);
    expect(channel.messages[1]?.text).toBe("edited");
    expect(channel.broken).toBe(false);
    expect(channel.apply(said(message(7)), 0)).toBe("applied");
  });

  test("an older word about a message does not replace a newer one", () => {
    channel.subscribed(subscribed(3, [message(1, { rev: 3, text: "newest" })]));
    channel.subscribed(subscribed(3, [message(1, { rev: 2, text: "older" })], { recovered: true }));
    expect(channel.messages[0]?.text).toBe("newest");
  });

  test("not recovered: it starts afresh and says that something is missing", () => {
    channel.subscribed(subscribed(3, [message(3)]));
    channel.subscribed(subscribed(90, [message(80), message(90)], { more: true }));
    expect(seqs(channel)).toEqual([80, 90]);
    expect(channel.broken).toBe(true);
    expect(channel.more).toBe(true);
  });

  test("another epoch with messages held is a break as well", () => {
    channel.subscribed(subscribed(3, [message(3)]));
    channel.subscribed(subscribed(4, [message(4)], { epoch: "e2" }));
    expect(channel.broken).toBe(true);
  });

  test("older messages go before, and those of another epoch are left out", () => {
    channel.subscribed(subscribed(9, [message(9)], { more: true }));
    channel.older({ epoch: "e1", seq: 9, messages: [message(7), message(8)], more: false });
    expect(seqs(channel)).toEqual([7, 8, 9]);
    expect(channel.more).toBe(false);
    channel.older({ epoch: "other", seq: 1, messages: [message(1)], more: true });
    expect(seqs(channel)).toEqual([7, 8, 9]);
  });

  test("any order and any doubling of deliveries ends in the same state", () => {
    const events = [said(message(3)), said(message(4)), changed(5, message(3, { rev: 5, text: "five" })), said(message(6))];
    const expected = new Channel(ID);
    expected.subscribed(subscribed(2, [message(1), message(2)]));
    for (const event of events) expected.apply(event, 0);
    let random = 7;
    for (let round = 0; round < 200; round += 1) {
      const torn = new Channel(ID);
      torn.subscribed(subscribed(2, [message(1), message(2)]));
      for (let at = 0; at < events.length; at += 1) {
        random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
        if (random % 3 === 0) continue;
        const event = events[at];
        if (event === undefined || torn.apply(event, 0) === "applied") continue;
        const missing = [message(3, { rev: 5, text: "five" }), message(4), message(6)];
        torn.subscribed(subscribed(6, missing, { recovered: true }));
      }
      if (torn.seq < 6) torn.subscribed(subscribed(6, [message(3, { rev: 5, text: "five" }), message(4), message(6)], { recovered: true }));
      expect(torn.messages).toEqual(expected.messages);
      expect(torn.seq).toBe(6);
    }
  });
});

describe("what is on its way", () => {
  beforeEach(() => channel.subscribed(subscribed(2, [message(1), message(2)])));

  test("ack first, then the message: it never shows twice, and never not at all", () => {
    channel.sending("r1", "hello", null);
    channel.acked("r1", 3);
    expect(channel.pending).toHaveLength(1);
    channel.apply(said(message(3, { text: "hello" })), 0);
    expect(channel.pending).toHaveLength(0);
    expect(seqs(channel)).toEqual([1, 2, 3]);
  });

  test("sent again after a loss: the same ack for a message that came by recovery", () => {
    channel.sending("r1", "hello", null);
    channel.subscribed(subscribed(3, [message(3, { text: "hello" })], { recovered: true }));
    channel.acked("r1", 3);
    expect(channel.pending).toHaveLength(0);
  });

  test("a refusal stays in sight with its reason, and can be tried again under its ref", () => {
    channel.sending("r1", "hello", null);
    channel.refused("r1", { code: "too-fast", detail: "", field: null, retry_at: 9 });
    expect(channel.pending[0]).toMatchObject({ state: "refused", refusal: { retry_at: 9 } });
    channel.sending("r1", "hello", null);
    expect(channel.pending).toEqual([{ ref: "r1", text: "hello", replyTo: null, state: "sending", refusal: null, seq: null }]);
    channel.discard("r1");
    expect(channel.pending).toEqual([]);
  });

  test("a fresh start keeps what is on its way", () => {
    channel.sending("r1", "hello", null);
    channel.subscribed(subscribed(90, [message(90)]));
    expect(channel.pending).toHaveLength(1);
  });
});

describe("around the messages", () => {
  beforeEach(() => channel.subscribed(subscribed(2, [message(1), message(2)], { marks: [{ name: "ben", delivered: 1, read: 0 }] })));

  test("marks say how far the other has come", () => {
    expect(channel.progress(1, "ben")).toBe("delivered");
    expect(channel.progress(2, "ben")).toBe("sent");
    channel.apply({ type: "receipt", channel: ID, mark: { name: "ben", delivered: 2, read: 2 } }, 0);
    expect(channel.progress(2, "ben")).toBe("read");
    expect(channel.progress(2, "nobody")).toBe("sent");
  });

  test("typing ends by time, or by the message", () => {
    channel.apply({ type: "types", channel: ID, name: "ben" }, 100);
    expect(channel.typing(100, null)).toEqual(["ben"]);
    expect(channel.typing(100, "ben")).toEqual([]);
    expect(channel.typing(100 + TYPING_FOR, null)).toEqual([]);
    channel.apply({ type: "types", channel: ID, name: "ben" }, 200);
    channel.apply(said(message(3, { author: BEN })), 200);
    expect(channel.typing(201, null)).toEqual([]);
  });

  test("presence comes and goes, a name never twice", () => {
    channel.apply({ type: "presence", channel: ID, count: 2, came: [BEN, ANN], left: [] }, 0);
    expect(channel.present.map((person) => person.name)).toEqual(["ben", "ann"]);
    channel.apply({ type: "presence", channel: ID, count: 1, came: [], left: ["ann"] }, 0);
    expect(channel.present.map((person) => person.name)).toEqual(["ben"]);
    expect(channel.presentCount).toBe(1);
  });

  test("taken out: nothing can be sent, until it is entered again", () => {
    channel.apply({ type: "left", channel: ID, code: "banned", detail: "", until: 7 }, 0);
    expect(channel.left).toEqual({ code: "banned", detail: "", until: 7 });
    expect(channel.canSend).toBe(false);
    channel.subscribed(subscribed(2, [], { recovered: true }));
    expect(channel.left).toBeNull();
    expect(channel.canSend).toBe(true);
  });
});

test("words that are held back leave the list for the composer, until something is sent", () => {
  const channel = new Channel("c");
  const refusal = { code: "held-contact", detail: "", field: "text", retry_at: null };
  channel.sending("r1", "call me", 3);
  channel.refused("r1", refusal);
  expect(channel.pending).toEqual([]);
  expect(channel.held).toEqual({ text: "call me", replyTo: 3, refusal });
  channel.sending("r2", "hello", null);
  expect(channel.held).toBeNull();
  channel.refused("r2", { ...refusal, code: "too-fast" });
  expect(channel.pending.map((one) => one.state)).toEqual(["refused"]);
});
