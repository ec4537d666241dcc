// Joins what lives outside of Svelte to its views: whoever reads `current` is drawn again after each change.

import { createSubscriber } from "svelte/reactivity";

export interface Telling {
  listen(act: () => void): () => void;
}

export function observed<T extends Telling>(source: T): { readonly current: T } {
  const read = createSubscriber((update) => source.listen(update));
  return {
    get current() {
      read();
      return source;
    },
  };
}
