"""A parent's consent, as the young person and as the parent see it."""

from typing import Literal

from cups.wire.base import Body, Millis
from cups.wire.people import Email
from cups.wire.signin import LinkToken


class ConsentState(Body):
    """How far it is."""

    waits: bool
    """Whether this person meets nobody until a parent agrees."""
    offered: bool
    """Whether this site sends mail, so that a parent can be asked."""
    state: Literal["", "asked", "once", "given", "no", "withdrawn", "expired"] = ""
    """Empty: nobody was asked. `once`: the parent has said yes to the first letter; a second one follows."""
    to: str = ""
    """Who was asked: the address, all but its first letter left out. Empty once it is not kept any more."""
    asked_at: Millis | None = None
    second_at: Millis | None = None
    """When the second letter goes."""
    until: Millis | None = None
    """How long the parent can answer."""


class AskParentIn(Body):
    email: Email


class ParentSees(Body):
    """What the link in a parent's letter asks for. Nothing of the young person."""

    step: Literal["first", "second"]
    hours: int
    """How long after the first yes the second letter goes."""


class AnswerIn(Body):
    token: LinkToken
    agree: bool


class Answered(Body):
    state: Literal["no", "once", "given"]


class WithdrawIn(Body):
    token: LinkToken
