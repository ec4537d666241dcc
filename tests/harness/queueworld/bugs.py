"""Mistakes that the checks must find: each takes one safeguard out of the real code for a while."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Literal
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy import Connection

from cups import reach
from cups._core import RequestQueue
from cups.accounts import queries as accounts
from cups.bots.service import Bots
from cups.chats.service import Chats
from cups.clock import SystemClock
from cups.gateway import boards
from cups.news import RequestClosed, RequestHeld
from cups.requests import queries
from cups.requests.boards import difference
from cups.requests.holds import Holds
from cups.requests.keeping import Keeping
from cups.requests.line import Line
from cups.requests.personal import Personal
from cups.requests.service import Requests
from cups.requests.tables import request
from cups.requests.taking import Taking
from cups.store.database import Unit
from cups.wire.requests import Taken

BUGS: dict[str, Callable[[], contextlib.AbstractContextManager[object]]] = {}
Plant = Callable[[], contextlib.AbstractContextManager[object]]


def bug(name: str) -> Callable[[Plant], Plant]:
    def keep(plant: Plant) -> Plant:
        BUGS[name] = plant
        return plant

    return keep


@bug("claim by read, then write")
def read_then_write() -> Any:
    async def decide(self: Taking, listener_id: str, claim: Any, entry: Any) -> Taken | Literal["gone", "not-for-you"]:
        with self._line.deciding(claim):
            row = await self._db.read(queries.by_id, claim.id)
            if row is None or row.state != "waiting":
                return "gone"
            return await self._db.write(self._take, listener_id, claim.id)  # type: ignore[return-value]

    def by_id(conn: Connection, id: str) -> Any:
        row = conn.execute(sa.select(request).where(request.c.id == id)).one_or_none()
        return row if row is None else _as(row, state="waiting")

    def take(conn: Connection, id: str, *, listener: str, until: int, pool: str) -> int:
        changed = request.update().where(request.c.id == id)
        values = {"state": "held", "held_by": listener, "held_until": until, "fence": request.c.fence + 1}
        return int(conn.execute(changed.values(values).returning(request.c.fence)).scalar_one())

    real = Taking._take

    def _take(self: Taking, unit: Unit, listener_id: str, request_id: str) -> Any:
        with patch.object(queries, "by_id", by_id), patch.object(queries, "take", take):
            return real(self, unit, listener_id, request_id)

    stack = contextlib.ExitStack()
    stack.enter_context(patch.object(Taking, "_decide", decide))
    stack.enter_context(patch.object(Taking, "_take", _take))
    return stack


def _as(row: Any, **believed: Any) -> Any:
    return _With(row, **believed)


class _With:
    """A row of which something is believed that was so a while ago."""

    def __init__(self, row: Any, **believed: Any) -> None:
        self._row, self._believed = row, believed

    def __getattr__(self, name: str) -> Any:
        return self._believed[name] if name in self._believed else getattr(self._row, name)


@bug("lease without a fencing token")
def no_fence() -> Any:
    async def arrive(self: Taking, listener: str, chat_id: str) -> None:
        def work(unit: Unit) -> None:
            chat = self._chats.party(unit.conn, chat_id, listener)
            row = queries.by_id(unit.conn, chat.request_id)
            if row is not None and queries.close(unit.conn, row.id, "matched", self._clock.now()):
                self._requests.announce_closed(unit, row, "matched")

        await self._db.write(work)

    return patch.object(Taking, "arrive", arrive)


@bug("rank lost on return")
def rank_lost() -> Any:
    real = queries.give_back

    def give_back(conn: Connection, id: str, fence: int) -> bool:
        done = real(conn, id, fence)
        conn.execute(request.update().where(request.c.id == id).values(first_at=request.c.first_at + 1))
        return done

    return patch.object(queries, "give_back", give_back)


@bug("block ignored in mid-flight")
def block_ignored() -> Any:
    return patch.object(accounts, "blocked", lambda _conn, _a, _b: False)


@bug("age correction ignored in mid-flight")
def age_ignored() -> Any:
    return patch.object(reach, "ages_meet", lambda *_people, **_at: True)


@bug("whoever was corrected waits among the others")
def never_repooled() -> Any:
    return patch.object(Requests, "put_in_place", lambda _self, _unit, _asker=None: 0)


@bug("double add while rebuilding")
def double_add() -> Any:
    real = Keeping._compare

    async def compare(self: Keeping, heard: set[str], repair: bool) -> Any:
        return await real(self, set(), repair)

    return patch.object(Keeping, "_compare", compare)


@bug("time by the wall clock, jumps and all")
def jumping_clock() -> Any:
    def init(self: SystemClock, wall: Callable[[], int], monotonic: Callable[[], int]) -> None:
        self._anchor, self._monotonic = 0, wall

    return patch.object(SystemClock, "__init__", init)


@bug("leases not renewed at a start")
def leases_not_renewed() -> Any:
    def renew(conn: Connection, until: int) -> list[str]:
        return list(conn.execute(sa.select(request.c.id).where(request.c.state == "held")).scalars())

    async def start(self: Keeping, *, alone: bool = True) -> None:
        with patch.object(queries, "renew_leases", renew):
            await real(self, alone=alone)
        self._line.leases.update(dict.fromkeys(self._line.leases, 0))

    real = Keeping.start
    return patch.object(Keeping, "start", start)


@bug("lease that never ends")
def endless_lease() -> Any:
    async def never(_self: Taking) -> int:
        return 0

    return patch.object(Taking, "return_overdue", never)


@bug("capacity ignored")
def no_capacity() -> Any:
    return patch.object(Chats, "capacity", lambda _self, _conn, _listener: 1)


@bug("place not kept for a lost connection")
def no_hold() -> Any:
    return patch.object(Holds, "overdue", lambda self, _now, _hold: list(self._away))


@bug("cancelled request still offered")
def cancelled_offered() -> Any:
    real = Line.gone

    def gone(self: Line, news: RequestHeld | RequestClosed) -> None:
        if not (isinstance(news, RequestClosed) and news.reason == "cancelled"):
            real(self, news)

    return patch.object(Line, "gone", gone)


@bug("claim kept after a lost decision")
def claim_kept() -> Any:
    @contextlib.contextmanager
    def deciding(_self: Line, _claim: Any) -> Iterator[Any]:
        attempt: Any = type("Attempt", (), {"heard": True})
        yield attempt

    return patch.object(Line, "deciding", deciding)


@bug("severity left out of the index")
def no_severity() -> Any:
    real = Line.__init__

    def init(self: Line, *args: Any) -> None:
        real(self, *args)
        self.index = RequestQueue(head_start_ms=0)

    return patch.object(Line, "__init__", init)


@bug("refused topics shown all the same")
def topics_ignored() -> Any:
    real = Line.listener

    def listener(self: Line, allowed: Any) -> Any:
        import msgspec

        return real(self, msgspec.structs.replace(allowed, refused=()))

    return patch.object(Line, "listener", listener)


@bug("refused topics asked only beforehand")
def topics_beforehand() -> Any:
    real = Taking.suits

    def suits(self: Taking, conn: Connection, taker: Any, asker: Any, row: Any) -> bool:
        return real(self, conn, _as(taker, refused_topics=""), asker, row)

    return patch.object(Taking, "suits", suits)


@bug("languages asked only beforehand")
def languages_beforehand() -> Any:
    real = Taking.suits

    def suits(self: Taking, conn: Connection, taker: Any, asker: Any, row: Any) -> bool:
        return real(self, conn, _as(taker, languages=row.language), asker, row)

    return patch.object(Taking, "suits", suits)


@bug("capacity asked only beforehand")
def capacity_beforehand() -> Any:
    real = Taking._take

    def take(self: Taking, unit: Unit, listener_id: str, request_id: str) -> Any:
        with patch.object(Chats, "capacity", lambda _self, _conn, _listener: 1):
            return real(self, unit, listener_id, request_id)

    return patch.object(Taking, "_take", take)


@bug("break asked only beforehand")
def break_beforehand() -> Any:
    real = Taking.suits

    def suits(self: Taking, conn: Connection, taker: Any, asker: Any, row: Any) -> bool:
        return real(self, conn, _as(taker, status="online"), asker, row)

    return patch.object(Taking, "suits", suits)


@bug("a difference of the board left out")
def board_difference_lost() -> Any:
    def only_what_comes(before: Any, after: Any) -> Any:
        gone, came = difference(before, after)
        return gone[1:], came

    return patch.object(boards, "difference", only_what_comes)


@bug("fencing token that does not grow")
def still_fence() -> Any:
    real = queries.take

    def take(conn: Connection, id: str, **values: Any) -> int | None:
        fence = real(conn, id, **values)
        if fence is not None:
            conn.execute(request.update().where(request.c.id == id).values(fence=fence - 1))
        return fence

    return patch.object(queries, "take", take)


@bug("a personal request accepted when its time is over")
def accepted_late() -> Any:
    real = queries.answer

    def answer(conn: Connection, id: str, *, now: int, **values: Any) -> int | None:
        return real(conn, id, now=now - 60_000, **values)

    return patch.object(queries, "answer", answer)


@bug("a personal request that rings for ever")
def rings_for_ever() -> Any:
    return patch.object(Personal, "_miss_overdue", lambda _self, _unit: None)


@bug("two personal requests at one listener")
def two_ring() -> Any:
    return patch.object(Personal, "is_free", lambda _self, _conn, _listener, _topic: True)


@bug("a personal request accepted without asking again")
def accepted_unasked() -> Any:
    real = Personal._accept

    def accept(self: Personal, unit: Unit, listener_id: str, request_id: str) -> Any:
        with patch.object(Taking, "suits", lambda *_all: True):
            return real(self, unit, listener_id, request_id)

    return patch.object(Personal, "_accept", accept)


@bug("rings not renewed at a start")
def rings_not_renewed() -> Any:
    return patch.object(queries, "ring_anew", lambda _conn, _until: None)


@bug("another rank in the queue than when they asked personally")
def rank_of_asking_lost() -> Any:
    real = Requests.enter

    def enter(self: Requests, *args: Any, first_at: int, now: int) -> str:
        return real(self, *args, first_at=now, now=now)

    return patch.object(Requests, "enter", enter)


@bug("answers taken after they were passed on")
def answered_late() -> Any:
    return patch.object(Bots, "_refusal", lambda *_all: None)


@bug("what was told stays behind")
def left_behind() -> Any:
    return patch.object(Bots, "carry_on", lambda *_all: None)


@bug("what was told stays with a listener who has lost them")
def told_for_good() -> Any:
    @contextlib.contextmanager
    def everywhere() -> Iterator[None]:
        with (
            patch.object(Bots, "_goes_with", lambda *_all: True),
            patch.object(Chats, "confides", lambda *_all: True),
        ):
            yield

    return everywhere()
