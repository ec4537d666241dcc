// What a talk with a bot shows, line by line, and what is sent. No DOM.

import type { BotAnswer, BotAnswerIn, BotQuestion, BotTalk } from "../../generated/wire";

/** One line of the talk: the bot's, or an answer, or the help that comes with it. */
export type Line =
  | { kind: "bot"; key: string; text: string }
  | { kind: "you"; key: string; answer: BotAnswer; question: BotQuestion | null }
  | { kind: "help"; key: string; text: string };

/** The question in sight: the one being changed, else the next one; null: everything is asked, or nothing is taken any more. */
export function current(talk: BotTalk, changing: string | null): BotQuestion | null {
  if (!talk.can_answer) return null;
  return talk.questions.find((one) => one.id === (changing ?? talk.next)) ?? null;
}

export function given(talk: BotTalk, question: string): BotAnswer | null {
  return talk.answers.find((one) => one.question === question) ?? null;
}

/** Whether this is what was sent: the answer to it may have been lost. */
export function same(answer: BotAnswer, sent: BotAnswerIn): boolean {
  return answer.skipped === (sent.skip ?? false) && answer.choice === (sent.choice ?? "") && answer.text === (sent.text ?? "");
}

export function lines(talk: BotTalk, changing: string | null): Line[] {
  const said: Line[] = talk.hello.map((text, at) => ({ kind: "bot", key: `hello-${String(at)}`, text }));
  for (const answer of talk.answers) {
    const { question: id, asked, help } = answer;
    if (id !== changing) {
      said.push({ kind: "bot", key: `asks-${id}`, text: asked });
      said.push({ kind: "you", key: `said-${id}`, answer, question: talk.questions.find((one) => one.id === id) ?? null });
    }
    if (help !== "") said.push({ kind: "help", key: `help-${id}`, text: talk.crisis[help] });
  }
  const question = current(talk, changing);
  if (question !== null) said.push({ kind: "bot", key: `asks-${question.id}`, text: question.asks });
  else if (talk.next === null) said.push(...talk.done.map((text, at): Line => ({ kind: "bot", key: `done-${String(at)}`, text })));
  return said;
}

/** Whether sending again later may bring it there: the server was not reached, or had too much to do. */
export function mayPass(status: number): boolean {
  return status === 0 || status >= 500;
}
