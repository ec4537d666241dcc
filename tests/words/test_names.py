"""Names of countries and languages are those of CLDR: the files are what the generator writes."""

import pytest

from cups import cldr, paths, words
from cups.requests.topics import LANGUAGES


@pytest.mark.parametrize("language", words.languages())
@pytest.mark.parametrize("name", sorted(cldr.FILES))
def test_a_file_is_what_would_be_written(language: str, name: str) -> None:
    file = paths.web() / "messages" / language / name
    assert file.read_text("utf-8") == cldr.FILES[name](language), "run python -m cups.cldr"


def test_every_language_that_people_talk_in_has_a_name() -> None:
    assert set(LANGUAGES) <= set(cldr.LANGUAGES)
