"""Who takes part: our server and its peers, how each is built and started, and why one cannot be had here."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.processes import BUILT, Failed, Server, client_program, serving
from bench.settings import ROOT

HERE = Path(__file__).parent
OURS = "cups"
BUILD_WITHIN_S = 1200.0


@dataclass(frozen=True)
class Peer:
    """`build` makes what is started, and raises Failed with the reason if that cannot be."""

    name: str
    dialect: str
    command: tuple[str, ...]
    build: Callable[[], None]
    data: bool = False

    def start(self, *options: str) -> AbstractContextManager[Server]:
        return serving([*self.command, *options], self.dialect, data=self.data)


def _run(words: list[str], folder: Path) -> None:
    """Failed with the last line of what was said."""
    try:
        done = subprocess.run(
            words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=BUILD_WITHIN_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(f"{words[0]}: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        raise Failed(f"{' '.join(words[:2])} failed: {said[-1][:200] if said else 'no word of why'}")


@cache
def build_client() -> None:
    _run(["cargo", "build", "--release", "--quiet", "--package", "cups-bench"], ROOT)


@cache
def _build_centrifuge() -> None:
    if shutil.which("go") is None:
        raise Failed("go is not installed")
    BUILT.mkdir(parents=True, exist_ok=True)
    _run(["go", "build", "-o", str(BUILT / "centrifuge"), "."], HERE / "peers" / "centrifuge")


@cache
def _install_websockets() -> None:
    """Into the environment that runs this: pinned and checked by hash."""
    if importlib.util.find_spec("websockets") is None:
        pinned = str(ROOT / "requirements" / "bench.txt")
        _run([sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", pinned], ROOT)


def _nothing() -> None:
    """It is here already."""


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module)


ALL = {
    peer.name: peer
    for peer in (
        Peer(OURS, "cups", _python("bench.servers.cups"), _nothing, data=True),
        Peer("site", "cups", _python("bench.servers.site"), _nothing, data=True),
        Peer("centrifuge", "centrifuge", (str(BUILT / "centrifuge"),), _build_centrifuge),
        Peer("websockets", "plain", _python("bench.peers.websockets_server"), _install_websockets),
        Peer("trio-websocket", "plain", _python("bench.peers.trio_websocket_server"), _nothing),
        Peer("floor", "plain", (str(client_program()), "floor"), build_client),
    )
}


def versions() -> dict[str, str]:
    """Of the peers, as pinned."""
    found = {}
    for line in (HERE / "peers" / "centrifuge" / "go.mod").read_text("utf-8").splitlines():
        words = line.removeprefix("require ").split()
        if len(words) == 2 and words[0].endswith("centrifugal/centrifuge"):
            found["centrifuge"] = words[1]
    for name, file in (("websockets", "bench.txt"), ("trio-websocket", "run.txt")):
        for line in (ROOT / "requirements" / file).read_text("utf-8").splitlines():
            if line.startswith(f"{name}=="):
                found[name] = line.split()[0].partition("==")[2]
    return found
