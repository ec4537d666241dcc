"""The script is data: whatever is wrong in it is told with the file and the place, and what ships is right."""

import msgspec
import pytest

from cups.bots import script
from cups.bots.script import BadScript, parse
from cups.screening import loading

FILE = "noni.en.yaml"
GOOD = """
bot: noni
language: en
owner: community team
name: Noni
label: Noni, a program
says_what_it_is: I am a program
hello: ["I am Noni. I am a program."]
questions:
  - {id: brings, asks: What brings you here?, own_words: true}
  - {id: feels, asks: How is it?, choices: [{id: calm, words: Calm}, {id: heavy, words: Heavy}]}
done: [Thank you.]
calm: [{id: breathing, title: Breathe, steps: [In and out.]}]
crisis: {own: Help., other: Help., abuse: Help.}
"""


def changed(old: str, new: str) -> bytes:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new).encode()


def test_a_good_one_is_read() -> None:
    made = parse(FILE, GOOD.encode())
    assert [question.id for question in made.questions] == ["brings", "feels"]
    assert made.on_crisis("own") == "Help."


@pytest.mark.parametrize(
    ("old", "new", "place", "why"),
    [
        ("asks: What brings you here?, ", "", "questions[0]", "asks"),
        ("asks: How is it?", "asks: 3", "questions[1].asks", "Expected `str`"),
        ("own_words: true", "own_words: true, colour: red", "questions[0]", "colour"),
        ("id: feels", "id: brings", "questions[1].id", "there already"),
        ("id: heavy", "id: calm", "questions[1].choices[1].id", "there already"),
        (", {id: heavy, words: Heavy}", "", "questions[1]", "neither"),
        ("words: Heavy", "words: ''", "questions[1].choices[1].words", "length"),
        ("I am Noni. I am a program.", "I am Noni, your friend.", "hello[0]", "what it is"),
        ("I am Noni. I am a program.", "Hi. I am a program.", "hello[0]", "Noni"),
        ("label: Noni, a program", "label: Noni", "label", "says what that is"),
        ("bot: noni", "bot: sophia", "bot", "sophia.en.yaml"),
        (", abuse: Help.", "", "crisis", "abuse"),
        ("owner: community team\n", "", "", "owner"),
        ("done: [Thank you.]", "done: [Thank you.", "", "line"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, place: str, why: str) -> None:
    with pytest.raises(BadScript) as caught:
        parse(FILE, changed(old, new))
    assert caught.value.file == FILE and caught.value.place == place
    assert why in caught.value.why and str(caught.value).startswith(FILE)


def test_what_ships_is_right_and_says_what_it_is() -> None:
    noni = script.shipped()["noni", "en"]
    assert noni.owner and "program, not a person" in noni.hello[0]
    assert [question.id for question in noni.questions] == ["brings", "how-long", "feels", "hopes"]
    assert all("program" in words for words in msgspec.structs.astuple(noni.crisis))


def test_it_promises_nobody() -> None:
    """Whether a listener comes is not known: the place is theirs, and that can be said."""
    noni = script.shipped()["noni", "en"]
    lines = [*noni.hello, *noni.done, *(step for calm in noni.calm for step in calm.steps)]
    assert any("keep your place" in line for line in noni.hello)
    assert [line for line in lines if "will come" in line or "on their way" in line or "soon" in line.lower()] == []


def test_no_choice_is_a_sign_of_danger_or_held_back() -> None:
    """Choosing is not screened, so nothing that can be chosen may need it."""
    noni = script.shipped()["noni", "en"]
    core = loading.screening(loading.shipped_ready(), loading.lexicon(), source=loading.sources())
    words = [choice.words for question in noni.questions for choice in question.choices]
    assert len(words) > 10
    assert [text for text in words if core.judge("", text).hits] == []
    assert core.judge("", "I want to die").hits, "the rules find what they should"
