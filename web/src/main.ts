// The page's entry: the quick exit first, then the times, then the components that the page asks for.
import "./styles/page.css";

import { mount, type Component } from "svelte";

import { readLanguage, loadMessages } from "./messages";
import { watchForLeaving } from "./quick_exit";
import { localiseTimes } from "./time";

type Loaded = { default: Component<never> };

const components: Record<string, () => Promise<Loaded>> = {
  Workspace: () => import("./features/chats/Workspace.svelte") as Promise<Loaded>,
  Room: () => import("./features/rooms/Room.svelte") as Promise<Loaded>,
  Staff: () => import("./features/staff/Staff.svelte") as Promise<Loaded>,
};

watchForLeaving(document, window);
localiseTimes(document, readLanguage(document));

for (const place of document.querySelectorAll<HTMLElement>("[data-component]")) {
  const load = components[place.dataset["component"] ?? ""];
  if (load === undefined) continue;
  const props = JSON.parse(place.dataset["props"] ?? "{}") as never;
  void Promise.all([load(), loadMessages(readLanguage(document))]).then(([loaded]) => {
    // What stood there for readers without scripts makes room only once the component is here.
    place.replaceChildren();
    mount(loaded.default, { target: place, props });
    place.dataset["mounted"] = "";
  });
}
