"""`Pace` through Python. The promise itself is proven in `rust/pace/tests`."""

import pytest

from cups._core import Pace

NOW = 1_700_000_000_000


@pytest.fixture
def pace() -> Pace:
    pace = Pace()
    pace.set_rule("message", burst=2, period_ms=1_000)
    pace.set_rule("room", burst=1, period_ms=5_000)
    return pace


def test_a_burst_and_then_one_per_period(pace: Pace) -> None:
    assert [pace.check("message", "ann", NOW) for _ in range(3)] == [0, 0, NOW + 1_000]
    assert pace.check("message", "bob", NOW, 2) == 0
    assert pace.peek("message", "ann", NOW + 999) == NOW + 1_000
    assert pace.peek("message", "ann", NOW + 1_000) == 0
    assert pace.check("message", "ann", NOW + 1_000) == 0
    assert pace.check("message", "ann", NOW + 1_000) == NOW + 2_000


def test_all_or_nothing(pace: Pace) -> None:
    both = [("message", "ann"), ("room", "garden")]
    assert pace.check_all(both, NOW) == 0
    assert pace.check_all(both, NOW) == NOW + 5_000
    assert pace.check("message", "ann", NOW) == 0, "the refusal has counted nothing"
    assert pace.check_all([], NOW) == 0


def test_keys_at_rest_are_forgotten(pace: Pace) -> None:
    pace.check("message", "ann", NOW)
    pace.check("room", "garden", NOW)
    assert len(pace) == 2
    assert (pace.sweep(NOW + 999), pace.sweep(NOW + 1_000), len(pace)) == (0, 1, 1)


def test_mistakes_are_told(pace: Pace) -> None:
    with pytest.raises(KeyError, match="nothing"):
        pace.check("nothing", "ann", NOW)
    for cost in (0, -1, 3):
        with pytest.raises(ValueError, match="cost"):
            pace.check("message", "ann", NOW, cost)
    for burst, period in ((0, 1), (1, 0), (2**40, 2**40)):
        with pytest.raises(ValueError, match="burst"):
            pace.set_rule("bad", burst=burst, period_ms=period)
    with pytest.raises(ValueError, match="moment"):
        pace.check("message", "ann", -1)
    with pytest.raises(TypeError):
        pace.check("message", "ann", 1.5)  # type: ignore[arg-type]
