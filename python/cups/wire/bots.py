"""Talking with a bot, and what of it is passed on to a listener."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import PLAIN, Body, Id, Millis, Ref

MAX_ANSWER = 1000
"""Characters in one answer: what somebody would say in a minute. The rest has its place in the chat."""

About = Literal["own", "other", "abuse"]
"""Whom a sign of danger is about."""
Short = Annotated[str, Meta(min_length=1, max_length=200)]
Key = Annotated[str, Meta(min_length=2, max_length=40, pattern="^[a-z][a-z0-9-]+$")]


class BotChoice(Body):
    id: Key
    words: Short


class BotQuestion(Body):
    """Answered by one of `choices`, in own words where `own_words` says so, by both, or skipped."""

    id: Key
    asks: str
    own_words: bool
    choices: list[BotChoice]


class BotCalm(Body):
    """Something calm to do, step by step."""

    id: Key
    title: Short
    steps: Annotated[list[Short], Meta(min_length=1, max_length=10)]


class BotAnswerIn(Body):
    """An answer, or another one in its place. The same `ref` again changes nothing and gives the same result."""

    ref: Ref
    skip: bool = False
    choice: Annotated[str, Meta(max_length=40)] = ""
    text: Annotated[str, Meta(max_length=MAX_ANSWER, pattern=PLAIN)] = ""


class BotAnswer(Body):
    """What somebody answered, as they see it. `help`: it may mean danger; show crisis help with it. `hidden`: contact details in it were covered."""

    question: str
    asked: str
    choice: str
    chosen: str
    text: str
    skipped: bool
    help: Literal["", "own", "other", "abuse"]
    hidden: bool
    at: Millis


class BotCrisis(Body):
    """What the bot says with the crisis help, by what an answer is about."""

    own: str
    other: str
    abuse: str


class BotTalk(Body):
    """The talk of somebody who waits with a bot, whole: the script, and what they answered.

    `label` stands at everything that the bot says. `greets`: the bot may offer itself with its first words; where not, it stays
    silent until it is asked. `next` is the question that comes now; None: all were asked. `can_answer`: answers are taken still; they
    are passed on to the listener who takes the request, and stay as they were from then on.
    """

    bot: Literal["noni"]
    request: Id
    name: str
    label: str
    greets: bool
    can_answer: bool
    hello: list[str]
    questions: list[BotQuestion]
    answers: list[BotAnswer]
    next: str | None
    done: list[str]
    calm: list[BotCalm]
    crisis: BotCrisis


class ToldAnswer(Body):
    asked: str
    chosen: str
    text: str


class Told(Body):
    """What the member of this chat told a bot while they waited, without what they skipped. Empty: nothing, or nothing that may be seen (any more)."""

    name: str
    label: str
    answers: list[ToldAnswer]
