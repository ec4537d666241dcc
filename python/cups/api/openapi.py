"""Writes docs/openapi.json from the routes: `python -m cups.api.openapi`."""

import json
import tempfile
from pathlib import Path
from typing import Any

import trio

from cups.api import document as documents
from cups.api.application import application
from cups.app import running
from cups.settings import Settings

PATH = Path(__file__).parents[3] / "docs" / "openapi.json"


async def document() -> dict[str, Any]:
    """The OpenAPI document of the application as it is."""
    with tempfile.TemporaryDirectory() as folder:
        async with running(Settings(data_dir=folder)) as cups:
            return documents.document(application(cups))


if __name__ == "__main__":
    PATH.write_text(json.dumps(trio.run(document), indent=1, ensure_ascii=False) + "\n", "utf-8")
