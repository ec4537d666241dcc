// The REST API: JSON in and out, the token against forged requests, and refusals as values.

import type { Problem } from "./generated/wire";

export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Page {
  fetch: typeof fetch;
  /** The text of `document.cookie`. */
  cookies(): string;
}

/** Over https the cookie is bound to its host, which its name says. */
const CSRF_COOKIES = ["__Host-cups-csrf", "cups-csrf"];
const CSRF_HEADER = "x-csrf-token";
const KEY_HEADER = "idempotency-key";

export function cookie(text: string, name: string): string | null {
  for (const part of text.split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return decodeURIComponent(part.slice(at + 1).trim());
  }
  return null;
}

/** The place of a path's parts, each escaped: names may hold letters of any script. */
export function apiPath(...parts: (string | number)[]): string {
  return ["/api", ...parts.map((part) => encodeURIComponent(part))].join("/");
}

export class Rest {
  /** Acts of staff whose answer never came: sent again, they have the same key, and are done once. */
  private readonly unanswered = new Map<string, string>();

  constructor(private readonly page: Page) {}

  get<T>(path: string): Promise<Result<T>> {
    return this.call<T>("GET", path);
  }

  /** Calls the API. A 204 gives `undefined` as its value. Never throws: an unreachable server is a problem like any other. */
  async call<T = undefined>(method: Method, path: string, body?: object): Promise<Result<T>> {
    const headers = new Headers({ accept: "application/json" });
    if (method !== "GET") {
      const cookies = this.page.cookies();
      const token = CSRF_COOKIES.map((name) => cookie(cookies, name)).find((found) => found !== null);
      if (token !== undefined) headers.set(CSRF_HEADER, token);
    }
    if (body !== undefined) headers.set("content-type", "application/json");
    const init: RequestInit = { method, headers, credentials: "same-origin" };
    if (body !== undefined) init.body = JSON.stringify(body);
    const act = method !== "GET" && path.startsWith("/api/staff/") ? `${method} ${path} ${body === undefined ? "" : JSON.stringify(body)}` : null;
    if (act !== null) {
      const key = this.unanswered.get(act) ?? crypto.randomUUID();
      this.unanswered.set(act, key);
      headers.set(KEY_HEADER, key);
    }
    let response: Response;
    try {
      response = await this.page.fetch(path, init);
    } catch {
      return { ok: false, problem: unreachable() };
    }
    if (act !== null) this.unanswered.delete(act);
    return response.ok ? this.value<T>(response) : { ok: false, problem: await problemOf(response) };
  }

  private async value<T>(response: Response): Promise<Result<T>> {
    if (response.status === 204) return { ok: true, value: undefined as T };
    try {
      return { ok: true, value: (await response.json()) as T };
    } catch {
      return { ok: false, problem: { ...unreachable(), status: response.status } };
    }
  }
}

function unreachable(): Problem {
  return { type: "about:blank", title: "", status: 0, code: "unreachable", detail: "", why: "", field: null, retry_at: null, start: null, end: null, help: "" };
}

/** A body that is no problem document (a proxy's page, say) still becomes one. */
async function problemOf(response: Response): Promise<Problem> {
  const fallback = { ...unreachable(), status: response.status, code: response.status === 404 ? "not-found" : "server-error" };
  if (!(response.headers.get("content-type") ?? "").includes("problem+json")) return fallback;
  try {
    return { ...fallback, ...((await response.json()) as Partial<Problem>) };
  } catch {
    return fallback;
  }
}
