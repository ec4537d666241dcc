// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { createRawSnippet } from "svelte";
import { afterEach, beforeAll, expect, test, vi } from "vitest";

import type { LengthStep } from "../../generated/wire";
import { loadMessages } from "../../messages";
import LengthField from "./LengthField.svelte";
import RuleField from "./RuleField.svelte";

beforeAll(() => loadMessages("en"));
afterEach(cleanup);

const STEPS: LengthStep[] = [
  { act: "ban", length: "short", ms: 7 * 86_400_000 },
  { act: "mute", length: "short", ms: 600_000 },
  { act: "mute", length: "long", ms: 3_600_000 },
];
const texts = () => screen.getAllByRole("option").map((option) => option.textContent.replace(/[\u2068\u2069]/g, ""));
const more = createRawSnippet(() => ({ render: () => '<option value="own-danger">More</option>' }));

test("which rule: all that can be named, then what the dialog adds, and a change is told", async () => {
  const onchange = vi.fn();
  render(RuleField, { rule: "kindness", onchange, children: more });
  expect(texts().slice(0, 2)).toEqual(["Be kind", "No contact details"]);
  expect(texts()).toHaveLength(8);
  expect(texts().at(-1)).toBe("More");
  await fireEvent.change(screen.getByRole("combobox", { name: "Which rule?" }), { target: { value: "own-danger" } });
  expect(onchange).toHaveBeenCalledOnce();
});

test("how long: what there is for this act, in words", () => {
  render(LengthField, { label: "For how long?", act: "mute", steps: STEPS, length: "short" });
  expect(screen.getByRole("combobox", { name: "For how long?" })).toBeTruthy();
  expect(texts()).toEqual(["10 minutes", "one hour"]);
});
