"""The ladder of trust (SPEC A14): what somebody new may do at once is little, and grows with days and reading, not with points."""

from collections.abc import Callable
from functools import cache
from typing import Literal

from cups.limits.figures import LIMITS
from cups.reach import Facts

Tier = Literal["guest", "new", "member", "staff"]
TIERS: tuple[Tier, ...] = ("guest", "new", "member", "staff")
DAY = 86_400_000
_ROLES = frozenset({"moderator", "community-manager", "admin"})
ACTIONS = (
    "message",
    "chat-message",
    "request",
    "personal",
    "enter",
    "typing",
    "mark",
    "report",
    "block",
    "attempt",
    "bot-answer",
    "export",
    "changes",
)
"""What a person does that is limited by who they are. Each has a limit for guests, and one for those who are trusted."""


def tier_of(
    person: Facts, now: int, *, days: int, reader_days: int, reads: int, read: Callable[[], int], place: str = ""
) -> Tier:
    """Guests stay guests. A member is new until `days` have passed, or `reader_days` and `reads` sections of a course. Listeners have been trained.
    A room's moderators count as staff in that `place`."""
    if person.roles & _ROLES or place in person.moderates:
        return "staff"
    if person.kind == "guest":
        return "guest"
    if person.kind != "member":
        return "member"
    here = (now - person.since) / DAY
    if here >= days or (here >= reader_days and read() >= reads):
        return "member"
    return "new"


def changes_of(kind: str) -> str:
    """The limit of whoever changes something over REST, or by a frame that has none of its own."""
    return "guest-changes" if kind == "guest" else "changes"


AT_ONCE: dict[Tier, str] = {
    "guest": "guest_rooms",
    "new": "new_rooms",
    "member": "member_rooms",
    "staff": "member_rooms",
}
"""The figure that says in how many rooms somebody is at once."""


@cache
def rule_for(action: str, tier: Tier) -> str:
    """The limit's name: the tier's own where it has one, else that of members, else the one for all."""
    for name in (f"{tier}-{action}", f"new-{action}" if tier == "new" else "", f"member-{action}", action):
        if name in LIMITS:
            return name
    raise KeyError(action)
