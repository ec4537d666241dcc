"""What is asked about many accounts at once is what is asked about each of them."""

import random
from pathlib import Path

import sqlalchemy as sa

from cups.accounts import queries
from cups.accounts.tables import account, role, sanction
from cups.app import running
from cups.clock import ManualClock
from cups.ids import new_id
from cups.store.database import Unit
from harness.store import settings_at

DAY = 86_400_000
KINDS = ("ban", "mute", "rooms-ban", "removal", "room-ban", "room-mute")


async def test_facts_of_many_are_the_facts_of_each(tmp_path: Path) -> None:
    clock, chance = ManualClock(), random.Random(3)
    async with running(settings_at(tmp_path / "data"), clock) as cups:
        now = clock.now()

        def plant(unit: Unit) -> list[str]:
            ids = [new_id(now) for _ in range(40)]
            for number, id in enumerate(ids):
                values = {"id": id, "name": f"a{number}", "name_key": f"a{number}", "kind": "member", "created_at": now}
                values |= {"age_class": chance.choice(("teen", "adult")), "status": chance.choice(("online", "break"))}
                linked = {"persona_of": ids[number - 1]} if number % 4 == 1 else {}
                unit.conn.execute(account.insert(), values | linked)
                until = chance.choice((None, now - DAY, now + DAY))
                for name in chance.sample(("cleared", "verified", "moderator", "admin"), chance.randrange(3)):
                    one = {"account_id": id, "role": name, "scope": "", "granted_by": id, "at": now, "until": until}
                    unit.conn.execute(role.insert(), one)
                for kind in chance.sample(KINDS, chance.randrange(3)):
                    room = "r" if ("room" in kind and kind != "rooms-ban") or kind == "removal" else None
                    unit.conn.execute(sanction.insert(), planted(unit, id, kind, room, until))
            return ids

        def planted(unit: Unit, id: str, kind: str, room: str | None, until: int | None) -> dict[str, object]:
            row: dict[str, object] = {"id": new_id(now), "person_id": id, "kind": kind, "room_id": room, "at": now}
            row |= {"until": until, "lifted_at": chance.choice((None, None, now)), "by_id": id, "reason": "other"}
            return {name: value for name, value in row.items() if name in sanction.c}

        unit_ids: list[str] = await cups.db.write(plant)

        def compare(conn: sa.Connection) -> None:
            rows = list(queries.by_ids(conn, unit_ids).values())
            assert len(rows) == 40
            assert queries.facts_of_many(conn, rows, now) == {row.id: queries.facts(conn, row, now) for row in rows}

        await cups.db.read(compare)
        await cups.db.read(lambda conn: _none(conn, now))


def _none(conn: sa.Connection, now: int) -> None:
    assert queries.facts_of_many(conn, [], now) == {}
