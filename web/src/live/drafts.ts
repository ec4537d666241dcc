// What is being written, by channel: it outlives a reload and a change of chat, and ends with the tab.

export const MAX_TEXT = 4000;
/** From here on the composer counts down. */
export const COUNT_FROM = 3600;

export class Drafts {
  constructor(private readonly store: Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">) {}

  read(channel: string): string {
    return this.quietly(() => this.store.getItem(key(channel))) ?? "";
  }

  write(channel: string, text: string): void {
    this.quietly(() => (text === "" ? this.store.removeItem(key(channel)) : this.store.setItem(key(channel), text)));
  }

  /** The channels with a draft whose names begin so, in their order. */
  under(start: string): string[] {
    const keys = this.quietly(() => Array.from({ length: this.store.length }, (_, at) => this.store.key(at) ?? "")) ?? [];
    return keys.filter((one) => one.startsWith(key(start))).map((one) => one.slice(key("").length)).sort();
  }

  /** A browser may refuse its storage (private windows, full disks): a lost draft must not stop the talk. */
  private quietly<T>(act: () => T): T | null {
    try {
      return act();
    } catch {
      return null;
    }
  }
}

function key(channel: string): string {
  return `cups-draft-${channel}`;
}

/** Characters as the server counts them: code points, not UTF-16 units. */
export function lengthOf(text: string): number {
  return [...text].length;
}
