// Brings what has just appeared into sight, without moving more than needed.

export function inSight(element: HTMLElement): void {
  element.scrollIntoView({ block: "nearest" });
}
