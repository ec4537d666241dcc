// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";

import { callBack } from "./call_back";

test("a tab out of sight calls back by its title, until somebody looks", () => {
  document.title = "Rooms";
  callBack(document, "A listener is here");
  expect(document.title).toBe("Rooms");
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  callBack(document, "A listener is here");
  expect(document.title).toBe("A listener is here");
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(document.title).toBe("Rooms");
});
