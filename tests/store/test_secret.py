"""The installation's secret: made whole or not at all, the same from then on, and never taken from a file that is cut short."""

import os
import stat
from pathlib import Path

import pytest

from cups import secret
from cups.store.migrate import newest
from harness.person import Person
from harness.server import ServerProcess
from harness.store import ON_POSTGRES, settings_at


def test_it_is_made_once_for_its_owner_alone_and_gives_a_key_for_each_purpose(tmp_path: Path) -> None:
    settings = settings_at(tmp_path / "new")
    first = secret.key(settings, "csrf")
    assert secret.key(settings, "csrf") == first != secret.key(settings, "recovery")
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["secret"]
    assert stat.S_IMODE((tmp_path / "new" / "secret").stat().st_mode) == 0o600
    assert len((tmp_path / "new" / "secret").read_text()) == 64


def test_one_that_was_not_written_whole_is_never_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_file: int) -> None:
        raise OSError("no space")

    settings = settings_at(tmp_path)
    with monkeypatch.context() as patch, pytest.raises(OSError, match="no space"):
        patch.setattr(os, "fsync", fails)
        secret.key(settings, "csrf")
    assert not (tmp_path / "secret").exists()
    secret.key(settings, "csrf")


def test_it_is_prepared_before_the_first_start(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, demo=False)
    first = server.command("prepare")
    assert first.returncode == 0 and newest() in first.stdout, first.stderr
    made = {name: (tmp_path / "data" / name).read_bytes() for name in ("secret", "keys")}
    server.start()
    try:
        if not ON_POSTGRES:
            assert "in use" in server.command("prepare").stderr
    finally:
        assert server.stop() == 0
    assert server.command("prepare").returncode == 0
    assert made == {name: (tmp_path / "data" / name).read_bytes() for name in made}


@pytest.mark.parametrize("held", ["", "\n", "0123456789abcde"])
def test_a_file_cut_short_is_no_secret_and_the_operator_is_told(tmp_path: Path, held: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret").write_text(held)
    with pytest.raises(secret.SecretUnusable, match="empty or cut short"):
        secret.key(settings_at(tmp_path / "data"), "csrf")
    if not held:
        done = ServerProcess(tmp_path, demo=False).command("serve")
        assert done.returncode == 1 and "Put your copy of it back" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_link_that_leads_nowhere_is_no_reason_for_another(tmp_path: Path) -> None:
    """What a vault gives is not there at this moment: a new secret would make all codes and second factors of everybody worthless."""
    (tmp_path / "secret").symlink_to(tmp_path / "vault" / "secret")
    with pytest.raises(secret.SecretUnusable, match="leads to a file that is not there"):
        secret.key(settings_at(tmp_path), "csrf")
    assert (tmp_path / "secret").is_symlink()
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "secret").write_text("0123456789abcdef" * 4)
    assert secret.key(settings_at(tmp_path), "csrf")


async def test_with_another_secret_passwords_go_on_and_codes_do_not(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path).start()
    try:
        member = await (await Person(server.base).pass_gate()).sign_up()
        email = {"email": "somebody@example.org"}
        await member.call("PUT", "/api/me/email", email, expect=200)
        await member.post("/api/notes", {"name": "warmRiver", "text": "Listens well."})
        server.stop()
        for name in ("secret", "keys"):
            (tmp_path / "data" / name).unlink(missing_ok=True)
        server.start()
        again = Person(server.base)
        await again.sign_in(member.name)
        assert (await again.get("/api/me/email"))["waiting"] == "", "what nobody can open any more is not shown"
        await again.call("PUT", "/api/me/email", email, expect=200)
        assert "Listens" not in str(await again.get("/api/notes"))
        nobody = Person(server.base)
        body = {"name": member.name, "code": member.codes[0], "password": "some new long one"}
        assert (await nobody.call("POST", "/api/recover", body)).json()["code"] == "wrong-recovery"
        await again.post("/api/me/recovery-codes")
        for person in (member, again, nobody):
            await person.aclose()
    finally:
        server.close()
