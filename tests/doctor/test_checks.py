"""Each check of `cups doctor`: of a sound set-up it says nothing bad, and of each thing that can be wrong it says so, and what to do."""

import os
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
import redis
import trio
from aiosmtpd.controller import Controller

from cups import demo
from cups.app import running
from cups.doctor import between, data, database, letters, machine, people, site
from cups.doctor.command import CHECKS
from cups.doctor.findings import Check, Finding, Setup, examine
from cups.settings import Settings
from harness.postgres import Postgres
from harness.redis import Redis
from harness.server import free_port

SOUND = {
    "origins": ("https://cups.example",),
    "trusted_proxies": ("127.0.0.1",),
    "staff_second_factor": False,
    "consent": ("*=none",),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with people of staff and courses, on the embedded database."""
    folder = tmp_path_factory.mktemp("doctor") / "data"

    async def fill() -> None:
        async with running(Settings(data_dir=str(folder))) as cups:
            await cups.db.write(demo.load, cups)

    trio.run(fill)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """One's own copy of it."""
    mine = tmp_path / "data"
    mine.mkdir(mode=0o700)
    for file in made.iterdir():
        (mine / file.name).write_bytes(file.read_bytes())
        (mine / file.name).chmod(0o600)
    return mine


def setup(folder: Path, settings: dict[str, Any] | None = None, **facts: Any) -> Setup:
    known = {"space": lambda _: (100 * 10**9, 50 * 10**9), "sqlite": (3, 51, 3), "descriptors": 65_536}
    return Setup(Settings(data_dir=str(folder), **(SOUND | (settings or {}))), **(known | facts))


def bad(check: Check, made: Setup) -> list[str]:
    """What is wrong by this check. Everything that is says what to do."""
    found = examine(made, [check])
    assert found and all(one.do for one in found if one.state != "fine"), found
    return [one.said for one in found if one.state == "wrong"]


def said(check: Check, made: Setup, state: str) -> str:
    return " ".join(one.said for one in examine(made, [check]) if one.state == state)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_of_a_sound_set_up_nothing_is_wrong(folder: Path, check: Check) -> None:
    assert bad(check, setup(folder)) == []


def test_every_check_has_its_test() -> None:
    """Shown to fail below: a check that nothing can fail is none."""
    text = Path(__file__).read_text("utf-8")
    assert [check.__name__ for check in CHECKS if f".{check.__name__}, " not in text] == []


# Settings


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"state_bytes": 900_000}, "CUPS_STATE_BYTES"),
        ({"silence_offer_s": 100}, "CUPS_SILENCE_OFFER_S"),
        ({"mail_lease_s": 60}, "CUPS_MAIL_LEASE_S"),
        ({"heartbeat_s": 60.0}, "80 s"),
        ({"busy_lag_s": 2.0}, "CUPS_FULL_LAG_S"),
        ({"claim_lease_s": 5}, "CUPS_CLAIM_LEASE_S"),
    ],
)
def test_figures_that_do_not_fit_together(folder: Path, settings: dict[str, Any], word: str) -> None:
    (one,) = bad(site.figures, setup(folder, settings))
    assert word in one


def test_metrics_for_everybody(folder: Path) -> None:
    assert "0.0.0.0" in said(site.figures, setup(folder, {"metrics_port": 9000, "metrics_host": "0.0.0.0"}), "look")


@pytest.mark.parametrize(
    "origin",
    [
        "https://cups.example/",
        "https://Cups.example",
        "cups.example",
        "https://cups.example/talk",
        "http://cups.example",
    ],
)
def test_origins_that_no_browser_sends(folder: Path, origin: str) -> None:
    assert bad(site.origins, setup(folder, {"origins": (origin,)}))


def test_no_origin_for_others(folder: Path) -> None:
    assert bad(site.origins, setup(folder, {"origins": (), "host": "0.0.0.0"}))
    assert not bad(site.origins, setup(folder, {"origins": ()}))


@pytest.mark.parametrize(
    "proxies", [(), ("proxy.internal",), ("10.0.0.1/8",), ("0.0.0.0",), ("0.0.0.0/0",), ("203.0.112.0/21",)]
)
def test_proxies_that_are_not_believed(folder: Path, proxies: tuple[str, ...]) -> None:
    assert bad(site.trusted_proxies, setup(folder, {"trusted_proxies": proxies}))


def test_a_private_network_of_proxies_is_fine(folder: Path) -> None:
    assert not bad(
        site.trusted_proxies, setup(folder, {"trusted_proxies": ("10.42.0.0/16", "fd00:42::/64", "127.0.0.1")})
    )


# The machine


def test_too_few_files(folder: Path) -> None:
    (one,) = bad(machine.open_files, setup(folder, descriptors=1024))
    assert "1024" in one


def test_a_clock_that_was_set_back(folder: Path) -> None:
    assert bad(machine.clock, setup(folder, now=lambda: time.time() - 3600))


def test_versions_of_sqlite(folder: Path) -> None:
    assert bad(machine.sqlite_version, setup(folder, sqlite=(3, 31, 1)))
    assert "two programs" in said(machine.sqlite_version, setup(folder, sqlite=(3, 46, 0)), "look")


