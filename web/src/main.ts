// The page's entry: the quick exit first, then the times, then the components that the page asks for.
import "./styles/page.css";

import { mount, type Component } from "svelte";

import { readLanguage, loadMessages } from "./messages";
import { waitingMark } from "./live/waiting_mark";
import { watchForLeaving } from "./quick_exit";
import { localiseTimes } from "./time";

type Loaded = { default: Component<never> };

const components: Record<string, () => Promise<Loaded>> = {
  Workspace: () => import("./features/chats/Workspace.svelte") as Promise<Loaded>,
  Room: () => import("./features/rooms/Room.svelte") as Promise<Loaded>,
  Staff: () => import("./features/staff/Staff.svelte") as Promise<Loaded>,
  Elsewhere: () => import("./features/shell/Elsewhere.svelte") as Promise<Loaded>,
  OwnLink: () => import("./features/accounts/OwnLink.svelte") as Promise<Loaded>,
  PasskeyMaking: () => import("./features/accounts/PasskeyMaking.svelte") as Promise<Loaded>,
  PasskeySignIn: () => import("./features/accounts/PasskeySignIn.svelte") as Promise<Loaded>,
};

watchForLeaving(document, window);
localiseTimes(document, readLanguage(document));

if (document.body.dataset["quietNights"] !== undefined) {
  void Promise.all([import("./time_zone"), import("./live/browser")]).then(([{ tellZone }, { rest, tabStorage }]) => tellZone(document, tabStorage(), rest, Intl.DateTimeFormat().resolvedOptions().timeZone));
}

// Who waits may read or sit in a room meanwhile; the page that they wait on tells all of it itself.
const content = document.querySelector("main");
if (content !== null && waitingMark.set && document.querySelector('[data-component="Workspace"]') === null) {
  const strip = document.createElement("aside");
  strip.className = "elsewhere";
  strip.dataset["component"] = "Elsewhere";
  // Where another component has the page's connection, it shows to a listener who asks for them.
  strip.dataset["props"] = JSON.stringify({ alone: document.querySelector("[data-component]") === null });
  content.before(strip);
}

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
