"""What staff decide about reviews of listeners: good ones are published with others, the rest stay with the rating. Who wrote one is shown to nobody."""

from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.moderation import audit
from cups.profiles import reviews
from cups.staff.acting import require_now
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.reviews import Review, ReviewDecisionIn, Reviews, ReviewState

_BEFORE: dict[str, tuple[str, ...]] = {"good": ("waits", "refused"), "refused": ("waits", "good", "shown")}
"""From which states there is a way to each outcome."""


class ReviewDesk:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def cases(self, visitor: Visitor, state: ReviewState, after: str, limit: int) -> Reviews:
        """In an order that is chance. Reading them is in the audit log."""
        now = self._clock.now()

        def work(unit: Unit) -> Reviews:
            require_now(unit.conn, visitor.id, "reviews", now)
            rows = reviews.page(unit.conn, state, after=after, limit=limit)
            details = {"state": state} | ({"after": after} if after else {})
            audit.write(unit.conn, visitor, "review.read", f"{len(rows)} shown", details, now)
            found = _told(unit.conn, rows)
            return Reviews(reviews=found, next=found[-1].id if len(rows) == limit else None)

        return await self._db.write(work)

    async def decide(self, visitor: Visitor, id: str, form: ReviewDecisionIn) -> Review:
        """Refused: not-found, not-allowed (about oneself, or one's own words), conflict (it was decided so already)."""
        now = self._clock.now()

        def work(unit: Unit) -> Review:
            conn = unit.conn
            require_now(conn, visitor.id, "reviews", now)
            row = reviews.by_id(conn, id)
            if row is None:
                raise Refused("not-found")
            if {row.listener_id, row.member_id} & set(accounts.personas(conn, visitor.id)):
                raise Refused("not-allowed")
            if row.review not in _BEFORE[form.outcome] or not reviews.change(conn, id, row.review, form.outcome):
                raise Refused("conflict")
            decided = reviews.by_id(conn, id)
            assert decided is not None
            (review,) = _told(conn, [decided])
            details = {"review": id, "was": row.review, "outcome": form.outcome, "reason": form.reason}
            audit.write(conn, visitor, "review.decide", review.listener.name, details, now)
            return review

        return await self._db.write(work)


def _told(conn: Connection, rows: list[Record]) -> list[Review]:
    people = accounts.people(conn, [row.listener_id for row in rows])
    return [
        Review(id=row.review_id, listener=people[row.listener_id], text=row.comment, state=row.review) for row in rows
    ]
