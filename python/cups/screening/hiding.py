"""Contact details in a cry for help: the words go on, the details do not.

Rules tell their first hit each, so a text is judged again with what was found covered, until nothing of it is found any more.
"""

from collections.abc import Callable

from cups._core import ScreeningVerdict

HIDDEN = "\u25aa\u25aa\u25aa"
"""Stands where something was. No letter and no digit: it says nothing, and no rule finds anything in it."""
MOST_ROUNDS = 12


def contact(verdict: ScreeningVerdict) -> list[tuple[int, int]]:
    """Where contact details stand in the text judged, in characters."""
    return [(hit.start, hit.end) for hit in verdict.hits if hit.acts and hit.kind == "contact"]


def hide(text: str, verdict: ScreeningVerdict, judge: Callable[[str], ScreeningVerdict]) -> str:
    """The text without its contact details. Whoever gives more of them than there are rounds loses all that stands from there on: what is
    said in the end holds nothing that is found."""
    for turn in range(2 * MOST_ROUNDS):
        spans = contact(verdict)
        if not spans:
            return text
        text = cover(text, spans) if turn < MOST_ROUNDS else text[: min(spans)[0]] + HIDDEN
        verdict = judge(text)
    return HIDDEN if contact(verdict) else text


def cover(text: str, spans: list[tuple[int, int]]) -> str:
    """Puts the mark in place of these stretches; those that touch are one."""
    made, at = "", 0
    for start, end in sorted(spans):
        if start > at or not made:
            made += text[at:start] + HIDDEN
        at = max(at, end)
    return made + text[at:]
