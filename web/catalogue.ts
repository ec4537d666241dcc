// The words of each language as one module, so that a reader loads theirs alone: its own messages, and English where it has none.
// It is whole when it is built; the build tells what is missing.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

export const FALLBACK = "en";
const ALL = "virtual:messages";
const folder = fileURLToPath(new URL("messages", import.meta.url));

export function languages(): string[] {
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
}

function filesOf(language: string): string[] {
  return readdirSync(join(folder, language)).filter((name) => name.endsWith(".ftl")).sort().map((name) => join(folder, language, name));
}

/** Each message of a language with its own source, by key. */
export function messagesOf(source: string): Map<string, string> {
  const starts = [...source.matchAll(/^([a-zA-Z][\w-]*) *= */gm)];
  return new Map(starts.map((start, at) => [start[1] ?? "", source.slice(start.index, starts[at + 1]?.index).replace(/^#.*$/gm, "").trimEnd()]));
}

/** A language's messages with those of another behind them, and the keys that it had to take from there. */
export function whole(own: string, fallback: string): { source: string; missing: string[] } {
  const there = messagesOf(own);
  const behind = messagesOf(fallback);
  const missing = [...behind.keys()].filter((key) => !there.has(key));
  return { source: [...there.values(), ...missing.map((key) => behind.get(key) ?? "")].join("\n"), missing };
}

const read = (language: string): string => filesOf(language).map((path) => readFileSync(path, "utf8")).join("\n");

/** `virtual:messages` has a loader for each language; each of them is a module of its own. */
export function catalogue(): Plugin {
  return {
    name: "cups-catalogue",
    resolveId: (id) => (id === ALL || id.startsWith(`${ALL}/`) ? `\0${id}` : null),
    load(id) {
      if (id === `\0${ALL}`) return `export default { ${languages().map((one) => `${JSON.stringify(one)}: () => import("${ALL}/${one}")`).join(", ")} };`;
      if (!id.startsWith(`\0${ALL}/`)) return null;
      const language = id.slice(ALL.length + 2);
      for (const path of [...filesOf(language), ...filesOf(FALLBACK)]) this.addWatchFile(path);
      const { source, missing } = whole(read(language), language === FALLBACK ? "" : read(FALLBACK));
      if (missing.length > 0) this.warn(`${language} has no words for ${missing.length} messages, English takes their place: ${missing.slice(0, 20).join(", ")}`);
      return `export default ${JSON.stringify(source)};`;
    },
  };
}
