"""Backups are made of both databases, always."""

from pathlib import Path

import pytest

from backup.installation import Installation


@pytest.fixture(params=["sqlite", "postgresql"])
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    return Installation(request.param, tmp_path)
