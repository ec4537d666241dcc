"""The directory of listeners: the table by which they are found, kept in step with what it is made from, in the same transaction.

It offers; `reach` decides, for each viewer, when somebody is shown. So what comes and goes by time (a mute, a clearance) need not be told here to be safe.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
import structlog
import trio
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.tables import account
from cups.clock import Clock
from cups.news import AccountChanged
from cups.profiles import bins, queries
from cups.profiles.tables import listed
from cups.reach import may_show_35, stands_for
from cups.requests.here import place_of
from cups.store.database import Database, Unit
from cups.store.schema import Record

log = structlog.get_logger()
ANY = ""
"""The language of the row by which a listener is found whatever they talk."""
FILLED_AT_ONCE = 50
"""Listeners in one transaction of the fill: nobody who talks waits for longer than that takes."""
FILL_PAUSE_S = 0.02
"""Between two of them, in which the writer is for others alone."""
LOOKED_UP_AT_ONCE = 1000
END = "~"
"""Behind every place and every name."""

Filters = Mapping[str, Any]
"""What is wanted: `language`, `serves`, `topic`, and the filters `stars`, `both`, `over_35` and `verified`."""
_shelf = sa.and_(listed.c.language == sa.bindparam("language"), listed.c.serves == sa.bindparam("serves"))
_takes = sa.or_(listed.c.refused == "", listed.c.refused.not_like(sa.bindparam("topic")))
_fits = sa.and_(
    _takes,
    listed.c.stars >= sa.bindparam("stars"),
    sa.or_(sa.bindparam("both", type_=sa.Boolean) == sa.false(), listed.c.both == sa.true()),
    sa.or_(sa.bindparam("over_35", type_=sa.Boolean) == sa.false(), listed.c.over_35 == sa.true()),
    sa.or_(sa.bindparam("verified", type_=sa.Boolean) == sa.false(), listed.c.verified == sa.true()),
)
_found = sa.select(
    listed.c.account_id,
    listed.c.place,
    listed.c.name_key,
    listed.c.both,
    listed.c.over_35,
    listed.c.stars,
    listed.c.verified,
)
_between = sa.and_(listed.c.place >= sa.bindparam("low"), listed.c.place < sa.bindparam("high"))
AROUND = _found.where(_shelf, _between, _takes).order_by(listed.c.place).limit(sa.bindparam("most"))
"""Where nothing is filtered by."""
NAMED = (
    _found.where(_shelf, listed.c.name_key >= sa.bindparam("low"), listed.c.name_key < sa.bindparam("high"), _fits)
    .order_by(listed.c.name_key)
    .limit(sa.bindparam("most"))
)
_ids: sa.BindParameter[list[str]] = sa.bindparam("ids", expanding=True)
LINES_OF = sa.select(listed).where(listed.c.account_id.in_(_ids))
_rows_of = sa.select(listed).where(listed.c.account_id == sa.bindparam("account"))
_drop = listed.delete().where(listed.c.account_id == sa.bindparam("account"))
_standing = sa.select(listed.c.account_id).where(listed.c.account_id.in_(_ids)).distinct()
_unspotted = sa.select(listed.c.account_id).where(listed.c.spot == "").distinct().limit(FILLED_AT_ONCE)
"""Lines of a release that knew of no spots and ran beside this one."""
_missing = (
    sa.select(account.c.id)
    .where(
        account.c.kind == "listener",
        account.c.id > sa.bindparam("after"),
        ~sa.select(listed.c.account_id).where(listed.c.account_id == account.c.id).exists(),
    )
    .order_by(account.c.id)
    .limit(sa.bindparam("most"))
)


class ListenerDirectory:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self.whole = False
        """Whether everybody stands in it: until the first fill is done, an answer may leave out some."""
        self.on_filled: Callable[[Sequence[str]], None] = lambda ids: None
        """Told who was put into it, on the loop's thread, after the commit."""
        db.on_announce(AccountChanged, self._changed)

    def _changed(self, unit: Unit, news: AccountChanged) -> None:
        self.place(unit.conn, news.account)

    async def fill(self, pause_s: float = 0.0) -> int:
        """Listeners who stand nowhere yet, as after an upgrade; how many. A batch in each transaction, and who is missing is read from the table: whatever
        ends it in between, the next one goes on from there."""
        after, placed = "", 0
        while ids := await self._db.read(_without_spot):
            await self._db.write(self._place_anew, ids)
            await trio.sleep(pause_s)
        while ids := await self._db.read(_not_placed, after):
            for at in range(0, len(ids), FILLED_AT_ONCE):
                batch = ids[at : at + FILLED_AT_ONCE]
                placed += await self._db.write(self._place_all, batch)
                self.on_filled(batch)
                await trio.sleep(pause_s)
            after = ids[-1]
        self.whole = True
        if placed:
            log.info("directory of listeners filled", listeners=placed)
        return placed

    def _place_anew(self, unit: Unit, ids: Sequence[str]) -> None:
        for id in ids:
            unit.conn.execute(_drop, {"account": id})
            self.place(unit.conn, id)

    def _place_all(self, unit: Unit, ids: Sequence[str]) -> int:
        """Those of them who stand nowhere still: a change may have placed somebody since it was read."""
        there = set(unit.conn.execute(_standing, {"ids": list(ids)}).scalars())
        ids = [id for id in ids if id not in there]
        profiles = queries.of_many(unit.conn, ids)
        rows = accounts.by_ids(unit.conn, ids).values()
        marked = accounts.verified(unit.conn, ids, self._clock.now())
        made = [
            one for row in rows for one in self._rows(unit.conn, row, profiles.get(row.id), verified=row.id in marked)
        ]
        if made:
            unit.conn.execute(listed.insert(), made)
        return len(rows)

    def place(self, conn: Connection, id: str) -> bool:
        """Puts a listener where they are found now, or nowhere; whether that changed anything."""
        row = accounts.by_id(conn, id)
        if row is None or row.kind != "listener":
            return False
        marked = accounts.verified(conn, [id], self._clock.now())
        wanted = self._rows(conn, row, queries.of(conn, id), verified=bool(marked))
        there = [dict(one._mapping) for one in conn.execute(_rows_of, {"account": id})]
        if sorted(there, key=_order) == sorted(wanted, key=_order):
            return False
        conn.execute(_drop, {"account": id})
        if wanted:
            conn.execute(listed.insert(), wanted)
        return True

    def _rows(self, conn: Connection, row: Record, profile: Record | None, *, verified: bool) -> list[dict[str, Any]]:
        facts = accounts.facts(conn, row, self._clock.now())
        ages = stands_for(facts)
        refused = f",{row.refused_topics}," if row.refused_topics else ""
        both, stars = len(ages) > 1, 0 if profile is None else int(profile.stars)
        over_35 = profile is not None and bool(profile.over_35) and may_show_35(facts)
        bin = bins.bin_of(both=both, over_35=over_35, verified=verified, stars=stars)
        return [
            {
                "language": language,
                "serves": serves,
                "place": place_of(row.id),
                "account_id": row.id,
                "name_key": row.name_key,
                "both": both,
                "over_35": over_35,
                "stars": stars,
                "refused": refused,
                "verified": verified,
                "spot": bins.spot(language, serves, bin, place_of(row.id)),
            }
            for serves in ages
            for language in (ANY, *row.languages.split(","))
        ]


