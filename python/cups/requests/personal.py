"""Personal requests (SPEC D3): asking one particular listener, who accepts or declines in time; and what missed ones come to (D15).

A personal request is a row of the same table as those in the queue, so that nobody has two open, and accepted it is held, settled and given back as
these are. The table decides: who may be asked, and whether an answer still counts, is asked inside the transaction, by time too.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.nights import Nights
from cups.accounts.visitor import Visitor
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.limits.live import Limits
from cups.news import AccountChanged, RequestRings
from cups.reach import Facts, reach
from cups.requests import queries, unanswered
from cups.requests.here import Here
from cups.requests.rings import Rings
from cups.requests.service import Requests
from cups.requests.taking import Taking, refused_by
from cups.settings import Settings
from cups.store.database import Transactions, Unit
from cups.store.schema import Record
from cups.wire.requests import PersonalIn, PersonalRequest, RequestState, Taken


class Personal:
    def __init__(
        self,
        db: Transactions,
        clock: Clock,
        settings: Settings,
        limits: Limits,
        chats: Chats,
        requests: Requests,
        taking: Taking,
        here: Here,
        nights: Nights,
    ) -> None:
        self._db, self._clock, self._settings, self._limits = db, clock, settings, limits
        self._chats, self._requests, self._taking, self._here = chats, requests, taking, here
        self._nights = nights
        self.rings = Rings()
        self.sees_all: Callable[[], bool] = lambda: True
        """Whether whoever is not seen here is gone: not while other processes cannot be heard."""
        taking.on_taken = self._took_another
        chats.on_part = self.recheck

    # Asking

    async def ask(self, visitor: Visitor, form: PersonalIn, topics: frozenset[str]) -> RequestState:
        """Rings at this listener. The same ref gives the same request.

        Refused: gate-first, banned, not-allowed, already-waiting, already-in-chat, too-fast, listener-unavailable (whatever the reason: nobody
        learns of a block, an age or a refused topic), other-language. The limit holds in danger too: the queue stays open to everybody.
        """
        self._requests.check(visitor, form, topics)

        def work(unit: Unit) -> str:
            conn, now = unit.conn, self._requests.moment()
            if (known := queries.by_ref(conn, visitor.id, form.ref)) is not None:
                return str(known.id)
            asker, facts = self._requests.admit(conn, visitor.id, now)
            if until := self._limits.check_person(conn, "personal", facts, now):
                raise Refused("too-fast", retry_at=until)
            listener = accounts.by_key(conn, names.key(form.listener.removeprefix("@")))
            if (
                listener is None
                or not self._meet(conn, listener, facts)
                or not self.is_free(conn, listener, form.topic)
            ):
                raise Refused("listener-unavailable", field="listener")
            if form.language not in listener.languages.split(","):
                raise Refused("other-language", field="language")
            # By the clock that ends it: the moment of asking may lie ahead of one that was set back.
            until = self._clock.now() + self._limits.figure("personal_ring_s") * 1000
            more = {"state": "ringing", "listener_id": listener.id, "rings_until": until}
            began = self._requests.began(conn, asker.id, now)
            id = self._requests.insert(
                conn, asker, form.ref, form.topic, form.language, first_at=began, now=now, **more
            )
            unit.announce(RequestRings(id=id, asker=asker.id, listener=listener.id, until=until))
            return id

        return await self._requests.state_of(await self._db.write(work))

    def is_free(self, conn: Connection, listener: Record, topic: str) -> bool:
        """Whether this listener can be asked now at all: online, connected, at home with the topic, not being asked, with room for a chat, and by day where
        their nights are quiet."""
        return (
            listener.status == "online"
            and self._here.is_here(listener.id)
            and topic not in refused_by(listener)
            and queries.ringing_at(conn, listener.id) is None
            and self._chats.capacity(conn, listener.id) > 0
            and not self._nights.quiet(conn, listener, self._clock.now())
        )

    def free_of(self, conn: Connection, listeners: Sequence[Record], topic: str) -> frozenset[str]:
        """Those of them whom `is_free` calls so: asked of all at once."""
        near = [
            one
            for one in listeners
            if one.status == "online" and self._here.is_here(one.id) and topic not in refused_by(one)
        ]
        ids = [one.id for one in near]
        rings, room = queries.ringing_at_any(conn, ids), self._chats.capacities(conn, ids)
        now = self._clock.now()
        return frozenset(
            one.id
            for one in near
            if one.id not in rings and room.get(one.id, 0) > 0 and not self._nights.quiet(conn, one, now)
        )

    def _meet(self, conn: Connection, listener: Record, asker: Facts) -> bool:
        other = accounts.facts(conn, listener, asker.as_of)
        return reach(asker, other, "queue", blocked=accounts.blocked(conn, asker.id, other.id)).ok

    async def to_queue(self, visitor: Visitor) -> RequestState:
        """The next free listener instead, with the same topic and language: from a personal request that rings, or that nobody answered.

        At the rank of when they asked. Asking again gives the same. Refused: conflict (there is none, a chat has come of it, or it was long ago).
        """

        def work(unit: Unit) -> str:
            conn, now = unit.conn, self._requests.moment()
            row = queries.latest_of(conn, visitor.id)
            if row is None or not (row.state in ("ringing", "waiting") or self._unanswered(row)):
                raise Refused("conflict")
            if row.state == "waiting":
                return str(row.id)
            if row.state == "ringing":
                self._close(unit, row, "cancelled")
            asker, _facts = self._requests.admit(conn, visitor.id, now)
            ref = f"queue-{row.id}"
            if (known := queries.by_ref(conn, asker.id, ref)) is not None:
                return str(known.id)
            return self._requests.enter(unit, asker, ref, row.topic, row.language, first_at=row.first_at, now=now)

        return await self._requests.state_of(await self._db.write(work))

    def _unanswered(self, row: Record) -> bool:
        return unanswered.leads_on(row, self._clock.now(), self._settings.requeue_within_s)

    async def leads_on(self, state: RequestState | None) -> bool:
        """Whether the page still offers the queue instead."""
        if state is None or state.reason not in unanswered.UNANSWERED:
            return False
        row = await self._db.read(queries.by_id, state.id)
        return row is not None and self._unanswered(row)

    # Answering

    async def asked(self, listener: str) -> PersonalRequest | None:
        """What rings at this listener now."""
        return await self._db.read(self.seen_by, listener)

    def seen_by(self, conn: Connection, listener: str) -> PersonalRequest | None:
        row = queries.ringing_at(conn, listener)
        if row is None or row.rings_until <= self._clock.now():
            return None
        return PersonalRequest(
            id=row.id,
            person=accounts.people(conn, [row.asker_id])[row.asker_id],
            topic=row.topic,
            language=row.language,
            since=row.opened_at,
            until=row.rings_until,
            heavy=row.severity > 0,
        )

    async def accept(self, visitor: Visitor, request_id: str) -> Taken:
        """The chat opens; accepting again gives the same. Refused: not-asking (not this listener, too late, or over), at-capacity."""
        outcome = await self._db.write(self._accept, visitor.id, request_id)
        if isinstance(outcome, Taken):
            return outcome
        raise Refused(outcome)

    def _accept(self, unit: Unit, listener_id: str, request_id: str) -> Taken | str:
        """In the transaction: whose it is, reach, language, topic and capacity again, then the one conditional statement.

        What cannot be any more ends here and now, so the refusal is an answer and undoes nothing.
        """
        conn, now = unit.conn, self._clock.now()
        row = self._asked_of(conn, request_id, listener_id)
        if row.chat_id is not None:
            return Taken(chat=row.chat_id, request=row.id)
        if row.state != "ringing":
            return "not-asking"
        taker, asker = accounts.by_id(conn, listener_id), accounts.facts_by_id(conn, row.asker_id, now)
        if taker is None or asker is None or not self._taking.suits(conn, taker, asker, row):
            self._close(unit, row, "unavailable")
            return "not-asking"
        if self._chats.capacity(conn, listener_id) <= 0:
            self._close(unit, row, "unavailable")
            return "at-capacity"
        until = now + self._requests.line.lease_ms()
        if queries.answer(conn, row.id, listener=listener_id, now=now, until=until, pool=row.pool) is None:
            return "not-asking"
        accounts.update(conn, listener_id, missed=0)
        return self._taking.open(unit, row, listener_id, until)

    async def decline(self, visitor: Visitor, request_id: str) -> None:
        """Not now; declining again changes nothing. It is an answer: what was missed before counts no more. Refused: not-asking."""

        def work(unit: Unit) -> None:
            row = self._asked_of(unit.conn, request_id, visitor.id)
            if row.reason == "declined":
                return
            if not self._close(unit, row, "declined"):
                raise Refused("not-asking")
            accounts.update(unit.conn, visitor.id, missed=0)

        await self._db.write(work)

    def _asked_of(self, conn: Connection, request_id: str, listener: str) -> Record:
        row = queries.by_id(conn, request_id)
        if row is None or row.listener_id != listener:
            raise Refused("not-asking")
        return row

    def _close(self, unit: Unit, row: Record, reason: str) -> bool:
        """Ends what rings; False if it rings no more."""
        done = queries.close(unit.conn, row.id, reason, self._clock.now(), only="ringing")
        if done:
            self._requests.announce_closed(unit, row, reason)
        return done

    # Time, and what changes meanwhile

    async def start(self, *, alone: bool = True) -> None:
        """Nobody could answer while nothing ran (`alone`): all that rings has its whole time again, and its listener the grace to come back."""
        until = self._clock.now() + self._limits.figure("personal_ring_s") * 1000

        def renew(unit: Unit) -> list[Record]:
            if alone:
                queries.ring_anew(unit.conn, until)
            return queries.ringing(unit.conn)

        for row in await self._db.write(renew):
            self.rings.rings(
                RequestRings(id=row.id, asker=row.asker_id, listener=row.listener_id, until=row.rings_until)
            )
            self._here.awaited(row.listener_id)

    async def look(self) -> None:
        """Ends what had no answer in time, and what rings at somebody who is gone. Asks the table only when there is something to end."""
        self._here.forget_gone()
        now = self._clock.now()
        if self.rings.due(now):
            await self._db.write(self._miss_overdue)
        if self.sees_all() and (
            gone := {ring.id for ring in self.rings.every() if not self._here.is_here(ring.listener)}
        ):
            await self._db.write(self._end_of, gone)

    def _miss_overdue(self, unit: Unit) -> None:
        now = self._clock.now()
        for row in queries.ringing(unit.conn):
            if row.rings_until > now:
                continue
            if not self._here.is_connected(row.listener_id):
                # They could not see it to its end: nothing that counts against them.
                self._close(unit, row, "unavailable")
            elif queries.miss(unit.conn, row.id, now):
                self._requests.announce_closed(unit, row, "missed")
                self._count_miss(unit, row.listener_id)

    def _count_miss(self, unit: Unit, listener_id: str) -> None:
        """So many in a row set *busy*, in the transaction in which the last of them was missed (SPEC D15)."""
        listener = accounts.by_id(unit.conn, listener_id)
        if listener is None:
            return
        missed = listener.missed + 1
        if listener.status == "online" and missed >= self._limits.figure("personal_misses"):
            accounts.update(unit.conn, listener_id, status="busy", status_why="missed", missed=0)
            unit.announce(AccountChanged(account=listener_id))
        else:
            accounts.update(unit.conn, listener_id, missed=missed)

    def _end_of(self, unit: Unit, gone: set[str]) -> None:
        for row in queries.ringing(unit.conn):
            if row.id in gone and not self._here.is_here(row.listener_id):
                self._close(unit, row, "unavailable")

    def _took_another(self, unit: Unit, listener: str) -> None:
        """Whoever has no room for another chat any more is not asked any further."""
        row = queries.ringing_at(unit.conn, listener)
        if row is not None and self._chats.capacity(unit.conn, listener) <= 0:
            self._close(unit, row, "unavailable")

    def recheck(self, unit: Unit, account: str) -> None:
        """Ends what rings at this person or for them, under either of their accounts, and cannot come to a chat any more."""
        for persona in accounts.personas(unit.conn, account):
            for find in _BY_PERSON:
                if (row := find(unit.conn, persona)) is not None and not self._still(unit.conn, row):
                    out = self._requests.is_banned(unit.conn, row.asker_id)
                    self._close(unit, row, "banned" if out else "unavailable")

    def _still(self, conn: Connection, row: Record) -> bool:
        listener, asker = (
            accounts.by_id(conn, row.listener_id),
            accounts.facts_by_id(conn, row.asker_id, self._clock.now()),
        )
        if listener is None or asker is None or listener.status != "online":
            return False
        return self._taking.suits(conn, listener, asker, row)

    async def account_changed(self, account: str) -> None:
        """Something about somebody has changed: a status, a block, a mute, an age, languages or topics."""
        if not self.rings:
            return
        personas = await self._db.read(accounts.personas, account)
        if any(self.rings.concerns(persona) for persona in personas):
            await self._db.write(self.recheck, account)


_BY_PERSON: tuple[Callable[[Connection, str], Record | None], ...] = (queries.ringing_at, queries.ringing_for)
