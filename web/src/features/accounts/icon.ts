// The icon of a person: two letters of the name, and a colour class fixed by the first (templates/parts/people.html does alike).

const LATIN = /^[a-z]$/;
const PLACES = "0123456789ABCDEF";

export function letters(name: string): string {
  return [...name].slice(0, 2).join("");
}

export function colourClass(name: string): string {
  const first = ([...name][0] ?? "").toLowerCase();
  if (LATIN.test(first)) return `c-${first}`;
  // Letters of other scripts and digits: by the last hexadecimal digit of the percent-encoding.
  const place = PLACES.indexOf(encodeURIComponent(first).slice(-1));
  return `c-${place < 0 ? "z" : "abcdefghijklmnop"[place]}`;
}
