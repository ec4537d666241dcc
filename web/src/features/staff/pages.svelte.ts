// A list of the staff API, read page by page.

import { refusalWords } from "../../messages";
import type { Rest } from "../../rest";

type Page = { next: string | null };

export class Pages<B extends Page, T> {
  rows: T[] = $state([]);
  next: string | null = $state(null);
  busy = $state(true);
  wrong = $state("");

  constructor(
    private readonly rest: Rest,
    private path: string,
    private readonly rowsOf: (body: B) => T[],
  ) {}

  /** From the first page on; with a path, of another question. */
  async start(path = this.path): Promise<void> {
    this.path = path;
    this.rows = [];
    this.next = null;
    await this.read(this.path);
  }

  async more(): Promise<void> {
    if (this.next !== null) await this.read(`${this.path}${this.path.includes("?") ? "&" : "?"}after=${encodeURIComponent(this.next)}`);
  }

  private async read(path: string): Promise<void> {
    this.busy = true;
    const result = await this.rest.get<B>(path);
    this.busy = false;
    this.wrong = result.ok ? "" : refusalWords(result.problem);
    if (!result.ok) return;
    this.rows = [...this.rows, ...this.rowsOf(result.value)];
    this.next = result.value.next;
  }
}
