"""The gateway's tests run on both reactors: the one in Rust, and the reference in Python."""

from collections.abc import Iterator

import pytest

from conftest import WIDE
from harness.server import ServerProcess


@pytest.fixture(scope="session", params=["native", "plain"])
def reactor_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every server that is started meanwhile has this reactor."""
    ServerProcess.reactor = request.param
    yield request.param
    ServerProcess.reactor = "native"


@pytest.fixture(scope="session")
def server(reactor_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """As everywhere, with the reactor in question."""
    running = ServerProcess(tmp_path_factory.mktemp(f"server-{reactor_kind}"), **WIDE).start()
    yield running
    running.close()
