"""The outbox against a real mail server: letters go with their act, once as far as can be known, and leave nothing behind."""

import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cups import settings as settings_module
from cups import words
from cups.accounts import names, queries
from cups.accounts.making import make_member
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.mail import address
from cups.mail.post import Letter, MailServer, composed
from cups.mail.tables import letter
from cups.settings import Settings
from harness.letters import Box, mail_server
from harness.server import ServerProcess
from harness.store import everything, settings_at

TO = "somebody.planted@example.org"


def settings(tmp_path: Path, port: int, **more: Any) -> Settings:
    wanted: dict[str, Any] = {"mail_host": "127.0.0.1", "mail_security": "none", "mail_from": "cups@example.org"}
    return settings_at(tmp_path, mail_port=port, **(wanted | more))


@pytest.mark.parametrize("language", words.languages())
async def test_links_stand_alone_in_every_language(tmp_path: Path, language: str) -> None:
    """Programs that show letters take what follows an address for a part of it, the marks that keep directions apart as well."""
    box, link = Box(), "http://localhost:8000/planted-link"
    with mail_server(box) as port:
        async with running(settings(tmp_path, port)) as cups:

            def work(unit: Any) -> None:
                who = somebody(cups, unit)
                cups.mail.write(unit, "email-confirm", TO, account=who, language=language, link=link, hours=48)

            await cups.db.write(work)
            await cups.mail.look()
    (came,) = box.came
    body = message_from_bytes(came.content, policy=default).get_body(("plain",))
    assert body is not None
    lines = [line.strip() for line in body.get_content().splitlines() if "http" in line]
    assert lines == [link, "http://localhost:8000/"]


async def put(cups: Cups, kind: str = "email-confirm", until: int | None = None) -> None:
    def work(unit: Any) -> None:
        link = "http://localhost:8000/planted-link"
        cups.mail.write(unit, kind, TO, account=somebody(cups, unit), until=until, link=link, hours=48)

    await cups.db.write(work)


def somebody(cups: Cups, unit: Any) -> str:
    found = queries.by_key(unit.conn, names.key("calmOak"))
    made = {"name": "calmOak", "password_hash": None, "age": "adult", "now": cups.clock.now()}
    return found.id if found is not None else make_member(unit.conn, **made)


async def rows(cups: Cups) -> list[Any]:
    return await cups.db.read(lambda conn: list(conn.execute(sa.select(letter))))


async def test_a_letter_goes_with_its_act_or_not_at_all(tmp_path: Path) -> None:
    box = Box()
    with mail_server(box) as port:
        async with running(settings(tmp_path, port)) as cups:

            def undone(unit: Any) -> None:
                cups.mail.write(unit, "email-confirm", TO, account=somebody(cups, unit), link="x", hours=48)
                raise Refused("conflict")

            with pytest.raises(Refused):
                await cups.db.write(undone)
            await cups.mail.look()
            assert box.came == []
            await put(cups)
            await cups.mail.look()
            await cups.mail.look()
            assert await rows(cups) == []
    (envelope,) = box.came
    message = message_from_bytes(envelope.content, policy=default)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("cups@example.org", [TO])
    assert message["to"] == TO and message["from"] == "cups <cups@example.org>"
    assert message["subject"] == "Please confirm your address" and message.get_content_type() == "text/plain"
    assert "planted-link" in message.get_content() and message["auto-submitted"] == "auto-generated"


