// The catalogue and its users agree: every message used exists, none is unused, and no visible text stands outside of it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FluentBundle, FluentResource } from "@fluent/bundle";
import { parse } from "svelte/compiler";
import { describe, expect, test } from "vitest";

const web = fileURLToPath(new URL("..", import.meta.url));
const server = join(web, "..", "python", "cups");

function under(folder: string, endings: string[]): string[] {
  return readdirSync(join(web, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => endings.some((ending) => name.endsWith(ending)) && !name.includes(".test.") && !name.includes("generated"))
    .map((name) => join(folder, name))
    .sort();
}
const read = (path: string) => readFileSync(join(web, path), "utf8");

const templates = under("templates", [".html"]);
const components = under("src", [".svelte"]);
const code = [...components, ...under("src", [".ts"])];
const catalogue = under("messages/en", [".ftl"]);
const keysOf = (path: string) => [...read(path).matchAll(/^([a-zA-Z][\w-]*) =/gm)].map((found) => found[1] ?? "");
const keys = new Set(catalogue.flatMap(keysOf));

/** Families whose keys are made from data: what the data holds is what the catalogue must hold. */
const families: Record<string, string[]> = {
  "topic-": (JSON.parse(readFileSync(join(server, "content", "topics.json"), "utf8")) as { id: string }[]).map((topic) => topic.id),
  "error-": [...readFileSync(join(server, "errors.py"), "utf8").matchAll(/^ {4}"([a-z-]+)": Code\(/gm)].map((found) => found[1] ?? ""),
  // What a refusal says beyond its code stands in the server's sources.
  "refusal-": [...new Set(serverSources().flatMap((text) => [...text.matchAll(/says="([a-z-]+)"/g), ...text.matchAll(/^ {4}\(.*\): "([a-z-]+)",$/gm)].map((found) => found[1] ?? "")))],
  "rule-": literals("rule"),
  "step-": literals("what"),
};
const countries = Object.keys(JSON.parse(readFileSync(join(server, "content", "helplines.json"), "utf8")) as object).filter((code) => code !== "international");

function serverSources(): string[] {
  return readdirSync(server, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".py") && !name.startsWith("_web")).map((name) => readFileSync(join(server, name), "utf8"));
}

/** The values of a field's type in the generated types. */
function literals(field: string): string[] {
  const found = new RegExp(`^ {2}${field}: (".*");`, "m").exec(read("src/generated/wire.ts"))?.[1] ?? "";
  return [...found.matchAll(/"([^"]+)"/g)].map((one) => one[1] ?? "");
}

/** Whole keys and beginnings of keys that a file asks for. */
function asked(path: string): { whole: string[]; beginnings: string[] } {
  const text = read(path);
  return {
    whole: [...text.matchAll(/\bt\(\s*["']([\w-]+)["']\s*[,)]/g)].map((found) => found[1] ?? ""),
    beginnings: [...text.matchAll(/\bt\(\s*(?:`([\w-]+-)\$\{|'([\w-]+-)' ~)/g)].map((found) => found[1] ?? found[2] ?? ""),
  };
}

describe("messages", () => {
  test("the files are read at all", () => {
    expect(templates.length).toBeGreaterThan(25);
    expect(components.length).toBeGreaterThan(25);
    expect(keys.size).toBeGreaterThan(400);
  });

  test("no key is given twice, and every one of them parses", () => {
    const all = catalogue.flatMap(keysOf);
    expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([]);
    const bundle = new FluentBundle("en");
    for (const path of catalogue) bundle.addResource(new FluentResource(read(path)));
    expect([...keys].filter((key) => bundle.getMessage(key)?.value == null)).toEqual([]);
  });

  test.each([...templates, ...code])("%s asks for messages that exist", (path) => {
    const { whole, beginnings } = asked(path);
    expect(whole.filter((key) => !keys.has(key))).toEqual([]);
    expect(beginnings.filter((start) => ![...keys].some((key) => key.startsWith(start)))).toEqual([]);
  });

  test("no message is unused", () => {
    const sources = [...templates, ...code].map(read).join("\n");
    const beginnings = new Set([...templates, ...code].flatMap((path) => asked(path).beginnings));
    const quoted = new Set([...sources.matchAll(/["'`]([a-z][\w-]+)["'`]/g)].map((found) => found[1] ?? ""));
    // Letters are written by the server: each has a subject and words.
    const letters = ["mail-consent-", "mail-foot", "mail-recover", "mail-email-confirm", "mail-notice"];
    const byData = [...Object.keys(families), ...letters, "country-", "language-"];
    const unused = [...keys].filter((key) => !quoted.has(key) && ![...beginnings, ...byData].some((start) => key.startsWith(start)));
    expect(unused).toEqual([]);
  });

  test.each(Object.entries(families))("%s has a message for each value of the data, and no others", (start, values) => {
    expect(values.length).toBeGreaterThan(3);
    expect([...keys].filter((key) => key.startsWith(start)).sort()).toEqual(values.map((value) => start + value).sort());
  });

  test("every country of the directory of helplines has a name", () => {
    expect(countries.length).toBeGreaterThan(5);
    expect(countries.filter((country) => !keys.has(`country-${country}`))).toEqual([]);
  });
});

const LETTERS = /\p{L}/u;
const SPOKEN = ["aria-label", "title", "placeholder", "alt"];

/** Visible text of a template that does not come from an expression. */
function strayInTemplate(source: string): string[] {
  // Names of classes are no text; an expression in an attribute may hold quotes and angles: both go first.
  const bare = source.replace(/\{% block page_class %\}[\s\S]*?\{% endblock %\}/g, "").replace(/\{#[\s\S]*?#\}|\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g, "");
  const spoken = [...bare.matchAll(new RegExp(`\\b(?:${SPOKEN.join("|")})="([^"]*)"`, "g"))].map((found) => found[1] ?? "");
  const described = [...bare.matchAll(/<meta name="description" content="([^"]*)"/g)].map((found) => found[1] ?? "");
  const texts = bare.replace(/<!doctype html>/i, "").split(/<[^>]*>/);
  return [...texts, ...spoken, ...described].map((text) => text.replace(/&\w+;/g, "").trim()).filter((text) => LETTERS.test(text));
}

interface Node {
  type: string;
  data?: string;
  name?: string;
  value?: unknown;
  [key: string]: unknown;
}

/** Visible text of a component that does not come from an expression, and words in the expressions of spoken attributes. */
function strayInComponent(source: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown, inAttribute: boolean): void => {
    if (Array.isArray(value)) for (const one of value) visit(one, inAttribute);
    if (typeof value !== "object" || value === null || !("type" in value)) return;
    const node = value as Node;
    if (node.type === "Text" && !inAttribute && LETTERS.test(node.data ?? "")) found.push((node.data ?? "").trim());
    if (node.type === "Attribute") {
      if (SPOKEN.includes(node.name ?? ""))
        for (const part of Array.isArray(node.value) ? (node.value as Node[]) : []) if (part.type === "Text" && LETTERS.test(part.data ?? "")) found.push(part.data ?? "");
      return;
    }
    for (const [key, inner] of Object.entries(node)) if (key !== "metadata") visit(inner, inAttribute);
  };
  visit((parse(source, { modern: true }) as unknown as { fragment: unknown }).fragment, false);
  return found;
}

describe("text outside of the catalogue", () => {
  test("the search finds what it should", () => {
    expect(strayInTemplate('<p title="Hello">{{ t("a") }} There</p>')).toEqual(["There", "Hello"]);
    expect(strayInTemplate('{% if x %}<p class="word">{{ y }} ·</p>{% endif %}')).toEqual([]);
    expect(strayInComponent('<p title="Hello">{t("a")} There</p>')).toEqual(["Hello", "There"]);
    expect(strayInComponent('{#if x}<p class="word">{y} ·</p>{/if}')).toEqual([]);
  });

  test.each(templates)("%s has none", (path) => {
    expect(strayInTemplate(read(path))).toEqual([]);
  });

  test.each(components)("%s has none", (path) => {
    expect(strayInComponent(read(path))).toEqual([]);
  });

  test.each([...templates, ...components])("%s has no inline style or script, which the security policy forbids", (path) => {
    const source = read(path).replace(/<script lang="ts">[\s\S]*?<\/script>/, "");
    expect(source).not.toMatch(/<style|\sstyle=|\sstyle:|<script(?![^>]*\bsrc=)|\son\w+="|javascript:/);
  });
});
