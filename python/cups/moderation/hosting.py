"""What moderators set for everybody in a room: slow, closed, pinned. And the desk that they do it from."""

from sqlalchemy import Connection

from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.limits.live import Limits
from cups.messages import service as messages
from cups.moderation import audit, lengths
from cups.moderation.guard import Guard
from cups.rooms import state
from cups.store.database import Database, Unit
from cups.wire.rooms import ClosureIn, RoomDesk, RoomNow, SlowIn


class Hosting:
    def __init__(self, db: Database, clock: Clock, limits: Limits, guard: Guard) -> None:
        self._db, self._clock, self._limits, self._guard = db, clock, limits, guard

    async def desk(self, visitor: Visitor, slug: str) -> RoomDesk:
        """How the room is, and what its moderators can choose from. Refused: not-found, not-allowed."""
        now = self._clock.now()

        def read(conn: Connection) -> RoomDesk:
            row, _ = self._guard.room(conn, visitor, slug)
            return RoomDesk(
                now=state.now_of(row, now),
                slow=lengths.slow_steps(self._limits),
                lengths=lengths.length_steps(self._limits),
                most_pins=self._limits.figure("room_most_pins"),
            )

        return await self._db.read(read)

    async def slow(self, visitor: Visitor, slug: str, form: SlowIn) -> RoomNow:
        """From the answer on, nobody's next message comes sooner. Refused: not-found, not-allowed, too-fast with when."""
        now, seconds = self._clock.now(), lengths.slow_s(self._limits, form.slowness)

        def work(unit: Unit) -> RoomNow:
            row, _ = self._guard.room(unit.conn, visitor, slug)
            if row.slow_s == seconds:
                return state.now_of(row, now)
            self._guard.pace("set-room", visitor, now)
            audit.write(unit.conn, visitor, "room.slow", row.slug, {"seconds": str(seconds)}, now)
            return state.slow(unit, row.id, seconds, now)

        return await self._db.write(work)

    async def close(self, visitor: Visitor, slug: str, form: ClosureIn) -> RoomNow:
        """From the answer on only moderators and staff write. Closing a closed room says anew until when and why.

        Refused: not-found, not-allowed, held-contact (contact details in the words), too-fast with when.
        """
        now, words = self._clock.now(), form.words.strip()
        self._guard.screen_words(words)
        until = None if form.length is None else now + lengths.length_ms(self._limits, "close", form.length)

        def work(unit: Unit) -> RoomNow:
            row, _ = self._guard.room(unit.conn, visitor, slug)
            self._guard.pace("set-room", visitor, now)
            audit.write(unit.conn, visitor, "room.close", row.slug, {"until": str(until or "")}, now)
            return state.close(unit, row.id, until, words, now)

        return await self._db.write(work)

    async def open_again(self, visitor: Visitor, slug: str) -> RoomNow:
        """Opening an open room changes nothing. Refused: not-found, not-allowed, too-fast with when."""
        now = self._clock.now()

        def work(unit: Unit) -> RoomNow:
            row, _ = self._guard.room(unit.conn, visitor, slug)
            before = state.now_of(row, now)
            if before.closed is None:
                return before
            self._guard.pace("set-room", visitor, now)
            audit.write(unit.conn, visitor, "room.open", row.slug, {}, now)
            return state.open_again(unit, row.id, now)

        return await self._db.write(work)

    async def pin(self, visitor: Visitor, slug: str, seq: int) -> None:
        """Pinning twice changes nothing. Refused: not-found (or removed), not-allowed, too-many-pins, too-fast with when."""
        now, most = self._clock.now(), self._limits.figure("room_most_pins")

        def work(unit: Unit) -> None:
            row, _ = self._guard.room(unit.conn, visitor, slug)
            self._guard.pace("pin", visitor, now)
            if messages.pin(unit, row.id, seq, visitor.id, now, most=most):
                audit.write(unit.conn, visitor, "message.pin", f"{row.slug}/{seq}", {}, now)

        await self._db.write(work)

    async def unpin(self, visitor: Visitor, slug: str, seq: int) -> None:
        """Refused: not-found (it was not pinned), not-allowed, too-fast with when."""
        now = self._clock.now()

        def work(unit: Unit) -> None:
            row, _ = self._guard.room(unit.conn, visitor, slug)
            self._guard.pace("pin", visitor, now)
            if not messages.unpin(unit, row.id, seq):
                raise Refused("not-found")
            audit.write(unit.conn, visitor, "message.unpin", f"{row.slug}/{seq}", {}, now)

        await self._db.write(work)
