"""Fixtures that all tests share."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harness.person import Person
from harness.server import ACTS_WIDE, ServerProcess

WIDE = {
    "pace_guest_create_burst": 10000,
    "pace_sign_up_burst": 10000,
    "pace_sign_in_address_burst": 10000,
    "pace_request_burst": 1000,
    "pace_guest_message_burst": 500,
    "pace_member_message_burst": 500,
    "pace_room_message_burst": 5000,
    "pace_chat_message_burst": 500,
    "listener_chats_first": 100,
    "linger_least_s": 1,
    "linger_most_s": 2,
    "listener_chats_later": 100,
    "listener_chats_experienced": 100,
    "max_connections_per_person": 200,
} | ACTS_WIDE
"""Limits as wide as tests need them that are not about limits."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server with demo data for all tests that do not restart theirs. Limits are wide: the tests of limits set their own."""
    running = ServerProcess(tmp_path_factory.mktemp("server"), **WIDE).start()
    yield running
    running.close()


@pytest.fixture
async def people(server: ServerProcess) -> AsyncIterator["Cast"]:
    """Makes people at the shared server, and lets them go at the end."""
    cast = Cast(server)
    yield cast
    for person in cast.all:
        await person.aclose()


class Cast:
    """New people by kind, as a test needs them."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.all: list[Person] = []

    def visitor(self) -> Person:
        person = Person(self.server.base)
        self.all.append(person)
        return person

    async def guest(self, age: str = "18-plus", danger: str = "none") -> Person:
        return await self.visitor().pass_gate(age, danger)

    async def member(self, age: str = "18-plus") -> Person:
        return await (await self.guest(age)).sign_up()

    async def demo(self, who: str) -> Person:
        return await self.visitor().enter(self.server.links[who])
