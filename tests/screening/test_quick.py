"""The quick way, which most texts take, against reading in full: with the shipped rules, the same hits at the same places, whatever is said and in how many pieces."""

import random
from collections.abc import Iterator

from cups._core import Screening, ScreeningVerdict
from cups.screening import loading, report

SMALL_TALK = (
    "hi! how are you doing today?",
    "ok",
    "thank you for listening to me, it means a lot",
    "no one at work talks to me, i sit alone at lunch",
    "we were together for two years...",
    "I've 3 exams next week, and I don't sleep :(",
    "my number",
    "i want to",
    "at",
    "call me",
)
DISGUISES = (
    ("o", "0"),
    ("i", "1"),
    ("e", "\N{CYRILLIC SMALL LETTER IE}"),
    ("a", "@"),
    ("'", "\N{RIGHT SINGLE QUOTATION MARK}"),
    (" ", "  "),
    (" ", "."),
)


def made() -> Screening:
    return loading.screening(loading.shipped_ready(), loading.lexicon(), source=loading.sources())


def shown(verdict: ScreeningVerdict) -> tuple[str, list[tuple[str, int, int, bool]]]:
    return verdict.action, [(hit.rule, hit.start, hit.end, hit.acts) for hit in verdict.hits]


def messages(chance: random.Random) -> Iterator[str]:
    """All cases, as they are, in pieces, and with something changed, between small talk."""
    for case in report.cases():
        for part in case.text.split(report.PARTS):
            yield part
            words = part.split(" ")
            cut = chance.randrange(len(words) + 1)
            yield from (" ".join(words[:cut]), " ".join(words[cut:]))
            at = chance.randrange(len(part) + 1)
            yield part[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz '.,?!5") + part[at + chance.randrange(2) :]
            old, new = chance.choice(DISGUISES)
            yield chance.choice([part.upper(), part.replace(old, new), part.replace(old, new, 1)])
        yield chance.choice(SMALL_TALK)


def test_the_quick_way_finds_what_is_found_in_full() -> None:
    chance = random.Random(11)
    quick, full = made(), made()
    plain = 0
    for number, text in enumerate(messages(chance)):
        key, name = f"c{chance.randrange(30)}", f"m{number}"
        told = quick.plain(key, name, text, number)
        found = shown(quick.check(key, "somebody", name, text, number))
        expected = shown(full.check_in_full(key, "somebody", name, text, number))
        assert found == expected, text
        assert not (told and expected[1]), text
        plain += told
        if chance.random() < 0.8:
            quick.said(key, name, text, number)
            full.said(key, name, text, number)
    assert plain > 2000


def test_small_talk_takes_the_quick_way() -> None:
    core = made()
    for round in range(3):
        for number, text in enumerate(SMALL_TALK[:6]):
            assert core.plain("c", f"{round} {number}", text, number), text
            core.said("c", f"{round} {number}", text, number)
    # One verdict serves them all, and nothing was counted.
    assert core.check("c", "p", "x", "ok", 9) is core.check("d", "p", "y", "fine", 9)
    assert core.take_counts() == []
