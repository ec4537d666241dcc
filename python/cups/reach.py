"""The one door: who may reach whom, through which channel. Everything that joins two people asks here, at the time it acts.

Pure: it is told all it needs. Ages, clearances, blocks, bans, mutes and breaks are read for decisions nowhere else, which a test holds
the rest of the code to (`tests/reach/test_lint.py`). What it decides for every pair of kinds stands in docs/reach.md, made from it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

import msgspec

Channel = Literal["queue", "chat", "room", "profile", "notice", "mention", "follow", "message", "forum"]
CHANNELS: tuple[Channel, ...] = ("queue", "chat", "room", "profile", "notice", "mention", "follow", "message", "forum")
ABOUT: dict[Channel, str] = {
    "queue": "a listener is given somebody who waits, or whoever asks for them personally",
    "chat": "the two talk 1-to-1",
    "room": "the two meet in one room. Of two who are in one and of whom one has blocked the other, see *What is said in a room* below",
    "profile": "one sees the other's profile, with the buttons on it",
    "notice": "what one does is told to the other: a warning, an answer, a reaction",
    "mention": "the first names the second",
    "follow": "the first follows the second's feed",
    "message": "the first leaves the second a message",
    "forum": "the first answers the second in the forum. No notice comes of it where `notice` says no",
}


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision about one person rests on, as of `as_of`."""

    id: str
    kind: str
    age: str | None
    consent_waits: bool = False
    """Of 13 to 17, and no parent has agreed (any more), where that is needed: meets nobody."""
    person: str = ""
    """The same for both of a person's linked accounts; empty: the account alone."""
    cleared: bool = False
    """Checked and cleared for both ages (an adult teen listener), until `cleared_until`."""
    cleared_until: int | None = None
    """None: no end. A clearance that ends at `t` holds no more at `t`."""
    gone: bool = False
    """Has closed the account, or was erased: no age is told of them then, and whoever has none meets nobody."""
    banned: bool = False
    muted_until: int = 0
    rooms_banned_until: int = 0
    on_break: bool = False
    removed_from: dict[str, int] = {}
    """Rooms, and until when. So are `banned_from` and `muted_in`."""
    banned_from: dict[str, int] = {}
    muted_in: dict[str, int] = {}
    roles: frozenset[str] = frozenset()
    staff_waits: bool = False
    """Holds a role of staff that is not among `roles`: it counts from when the second factor is set up."""
    moderates: frozenset[str] = frozenset()
    since: int = 0
    """When the account was made: how long it is known."""
    as_of: int = 0
    """When this was read, in milliseconds since the epoch: the time of a decision that is told no other."""


class Audience(msgspec.Struct, frozen=True):
    """For whom a room is: `members` (and listeners) or `listeners`, of one age."""

    room: str
    audience: str
    age: str


class Withheld(msgspec.Struct, frozen=True):
    """Somebody whom a reader has blocked, or that person's other account."""

    since: int = 0
    """What they say from then on is withheld. 0: all that they ever said, and that they are there: the account that was blocked by its name."""
    facts: Facts | None = None
    """Of those who hold any role; without one, nobody is heard in spite of a block."""


class Verdict(NamedTuple):
    """`code` is empty for yes; else the code of `cups.errors` whose words the person may be told. `why` is for staff alone: it may
    name what the other person did."""

    code: str = ""
    why: str = ""

    @property
    def ok(self) -> bool:
        return not self.code


YES = Verdict()
NOBODY: Mapping[str, int] = MappingProxyType({})
"""Nobody's words are kept from this reader."""
STAFF = frozenset({"admin", "community-manager"})
_ONE_HELPS: dict[Channel, frozenset[str]] = {
    "queue": frozenset({"listener"}),
    "chat": frozenset({"listener", "therapist"}),
    "message": frozenset({"listener", "therapist"}),
}
"""Channels that join one who helps, of these kinds, and one who is helped."""
_HELPED = frozenset({"guest", "member"})
_WRITING: frozenset[Channel] = frozenset({"chat", "mention", "message", "forum"})
"""Channels in which the first of the two says something: a mute closes them."""
_BREAK_CLOSES: frozenset[Channel] = frozenset({"queue", "message"})
"""Whoever is on a break starts nothing new; what is under way goes on."""


def cleared(person: Facts, now: int | None = None) -> bool:
    """Whether this listener may meet both ages at `now` (without one: when the facts were read)."""
    at = person.as_of if now is None else now
    return person.kind == "listener" and person.cleared and (person.cleared_until is None or at < person.cleared_until)


