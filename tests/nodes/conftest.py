"""One site of several processes, on a real PostgreSQL and a real Redis."""

from collections.abc import Iterator

import pytest

from conftest import WIDE
from harness.server import ServerProcess
from harness.site import SiteProcesses


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteProcesses]:
    made = SiteProcesses(tmp_path_factory.mktemp("site"), **WIDE)
    try:
        yield made.start()
    finally:
        made.close()


@pytest.fixture
def server(site: SiteProcesses) -> ServerProcess:
    """Whom the usual people of tests talk to."""
    return site.front
