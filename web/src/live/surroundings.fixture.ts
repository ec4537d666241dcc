// Surroundings for tests: sockets that record, and time that moves by hand.

import type { ClientFrame, Me, ServerFrame } from "../generated/wire";
import type { Socket, Surroundings } from "./connection";

export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: ClientFrame[] = [];
  closed = false;

  send(data: string): void {
    if (this.closed) throw new Error("sent on a closed socket");
    this.sent.push(JSON.parse(data) as ClientFrame);
  }

  close(): void {
    this.closed = true;
  }

  receive(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  lose(code: number): void {
    this.closed = true;
    this.onclose?.({ code });
  }

  /** The frames of one type, in order. */
  of<T extends ClientFrame["type"]>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.sent.filter((frame): frame is Extract<ClientFrame, { type: T }> => frame.type === type);
  }
}

export class World implements Surroundings {
  sockets: FakeSocket[] = [];
  chance = 0.5;
  private time = 1_000_000;
  private timers: { at: number; act: () => void }[] = [];

  /** The ticket that each socket was opened with. */
  tickets: (string | null)[] = [];

  open(ticket: string | null): Socket {
    this.tickets.push(ticket);
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  }

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance;
  }

  after(ms: number, act: () => void): () => void {
    const timer = { at: this.time + ms, act };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  }

  /** Moves time, running what falls due in its order. */
  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.time = next.at;
      next.act();
    }
    this.time = end;
  }

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (last === undefined) throw new Error("no socket was opened");
    return last;
  }

  welcome(): void {
    this.socket.receive({ type: "welcome", me: somebody(), now: this.time, heartbeat_ms: 25_000, ticket: `ticket-${this.sockets.length}` });
  }
}

export function somebody(name = "carefulPear7220"): Me {
  return {
    person: { name, kind: "guest", badge: "", picture: "" },
    gated: true,
    danger: false,
    consent_waits: false,
    age: "adult",
    roles: [],
    status: "offline",
    languages: ["en"],
    status_why: "",
    break_until: null,
    refused_topics: [],
    page_language: "en",
    can_listen: false,
    linked: null,
    muted_until: 0,
    warnings_unseen: 0,
    messages_left: 0,
  };
}

/** Lets promises that are settled already run on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}
