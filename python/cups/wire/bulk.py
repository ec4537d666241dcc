"""Bodies of acts on many people at once: a preview, then the act, then perhaps its undoing."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import Body, Id, Millis, Name
from cups.wire.directory import Why
from cups.wire.staff import StaffRole

BulkAct = Literal["ban", "unban", "role-give", "role-take", "clearance-end", "messages-remove"]
BulkState = Literal["planned", "running", "done", "undoing", "undone"]
MOST_NAMES = 1000
"""Of one body. How many one act may take is the setting `bulk_most`."""


class BulkIn(Body):
    """What is to be done to whom. `days`: of bans, None for until lifted. `role`: of the two about roles. `hours`: how far back messages are removed.

    The reason is kept in the audit log; with a ban and a removed message, the person is shown it.
    """

    act: BulkAct
    names: Annotated[list[Name], Meta(min_length=1, max_length=MOST_NAMES)]
    reason: Why
    days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    role: StaffRole | None = None
    hours: Annotated[int, Meta(ge=1, le=168)] | None = None


class BulkItem(Body):
    """One person of it. `will` is what the preview found; `state` what came of it. `why`: the code of the refusal, or of what is left alone.

    `count`: messages, where it is about those. `kept`: it was not undone, since somebody changed it meanwhile or it cannot be any more.
    """

    name: str
    will: Literal["change", "nothing", "refused"]
    why: str
    count: int
    state: Literal["waiting", "done", "skipped", "undone", "kept"]


class BulkSummary(Body):
    id: Id
    act: BulkAct
    reason: str
    days: int | None
    role: StaffRole | None
    hours: int | None
    by: str
    at: Millis
    state: BulkState
    total: int
    finished: int
    """Items that have come to an end, of the doing or of the undoing."""
    expires_at: Millis
    """Until when a preview can be carried out."""
    undo_until: Millis | None
    mine: bool


class Bulk(Body):
    summary: BulkSummary
    items: list[BulkItem]


class Bulks(Body):
    bulks: list[BulkSummary]
    next: str | None = None
