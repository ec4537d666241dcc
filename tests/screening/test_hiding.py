"""Contact details in a cry for help: covered, and nothing else is."""

from types import SimpleNamespace
from typing import cast

import pytest

from cups.clock import SystemClock
from cups.screening import hiding, loading
from cups.screening.door import Screen
from cups.settings import Settings
from cups.store.database import Database, Unit

CORE = loading.screening(loading.shipped_ready(), loading.lexicon(), source={})


def hidden(text: str) -> str:
    return hiding.hide(text, CORE.judge("p", text), lambda part: CORE.judge("p", part))


@pytest.mark.parametrize(
    ("text", "gone", "stays"),
    [
        ("I am going to kill myself, please call me 555 010 4477", ["555", "4477"], ["I am going to kill myself"]),
        (
            "i want to die. mail me at sad.owl@example.com or call 555 010 4477 pls",
            ["sad.owl", "4477"],
            ["i want to die."],
        ),
        (
            "i want to die, my number is five five five oh one oh four four seven seven",
            ["four four seven"],
            ["i want to die"],
        ),
        ("quiero morir, llámame al 600 123 456", ["600 123"], ["quiero morir"]),
        ("😢 I want to die 😢 555 010 4477 😢", ["555"], ["😢 I want to die 😢", "😢"]),
    ],
)
def test_the_details_go_and_the_words_stay(text: str, gone: list[str], stays: list[str]) -> None:
    verdict = CORE.judge("p", text)
    assert verdict.action == "help" and hiding.contact(verdict)
    shown = hidden(text)
    assert hiding.HIDDEN in shown
    assert not [part for part in gone if part in shown] and not [part for part in stays if part not in shown]
    assert not hiding.contact(CORE.judge("p", shown))


def test_what_holds_none_is_left_as_it_is() -> None:
    text = "I want to die, I have felt like this for 3 weeks"
    assert hidden(text) == text


def test_stretches_that_overlap_are_covered_once() -> None:
    assert hiding.cover("abcdefghij", [(4, 6), (1, 5)]) == f"a{hiding.HIDDEN}ghij"
    assert hiding.cover("abc", [(0, 3)]) == hiding.HIDDEN


@pytest.mark.parametrize("detail", ["snapchat: bobsmith. ", "five five five oh one oh four four seven seven, I said. "])
def test_details_given_more_often_than_there_are_rounds_are_covered_all(detail: str) -> None:
    text = "i want to die. " + detail * (2 * hiding.MOST_ROUNDS)
    assert hiding.contact(CORE.judge("p", text))
    shown = hidden(text)
    assert shown.startswith("i want to die. ") and "bob" not in shown and "four" not in shown
    assert not hiding.contact(CORE.judge("p", shown))


def test_where_something_is_found_whatever_is_covered_nothing_is_left() -> None:
    """A rule that finds something in every text: the rounds have an end, and no number is left."""
    stubborn = CORE.judge("p", "call me 555 010 4477")
    assert hiding.hide("call me 555 010 4477 or a@b", stubborn, lambda _part: stubborn) == hiding.HIDDEN


def test_the_hits_of_one_message_count_once_however_often_it_is_read_again() -> None:
    """Only where it is stored does screening need a database: what is judged here is not."""
    screen = Screen(cast(Database, None), SystemClock(), Settings())
    unit = cast(Unit, SimpleNamespace(conn=None))
    text = "I want to die. call 555 010 4477 or mail sad.owl@example.com or joe@example.com"
    judged = screen.message(unit, "room", "author", "ref", text, 1)
    assert judged.hidden and "@" not in judged.text
    counts = {rule: seen for rule, seen, _ in screen.core.take_counts()}
    assert set(counts.values()) == {1} and {"any.contact.phone", "any.contact.email"} <= set(counts)
