import { expect, test } from "vitest";

import { lasting } from "./lasting";

test.each([
  [600_000, "minutes", 10],
  [3_600_000, "hours", 1],
  [5_400_000, "minutes", 90],
  [86_400_000, "days", 1],
  [7 * 86_400_000, "days", 7],
])("%i ms are told in the largest unit that fits whole", (ms, unit, count) => {
  expect(lasting(ms)).toEqual({ unit, count });
});
