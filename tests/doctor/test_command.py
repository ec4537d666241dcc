"""`cups doctor` as an operator runs it: beside a running server, in words and as JSON, with the exit code of what it found."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from harness.server import ServerProcess
from harness.store import database_of


def doctor(folder: Path, *args: str, **settings: str) -> tuple[int, dict[str, Any], str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("CUPS_")}
    told = {f"CUPS_{name.upper()}": text for name, text in settings.items()}
    done = subprocess.run(
        [sys.executable, "-m", "cups", "doctor", *args],
        env=clean
        | {"CUPS_DATA_DIR": str(folder), "CUPS_CONSENT": "*=none", "CUPS_DATABASE": database_of(folder)}
        | told,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    found = {one["check"]: one for one in json.loads(done.stdout)["findings"]} if "--json" in args else {}
    return done.returncode, found, done.stdout + done.stderr


def test_beside_a_running_server_and_through_its_port(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, max_connections=500).start()
    folder = tmp_path / "data"
    folder.chmod(0o700)
    settings = {"port": str(server.port), "max_connections": "500", "staff_second_factor": "false"}
    try:
        code, found, _ = doctor(folder, "--json", "--url", server.base, **settings)
        assert [one for one in found.values() if one["state"] == "wrong"] == [] and code == 0
        assert (
            found["public address"]["state"] == "fine" and "WebSocket gets through" in found["public address"]["said"]
        )
        code, found, words = doctor(folder, "--url", server.base, **settings)
        assert code == 0 and "Nothing is wrong." in words and "Traceback" not in words
        folder.chmod(0o755)
        code, found, words = doctor(folder, "--json", **settings)
        assert code == 1 and found["data folder"]["state"] == "wrong" and "chmod 700" in found["data folder"]["do"]
    finally:
        server.close()


def test_settings_that_cannot_be_read(tmp_path: Path) -> None:
    for args in (("--json",), ()):
        code, _, words = doctor(tmp_path, *args, port="eighty")
        assert code == 1 and "does not fit" in words
    code, _, words = doctor(tmp_path, prot="80")
    assert code == 1 and "CUPS_PROT names no setting" in words
