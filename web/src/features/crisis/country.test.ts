import { expect, test } from "vitest";
import { countryOf } from "./country";

test("the first language with a country tells it", () => {
  expect(countryOf(["en", "en-GB", "es-MX"])).toBe("GB");
  expect(countryOf(["zh-Hant-tw"])).toBe("TW");
  expect(countryOf(["en", "de"])).toBeNull();
  expect(countryOf([])).toBeNull();
});