def _order(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["language"], row["serves"]


def _without_spot(conn: Connection) -> list[str]:
    return list(conn.execute(_unspotted).scalars())


def _not_placed(conn: Connection, after: str) -> list[str]:
    return list(conn.execute(_missing, {"after": after, "most": LOOKED_UP_AT_ONCE}).scalars())


@cache
def in_bins(found_in: tuple[int, ...]) -> sa.Select[Any]:
    """As `AROUND`, with filters: the first of each bin, from `low…` to `high…` by its number, and of all these the first. An empty bin costs one look along the index."""
    of_stars = listed.c.stars >= sa.bindparam("stars")
    firsts = [
        _found.where(
            listed.c.spot >= sa.bindparam(f"low{number}"),
            listed.c.spot < sa.bindparam(f"high{number}"),
            _takes,
            of_stars,
        )
        .order_by(listed.c.spot)
        .limit(sa.bindparam("most"))
        .subquery()
        for number in found_in
    ]
    all_ = sa.union_all(*(sa.select(one) for one in firsts)).subquery()
    return sa.select(all_).order_by(all_.c.place).limit(sa.bindparam("most"))


def spots(wanted: Filters, found_in: Sequence[int], low: str, high: str) -> dict[str, str]:
    """What `in_bins` is given for these two places."""
    language, serves = wanted["language"], wanted["serves"]
    ends = (("low", low), ("high", high))
    return {f"{end}{number}": bins.spot(language, serves, number, place) for number in found_in for end, place in ends}


def around(conn: Connection, wanted: Filters, low: str, high: str, most: int) -> list[Record]:
    """Those from one place of the circle up to another, in order."""
    filters = {name: wanted[name] for name in ("both", "over_35", "verified", "stars")}
    if not any(filters.values()):
        return list(conn.execute(AROUND, {**wanted, "low": low, "high": high, "most": most}))
    found_in = bins.fitting(**filters)
    return list(conn.execute(in_bins(found_in), {**wanted, **spots(wanted, found_in, low, high), "most": most}))


def named(conn: Connection, wanted: Filters, low: str, high: str, most: int) -> list[Record]:
    """Those whose names, as keys, lie between two others, in order."""
    return list(conn.execute(NAMED, {**wanted, "low": low, "high": high, "most": most}))


Shelf = tuple[str, str]
"""A language, and an age that listeners are there for."""


class Line(NamedTuple):
    """What a line says, to be kept in memory: a tenth of a row's cost to look at."""

    account_id: str
    both: bool
    over_35: bool
    stars: int
    refused: str
    verified: bool


def lines_of(conn: Connection, ids: Sequence[str]) -> dict[str, dict[Shelf, Line]]:
    """Every line of these accounts, by account and shelf; who has none is there, too."""
    found: dict[str, dict[Shelf, Line]] = {id: {} for id in ids}
    for row in conn.execute(LINES_OF, {"ids": list(ids)}):
        line = Line(row.account_id, row.both, row.over_35, row.stars, row.refused, row.verified)
        found[line.account_id][row.language, row.serves] = line
    return found


def fitting(wanted: Filters) -> Callable[[Line], bool]:
    """Of those on the shelf, as the statements have it."""
    topic, stars = wanted["topic"].strip("%"), wanted["stars"]
    both, over_35, verified = wanted["both"], wanted["over_35"], wanted["verified"]

    def fits(line: Line) -> bool:
        return (
            line.stars >= stars
            and topic not in line.refused
            and (line.both or not both)
            and (line.over_35 or not over_35)
            and (line.verified or not verified)
        )

    return fits
