// The queue from both sides: the own request as the asker sees it, and the board as a listener does. No socket, no DOM.

import type { Board, BoardEntry, Estimate, RequestState, ServerFrame } from "../generated/wire";

/** What can honestly be said about the wait: a key of the catalogue with its arguments. */
export function estimateWords(estimate: Estimate): { key: string; args: Record<string, number> } {
  const { low_minutes: low, high_minutes: high } = estimate;
  if (low === null || high === null) return { key: "requests-estimate-unknown", args: {} };
  if (low === high) return { key: "requests-estimate-about", args: { minutes: high } };
  return { key: "requests-estimate", args: { low, high } };
}

const SHORT: Record<string, string> = {
  "requests-estimate": "requests-range",
  "requests-estimate-about": "requests-range-about",
  "requests-estimate-unknown": "requests-range-unknown",
};

/** The same in a few words. */
export function rangeWords(estimate: Estimate): { key: string; args: Record<string, number> } {
  const { key, args } = estimateWords(estimate);
  return { key: SHORT[key] ?? key, args };
}

/** Ends of a personal request after which the queue is offered. */
const UNANSWERED: readonly RequestState["reason"][] = ["declined", "missed", "unavailable"];

/** Where the asker stands. `idle` is also the end: `reason` says of what. */
export type Waiting =
  | { kind: "idle"; reason: RequestState["reason"] }
  | { kind: "ringing"; request: RequestState }
  | { kind: "unanswered"; request: RequestState }
  | { kind: "waiting"; request: RequestState }
  | { kind: "matched"; chat: string };

export class OwnRequest {
  private request: RequestState | null;

  constructor(request: RequestState | null) {
    this.request = request;
  }

  /**
   * A late word never replaces a newer one: ids are time-ordered, and what is closed stays closed. A matched request may wait
   * again, when its listener left; nothing rings again.
   */
  changed(request: RequestState): void {
    const held = this.request;
    if (held !== null && request.id < held.id) return;
    if (held?.id === request.id && held.state === "closed" && request.state !== "closed") return;
    if (held?.id === request.id && held.state !== "ringing" && request.state === "ringing") return;
    this.request = request;
  }

  where(): Waiting {
    const request = this.request;
    if (request === null) return { kind: "idle", reason: "" };
    if (request.state === "ringing") return { kind: "ringing", request };
    if (request.state === "waiting") return { kind: "waiting", request };
    if (request.state === "matched" && request.chat !== null) return { kind: "matched", chat: request.chat };
    if (UNANSWERED.includes(request.reason)) return { kind: "unanswered", request };
    return { kind: "idle", reason: request.reason };
  }
}

/** The listener's board: one whole board, then differences, less those whom this page knows to be gone before the server says so. */
export class ListenerBoard {
  private board: Board;
  /** The number of the board held; null before the first word of the connection, when it came with the page. */
  private number: number | null = null;
  private readonly gone = new Set<string>();

  constructor(board: Board | null) {
    this.board = board ?? { waiting: 0, requests: [] };
  }

  /** A whole board takes the place of whatever was held. */
  whole(board: Board, number: number | null = null): void {
    this.board = board;
    this.number = number;
    this.forget();
  }

  /** One difference; false where it does not follow on what is held, and then the board has to be watched again. */
  changed(frame: Extract<ServerFrame, { type: "board-changed" }>): boolean {
    if (this.number === null || frame.number !== this.number + 1) return false;
    const gone = new Set(frame.gone);
    const requests = this.board.requests.filter((entry) => !gone.has(entry.id));
    for (const { at, entry } of frame.came) requests.splice(at, 0, entry);
    this.board = { waiting: frame.waiting, requests };
    this.number = frame.number;
    this.forget();
    return true;
  }

  /** Somebody else has this person: they vanish at once, without waiting for the next board. */
  taken(id: string): void {
    if (this.board.requests.some((entry) => entry.id === id)) this.gone.add(id);
  }

  get waiting(): number {
    return Math.max(0, this.board.waiting - this.gone.size);
  }

  get entries(): readonly BoardEntry[] {
    return this.board.requests.filter((entry) => !this.gone.has(entry.id));
  }

  /** How many more there are than the list holds. */
  get rest(): number {
    return Math.max(0, this.board.waiting - this.board.requests.length);
  }

  private forget(): void {
    for (const id of this.gone) if (!this.board.requests.some((entry) => entry.id === id)) this.gone.delete(id);
  }
}
