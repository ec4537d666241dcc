"""A sealed file opens with its key alone, whole and as it was written, or not at all."""

import io
import itertools
from pathlib import Path

import pytest

from cups.backup.key import BackupKey
from cups.backup.parts import packed, unpacked
from cups.backup.problems import BackupUnusable
from cups.backup.sealing import CHUNK, TAG, Sealing, opened

TODAY = 20_000
CHUNKS = CHUNK + TAG


@pytest.fixture
def key(tmp_path: Path) -> BackupKey:
    return BackupKey.make(tmp_path / "key", TODAY)


def sealed(key: BackupKey, content: bytes, tmp_path: Path, day: int = TODAY) -> bytes:
    with (tmp_path / "sealed").open("w+b") as out:
        sealing = Sealing(out, key, at=1, day=day)
        for start in range(0, len(content), 300_000):
            sealing.write(content[start : start + 300_000])
        sealing.finish()
        out.seek(0)
        return out.read()


def read(file: bytes, key: BackupKey) -> bytes:
    return b"".join(opened(io.BytesIO(file), key))


def some(size: int) -> bytes:
    return bytes(itertools.islice(itertools.cycle(range(251)), size))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_sealed_is_read_back(key: BackupKey, tmp_path: Path, size: int) -> None:
    file = sealed(key, some(size), tmp_path)
    assert read(file, key) == some(size)
    assert some(64) not in file


def test_nothing_of_it_can_be_changed_cut_moved_or_added(key: BackupKey, tmp_path: Path) -> None:
    file = sealed(key, some(3 * CHUNK + 5), tmp_path)
    begins = len(file) - 3 * CHUNKS - 5 - TAG
    chunks = [file[begins + i * CHUNKS : begins + (i + 1) * CHUNKS] for i in range(4)]
    head = file[:begins]
    spoiled = {
        "ends early": file[:-1],
        "a tag is missing": file[:-TAG],
        "the last chunk is missing": head + b"".join(chunks[:3]),
        "all but the first are missing": head + chunks[0],
        "nothing but the head": head,
        "half a head": file[:40],
        "two changed places": head + chunks[1] + chunks[0] + chunks[2] + chunks[3],
        "one comes twice": head + chunks[0] + chunks[0] + chunks[1] + chunks[2] + chunks[3],
        "one is left out": head + chunks[0] + chunks[2] + chunks[3],
        "something follows": file + b"\0",
        "empty": b"",
    }
    places = [*range(0, begins, 7), begins - 1, begins, begins + CHUNK, begins + CHUNKS, len(file) - 1]
    for at in places:
        changed = bytearray(file)
        changed[at] ^= 1
        spoiled[f"a bit at {at}"] = bytes(changed)
    assert read(file, key)
    for what, bytes_ in spoiled.items():
        with pytest.raises(BackupUnusable):
            read(bytes_, key)
            pytest.fail(what)


def test_another_key_opens_nothing(key: BackupKey, tmp_path: Path) -> None:
    file = sealed(key, b"words", tmp_path)
    with pytest.raises(BackupUnusable, match="another key"):
        read(file, BackupKey.make(tmp_path / "other", TODAY))


def test_a_copy_of_the_key_opens_what_comes_later_and_a_destroyed_day_opens_no_more(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = BackupKey.make(path, TODAY)
    files = {day: sealed(key, b"%d" % day, tmp_path, day) for day in (TODAY, TODAY + 3, TODAY + 40)}
    kept_elsewhere = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600

    assert key.destroy_before(TODAY + 3)
    assert not key.destroy_before(TODAY), "time goes one way"
    for present in (key, BackupKey.read(path)):
        with pytest.raises(BackupUnusable, match="destroyed"):
            read(files[TODAY], present)
        assert read(files[TODAY + 3], present) == b"%d" % (TODAY + 3)
        assert read(files[TODAY + 40], present) == b"%d" % (TODAY + 40)
    (tmp_path / "copy").write_bytes(kept_elsewhere)
    assert read(files[TODAY], BackupKey.read(tmp_path / "copy")) == b"%d" % TODAY, "as docs/operating.md says"


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"day":1,"key":"00"}', b'{"day":1,"key":"zz"}'])
def test_what_is_no_key_is_told_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(BackupUnusable, match="no key of backups"):
        BackupKey.read(tmp_path / "key")
    with pytest.raises(BackupUnusable, match="not there"):
        BackupKey.read(tmp_path / "nowhere")


def test_parts_come_back_in_order_however_the_stream_is_cut() -> None:
    parts = [("manifest", [b"{}"]), ("database", [some(2_000_000), b"", b"x" * 3_000_000]), ("keys", [])]
    stream = b"".join(packed(parts))
    for step in (1 << 20, 4097, len(stream)):
        got: dict[str, bytes] = {}
        for name, piece in unpacked(stream[at : at + step] for at in range(0, len(stream), step)):
            got[name] = got.get(name, b"") + piece
        assert list(got) == ["manifest", "database", "keys"]
        assert got["database"] == some(2_000_000) + b"x" * 3_000_000 and got["keys"] == b""
    with pytest.raises(BackupUnusable):
        list(unpacked(iter([stream[: len(stream) // 2]])))
