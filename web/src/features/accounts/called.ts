// What somebody is called within a sentence: the name, or, of somebody who had themselves erased, that they have left.

import type { Person } from "../../generated/wire";
import { t } from "../../messages";

export function calledIn(person: Person): string {
  return person.kind === "gone" ? t("accounts-gone") : person.name;
}
