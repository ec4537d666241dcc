// A tab that is out of sight says in its title that something happened, until somebody looks.

/** Nothing for a tab in sight: there the page itself says it. */
export function callBack(document: Document, words: string): void {
  if (!document.hidden) return;
  const before = document.title;
  document.title = words;
  const seen = (): void => {
    if (document.hidden) return;
    document.removeEventListener("visibilitychange", seen);
    if (document.title === words) document.title = before;
  };
  document.addEventListener("visibilitychange", seen);
}
