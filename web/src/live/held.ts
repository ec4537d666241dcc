// Which part of held words a refusal is about. The server counts Unicode characters, a string here counts UTF-16 units.

import type { Held } from "./channel";

export interface Parts {
  before: string;
  part: string;
  after: string;
}

/** Of long words only what stands around the part is shown. */
export const AROUND = 60;

/** Null where the part is not known, or does not lie in the words. */
export function parted(held: Held): Parts | null {
  const { start, end } = held.refusal;
  const signs = Array.from(held.text);
  if (typeof start !== "number" || typeof end !== "number" || start < 0 || end <= start || end > signs.length) return null;
  const from = Math.max(0, start - AROUND);
  const to = Math.min(signs.length, end + AROUND);
  return {
    before: (from > 0 ? "…" : "") + signs.slice(from, start).join(""),
    part: signs.slice(start, end).join(""),
    after: signs.slice(end, to).join("") + (to < signs.length ? "…" : ""),
  };
}