# The data folder


def test_a_folder_that_cannot_be_made(folder: Path) -> None:
    (folder / "file").touch()
    assert bad(data.data_folder, setup(folder / "file"))
    assert said(data.data_folder, setup(folder / "elsewhere"), "look")


def test_a_folder_that_others_look_into(folder: Path) -> None:
    folder.chmod(0o755)
    (one,) = bad(data.data_folder, setup(folder))
    assert "Others" in one


def test_somebody_elses_folder(folder: Path) -> None:
    """Nothing in it is opened: what SQLite leaves behind would be ours, and the server could not open it."""
    other = setup(folder, user=os.geteuid() + 1)
    (one,) = bad(data.data_folder, other)
    assert "another user" in one
    assert examine(other, [database.database])[0].state == "look"


def test_a_folder_on_another_machine_or_in_memory(folder: Path, tmp_path: Path) -> None:
    for kind in ("nfs4", "tmpfs"):
        mounts = tmp_path / kind
        mounts.write_text(f"disk / ext4 rw 0 0\nfar {folder.parent} {kind} rw 0 0\nnear /elsewhere ext4 rw 0 0\n")
        (one,) = bad(data.local_disk, setup(folder, mounts=mounts))
        assert kind in one


def test_a_folder_that_several_machines_share(folder: Path, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"far {folder.parent} nfs4 rw 0 0\n")
    shared = {"database": "postgresql://cups@db.internal/cups"}
    assert not bad(data.local_disk, setup(folder, shared, mounts=mounts))
    mounts.write_text(f"disk {folder.parent} tmpfs rw 0 0\n")
    assert bad(data.local_disk, setup(folder, shared, mounts=mounts))


def test_a_disk_that_is_nearly_full(folder: Path) -> None:
    assert bad(data.free_space, setup(folder, space=lambda _: (100 * 10**9, 4 * 10**9)))
    assert bad(data.free_space, setup(folder, space=lambda _: (10**9, 4 * 10**8)))
    assert said(data.free_space, setup(folder, space=lambda _: (100 * 10**9, 10 * 10**9)), "look")


@pytest.mark.parametrize("name", ["secret", "keys"])
def test_secrets(folder: Path, name: str) -> None:
    (folder / "keys").write_text('{"current": "a", "salts": {"a": "00"}}')
    (folder / "keys").chmod(0o600)
    with sqlite3.connect(folder / "cups.db") as rows:
        author = rows.execute("select id from account").fetchone()[0]
        rows.execute("insert into note values ('n', ?, ?, null, 'a', x'00', x'00', 1, null)", (author, author))
    rows.close()
    assert bad(data.secrets, setup(folder)) == []
    (folder / name).chmod(0o640)
    (one,) = bad(data.secrets, setup(folder))
    assert "640" in one
    (folder / name).chmod(0o600)
    (folder / name).write_text("{}")
    (one,) = bad(data.secrets, setup(folder))
    assert "cut short" in one
    (folder / name).unlink()
    (one,) = bad(data.secrets, setup(folder))
    assert "is gone" in one


# The database


def test_a_database_of_a_newer_version(folder: Path) -> None:
    with sqlite3.connect(folder / "cups.db") as rows:
        rows.execute("update alembic_version set version_num = 'fromthefuture'")
    rows.close()
    (one,) = bad(database.database, setup(folder))
    assert "newer" in one


def test_a_damaged_database(folder: Path) -> None:
    whole = (folder / "cups.db").read_bytes()
    (folder / "cups.db").write_bytes(whole[:8192] + b"\x55" * 40_000 + whole[48_192:])
    assert bad(database.database, setup(folder))
    (folder / "cups.db").write_bytes(b"this is no database" * 1000)
    assert bad(database.database, setup(folder))


def test_a_database_that_others_read(folder: Path) -> None:
    (folder / "cups.db").chmod(0o644)
    assert bad(database.database, setup(folder))


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """Of its own, since its settings are changed."""
    one = Postgres()
    yield one
    one.close()


def test_postgresql(folder: Path, server: Postgres) -> None:
    def told() -> list[str]:
        return bad(database.database, setup(folder, {"database": server.made("cups")}))

    def change(name: str, value: str) -> None:
        with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
            conn.execute(f"alter system set {name} = {value}".encode())
            conn.execute("select pg_reload_conf()")
        time.sleep(0.3)

    assert told() == []
    for name in ("fsync", "autovacuum"):
        change(name, "off")
        assert len(told()) == 1, name
        change(name, "on")
    far = setup(folder, {"database": server.made("cups")}, now=lambda: time.time() + 3600)
    assert "clocks" in bad(database.database, far)[0]
    server.kill9()
    (one,) = told()
    assert "does not let us in" in one
    server.start()
    assert told() == []


