"""Making a backup: killed, on a full disk, twice at once, over days; and what an operator is told."""

import fcntl
import os
import signal
import subprocess
import time
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from backup.installation import Installation, command, either, environment, files_up_to, new_database
from cups.accounts.tables import account
from cups.backup import dumping
from cups.backup.key import BackupKey
from cups.backup.making import last_backup
from cups.backup.problems import BackupFailed, BackupUnusable, NotEmpty
from cups.backup.restoring import Lists
from cups.backup.verifying import verify
from cups.store.postgres import address
from harness import postgres

DAY = 86_400_000


def fill(here: Installation, people: int = 30_000) -> None:
    """Some megabytes that do not compress."""
    here.prepare()
    there = here.settings
    engine = sa.create_engine(
        address(there.database) if there.database else f"sqlite:///{there.data_path() / 'cups.db'}"
    )
    with engine.begin() as connection:
        rows = [
            {"id": os.urandom(13).hex(), "name": "n", "name_key": os.urandom(32).hex(), "kind": "gone", "created_at": 0}
            for _ in range(people)
        ]
        connection.execute(account.insert(), rows)
    engine.dispose()


def left_open(here: Installation) -> list[str]:
    """Copies that are not sealed, and files that are not whole."""
    unsealed = [path.name for path in here.settings.data_path().glob("backing-up/*")]
    return unsealed + [path.name for path in here.backups.glob("*.unfinished")]


def begun(here: Installation) -> subprocess.Popen[bytes]:
    """A backup in a process of its own, which is just writing its file."""
    process = subprocess.Popen(command("backup", "--to", here.backups), env=environment(here.settings))
    deadline = time.monotonic() + 30
    while not (found := list(here.backups.glob("*.unfinished"))):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    assert found[0].stat().st_mode & 0o777 == 0o600
    return process


def test_killed_in_the_middle_it_leaves_no_file_that_counts(here: Installation) -> None:
    fill(here)
    for wait in (0, 0.04):
        process = begun(here)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        if process.wait(10) != 0:
            assert here.sealed() == [] and last_backup(here.settings) is None
        assert wait or process.returncode, "the first was not killed in time"
    last = here.back_up()
    assert left_open(here) == [], "what was left is swept away by the next"
    assert verify(here.settings, last, here.clock).found.counts["people"] == 30_000
    assert left_open(here) == [] and not (here.settings.data_path() / "verifying").exists()


def test_on_a_full_disk_nothing_changes(here: Installation) -> None:
    fill(here)
    before, known = here.back_up(), last_backup(here.settings)
    done = here.run("backup", "--to", here.backups, preexec_fn=files_up_to(1_500_000))
    assert done.returncode == 1, done.stdout
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("cups: ")
    assert here.sealed() == [before] and left_open(here) == []
    assert last_backup(here.settings) == known
    here.clock.advance(1000)
    assert here.back_up() != before


@either
def test_two_at_once_are_one(here: Installation) -> None:
    here.prepare()
    with (here.settings.data_path() / "backup-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupFailed, match="another backup"):
            here.make()
        assert here.sealed() == []
    here.make()


@either
def test_old_ones_go_after_the_new_one_is_there_and_their_key_goes_too(here: Installation) -> None:
    here.prepare()
    first = here.make().path
    stolen, copy_of_key = first.read_bytes(), here.settings.backup_key_path().read_bytes()
    for _ in range(12):
        here.clock.advance(3 * DAY)
        here.make()
    assert 3 <= len(here.sealed()) <= 3 + 4 and first not in here.sealed()
    assert BackupKey.read(here.settings.backup_key_path()).day == here.clock.now() // DAY - here.settings.backup_days()

    taken = here.folder / first.name
    taken.write_bytes(stolen)
    with pytest.raises(BackupUnusable, match="destroyed"):
        here.restore(taken, here.elsewhere())
    old = here.folder / "a-copy-that-was-kept"
    old.write_bytes(copy_of_key)
    for file in (taken, here.sealed()[0], here.sealed()[-1]):
        here.restore(file, here.elsewhere(backup_key=str(old)))


@either
def test_a_clock_that_went_back_stops_no_backup(here: Installation) -> None:
    here.prepare()
    here.make()
    here.clock.advance(-90 * DAY)
    done = here.restore(here.make().path, here.elsewhere(), Lists(required=False))
    assert done.manifest.at == here.clock.now()


@either
def test_damaged_cut_or_of_another_key_it_is_refused_and_nothing_is_left(here: Installation) -> None:
    fill(here, 100)
    file, there = here.back_up(), here.elsewhere()
    content, spoiled = file.read_bytes(), here.folder / "spoiled"
    half = len(content) // 2
    for bytes_ in (content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :], content[:-1], content[:half]):
        spoiled.write_bytes(bytes_)
        with pytest.raises(BackupUnusable, match="damaged or cut short"):
            here.restore(spoiled, there)
    BackupKey.make(there.backup_key_path(), BackupKey.read(here.settings.backup_key_path()).day)
    with pytest.raises(BackupUnusable, match="another key"):
        here.restore(file, there)
    there.backup_key_path().unlink()
    with pytest.raises(BackupUnusable, match="without the key"):
        here.restore(file, there)
    assert {path.name for path in there.data_path().iterdir()} == {"lock"}


