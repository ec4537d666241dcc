// A page's connection and API for tests of components: sockets by hand, answers by path.

import type { Chat, Message, SubscribedFrame } from "../../generated/wire";
import { Connection } from "../../live/connection";
import { Live } from "../../live/live";
import { World } from "../../live/surroundings.fixture";
import { Rest } from "../../rest";

export const ID = "c".repeat(26);
export const PEAR = { name: "carefulPear7220", kind: "guest" as const, badge: "" as const, picture: "" };
export const OTTER = { name: "warmOtter", kind: "listener" as const, badge: "" as const, picture: "" };
export const CHAT: Chat = {
  id: ID, member: PEAR, listener: OTTER, you: "member", topic: "grief", language: "en", opened_at: 1,
  ended_at: null, ended_by: "", rated: false, quotable: false, can_requeue: false, silence: "",
};

export function message(seq: number, more: Partial<Message> = {}): Message {
  return { seq, rev: seq, author: OTTER, text: `text ${seq}`, at: Date.now(), edited_at: null, removed: null, reply_to: null, ...more };
}

export interface Call {
  method: string;
  path: string;
  body: unknown;
}

export function talking(answers: Record<string, { status?: number; body?: unknown }> = {}) {
  const world = new World();
  const live = new Live(new Connection(world), world);
  const calls: Call[] = [];
  const rest = new Rest({
    cookies: () => "",
    fetch: (url, init) => {
      const path = String(url);
      const method = init?.method ?? "GET";
      calls.push({ method, path, body: typeof init?.body === "string" ? (JSON.parse(init.body) as unknown) : null });
      const { status = 200, body } = answers[`${method} ${path}`] ?? { status: 404 };
      const type = status < 400 ? "application/json" : "application/problem+json";
      return Promise.resolve(new Response(status === 204 ? null : JSON.stringify(body ?? {}), { status, headers: { "content-type": type } }));
    },
  });
  live.start();
  world.welcome();

  function snapshot(messages: Message[], more: Partial<SubscribedFrame> = {}): void {
    const ask = world.socket.of("subscribe").at(-1);
    if (ask === undefined) throw new Error("nothing was subscribed");
    world.socket.receive({
      type: "subscribed", ref: ask.ref, channel: ask.channel, kind: "chat", epoch: "e", seq: messages.at(-1)?.seq ?? 0, recovered: false,
      messages, more: false, present: [], present_count: 0, marks: [], can_send: true, can_moderate: false, chat: CHAT,
      room: null, pins: [], muted_until: null, ...more,
    });
  }
  /** What was asked to be changed, without what was only read. */
  const changes = () => calls.filter((call) => call.method !== "GET");
  return { world, live, rest, calls, changes, snapshot };
}
