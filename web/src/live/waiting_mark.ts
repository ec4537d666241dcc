// Whether this browser has somebody in the queue or in a chat: every other page then keeps their place and calls them back.
// Kept across tabs, and holds nothing but that.

const KEY = "cups-waiting";

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class WaitingMark {
  /** `store` may refuse to be touched at all, as browsers without cookies do. */
  constructor(private readonly store: () => Store) {}

  get set(): boolean {
    return this.quietly(() => this.store().getItem(KEY)) !== null;
  }

  change(set: boolean): void {
    this.quietly(() => (set ? this.store().setItem(KEY, "1") : this.store().removeItem(KEY)));
  }

  private quietly<T>(act: () => T): T | null {
    try {
      return act();
    } catch {
      return null;
    }
  }
}

export const waitingMark = new WaitingMark(() => window.localStorage);
