"""Guests' names: they read well, look as they should, and there are enough of them."""

import re
from pathlib import Path

import pytest

from cups.accounts import names
from cups.errors import Refused


def test_random_names_have_the_shape() -> None:
    made = {names.random_name() for _ in range(3000)}
    assert len(made) > 2900
    for name in made:
        assert re.fullmatch(r"[a-z]+[A-Z][a-z]+[0-9]{1,4}", name) and len(name) <= 24, name


def test_words_are_plain_and_many() -> None:
    adjectives, nouns = names._words()
    assert len(set(adjectives)) == len(adjectives) >= 100 and len(set(nouns)) == len(nouns) >= 150
    assert all(re.fullmatch(r"[a-z]+", word) for word in (*adjectives, *(n.lower() for n in nouns)))


BAD = (Path(__file__).parent / "bad_in_names.txt").read_text("utf-8").split()


def across(adjective: str, noun: str) -> list[str]:
    """Bad words that the two make together where they meet, which neither holds by itself."""
    whole, border = adjective + noun.lower(), len(adjective)
    return [
        bad
        for bad in BAD
        for at in range(max(0, border - len(bad) + 1), border)
        if whole.startswith(bad, at) and at + len(bad) > border
    ]


def test_no_pair_makes_a_bad_word_where_the_two_meet() -> None:
    adjectives, nouns = names._words()
    found = [(a, n, bad) for a in adjectives for n in nouns for bad in across(a, n)]
    assert found == []
    assert across("calm", "Eth") == ["meth"] and across("cosy", "Pear") == []


def test_no_word_holds_a_bad_one() -> None:
    """But for those in which nobody reads it."""
    read_as_it_is = {"buttercup": "butt", "butterfly": "butt"}
    adjectives, nouns = names._words()
    found = {
        (word.lower(), bad)
        for word in (*adjectives, *nouns)
        for bad in BAD
        if len(bad) > 3 and bad in word.lower() and read_as_it_is.get(word.lower()) != bad
    }
    assert found == set()


def test_no_number_reads_as_more_than_a_number() -> None:
    numbers = {int(re.sub(r"\D", "", names.random_name())) for _ in range(20_000)}
    assert not numbers & {69, 88, 420, 666, 1488, *range(10, 26), *range(1900, 2051)}
    assert {len(str(number)) for number in numbers} == {1, 2, 3, 4}


def test_there_are_names_for_everybody() -> None:
    adjectives, nouns = names._words()
    assert len(adjectives) * len(nouns) * 9_000 > 200_000_000


HOSTILE = [
    "admin",
    "Admin7",
    "adm1n",
    "4dmin",
    "theAdmin",
    "adrnin",
    "realModerator",
    "m0derat0r",
    "cupsTeam",
    "CUP5",
    "noni",
    "N0ni",
    "sophia12",
    "siteOfficial",
    "crisisLine",
    "аdmin",  # a Cyrillic letter, which is the point
    "ａｄｍｉｎ",  # full width, which NFKC makes plain
    "calm\u200bOak",
    "calm\u202eOak",
    "calm\u2066Oak",
    "calm\u00adOak",
    "calm\x00Oak",
    "calm\nOak",
    "calm Oak",
    "calm\ufeffOak",
    "calmO\u0301ak",
    "ｃalm．Oak",  # full width
    "ok",
    "7calm",
    "@@calm",
    "",
    "\u0661\u0662\u0663",
    "a" * 25,
    "calm/Oak",
    "calm<b>",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused(name: str) -> None:
    with pytest.raises(Refused, match="name-not-allowed"):
        names.checked(name)


@pytest.mark.parametrize("name", ["carefulPear7220", "supportiveOak", "Teacup5", "stormyFern", "milly", "@calmOak"])
def test_names_that_people_choose_are_taken(name: str) -> None:
    assert names.checked(name) == name.removeprefix("@")


@pytest.mark.parametrize(
    ("one", "other"),
    [("calmOak", "CALMOAK"), ("calmOak1", "calmOakI"), ("li1y", "IiLy"), ("oak0", "oakO"), ("oak5", "oakS")],
)
def test_names_that_look_alike_are_the_same(one: str, other: str) -> None:
    assert names.key(one) == names.key(other)
