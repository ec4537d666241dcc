"""What a bot says: read from the package's content, checked as a whole before anybody is served.

A script is data with an owner, one file a bot and language. Whatever is wrong with it is told with the file and the place in it.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta

from cups.wire.bots import About, BotCalm, BotChoice, BotQuestion
from cups.words import DEFAULT

Line = Annotated[str, Meta(min_length=1, max_length=500)]
FOLDER = "bots"


class BadScript(Exception):
    """`file`, `place` (as `questions[2].asks`; empty: the whole file) and what is wrong there."""

    def __init__(self, file: str, place: str, why: str) -> None:
        super().__init__(f"{file}{f', {place}' if place else ''}: {why}")
        self.file, self.place, self.why = file, place, why


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{1,39}$")]
    asks: Annotated[str, Meta(min_length=1, max_length=200)]
    own_words: bool = False
    choices: list[BotChoice] = []

    def choice(self, id: str) -> BotChoice | None:
        return next((choice for choice in self.choices if choice.id == id), None)

    def wire(self) -> BotQuestion:
        return BotQuestion(id=self.id, asks=self.asks, own_words=self.own_words, choices=self.choices)


class Crisis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the bot says when somebody writes what may mean danger; the page shows crisis help with it."""

    own: Line
    other: Line
    abuse: Line


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bot: Annotated[str, Meta(pattern="^[a-z]{2,20}$")]
    language: str
    owner: Line
    """Who answers for the words."""
    name: Line
    label: Line
    """What stands at everything that the bot says, in words: its name, and that it is a program."""
    says_what_it_is: Line
    hello: Annotated[list[Line], Meta(min_length=1, max_length=5)]
    questions: Annotated[list[Question], Meta(min_length=1, max_length=10)]
    done: Annotated[list[Line], Meta(min_length=1, max_length=5)]
    calm: Annotated[list[BotCalm], Meta(min_length=1, max_length=10)]
    crisis: Crisis

    def question(self, id: str) -> Question | None:
        return next((question for question in self.questions if question.id == id), None)

    def on_crisis(self, about: About) -> str:
        words: str = getattr(self.crisis, about)
        return words


def parse(file: str, text: bytes) -> Script:
    """BadScript for the first thing that is wrong."""
    try:
        script = msgspec.yaml.decode(text, type=Script)
    except msgspec.ValidationError as error:
        why, _, path = str(error).partition(" - at `")
        raise BadScript(file, path.rstrip("`").removeprefix("$").removeprefix("."), why) from None
    except msgspec.DecodeError as error:
        raise BadScript(file, "", " ".join(str(error).split())) from None
    for place, why in _faults(file, script):
        raise BadScript(file, place, why)
    return script


def _faults(file: str, script: Script) -> Iterator[tuple[str, str]]:
    if file != f"{script.bot}.{script.language}.yaml":
        yield "bot", f"a script of {script.bot} in {script.language} is called {script.bot}.{script.language}.yaml"
    for word in (script.name, script.says_what_it_is):
        if word not in script.hello[0]:
            yield "hello[0]", f"a bot says at once who and what it is: {word!r} is missing"
    if script.name not in script.label or script.label == script.name:
        yield "label", "it holds the name, and says what that is"
    yield from _twice("questions", (question.id for question in script.questions))
    yield from _twice("calm", (calm.id for calm in script.calm))
    for number, question in enumerate(script.questions):
        place = f"questions[{number}]"
        if not question.own_words and len(question.choices) < 2:
            yield place, "it can be answered neither by choosing nor in own words"
        yield from _twice(f"{place}.choices", (choice.id for choice in question.choices))


def _twice(place: str, ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    seen = set[str]()
    for number, id in enumerate(ids):
        if id in seen:
            yield f"{place}[{number}].id", f"{id!r} is there already"
        seen.add(id)


@cache
def shipped() -> dict[tuple[str, str], Script]:
    """Every script of the package, by bot and language. BadScript if any is wrong."""
    folder = files("cups.content").joinpath(FOLDER)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    found = [parse(name, folder.joinpath(name).read_bytes()) for name in names]
    shipped = {(script.bot, script.language): script for script in found}
    for script in found:
        _same_as_english(script, shipped.get((script.bot, DEFAULT)))
    return shipped


def _same_as_english(script: Script, english: Script | None) -> None:
    """An answer is kept by the ids of its question and its choice, so that every language asks the same. BadScript where one does not."""
    file = f"{script.bot}.{script.language}.yaml"
    if english is None:
        raise BadScript(file, "bot", f"there is no {script.bot}.{DEFAULT}.yaml")
    if _shape(script) != _shape(english):
        raise BadScript(
            file,
            "questions",
            f"it does not ask and offer the same, by ids and in the same order, as {script.bot}.{DEFAULT}.yaml",
        )


def _shape(script: Script) -> object:
    asked = [(one.id, one.own_words, [choice.id for choice in one.choices]) for one in script.questions]
    return asked, [calm.id for calm in script.calm]
