// Times in the reader's zone. The server writes UTC into `<time datetime>`; here it becomes local.

export type TimeStyle = "time" | "date" | "full";

const styles: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  time: { timeStyle: "short" },
  date: { dateStyle: "medium" },
  full: { dateStyle: "medium", timeStyle: "short" },
};

/** One calendar and one kind of digits in every language: what two people tell each other of a day has to be the same day. */
const PLAIN: Intl.DateTimeFormatOptions = { calendar: "gregory", numberingSystem: "latn" };

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** The reader's own kind of the page's language, so that British readers see 14:05 and Americans 2:05 PM; else the page's language. */
export function readersKind(language: string, preferred: readonly string[] = navigator.languages): string {
  return preferred.find((one) => one === language || one.startsWith(`${language}-`)) ?? language;
}

/** Words for a moment. `time` gains its date when the moment is not of today: "14:05" alone would mislead. */
export function words(ms: number, style: TimeStyle, language: string, now: number, zone?: string): string {
  const chosen = style === "time" && !sameDay(ms, now, zone) ? "full" : style;
  return new Intl.DateTimeFormat(language, { ...styles[chosen], ...PLAIN, ...(zone === undefined ? {} : { timeZone: zone }) }).format(ms);
}

function sameDay(a: number, b: number, zone: string | undefined): boolean {
  const day = new Intl.DateTimeFormat("en-CA", zone === undefined ? {} : { timeZone: zone });
  return day.format(a) === day.format(b);
}

/** Whole seconds from now until then, at least 0. */
export function secondsUntil(then: number, now: number): number {
  return Math.max(0, Math.ceil((then - now) / 1000));
}

/** Rewrites every marked `<time>` of a page that the server rendered. */
export function localiseTimes(root: ParentNode, language: string, now = Date.now()): void {
  const kind = readersKind(language);
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[data-local]")) {
    const ms = Date.parse(element.dateTime);
    const style = element.dataset["local"] as TimeStyle;
    if (!Number.isNaN(ms) && style in styles) element.textContent = words(ms, style, kind, now);
  }
}
