// @vitest-environment happy-dom
import { expect, test } from "vitest";

import { Rest } from "./rest";
import { tellZone } from "./time_zone";

function tab(quiet: boolean) {
  const page = document.implementation.createHTMLDocument();
  if (quiet) page.body.dataset["quietNights"] = "";
  const calls: string[] = [];
  const answer = { status: 200 };
  const rest = new Rest({
    cookies: () => "",
    fetch: async (_path, init) => {
      calls.push(String(init?.body));
      return new Response("{}", { status: answer.status, headers: { "content-type": "application/json" } });
    },
  });
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  return { calls, answer, tell: () => tellZone(page, storage, rest, "Europe/Paris") };
}

test("a young person's zone is told once, and again where it did not arrive", async () => {
  const { calls, answer, tell } = tab(true);
  answer.status = 503;
  await tell();
  answer.status = 200;
  await tell();
  await tell();
  expect(calls).toEqual(Array(2).fill('{"zone":"Europe/Paris","if_unknown":true}'));
});

test("nobody else's is", async () => {
  const { calls, tell } = tab(false);
  await tell();
  expect(calls).toEqual([]);
});
