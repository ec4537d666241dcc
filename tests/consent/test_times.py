"""Consent as time goes, with a clock moved by hand: delays, links that run out, letters that are limited; and ways by country."""

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cups import settings as settings_module
from cups.accounts import agreements
from cups.accounts import queries as accounts
from cups.accounts.making import make_member
from cups.accounts.visitor import Came, Visitor
from cups.accounts.ways import ways
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.consent.tables import consent, consent_ask
from cups.errors import Refused
from cups.mail.tables import letter
from cups.settings import Settings
from cups.wire.consent import AnswerIn, AskParentIn, WithdrawIn
from cups.wire.people import AgreementVersion, GateIn
from harness.store import settings_at

DAY = 86_400_000
HERE = Came("192.0.2.1")


async def teen(cups: Cups, name: str = "calmOak", age: str = "teen") -> Visitor:
    cups.mail.try_out(1)

    def work(unit: Any) -> str:
        return make_member(unit.conn, name=name, password_hash="x", age=age, now=cups.clock.now())

    return await again(cups, await cups.accounts.open_session(await cups.db.write(work)))


async def again(cups: Cups, token: str) -> Visitor:
    found = await cups.accounts.visitor(token)
    assert found is not None
    return found


async def tokens(cups: Cups) -> list[str]:
    """Of the links in all letters that wait; and they wait no more."""

    def work(unit: Any) -> list[str]:
        rows = unit.conn.execute(sa.select(letter).order_by(letter.c.id)).all()
        unit.conn.execute(letter.delete())
        opened = [cups.mail._opened(row) for row in rows]
        return [found for one in opened if one for found in re.findall(r"token=(\S+)", one.text)]

    return await cups.db.write(work)


async def waits(cups: Cups, visitor: Visitor) -> bool:
    return (await cups.accounts.me(visitor.id)).consent_waits


async def test_the_second_letter_waits_its_time(tmp_path: Path) -> None:
    clock = ManualClock()
    async with running(settings_at(tmp_path), clock) as cups:
        visitor = await teen(cups)
        await cups.consents.ask(visitor, AskParentIn(email="mum@example.org"), HERE)
        (first,) = await tokens(cups)
        assert await cups.consents.answer(AnswerIn(token=first, agree=True)) == "once"
        clock.advance(DAY - 1)
        await cups.consents.look()
        assert await tokens(cups) == [] and await waits(cups, visitor)
        clock.advance(1)
        await cups.consents.look()
        await cups.consents.look()
        second, _withdraw = await tokens(cups)
        assert await cups.consents.answer(AnswerIn(token=second, agree=True)) == "given"
        assert not await waits(cups, visitor)


@pytest.mark.parametrize("answered", [0, 1])
async def test_nobody_answers_and_the_address_goes(tmp_path: Path, answered: int) -> None:
    clock = ManualClock()
    async with running(settings_at(tmp_path), clock) as cups:
        visitor = await teen(cups)
        await cups.consents.ask(visitor, AskParentIn(email="mum@example.org"), HERE)
        (token,) = await tokens(cups)
        if answered:
            await cups.consents.answer(AnswerIn(token=token, agree=True))
            clock.advance(DAY)
            await cups.consents.look()
            token, _ = await tokens(cups)
        clock.advance(7 * DAY)
        with pytest.raises(Refused, match="link-over"):
            await cups.consents.answer(AnswerIn(token=token, agree=True))
        await cups._tidy()
        (row,) = await cups.db.read(lambda conn: conn.execute(sa.select(consent)).all())
        assert (row.state, row.sealed, row.token_hash) == ("expired", None, None)
        assert await waits(cups, visitor)


async def test_parents_are_asked_so_often_and_no_more(tmp_path: Path) -> None:
    clock = ManualClock()

    async def ask(cups: Cups, visitor: Visitor, to: str) -> str:
        try:
            await cups.consents.ask(visitor, AskParentIn(email=to), HERE)
        except Refused as refused:
            assert refused.retry_at is not None and refused.retry_at > clock.now()
            return refused.code
        return ""

    wide: dict[str, Any] = {"data_dir": str(tmp_path), "pace_consent_address_burst": 100}
    async with running(Settings(**wide), clock) as cups:
        one = await teen(cups)
        assert [await ask(cups, one, f"p{n}@example.org") for n in range(4)] == ["", "", "", "too-fast"]
        others = [await teen(cups, f"calmOak{n}") for n in range(20, 26)]
        assert [await ask(cups, other, "MUM+a@example.org") for other in others] == ["", "", "", "", "", "too-fast"]
    async with running(Settings(**wide), clock) as cups:
        cups.mail.try_out(1)
        assert await ask(cups, one, "p9@example.org") == "too-fast"
        clock.advance(30 * DAY + 1)
        fresh = await again(cups, await cups.accounts.open_session(one.id))
        assert await ask(cups, fresh, "p9@example.org") == ""
        await cups._tidy()
        rows = await cups.db.read(lambda conn: conn.execute(sa.select(consent_ask)).all())
        assert len(rows) == 1
    narrow = wide | {"pace_consent_address_burst": 1, "data_dir": str(tmp_path / "narrow")}
    async with running(Settings(**narrow), clock) as cups:
        one = await teen(cups)
        assert [await ask(cups, one, "p@example.org") for _ in range(2)] == ["", "too-fast"]


