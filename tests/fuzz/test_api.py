"""schemathesis over docs/openapi.json against a real server, as each role: no server error, no status and no body that is not documented.

Every other path is filled with things that are there, made as for the table of who may do what, so that calls reach further than `not-found`.
`FUZZ_SEED` and `FUZZ_EXAMPLES` run another course, or a longer one (`make fuzz-api`); the seed is printed.
"""

import itertools
import json
import os
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import pytest
import requests
import schemathesis
import trio
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cups.errors import CODES
from cups.settings import Settings
from harness.authorisation.cast import Try, prepare
from harness.authorisation.probes import COOKIE, Door
from harness.authorisation.table import Row, read
from harness.server import ServerProcess

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
SEED = int(os.environ.get("FUZZ_SEED", "20"))
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
"""Of each operation, as many that fit the document, called as every role, and as many that do not, each called as another role."""
ROLES = {
    "guest": ("owner", "guest"),
    "member": ("member",),
    "listener": ("other", "listener"),
    "moderator": ("host", "moderator"),
    "admin": ("admin",),
}
"""Which subjects of the table stand for a role, those first who have to do with what the operation is about."""
SKIPPED = {
    "POST /api/staff/courses/import": "a body of 32 MB is its own test",
    "GET /api/openapi.json": "the document itself",
}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
OPERATIONS = [one.ok() for one in schemathesis.openapi.from_path(str(DOCUMENT)).get_all_operations()]
WIDE: dict[str, Any] = {
    "pace_address_changes_burst": 1_000_000,
    "pace_changes_burst": 1_000_000,
    "pace_changes_period_ms": 1,
    "pace_guest_changes_burst": 1_000_000,
    "pace_guest_changes_period_ms": 1,
    "room_keep_messages": 100_000,
    "listener_grace_s": 600,
}


class World(NamedTuple):
    server: ServerProcess
    door: Door
    tries: dict[tuple[str, str], Try]
    """By operation and subject."""
    session: requests.Session


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("fuzz")
    rows: dict[str, Row] = {row.act: row for row in reversed(read()) if not row.is_frame}
    wanted = {subject for subjects in ROLES.values() for subject in subjects}
    made = trio.run(
        prepare,
        Settings(data_dir=str(folder / "data"), room_keep_messages=100_000, consent=("*=none",)),
        list(rows.values()),
        wanted,
    )
    server = ServerProcess(folder, demo=False, **WIDE).start()
    door = Door(server.base)
    yield World(server, door, {(one.row.act, one.subject): one for one in made}, requests.Session())
    door.close()
    server.close()


def chosen(world: World, act: str, role: str) -> Try:
    return next(world.tries[act, subject] for subject in ROLES[role] if (act, subject) in world.tries)


def problem_fits(response: Any) -> None:
    """Beyond the schema: the code is one of the table, with its status."""
    if response.headers.get("content-type") == "application/problem+json":
        said = response.json()
        assert CODES[said["code"]].status == response.status_code == said["status"], said


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_every_answer_is_documented(world: World, mode: GenerationMode) -> None:
    print(f"FUZZ_SEED={SEED} FUZZ_EXAMPLES={EXAMPLES}")
    wrong: list[str] = []
    statuses = Counter[int]()
    for operation in OPERATIONS:
        empty = not (operation.body or operation.query)
        if operation.label in SKIPPED or (empty and mode is GenerationMode.NEGATIVE):
            continue  # where nothing but a path is sent, nothing of it can be wrong but that it names nothing
        turns = itertools.count()
        tries = {role: chosen(world, operation.label, role) for role in ROLES}
        try:
            _course(operation.as_strategy(mode), partial(_call_as_each, world, tries, turns, statuses))
        except (Failure, FailureGroup, AssertionError) as failure:
            wrong.append(f"{operation.label}: {failure!s:.1500}")
        except hypothesis.errors.Unsatisfiable:
            pass  # there is nothing that would not fit
    print(dict(statuses))
    assert not wrong, f"FUZZ_SEED={SEED}\n" + "\n\n".join(wrong)
    assert statuses[200 if mode is GenerationMode.POSITIVE else 422] > 50, "the calls got nowhere"


def _call_as_each(
    world: World, tries: dict[str, Try], turns: Iterator[int], statuses: Counter[int], case: Case
) -> None:
    """One case is as good for each role: what does not fit is refused before anybody asks who sends it. Every other one that fits names what is there."""
    turn, fits = next(turns), case.meta.generation.mode is GenerationMode.POSITIVE
    real = fits and turn % 2 == 0
    for one in tries.values() if fits else [list(tries.values())[(turn + len(case.path)) % len(tries)]]:
        if real and case.path_parameters:
            case.path_parameters |= {name: one.fill[name] for name in case.path_parameters if name in one.fill}
        headers = {"x-csrf-token": world.door.csrf, "origin": world.server.base}
        cookies = {"cups-csrf": world.door.csrf, COOKIE: one.someone.token}
        response = case.call(base_url=world.server.base, session=world.session, headers=headers, cookies=cookies)
        statuses[response.status_code] += 1
        problem_fits(response)
        case.validate_response(response, checks=CHECKS)


def _course(strategy: Any, call: Any) -> None:
    quick = settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )

    @hypothesis.seed(SEED)
    @quick
    @given(strategy)
    def course(case: Case) -> None:
        call(case)

    course()


def test_every_operation_is_in_the_table() -> None:
    """Else there would be nobody to call it as."""
    rows = {row.act for row in read()}
    assert [one.label for one in OPERATIONS if one.label not in rows] == []
    assert len(OPERATIONS) == sum(len(one) for one in json.loads(DOCUMENT.read_text("utf-8"))["paths"].values())
