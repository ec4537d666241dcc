// What was half written, or did not reach the server, when the listener came: it goes on in the chat. No DOM.

import type { Drafts } from "../../live/drafts";

/** Under which the request is kept that one waited with last in this tab. */
export const LAST = "noni-last";

/** Under which words for an answer are kept until they are taken. */
export function answerDraft(request: string, question: string): string {
  return `noni-${request}-${question}`;
}

/** Puts such words where one writes in this chat, unsent. What stands there already stays, and so do they then. */
export function handOver(drafts: Drafts, chat: string): void {
  const request = drafts.read(LAST);
  if (request === "" || drafts.read(chat) !== "") return;
  const left = drafts.under(answerDraft(request, ""));
  const words = left.map((channel) => drafts.read(channel).trim()).filter((text) => text !== "");
  if (words.length > 0) drafts.write(chat, words.join("\n"));
  for (const channel of [...left, LAST]) drafts.write(channel, "");
}
