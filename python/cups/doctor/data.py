"""The data folder: whose it is, where it lies, what is in it."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import sqlalchemy as sa

from cups import secret
from cups.doctor.database import reading, there
from cups.doctor.findings import Finding, Setup, fine, look, wrong
from cups.notes.tables import note

ELSEWHERE = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "glusterfs", "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone"}
)  # fmt: skip
"""File systems that lie on another machine: they do not keep locks and syncs as SQLite needs them."""
PASSING = frozenset({"tmpfs", "ramfs"})
LEAST_BYTES, LEAST_SHARE, GOOD_SHARE = 512 * 1024 * 1024, 0.05, 0.15


def data_folder(setup: Setup) -> Iterator[Finding]:
    folder = setup.folder()
    if not folder.exists():
        above = next(one for one in folder.absolute().parents if one.exists())
        if os.access(above, os.W_OK):
            yield look(
                data_folder,
                f"{folder} is not there yet.",
                "The first start makes it. If it should be there: is CUPS_DATA_DIR right?",
            )
        else:
            yield wrong(
                data_folder,
                f"{folder} is not there and cannot be made.",
                f"Make it, for the user that runs cups: `install -d -m 700 {folder}`.",
            )
        return
    if not folder.is_dir():
        yield wrong(data_folder, f"{folder} is no folder.", "Set CUPS_DATA_DIR to a folder.")
        return
    told = folder.stat()
    if told.st_uid != setup.user:
        yield wrong(
            data_folder,
            f"{folder} belongs to another user (number {told.st_uid}) than the one who runs this ({setup.user}).",
            "Run cups, and all its commands, as the user whose folder it is. What is in the database was not looked at.",
        )
        return
    if told.st_mode & 0o077:
        yield wrong(data_folder, f"Others can look into {folder}.", f"`chmod 700 {folder}`")
        return
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"doctor")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        yield wrong(
            data_folder,
            f"Nothing can be written in {folder}: {error.strerror}.",
            "Make room, or mount it so that it can be written.",
        )
        return
    yield fine(data_folder, f"{folder} can be written.")


def local_disk(setup: Setup) -> Iterator[Finding]:
    folder, kind = setup.folder(), _file_system(setup)
    if kind in ELSEWHERE and setup.settings.database:
        yield fine(
            local_disk, f"On another machine ({kind}), where several processes may share it: the database is not in it."
        )
    elif kind in ELSEWHERE:
        yield wrong(
            local_disk,
            f"{folder} lies on another machine ({kind}), where a database can be damaged.",
            "Use a disk of this machine, or PostgreSQL.",
        )
    elif kind in PASSING:
        yield wrong(
            local_disk,
            f"{folder} lies in memory ({kind}): all of it is gone when the machine stops.",
            "Set CUPS_DATA_DIR to a folder on a disk.",
        )
    elif not kind:
        yield look(
            local_disk,
            f"It cannot be told on what kind of disk {folder} lies.",
            "Make sure that it is a disk of this machine.",
        )
    else:
        yield fine(local_disk, f"A disk of this machine ({kind}).")


def _file_system(setup: Setup) -> str:
    """The kind of the mount that is nearest above the folder; the later of two on one place counts."""
    path, found, nearest = setup.folder().resolve(), "", -1
    for line in setup.mounts.read_text("utf-8", "replace").splitlines():
        _, at, kind, *_ = line.split(" ")
        place = Path(at.replace("\\040", " "))
        if path.is_relative_to(place) and len(place.parts) >= nearest:
            found, nearest = kind, len(place.parts)
    return found


def free_space(setup: Setup) -> Iterator[Finding]:
    folder = setup.folder().absolute()
    total, free = setup.space(next(one for one in (folder, *folder.parents) if one.exists()))
    said = f"{free // 1_000_000} MB are free, {free * 100 // max(total, 1)} % of the disk."
    if free < LEAST_BYTES or free < total * LEAST_SHARE:
        yield wrong(free_space, said, "Make room: when the disk is full nobody can write a message any more.")
    elif free < total * GOOD_SHARE:
        yield look(free_space, said, "Make room soon.")
    else:
        yield fine(free_space, said)


def secrets(setup: Setup) -> Iterator[Finding]:
    """The files by which codes, second factors and notes are opened."""
    if not setup.mine():
        yield look(secrets, "There is nothing to look at yet.", "Look again after the first start.")
        return
    problems = [*_problems(setup)]
    yield from problems or [fine(secrets, "They are readable by their owner alone.")]


def _problems(setup: Setup) -> Iterator[Finding]:
    for name, needed, loss in (
        ("secret", there(setup), "no second factor, recovery code or letter is good any more"),
        ("keys", _notes(setup), "no note can be read any more"),
    ):
        path = setup.folder() / name
        if not path.exists():
            if needed:
                yield wrong(
                    secrets,
                    f"{path} is gone, and it is needed: {loss}.",
                    "Put your copy of it back before the server starts.",
                )
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield wrong(
                secrets,
                f"Others can read {path} ({mode:o}).",
                f"`chmod 600 {path}`; if somebody may have, see *Keys, and changing them*.",
            )
        if not _whole(name, path):
            yield wrong(secrets, f"{path} is empty or cut short: {loss}.", "Put your copy of it back.")


def _notes(setup: Setup) -> bool:
    """Whether there is a note that the keys open."""
    if not there(setup):
        return False
    try:
        with reading(setup.settings) as conn:
            return conn.execute(sa.select(note.c.id).limit(1)).first() is not None
    except sa.exc.SQLAlchemyError:
        return False  # that it cannot be read is the finding of another check


def _whole(name: str, path: Path) -> bool:
    held = path.read_bytes()
    if name == "secret":
        return len(held.strip()) >= secret.LEAST
    try:
        return bool(msgspec.json.decode(held, type=dict[str, object]).get("salts"))
    except msgspec.MsgspecError:
        return False
