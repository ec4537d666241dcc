"""Finding a listener: every filter and status against the plain rule, over random people; pages that are whole; a directory that follows what it is made from."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.tables import account
from cups.accounts.visitor import Visitor
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.ids import new_id
from cups.news import AccountChanged
from cups.profiles import directory, queries
from cups.profiles.tables import listed
from cups.reach import reach
from cups.store.database import Unit
from cups.wire.people import BlockIn, LanguagesIn
from cups.wire.requests import ListenerEntry, SeekIn
from harness.store import settings_at

MANY = 120


@asynccontextmanager
async def town(folder: Path, seed: int = 1, many: int = MANY) -> AsyncIterator[tuple[Cups, dict[str, str], list[str]]]:
    """Listeners of all sorts, some of them connected, and one to look for each age; who has which id."""
    chance, clock = random.Random(seed), ManualClock()
    async with running(settings_at(folder, listeners_page=7, consent=("*=none",)), clock) as cups:

        def make(unit: Unit) -> dict[str, str]:
            made, now = {}, clock.now()
            for number in range(many):
                name = f"{chance.choice(('calm', 'Calmer', 'warm'))}{number}x"
                made[name] = new_id(now)
                row = {"id": made[name], "name": name, "name_key": names.key(name), "kind": "listener"}
                row |= {
                    "age_class": chance.choice(("teen", "adult", "adult")),
                    "status": chance.choice(("online", "busy", "offline", "break")),
                    "languages": chance.choice(("en", "en,fr", "fr")),
                    "refused_topics": chance.choice(("", "grief", "anxiety,grief")),
                    "created_at": str(now),
                }
                unit.conn.execute(account.insert(), row)
                if chance.random() < 0.8:
                    queries.put(
                        unit.conn,
                        made[name],
                        over_35=chance.random() < 0.5,
                        stars=chance.choice((0, 39, 46)),
                    )
                if row["age_class"] == "adult" and chance.random() < 0.3:
                    accounts.add_role(unit.conn, made[name], accounts.CLEARED, "", made[name], now)
                if chance.random() < 0.4:
                    accounts.add_role(unit.conn, made[name], accounts.VERIFIED, "", made[name], now, until=now + 1000)
            for age in ("teen", "adult"):
                id = new_id(now)
                row = {
                    "id": id,
                    "name": f"looks{age}",
                    "name_key": names.key(f"looks{age}"),
                    "kind": "member",
                    "age_class": age,
                }
                unit.conn.execute(account.insert(), row | {"created_at": now})
                made[age] = id
            return made

        made = await cups.db.write(make)
        assert await cups.listener_directory.fill() == many and await cups.listener_directory.fill() <= many
        here = [id for name, id in made.items() if name.endswith("x") and chance.random() < 0.6]
        for id in here:
            cups.here.came(id)
        yield cups, made, here


async def looker(cups: Cups, id: str) -> Visitor:
    found = await cups.accounts.visitor(await cups.accounts.open_session(id))
    assert found is not None
    return found


async def everyone(cups: Cups, who: Visitor, **seek: object) -> list[ListenerEntry]:
    found: list[ListenerEntry] = []
    after = None
    for _ in range(500):
        page = await cups.browsing.listeners(who, SeekIn(after=after, **({"topic": "grief"} | seek)))  # type: ignore[arg-type]
        assert len(page.listeners) <= 7
        found += page.listeners
        if (after := page.next) is None:
            assert len({entry.person.name for entry in found}) == len(found), "nobody stands there twice"
            return found
    raise AssertionError("the pages have no end")


def plain(conn: Connection, viewer: str, here: list[str], now: int, seek: dict[str, object]) -> set[str]:
    """Who should be found, said slowly."""
    me, found = accounts.facts_by_id(conn, viewer, now), set()
    assert me is not None
    for row in conn.execute(sa.select(account).where(account.c.kind == "listener")):
        facts, profile = accounts.facts(conn, row, now), queries.of(conn, row.id)
        connected = row.status in ("online", "busy") and row.id in here
        status = "offline" if not connected else row.status
        wants = seek.get("status", "here")
        if facts.on_break or not (
            wants == "any" or wants == status or (wants == "here" and status in ("online", "busy"))
        ):
            continue
        if seek.get("language", "en") not in ("", *row.languages.split(",")):
            continue
        if seek.get("topic", "grief") in row.refused_topics.split(","):
            continue
        if not row.name_key.startswith(names.key(str(seek.get("name", "")).removeprefix("@"))):
            continue
        if (0 if profile is None else profile.stars) < int(str(seek.get("stars", 0))):
            continue
        if seek.get("over_35") and not (profile is not None and profile.over_35 and facts.age == "adult"):
            continue
        if seek.get("serves") and not facts.cleared:
            continue
        if seek.get("verified") and not accounts.verified(conn, [row.id], now):
            continue
        if reach(me, facts, "queue" if connected else "message").ok:
            found.add(row.name)
    return found


@pytest.mark.parametrize("seed", range(2))
async def test_every_filter_finds_whom_the_plain_rule_finds(tmp_path: Path, seed: int) -> None:
    seen = 0
    async with town(tmp_path, seed) as (cups, made, here):
        filters: list[dict[str, object]] = [
            {},
            {"language": "fr"},
            {"language": ""},
            {"topic": "anxiety"},
            {"name": "calm"},
            {"name": "@CALM"},
            {"name": "ca1m", "language": ""},
            {"name": "nobody"},
            {"stars": 40},
            {"over_35": True},
            {"serves": "both"},
            {"verified": True},
            {"over_35": True, "serves": "both", "stars": 39, "language": ""},
            {"over_35": True, "verified": True, "stars": 31},
            {"verified": True, "serves": "both", "stars": 46},
            {"stars": 47},
        ]
        for age, status, one in product(("teen", "adult"), ("here", "online", "busy", "offline", "any"), filters):
            seek = {**one, "status": status}
            who = await looker(cups, made[age])
            wanted = await cups.db.read(plain, made[age], here, cups.clock.now(), seek)
            got = {entry.person.name for entry in await everyone(cups, who, **seek)}
            assert got == wanted, (age, seek)
            seen += len(got)
    assert seen > 300, "somebody is found at all"


async def test_only_whom_reach_lets_one_reach_and_the_directory_follows_each_change(tmp_path: Path) -> None:
    async with town(tmp_path, many=12) as (cups, made, _here):
        name, id = next((name, id) for name, id in made.items() if name.endswith("x"))

        async def set_to(**values: object) -> None:
            def work(unit: Unit) -> None:
                accounts.update(unit.conn, id, **values)
                unit.announce(AccountChanged(account=id))

            await cups.db.write(work)

        adult, teen = await looker(cups, made["adult"]), await looker(cups, made["teen"])

        async def sees(who: Visitor, **seek: object) -> bool:
            return name in {one.person.name for one in await everyone(cups, who, **({"status": "any"} | seek))}

        await cups.db.write(lambda unit: accounts.remove_role(unit.conn, id, accounts.CLEARED, ""))
        await cups.db.write(lambda unit: accounts.remove_role(unit.conn, id, accounts.VERIFIED, ""))
        await set_to(age_class="adult", status="offline", languages="en", refused_topics="")
        assert await sees(adult) and not await sees(teen)
        listener = await looker(cups, id)
        await cups.accounts.set_languages(listener, LanguagesIn(languages=["fr"]))
        assert not await sees(adult) and await sees(adult, language="fr")
        await cups.accounts.set_status(listener, "break")
        assert not await sees(adult, language="fr")
        await cups.accounts.set_status(listener, "offline")
        assert await sees(adult, language="fr")
        assert not await sees(adult, language="fr", verified=True)

        def mark(unit: Unit) -> None:
            accounts.add_role(unit.conn, id, accounts.VERIFIED, "", id, cups.clock.now(), until=None)
            unit.announce(AccountChanged(account=id))

        await cups.db.write(mark)
        assert await sees(adult, language="fr", verified=True)
        await cups.accounts.block(listener, "looksadult")
        assert not await sees(adult, language="fr")
        await cups.accounts.unblock(listener, BlockIn(name="looksadult").name)
        await set_to(age_class="teen")
        assert not await sees(adult, language="fr") and await sees(teen, language="fr")
        now = cups.clock.now()
        more = {"room_id": None, "at": now, "until": None, "reason": "other", "by_id": id}
        await cups.db.write(
            lambda unit: accounts.add_sanction(unit.conn, id=new_id(now), person_id=id, kind="ban", **more)
        )
        assert not await sees(teen, language="fr"), "the directory has not heard of it, and reach says no"


async def test_a_cursor_that_was_never_given_is_refused(tmp_path: Path) -> None:
    async with town(tmp_path, many=3) as (cups, made, _here):
        who = await looker(cups, made["adult"])
        for after, name in (("x", ""), ("n.abc", ""), ("0" * 16 + "." + "1" * 16, "calm"), ("../..", "calm")):
            with pytest.raises(Refused, match="bad-input"):
                await cups.browsing.listeners(who, SeekIn(after=after, name=name))


async def test_the_statements_go_along_indexes(tmp_path: Path) -> None:
    """Never through the whole table, and nothing is sorted."""
    async with town(tmp_path, many=3) as (cups, _made, _here):
        wanted = {
            "language": "en",
            "serves": "adult",
            "topic": "%,grief,%",
            "stars": 0,
            "both": False,
            "over_35": False,
            "verified": False,
        }

        def plans(conn: Connection) -> dict[str, str]:
            told = {}
            for name, statement, more in (
                ("around", directory.AROUND, {"low": "", "high": "~", "most": 60}),
                ("filtered", directory.in_bins((3, 11)), {**directory.spots(wanted, (3, 11), "", "~"), "most": 60}),
                ("named", directory.NAMED, {"low": "a", "high": "b", "most": 60}),
                ("lines", directory.LINES_OF, {"ids": ["x", "y"]}),
            ):
                given = more if name == "lines" else {**wanted, **more}
                state = statement.compile(conn).construct_expanded_state(given)
                rows = conn.exec_driver_sql(f"explain query plan {state.statement}", state.positional_parameters)
                told[name] = " | ".join(row[3] for row in rows)
            return told

        told = await cups.db.read(plans)
        assert "SEARCH listed USING PRIMARY KEY (language=? AND serves=? AND place>? AND place<?)" in told["around"]
        filtered = told.pop("filtered")
        in_one = "USING INDEX ix_listed_spot (spot>? AND spot<?)"
        assert filtered.count(in_one) == 2 and "SCAN listed" not in filtered, (
            "what is put in order are the few first of each"
        )
        assert "USING INDEX ix_listed_name (language=? AND serves=? AND name_key>? AND name_key<?)" in told["named"]
        assert "USING INDEX ix_listed_account (account_id=?" in told["lines"]
        assert not any("SCAN" in plan or "B-TREE" in plan for plan in told.values()), told
        assert listed.dialect_options["sqlite"]["with_rowid"] is False
