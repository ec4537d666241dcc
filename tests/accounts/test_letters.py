"""The address for a forgotten password: it counts once confirmed, is its owner's alone, and brings them back once, by a link of half an hour."""

import re
import secrets
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import trio
from trio_websocket import ConnectionClosed

from conftest import Cast
from cups.accounts.making import make_member
from cups.accounts.tables import email_address, reset_link
from cups.accounts.visitor import Came, Visitor
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.wire.signin import EmailConfirmIn, EmailIn, RecoverByLinkIn, RecoverLetterIn
from harness import letters
from harness.person import Person
from harness.store import everything, rows_at, settings_at

NEW = "quite another long one"
MINUTE = 60_000


def somewhere() -> str:
    return f"{secrets.token_hex(6)}@example.org"


async def with_address(person: Person, address: str) -> Person:
    """Gives it and follows the link."""
    await person.call("PUT", "/api/me/email", {"email": address}, expect=200)
    (letter, *_) = await letters.to(person, address)
    await person.post("/api/email/confirm", {"token": letter.token}, 204)
    return person


async def ask(person: Person, to: str) -> None:
    answer = await person.call("POST", "/api/recover/letter", {"to": to})
    assert (answer.status_code, answer.content) == (204, b"")


async def test_an_address_given_at_sign_up_counts_once_it_is_confirmed(people: Cast) -> None:
    address, other = somewhere(), somewhere()
    guest = await people.guest()
    await guest.post("/api/sign-up", {"password": "a long enough one", "email": address})
    guest.me = await guest.get("/api/me")
    (first,) = await letters.to(guest, address)
    assert guest.name not in first.text  # whoever reads that letter box learns no name of anybody here
    await ask(guest, guest.name)
    member = await with_address(await people.member(), other)
    await ask(member, member.name)
    await letters.to(member, other, 2)  # and by then nothing more has come to the one that is not confirmed
    assert len(await letters.to(guest, address)) == 1
    await guest.post("/api/email/confirm", {"token": first.token}, 204)
    await guest.post("/api/email/confirm", {"token": first.token}, 410)
    await ask(people.visitor(), address.upper())
    assert "password" in (await letters.to(guest, address, 2))[0].subject


async def test_a_link_sets_a_new_password_once_and_ends_all_sessions(people: Cast) -> None:
    address = somewhere()
    member, stranger = await with_address(await people.member(), address), people.visitor()
    await ask(stranger, f"@{member.name}")
    await ask(stranger, address)
    one, two, _ = await letters.to(member, address, 3)
    assert member.name in one.text and one.path.startswith("/recover/link?token=")
    looked = await stranger.http.get(one.path)
    assert looked.status_code == 200 and member.name in looked.text  # looking uses nothing up
    weak = await stranger.call("POST", "/api/recover/link", {"token": one.token, "password": "password1234"})
    assert (weak.status_code, weak.json()["code"]) == (422, "password-too-common")
    async with member.live() as live:
        await stranger.post("/api/recover/link", {"token": one.token, "password": NEW}, 204)
        with trio.fail_after(2), pytest.raises(ConnectionClosed):
            while True:
                await live.socket.get_message()
    for token in (one.token, two.token):
        await stranger.post("/api/recover/link", {"token": token, "password": NEW}, 410)
    assert (await stranger.get("/api/me"))["person"] is None  # nobody is signed in by it
    assert (await member.get("/api/me"))["person"] is None
    await member.sign_in(member.name, NEW)


async def test_the_second_factor_stays_on(people: Cast) -> None:
    address = somewhere()
    member = await with_address(await people.member(), address)
    await member.set_up_second_factor()
    await letters.to(member, address, 2)  # that it is set up is told
    await ask(member, member.name)
    (letter, *_) = await letters.to(member, address, 3)
    await member.post("/api/recover/link", {"token": letter.token, "password": NEW}, 204)
    answer = await people.visitor().call("POST", "/api/sign-in", {"name": member.name, "password": NEW})
    assert (answer.status_code, answer.json()["code"]) == (401, "second-factor-needed")