def ends_at(*people: Facts) -> int | None:
    """When what was decided about these people may end by time alone, because a clearance among them does."""
    ends = [person.cleared_until for person in people if person.cleared and person.cleared_until is not None]
    return min(ends, default=None)


def ages_meet(a: Facts, b: Facts, now: int | None = None) -> bool:
    """Same declared age class, or one of the two is a listener cleared for both. No age declared meets nobody."""
    if a.age is None or b.age is None:
        return False
    return a.age == b.age or cleared(a, now) or cleared(b, now)


def reach(
    a: Facts,
    b: Facts,
    channel: Channel,
    *,
    blocked: bool = False,
    now: int | None = None,
    room: Audience | None = None,
) -> Verdict:
    """May `a` reach `b` through `channel`? `blocked`: either of the two has blocked the other. `room`: which, for the channel `room`.

    Symmetric but for what only `a` does: writing while muted, and following. Age keeps apart in every channel but the forum.
    """
    at = max(a.as_of, b.as_of) if now is None else now
    if a.id == b.id or (a.person != "" and a.person == b.person):
        return Verdict("not-allowed", "the same person")
    if a.gone or b.gone:
        return Verdict("not-found", "one of them has left")
    if a.banned or b.banned:
        return Verdict("banned" if a.banned else "not-found", "one of them is banned")
    if blocked:
        return Verdict("blocked", "one has blocked the other")
    if "bot" in (a.kind, b.kind):
        return Verdict("not-allowed", "a bot meets nobody as a person does")
    if (verdict := _consents(a, b, channel)) is not YES:
        return verdict
    if (verdict := _ages(a, b, channel, at)) is not YES:
        return verdict
    if (verdict := _kinds(a, b, channel, at)) is not YES:
        return verdict
    if channel == "room" and room is not None:
        for person in (a, b):
            if not (verdict := enter_audience(person, room, now=at)).ok:
                return verdict if person is a else Verdict("not-found", f"the other may not be there: {verdict.why}")
    if channel in _WRITING and a.muted_until > at:
        return Verdict("muted", "muted, and a mute holds in every channel")
    return YES


def _consents(a: Facts, b: Facts, channel: Channel) -> Verdict:
    """What moderators decided about somebody is told to them, whatever has become of their consent."""
    if channel == "notice" and (a.moderates or a.roles & (STAFF | {"moderator"})) and not a.consent_waits:
        return YES
    if a.consent_waits:
        return Verdict("consent-first", "a parent's consent is missing")
    if b.consent_waits:
        return Verdict("not-allowed", "the other's parent has not agreed")
    return YES


def _ages(a: Facts, b: Facts, channel: Channel, now: int) -> Verdict:
    if channel == "forum":
        if a.age is None or b.age is None:
            return Verdict("gate-first", "an age not declared")
    elif not ages_meet(a, b, now):
        return Verdict("not-allowed", "teen and adult, or an age not declared")
    return YES


def _kinds(a: Facts, b: Facts, channel: Channel, now: int) -> Verdict:
    if channel == "follow" and "guest" in (a.kind, b.kind):
        return Verdict("not-allowed", "guests neither follow nor are followed")
    helping = _ONE_HELPS.get(channel)
    if helping is None:
        return YES
    helpers = [person for person in (a, b) if person.kind in helping]
    if len(helpers) != 1 or not any(person.kind in _HELPED for person in (a, b)):
        return Verdict("not-a-listener", "this joins one who helps and one who is helped")
    (helper,) = helpers
    if helper.on_break and channel in _BREAK_CLOSES:
        return Verdict("on-break", "the listener is on a break")
    if channel == "queue" and helper.muted_until > now:
        return Verdict("muted" if helper is a else "not-found", "a muted listener could not answer")
    return YES


def may_wait(person: Facts) -> bool:
    """Whether a request of theirs that is given back goes on waiting, or closes."""
    return ask(person).code not in ("banned", "consent-first")


def serves(listener: Facts, now: int | None = None) -> tuple[str, ...]:
    """The age classes of waiting people that this listener may be shown at all: as `reach` would say for each, through the queue."""
    if not takes(listener).ok or listener.age is None:
        return ()
    return ("adult", "teen") if cleared(listener, now) else (listener.age,)


def enter(person: Facts, *, room: str, audience: str, age: str, now: int) -> Verdict:
    """May this person be in this room now? Staff of the age in question may; nobody crosses the ages without clearance."""
    return enter_audience(person, Audience(room, audience, age), now=now)


