"""Bodies of the staff's lists of words that no name may hold."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import Body, Millis

WordKind = Literal["banned", "reserved"]
"""Banned: nowhere in a name. Reserved: not the whole of it, but for digits at its end."""
MIN_WORD, MAX_WORD = 3, 24


class NameWord(Body):
    """`held`: whether names are refused for it. `by` and `at`: who of staff changed that last; None where it is as it came with the software."""

    kind: WordKind
    word: str
    shipped: bool
    held: bool
    by: str | None
    at: Millis | None


class NameWords(Body):
    """By the word."""

    words: list[NameWord]
    next: str | None = None


class NameWordIn(Body):
    held: bool


class NameMatches(Body):
    """How many names there are that such a word would match. They stay; nobody new gets one. `more`: not all were counted."""

    count: Annotated[int, Meta(ge=0)]
    more: bool
