// The words of the page: the same Fluent catalogue that the templates use, one chunk for each language.

import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import loaders from "virtual:messages";

export type Arguments = Record<string, FluentVariable>;

const FALLBACK = "en";
/** What stands where there is no message in any language: a key says nothing to anybody. */
const NOTHING = "…";

let bundle = new FluentBundle(FALLBACK);
const told = new Set<string>();

/** The language that the server chose for this page. */
export function readLanguage(document: Document): string {
  return document.documentElement.lang || FALLBACK;
}

/** A language without a catalogue falls back to its base (`pt` for `pt-BR`), then to English. */
export function catalogueFor(language: string): string {
  const base = language.split("-")[0] ?? language;
  return [language, base].find((code) => code in loaders) ?? FALLBACK;
}

/** Loads this language alone: the build has put English where it lacks words. */
export async function loadMessages(language: string): Promise<void> {
  const code = catalogueFor(language);
  const source = await loaders[code]?.();
  bundle = bundleOf(code, source === undefined ? [] : [source.default]);
}

/** The same digits in every language, those of phone numbers and codes, as on the pages that the server writes. */
export function bundleOf(language: string, sources: string[]): FluentBundle {
  const made = new FluentBundle(`${language}-u-nu-latn`);
  for (const source of sources) made.addResource(new FluentResource(source));
  return made;
}

export function has(key: string): boolean {
  return bundle.hasMessage(key);
}

/** The words of a message. */
export function t(key: string, args: Arguments = {}): string {
  const pattern = bundle.getMessage(key)?.value;
  if (pattern != null) return bundle.formatPattern(pattern, args, []);
  if (!told.has(key)) console.error(`a message is missing: ${key}`);
  told.add(key);
  return NOTHING;
}

/** The words of a refusal: the server's own where it gave some, the catalogue's for the code otherwise. */
export function refusalWords(refusal: { code: string; detail: string }): string {
  if (refusal.detail !== "") return refusal.detail;
  if (refusal.code === "unreachable") return t("errors-unreachable");
  const key = `error-${refusal.code}`;
  return has(key) ? t(key) : t("error-server-error");
}