def enter_audience(person: Facts, place: Audience, *, now: int) -> Verdict:
    """As `enter`."""
    if person.banned:
        return Verdict("banned", "banned")
    if person.age is None:
        return Verdict("gate-first", "no age declared")
    if person.consent_waits:
        return Verdict("consent-first", "a parent's consent is missing")
    if person.age != place.age and not cleared(person, now):
        return Verdict("not-found", "a room of the other age")
    if STAFF & person.roles:
        return YES
    if person.banned_from.get(place.room, 0) > now:
        return Verdict("banned-from-room", "banned from this room")
    if person.removed_from.get(place.room, 0) > now:
        return Verdict("removed-from-room", "removed from this room")
    if place.room in person.moderates:
        return YES
    if place.audience == "listeners" and person.kind != "listener":
        return Verdict("not-found", "a room of listeners")
    if person.rooms_banned_until > now:
        return Verdict("banned", "banned from rooms")
    return YES


def write(person: Facts, *, now: int) -> Verdict:
    """May this person write at all? A mute holds in every channel. Asking for help and crisis help are not writing."""
    if person.banned:
        return Verdict("banned", "banned")
    if person.consent_waits:
        return Verdict("consent-first", "a parent's consent is missing")
    if person.muted_until > now:
        return Verdict("muted", "muted")
    return YES


def write_in(person: Facts, *, room: str, closed: bool, now: int) -> Verdict:
    """May this person, who may be in this room, write in it now? `closed`: nobody but its moderators and staff."""
    verdict = write(person, now=now)
    if not verdict.ok:
        return verdict
    if person.muted_in.get(room, 0) > now and not is_staff(person):
        return Verdict("muted-in-room", "muted in this room")
    if closed and not moderates(person, room):
        return Verdict("room-closed", "the room is closed")
    return YES


def withheld(reader: Facts, blocked: Mapping[str, Withheld], room: str) -> Mapping[str, int]:
    """Whose words do not reach this reader in this room, and since when, of those whom the reader has blocked.

    One-way: whoever is blocked is not to notice. Moderators and staff have to see all where they are on duty, and what they say there reaches
    everybody: nobody can block the warning that is meant for them.
    """
    if not blocked or moderates(reader, room):
        return NOBODY
    on_duty = {id for id, one in blocked.items() if one.facts is not None and moderates(one.facts, room)}
    return {id: one.since for id, one in blocked.items() if id not in on_duty}


def heard(author: str, at: int, kept_from: Mapping[str, int]) -> bool:
    """Whether what this author said at `at` reaches a reader from whom `withheld` keeps these."""
    since = kept_from.get(author)
    return since is None or at < since


def muted_until_in(person: Facts, room: str, *, now: int) -> int | None:
    """Until when this person is muted in this room, for them to be told; None: they are not."""
    end = person.muted_in.get(room, 0)
    return end if now < end else None


def slowed(person: Facts, room: str) -> bool:
    """Whether a slow room is slow for this person: its moderators and staff are where they are needed."""
    return not moderates(person, room)


def may_rule(person: Facts, other: Facts, room: str) -> bool:
    """May this moderator of the room decide about the other there? Nobody about staff, and about moderators staff alone."""
    if not moderates(person, room) or is_of_staff(other):
        return False
    return is_staff(person) or not moderates(other, room)


def opens_at(person: Facts, verdict: Verdict, *, now: int, room: str = "") -> int | None:
    """When a refusal of `write`, `write_in` or `enter` ends by itself, if that is known: for the person to be told."""
    end = {
        "muted": person.muted_until,
        "banned": person.rooms_banned_until,
        "muted-in-room": person.muted_in.get(room, 0),
        "banned-from-room": person.banned_from.get(room, 0),
        "removed-from-room": person.removed_from.get(room, 0),
    }.get(verdict.code, 0)
    return end if now < end and not person.banned else None


def ask(person: Facts) -> Verdict:
    """May this person ask for somebody to talk to? Muted people may: asking for help is never taken away but by a ban, or while a parent has to agree."""
    if person.banned:
        return Verdict("banned", "banned")
    if person.age is None:
        return Verdict("gate-first", "no age declared")
    if person.consent_waits:
        return Verdict("consent-first", "a parent's consent is missing")
    if person.kind not in _HELPED:
        return Verdict("not-allowed", "listeners and therapists ask through their member account")
    return YES


