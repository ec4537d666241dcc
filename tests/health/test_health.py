"""Alive and ready, as a balancer sees it on the public port and an operator on the other: while serving, while stopping, with the database gone."""

import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio

from cups.health import LIVE, READY
from harness.person import Person
from harness.postgres import Postgres
from harness.server import ServerProcess, free_port
from harness.store import sqlite_only

STRANGER = {"host": "10.0.0.7", "cookie": "cups=made-up", "origin": "https://elsewhere.example"}
"""A balancer asks by address; and nothing else that it sends matters."""


def asked(server: ServerProcess, path: str, method: str = "GET") -> httpx.Response:
    return httpx.request(method, server.base + path, headers=STRANGER, timeout=5)


def detail(port: int) -> tuple[int, dict[str, Any]]:
    answer = httpx.get(f"http://127.0.0.1:{port}/health", timeout=5)
    return answer.status_code, answer.json()


def until(true: Callable[[], bool], within: float = 10) -> float:
    """How long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within
        time.sleep(0.02)
    return time.monotonic() - began


def test_yes_and_no_and_nothing_of_the_inside(tmp_path: Path) -> None:
    port = free_port()
    server = ServerProcess(tmp_path, demo=False, metrics_port=port).start()
    try:
        for path in (LIVE, READY):
            answer = asked(server, path)
            assert (answer.status_code, answer.text) == (200, "yes\n")
            assert not answer.cookies and answer.headers["cache-control"] == "no-store"
            assert asked(server, path, "HEAD").status_code == 200
            assert asked(server, path, "POST").status_code == 405
        assert asked(server, "/health").status_code in (400, 404), "nothing else goes past the check of the host"
        status, told = detail(port)
        assert status == 200 and told["ready"] and told["why_not"] == [] and told["database_answered_s_ago"] < 5
        assert told["migrations"]["there"] == [told["migrations"]["wanted"]]
    finally:
        server.close()


async def test_while_it_stops_balancers_hear_of_it_before_the_port_closes(tmp_path: Path) -> None:
    port = free_port()
    server = ServerProcess(tmp_path, demo=False, metrics_port=port, drain_notice_s=2).start()
    try:
        guest = await Person(server.base).pass_gate()
        os.kill(server.pid, signal.SIGTERM)
        began = time.monotonic()
        until(lambda: asked(server, READY).status_code == 503, within=1)
        assert asked(server, READY).text == "no\n" and asked(server, LIVE).status_code == 200
        status, told = detail(port)
        assert status == 503 and told["why_not"] == ["draining"]
        async with guest.live() as live:
            assert (await live.answer(type="ping"))["type"] == "pong", "until then it serves as ever"
            assert time.monotonic() - began < 2
            await live.until("go-away", timeout=5)
        assert time.monotonic() - began >= 1.9
        with pytest.raises(httpx.TransportError):
            asked(server, LIVE)
        assert server._process is not None and server._process.wait(20) == 0
        await guest.aclose()
    finally:
        server.close()


@sqlite_only
def test_with_a_database_of_another_version_it_is_not_ready(tmp_path: Path) -> None:
    port = free_port()
    server = ServerProcess(tmp_path, demo=False, metrics_port=port, health_every_s=0.1).start()
    try:
        with sqlite3.connect(tmp_path / "data" / "cups.db") as rows:
            rows.execute("update alembic_version set version_num = 'another'")
            rows.commit()
            time.sleep(0.5)
            assert asked(server, READY).status_code == 200, "it may run beside a newer release"
            rows.execute("update compatibility set oldest = 'another'")
        rows.close()
        until(lambda: asked(server, READY).status_code == 503)
        assert detail(port)[1]["why_not"] == ["migrations"] and asked(server, LIVE).status_code == 200
    finally:
        server.close()


def tell(pids: list[int], number: int) -> None:
    """Helpers of a database come and go."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


@pytest.fixture(scope="module")
def database() -> Any:
    one = Postgres()
    yield one
    one.close()


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_with_the_database_gone_it_is_alive_and_not_ready(tmp_path: Path, database: Postgres, how: str) -> None:
    """Stopped where it stands, so that nothing is refused and nothing answered; or killed. And ready again without a restart."""
    port = free_port()
    server = ServerProcess(
        tmp_path, demo=False, metrics_port=port, health_every_s=0.2, health_patience_s=0.5,
        database=database.create(f"health_{how}"),
    ).start()  # fmt: skip
    pids = database.pids()
    try:
        until(lambda: asked(server, READY).status_code == 200)
        if how == "stopped":
            tell(pids, signal.SIGSTOP)
        else:
            database.kill9()
        took = until(lambda: asked(server, READY).status_code == 503)
        print(f"not ready after {took:.2f} s")
        assert took < 2
        began = time.monotonic()
        assert asked(server, LIVE).status_code == 200 and asked(server, READY).status_code == 503
        assert time.monotonic() - began < 0.5, "answered from memory"
        assert detail(port)[1]["why_not"] == ["database"]
        if how == "stopped":
            tell(pids, signal.SIGCONT)
        else:
            database.start()
        print(f"ready again after {until(lambda: asked(server, READY).status_code == 200):.2f} s")
    finally:
        if how == "stopped":
            tell(pids, signal.SIGCONT)
        server.close()


def test_answering_costs_the_database_nothing(tmp_path: Path) -> None:
    """However often it is asked: the database is asked by the clock alone."""
    port = free_port()
    server = ServerProcess(tmp_path, demo=False, metrics_port=port, health_every_s=3600).start()
    try:
        before = detail(port)[1]["database_answered_s_ago"]
        with httpx.Client() as http:
            for _ in range(200):
                assert http.get(server.base + READY).status_code == 200
        assert detail(port)[1]["database_answered_s_ago"] > before
    finally:
        server.close()


async def test_one_question_is_under_way_at_a_time() -> None:
    from cups.health import Health

    asked_now = most = 0

    class Slow:
        async def read(self, _work: Any) -> list[str]:
            nonlocal asked_now, most
            asked_now += 1
            most = max(most, asked_now)
            await trio.sleep(0.3)
            asked_now -= 1
            return []

    health = Health(Slow(), every_s=0.01, patience_s=0.1)  # type: ignore[arg-type]
    with trio.move_on_after(0.8):
        await health.run()
    assert most == 1
