// The queue from both sides: the own request as the asker sees it, and the board as a listener does. No socket, no DOM.

import type { Board, BoardEntry, Estimate, RequestState } from "../generated/wire";

/** What can honestly be said about the wait: a key of the catalogue with its arguments. */
export function estimateWords(estimate: Estimate): { key: string; args: Record<string, number> } {
  const { low_minutes: low, high_minutes: high } = estimate;
  if (low === null || high === null) return { key: "requests-estimate-unknown", args: {} };
  if (low === high) return { key: "requests-estimate-about", args: { minutes: high } };
  return { key: "requests-estimate", args: { low, high } };
}

/** Where the asker stands. `idle` is also the end: `reason` says of what. */
export type Waiting =
  | { kind: "idle"; reason: RequestState["reason"] }
  | { kind: "waiting"; request: RequestState }
  | { kind: "matched"; chat: string };

export class OwnRequest {
  private request: RequestState | null;

  constructor(request: RequestState | null) {
    this.request = request;
  }

  /**
   * A late word never replaces a newer one: ids are time-ordered, and what is closed stays closed. A matched request may wait
   * again, when its listener left.
   */
  changed(request: RequestState): void {
    const held = this.request;
    if (held !== null && request.id < held.id) return;
    if (held?.id === request.id && held.state === "closed" && request.state !== "closed") return;
    this.request = request;
  }

  where(): Waiting {
    const request = this.request;
    if (request === null) return { kind: "idle", reason: "" };
    if (request.state === "waiting") return { kind: "waiting", request };
    if (request.state === "matched" && request.chat !== null) return { kind: "matched", chat: request.chat };
    return { kind: "idle", reason: request.reason };
  }
}

/** The listener's board, less those whom this page knows to be gone before the next board says so. */
export class ListenerBoard {
  private board: Board;
  private readonly gone = new Set<string>();
  /** The request being taken now, `next` for the first in rank, null when none is. */
  taking: string | null = null;

  constructor(board: Board | null) {
    this.board = board ?? { waiting: 0, requests: [] };
  }

  changed(board: Board): void {
    this.board = board;
    for (const id of this.gone) if (!board.requests.some((entry) => entry.id === id)) this.gone.delete(id);
  }

  /** Somebody else has this person: they vanish at once, without waiting for the next board. */
  taken(id: string): void {
    this.gone.add(id);
  }

  get waiting(): number {
    return Math.max(0, this.board.waiting - this.gone.size);
  }

  get entries(): readonly BoardEntry[] {
    return this.board.requests.filter((entry) => !this.gone.has(entry.id));
  }
}
