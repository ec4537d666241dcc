"""Blocking somebody, and taking it back: what both change, inside the writer's transaction. `reach` decides what follows from it."""

from cups.accounts import queries
from cups.errors import Refused
from cups.news import AccountChanged, BlocksChanged
from cups.store.database import Unit


def put(unit: Unit, blocker: str, other: str, now: int, *, most: int) -> bool:
    """False if it was there already. Refused: too-many-blocks."""
    if not queries.add_block(unit.conn, blocker, other, now):
        return False
    if queries.count_blocks(unit.conn, blocker) > most:
        raise Refused("too-many-blocks", says="most-blocked", given={"most": most})
    _tell(unit, blocker, other, now)
    return True


def lift(unit: Unit, blocker: str, other: str, now: int) -> bool:
    """False if there was none."""
    if not queries.remove_block(unit.conn, blocker, other):
        return False
    _tell(unit, blocker, other, now)
    return True


def _tell(unit: Unit, blocker: str, other: str, now: int) -> None:
    """What the gateway keeps from whom is in the news itself: no message that is told after it goes by what was before."""
    withheld = queries.withheld(unit.conn, blocker, now)
    unit.announce(BlocksChanged(accounts=tuple(queries.personas(unit.conn, blocker)), withheld=withheld))
    unit.announce(AccountChanged(account=blocker))
    unit.announce(AccountChanged(account=other))