def test_a_pooler_that_drops_our_settings(folder: Path, server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """Like one that does not know `options`: what we ask for is not what is in force."""
    from cups.store import postgres

    monkeypatch.setitem(postgres.OPTIONS, "lock_timeout", 1234)
    with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
        conn.execute("alter role postgres set lock_timeout = 99")
    url = server.made("cups")
    real = postgres.engine(url, writes=False, policy={})
    real.dispose()
    monkeypatch.setattr(
        postgres, "engine", lambda url, **_: __import__("sqlalchemy").create_engine(postgres.address(url))
    )
    assert any("pooler" in one for one in bad(database.database, setup(folder, {"database": url})))


def test_redis(folder: Path, server: Postgres) -> None:
    one = Redis()
    there = {"database": server.made("cups"), "redis": one.url}
    try:
        assert examine(setup(folder, there), [between.quick_way])[0].state == "fine"
        (alone,) = bad(between.quick_way, setup(folder, {"redis": one.url}))
        assert "PostgreSQL" in alone
        with redis.Redis.from_url(one.url) as client:
            client.config_set("maxmemory-policy", "allkeys-lru")
            assert "allkeys-lru" in said(between.quick_way, setup(folder, there), "look")
            client.config_set("requirepass", "a long one")
        (closed,) = bad(between.quick_way, setup(folder, there))
        assert "does not let us in" in closed
        one.kill9()
        (gone,) = bad(between.quick_way, setup(folder, there))
        assert "does not answer" in gone
    finally:
        one.close()


# Letters


class _Picky:
    """Takes nothing for one sender."""

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address.startswith("nobody"):
            return "550 not for you"
        envelope.mail_from = address
        return "250 OK"


def test_the_mail_server(folder: Path) -> None:
    port = free_port()
    mail = {"mail_host": "127.0.0.1", "mail_port": port, "mail_security": "none", "mail_from": "cups@example.org"}
    (one,) = bad(letters.mail_server, setup(folder, mail))
    assert "does not answer" in one
    controller = Controller(_Picky(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        assert bad(letters.mail_server, setup(folder, mail)) == []
        (one,) = bad(letters.mail_server, setup(folder, mail | {"mail_from": "nobody@example.org"}))
        assert "does not send for" in one
        (one,) = bad(letters.mail_server, setup(folder, mail | {"mail_security": "starttls"}))
        assert "does not do" in one
        (one,) = bad(letters.mail_server, setup(folder, mail | {"mail_user": "a", "mail_password": "b"}))
        assert "does not do" in one or "does not know" in one
    finally:
        controller.stop()
    assert "13 to 17" in said(letters.mail_server, setup(folder, {"consent": ("*=double-link",)}), "look")


# People


def test_nobody_of_staff(folder: Path) -> None:
    (one,) = bad(people.staff, setup(folder, {"staff_second_factor": True}))
    assert "second factor" in one
    with sqlite3.connect(folder / "cups.db") as rows:
        rows.execute("delete from role")
    rows.close()
    (one,) = bad(people.staff, setup(folder))
    assert "nobody of staff" in one


def test_no_training(folder: Path) -> None:
    with sqlite3.connect(folder / "cups.db") as rows:
        rows.execute("delete from section")
    rows.close()
    assert "nobody can become a listener" in said(people.training, setup(folder), "look")


def test_helplines_that_cannot_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "helplines.json").write_text('{"de": [{"id": 5}]}')
    helplines = people.helplines
    helplines._all.cache_clear()
    monkeypatch.setattr(helplines, "files", lambda _: tmp_path)
    assert bad(people.helpline_list, setup(folder))
    helplines._all.cache_clear()


# A check that fails itself


def test_what_could_not_be_looked_at_is_not_fine(folder: Path) -> None:
    def stumbles(_: Setup) -> Iterator[Finding]:
        yield from ()
        raise RuntimeError("words of somebody")

    (one,) = examine(setup(folder), [stumbles])
    assert one.state == "wrong" and "RuntimeError" in one.said and "words" not in one.said


# From outside


class _Answering:
    """A site that answers each request with what it is told, on a port of its own."""

    def __init__(self, answer: bytes) -> None:
        self._answer, self._socket = answer, socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.recv(65_536)
                connection.sendall(self._answer)

    def close(self) -> None:
        self._socket.close()


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n", "502"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "can read, but not talk"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 21\r\n\r\n" + b'{"code":"bad-origin"}', "Origin"),
        (b"HTTP/1.1 200 OK\r\ndate: Mon, 01 Jan 2001 00:00:00 GMT\r\ncontent-length: 0\r\n\r\n", "clocks"),
        (b"not http at all\r\n\r\n", "does not answer"),
    ],
)
def test_a_proxy_in_the_way(folder: Path, answer: bytes, word: str) -> None:
    there = _Answering(answer)
    try:
        made = setup(folder, {"origins": (there.url,)}, url=there.url)
        assert any(word in one for one in bad(site.public_address, made))
    finally:
        there.close()


def test_an_address_that_is_no_origin(folder: Path) -> None:
    (one,) = bad(site.public_address, setup(folder, url="https://elsewhere.example"))
    assert "not among the origins" in one


def test_an_address_where_nobody_is(folder: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    (one,) = bad(site.public_address, setup(folder, {"origins": (url,)}, url=url))
    assert "does not answer" in one
    assert msgspec.json.encode(examine(setup(folder, url=url), [site.public_address]))
