"""Crisis help: every country's list is sound, pairs stay together, and it is served with the database gone."""

import shutil
from pathlib import Path

import pytest

from cups.crisis import helplines
from cups.crisis.controller import spoken_in
from harness.person import Person
from harness.server import ServerProcess


def test_every_country_has_somebody_to_reach() -> None:
    assert len(helplines.countries()) >= 25
    for country in helplines.countries():
        services = helplines.of(country).services
        own = [s for s in services if s not in helplines.of(None).services]
        assert any(s.kind == "emergency" for s in own), country
        assert all(s.phone or s.text or s.chat_url or s.url for s in services), country
        assert len({s.id for s in services}) == len(services), country


def test_pairs_are_mutual_and_shown_together() -> None:
    for country in helplines.countries():
        services = {s.id: s for s in helplines.of(country).services}
        for service in services.values():
            if service.pair:
                assert services[service.pair].pair == service.id, service.id
                assert {service.audience, services[service.pair].audience} != {"adult"}, service.id
        groups = helplines.grouped(list(services.values()))
        assert sorted(s.id for group in groups for s in group) == sorted(services)
        assert all(len(group) == 2 for group in groups for s in group if s.pair)


@pytest.mark.parametrize(
    ("accepted", "country"),
    [
        ("en-GB,en;q=0.9", "GB"),
        ("de, de-at;q=0.8, en-US;q=0.5", "AT"),
        ("zh-Hans-SG", "SG"),
        ("en", None),
        ("en-XX, *", None),
        ("", None),
    ],
)
def test_the_browsers_language_tells_a_country(accepted: str, country: str | None) -> None:
    assert spoken_in(accepted) == country


async def test_help_is_there_when_the_database_is_not(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, demo=False).start()
    try:
        shutil.rmtree(server.data / "data")
        visitor = Person(server.base)
        for path in ("/help", "/help/US", "/api/help", "/api/help/DE"):
            assert (await visitor.call("GET", path)).status_code == 200, path
        await visitor.aclose()
    finally:
        server.close()
