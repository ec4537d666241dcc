"""A real PostgreSQL of our own: on a free port of this machine, with data that is thrown away."""

import atexit
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

import psycopg

from cups.store import migrate

USER = "postgres"


def programs() -> Path:
    """Where PostgreSQL's own programs are; Debian keeps them off PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda at: int(at.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL's server is not installed")
    return Path(found).resolve().parent


class Postgres:
    """One server, reached over a socket in its own folder. It syncs every commit, as it has to in production."""

    def __init__(self, folder: Path | None = None) -> None:
        # It refuses to run as root, whose folders others can't enter.
        self.folder = folder or Path(tempfile.mkdtemp(prefix="cups-pg-", dir="/tmp"))
        # On a disk of its own, that one may be full.
        self._log = (folder.parent if folder else self.folder) / "log"
        self._as: dict[str, str] = {}
        if os.geteuid() == 0:
            shutil.chown(self.folder, USER)
            self._as = {"user": USER}
        self._run(
            "initdb", "--pgdata", str(self.folder / "data"), "--username", USER, "--auth", "trust",
            "--locale", "C", "--encoding", "UTF8", "--no-instructions",
        )  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self._made: set[str] = set()
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [programs() / program, *arguments], check=True, capture_output=True, cwd=self.folder, env={}, **self._as
        )  # type: ignore[call-overload]  # `user` is one of many

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                programs() / "postgres", "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=",
                "-c", "max_connections=300", "-c", "shared_buffers=64MB", "-c", "max_wal_size=256MB",
            ],
            cwd=self.folder,
            env={},
            stdout=self._log.open("ab"),
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_the_tests,
            **self._as,
        )  # type: ignore[call-overload]  # fmt: skip  # `user` is one of many
        self._wait()

    def _wait(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError(self._log.read_text()[-2000:]) from None
                time.sleep(0.05)

    def logged(self, what: str) -> int:
        """How often this stands in its log."""
        return self._log.read_text(errors="replace").count(what)

    def recover(self) -> None:
        """Returns once it lets people in, after what made it start itself anew, or end."""
        try:
            self._wait()
        except RuntimeError:
            self.start()

    @property
    def socket(self) -> Path:
        return self.folder / ".s.PGSQL.5432"

    def url(self, name: str, *, port: int | None = None) -> str:
        """`port`: of this machine, at which something leads here."""
        return (
            f"postgresql://{USER}@/{name}?host={self.folder}"
            if port is None
            else f"postgresql://{USER}@127.0.0.1:{port}/{name}"
        )

    def create(self, name: str, template: str = "template0") -> str:
        """A new database; its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'create database "{name}" template "{template}" encoding utf8 locale "C"'.encode())
        return self.url(name)

    def made(self, name: str) -> str:
        """The address of the database of this name: with all tables, and empty when it is first asked for."""
        if not self._made:
            migrate.upgrade_postgres(self.create("migrated"))
        if name not in self._made:
            self.create(name, "migrated")
            self._made.add(name)
        return self.url(name)

    def kill9(self) -> None:
        """As when the machine's memory is full: the server and all of its helpers, at once."""
        assert self._process is not None
        for pid in self.pids():
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                continue
        self._process.wait(10)

    def pids(self) -> list[int]:
        """The server and all of its helpers."""
        assert self._process is not None
        return [self._process.pid, *_children(self._process.pid)]

    def signal(self, number: int) -> None:
        """To the server and all of its helpers."""
        assert self._process is not None
        for pid in [self._process.pid, *_children(self._process.pid)]:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill9()
        shutil.rmtree(self.folder, ignore_errors=True)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _end_with_the_tests() -> None:
    """Even where those are killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


@cache
def shared() -> Postgres:
    """The one of this test process."""
    server = Postgres()
    atexit.register(server.close)
    return server
