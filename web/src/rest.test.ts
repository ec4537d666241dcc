import { expect, test } from "vitest";

import { apiPath, cookie, Rest } from "./rest";

function answering(response: Response | Error, cookies = "a=1; cups-csrf=to%20ken; b=2") {
  const calls: { url: string; init: RequestInit }[] = [];
  const page = {
    cookies: () => cookies,
    fetch: (url: RequestInfo | URL, init: RequestInit = {}) => {
      calls.push({ url: String(url), init });
      return response instanceof Error ? Promise.reject(response) : Promise.resolve(response);
    },
  };
  return { rest: new Rest(page), calls };
}

const problem = (body: object, status = 409) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/problem+json" } });

test("a cookie is found by its whole name", () => {
  expect(cookie("xcups-csrf=1; cups-csrf=2", "cups-csrf")).toBe("2");
  expect(cookie("", "cups-csrf")).toBeNull();
  expect(cookie("cups-csrf=a=b", "cups-csrf")).toBe("a=b");
});

test("the token is found under its name over https too, and that one first", async () => {
  const { rest, calls } = answering(new Response("{}"), "cups-csrf=planted; __Host-cups-csrf=ours");
  await rest.call("POST", "/api/x");
  expect(new Headers(calls[0]?.init.headers).get("x-csrf-token")).toBe("ours");
});

test("names of any script, and names that look like paths, stay in their place", () => {
  expect(apiPath("people", "Ада/..?")).toBe("/api/people/%D0%90%D0%B4%D0%B0%2F..%3F");
});

test("what changes carries the token, what reads does not", async () => {
  const { rest, calls } = answering(new Response("{}"));
  await rest.get("/api/me");
  expect(new Headers(calls[0]?.init.headers).has("x-csrf-token")).toBe(false);
  const second = answering(new Response("{}"));
  await second.rest.call("POST", "/api/x", { a: 1 });
  const headers = new Headers(second.calls[0]?.init.headers);
  expect(headers.get("x-csrf-token")).toBe("to ken");
  expect(headers.get("content-type")).toBe("application/json");
  expect(second.calls[0]?.init.body).toBe('{"a":1}');
});

test("204 is done, without a body", async () => {
  const { rest } = answering(new Response(null, { status: 204 }));
  expect(await rest.call("DELETE", "/api/x")).toEqual({ ok: true, value: undefined });
});

test("a problem document is the refusal", async () => {
  const body = { type: "t", title: "T", status: 409, code: "already-taken", detail: "words", why: "", field: null, retry_at: 7, start: null, end: null, help: "" };
  expect(await answering(problem(body)).rest.call("POST", "/api/x")).toEqual({ ok: false, problem: body });
});

test.each([
  ["a proxy's page", new Response("<html>", { status: 502, headers: { "content-type": "text/html" } }), "server-error"],
  ["a broken document", new Response("{", { status: 500, headers: { "content-type": "application/problem+json" } }), "server-error"],
  ["no such page", new Response("", { status: 404 }), "not-found"],
  ["no network", new TypeError("failed"), "unreachable"],
  ["a page where JSON was due", new Response("<html>"), "unreachable"],
])("%s becomes a problem, never an exception", async (_, response, code) => {
  const result = await answering(response).rest.get("/api/x");
  expect(result.ok ? null : result.problem.code).toBe(code);
});

test("an act of staff has a key, and the same one again only where no answer came", async () => {
  const keys: (string | null)[] = [];
  let lost = true;
  const rest = new Rest({
    cookies: () => "",
    fetch: (_url, init) => {
      keys.push(new Headers(init?.headers).get("idempotency-key"));
      return lost ? Promise.reject(new Error("gone")) : Promise.resolve(new Response("{}"));
    },
  });
  const ban = () => rest.call("POST", "/api/staff/bans", { name: "calmOak" });
  await ban();
  lost = false;
  await ban();
  await ban();
  await rest.call("POST", "/api/requests", {});
  await rest.get("/api/staff/bans");
  expect(keys[0]).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
  expect(keys.slice(3)).toEqual([null, null]);
});
