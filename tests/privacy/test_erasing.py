"""Erasure reaches everything that the map says is held: rows of every table filled with markers, then searched for, in the tables and in the files' bytes."""

from pathlib import Path

import pytest

from cups.privacy import queries
from cups.privacy.erasing import GONE, unnamed
from cups.store.database import Unit
from cups.store.holding import holding
from cups.store.schema import metadata
from cups.wire.privacy import EraseIn, Posts
from privacy.filling import LEFT_OUT, MARK, Filling, everything, mark_account
from rooms.world import Place, place


async def signed_in(here: Place, name: str) -> "object":
    """As after signing in: with a session that is there."""
    token = await here.cups.accounts.open_session(here.ids[name])
    visitor = await here.cups.accounts.visitor(token)
    assert visitor is not None
    return visitor


async def erase(here: Place, name: str, posts: Posts = "go") -> str:
    """Asks for it, and does not wait for it."""
    visitor = await signed_in(here, name)
    await here.cups.leaving.erase(visitor, EraseIn(posts=posts))  # type: ignore[arg-type]  # see `signed_in`
    return here.ids[name]


def bytes_of(folder: Path) -> bytes:
    return b"\0".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


@pytest.mark.parametrize("posts", ["stay", "go"])
async def test_nothing_is_left_but_what_the_map_says(tmp_path: Path, posts: Posts) -> None:
    async with place(tmp_path) as here:
        await here.somebody("tinyPlanted77")
        victim, other = here.ids["tinyPlanted77"], here.ids["moderator"]

        def fill(unit: Unit) -> tuple[Filling, list[str]]:
            return Filling(unit.conn, victim, other, here.clock.now()).run(), mark_account(unit.conn, victim)

        filling, of_account = await here.cups.db.write(fill)
        assert {table.name for table, _ in queries.held()} <= filling.tables | LEFT_OUT
        await erase(here, "tinyPlanted77", posts)
        assert await here.cups.erasing.look() == 1

        kept = {
            mark
            for mark, (table, column, owner) in filling.marks.items()
            # What stays, what has another owner still, and what people said, where they let it stand.
            if not owner.column
            or owner.fate.does in ("stays", "nobody")
            or (table == "message" and column == "text" and posts == "stay")
        }

        def look(conn: object) -> None:
            for table, column, value, row in everything(conn):  # type: ignore[arg-type]  # a connection
                if isinstance(value, bytes):
                    value = value.decode()
                if isinstance(value, str) and MARK in value:
                    assert value in kept, (table, column, row)
                if value == victim:
                    held = holding(metadata.tables[table])
                    assert held is not None
                    fates = {owner.fate.does for owner in held.whose if owner.column == column and not owner.table}
                    assert table == "account" or fates == {"stays"}, (table, column, row)

        await here.cups.db.read(look)
        found = bytes_of(tmp_path)
        assert [mark for mark in [*filling.marks, *of_account] if mark.encode() in found and mark not in kept] == []
        assert b"tinyPlanted77" not in found and b"tinyplanted77" not in found
    assert b"tinyPlanted77" not in bytes_of(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Sam", "Same here, Sam. And @Sam, @sam! x@Sam @Samuel", f"Same here, Sam. And {GONE}, {GONE}! x@Sam @Samuel"),
        ("carefulPear7220", "carefulPear7220 said so, CAREFULPEAR7220!", f"{GONE} said so, {GONE}!"),
        ("carefulPear7220", "carefulPear72201 is another", "carefulPear72201 is another"),
    ],
)
def test_a_name_is_taken_out_of_what_others_wrote(name: str, text: str, left: str) -> None:
    assert unnamed(name)(text) == left
