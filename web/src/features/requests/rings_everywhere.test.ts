import { expect, test } from "vitest";

const components = import.meta.glob<string>("../**/*.svelte", { query: "?raw", import: "default", eager: true });

test("whatever gives a page its connection shows a listener who asks for them: any connection counts as being here", () => {
  const connecting = Object.entries(components).filter(([, text]) => text.includes("live as pageLive"));
  expect(connecting.length).toBeGreaterThan(3);
  expect(connecting.filter(([, text]) => !text.includes("<RingCard")).map(([path]) => path)).toEqual([]);
});
