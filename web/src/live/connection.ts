// The live protocol's connection: one socket at a time, what was asked and is not answered yet, and when to try again.
// It knows nothing of chats and rooms beyond their ids, touches no DOM, and is told the time.

import { CLOSE, type ClientFrame, type RefusedFrame, type ServerFrame, type WelcomeFrame } from "../generated/wire";

/** What the connection needs of a WebSocket. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

/** What surrounds it: sockets, time and chance. */
export interface Surroundings {
  /** With the last ticket the server gave, if there is one: it makes coming back cheap. */
  open(ticket: string | null): Socket;
  now(): number;
  /** Runs `act` after `ms`; the answer cancels it. */
  after(ms: number, act: () => void): () => void;
  /** From 0 to below 1. */
  random(): number;
}

export type State =
  | { kind: "connecting" }
  | { kind: "online" }
  | { kind: "waiting"; until: number }
  /** For good: `signed-out` means to sign in again, `left` that the page let go of it. */
  | { kind: "ended"; reason: "signed-out" | "left" };

/** A refusal as a value: the code, words for the person, and when it will be allowed. */
export type Refusal = Pick<RefusedFrame, "code" | "detail" | "field" | "retry_at"> & Partial<Pick<RefusedFrame, "start" | "end">>;
export type Answer = { ok: true; frame: ServerFrame } | { ok: false; refusal: Refusal };

type Asking = Extract<ClientFrame, { ref: string }>;
type Said = Exclude<ClientFrame, Asking>;
type WithoutRef<F> = F extends Asking ? Omit<F, "ref"> : never;
export type Question = WithoutRef<Asking>;

interface Open {
  frame: Asking;
  /** Sent again on the next connection, with the same ref; otherwise dropped with this one. */
  lasting: boolean;
  answered: (answer: Answer) => void;
}

export const FIRST_DELAY = 500;
export const LONGEST_DELAY = 15_000;
export const PING_EVERY = 25_000;
export const PONG_WITHIN = 10_000;
export const WELCOME_WITHIN = 10_000;
/** A connection that held this long was a good one: the next loss begins with the first delay again. */
export const STEADY_AFTER = 10_000;

const LOST: Refusal = { code: "busy-try-later", detail: "", field: null, retry_at: null };

export class Connection {
  state: State = { kind: "connecting" };
  /** Every frame, answers included. */
  onFrame: (frame: ServerFrame) => void = () => {};
  onState: (state: State) => void = () => {};
  /** After each welcome, before anything unanswered is sent again: the place to subscribe. */
  onWelcome: () => void = () => {};

  private socket: Socket | null = null;
  private greeted = false;
  private failures = 0;
  private greetedAt = 0;
  private comeBackAt: number | null = null;
  private ticket: string | null = null;
  private readonly unanswered = new Map<string, Open>();
  private cancels = new Map<"retry" | "ping" | "pong" | "welcome" | "away", () => void>();
  private refs = 0;
  private readonly refStem: string;

  constructor(private readonly around: Surroundings) {
    this.refStem = Math.floor(around.random() * 36 ** 8).toString(36).padStart(8, "0");
  }

  start(): void {
    if (this.state.kind === "ended") return;
    this.connect();
  }

  /** For good: nothing is sent, received or tried any more. */
  stop(): void {
    this.end("left");
  }

  /** Skips the wait, for instance when the network is back. */
  retryNow(): void {
    if (this.state.kind === "waiting") this.connect();
  }

  newRef(): string {
    this.refs += 1;
    return `${this.refStem}-${this.refs.toString(36)}`;
  }

  /**
   * Asks, and promises the answer. `lasting` questions outlive a lost connection and are asked again with the same ref, in their
   * order; others are refused when the connection goes.
   */
  ask(question: Question, { lasting = false, ref = this.newRef() }: { lasting?: boolean; ref?: string } = {}): Promise<Answer> {
    const frame = { ...question, ref } as Asking;
    return new Promise((answered) => {
      if (this.state.kind === "ended" || (!lasting && !this.greeted)) {
        answered({ ok: false, refusal: LOST });
        return;
      }
      this.unanswered.set(ref, { frame, lasting, answered });
      if (this.greeted) this.write(frame);
    });
  }

  /** Says something that is never answered; lost without a connection, which such frames can bear. */
  say(frame: Said): void {
    if (this.greeted) this.write(frame);
  }

