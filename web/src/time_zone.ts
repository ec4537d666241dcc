// A young person's time zone, told by their browser where none is known yet: their nights are quiet by it. Nobody else is asked.

import type { TimeZoneIn } from "./generated/wire";
import type { Rest } from "./rest";

const TOLD = "cups-zone-told";

/** Once for each tab, on pages that ask for it. */
export async function tellZone(page: Document, kept: Pick<Storage, "getItem" | "setItem">, rest: Rest, zone: string): Promise<void> {
  if (page.body.dataset["quietNights"] === undefined || kept.getItem(TOLD) !== null) return;
  const body: TimeZoneIn = { zone, if_unknown: true };
  if ((await rest.call("PUT", "/api/me/time-zone", body)).ok) kept.setItem(TOLD, "1");
}
