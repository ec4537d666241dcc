"""Who counts as connected, and the circle in which listeners are shown: whole, once round, from another place for each who looks."""

from collections import Counter

from cups.clock import ManualClock
from cups.limits.live import Limits
from cups.requests.here import HOUR, Here
from cups.settings import Settings


def here(*accounts: str, grace_s: int = 20) -> tuple[Here, ManualClock]:
    clock = ManualClock()
    made = Here(clock, Limits(Settings(listener_grace_s=grace_s)))
    for account in accounts:
        made.came(account)
    return made, clock


def test_a_short_grace_and_then_gone() -> None:
    one, clock = here("a", "b")
    one.left("a")
    clock.advance(20_000)
    assert one.is_here("a") and not one.is_connected("a") and one.is_connected("b")
    one.left("a")
    clock.advance(1)
    assert not one.is_here("a"), "leaving again begins no new grace"
    one.forget_gone()
    assert one.everyone() == ["b"] and [seat.account for seat in one.around(one.start_for("x"), None, 9)] == ["b"]
    one.came("a")
    assert one.is_here("a") and len(one) == 2


def test_back_in_time_is_as_if_nothing_had_been() -> None:
    one, clock = here("a")
    one.left("a")
    clock.advance(5_000)
    one.came("a")
    clock.advance(60_000)
    one.forget_gone()
    assert one.is_connected("a")
    one.left("nobody")
    assert not one.is_here("nobody")


def test_without_a_grace_gone_is_gone() -> None:
    one, clock = here("a", grace_s=0)
    one.left("a")
    clock.advance(1)
    assert not one.is_here("a")


def test_once_round_and_everybody_once() -> None:
    everyone = {f"listener{n}" for n in range(57)}
    one, _ = here(*everyone)
    for viewer in ("x", "y", "z"):
        start, behind, seen = one.start_for(viewer), None, list[str]()
        while seats := one.around(start, behind, 10):
            assert len(seats) <= 10
            seen += [seat.account for seat in seats]
            behind = seats[-1].key
        assert len(seen) == 57 and set(seen) == everyone


def test_nobody_is_always_the_first() -> None:
    one, clock = here(*(f"listener{n}" for n in range(20)))
    firsts = Counter(one.around(one.start_for(f"viewer{n}"), None, 1)[0].account for n in range(2000))
    assert len(firsts) > 12 and max(firsts.values()) < 800
    before = [one.around(one.start_for(f"viewer{n}"), None, 1)[0].account for n in range(50)]
    clock.advance(HOUR)
    assert before != [one.around(one.start_for(f"viewer{n}"), None, 1)[0].account for n in range(50)]


def test_who_comes_or_goes_between_two_pages_doubles_nobody() -> None:
    one, clock = here(*(f"listener{n}" for n in range(30)))
    start = one.start_for("x")
    first = one.around(start, None, 10)
    one.left(first[-1].account)
    clock.advance(60_000)
    one.forget_gone()
    one.came("another")
    rest = one.around(start, first[-1].key, 99)
    assert not {seat.account for seat in first} & {seat.account for seat in rest}
    assert len(rest) in (20, 21)


def test_an_empty_circle() -> None:
    one, _ = here()
    assert one.around(one.start_for("x"), None, 5) == one.around(one.start_for("x"), "0" * 16, 5) == []
