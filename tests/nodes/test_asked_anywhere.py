"""A letter that somebody asks for is written whichever process they ask, and whichever sends the letters."""

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import trio

from harness import letters
from harness.letters import Box, mail_server
from harness.person import Person
from harness.site import SiteProcesses

TO = "somebody@example.org"


async def sent(front: Person, box: Box, subject: str, many: int) -> list[str]:
    """Of that subject, from wherever they went: the demo's process keeps what it sends itself."""
    with trio.fail_after(20):
        while True:
            caught = letters.read((await front.http.get("/trial/mail")).text)
            came = [message_from_bytes(one.content, policy=default) for one in box.came]
            found = [one.text for one in caught if one.subject == subject]
            found += [str(one.get_body(("plain",)).get_content()) for one in came if one["subject"] == subject]  # type: ignore[union-attr]
            if len(found) >= many:
                return found
            await trio.sleep(0.2)


async def test_a_forgotten_password_is_answered_wherever_it_was_asked(tmp_path: Path) -> None:
    box = Box()
    with mail_server(box) as port:
        mail = {"mail_host": "127.0.0.1", "mail_port": port, "mail_security": "none", "mail_from": "cups@example.org"}
        site = SiteProcesses(tmp_path, **mail)
        try:
            site.start()
            member, elsewhere = Person(site.front.base), Person(site.api.base)
            await (await member.pass_gate()).sign_up()
            await member.call("PUT", "/api/me/email", {"email": TO}, expect=200)
            (text,) = await sent(member, box, "Please confirm your address", 1)
            (token,) = re.findall(r"token=(\S+)", text)
            await member.post("/api/email/confirm", {"token": token}, 204)
            for number, person in enumerate((member, elsewhere), 1):
                await person.post("/api/recover/letter", {"to": member.name}, 204)
                await sent(member, box, "A link to choose a new password", number)
            await member.aclose()
            await elsewhere.aclose()
        finally:
            site.close()
