// The rules a moderator can name, in the order of the menu.

import type { RemoveIn } from "../../generated/wire";

export const RULES: readonly RemoveIn["rule"][] = ["kindness", "contact", "spam", "off-topic", "graphic", "pressure", "other"];
