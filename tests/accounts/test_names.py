"""Guests' names: they read well, look as they should, and there are enough of them."""

import re

from cups.accounts import names


def test_random_names_have_the_shape() -> None:
    made = {names.random_name() for _ in range(3000)}
    assert len(made) > 2900
    for name in made:
        assert re.fullmatch(r"[a-z]+[A-Z][a-z]+[0-9]{1,4}", name) and len(name) <= 24, name


def test_words_are_plain_and_many() -> None:
    adjectives, nouns = names._words()
    assert len(set(adjectives)) == len(adjectives) >= 100 and len(set(nouns)) == len(nouns) >= 150
    assert all(re.fullmatch(r"[a-z]+", word) for word in (*adjectives, *(n.lower() for n in nouns)))
