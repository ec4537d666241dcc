"""The one door, over every pair of kinds and every channel: teens and adults never meet without clearance, blocked and banned people never at all."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cups.reach import (
    CHANNELS,
    Audience,
    Channel,
    Facts,
    Withheld,
    ask,
    cleared,
    ends_at,
    enter,
    enter_audience,
    heard,
    may_be_cleared,
    may_rule,
    may_wait,
    moderates,
    reach,
    seen,
    serves,
    takes,
    withheld,
    write,
)

KINDS = ("guest", "member", "listener", "therapist", "bot")
AGES = (None, "teen", "adult")
ROLES: tuple[frozenset[str], ...] = (frozenset(), frozenset({"moderator"}), frozenset({"admin"}))
NOW = 1_000
CLEARANCES: tuple[tuple[bool, int | None], ...] = ((False, None), (True, None), (True, NOW + 1), (True, NOW))
DIRECTED = ("follow", "mention", "message", "chat", "queue", "forum")
"""Channels in which only what the first does can be refused to them: a mute. (Who may follow is symmetric, too.)"""


def everybody(id: str) -> list[Facts]:
    """Every kind, age, clearance, ban and role."""
    return [
        Facts(id=id, kind=kind, age=age, cleared=has, cleared_until=until, banned=banned, roles=roles, as_of=NOW)
        for kind, age, (has, until), banned, roles in itertools.product(KINDS, AGES, CLEARANCES, (False, True), ROLES)
    ]


def may_cross(a: Facts, b: Facts) -> bool:
    """Said once more, and plainly: a listener whose clearance has not ended."""
    return any(
        p.kind == "listener" and p.cleared and (p.cleared_until is None or p.cleared_until > NOW) for p in (a, b)
    )


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_pair_in_every_channel(channel: Channel) -> None:
    for a, b, blocked in itertools.product(everybody("a"), everybody("b"), (False, True)):
        verdict = reach(a, b, channel, blocked=blocked)
        assert verdict.ok == reach(b, a, channel, blocked=blocked).ok, "without mutes, reaching is symmetric"
        if not verdict.ok:
            assert verdict.code and verdict.why
            continue
        assert not blocked and not a.banned and not b.banned
        assert a.age is not None and b.age is not None
        assert "bot" not in (a.kind, b.kind)
        assert a.age == b.age or may_cross(a, b) or channel == "forum", f"{a} reaches {b} through {channel}"
        kinds = {a.kind, b.kind}
        if channel == "queue":
            assert (a.kind == "listener") != (b.kind == "listener") and "therapist" not in kinds
        if channel in ("chat", "message"):
            assert len({"listener", "therapist"} & {a.kind}) + len({"listener", "therapist"} & {b.kind}) == 1
            assert kinds & {"guest", "member"}
        if channel == "follow":
            assert "guest" not in kinds


def test_somebody_is_reached() -> None:
    """The test above would pass if nobody reached anybody."""
    listener, guest = Facts(id="a", kind="listener", age="teen"), Facts(id="b", kind="member", age="teen")
    assert all(reach(listener, guest, channel).ok for channel in CHANNELS)
    cleared = Facts(id="a", kind="listener", age="adult", cleared=True)
    assert reach(cleared, guest, "queue").ok and not reach(cleared, guest, "queue", blocked=True).ok


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_clearance_ends_to_the_millisecond(channel: Channel) -> None:
    listener = Facts(id="a", kind="listener", age="adult", cleared=True, cleared_until=500)
    teen = Facts(id="b", kind="member", age="teen")
    assert cleared(listener, 499) and not cleared(listener, 500)
    assert reach(listener, teen, channel, now=499).ok
    assert reach(listener, teen, channel, now=500).ok == (channel == "forum")
    assert ends_at(listener, teen) == 500 and ends_at(teen) is None


def test_without_a_time_the_facts_own_counts() -> None:
    """A caller that reads facts and asks at once need not say the time; the later of the two readings holds."""
    listener = Facts(id="a", kind="listener", age="adult", cleared=True, cleared_until=500, as_of=499)
    assert reach(listener, Facts(id="b", kind="guest", age="teen", as_of=400), "queue").ok
    assert not reach(listener, Facts(id="b", kind="guest", age="teen", as_of=500), "queue").ok


def test_nobody_reaches_themselves_under_either_account() -> None:
    me = Facts(id="a", kind="member", age="adult", person="p")
    assert not reach(me, me, "profile").ok
    other = Facts(id="b", kind="listener", age="adult", person="p")
    assert not any(reach(me, other, channel).ok for channel in CHANNELS)


def test_the_forum_joins_the_ages_and_tells_nobody() -> None:
    teen, grown = Facts(id="a", kind="member", age="teen"), Facts(id="b", kind="member", age="adult")
    assert reach(grown, teen, "forum").ok
    assert not reach(grown, teen, "notice").ok and not reach(grown, teen, "mention").ok


def test_a_break_closes_what_would_begin_and_leaves_what_is_under_way() -> None:
    resting = Facts(id="a", kind="listener", age="adult", on_break=True)
    member = Facts(id="b", kind="member", age="adult")
    for one, other in ((resting, member), (member, resting)):
        assert reach(one, other, "queue").code == reach(one, other, "message").code == "on-break"
        assert reach(one, other, "chat").ok and reach(one, other, "notice").ok
    assert serves(resting) == () and takes(resting).code == "on-break"


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_mute_holds_in_every_channel_and_stops_nobody_from_asking_for_help(channel: Channel) -> None:
    listener = Facts(id="a", kind="listener", age="adult")
    muted = Facts(id="b", kind="member", age="adult", muted_until=NOW + 1)
    says = channel in ("chat", "mention", "message", "forum")
    assert reach(muted, listener, channel, now=NOW).code == ("muted" if says else "")
    assert reach(muted, listener, channel, now=NOW + 1).ok
    assert reach(listener, muted, channel, now=NOW).ok, "they can still be talked to"
    assert ask(muted).ok


def test_a_muted_listener_takes_nobody() -> None:
    listener = Facts(id="a", kind="listener", age="adult", muted_until=NOW + 1, as_of=NOW)
    asker = Facts(id="b", kind="guest", age="adult", as_of=NOW)
    assert reach(listener, asker, "queue").code == "muted" and reach(asker, listener, "queue").code == "not-found"
    assert serves(listener) == ()


def test_what_a_listener_is_shown_is_what_reach_allows() -> None:
    states = [(resting, muted) for resting in (False, True) for muted in (0, NOW + 1)]
    for listener, (resting, muted) in itertools.product(everybody("a"), states):
        fields = {name: getattr(listener, name) for name in listener.__struct_fields__}
        one = Facts(**fields | {"on_break": resting, "muted_until": muted})
        for age in ("teen", "adult"):
            asker = Facts(id="b", kind="guest", age=age, as_of=NOW)
            assert (age in serves(one)) == (one.kind == "listener" and reach(one, asker, "queue").ok)


@pytest.mark.parametrize("age", ["teen", "adult"])
@pytest.mark.parametrize("audience", ["members", "listeners"])
def test_two_are_in_a_room_only_if_each_may_be(age: str, audience: str) -> None:
    place = Audience("r", audience, age)
    for a, b in itertools.product(everybody("a"), everybody("b")):
        if reach(a, b, "room", room=place).ok:
            assert enter_audience(a, place, now=NOW).ok and enter_audience(b, place, now=NOW).ok
            assert a.age == b.age or may_cross(a, b)
    out = Facts(id="a", kind="listener", age=age, removed_from={"r": 1 << 60})
    here = Facts(id="b", kind="listener", age=age)
    assert reach(out, here, "room", room=place).code == "removed-from-room"
    assert reach(here, out, "room", room=place).code == "not-found", "nobody learns that the other was removed"
    assert reach(here, Facts(id="c", kind="listener", age=age), "room", room=place).ok


def test_rooms_keep_the_ages_apart() -> None:
    for person, age, audience in itertools.product(everybody("a"), ("teen", "adult"), ("members", "listeners")):
        verdict = enter(person, room="r", audience=audience, age=age, now=NOW)
        if verdict.ok:
            assert person.age == age or may_cross(person, person)
            assert not person.banned
            assert audience == "members" or person.kind == "listener" or "admin" in person.roles
    grown = Facts(id="a", kind="member", age="adult")
    assert enter(grown, room="r", audience="members", age="adult", now=NOW).ok
    assert enter(grown, room="r", audience="members", age="teen", now=NOW).code == "not-found"


def test_staff_do_not_cross_the_ages_either() -> None:
    admin = Facts(id="a", kind="member", age="adult", roles=frozenset({"admin"}))
    assert not enter(admin, room="r", audience="members", age="teen", now=NOW).ok
    assert not any(
        reach(admin, Facts(id="b", kind="member", age="teen"), channel).ok for channel in CHANNELS if channel != "forum"
    )


def test_removed_and_banned_from_rooms() -> None:
    removed = Facts(id="a", kind="member", age="adult", removed_from={"r": 1 << 60})
    assert enter(removed, room="r", audience="members", age="adult", now=NOW).code == "removed-from-room"
    assert enter(removed, room="r", audience="members", age="adult", now=1 << 60).ok, "it ends by itself"
    assert enter(removed, room="other", audience="members", age="adult", now=NOW).ok
    out = Facts(id="a", kind="member", age="adult", rooms_banned_until=NOW + 1)
    assert enter(out, room="r", audience="members", age="adult", now=NOW).code == "banned"
    assert enter(out, room="r", audience="members", age="adult", now=NOW + 1).ok


def test_a_mute_holds_everywhere_and_ends() -> None:
    muted = Facts(id="a", kind="guest", age="adult", muted_until=NOW + 5)
    assert write(muted, now=NOW).code == "muted" and write(muted, now=NOW + 5).ok
    assert not moderates(Facts(id="a", kind="member", age="adult", banned=True, roles=frozenset({"moderator"})), "r")


def test_staff_without_their_second_factor_rule_nobody_and_are_ruled_by_nobody() -> None:
    waiting = Facts(id="w", kind="member", age="adult", staff_waits=True)
    member = Facts(id="m", kind="member", age="adult")
    moderator = Facts(id="r", kind="member", age="adult", moderates=frozenset({"room"}))
    staff = Facts(id="s", kind="member", age="adult", roles=frozenset({"community-manager"}))
    assert may_rule(moderator, member, "room") and may_rule(staff, member, "room")
    assert not may_rule(moderator, waiting, "room") and not may_rule(staff, waiting, "room")
    assert not may_rule(waiting, member, "room")


def test_only_an_adults_listener_account_is_cleared() -> None:
    allowed = {(one.kind, one.age) for one in everybody("a") if may_be_cleared(one).ok}
    assert allowed == {("listener", "adult")}
    assert not seen(Facts(id="a", kind="member", age="adult", banned=True))


people = st.builds(
    Facts,
    id=st.sampled_from(["a", "b"]),
    person=st.sampled_from(["", "p", "q"]),
    kind=st.sampled_from(KINDS),
    age=st.sampled_from(AGES),
    cleared=st.booleans(),
    cleared_until=st.none() | st.integers(0, 20),
    banned=st.booleans(),
    muted_until=st.integers(0, 20),
    rooms_banned_until=st.integers(0, 20),
    on_break=st.booleans(),
    removed_from=st.sampled_from([{}, {"r": 1 << 60}, {"r": 1}]),
    roles=st.sampled_from(ROLES),
    moderates=st.sampled_from([{}, {"r": 1 << 60}, {"r": 1}]),
    as_of=st.integers(0, 20),
)
places = st.none() | st.builds(
    Audience, st.just("r"), st.sampled_from(["members", "listeners"]), st.sampled_from(["teen", "adult"])
)


@given(people, people, st.sampled_from(CHANNELS), st.booleans(), st.none() | st.integers(0, 20), places)
def test_no_combination_joins_who_must_stay_apart(
    a: Facts, b: Facts, channel: Channel, blocked: bool, now: int | None, place: Audience | None
) -> None:
    verdict = reach(a, b, channel, blocked=blocked, now=now, room=place)
    if not verdict.ok:
        assert verdict.why
        return
    at = max(a.as_of, b.as_of) if now is None else now
    assert a.id != b.id and (not a.person or a.person != b.person)
    assert not (blocked or a.banned or b.banned)
    crossing = a.age != b.age
    assert not crossing or channel == "forum" or cleared(a, at) or cleared(b, at)


@given(people, people, st.sampled_from(CHANNELS), st.booleans(), st.integers(0, 20))
def test_one_more_reason_against_never_turns_no_into_yes(
    a: Facts, b: Facts, channel: Channel, blocked: bool, now: int
) -> None:
    """Banning, blocking, muting, resting, or taking a clearance away never opens a door that was closed."""
    if reach(a, b, channel, blocked=blocked, now=now).ok:
        return
    fields = {name: getattr(a, name) for name in a.__struct_fields__}
    for worse in ({"banned": True}, {"muted_until": now + 1}, {"on_break": True}, {"cleared": False}):
        assert not reach(Facts(**fields | worse), b, channel, blocked=blocked, now=now).ok
    assert not reach(a, b, channel, blocked=True, now=now).ok


@given(people, people, st.sampled_from(CHANNELS), st.booleans(), st.integers(0, 20))
def test_only_a_mute_tells_the_two_directions_apart(
    a: Facts, b: Facts, channel: Channel, blocked: bool, now: int
) -> None:
    there, back = (
        reach(*pair, channel, blocked=blocked, now=now).ok  # type: ignore[misc]
        for pair in ((a, b), (b, a))
    )
    if there != back:
        assert channel in DIRECTED and (a.muted_until > now or b.muted_until > now)


@pytest.mark.parametrize("channel", CHANNELS)
def test_without_consent_nobody_is_met_through_any_channel(channel: Channel) -> None:
    """From either side. What a moderator decided is told all the same: without it, whoever harassed others and then lost the consent is out of reach."""
    for kind, other in itertools.product(("guest", "member", "listener"), everybody("b")):
        waits = Facts(id="a", kind=kind, age="teen", consent_waits=True, as_of=NOW)
        consented = Facts(id="a", kind=kind, age="teen", as_of=NOW)
        assert not reach(waits, other, channel).ok
        back = reach(other, waits, channel)
        if channel == "notice" and other.roles:
            assert back.ok == reach(other, consented, channel).ok
        else:
            assert not back.ok
    teen = Facts(id="b", kind="member", age="teen", as_of=NOW)
    waits = Facts(id="a", kind="listener", age="teen", consent_waits=True, as_of=NOW)
    assert reach(waits, teen, channel).code == "consent-first"


def test_without_consent_no_room_no_request_and_no_word() -> None:
    for kind in ("guest", "member", "listener"):
        waits = Facts(id="a", kind=kind, age="teen", consent_waits=True, moderates=frozenset({"r"}), as_of=NOW)
        assert enter(waits, room="r", audience="members", age="teen", now=NOW).code == "consent-first"
        assert ask(waits).code == write(waits, now=NOW).code == "consent-first"
        assert not may_wait(waits) and serves(waits) == () and not takes(waits).ok
    assert may_wait(Facts(id="a", kind="guest", age="teen", muted_until=NOW + 1, as_of=NOW))


def test_what_is_said_in_a_room_is_kept_from_whoever_blocked_its_author_and_from_nobody_else() -> None:
    reader, other = Facts(id="r", kind="member", age="adult"), Facts(id="o", kind="member", age="adult")
    blocked = {"a": Withheld(), "b": Withheld(since=NOW)}
    assert withheld(reader, {}, "here") == {}
    kept = withheld(reader, blocked, "here")
    assert kept == {"a": 0, "b": NOW}
    assert not heard("a", 0, kept) and not heard("b", NOW, kept) and heard("b", NOW - 1, kept)
    assert heard(other.id, NOW, kept)


@pytest.mark.parametrize(
    "duty",
    [
        {"moderates": frozenset({"here"})},
        {"roles": frozenset({"moderator"})},
        {"roles": frozenset({"admin"})},
        {"roles": frozenset({"community-manager"})},
    ],
)
def test_whoever_is_on_duty_is_heard_and_hears_all(duty: dict[str, frozenset[str]]) -> None:
    plain = Facts(id="x", kind="member", age="adult")
    on_duty = Facts(id="x", kind="member", age="adult", **duty)  # type: ignore[arg-type]  # by their names
    assert withheld(on_duty, {"a": Withheld()}, "here") == {}
    assert withheld(plain, {"a": Withheld(facts=on_duty)}, "here") == {}
    gone = Facts(id="x", kind="member", age="adult", banned=True, **duty)  # type: ignore[arg-type]  # the same
    assert withheld(plain, {"a": Withheld(facts=gone)}, "here") == {"a": 0}
    if "moderates" in duty:
        assert withheld(plain, {"a": Withheld(facts=on_duty)}, "elsewhere") == {"a": 0}
        assert withheld(on_duty, {"a": Withheld()}, "elsewhere") == {"a": 0}
