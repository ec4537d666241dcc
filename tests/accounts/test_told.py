"""What happened with somebody's account, in one process with a clock moved by hand: how often it is told, for how long it is kept, and in which words."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
import sqlalchemy as sa

from accounts.test_letters import NEW
from accounts.test_passkeys import by_passkey, made
from accounts.test_second_factor import place
from cups import words
from cups.accounts import browsers, queries
from cups.accounts.devices import Device
from cups.accounts.making import make_member
from cups.accounts.tables import happening, known_browser
from cups.accounts.visitor import Came, Visitor
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.mail.tables import letter
from cups.wire.people import SignInIn
from cups.wire.signin import ConfirmIn, EmailConfirmIn, EmailIn, HappeningKind, PasswordIn, RecoverIn
from harness.store import settings_at

PASSWORD = "a long enough one"
DAY = 86_400_000
KINDS = get_args(HappeningKind)


class Here:
    def __init__(self, cups: Cups, clock: ManualClock) -> None:
        self.cups, self.clock = cups, clock
        self.many = 0

    async def account(self, name: str = "calmOak", language: str = "en", address: str = "a@example.org") -> Visitor:
        hash = await self.cups.accounts._passwords.hash(PASSWORD)

        def work(unit: Any) -> str:
            id = make_member(unit.conn, name=name, password_hash=hash, age="adult", now=self.clock.now())
            queries.update(unit.conn, id, page_language=language)
            return id

        id = await self.cups.db.write(work)
        visitor = await self.cups.accounts.visitor(await self.cups.accounts.open_session(id))
        assert visitor is not None
        await self.cups.emails.give(visitor, EmailIn(email=address))
        (body,) = await self.sent()
        await self.cups.emails.confirm(EmailConfirmIn(token=body.text.partition("token=")[2].split()[0]))
        return visitor

    async def sent(self) -> list[Any]:
        """What waits in the outbox, oldest first, and waits no more."""

        def work(unit: Any) -> list[Any]:
            rows = unit.conn.execute(sa.select(letter).order_by(letter.c.id)).all()
            unit.conn.execute(letter.delete())
            return [self.cups.mail._opened(row) for row in rows]

        return await self.cups.db.write(work)

    async def kinds(self) -> list[str]:
        rows = await self.cups.db.read(lambda conn: conn.execute(sa.select(happening.c.kind)).all())
        return [row.kind for row in rows]

    async def try_in(self, name: str, password: str = "not the right one", word: str = "") -> str:
        self.many += 1
        came = Came(f"192.0.2.{self.many % 250}", Device("firefox", "linux", word))
        try:
            await self.cups.joining.sign_in(None, SignInIn(name=name, password=password), came)
        except Refused as refused:
            return refused.code
        return ""


@asynccontextmanager
async def here(folder: Path, **more: Any) -> AsyncIterator[Here]:
    clock = ManualClock()
    wide = {f"pace_{name}_burst": 10_000 for name in ("sign_in_account", "sign_in_address", "sign_in_account_here")}
    quiet = {"mail_host": "127.0.0.1", "mail_from": "cups@example.org", "mail_every_s": 3600.0}
    async with running(settings_at(folder, **wide | quiet | more), clock) as cups:
        yield Here(cups, clock)


async def test_many_failed_tries_are_told_once_in_the_window(tmp_path: Path) -> None:
    async with here(tmp_path) as it:
        await it.account()
        allowed = it.cups.settings.pace_failed_tries_burst
        for _ in range(allowed):
            assert await it.try_in("calmOak") == "wrong-credentials"
        await it.cups.happenings.look()
        assert await it.sent() == []  # so often anybody is wrong
        for _ in range(20):
            await it.try_in("calmOak")
            await it.cups.happenings.look()
        (note,) = await it.sent()
        assert words.of("en").t("happened-tries") in note.text and (await it.kinds()).count("tries") == 1
        it.clock.advance(it.cups.settings.pace_odd_notice_period_ms + 1)
        for _ in range(allowed + 1):
            await it.try_in("calmOak")
        await it.cups.happenings.look()
        assert len(await it.sent()) == 1 and (await it.kinds()).count("tries") == 2


@pytest.mark.parametrize("door", ["sign-in", "recover", "confirm", "password"])
async def test_tries_count_at_every_door_that_takes_a_password_or_code(tmp_path: Path, door: str) -> None:
    wide = {f"pace_{name}_burst": 10_000 for name in ("recover_account", "recover_address", "recover_account_here")}
    async with here(tmp_path, pace_failed_tries_burst=1, **wide) as it:
        visitor, came = await it.account(), Came("192.0.2.1")
        wrong = RecoverIn(name="calmOak", code="0000-0000-0000-0000", password=NEW)
        for _ in range(2):
            with pytest.raises(Refused, match="wrong-"):
                match door:
                    case "sign-in":
                        await it.cups.joining.sign_in(None, SignInIn(name="calmOak", password="no"), came)
                    case "recover":
                        await it.cups.recovery.recover(wrong, came)
                    case "confirm":
                        await it.cups.safety.confirm(visitor, ConfirmIn(password="no"))
                    case _:
                        await it.cups.safety.change_password(visitor, PasswordIn(current="no", password=NEW))
        await it.cups.happenings.look()
        assert len(await it.sent()) == 1


async def test_nobody_makes_us_send_letters_without_end(tmp_path: Path) -> None:
    async with here(tmp_path) as it:
        visitor = await it.account()
        s = it.cups.settings
        for _ in range(60):
            await it.cups.recovery.renew(visitor)
            await it.try_in("calmOak", PASSWORD, secrets.token_urlsafe(32))
        for _ in range(100):
            await it.try_in("calmOak")
            await it.cups.happenings.look()
        texts = [one.text for one in await it.sent()]
        assert sum("recovery codes" in text for text in texts) == s.pace_notice_burst
        assert len(texts) == s.pace_notice_burst + 2 * s.pace_odd_notice_burst
        # Whoever used that up has not kept another kind of change from being told.
        await it.cups.safety.change_password(visitor, PasswordIn(current=PASSWORD, password=NEW))
        (note,) = await it.sent()
        assert words.of("en").t("happened-password") in note.text


async def test_it_is_kept_for_its_time_and_so_much_of_each_kind(tmp_path: Path) -> None:
    async with here(tmp_path) as it:
        visitor = await it.account()
        s = it.cups.settings
        await it.try_in("calmOak", PASSWORD, "a" * 43)
        for _ in range(s.happenings_most + 5):
            await it.cups.recovery.renew(visitor)
            it.clock.advance(1000)
            visitor = msgspec.structs.replace(visitor, confirmed_at=it.clock.now())
        assert (await it.kinds()).count("recovery-codes") == s.happenings_most
        assert "email-on" in await it.kinds() and "sign-in" in await it.kinds()
        it.clock.advance(s.happenings_keep_days * DAY)
        await it.cups._tidy()
        assert await it.kinds() == []
        known = await it.cups.db.read(lambda conn: conn.execute(sa.select(known_browser)).all())
        assert len(known) == 1
        it.clock.advance((s.browser_known_days + 1) * DAY)
        await it.cups._tidy()
        assert await it.cups.db.read(lambda conn: conn.execute(sa.select(known_browser)).all()) == []


async def test_so_many_browsers_are_known(tmp_path: Path) -> None:
    async with here(tmp_path, browsers_most=3) as it:
        visitor = await it.account()

        def know(word: str) -> Any:
            return it.cups.db.write(lambda unit: browsers.know(unit.conn, visitor.id, word, it.clock.now(), 3))

        for word in "abcd":
            assert not await know(word)
            it.clock.advance(DAY)
        assert [await know(word) for word in "bcd"] == [True, True, True]
        assert not await know("a")


async def test_tries_under_a_listeners_name_are_told_nobody(tmp_path: Path) -> None:
    async with here(tmp_path, pace_failed_tries_burst=1) as it:
        visitor = await it.account()

        def work(unit: Any) -> None:
            make_member(
                unit.conn,
                name="oakListens",
                password_hash=None,
                age="adult",
                now=it.clock.now(),
                kind="listener",
                persona_of=visitor.id,
            )

        await it.cups.db.write(work)
        for _ in range(5):
            assert await it.try_in("oakListens") == "wrong-credentials"
        await it.cups.happenings.look()
        assert await it.sent() == [] and "tries" not in await it.kinds()


async def test_a_letter_goes_with_its_act_or_not_at_all(tmp_path: Path) -> None:
    async with here(tmp_path) as it:
        visitor = await it.account()

        def fails(*_: object) -> None:
            raise RuntimeError("as when the disk is full")

        it.cups.safety.note = fails  # after the letter was put into the outbox
        with pytest.raises(RuntimeError):
            await it.cups.safety.change_password(visitor, PasswordIn(current=PASSWORD, password=NEW))
        assert await it.sent() == [] and "password" not in await it.kinds()
        assert await it.try_in("calmOak", PASSWORD) == ""


@pytest.mark.parametrize("language", words.languages())
async def test_letters_say_little_in_every_language(tmp_path: Path, language: str) -> None:
    """No name, no token, no word of what people come here for; what happened and when, in that language."""
    async with here(tmp_path, site_name="Quiet Harbour") as it:
        visitor = await it.account("calmOak", language)
        own = words.of(language)

        def tell_all(unit: Any) -> None:
            for kind in KINDS:
                it.cups.happenings.tell(unit, visitor.id, kind, device=Device("firefox", "linux", "w"))

        await it.cups.db.write(tell_all)
        sent = await it.sent()
        assert {one.subject for one in sent} == {own.t("mail-notice-subject")} and len(sent) == len(KINDS)
        for one in sent:
            text = one.text.partition("-- \n")[0]
            assert "calmOak" not in text and "token" not in text and "…" not in text
            assert own.moment(it.clock.now()) in text
            assert f"\n{it.cups.mail.link('/account/not-me')}\n" in text  # alone in its line, without marks
            assert "Quiet Harbour" not in one.subject
            assert not any(word in one.subject.lower() for word in ("support", "listen", "chat", "apoyo", "دعم"))
        if language != "en":
            assert "password" not in "".join(one.text for one in sent)


async def test_a_passkey_made_doubted_or_removed_is_told(tmp_path: Path) -> None:
    async with place(tmp_path) as it:
        device = await made(it)
        for counter in (5, 1):
            device.counter = counter
            await by_passkey(it, device)
        (one,) = await it.cups.passkeys.of(it.visitor)
        await it.cups.passkeys.remove(it.visitor, one.id)
        found = (await it.cups.happenings.of(it.visitor)).happenings
        assert {one.kind for one in found} == {"passkey-off", "passkey-doubted", "passkey-on"}
