import { expect, test } from "vitest";

import { fit, LEAST, MOST } from "./fitted";

test("the log takes what is left of the screen, and no more than that", () => {
  expect(fit(740, 300, 120) + 300 + 120).toBeLessThanOrEqual(740);
  expect(fit(740, 300, 120)).toBeGreaterThan(300);
});

test("it never shrinks to nothing, nor fills a tall screen with emptiness", () => {
  expect(fit(480, 400, 150)).toBe(LEAST);
  expect(fit(3000, 100, 100)).toBe(MOST);
});
