"""The one door, over every pair of kinds and every channel: teens and adults never meet without clearance, blocked and banned people never at all."""

import itertools

import pytest

from cups.reach import CHANNELS, Facts, enter, moderates, reach, serves, write

KINDS = ("guest", "member", "listener", "therapist")
AGES = (None, "teen", "adult")
ROLES: tuple[frozenset[str], ...] = (frozenset(), frozenset({"moderator"}), frozenset({"admin"}))
NOW = 1_000


def everybody(id: str) -> list[Facts]:
    """Every kind, age, clearance, ban and role."""
    return [
        Facts(id=id, kind=kind, age=age, cleared=cleared, banned=banned, roles=roles)
        for kind, age, cleared, banned, roles in itertools.product(KINDS, AGES, (False, True), (False, True), ROLES)
    ]


def may_cross(a: Facts, b: Facts) -> bool:
    return any(p.kind == "listener" and p.cleared for p in (a, b))


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_pair_in_every_channel(channel: str) -> None:
    for a, b, blocked in itertools.product(everybody("a"), everybody("b"), (False, True)):
        verdict = reach(a, b, channel, blocked=blocked)  # type: ignore[arg-type]
        assert verdict.ok == reach(b, a, channel, blocked=blocked).ok, "reaching is symmetric"  # type: ignore[arg-type]
        if not verdict.ok:
            assert verdict.code and verdict.why
            continue
        assert not blocked and not a.banned and not b.banned
        assert a.age is not None and b.age is not None
        assert a.age == b.age or may_cross(a, b), f"{a} reaches {b} through {channel}"
        if channel in ("queue", "chat"):
            assert (a.kind == "listener") != (b.kind == "listener")


def test_somebody_is_reached() -> None:
    """The test above would pass if nobody reached anybody."""
    listener, guest = Facts(id="a", kind="listener", age="teen"), Facts(id="b", kind="guest", age="teen")
    assert all(reach(listener, guest, channel).ok for channel in CHANNELS)
    cleared = Facts(id="a", kind="listener", age="adult", cleared=True)
    assert reach(cleared, guest, "queue").ok and not reach(cleared, guest, "queue", blocked=True).ok


def test_nobody_reaches_themselves() -> None:
    me = Facts(id="a", kind="member", age="adult")
    assert not reach(me, me, "profile").ok


def test_what_a_listener_is_shown_is_what_reach_allows() -> None:
    for listener in everybody("a"):
        for age in ("teen", "adult"):
            asker = Facts(id="b", kind="guest", age=age)
            assert (age in serves(listener)) == reach(listener, asker, "queue").ok


def test_rooms_keep_the_ages_apart() -> None:
    for person, age, audience in itertools.product(everybody("a"), ("teen", "adult"), ("members", "listeners")):
        verdict = enter(person, room="r", audience=audience, age=age, now=NOW)
        if verdict.ok:
            assert person.age == age or person.cleared
            assert not person.banned
            assert audience == "members" or person.kind == "listener" or "admin" in person.roles
    grown = Facts(id="a", kind="member", age="adult")
    assert enter(grown, room="r", audience="members", age="adult", now=NOW).ok
    assert enter(grown, room="r", audience="members", age="teen", now=NOW).code == "not-found"


def test_staff_do_not_cross_the_ages_either() -> None:
    admin = Facts(id="a", kind="member", age="adult", roles=frozenset({"admin"}))
    assert not enter(admin, room="r", audience="members", age="teen", now=NOW).ok


def test_removed_and_banned_from_rooms() -> None:
    removed = Facts(id="a", kind="member", age="adult", removed_from=frozenset({"r"}))
    assert enter(removed, room="r", audience="members", age="adult", now=NOW).code == "banned"
    assert enter(removed, room="other", audience="members", age="adult", now=NOW).ok
    out = Facts(id="a", kind="member", age="adult", rooms_banned_until=NOW + 1)
    assert enter(out, room="r", audience="members", age="adult", now=NOW).code == "banned"
    assert enter(out, room="r", audience="members", age="adult", now=NOW + 1).ok


def test_a_mute_holds_everywhere_and_ends() -> None:
    muted = Facts(id="a", kind="guest", age="adult", muted_until=NOW + 5)
    assert write(muted, now=NOW).code == "muted" and write(muted, now=NOW + 5).ok
    assert not moderates(Facts(id="a", kind="member", age="adult", banned=True, roles=frozenset({"moderator"})), "r")
