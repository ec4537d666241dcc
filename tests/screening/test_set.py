"""What the rules have to reach on our own set of cases, and that docs/screening-figures.md says what they do."""

from collections import defaultdict

import pytest

from cups.screening import figures_page, loading, report
from cups.screening.model import CRISIS
from cups.screening.report import PAGE, Told

GATED = [one for one in report.results() if one.case.part in report.GATED]
"""The fresh and the new cases are there to be honest about, and not to be written rules for."""


def by_function(told: list[Told]) -> dict[tuple[str, str], list[Told]]:
    found = defaultdict(list)
    for one in told:
        found[one.case.language, one.case.function].append(one)
    return found


def test_the_set_is_as_large_as_it_must_be() -> None:
    sizes = {key: len(some) for key, some in by_function(GATED).items()}
    english = [size for (language, _), size in sizes.items() if language == "en"]
    assert len(english) >= 40 and min(english) >= 25
    for language in ("es", "ar"):
        others = [size for (code, _), size in sizes.items() if code == language]
        assert len(others) >= 15 and min(others) >= 15


def test_no_case_is_there_twice() -> None:
    texts = [(one.case.language, one.case.text) for one in report.results()]
    assert [text for text in set(texts) if texts.count(text) > 1] == []


def test_crisis_is_found() -> None:
    found = report.figures(GATED, *CRISIS)
    assert found.recall >= 0.98 and found.precision >= 0.35, found


def test_contact_is_found() -> None:
    found = report.figures(GATED, "contact")
    assert found.recall >= 0.97 and found.precision >= 0.97, found


@pytest.mark.parametrize("language", report.LANGUAGES)
def test_no_language_is_left_behind(language: str) -> None:
    some = [one for one in GATED if one.case.language == language]
    assert report.figures(some, *CRISIS).recall >= 0.98
    assert report.false_flags(some) <= 0.02


def test_no_function_of_crisis_falls_behind() -> None:
    behind = {
        key: report.recall(some)
        for key, some in by_function(GATED).items()
        if some[0].case.expect in CRISIS and report.recall(some) < 0.9
    }
    assert behind == {}


def test_benign_lines_are_left_alone() -> None:
    assert report.false_flags(GATED) <= 0.02


def test_the_page_of_figures_is_true() -> None:
    assert PAGE.read_text("utf-8") == figures_page.page(), "run python -m cups.screening.report"


def test_the_figures_fall_without_the_rules() -> None:
    """The gates can fail: without the widest rule crisis is not found well enough."""
    rules = {id: rule for id, rule in loading.shipped_ready().items() if id != "en.crisis-own.die"}
    core = loading.screening(rules, loading.lexicon(), source={})
    told = [report.Told(one.case, report.judge(core, one.case)) for one in GATED]
    assert report.figures(told, *CRISIS).recall < report.figures(GATED, *CRISIS).recall
