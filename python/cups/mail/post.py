"""Handing letters to a mail server: SMTP by the standard library, in a worker thread."""

import smtplib
import ssl
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from typing import Literal, NamedTuple, Protocol

from cups.settings import Settings

Outcome = Literal["sent", "later", "never"]
REFUSED = 500
"""SMTP's answers from here on will not change by trying again."""


class Letter(NamedTuple):
    id: str
    to: str
    subject: str
    text: str
    at: int
    """When it was written, in milliseconds since the epoch."""


class Post(Protocol):
    def send(self, letters: list[Letter]) -> dict[str, Outcome]:
        """Hands them over one after the other; what became of each, by its id. Runs in a worker thread, and raises nothing that a mail server causes."""


class MailServer(NamedTuple):
    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    password: str
    sender: str
    sender_name: str
    timeout_s: float

    @staticmethod
    def of(settings: Settings) -> "MailServer":
        s = settings
        return MailServer(
            s.mail_host,
            s.mail_port,
            s.mail_security,
            s.mail_user,
            s.mail_password,
            s.mail_from,
            s.site_name,
            s.mail_timeout_s,
        )


def composed(letter: Letter, server: MailServer) -> EmailMessage:
    """The message as it is sent: plain text. ValueError for a line break in a header. The same id each time, so that a letter sent twice can be told."""
    message = EmailMessage(policy=WIRE)
    message["From"] = Address(server.sender_name, addr_spec=server.sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(letter.at / 1000, UTC))
    message["Message-ID"] = f"<{letter.id}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


class Smtp:
    def __init__(self, server: MailServer) -> None:
        self._server = server

    def send(self, letters: list[Letter]) -> dict[str, Outcome]:
        found: dict[str, Outcome] = {}
        try:
            with self.opened() as client:
                for letter in letters:
                    found[letter.id] = self._one(client, letter)
        except (smtplib.SMTPException, OSError):
            pass  # no connection, or lost on the way: whatever has no outcome is tried again
        return {letter.id: found.get(letter.id, "later") for letter in letters}

    def opened(self) -> smtplib.SMTP:
        """Connected and signed in, as letters are sent. Raises what smtplib raises, and OSError."""
        s, tls = self._server, ssl.create_default_context()
        name = s.sender.rpartition("@")[2]
        client: smtplib.SMTP
        if s.security == "tls":
            client = smtplib.SMTP_SSL(s.host, s.port, local_hostname=name, timeout=s.timeout_s, context=tls)
        else:
            client = smtplib.SMTP(s.host, s.port, local_hostname=name, timeout=s.timeout_s)
        try:
            if s.security == "starttls":
                client.starttls(context=tls)
            if s.user:
                client.login(s.user, s.password)
        except BaseException:
            client.close()
            raise
        return client

    def _one(self, client: smtplib.SMTP, letter: Letter) -> Outcome:
        try:
            client.send_message(composed(letter, self._server), self._server.sender, [letter.to])
        except smtplib.SMTPRecipientsRefused as refused:
            return "never" if all(code >= REFUSED for code, _ in refused.recipients.values()) else "later"
        except smtplib.SMTPDataError as refused:
            return "never" if refused.smtp_code >= REFUSED else "later"
        except ValueError:
            return "never"
        return "sent"
