"""Reviews of listeners, as staff read them before they are published. Nobody is told who wrote one."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import PLAIN, Body, Id
from cups.wire.people import Person

ReviewState = Literal["waits", "good", "shown", "refused"]


class Review(Body):
    """`good`: found good, and published with others once there are five; `shown`: on the listener's profile. `id` is chance, and says nothing of when."""

    id: Id
    listener: Person
    text: str
    state: ReviewState


class Reviews(Body):
    reviews: list[Review]
    next: str | None = None


class ReviewDecisionIn(Body):
    """`refused` takes out one that is shown, too. `reason`: in the audit log."""

    outcome: Literal["good", "refused"]
    reason: Annotated[str, Meta(max_length=200, pattern=PLAIN)] = ""
