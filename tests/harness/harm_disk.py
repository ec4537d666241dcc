"""What disks do to a PostgreSQL: full, failing, slow, and gone with the power. What this machine cannot do is said, with the reason."""

import fcntl
import os
import random
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from harness.harm import Kinds
from harness.postgres import Postgres

SHUTDOWN, WITHOUT_ITS_LOG = 0x8004587D, 2
"""ext4's ioctl, <linux/fs.h>: from here on nothing more is written, as if the power were gone; what was not synced is lost."""
SIZE = 1 << 30
FULL = "No space left on device"


class Disk:
    """An ext4 in a file of its own."""

    def __init__(self) -> None:
        """OSError or CalledProcessError where this machine has no such thing."""
        self._folder = Path(tempfile.mkdtemp(prefix="cups-disk-", dir="/tmp"))
        self._folder.chmod(0o755)
        self._image, self.mount = self._folder / "image", self._folder / "mount"
        self.mount.mkdir()
        try:
            with self._image.open("wb") as file:
                file.truncate(SIZE)
            _run("mkfs.ext4", "-q", "-m", "0", str(self._image))
            self._mount()
        except (OSError, subprocess.CalledProcessError):
            shutil.rmtree(self._folder)
            raise

    def _mount(self) -> None:
        _run("mount", "-o", "loop", str(self._image), str(self.mount))

    def fill(self) -> None:
        with (self.mount / "filler").open("wb") as file:
            while True:
                there = os.statvfs(self.mount)
                free = there.f_bavail * there.f_frsize
                try:
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), max(4096, free))
                except OSError:
                    if free < 1 << 20:
                        return

    def empty(self) -> None:
        (self.mount / "filler").unlink(missing_ok=True)

    def lose_power(self) -> None:
        at = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(at, SHUTDOWN, struct.pack("I", WITHOUT_ITS_LOG))
        finally:
            os.close(at)

    def come_back(self) -> None:
        """Nothing may have a file of it open."""
        _run("umount", str(self.mount))
        self._mount()

    def close(self) -> None:
        subprocess.run(["umount", "-l", str(self.mount)], check=False, capture_output=True)
        shutil.rmtree(self._folder, ignore_errors=True)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


class ToTheDisk:
    def __init__(self, postgres: Postgres, disk: Disk | None, why_not: str, chance: random.Random) -> None:
        self._postgres, self._disk, self._why_not, self._chance = postgres, disk, why_not, chance

    def kinds(self) -> tuple[Kinds, dict[str, str]]:
        """What can be done here, and what cannot, and why not."""
        found: Kinds = {}
        skipped: dict[str, str] = {}
        on_disk: Kinds = {"disk full": self._fill, "power cut": self._lose_power}
        by_strace: Kinds = {"disk failing": self._fail, "disk slow": self._slow}
        if self._disk is not None:
            found |= on_disk
        else:
            skipped |= dict.fromkeys(on_disk, self._why_not)
        if (why := _cannot_trace()) is None:
            found |= by_strace
        else:
            skipped |= dict.fromkeys(by_strace, why)
        return found, skipped

    def _fill(self) -> None:
        assert self._disk is not None
        before = self._postgres.logged(FULL)
        self._disk.fill()
        until = time.monotonic() + 20
        while self._postgres.logged(FULL) == before:
            assert time.monotonic() < until, "the full disk was not noticed"
            # What it has kept for later is used up sooner.
            with (
                suppress(psycopg.Error),
                psycopg.connect(self._postgres.url("postgres"), autocommit=True) as connection,
            ):
                connection.execute("select pg_switch_wal()")
            time.sleep(0.05)
        time.sleep(2 * self._chance.random())
        self._disk.empty()
        self._postgres.recover()

    def _lose_power(self) -> None:
        assert self._disk is not None
        self._disk.lose_power()
        time.sleep(0.5 * self._chance.random())
        self._postgres.kill9()
        self._disk.come_back()
        self._postgres.start()

    def _fail(self) -> None:
        """Whatever is to be synced fails: PostgreSQL ends itself at once, and starts from its log."""
        before = self._postgres.logged("PANIC")
        self._trace("error=EIO", 0.5 + self._chance.random())
        assert self._postgres.logged("PANIC") > before, "nothing was synced meanwhile, or it went well"
        self._postgres.recover()

    def _slow(self) -> None:
        self._trace("delay_enter=200000", 2 + 2 * self._chance.random())

    def _trace(self, inject: str, seconds: float) -> None:
        """All but the first process: what it starts anew meanwhile finds the disk whole again."""
        who = [word for pid in self._postgres.pids()[1:] for word in ("-p", str(pid))]
        words = [
            "strace",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=fsync,fdatasync",
            "-e",
            f"inject=fsync,fdatasync:{inject}",
        ]
        tracing = subprocess.Popen([*words, *who], stderr=subprocess.DEVNULL)
        try:
            time.sleep(seconds)
        finally:
            tracing.send_signal(signal.SIGINT)
            tracing.wait(10)


def _cannot_trace() -> str | None:
    if shutil.which("strace") is None:
        return "strace is not there"
    tried = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=False, capture_output=True)
    return None if tried.returncode == 0 else "this machine lets nobody trace"


def made() -> tuple[Disk | None, str]:
    """A disk, or why there is none."""
    if os.geteuid() != 0:
        return None, "only root may mount a disk"
    try:
        return Disk(), ""
    except subprocess.CalledProcessError as error:
        return None, f"{error.cmd[0]}: {error.stderr.decode().strip()[:80]}"
    except OSError as error:
        return None, f"no disk can be made: {error.strerror}"
