"""The image: what can be said of it without a container engine."""

import re
import subprocess
import sys
from pathlib import Path

from cups.settings import load
from harness.parts import DEPLOY, DOCKERFILE, instructions, of_image

ROOT = DEPLOY.parent
HADOLINT = Path(sys.executable).with_name("hadolint")


def all_of(word: str) -> list[str]:
    return [rest for name, rest in instructions() if name == word]


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run([HADOLINT, DOCKERFILE], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_it_begins_with_is_named_by_a_whole_version() -> None:
    bases = [base.split()[0] for base in all_of("FROM")]
    assert len(bases) == 3
    for base in bases:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+-[a-z-]+", base), base


def kept_out(path: str) -> bool:
    """By the last line of the list that is about it, as the engine reads it; the list holds no patterns within a name."""
    out = True
    for line in (DOCKERFILE.parent / "Dockerfile.dockerignore").read_text("utf-8").split():
        name = line.removeprefix("!")
        if not name.startswith(("**", "*")) and (path == name or path.startswith(f"{name}/")):
            out = not line.startswith("!")
    return out


def test_what_it_copies_is_there_and_let_through() -> None:
    for copied in all_of("COPY"):
        if copied.startswith("--from"):
            continue
        *sources, _ = copied.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert not kept_out(source.rstrip("/")), source
    for secret in (
        "var/data/secret",
        ".git/config",
        "deploy/compose/.env",
        "web/node_modules/vite",
        "tests/conftest.py",
    ):
        assert kept_out(secret), secret


def test_everything_that_the_build_reads_is_copied() -> None:
    """The members of the workspace, and what pyproject.toml names."""
    copied = [source.rstrip("/") for line in all_of("COPY") for source in line.split()[:-1]]
    members = re.findall(r'"((?:rust|loadtests)/[^"]+)"', (ROOT / "Cargo.toml").read_text("utf-8"))
    assert members
    for member in members:
        assert any(member == one or member.startswith(f"{one}/") for one in copied), member
    readme = re.search(r'^readme = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert readme is not None and readme[1] in copied


def test_the_wheel_carries_every_folder_that_the_page_is_read_from() -> None:
    asked = {
        name
        for file in (ROOT / "python").rglob("*.py")
        for name in re.findall(r'paths\.web\(\) / "(\w+)"', file.read_text("utf-8"))
    }
    given = set(re.findall(r"python/cups/_web/(\w+)/", " ".join(all_of("COPY"))))
    assert given == asked == {"templates", "messages", "dist"}


def test_nobody_is_root_and_the_settings_exist() -> None:
    assert all_of("USER") == ["10001:10001"]
    assert all_of("ENTRYPOINT") == ['["cups"]']
    found = load({name: value for name, value in of_image().items() if name.startswith("CUPS_")})
    assert {str(found.port), str(found.metrics_port)} == set(all_of("EXPOSE")[0].split())
    assert f"http://127.0.0.1:{found.metrics_port}/health" in all_of("HEALTHCHECK")[0]
    assert f"install -d -o cups -g cups -m 700 {found.data_dir}" in " ".join(all_of("RUN"))


def test_the_dump_is_of_the_server_that_runs_beside_it() -> None:
    """pg_dump refuses a server that is newer than itself."""
    client = re.search(r"postgresql-client-(\d+)", " ".join(all_of("RUN")))
    server = re.search(r"image: postgres:(\d+)", (DEPLOY / "compose" / "compose.yaml").read_text("utf-8"))
    assert client is not None and server is not None
    assert int(client[1]) >= int(server[1])
