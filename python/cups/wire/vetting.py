"""Licences of therapists, background checks and the mark of verified listeners: applied for, recorded by staff, ending. Nothing of the documents is kept."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import PLAIN, Body, Id, Millis
from cups.wire.people import Person

VettingKind = Literal["licence", "check", "verified"]
VettingState = Literal["applied", "passed", "refused", "ended"]
Line = Annotated[str, Meta(min_length=2, max_length=120, pattern=PLAIN)]
Country = Annotated[str, Meta(min_length=2, max_length=2, pattern="^[A-Z]{2}$", description="ISO 3166, as in DE.")]


class LicenceIn(Body):
    """What somebody says of their licence: the real name will be public with it, once staff have verified it."""

    real_name: Line
    number: Annotated[str, Meta(min_length=2, max_length=60, pattern=PLAIN)]
    country: Country
    until: Millis


class TherapistIn(Body):
    """What a therapist writes on their own page. Contact details are welcome there, and there alone."""

    about: Annotated[str, Meta(max_length=4000, pattern=PLAIN)]


class Vetting(Body):
    """One application. `until`: when it ends by itself; `ends_soon`: within the days of the reminder. `words`: what staff say to the person."""

    id: Id
    kind: VettingKind
    state: VettingState
    at: Millis
    decided_at: Millis | None
    until: Millis | None
    ends_soon: bool
    words: str
    real_name: str
    number: str
    country: str


class MyVetting(Body):
    """One's own applications, the newest first, and which one could make now."""

    vettings: list[Vetting]
    may_apply: list[VettingKind]


class VettingCase(Body):
    """As staff see it."""

    vetting: Vetting
    person: Person
    by: str | None


class VettingCases(Body):
    cases: list[VettingCase]
    next: str | None = None


class VettingResultIn(Body):
    """What staff found. Passed: until when, at the latest `clearance_max_days` ahead. `basis`: what it rests on, in the audit log; `words`: for the person."""

    outcome: Literal["passed", "refused"]
    basis: Annotated[str, Meta(min_length=3, max_length=200, pattern=PLAIN)]
    until: Millis | None = None
    words: Annotated[str, Meta(max_length=400, pattern=PLAIN)] = ""


class TherapistPage(Body):
    """What everybody reads of a therapist whose licence holds."""

    name: str
    real_name: str
    number: str
    country: str
    until: Millis
    verified_at: Millis
    about: str
