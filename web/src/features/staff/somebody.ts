// Refusals of what staff do to a person by name.

import { refusalWords, t } from "../../messages";

/** For everybody else what is not there and what is not for them is said alike; staff see all people, so theirs is a name mistyped. */
export function somebodyWords(refusal: { code: string; detail: string }): string {
  return refusal.code === "not-found" ? t("staff-nobody") : refusalWords(refusal);
}
