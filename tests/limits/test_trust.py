"""The ladder of trust: what somebody new may do at once is little, and grows with days and reading."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cups.limits.figures import FIGURES, LIMITS, LIVE, bounds, counts_by, fields_of
from cups.limits.trust import ACTIONS, DAY, TIERS, Tier, rule_for, tier_of
from cups.reach import Facts
from cups.settings import Settings
from cups.words import Words

NOW = 1_800_000_000_000


def tier(kind: str, *, days: float = 0.0, read: int = 0, roles: frozenset[str] = frozenset()) -> Tier:
    person = Facts(id="a", kind=kind, age="adult", since=NOW - int(days * DAY), roles=roles)
    return tier_of(person, NOW, days=7, reader_days=1, reads=3, read=lambda: read)


def test_guests_stay_guests_and_members_grow_by_days_or_by_reading() -> None:
    assert tier("guest", days=400, read=9) == "guest"
    assert tier("member") == tier("member", days=6.99) == tier("member", days=0.99, read=9) == "new"
    assert tier("member", days=1, read=2) == "new"
    assert tier("member", days=1, read=3) == tier("member", days=7) == "member"
    assert tier("listener") == "member", "listeners have been trained"
    assert tier("member", roles=frozenset({"moderator"})) == "staff"
    moderator = Facts(id="a", kind="member", age="adult", since=NOW, moderates=frozenset({"r"}))
    assert tier_of(moderator, NOW, days=7, reader_days=1, reads=3, read=lambda: 0, place="r") == "staff"
    assert tier_of(moderator, NOW, days=7, reader_days=1, reads=3, read=lambda: 0, place="q") == "new"


@given(st.sampled_from(["guest", "member", "listener"]), st.integers(0, 400), st.integers(0, 400), st.integers(0, 9))
def test_nobody_is_trusted_less_for_having_been_here_longer(kind: str, days: int, more: int, read: int) -> None:
    order = TIERS.index
    assert order(tier(kind, days=days, read=read)) <= order(tier(kind, days=days + more, read=read))
    assert order(tier(kind, days=days, read=read)) <= order(tier(kind, days=days, read=read + 1))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_act_has_a_limit_of_its_own_for_guests_and_none_is_looser_than_a_members(action: str) -> None:
    settings = Settings()
    assert rule_for(action, "guest") == f"guest-{action}" in LIMITS
    figures = []
    for who in TIERS:
        burst, period = (getattr(settings, field) for field in fields_of(rule_for(action, who)))
        figures.append((burst, period))
    for (less, slower), (more, faster) in itertools.pairwise(figures):
        assert less <= more and slower >= faster


def test_every_live_setting_is_a_setting_within_its_own_bounds() -> None:
    settings = Settings()
    for name in LIVE:
        least, most = bounds(name)
        assert least <= getattr(settings, name) <= most, name
    assert len(LIMITS) > 20 and set(FIGURES) <= LIVE
    assert counts_by("room-message") == "room" and counts_by("guest-message") == "person"


def test_an_act_nobody_has_thought_of_is_an_error() -> None:
    with pytest.raises(KeyError):
        rule_for("flying", "member")


def test_every_limit_and_figure_has_words() -> None:
    words = Words("en")
    named = [f"limit-{limit}" for limit in LIMITS] + [f"figure-{name}" for name in FIGURES]
    assert [key for key in named if not words.has(key)] == []
