// The quick exit: a press of the button or Shift three times within 5 s covers the page at once and replaces it by another.
// Not Escape: it closes dialogs and stops screen readers.

export const PRESSES = 3;
export const WITHIN = 5_000;

/** Counts presses of Shift alone; any other key in between begins anew, so that typing capitals never leaves. */
export class ShiftCounter {
  private times: number[] = [];

  /** Whether this key was the one that leaves. */
  pressed(key: string, repeat: boolean, now: number): boolean {
    if (key !== "Shift") {
      this.times = [];
      return false;
    }
    // Holding it down is one press.
    if (repeat) return false;
    this.times = [...this.times.filter((time) => now - time <= WITHIN), now];
    return this.times.length >= PRESSES;
  }
}

const ENDS_COOKIES = ["__Host-cups-leave-ends=1", "cups-leave-ends=1"];
const CSRF = /(?:^|; )(?:__Host-)?cups-csrf=([^;]*)/;

/** Signs out on the way, if the person has set that: sent with `keepalive`, so that it goes out although the page does not wait. */
export function endSessionIfSet(cookies: string, send: typeof fetch): void {
  if (!cookies.split("; ").some((one) => ENDS_COOKIES.includes(one))) return;
  forgetTab();
  const token = CSRF.exec(cookies)?.[1] ?? "";
  void send("/api/sign-out", { method: "POST", keepalive: true, headers: { "x-csrf-token": token } }).catch(() => undefined);
}

/** Drafts and messages on their way go with the session: the next person at this tab must not find them. */
export function forgetTab(): void {
  try {
    window.sessionStorage.clear();
  } catch {
    return;
  }
}

const leavers = new Set<() => void>();

/** Calls `act` when the person leaves: sockets stop, so that nothing arrives behind the cover. The answer undoes it. */
export function whenLeaving(act: () => void): () => void {
  leavers.add(act);
  return () => leavers.delete(act);
}

export function leave(document: Document, location: Pick<Location, "replace">): void {
  const cover = document.createElement("div");
  cover.className = "cover";
  document.body.append(cover);
  document.documentElement.classList.add("leaving");
  document.title = "";
  for (const act of leavers) act();
  endSessionIfSet(document.cookie, fetch);
  location.replace(document.documentElement.dataset["quickExit"] ?? "/away");
}

export function watchForLeaving(document: Document, window: Window): void {
  const counter = new ShiftCounter();
  document.addEventListener(
    "keydown",
    (event) => {
      if (counter.pressed(event.key, event.repeat, event.timeStamp)) leave(document, window.location);
    },
    // First of all, whatever has the focus.
    { capture: true },
  );
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.target.closest("[data-leave]") === null) return;
    event.preventDefault();
    leave(document, window.location);
  });
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && event.target.getAttribute("action") === "/sign-out") forgetTab();
  });
  // Coming back by the browser's memory of the page must not show it covered for ever, nor uncovered: it is loaded anew.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && document.documentElement.classList.contains("leaving")) window.location.reload();
  });
}