async def test_nobody_else_sees_the_address_and_its_owner_only_knows_it_again(people: Cast) -> None:
    address = somewhere()
    member, other = await with_address(await people.member(), address), await people.member()
    assert await member.get("/api/me/email") == {
        "offered": True,
        "address": f"{address[0]}…@example.org",
        "waiting": "",
    }
    seen = [await other.http.get(f"/@{member.name}"), await other.http.get(f"/api/people/{member.name}")]
    seen += [await member.http.get("/account"), await member.http.get("/api/me")]
    assert all(page.status_code == 200 and address not in page.text for page in seen)
    assert not any("example.org" in page.text for page in seen[:2])
    folder = people.server.data / "data"
    assert address.encode() not in everything(folder)
    logged = people.server.log.read_text() + (people.server.data / "server.out").read_text()
    assert address not in logged and "example.org" not in logged


async def test_it_is_removed_with_one_press_and_old_links_with_it(people: Cast) -> None:
    address = somewhere()
    member = await with_address(await people.member(), address)
    await ask(member, member.name)
    (letter, _) = await letters.to(member, address, 2)
    await member.call("DELETE", "/api/me/email", expect=204)
    assert (await member.get("/api/me/email"))["address"] == ""
    await member.post("/api/recover/link", {"token": letter.token, "password": NEW}, 410)
    with rows_at(people.server.data / "data") as database:
        wanted = "select count(*) from email_address join account on account.id = account_id where name = ?"
        assert database.execute(wanted, (member.name,)).fetchone() == (0,)


async def test_a_guest_has_none(people: Cast) -> None:
    guest = await people.guest()
    assert (await guest.call("PUT", "/api/me/email", {"email": somewhere()})).status_code == 403


# In one process, with a clock moved by hand


async def made(cups: Cups, name: str, address: str | None = None) -> Visitor:
    cups.mail.try_out(1)
    hashed = await cups.accounts._passwords.hash("a long enough one")

    def work(unit: Any) -> str:
        return make_member(unit.conn, name=name, password_hash=hashed, age="adult", now=cups.clock.now())

    id = await cups.db.write(work)
    visitor = await cups.accounts.visitor(await cups.accounts.open_session(id))
    assert visitor is not None
    if address is not None:
        await cups.emails.give(visitor, EmailIn(email=address))
        await cups.emails.confirm(EmailConfirmIn(token=(await tokens(cups))[0]))
    return visitor


async def tokens(cups: Cups) -> list[str]:
    """Of the links in all letters that wait, newest last; and they wait no more."""
    from cups.mail.tables import letter

    def work(unit: Any) -> list[str]:
        rows = unit.conn.execute(sa.select(letter).order_by(letter.c.id)).all()
        unit.conn.execute(letter.delete())
        opened = [cups.mail._opened(row) for row in rows]
        return [found for one in opened if one for found in re.findall(r"token=(\S+)", one.text)]

    return await cups.db.write(work)


async def test_a_link_is_good_for_half_an_hour_and_stored_hashed(tmp_path: Path) -> None:
    clock = ManualClock()
    async with running(settings_at(tmp_path), clock) as cups:
        await made(cups, "calmOak", "a@example.org")
        await cups.recovery_letters.ask(RecoverLetterIn(to="calmOak"), Came("192.0.2.1"))
        await cups.recovery_letters.look()
        (token,) = await tokens(cups)
        stored = await cups.db.read(lambda conn: list(conn.execute(sa.select(reset_link.c.token_hash)).scalars()))
        assert len(stored) == 1 and re.fullmatch("[0-9a-f]{64}", stored[0]) and token not in stored
        clock.advance(30 * MINUTE - 1)
        assert await cups.recovery_letters.name_of(token) == "calmOak"
        clock.advance(1)
        with pytest.raises(Refused, match="link-over"):
            await cups.recovery_letters.recover(RecoverByLinkIn(token=token, password=NEW), Came("192.0.2.1"))
        await cups._tidy()
        assert await cups.db.read(lambda conn: conn.execute(sa.select(reset_link)).all()) == []


