"""Who is kept apart by blocks, under whichever of their linked accounts: the statements against the plain rule, for random people."""

import random
from itertools import product

import pytest
import sqlalchemy as sa

import cups.tables  # noqa: F401  all tables are known from here on
from cups.accounts import queries as accounts
from cups.accounts.tables import account, block
from cups.store.schema import metadata

PEOPLE = 8


@pytest.mark.parametrize("seed", range(20))
def test_blocks_hold_for_both_accounts_of_a_person(seed: int) -> None:
    chance = random.Random(seed)
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as conn:
        ids = [f"a{n}" for n in range(PEOPLE)]
        person = {}
        for number, id in enumerate(ids):
            free = [one for one in ids[:number] if one == person[one] and list(person.values()).count(one) == 1]
            origin = chance.choice(free) if free and chance.random() < 0.4 else None
            person[id] = origin or id
            values = {"id": id, "name": id, "name_key": id, "kind": "member", "persona_of": origin, "created_at": 0}
            conn.execute(account.insert(), values)
        pairs = [(a, b) for a, b in product(ids, ids) if a != b and chance.random() < 0.08]
        for a, b in pairs:
            conn.execute(block.insert(), {"blocker_id": a, "blocked_id": b, "at": 5})
        apart = {frozenset((person[a], person[b])) for a, b in pairs}
        for id in ids:
            mine = {one for one in ids if person[one] == person[id]}
            met = {one for one in ids if frozenset((person[id], person[one])) in apart}
            assert set(accounts.never_met(conn, id)) == mine | met
            assert set(accounts.personas(conn, id)) == mine
            kept = {id: one.since for id, one in accounts.withheld(conn, id, 9).items()}
            own = {b for a, b in pairs if a in mine}
            assert kept == {one: 0 if one in own else 5 for one in ids if person[one] in {person[b] for b in own}}
            assert set(accounts.blockers(conn, id)) == {a for a, b in pairs if b in mine}
            for other in ids:
                assert accounts.blocked(conn, id, other) == (other in met)