async def test_what_is_refused_for_now_is_tried_again_with_growing_waits(tmp_path: Path) -> None:
    box, clock = Box(), ManualClock()
    box.answers = ["451 later please"] * 3
    with mail_server(box) as port:
        async with running(settings(tmp_path, port, mail_retry_first_s=30, mail_retry_most_s=100), clock) as cups:
            await put(cups)
            waits = []
            for _ in range(3):
                await cups.mail.look()
                (row,) = await rows(cups)
                waits.append((row.due_at - clock.now()) // 1000)
                clock.advance(row.due_at - clock.now() - 1)
                await cups.mail.look()
                assert box.came == []  # not a moment before
                clock.advance(1)
            assert waits == [30, 60, 100]
            await cups.mail.look()
            assert len(box.came) == 1 and await rows(cups) == []


async def test_a_mail_server_that_is_not_there_loses_nothing(tmp_path: Path) -> None:
    box, clock = Box(), ManualClock()
    async with running(settings(tmp_path, 1), clock) as cups:
        await put(cups)
        await cups.mail.look()
        assert len(await rows(cups)) == 1
    with mail_server(box) as port:
        async with running(settings(tmp_path, port), clock) as cups:
            clock.advance(60_000)
            await cups.mail.look()
    assert len(box.came) == 1


async def test_letters_are_given_up_when_refused_for_good_or_too_old(tmp_path: Path) -> None:
    box, clock = Box(), ManualClock()
    box.answers = ["550 no such person"]
    with mail_server(box) as port:
        async with running(settings(tmp_path, port), clock) as cups:
            await put(cups)
            await cups.mail.look()
            assert await rows(cups) == []
            await put(cups, until=clock.now() + 1000)
            await put(cups)
            clock.advance(1000)
            box.answers = ["451 later"] * 1000
            await cups.mail.look()
            assert len(await rows(cups)) == 1  # a link of no use any more is not sent
            for _ in range(60):
                clock.advance(cups.settings.mail_retry_most_s * 1000)
                await cups.mail.look()
            assert await rows(cups) == [] and box.came == []


async def test_a_sender_that_dies_loses_none_and_two_take_each_letter_once(tmp_path: Path) -> None:
    box, clock = Box(), ManualClock()
    with mail_server(box) as port:
        async with running(settings(tmp_path, port), clock) as cups:
            await put(cups)
            waiting = await rows(cups)
            assert len(await cups.db.write(cups.mail._lease, waiting, clock.now())) == 1  # and then it dies
            assert await cups.db.write(cups.mail._lease, waiting, clock.now()) == []
            await cups.mail.look()
            assert box.came == []
            clock.advance(cups.settings.mail_lease_s * 1000)
            await cups.mail.look()
            assert len(box.came) == 1
    letter_id = message_from_bytes(box.came[0].content)["message-id"]
    assert letter_id == f"<{waiting[0].id}@example.org>"


async def test_address_and_words_lie_sealed_and_go(tmp_path: Path) -> None:
    box = Box()

    def held(*words: bytes) -> bool:
        stored = everything(tmp_path)
        return any(word in stored for word in words)

    with mail_server(box) as port:
        async with running(settings(tmp_path, port)) as cups:
            await put(cups)
            (row,) = await rows(cups)
            assert not held(b"planted") and held(row.sealed[:60].encode())
            await cups.mail.look()
            await cups._tidy()
            assert not held(row.sealed[:60].encode())


@pytest.mark.parametrize(
    "text",
    [
        "", "nobody", "a@b", "a@@example.org", "a b@example.org", "a@example.org\r\nBcc: x@example.org", "a@exa\nmple.org",
        "<a@example.org>", "a,b@example.org", "a@127.0.0.1", "a@[127.0.0.1]", ".a@example.org", "a..b@example.org",
        "a@-example.org", "a@example..org", "\u202ea@example.org", "a@" + "x" * 64 + ".org", "x" * 65 + "@example.org",
        '"a b"@example.org', "a@example.org, b@example.org", "a\x00@example.org", "ä@example.org",
    ],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(Refused, match="email-not-valid"):
        address.checked(text)


def test_what_is_an_address() -> None:
    assert address.checked(" A.b+c@Example.ORG ") == "A.b+c@example.org"
    assert address.checked("a@bücher.example") == "a@xn--bcher-kva.example"
    assert address.key("A.b+c@Example.ORG") == address.key("a.B@example.org")
    assert address.masked("somebody@example.org") == "s…@example.org"


def test_no_header_is_made_by_what_somebody_gave() -> None:
    server = MailServer("h", 25, "none", "", "", "cups@example.org", "cups", 1.0)
    good = Letter("i", TO, "Subject", "Text\r\n.\r\nBcc: planted@example.org", 0)
    assert composed(good, server)["bcc"] is None
    for bad in (
        good._replace(subject="a\r\nBcc: x@example.org"),
        good._replace(to="a@example.org\nBcc: x@example.org"),
    ):
        with pytest.raises(ValueError, match=r".+"):
            composed(bad, server).as_bytes()


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "public.pem", folder / "private.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private


@pytest.mark.parametrize(
    ("trusted", "password", "arrives"), [(True, "s3cret", 1), (False, "s3cret", 0), (True, "x", 0)]
)
async def test_over_tls_with_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool, password: str, arrives: int
) -> None:
    """To a server with a certificate that is trusted, and with the right password; else the letter stays."""
    public, private = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(public, private)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
    box = Box()

    def known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"cups", b"s3cret"))

    options = {"tls_context": tls, "require_starttls": True, "authenticator": known, "auth_required": True}
    with mail_server(box, **options) as port:
        chosen = settings(
            tmp_path, port, mail_host="localhost", mail_security="starttls", mail_user="cups", mail_password=password
        )
        async with running(chosen) as cups:
            await put(cups)
            await cups.mail.look()
            assert len(box.came) == arrives and len(await rows(cups)) == 1 - arrives


def test_settings_that_would_send_letters_in_the_open_or_from_nobody_are_refused() -> None:
    given = {"CUPS_MAIL_HOST": "mail.example.org", "CUPS_MAIL_FROM": "cups@example.org"}
    assert settings_module.load(given).mail_security == "starttls"
    with pytest.raises(ValueError, match="MAIL_SECURITY"):
        settings_module.load(given | {"CUPS_MAIL_SECURITY": "none"})
    with pytest.raises(ValueError, match="MAIL_FROM"):
        settings_module.load({"CUPS_MAIL_HOST": "mail.example.org"})


async def test_a_site_without_mail_asks_for_no_address(tmp_path: Path) -> None:
    from harness.person import Person

    own = ServerProcess(tmp_path, demo=False, pace_sign_up_burst=10).start()
    try:
        person = await Person(own.base).pass_gate()
        pages = [await person.http.get(path) for path in ("/sign-up", "/recover")]
        await person.sign_up()
        pages += [await person.http.get("/account"), await person.http.get("/account/email")]
        assert [page.status_code for page in pages] == [200] * 4
        assert not any('type="email"' in page.text or "/recover/letter" in page.text for page in pages)
        for method, path, body in (
            ("POST", "/api/recover/letter", {"to": "x"}),
            ("PUT", "/api/me/email", {"email": TO}),
        ):
            answer = await person.call(method, path, body)
            assert (answer.status_code, answer.json()["code"]) == (409, "mail-off")
        assert (await person.http.get("/trial/mail")).status_code == 404
        await person.aclose()
    finally:
        own.close()
