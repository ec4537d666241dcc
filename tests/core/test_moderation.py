"""`WarningLadder` through Python. The counting is proven against a model in `rust/moderation/tests`."""

import pytest

from cups._core import WarningLadder

NOW = 1_700_000_000_000
MINUTE = 60_000
DAY = 86_400_000


@pytest.fixture
def ladder() -> WarningLadder:
    return WarningLadder()


def test_the_steps(ladder: WarningLadder) -> None:
    outcomes = [ladder.warn("ann", "garden", "kim", NOW + minute * MINUTE) for minute in range(5)]
    assert [outcome.step for outcome in outcomes] == ["notice", "mute", "remove", "remove", "ban"]
    assert [outcome.count for outcome in outcomes] == [1, 2, 3, 4, 5]
    assert all(outcome.counted and outcome.refused_until == 0 for outcome in outcomes)


def test_one_incident_counts_once(ladder: WarningLadder) -> None:
    first = ladder.warn("ann", "garden", "kim", NOW)
    second = ladder.warn("ann", "garden", "lea", NOW + 29_999)
    assert (first.counted, second.counted, second.count, second.step) == (True, False, 1, "notice")
    third = ladder.warn("ann", "garden", "max", NOW + 30_000)
    assert (third.counted, third.count, third.step) == (True, 2, "mute")


def test_a_moderator_must_wait(ladder: WarningLadder) -> None:
    ladder.warn("ann", "garden", "kim", NOW)
    refused = ladder.warn("ann", "kitchen", "kim", NOW + 59_999)
    assert (refused.refused_until, refused.counted, refused.count) == (NOW + MINUTE, False, 1)
    assert ladder.warn("bob", "garden", "kim", NOW).refused_until == 0
    again = ladder.warn("ann", "kitchen", "kim", NOW + MINUTE)
    assert (again.refused_until, again.count, again.room_count) == (0, 2, 1)


def test_warnings_fade_and_are_swept(ladder: WarningLadder) -> None:
    ladder.warn("ann", "garden", "kim", NOW)
    ladder.warn("ann", "kitchen", "kim", NOW + MINUTE)
    assert (ladder.standing("ann", NOW + MINUTE), ladder.standing_in("ann", "garden", NOW + MINUTE)) == (2, 1)
    assert (ladder.standing("ann", NOW + DAY - 1), ladder.standing("ann", NOW + DAY)) == (2, 1)
    assert (ladder.sweep(NOW + DAY), len(ladder)) == (0, 1)
    assert (ladder.sweep(NOW + DAY + MINUTE), len(ladder)) == (1, 0)


def test_a_restart_changes_nothing(ladder: WarningLadder) -> None:
    ladder.warn("ann", "garden", "kim", NOW)
    ladder.warn("ann", "garden", "lea", NOW + 1)
    rebuilt = WarningLadder()
    rebuilt.restore("ann", "garden", "kim", NOW, True)
    rebuilt.restore("ann", "garden", "lea", NOW + 1, False)
    for moderator in ("lea", "max", "kim"):
        expected = ladder.warn("ann", "garden", moderator, NOW + 10_000)
        assert repr(rebuilt.warn("ann", "garden", moderator, NOW + 10_000)) == repr(expected)


def test_mistakes_are_told() -> None:
    for figures in ({"mute_at": 0}, {"mute_at": 4}, {"remove_at": 6}, {"fade_ms": -1}, {"ban_at": -1}):
        with pytest.raises(ValueError, match="must be"):
            WarningLadder(**figures)
    with pytest.raises(ValueError, match="moment"):
        WarningLadder().warn("ann", "garden", "kim", -5)
