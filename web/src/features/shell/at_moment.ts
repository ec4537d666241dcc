// Does something once a moment has come. Asked again while the moment stands, it waits a second at least: this clock may run ahead of the server's.

const LONGEST = 0x7fffffff;

/** The answer undoes it; fit for an effect. */
export function atMoment(moment: number | null, act: () => void): (() => void) | undefined {
  if (moment === null) return undefined;
  const timer = setTimeout(act, Math.min(LONGEST, Math.max(1000, moment - Date.now())));
  return () => clearTimeout(timer);
}
