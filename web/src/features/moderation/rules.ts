// The rules a moderator can name, in the order of the menu. Somebody's own danger is none of them: a crisis is never an offence.

import type { RemoveIn } from "../../generated/wire";

export const RULES: readonly RemoveIn["rule"][] = ["kindness", "contact", "spam", "off-topic", "graphic", "pressure", "other"];
/** An entry of the menu that warns nobody: it shows what to do instead. */
export const OWN_DANGER = "own-danger";
