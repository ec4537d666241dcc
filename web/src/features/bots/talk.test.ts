import { expect, test } from "vitest";

import { ANSWER, TALK } from "./talk.fixture";
import { current, given, lines, mayPass } from "./talk";

test("first the hello, then the next question, and the end once all are asked", () => {
  expect(lines(TALK, null).map((line) => (line.kind === "you" ? "you" : line.text))).toEqual(["I am Noni. I am a program.", "What brings you here?"]);
  const half = { ...TALK, answers: [ANSWER], next: "feels" };
  expect(lines(half, null).map((line) => line.kind)).toEqual(["bot", "bot", "you", "bot"]);
  const all = { ...TALK, answers: [ANSWER, { ...ANSWER, question: "feels", skipped: true }], next: null };
  expect(lines(all, null).at(-1)).toMatchObject({ kind: "bot", text: "Thank you." });
  expect(current(all, null)).toBeNull();
});

test("an answer being changed makes room for its question", () => {
  const half = { ...TALK, answers: [ANSWER], next: "feels" };
  expect(current(half, "brings")?.id).toBe("brings");
  expect(lines(half, "brings").map((line) => line.kind)).toEqual(["bot", "bot"]);
  expect(given(half, "brings")).toBe(ANSWER);
  expect(given(half, "feels")).toBeNull();
});

test("help comes right after what it is about", () => {
  const grave = { ...TALK, answers: [{ ...ANSWER, help: "own" as const }], next: "feels" };
  expect(lines(grave, null).slice(2, 4)).toMatchObject([{ kind: "you" }, { kind: "help", text: "Help for you." }]);
  expect(lines(grave, "brings").map((line) => line.kind), "while it is changed, too").toEqual(["bot", "help", "bot"]);
});

test("nothing is asked once a listener has taken the request", () => {
  const over = { ...TALK, answers: [ANSWER], next: "feels", can_answer: false };
  expect(current(over, null)).toBeNull();
  expect(lines(over, null).map((line) => line.kind)).toEqual(["bot", "bot", "you"]);
});

test("what may pass is sent again, what was refused is not", () => {
  expect([0, 500, 503].every(mayPass)).toBe(true);
  expect([409, 422, 429].some(mayPass)).toBe(false);
});
