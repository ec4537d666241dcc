/** The country that a browser's languages tell (`en-GB`): the first that names one. */
export function countryOf(languages: readonly string[]): string | null {
  for (const language of languages) {
    const region = language.split("-").slice(1).find((part) => /^[A-Za-z]{2}$/.test(part));
    if (region !== undefined) return region.toUpperCase();
  }
  return null;
}