def test_it_restores_into_nothing_but_an_empty_place(here: Installation) -> None:
    fill(here, 100)
    file = here.back_up()
    with pytest.raises(NotEmpty):
        here.restore(file, here.settings)
    there = here.elsewhere()
    (there.data_path() / "something").touch()
    with pytest.raises(NotEmpty, match="something is there"):
        here.restore(file, there)
    assert (there.data_path() / "something").exists()
    (there.data_path() / "something").unlink()
    if here.kind == "postgresql":
        used = msgspec.structs.replace(there, database=new_database("postgresql"))
        with dumping.connected(used.database) as connection:
            connection.exec_driver_sql("create table somebodys (id int)")
        with pytest.raises(NotEmpty, match="the database is in use"):
            here.restore(file, used)
    done = here.run("restore", file, settings=there)
    assert done.returncode == 0, done.stderr
    assert "100 people" in done.stdout and "intact" in done.stdout and "by a list of" in done.stdout


@either
def test_a_backup_goes_back_into_a_database_of_its_own_kind(here: Installation) -> None:
    fill(here, 10)
    file, there = here.make().path, here.elsewhere()
    other = msgspec.structs.replace(
        there, database=new_database("sqlite" if here.kind == "postgresql" else "postgresql")
    )
    with pytest.raises(BackupUnusable, match=f"of the kind {here.kind}"):
        here.restore(file, other)


@either
def test_a_database_that_is_not_sound_makes_no_backup(here: Installation) -> None:
    fill(here, 2000)
    database = here.settings.data_path() / "cups.db"
    whole = database.read_bytes()
    for at in range(len(whole) // 2, len(whole) - 4096, 4096):
        with database.open("r+b") as file:
            file.seek(at)
            file.write(bytes(64))
    with pytest.raises(BackupFailed):
        here.make()
    assert here.sealed() == [] and left_open(here) == []


@either
def test_what_is_missing_is_told_in_one_line(here: Installation) -> None:
    for args in (["backup"], ["restore", here.folder / "nowhere"]):
        done = here.run(*args)
        assert done.returncode == 1 and done.stderr.startswith("cups: ") and done.stderr.count("\n") == 1, done.stderr
    with pytest.raises(BackupFailed, match="nothing to back up"):
        here.make()


def test_an_older_pg_dump_is_told_apart(tmp_path: Path) -> None:
    tool = tmp_path / "pg_dump"
    tool.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.6 (Debian 15.6-1)'\n")
    tool.chmod(0o755)
    dumping.require_fit(tool, 15)
    with pytest.raises(BackupFailed, match="is of version 15, the server of 16"):
        dumping.require_fit(tool, 16)


def test_a_password_of_the_database_stands_in_no_argument() -> None:
    url, variables = dumping.address("postgresql://cups:hid%40den@db.internal:5433/cups?sslmode=require")
    assert url == "postgresql://cups@db.internal:5433/cups?sslmode=require"
    assert variables["PGPASSWORD"] == "hid@den"


@pytest.mark.parametrize("here", ["postgresql"], indirect=True)
def test_without_the_right_to_make_databases_verifying_says_so(here: Installation) -> None:
    fill(here, 10)
    file = here.back_up()
    engine = sa.create_engine(address(postgres.shared().url("postgres")), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("create role plain login")
    engine.dispose()
    plain = Installation("sqlite", here.folder / "plain").at(
        "data", here.settings.database.replace("postgres@", "plain@")
    )
    plain.data_path().mkdir(parents=True)
    plain.backup_key_path().write_bytes(here.settings.backup_key_path().read_bytes())
    with pytest.raises(BackupFailed, match="createdb"):
        verify(plain, file, here.clock)