async def test_a_change_asks_for_the_password_and_the_old_one_counts_until_the_new_is_confirmed(tmp_path: Path) -> None:
    clock = ManualClock()
    async with running(settings_at(tmp_path), clock) as cups:
        visitor = await made(cups, "calmOak", "old@example.org")
        await cups.emails.give(visitor, EmailIn(email="new@example.org"))
        assert [box for _, _, box in await cups.db.read(cups.emails.letter_boxes, "calmOak")] == ["old@example.org"]
        assert await cups.db.read(cups.emails.letter_boxes, "new@example.org") == []
        await cups.emails.confirm(EmailConfirmIn(token=(await tokens(cups))[-1]))
        assert [box for _, _, box in await cups.db.read(cups.emails.letter_boxes, "calmOak")] == ["new@example.org"]
        clock.advance(cups.settings.confirm_within_s * 1000)
        with pytest.raises(Refused, match="confirm-first"):
            await cups.emails.give(visitor, EmailIn(email="third@example.org"))


async def test_an_address_that_nobody_confirms_is_forgotten(tmp_path: Path) -> None:
    clock = ManualClock()
    async with running(settings_at(tmp_path), clock) as cups:
        visitor = await made(cups, "calmOak")
        await cups.emails.give(visitor, EmailIn(email="a@example.org"))
        (token,) = await tokens(cups)
        clock.advance(cups.settings.email_confirm_hours * 60 * MINUTE)
        with pytest.raises(Refused, match="link-over"):
            await cups.emails.confirm(EmailConfirmIn(token=token))
        await cups._tidy()
        assert await cups.db.read(lambda conn: conn.execute(sa.select(email_address)).all()) == []


async def test_letters_are_limited_by_what_was_typed_by_account_by_letter_box_and_by_address(tmp_path: Path) -> None:
    async with running(settings_at(tmp_path)) as cups:
        await made(cups, "calmOak", "a@example.org")

        async def asked(to: str, place: str) -> str:
            try:
                await cups.recovery_letters.ask(RecoverLetterIn(to=to), Came(place))
            except Refused as refused:
                return refused.code
            await cups.recovery_letters.look()
            return ""

        assert [await asked("nobodyHere", f"192.0.2.{n}") for n in range(4)] == ["", "", "", "too-fast"]
        assert [await asked("calmOak", f"192.0.2.{n}") for n in range(4)] == ["", "", "", "too-fast"]
        assert [await asked("a@example.org", f"192.0.2.{n}") for n in range(4)] == ["", "", "", "too-fast"]
        # Six were let in; the letter box had one already, to confirm it, and gets no more than its limit in all.
        assert len(await tokens(cups)) == cups.settings.pace_email_to_burst - 1
        many = [
            await asked(f"nobody{n}", "198.51.100.1")
            for n in range(cups.settings.pace_recover_letter_address_burst + 1)
        ]
        assert many[-1] == "too-fast" and set(many[:-1]) == {""}


async def test_another_password_or_recovery_code_ends_links_that_were_sent(tmp_path: Path) -> None:
    from cups.wire.signin import PasswordIn

    async with running(settings_at(tmp_path)) as cups:
        visitor = await made(cups, "calmOak", "a@example.org")
        await cups.recovery_letters.ask(RecoverLetterIn(to="calmOak"), Came("192.0.2.1"))
        await cups.recovery_letters.look()
        (token,) = await tokens(cups)
        await cups.safety.change_password(visitor, PasswordIn(current="a long enough one", password=NEW))
        with pytest.raises(Refused, match="link-over"):
            await cups.recovery_letters.name_of(token)