  private connect(): void {
    this.cancelAll();
    this.change({ kind: "connecting" });
    const socket = this.around.open(this.ticket);
    this.ticket = null; // good for one return
    this.socket = socket;
    this.greeted = false;
    this.comeBackAt = null;
    socket.onmessage = ({ data }) => {
      if (socket === this.socket && typeof data === "string") this.receive(JSON.parse(data) as ServerFrame);
    };
    socket.onclose = ({ code }) => {
      if (socket === this.socket) this.lost(code);
    };
    this.later("welcome", WELCOME_WITHIN, () => this.abandon());
  }

  private receive(frame: ServerFrame): void {
    // Any frame shows that the connection lives, not the pong alone.
    this.cancel("pong");
    switch (frame.type) {
      case "welcome":
        this.welcomed(frame);
        return;
      case "go-away":
        this.comeBackAt = this.around.now() + frame.after_ms;
        this.ticket = frame.ticket;
        // A server that did not close by then is left all the same.
        this.later("away", frame.after_ms, () => this.abandon());
        break;
      default:
        if ("ref" in frame && frame.ref !== null) this.settle(frame.ref, frame);
    }
    this.onFrame(frame);
  }

  private welcomed(frame: WelcomeFrame): void {
    this.cancel("welcome");
    this.ticket = frame.ticket;
    this.greeted = true;
    this.greetedAt = this.around.now();
    this.change({ kind: "online" });
    this.onFrame(frame);
    const again = [...this.unanswered.values()];
    this.onWelcome();
    for (const open of again) this.write(open.frame);
    this.planPing();
  }

  private settle(ref: string, frame: ServerFrame): void {
    const open = this.unanswered.get(ref);
    if (open === undefined) return;
    this.unanswered.delete(ref);
    open.answered(frame.type === "error" ? { ok: false, refusal: frame } : { ok: true, frame });
  }

  private planPing(): void {
    this.later("ping", PING_EVERY, () => {
      this.write({ type: "ping", ref: this.newRef() });
      this.later("pong", PONG_WITHIN, () => this.abandon());
      this.planPing();
    });
  }

  /** A socket that looks dead may take minutes to say so: its end is not waited for. */
  private abandon(): void {
    this.socket?.close();
    this.lost(CLOSE.GOING_AWAY);
  }

  private lost(code: number): void {
    const held = this.greeted ? this.around.now() - this.greetedAt : 0;
    this.letGo();
    if (code === CLOSE.ENDED || code === CLOSE.SIGN_IN) {
      this.end("signed-out");
      return;
    }
    if (code === CLOSE.RENEWED) this.ticket = null; // it was the old session's
    for (const [ref, open] of this.unanswered) {
      if (open.lasting) continue;
      this.unanswered.delete(ref);
      open.answered({ ok: false, refusal: LOST });
    }
    if (held >= STEADY_AFTER) this.failures = 0;
    const delay = this.delay(code);
    this.failures += 1;
    this.change({ kind: "waiting", until: this.around.now() + delay });
    this.later("retry", delay, () => this.connect());
  }

  private delay(code: number): number {
    if (this.comeBackAt !== null) return Math.max(0, this.comeBackAt - this.around.now());
    const grown = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.failures);
    // After these two, coming back at once would only repeat what went wrong.
    const base = code === CLOSE.FLOOD || code === CLOSE.PROTOCOL ? LONGEST_DELAY : grown;
    // Half of it by chance, so that thousands that were cut together do not return together.
    return base / 2 + (base / 2) * this.around.random();
  }

  private end(reason: "signed-out" | "left"): void {
    const socket = this.socket;
    this.letGo();
    socket?.close(1000);
    this.change({ kind: "ended", reason });
    for (const open of this.unanswered.values()) open.answered({ ok: false, refusal: LOST });
    this.unanswered.clear();
  }

  private letGo(): void {
    this.cancelAll();
    this.socket = null;
    this.greeted = false;
  }

  private write(frame: ClientFrame): void {
    this.socket?.send(JSON.stringify(frame));
  }

  private change(state: State): void {
    this.state = state;
    this.onState(state);
  }

  private later(name: "retry" | "ping" | "pong" | "welcome" | "away", ms: number, act: () => void): void {
    this.cancel(name);
    this.cancels.set(
      name,
      this.around.after(ms, () => {
        this.cancels.delete(name);
        act();
      }),
    );
  }

  private cancel(name: "retry" | "ping" | "pong" | "welcome" | "away"): void {
    this.cancels.get(name)?.();
    this.cancels.delete(name);
  }

  private cancelAll(): void {
    for (const cancel of this.cancels.values()) cancel();
    this.cancels.clear();
  }
}
