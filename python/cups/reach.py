"""The one door: who may reach whom, through which channel. Everything that joins two people asks here, at the time it acts.

Pure: it is told all it needs. Age class, clearance, blocks, bans and mutes are read for decisions nowhere else.
"""

from typing import Literal, NamedTuple

import msgspec

Channel = Literal["queue", "chat", "room", "profile", "notice"]
CHANNELS: tuple[Channel, ...] = ("queue", "chat", "room", "profile", "notice")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision about one person rests on, as of now."""

    id: str
    kind: str
    age: str | None
    cleared: bool = False
    """Checked and cleared for both ages (an adult teen listener)."""
    banned: bool = False
    muted_until: int = 0
    rooms_banned_until: int = 0
    removed_from: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    moderates: frozenset[str] = frozenset()


class Verdict(NamedTuple):
    """`code` is empty for yes; else the code of `cups.errors` that the person is told, and `why` says it to staff."""

    code: str = ""
    why: str = ""

    @property
    def ok(self) -> bool:
        return not self.code


YES = Verdict()
_STAFF = frozenset({"admin", "community-manager"})


def ages_meet(a: Facts, b: Facts) -> bool:
    """Same declared age class, or one of the two is a listener cleared for both. No age declared meets nobody."""
    if a.age is None or b.age is None:
        return False
    return a.age == b.age or (a.kind == "listener" and a.cleared) or (b.kind == "listener" and b.cleared)


def reach(a: Facts, b: Facts, channel: Channel, *, blocked: bool = False) -> Verdict:
    """May `a` reach `b` through `channel`? `blocked`: either of the two has blocked the other.

    Symmetric in age and blocks; a ban of either side ends it. In the queue and in chats one side is a listener and the other is not.
    """
    if a.id == b.id:
        return Verdict("not-allowed", "the same person")
    if a.banned or b.banned:
        return Verdict("banned" if a.banned else "not-found", "one of them is banned")
    if blocked:
        return Verdict("blocked", "one has blocked the other")
    if not ages_meet(a, b):
        return Verdict("not-allowed", "teen and adult, or an age not declared")
    if channel in ("queue", "chat") and (a.kind == "listener") == (b.kind == "listener"):
        return Verdict("not-a-listener", "a chat joins one listener and one who is not")
    return YES


def serves(listener: Facts) -> tuple[str, ...]:
    """The age classes of waiting people that this listener may be shown at all."""
    if listener.kind != "listener" or listener.banned or listener.age is None:
        return ()
    return ("adult", "teen") if listener.cleared else (listener.age,)


def enter(person: Facts, *, room: str, audience: str, age: str, now: int) -> Verdict:
    """May this person be in this room now? Staff of the age in question may; nobody crosses the ages without clearance."""
    if person.banned:
        return Verdict("banned", "banned")
    if person.age is None:
        return Verdict("gate-first", "no age declared")
    if person.age != age and not person.cleared:
        return Verdict("not-found", "a room of the other age")
    if _STAFF & person.roles or room in person.moderates:
        return YES
    if audience == "listeners" and person.kind != "listener":
        return Verdict("not-found", "a room of listeners")
    if person.rooms_banned_until > now:
        return Verdict("banned", "banned from rooms")
    if room in person.removed_from:
        return Verdict("banned", "removed from this room")
    return YES


def write(person: Facts, *, now: int) -> Verdict:
    """May this person write at all? A mute holds in every channel. Asking for help and crisis help are not writing."""
    if person.banned:
        return Verdict("banned", "banned")
    if person.muted_until > now:
        return Verdict("muted", "muted")
    return YES


def moderates(person: Facts, room: str) -> bool:
    """Moderators of this room, moderators of all rooms, and staff; never while banned."""
    return not person.banned and bool(room in person.moderates or (_STAFF | {"moderator"}) & person.roles)


def is_staff(person: Facts) -> bool:
    return not person.banned and bool(_STAFF & person.roles)
