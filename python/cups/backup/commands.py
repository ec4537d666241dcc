"""The commands `cups backup` and `cups restore`: what they take, and what they say."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from cups.backup.making import LIST, make
from cups.backup.problems import BackupFailed, BackupUnusable, NotEmpty
from cups.backup.restoring import Lists, Restored, restore
from cups.backup.verifying import verify
from cups.clock import SystemClock
from cups.privacy.erased import ListDamaged
from cups.settings import Settings

PROBLEMS = (BackupFailed, BackupUnusable, NotEmpty, ListDamaged)
"""What is told in one line."""


def add_to(commands: Any) -> None:
    """`commands`: the subparsers of the whole command line."""
    backup = commands.add_parser("backup", help="one sealed file of all that an instance needs, while the server runs")
    backup.add_argument("--to", type=Path, metavar="FOLDER", help="where to; else CUPS_BACKUP_DIR")
    backup.add_argument(
        "--verify",
        type=Path,
        metavar="FILE",
        help="prove this one instead, by restoring it into a place that is thrown away",
    )
    backup.set_defaults(run=_backup)

    again = commands.add_parser(
        "restore", help="an instance out of a backup, into an empty data directory and database"
    )
    again.add_argument("file", type=Path)
    again.add_argument("--into", metavar="PLACE", help="another data directory, or another database as postgresql://…")
    again.add_argument(
        "--erased", type=Path, metavar="FILE", action="append", default=[], help="a list of who was erased since"
    )
    again.add_argument("--without-list", action="store_true", help="although whoever was erased since comes back")
    again.set_defaults(run=_restore)


def _backup(args: argparse.Namespace, settings: Settings) -> int:
    if args.verify is not None:
        return _told("verified", args.verify, verify(settings, args.verify, SystemClock()))
    if args.to is None and not settings.backup_dir:
        raise BackupFailed("say where: --to FOLDER, or CUPS_BACKUP_DIR")
    made = make(settings, args.to or Path(settings.backup_dir), SystemClock())
    print(f"{made.path}: {_size(made.size)}, sealed and read back")
    if made.removed:
        print(f"{len(made.removed)} older ones removed")
    if made.new_key:
        print(
            f"A key was made: {settings.backup_key_path()}. Copy it to another place now: without it no backup can be opened.",
            file=sys.stderr,
        )
    return 0


def _restore(args: argparse.Namespace, settings: Settings) -> int:
    # Beside the place that is restored into, the lists and the key of the settings are as good as any.
    paths = (*args.erased, settings.erased_path(), args.file.parent / LIST)
    key = str(settings.backup_key_path())
    if args.into is not None and args.into.startswith("postgresql:"):
        settings = msgspec.structs.replace(settings, database=args.into)
    elif args.into is not None:
        settings = msgspec.structs.replace(settings, data_dir=args.into, backup_key=key, erased_list="")
    lists = Lists(tuple(dict.fromkeys(paths)), required=not args.without_list)
    return _told("restored", args.file, restore(settings, args.file, lists, SystemClock()))


def _told(what: str, file: Path, done: Restored) -> int:
    """Exit code 1 if the audit log is not intact: all the same, the instance is there."""
    found = done.found
    people, channels, messages, notes = (found.counts[name] for name in ("people", "channels", "messages", "notes"))
    print(f"{file}: {what} in {done.seconds:.1f} s, as of {_moment(done.manifest.at)}")
    print(f"{people} people, {channels} chats and rooms, {messages} messages, {notes} notes")
    chain = "intact" if found.audit.intact else f"BROKEN at entry {found.audit.first_broken}"
    print(f"audit log: {found.audit.entries} entries, {chain}")
    if what == "restored":
        listed = f"by a list of {_moment(done.listed_until)}" if done.listed_until else "there was NO LIST"
        print(f"erased again: {found.erased} ({listed})")
        print(f"ended: {found.sessions} sessions; dropped: {found.letters} letters; everybody signs in anew")
    return 0 if found.audit.intact else 1


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
