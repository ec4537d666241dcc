"""Who takes part: askers and listeners of both ages, some cleared, with languages and topics by chance."""

import random

import cups.ids
from cups.accounts import names
from cups.accounts.visitor import Visitor
from cups.reach import Facts
from cups.wire.people import Me, Person
from harness.queueworld.database import Disk
from harness.queueworld.figures import REFUSED, SPOKEN, WALL

NOW = int(WALL * 1000)


def people(disk: Disk, chance: random.Random, kind: str, count: int) -> list[str]:
    """So many of one kind; their ids."""
    rows, cleared = [], []
    for number in range(count):
        id = cups.ids.new_id(NOW)
        age, danger = chance.choice(("adult", "adult", "teen")), chance.choice(("none", "none", "someone", "me"))
        spoken, refused = chance.choice(SPOKEN), chance.choice(REFUSED)
        name, status = f"{kind}{number}", "offline"
        if kind == "listener":
            danger, status = "none", chance.choice(("online", "online", "offline"))
            if chance.random() < 0.3:
                cleared.append((id, id, NOW))
        else:
            refused = ""
        rows.append((id, name, names.key(name), kind, age, danger, status, spoken, refused, NOW))
    disk.driver.executemany(
        "insert into account (id, name, name_key, kind, age_class, danger, status, languages, refused_topics, created_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    disk.driver.executemany(
        "insert into role (account_id, role, scope, granted_by, at) values (?, 'cleared', '', ?, ?)", cleared
    )
    return [row[0] for row in rows]


def visitor(id: str, kind: str) -> Visitor:
    """As a session knows them; whoever decides in a transaction reads them anew."""
    return Visitor(
        id=id,
        name="x",
        kind=kind,
        me=Me(person=Person(name="x", kind=kind), gated=True),  # type: ignore[arg-type]
        facts=Facts(id=id, kind=kind, age="adult"),
        token_hash="",
        signed_up=False,
    )
