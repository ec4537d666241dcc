"""Letters as tests read them: from the trial's page, as whoever tries things out does; and a mail server that answers as a test wants."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any, NamedTuple

import trio
from aiosmtpd.controller import Controller

from harness.person import Person
from harness.server import free_port


class Letter(NamedTuple):
    to: str
    subject: str
    text: str

    @property
    def path(self) -> str:
        """Where its (first) link leads, on this site."""
        return self.paths[0]

    @property
    def paths(self) -> list[str]:
        return [path for path in re.findall(r"https?://[^/\s]+(/\S*)", self.text) if len(path) > 1]

    @property
    def token(self) -> str:
        return self.path.partition("token=")[2]


def read(page: str) -> list[Letter]:
    """The letters on the trial's page, newest first."""
    found = []
    for part in re.findall(r'<article class="letter">(.*?)</article>', page, re.DOTALL):
        subject, to, text = (
            unescape(re.sub(r"<[^>]+>", "", piece))
            for piece in re.findall(r"<(?:h2|p)[^>]*>(.*?)</(?:h2|p)>", part, re.DOTALL)
        )
        found.append(Letter(to.removeprefix("To: "), subject, text))
    return found


async def to(person: Person, address: str, many: int = 1) -> list[Letter]:
    """All letters to this address, newest first, once there are so many."""
    with trio.fail_after(20):
        while True:
            page = await person.http.get("/trial/mail")
            assert page.status_code == 200, page.text[:300]
            found = [letter for letter in read(page.text) if letter.to == address]
            if len(found) >= many:
                return found
            await trio.sleep(0.1)


class Box:
    """What came, and what is answered: `answers` are used up first, then everything is taken."""

    def __init__(self) -> None:
        self.came: list[Any] = []
        self.answers: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        if self.answers:
            return self.answers.pop(0)
        self.came.append(envelope)
        return "250 OK"


@contextmanager
def mail_server(box: Box, **options: Any) -> Iterator[int]:
    """A real one, on its port."""
    running = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    running.start()
    try:
        yield running.port
    finally:
        running.stop()
