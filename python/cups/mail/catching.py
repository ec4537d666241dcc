"""For trying things out: a mail server in the process itself that delivers nothing and keeps everything to be looked at. On loopback alone."""

import asyncio
import re
import threading
from collections import deque
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, NamedTuple

MOST = 100
"""Letters that are kept, in memory."""
_LINK = re.compile(r"https?://[^\s<>\"]+")


class Caught(NamedTuple):
    to: str
    subject: str
    text: str

    def parts(self) -> list[tuple[str, bool]]:
        """The text in pieces, and which of them are links."""
        found, at = [], 0
        for match in _LINK.finditer(self.text):
            found += [(self.text[at : match.start()], False), (match.group(), True)]
            at = match.end()
        return [*found, (self.text[at:], False)]


class TrialMail:
    """What the catch-all holds, newest first; empty and closed unless `start` was called."""

    def __init__(self) -> None:
        self.on = False
        self.letters: deque[Caught] = deque(maxlen=MOST)

    def start(self) -> int:
        """Listens on a free port of loopback, in a thread of its own that ends with the process. The port."""
        ready: threading.Event = threading.Event()
        port: list[int] = []

        def run() -> None:
            asyncio.run(self._serve(ready, port))

        threading.Thread(target=run, name="trial mail", daemon=True).start()
        if not ready.wait(10):
            raise OSError("the trial's mail server does not start")
        self.on = True
        return port[0]

    async def _serve(self, ready: threading.Event, port: list[int]) -> None:
        from aiosmtpd.smtp import SMTP

        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(self, hostname="localhost"), "127.0.0.1", 0)
        port.append(server.sockets[0].getsockname()[1])
        ready.set()
        async with server:
            await server.serve_forever()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the name that aiosmtpd calls
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        text = "" if body is None else str(body.get_content())
        self.letters.appendleft(Caught(", ".join(envelope.rcpt_tos), str(message["subject"]), text))
        return "250 caught"
