// A short script and one answer, for tests.

import type { BotAnswer, BotTalk } from "../../generated/wire";

export const REQUEST_ID = "q".repeat(26);
export const TALK: BotTalk = {
  bot: "noni", request: REQUEST_ID, name: "Noni", label: "Noni, a program", greets: true, can_answer: true,
  hello: ["I am Noni. I am a program."],
  questions: [
    { id: "brings", asks: "What brings you here?", own_words: true, choices: [] },
    { id: "feels", asks: "How does it feel?", own_words: true, choices: [{ id: "calm", words: "Calm" }, { id: "heavy", words: "Heavy" }] },
  ],
  answers: [], next: "brings", done: ["Thank you."],
  calm: [{ id: "breathing", title: "Breathe slowly", steps: ["In.", "Out."] }],
  crisis: { own: "Help for you.", other: "Help for them.", abuse: "Nobody may hurt you." },
};
export const ANSWER: BotAnswer = {
  question: "brings", asked: "What brings you here?", choice: "", chosen: "", text: "My cat died.", skipped: false, help: "", hidden: false, at: 1,
};
