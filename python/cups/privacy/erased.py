"""The list of who was erased: a file outside of the database and of every backup, by which a backup that is restored loses them again.

A line is the day, a hash of the account's id, and whether what they wrote stays or goes. Ids are random, so nobody who has the list alone learns more than how many.
The first line says since when (milliseconds since the epoch) the list is whole: a backup from before cannot be restored by it.
"""

import fcntl
import hashlib
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from cups.store.whole import write_whole
from cups.wire.privacy import Posts

DAY = 86_400_000


class ListDamaged(Exception):
    """The file is there, and does not say what such a list says."""


def hash_of(id: str) -> str:
    return hashlib.sha256(b"cups erased " + id.encode()).hexdigest()


class Erasure(msgspec.Struct, frozen=True):
    day: int
    posts: Posts


class ErasedList:
    """Written from any thread of any process of the site that shares the file. `Erasure.day` counts days since the epoch, UTC."""

    def __init__(self, path: Path, since: int, known: dict[str, Erasure]) -> None:
        self._path, self.since, self.known = path, since, known
        self._lock = threading.Lock()

    @classmethod
    def read(cls, path: Path) -> "ErasedList | None":
        """None where there is no such file. Raises `ListDamaged`."""
        try:
            first, *lines = path.read_text("ascii").splitlines()
            word, since = first.split(" ")
            if word != "since":
                raise ValueError(word)
            known = {}
            for line in lines:
                day, hash, posts = line.split(" ")
                known[hash] = msgspec.convert({"day": int(day), "posts": posts}, Erasure)
            return cls(path, int(since), known)
        except FileNotFoundError:
            return None
        except (ValueError, msgspec.ValidationError):
            raise ListDamaged(f"{path} is no list of erasures, or damaged: put your copy of it back") from None

    @classmethod
    def at(cls, path: Path, now: int) -> "ErasedList":
        """Made, whole from now on, where there is none."""
        found = cls(path, now, {})
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with found._alone():
            if not path.exists():
                found._put(now, {})
        return found

    def add(self, ids: Iterable[str], posts: Posts, now: int) -> None:
        """On disk when it returns; nothing is done for those who are in it already."""
        with self._alone():
            new = {hash: Erasure(now // DAY, posts) for id in ids if (hash := hash_of(id)) not in self.known}
            if new:
                self._put(self.since, self.known | new)

    def forget_before(self, day: int) -> None:
        """No backup is so old any more."""
        with self._alone():
            kept = {hash: one for hash, one in self.known.items() if one.day >= day}
            if day * DAY > self.since or len(kept) < len(self.known):
                self._put(max(self.since, day * DAY), kept)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Of all threads and all processes; with what these have written meanwhile."""
        with self._lock, self._path.with_name(f"{self._path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = ErasedList.read(self._path)
            if found is not None:
                self.since, self.known = found.since, found.known
            yield

    def merge(self, other: "ErasedList") -> None:
        """What the other says as well; on disk once it is saved."""
        self.since = min(self.since, other.since)
        self.known = other.known | self.known

    def save(self, path: Path) -> None:
        self._path = path
        with self._lock:
            self._put(self.since, self.known)

    def of(self, id: str) -> Erasure | None:
        return self.known.get(hash_of(id))

    def _put(self, since: int, known: dict[str, Erasure]) -> None:
        """Written anew each time: it is short, and so it is never half a line."""
        lines = "".join(f"{one.day} {hash} {one.posts}\n" for hash, one in known.items())
        write_whole(self._path, f"since {since}\n{lines}".encode())
        self.since, self.known = since, known
