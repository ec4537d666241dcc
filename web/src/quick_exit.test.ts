// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";

import { endSessionIfSet, leave, ShiftCounter, watchForLeaving, whenLeaving } from "./quick_exit";

let counter: ShiftCounter;
beforeEach(() => {
  counter = new ShiftCounter();
  document.body.innerHTML = '<p>talk</p><a data-leave href="/away"><span>x</span></a>';
  document.documentElement.className = "";
});

const press = (times: number[], key = "Shift") => times.map((time) => counter.pressed(key, false, time));

test("three within 5 s leave, at the third", () => {
  expect(press([0, 2000, 5000])).toEqual([false, false, true]);
});

test("three over a longer time do not, and the last ones still count", () => {
  expect(press([0, 3000, 5001])).toEqual([false, false, false]);
  expect(press([6000])).toEqual([true]);
});

test("writing capitals never leaves", () => {
  for (let time = 0; time < 3000; time += 300) {
    expect(counter.pressed("Shift", false, time)).toBe(false);
    counter.pressed("A", false, time + 100);
  }
});

test("holding Shift down is one press", () => {
  counter.pressed("Shift", false, 0);
  expect(counter.pressed("Shift", true, 10)).toBe(false);
  expect(counter.pressed("Shift", true, 20)).toBe(false);
});

test("leaving covers, empties the title, stops what listens, then replaces the page", () => {
  const order: string[] = [];
  const undo = whenLeaving(() => order.push(document.querySelector(".cover") === null ? "bare" : "stopped behind the cover"));
  document.documentElement.dataset["quickExit"] = "/elsewhere";
  document.title = "cups";
  leave(document, { replace: (url) => order.push(String(url)) });
  expect(order).toEqual(["stopped behind the cover", "/elsewhere"]);
  expect(document.title).toBe("");
  undo();
});

test("the button, a press inside of it, and the keys all leave; Escape does not", () => {
  const replaced = vi.fn();
  const page = { location: { replace: replaced }, addEventListener: () => {} } as unknown as Window;
  watchForLeaving(document, page);
  document.querySelector<HTMLElement>("[data-leave] span")?.click();
  expect(replaced).toHaveBeenCalledTimes(1);
  for (let turn = 0; turn < 3; turn += 1) document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  expect(replaced).toHaveBeenCalledTimes(1);
  for (let turn = 0; turn < 3; turn += 1) document.dispatchEvent(new KeyboardEvent("keydown", { key: "Shift" }));
  expect(replaced).toHaveBeenCalledTimes(2);
});

test("the session ends on the way out, if that was set, and only then", () => {
  const sent = vi.fn(() => Promise.resolve(new Response()));
  endSessionIfSet("cups-csrf=abc", sent);
  expect(sent).not.toHaveBeenCalled();
  endSessionIfSet("cups-leave-ends=1; __Host-cups-csrf=abc", sent);
  expect(sent).toHaveBeenCalledWith("/api/sign-out", { method: "POST", keepalive: true, headers: { "x-csrf-token": "abc" } });
  endSessionIfSet("__Host-cups-leave-ends=1; __Host-cups-csrf=abc", sent);
  expect(sent).toHaveBeenCalledTimes(2);
});

test("signing out takes what was being written with it, other forms do not", () => {
  watchForLeaving(document, window);
  document.body.innerHTML = '<form action="/switch"></form><form action="/sign-out"></form>';
  const [other, out] = document.querySelectorAll("form");
  sessionStorage.setItem("cups-draft-x", "for nobody else");
  other?.dispatchEvent(new Event("submit", { bubbles: true }));
  expect(sessionStorage.getItem("cups-draft-x")).toBe("for nobody else");
  out?.dispatchEvent(new Event("submit", { bubbles: true }));
  expect(sessionStorage.length).toBe(0);
});
