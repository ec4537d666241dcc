"""Every route, page and frame, as every kind of person, over real HTTP and sockets, is answered as the table says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest
import trio
from litestar.routes import HTTPRoute

from cups.api.application import application
from cups.app import running
from cups.wire import frames
from harness.authorisation import page
from harness.authorisation.cast import Try, prepare
from harness.authorisation.probes import Door, frame_outcome
from harness.authorisation.table import FORMER, UNANSWERED, Row, fits, read
from harness.server import ServerProcess
from harness.store import settings_at

ROWS = read()
WIDE: dict[str, Any] = {
    "room_keep_messages": 100_000,
    "pace_address_changes_burst": 100_000,
    "listener_grace_s": 3600,
    "personal_ring_s": 3600,
    "request_hold_s": 3600,
    "room_most_pins": 1000,
    "pace_recover_address_burst": 1000,
    "pace_recover_all_burst": 1000,
    "pace_sign_in_address_burst": 1000,
    "pace_sign_in_all_burst": 1000,
}


class World(NamedTuple):
    server: ServerProcess
    door: Door
    tries: dict[str, list[Try]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("authorisation")
    tries: dict[str, list[Try]] = {}
    for one in trio.run(prepare, settings_at(folder / "data", consent=("*=none",), room_keep_messages=100_000), ROWS):
        tries.setdefault(one.row.name, []).append(one)
    server = ServerProcess(folder, demo=False, **WIDE).start()
    door = Door(server.base)
    yield World(server, door, tries)
    door.close()
    server.close()


def wrong(row: Row, tried: dict[str, str]) -> list[str]:
    """What differs from the table. Whoever was banned is a visitor again, to every route."""
    expected = {subject: row.expected(subject) for subject in row.outcomes} | {FORMER: row.expected("visitor")}
    return [f"{who}: {got}, not {expected[who]}" for who, got in tried.items() if not fits(got, expected[who])]


@pytest.mark.parametrize("row", [row for row in ROWS if not row.is_frame], ids=lambda row: row.name)
def test_a_route_answers_as_the_table_says(world: World, row: Row) -> None:
    tried = {one.subject: world.door.outcome(one) for one in world.tries[row.name]}
    assert not wrong(row, tried)


@pytest.mark.parametrize("row", [row for row in ROWS if row.is_frame], ids=lambda row: row.name)
async def test_a_frame_is_answered_as_the_table_says(world: World, row: Row) -> None:
    tried = {}
    for one in world.tries[row.name]:
        tried[one.subject] = await frame_outcome(world.server.base, one)
    assert not wrong(row, tried)


async def routes(folder: Path) -> set[str]:
    """Every route and page of the application. HEAD is made of GET, and OPTIONS says nothing but which methods there are."""
    async with running(settings_at(folder)) as cups:
        return {
            f"{method} {route.path_format}"
            for route in application(cups).routes
            if isinstance(route, HTTPRoute)
            for method in route.methods
            if method not in ("HEAD", "OPTIONS")
        }


async def test_every_route_has_its_row(tmp_path: Path) -> None:
    there = await routes(tmp_path)
    rows = {row.act for row in ROWS if not row.is_frame}
    assert there - rows == set(), "routes without a row in tests/authorisation/matrix.yaml"
    assert rows - there == set(), "rows of routes that are gone"


def test_every_frame_has_its_row() -> None:
    there = {f"frame {frame.__struct_config__.tag}" for frame in get_args(frames.ClientFrame)} | {"frame connect"}
    assert {row.act for row in ROWS if row.is_frame} == there
    assert set(UNANSWERED) < {act.split(" ")[1] for act in there}


def test_rows_have_names_of_their_own() -> None:
    names = [row.name for row in ROWS]
    assert len(names) == len(set(names))


def test_the_page_is_up_to_date() -> None:
    assert page.PAGE.read_text("utf-8") == page.page(), "run PYTHONPATH=tests python -m harness.authorisation.page"