async def test_it_holds_for_both_accounts(tmp_path: Path) -> None:
    clock = ManualClock()
    async with running(settings_at(tmp_path, consent_second_after_s=0), clock) as cups:
        visitor = await teen(cups)

        def listener(unit: Any) -> str:
            made = {"password_hash": None, "age": "teen", "now": clock.now(), "kind": "listener"}
            return make_member(unit.conn, name="warmPine", persona_of=visitor.id, **made)

        other = await cups.db.write(listener)
        await cups.consents.ask(visitor, AskParentIn(email="mum@example.org"), HERE)
        await cups.consents.answer(AnswerIn(token=(await tokens(cups))[0], agree=True))
        await cups.consents.look()
        second, withdraw = await tokens(cups)
        await cups.consents.answer(AnswerIn(token=second, agree=True))
        facts = [await cups.db.read(accounts.facts_by_id, id, clock.now()) for id in (visitor.id, other)]
        assert [one.consent_waits for one in facts if one] == [False, False]
        await cups.consents.withdraw(WithdrawIn(token=withdraw))
        facts = [await cups.db.read(accounts.facts_by_id, id, clock.now()) for id in (visitor.id, other)]
        assert [one.consent_waits for one in facts if one] == [True, True]


async def test_without_mail_a_parent_cannot_be_asked(tmp_path: Path) -> None:
    async with running(settings_at(tmp_path)) as cups:
        visitor = await teen(cups)
        cups.mail.post = None
        with pytest.raises(Refused, match="mail-off"):
            await cups.consents.ask(visitor, AskParentIn(email="mum@example.org"), HERE)
        assert await waits(cups, visitor)


def test_ways_by_country() -> None:
    found = ways(["*=double-link", "gb = none"])
    assert (found.of("GB").name, found.of("gb").name, found.of("DE").name, found.of(None).name) == (
        "none",
        "none",
        "double-link",
        "double-link",
    )
    assert found.countries == ["GB"] and found.any_waits and not ways(["*=none"]).any_waits
    for rules in (["GB=none"], ["*=nonsense"], ["*"], ["GBR=none", "*=none"], []):
        with pytest.raises(ValueError, match="consent"):
            ways(rules)
    assert settings_module.load({"CUPS_CONSENT": "*=double-link, GB=none"}).consent == ("*=double-link", "GB=none")


@pytest.mark.parametrize(("country", "needs"), [("GB", False), ("DE", True), (None, True)])
async def test_a_country_without_consent_is_asked_at_the_gate(tmp_path: Path, country: str | None, needs: bool) -> None:
    """And whoever has declared an age is not let in by another country later."""
    async with running(settings_at(tmp_path, consent=("*=double-link", "GB=none"))) as cups:
        given = [AgreementVersion(kind=one.kind, version=one.version) for one in agreements.all_current()]
        gate = GateIn(age="13-17", danger="none", agreements=given, country=country)
        joined = await cups.joining.pass_gate(None, gate, HERE)
        assert joined.me.consent_waits == needs and joined.token is not None
        visitor = await again(cups, joined.token)
        once_more = GateIn(age="13-17", danger="none", agreements=given, country="GB")
        assert (await cups.joining.pass_gate(visitor, once_more, HERE)).me.consent_waits == needs


async def test_the_gate_asks_for_the_country_where_it_matters(tmp_path: Path) -> None:
    """And the page's answer counts like the one over REST."""
    from harness.person import Person
    from harness.server import ServerProcess

    own = ServerProcess(tmp_path, consent="*=double-link,GB=none", pace_guest_create_burst=10).start()
    try:
        for country, waits in (("GB", False), ("", True)):
            person = Person(own.base)
            page = (await person.http.get("/gate")).text
            assert '<option value="GB">United Kingdom</option>' in page
            token = page.partition('name="_csrf_token" value="')[2].partition('"')[0]
            form = {
                "_csrf_token": token,
                "age": "13-17",
                "danger": "none",
                "agree": "yes",
                "next": "/talk",
                "country": country,
            }
            answer = await person.http.post("/gate", data=form)
            assert answer.headers["location"] == ("/consent?next=/talk" if waits else "/talk")
            assert (await person.get("/api/me"))["consent_waits"] == waits
            await person.aclose()
    finally:
        own.close()
