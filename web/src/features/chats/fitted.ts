// The log takes what is left of the screen between what stands above it and what is written below it, so that the newest message,
// a notice and the composer are in sight together. What stands there changes: bands, notices, a keyboard, a second line of buttons.

/** Less than this hardly shows a message: then the page scrolls instead. Pixels. */
export const LEAST = 112;
export const MOST = 770;
/** Left free below the composer. */
const EDGE = 8;

/** `top`: of the log, from the top of the page; `below`: from its end to the end of the composer. All in pixels. */
export function fit(screen: number, top: number, below: number): number {
  return Math.max(LEAST, Math.min(MOST, Math.floor(screen - top - below - EDGE)));
}

export function fitted(log: HTMLElement): { destroy: () => void } {
  const whole = log.parentElement;
  function measure(): void {
    if (whole === null) return;
    const box = log.getBoundingClientRect();
    const size = fit(window.innerHeight, box.top + window.scrollY, whole.getBoundingClientRect().bottom - box.bottom);
    log.style.setProperty("--fit", `${size}px`);
  }
  measure();
  const sizes = new ResizeObserver(measure);
  sizes.observe(document.body);
  if (whole !== null) sizes.observe(whole);
  window.addEventListener("resize", measure);
  return {
    destroy: () => {
      sizes.disconnect();
      window.removeEventListener("resize", measure);
    },
  };
}
