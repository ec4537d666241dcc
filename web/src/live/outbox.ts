// Own messages that the server was not heard to hold yet: they outlive a reload, and end with the tab. Sent again under the same
// ref, one that had arrived is not doubled. Only whoever wrote them sends them: a tab may see more than one person.

/** Older than this, a message is not sent by itself any more: its writer decides, the talk may have gone elsewhere. */
export const SENT_BY_ITSELF_FOR = 10 * 60_000;

export interface Unsent {
  ref: string;
  channel: string;
  /** The name of who wrote it. */
  by: string;
  text: string;
  replyTo: number | null;
  at: number;
}

const KEY = "cups-unsent";

export class Outbox {
  constructor(private readonly store: Pick<Storage, "getItem" | "setItem" | "removeItem">) {}

  /** What this person wrote there and is not known to have arrived, oldest first. */
  of(channel: string, by: string): Unsent[] {
    return this.all().filter((one) => one.channel === channel && one.by === by);
  }

  keep(one: Unsent): void {
    this.write([...this.all().filter((held) => held.ref !== one.ref), one]);
  }

  drop(ref: string): void {
    const all = this.all();
    const rest = all.filter((held) => held.ref !== ref);
    if (rest.length < all.length) this.write(rest);
  }

  private all(): Unsent[] {
    try {
      return JSON.parse(this.store.getItem(KEY) ?? "[]") as Unsent[];
    } catch {
      return [];
    }
  }

  /** A browser may refuse its storage: then a message lasts as long as the page. */
  private write(all: Unsent[]): void {
    try {
      if (all.length === 0) this.store.removeItem(KEY);
      else this.store.setItem(KEY, JSON.stringify(all));
    } catch {
      return;
    }
  }
}
