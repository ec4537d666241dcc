// A card that goes while the keyboard is on it hands the focus to what stands in its place: otherwise it would fall back to the top of the page.

import { tick } from "svelte";

/** An action. It looks at where the focus was last, since what is taken from the page holds it no more. */
export function handsOnFocus(card: HTMLElement): { destroy(): void } {
  const stage = card.parentElement;
  let last: EventTarget | null = null;
  const follow = (event: FocusEvent): void => {
    last = event.target;
  };
  document.addEventListener("focusin", follow);
  return {
    destroy() {
      document.removeEventListener("focusin", follow);
      if (last instanceof Node && card.contains(last)) void handOn(stage);
    },
  };
}

async function handOn(stage: HTMLElement | null): Promise<void> {
  await tick();
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  const next = stage?.querySelector<HTMLElement>("h2") ?? stage?.querySelector<HTMLElement>("[role=status]");
  if (!next) return;
  next.tabIndex = -1;
  next.focus();
}
