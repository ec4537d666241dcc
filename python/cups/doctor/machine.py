"""The machine: how many files may be open, its clock, its SQLite."""

import ctypes
from collections.abc import Iterator

from cups.doctor.findings import Finding, Setup, fine, look, wrong
from cups.store import opening

BESIDE = 256
"""Descriptors besides those of connections: the database, letters, what is being accepted."""
AHEAD_S = 60
SAFE_SQLITE, LEAST_SQLITE = (3, 51, 3), (3, 35, 0)
"""From the first on two connections may write and checkpoint (RELIABILITY, traps); before the second, statements that we use are not there."""
_UNSYNCED = 0x40  # STA_UNSYNC of <sys/timex.h>
_TIMEX = 1024  # longer than the structure of any system


def open_files(setup: Setup) -> Iterator[Finding]:
    wanted, most = setup.settings.max_connections + BESIDE, setup.descriptors
    if most != -1 and most < wanted:
        yield wrong(
            open_files,
            f"A process may have {most} files open, and CUPS_MAX_CONNECTIONS={setup.settings.max_connections} takes {wanted}: people beyond that are turned away.",
            f"Set LimitNOFILE={wanted} in the unit of systemd (or `ulimit -Hn`), or a smaller CUPS_MAX_CONNECTIONS.",
        )
    else:
        yield fine(open_files, f"{wanted} files can be open.")


def clock(setup: Setup) -> Iterator[Finding]:
    """Second factors, sessions and retention go by the clock."""
    path = opening.sqlite_path(setup.settings)
    latest = max((file.stat().st_mtime for file in path.parent.glob("cups.db*")), default=0.0)
    if latest > setup.now() + AHEAD_S:
        yield wrong(
            clock,
            f"The database was last written {latest - setup.now():.0f} s in the future: the clock is wrong, or was.",
            "Set the clock by NTP (`timedatectl set-ntp true`) before the server runs on.",
        )
    elif not _synced():
        yield look(
            clock,
            "The system does not know whether its clock is right. Codes of authenticator apps need it to be, within half a minute.",
            "Have NTP set it (`timedatectl set-ntp true`); in a container, on the machine below.",
        )
    else:
        yield fine(clock, "The clock is kept by the system.")


def _synced() -> bool:
    told = ctypes.create_string_buffer(_TIMEX)
    try:
        state = ctypes.CDLL(None).adjtimex(told)
    except (AttributeError, OSError):
        return False
    # `status` stands behind four longs and one int (which is padded) in every system that has it.
    status = ctypes.c_int.from_buffer(told, ctypes.sizeof(ctypes.c_long) * 5).value
    return state >= 0 and not status & _UNSYNCED


def sqlite_version(setup: Setup) -> Iterator[Finding]:
    version = ".".join(map(str, setup.sqlite))
    if setup.settings.database:
        yield fine(sqlite_version, "The database is PostgreSQL.")
    elif setup.sqlite < LEAST_SQLITE:
        yield wrong(
            sqlite_version, f"SQLite {version} is too old.", "Use a Python that comes with SQLite 3.35 or later."
        )
    elif setup.sqlite < SAFE_SQLITE:
        yield look(
            sqlite_version,
            f"SQLite {version} can damage a database that two programs write to at once. cups alone is safe: it writes from one place.",
            "Write to cups.db with no other program while the server runs; read it with `sqlite3 -readonly`.",
        )
    else:
        yield fine(sqlite_version, f"SQLite {version}.")
