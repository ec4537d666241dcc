"""What is generated from the structs agrees with them, and OpenAPI with the routes."""

import json
from pathlib import Path

import pytest

from conftest import Cast
from cups.errors import CODES
from cups.wire import frames, generate
from cups.words import Words

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", list(generate.outputs()), ids=lambda path: path.name)
def test_generated_files_are_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == generate.outputs()[path], "run python -m cups.wire.generate"


def test_every_frame_has_a_tag_of_its_own_and_a_line_that_says_what_it_is() -> None:
    from typing import get_args

    members = (*get_args(frames.ClientFrame), *get_args(frames.ServerFrame))
    tags = [m.__struct_config__.tag for m in members]
    assert len(tags) == len(set(tags))


def test_every_refusal_has_words() -> None:
    words = Words("en")
    assert [code for code in CODES if not words.has(f"error-{code}")] == []


async def test_the_openapi_document_is_the_one_in_the_docs(people: Cast) -> None:
    served = await people.visitor().get("/api/openapi.json")
    stored = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    assert served == stored, "run python -m cups.api.openapi"


async def test_the_documents_page_runs_no_outside_script(people: Cast) -> None:
    page = (await people.visitor().call("GET", "/api/docs")).text
    assert "http://" not in page.replace(people.server.base, "") and "https://" not in page
