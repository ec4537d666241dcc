// The words of the page: the same Fluent catalogue that the templates use, one chunk for each language.

import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";

export type Arguments = Record<string, FluentVariable>;

const FALLBACK = "en";
const files = import.meta.glob<string>("../messages/*/*.ftl", { query: "?raw", import: "default" });

let bundle = new FluentBundle(FALLBACK);

/** The language that the server chose for this page. */
export function readLanguage(document: Document): string {
  return document.documentElement.lang || FALLBACK;
}

function filesOf(language: string): string[] {
  return Object.keys(files).filter((path) => path.startsWith(`../messages/${language}/`));
}

/** A language without a catalogue falls back to its base (`pt` for `pt-BR`), then to English. */
export function catalogueFor(language: string): string {
  const base = language.split("-")[0] ?? language;
  return [language, base].find((code) => filesOf(code).length > 0) ?? FALLBACK;
}

export async function loadMessages(language: string): Promise<void> {
  const code = catalogueFor(language);
  const sources = await Promise.all(filesOf(code).map((path) => files[path]?.()));
  bundle = bundleOf(code, sources.filter((source) => source !== undefined));
}

export function bundleOf(language: string, sources: string[]): FluentBundle {
  const made = new FluentBundle(language);
  for (const source of sources) made.addResource(new FluentResource(source));
  return made;
}

export function has(key: string): boolean {
  return bundle.hasMessage(key);
}

/** The words of a message. A key that is missing shows itself: the catalogue's test finds it before anyone else does. */
export function t(key: string, args: Arguments = {}): string {
  const pattern = bundle.getMessage(key)?.value;
  return pattern == null ? key : bundle.formatPattern(pattern, args, []);
}

/** The words of a refusal: the server's own where it gave some, the catalogue's for the code otherwise. */
export function refusalWords(refusal: { code: string; detail: string }): string {
  if (refusal.detail !== "") return refusal.detail;
  if (refusal.code === "unreachable") return t("errors-unreachable");
  const key = `error-${refusal.code}`;
  return has(key) ? t(key) : t("error-server-error");
}