def takes(person: Facts) -> Verdict:
    """May this person take somebody who waits, whoever that is? `serves` says of which ages, `reach` about each."""
    if person.kind != "listener":
        return Verdict("not-a-listener", "no listener account")
    if person.banned:
        return Verdict("banned", "banned")
    if person.age is None:
        return Verdict("gate-first", "no age declared")
    if person.consent_waits:
        return Verdict("consent-first", "a parent's consent is missing")
    if person.on_break:
        return Verdict("on-break", "on a break")
    if person.muted_until > person.as_of:
        return Verdict("muted", "muted, and could not answer")
    return YES


def quiet_nights(person: Facts) -> bool:
    """Are this person's nights quiet: does nothing ring at them by itself then (SPEC B10)?"""
    return person.age == "teen"


def greeted_by_bots(person: Facts) -> bool:
    """May a bot offer itself to this person before they ask for it? To teens, programs are not the first thing they meet (SPEC B10)."""
    return person.age == "adult"


def public(person: Facts) -> bool:
    """May what this person shows of themselves be read by anybody, and found by search engines? A teen's is for those who may meet them (SPEC B10)."""
    return not person.banned and person.age == "adult"


def shows(person: Facts, viewer: Facts | None, *, blocked: bool) -> bool:
    """May this viewer, or somebody whom nobody knows yet, see the words and the picture on this person's profile? Staff see what they may have to take out."""
    if viewer is None:
        return public(person)
    if viewer.id == person.id or is_staff(viewer):
        return True
    return not blocked and (public(person) or reach(viewer, person, "profile").ok)


def loads_picture(person: Facts, viewer: Facts | None) -> bool:
    """May this viewer have a picture by its address, wherever they have that from? An adult's stands where everybody reads; a teen's is for those who may meet them
    now. Blocks are not asked: whoever is blocked could tell by a picture that is gone."""
    return person.age != "teen" or shows(person, viewer, blocked=False)


def may_show_35(person: Facts) -> bool:
    """Whether "35 or over" is a label that this person may show (SPEC B5)."""
    return person.kind == "listener" and person.age == "adult"


def may_be_quoted(person: Facts) -> bool:
    """Whether words of this person may come to stand where everybody reads them, without their name: a teen's stand nowhere in public (SPEC B10)."""
    return person.age == "adult" and not person.banned


def meets_ages(person: Facts) -> tuple[Literal["adult", "teen"], ...]:
    """The age groups that this listener is there for, while nothing but a break or a sanction keeps them from it."""
    if cleared(person):
        return ("adult", "teen")
    return ("teen",) if person.age == "teen" else ("adult",) if person.age == "adult" else ()


def stands_for(person: Facts) -> tuple[Literal["adult", "teen"], ...]:
    """Under which ages a listener stands in the directory; nowhere on a break. Whether somebody sees them there is asked of `reach`."""
    return () if person.kind != "listener" or person.on_break else meets_ages(person)


def seen(person: Facts) -> bool:
    """Whether anybody is shown this person's profile at all: banned people are gone from the page, and staff see them elsewhere."""
    return not person.banned and not person.gone


def moderates(person: Facts, room: str) -> bool:
    """Moderators of this room, moderators of all rooms, and staff; never while banned."""
    return not person.banned and bool(room in person.moderates or (STAFF | {"moderator"}) & person.roles)


def may_be_cleared(person: Facts) -> Verdict:
    """Whether a clearance can be given: to adult listeners, whose background can be checked."""
    if person.kind != "listener" or person.age != "adult":
        return Verdict("not-allowed", "only an adult's listener account is cleared")
    return YES


def may_be_verified(person: Facts) -> Verdict:
    """Whether the mark of a verified listener can be given: to listeners of any age who are here. It opens no way to anybody."""
    if person.kind != "listener" or person.age is None or person.banned:
        return Verdict("not-allowed", "only a listener account is marked as verified")
    return YES


def may_be_therapist(person: Facts) -> Verdict:
    """Whether a licence can be applied with, and a therapist's page opened: by adults, with an account that helps as nothing else."""
    if person.kind not in ("member", "therapist") or person.age != "adult" or person.banned:
        return Verdict("not-allowed", "only an adult's member account becomes a therapist's")
    return YES


def is_of_staff(person: Facts) -> bool:
    """Whether the role is theirs, also while it waits for their second factor: who may not act as staff yet is still under its protection."""
    return is_staff(person) or (not person.banned and person.staff_waits)


def is_staff(person: Facts) -> bool:
    return not person.banned and bool(STAFF & person.roles)
