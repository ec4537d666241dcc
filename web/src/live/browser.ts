// The live connection in a browser: one for the page, shared by all components, stopped by the quick exit.

import { PROTOCOL, TICKET } from "../generated/wire";
import { Rest } from "../rest";
import { whenLeaving } from "../quick_exit";
import { Connection, type Socket } from "./connection";
import { Live } from "./live";
import { Outbox } from "./outbox";

export const rest = new Rest({ fetch: (...args) => window.fetch(...args), cookies: () => document.cookie });

const time = {
  now: () => Date.now(),
  after(ms: number, act: () => void): () => void {
    const id = window.setTimeout(act, ms);
    return () => window.clearTimeout(id);
  },
};

function open(ticket: string | null): Socket {
  const url = new URL("/live", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(url, ticket === null ? [PROTOCOL] : [PROTOCOL, TICKET + ticket]) as Socket;
}

/** A browser without storage keeps nothing over a reload. */
export function tabStorage(): Storage | Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  try {
    return window.sessionStorage;
  } catch {
    return { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  }
}

let shared: Live | null = null;

export function live(): Live {
  if (shared === null) {
    const made = new Live(new Connection({ ...time, random: () => Math.random(), open }), time, new Outbox(tabStorage()));
    shared = made;
    whenLeaving(() => made.stop());
    window.addEventListener("online", () => made.retryNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) made.retryNow();
      made.tell();
    });
    made.start();
  }
  return shared;
}
