"""Bodies of the staff's agreements: drafts, their preview, and the versions there are."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import PLAIN, Body, Millis
from cups.wire.people import Agreement, AgreementKind

Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", description="A date, as in 2027-01-31.")]


class AgreementDraftIn(Body):
    """A new version. `text` is Markdown; `summary` says in plain words what it comes to. `asked_from`: the day, from midnight UTC on, from which people are
    asked to accept it; today: at once. At the latest `agreement_ahead_days` ahead."""

    title: Annotated[str, Meta(min_length=1, max_length=200, pattern=PLAIN)]
    summary: Annotated[str, Meta(min_length=1, max_length=2000, pattern=PLAIN)]
    text: Annotated[str, Meta(min_length=1, max_length=60_000, pattern=PLAIN)]
    asked_from: Day


class AgreementIn(AgreementDraftIn):
    """`version`: as the preview named it; a conflict if another was published meanwhile."""

    version: Annotated[str, Meta(max_length=32)]


class AgreementPreview(Body):
    """As people will read it. Nothing of it is kept."""

    agreement: Agreement
    asked_from: Millis


class AgreementEdition(Body):
    """One version. `by` is None for what came with the software. `waits`: nobody is asked for it yet."""

    kind: AgreementKind
    version: str
    title: str
    at: Millis
    asked_from: Millis
    by: str | None
    state: Literal["waits", "in-force", "over"]


class AgreementEditions(Body):
    """Newest first."""

    editions: list[AgreementEdition]
    next: str | None = None


class AgreementSource(Body):
    """One version as it was written: the beginning of the next."""

    edition: AgreementEdition
    summary: str
    text: str
