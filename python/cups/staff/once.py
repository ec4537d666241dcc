"""Idempotency keys: a changing request of staff that carries `Idempotency-Key` is done once, however often it is sent.

The key is written in the transaction of the act, with the answer: no act without its key, no key without its act, also where the process is killed in
between. Sent again with the same body it gives the same answer; with another body it is refused. A refusal changes nothing and is not kept. Keys belong to the
account, and are forgotten after `idempotency_hours`.

`OnceDatabase` is what the staff's services write through; the door, which reads the header, is `cups.api.once`.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar, TypeVarTuple

import msgspec
import sqlalchemy as sa
import trio
from sqlalchemy import Connection

from cups.clock import Clock
from cups.errors import Refused
from cups.news import News
from cups.staff.tables import act_key
from cups.store.database import Caught, Database, Statistics, Unit

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
N = TypeVar("N", bound=News)

_find = sa.select(act_key.c.digest, act_key.c.answer).where(
    act_key.c.account_id == sa.bindparam("account"), act_key.c.key == sa.bindparam("key")
)
_forget = act_key.delete().where(act_key.c.at < sa.bindparam("before"))


class Use(msgspec.Struct):
    """One request under a key. `written`: its act has been handed to the database."""

    account: str
    key: str
    digest: str
    written: bool = False


class Answered(Exception):
    """It was done before; `body` is what was answered then."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body


use: ContextVar[Use | None] = ContextVar("use of an idempotency key", default=None)


def before(conn: Connection, use: Use) -> bytes | None:
    """What was answered under this key. Refused: key-used (for something else)."""
    row = conn.execute(_find, {"account": use.account, "key": use.key}).one_or_none()
    if row is None:
        return None
    if row.digest != use.digest:
        raise Refused("key-used", field="Idempotency-Key")
    answer: bytes = row.answer
    return answer


def forget(conn: Connection, before: int) -> int:
    return conn.execute(_forget, {"before": before}).rowcount


class OnceDatabase:
    """`Database`, whose first write within a request under a key writes the key, too. Without one it is what it stands before."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    async def write(self, work: Callable[[Unit, *Ts], T], *args: *Ts) -> T:
        now = use.get()
        if now is None or now.written:
            return await self._db.write(work, *args)
        now.written = True

        def once(unit: Unit) -> T:
            if (known := before(unit.conn, now)) is not None:
                raise Answered(known)
            result = work(unit, *args)
            answer = b"" if result is None else msgspec.json.encode(result)
            row = {"account_id": now.account, "key": now.key, "digest": now.digest, "answer": answer}
            unit.conn.execute(act_key.insert(), row | {"at": self._clock.now()})
            return result

        return await self._db.write(once)

    async def read(self, work: Callable[[Connection, *Ts], T], *args: *Ts) -> T:
        return await self._db.read(work, *args)

    def submit(self, work: Callable[..., Any], item: Any, done: Callable[[Any], None], *, weight: int = 1) -> None:
        self._db.submit(work, item, done, weight=weight)

    def on_announce(self, kind: type[N], hook: Callable[[Unit, N], None]) -> None:
        self._db.on_announce(kind, hook)

    def on_others(self, caught: Caught) -> None:
        self._db.on_others(caught)

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> Any:
        return await self._db.run(task_status=task_status)

    def statistics(self) -> Statistics:
        return self._db.statistics()
