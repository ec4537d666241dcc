"""Passkeys: made, used in place of the password or after it, counted as a second factor, and what is wrong with one refused alike."""

import statistics
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from accounts.test_second_factor import CAME, PASSWORD, Place, place
from cups.accounts.passkey_proofs import NOBODYS
from cups.accounts.tables import passkey, passkey_challenge
from cups.accounts.visitor import Half, Joined, Visitor
from cups.errors import Refused
from cups.moderation.tables import audit
from cups.news import SessionsEnded
from cups.settings import Settings
from cups.wire.people import SignInIn
from cups.wire.signin import PasswordIn
from harness.authenticator import PRESENT, VERIFIED, Authenticator, flipped, other_key
from harness.person import Person
from harness.server import ServerProcess


async def made(here: Place, **how: Any) -> Authenticator:
    device = Authenticator(**how)
    making = await here.cups.passkeys.begin(here.visitor)
    await here.cups.passkeys.make(here.visitor, device.make(making))
    return device


async def by_passkey(here: Place, device: Authenticator, **wrong: Any) -> str:
    """The refusal's code; empty: signed in as the one whose it is."""
    asked, token = await here.cups.passkey_sign_in.begin(CAME)
    return await outcome(
        here, lambda: here.cups.passkey_sign_in.sign_in(None, token, device.prove(asked, **wrong), CAME)
    )


async def outcome(here: Place, act: Callable[[], Any]) -> str:
    try:
        joined = await act()
    except Refused as refused:
        return refused.code
    found = await here.cups.accounts.visitor(joined.token)
    assert found is not None and found.id == here.visitor.id and found.confirmed_at == here.clock.now()
    return ""


async def test_it_signs_in_by_itself(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        device, synchronised = await made(here), await made(here, counts=False)
        assert await by_passkey(here, device) == ""
        here.clock.advance(3_600_000)
        assert await by_passkey(here, device) == ""
        one, other = sorted(await here.cups.passkeys.of(here.visitor), key=lambda one: -one.used)
        assert (one.name, one.used, one.doubted, other.used) == ("my phone", here.cups.sessions.hour(), False, 0)
        assert await by_passkey(here, synchronised) == ""
        assert await by_passkey(here, synchronised) == ""
        assert len(await here.cups.passkeys.of(here.visitor)) == 2


WRONG: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "http://localhost:8001"},
    "the other address of the same machine": {"origin": "http://127.0.0.1:8000"},
    "the same host over https": {"origin": "https://localhost:8000"},
    "another host": {"host": "cups.example"},
    "its owner was not asked": {"flags": PRESENT},
    "nobody was there": {"flags": VERIFIED},
    "another challenge": {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
    "what was made, not proved": {"type": "webauthn.create"},
    "another key": {"key": other_key()},
    "another's handle": {"user": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
    "no handle": {"user": None},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_what_proves_nothing_signs_nobody_in(wrong: dict[str, Any], tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        device = await made(here)
        assert await by_passkey(here, device, **wrong) == "wrong-passkey"
        assert await by_passkey(here, device) == "", "and it is in no doubt by it"


@pytest.mark.parametrize("wrong", [w for w in WRONG.values() if not {"key", "user"} & w.keys()])
async def test_what_was_made_wrongly_is_not_kept(wrong: dict[str, Any], tmp_path: Path) -> None:
    kind = {"type": "webauthn.get"} if "type" in wrong else wrong
    async with place(tmp_path) as here:
        making = await here.cups.passkeys.begin(here.visitor)
        with pytest.raises(Refused, match="wrong-passkey"):
            await here.cups.passkeys.make(here.visitor, Authenticator().make(making, **kind))
        assert await here.cups.passkeys.of(here.visitor) == []


async def test_each_challenge_is_signed_once_and_soon_and_by_the_browser_it_was_for(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        device, sign_in = await made(here), here.cups.passkey_sign_in
        asked, token = await sign_in.begin(CAME)
        proof = device.prove(asked)
        _, others = await sign_in.begin(CAME)
        assert await outcome(here, lambda: sign_in.sign_in(None, others, proof, CAME)) == "wrong-passkey"
        assert await outcome(here, lambda: sign_in.sign_in(None, None, proof, CAME)) == "sign-in-again"
        assert await outcome(here, lambda: sign_in.sign_in(None, Half("made up"), proof, CAME)) == "sign-in-again"
        assert await outcome(here, lambda: sign_in.sign_in(None, token, proof, CAME)) == ""
        assert await outcome(here, lambda: sign_in.sign_in(None, token, device.prove(asked), CAME)) == "sign-in-again"
        asked, token = await sign_in.begin(CAME)
        wrong = device.prove(asked, key=other_key())
        assert await outcome(here, lambda: sign_in.sign_in(None, token, wrong, CAME)) == "wrong-passkey"
        right = device.prove(asked)
        assert await outcome(here, lambda: sign_in.sign_in(None, token, right, CAME)) == "sign-in-again", (
            "used up by a wrong one"
        )
        asked, token = await sign_in.begin(CAME)
        late = device.prove(asked)
        here.clock.advance(here.cups.settings.passkey_within_s * 1000)
        assert await outcome(here, lambda: sign_in.sign_in(None, token, late, CAME)) == "sign-in-again"
        await sign_in.begin(CAME)
        here.clock.advance(here.cups.settings.passkey_within_s * 1000)
        await here.cups._tidy()
        left = await here.cups.db.read(lambda conn: conn.execute(sa.select(passkey_challenge)).all())
        assert left == []


async def test_a_counter_that_goes_back_ends_the_passkey_and_leaves_the_second_step_on(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        device = await made(here)
        codes = await here.cups.recovery.renew(here.visitor)
        assert await by_passkey(here, device) == ""
        assert await by_passkey(here, device) == ""
        device.counter = 1
        assert await by_passkey(here, device) == "wrong-passkey"
        device.counter = 50
        assert await by_passkey(here, device) == "wrong-passkey", "of two that look alike none is right any more"
        (one,) = await here.cups.passkeys.of(here.visitor)
        assert one.doubted
        half = await here.first_step()
        assert isinstance(half, Half), "a copy of the device takes no second factor away"
        assert (await here.cups.passkey_sign_in.begin_second(half, CAME)).allowed == []
        assert await here.second_step(half, codes[0]) == ""


async def test_nobody_else_brings_it_into_doubt(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        device = await made(here)
        assert await by_passkey(here, device) == ""
        device.counter = -1
        assert await by_passkey(here, device, key=other_key()) == "wrong-passkey"
        assert not (await here.cups.passkeys.of(here.visitor))[0].doubted
        device.counter = 5
        assert await by_passkey(here, device) == ""


async def test_it_is_a_second_factor(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        assert isinstance(await here.first_step(), Joined)
        device, sign_in = await made(here), here.cups.passkey_sign_in
        codes = await here.cups.recovery.renew(here.visitor)
        half = await here.first_step()
        assert isinstance(half, Half)
        asked = await sign_in.begin_second(half, CAME)
        assert asked.allowed == [device.prove(asked).id]
        other = Authenticator()
        other.id, other.user = device.id, device.user
        assert (
            await outcome(here, lambda: sign_in.sign_in_second(None, half, other.prove(asked), CAME)) == "wrong-passkey"
        )
        asked = await sign_in.begin_second(half, CAME)
        assert await outcome(here, lambda: sign_in.sign_in_second(None, half, device.prove(asked), CAME)) == ""
        with pytest.raises(Refused, match="sign-in-again"):
            await sign_in.begin_second(half, CAME)
        assert await here.second_step(await here.first_step(), "123456") == "wrong-code", "there is no app"
        assert await here.second_step(await here.first_step(), codes[0]) == "", "a code stands in for a lost one"
        await here.set_up()
        assert await here.second_step(await here.first_step(), here.code(1)) == "", "beside an app"


async def test_somebody_elses_is_no_second_step(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await made(here)
        other = await somebody_else(here)
        theirs = Authenticator()
        await here.cups.passkeys.make(other, theirs.make(await here.cups.passkeys.begin(other)))
        half = await here.first_step()
        assert isinstance(half, Half)
        asked = await here.cups.passkey_sign_in.begin_second(half, CAME)
        with pytest.raises(Refused, match="wrong-passkey"):
            await here.cups.passkey_sign_in.sign_in_second(None, half, theirs.prove(asked), CAME)
        asked = await here.cups.passkey_sign_in.begin_confirming(here.visitor)
        with pytest.raises(Refused, match="wrong-passkey"):
            await here.cups.passkey_sign_in.confirm(here.visitor, theirs.prove(asked))


async def somebody_else(here: Place) -> Visitor:
    from cups.accounts.making import make_member

    def make(unit: Any) -> str:
        hashed = "not a hash of anything"
        return make_member(unit.conn, name="kindElm", password_hash=hashed, age="adult", now=here.clock.now())

    visitor = await here.cups.accounts.visitor(await here.cups.accounts.open_session(await here.cups.db.write(make)))
    assert visitor is not None
    return visitor


async def test_making_and_removing_ask_who_it_is_and_are_in_the_log_of_staff(tmp_path: Path) -> None:
    async with place(tmp_path, role="admin") as here:
        passkeys = here.cups.passkeys
        old = await here.cups.accounts.visitor(await here.cups.accounts.open_session(here.visitor.id))
        assert old is not None
        ended: list[SessionsEnded] = []
        here.cups.bus.subscribe(SessionsEnded, ended.append)
        device = await made(here)
        assert [one.token_hash for one in ended] == [old.token_hash], "all other sessions end"
        (one,) = await passkeys.of(here.visitor)
        here.clock.advance(here.cups.settings.confirm_within_s * 1000)
        for act in (passkeys.begin(here.visitor), passkeys.remove(here.visitor, one.id)):
            with pytest.raises(Refused, match="confirm-first"):
                await act
        asked = await here.cups.passkey_sign_in.begin_confirming(here.visitor)
        await here.cups.passkey_sign_in.confirm(here.visitor, device.prove(asked))
        here.visitor = await again(here)
        with pytest.raises(Refused, match="not-found"):
            await passkeys.remove(here.visitor, "0" * 26)
        await passkeys.remove(here.visitor, one.id)
        assert await by_passkey(here, device) == "wrong-passkey"
        acts = await here.cups.db.read(lambda conn: list(conn.execute(sa.select(audit.c.act)).scalars()))
        assert [act for act in acts if act != "own.sign-in"] == ["own.passkey.on", "own.passkey.off"]


async def again(here: Place) -> Visitor:
    found = await here.cups.accounts.visitor_by_hash(here.visitor.token_hash)
    assert found is not None
    return found


async def test_whoever_is_signed_out_meanwhile_makes_none(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        making = await here.cups.passkeys.begin(here.visitor)
        await here.cups.joining.sign_out(here.visitor)
        with pytest.raises(Refused, match="not-signed-in"):
            await here.cups.passkeys.make(here.visitor, Authenticator().make(making))


async def test_a_role_of_staff_counts_by_it_and_no_longer_than_it(tmp_path: Path) -> None:
    async with place(tmp_path, role="admin") as here:
        assert here.visitor.facts.staff_waits and "admin" not in here.visitor.facts.roles
        await made(here)
        facts = (await again(here)).facts
        assert not facts.staff_waits and "admin" in facts.roles
        await here.set_up()
        (one,) = await here.cups.passkeys.of(here.visitor)
        await here.cups.passkeys.remove(here.visitor, one.id)
        assert "admin" in (await again(here)).facts.roles, "the app is left"
        await made(here)
        await here.cups.second_factor.turn_off(here.visitor)
        assert "admin" in (await again(here)).facts.roles, "the passkey is left"
        (one,) = await here.cups.passkeys.of(here.visitor)
        await here.cups.passkeys.remove(here.visitor, one.id)
        facts = (await again(here)).facts
        assert facts.staff_waits and "admin" not in facts.roles


async def test_recovery_codes_are_there_for_a_lost_device(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        making = await here.cups.passkeys.begin(here.visitor)
        first = await here.cups.passkeys.make(here.visitor, Authenticator().make(making))
        assert len(first.recovery_codes) == 10, "none were there"
        making = await here.cups.passkeys.begin(here.visitor)
        second = await here.cups.passkeys.make(here.visitor, Authenticator().make(making, name="a key"))
        assert second.recovery_codes == [] and {one.name for one in second.passkeys} == {"my phone", "a key"}
        assert await here.second_step(await here.first_step(), first.recovery_codes[0]) == ""
        await here.cups.safety.change_password(
            here.visitor, PasswordIn(current=PASSWORD, password="other words in a row")
        )
        with pytest.raises(Refused, match="wrong-credentials"):
            await here.first_step()
        form = SignInIn(name=here.visitor.name, password="other words in a row")
        assert isinstance(await here.cups.joining.sign_in(None, form, CAME), Half), "it stays"


async def test_who_has_lost_everything_is_let_in_on_the_machine_itself(tmp_path: Path) -> None:
    async with place(tmp_path, role="admin") as here:
        device = await made(here)
        await here.cups.staff.second_factor_off(here.visitor.name)
        assert isinstance(await here.first_step(), Joined)
        assert await by_passkey(here, device) == "wrong-passkey"


async def test_there_are_so_many_and_each_is_one_accounts(tmp_path: Path) -> None:
    async with place(tmp_path, passkeys_most=2) as here:
        device = await made(here)
        other = await somebody_else(here)
        making = await here.cups.passkeys.begin(other)
        with pytest.raises(Refused, match="wrong-passkey"):
            await here.cups.passkeys.make(other, device.make(making))
        await made(here)
        with pytest.raises(Refused, match="too-many-passkeys"):
            await here.cups.passkeys.begin(here.visitor)


async def test_both_of_a_persons_accounts_have_the_same_ones(tmp_path: Path) -> None:
    from cups.accounts.making import make_member

    async with place(tmp_path) as here:
        device, now = await made(here), here.clock.now()

        def make(unit: Any) -> str:
            return make_member(
                unit.conn,
                name="kindElm",
                password_hash=None,
                age="adult",
                now=now,
                kind="listener",
                persona_of=here.visitor.id,
            )

        listener = await here.cups.accounts.visitor(
            await here.cups.accounts.open_session(await here.cups.db.write(make))
        )
        assert listener is not None
        assert await here.cups.passkeys.of(listener) == await here.cups.passkeys.of(here.visitor) != []
        making = await here.cups.passkeys.begin(listener)
        assert making.user == device.user and making.user_name == here.visitor.name
        assert len(making.known) == 1


async def test_nothing_of_an_account_is_in_what_a_device_keeps(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        making = await here.cups.passkeys.begin(here.visitor)
        assert here.visitor.id not in msgspec.json.encode(making).decode()
        assert making.user != (await here.cups.passkeys.begin(await somebody_else(here))).user
        await made(here)
        row = await here.cups.db.read(lambda conn: conn.execute(sa.select(passkey)).one())
        assert row.made_at % 3_600_000 == 0


def test_they_are_bound_to_the_first_origin_and_need_a_secure_one() -> None:
    at = Settings(origins=("https://cups.example", "https://cups.example:8443", "https://www.cups.example"))
    assert at.passkey_host() == "cups.example"
    assert at.passkey_origins() == ("https://cups.example", "https://cups.example:8443")
    assert Settings(port=8000).passkey_origins() == ("http://localhost:8000",)
    assert Settings(origins=("http://cups.example",)).passkey_origins() == ()


async def test_where_browsers_allow_none_none_is_made(tmp_path: Path) -> None:
    async with place(tmp_path, origins=("http://cups.example",)) as here:  # type: ignore[arg-type]  # a setting like the others
        with pytest.raises(Refused, match="not-allowed"):
            await here.cups.passkeys.begin(here.visitor)


async def test_guests_have_none(people: Any) -> None:
    guest = await people.guest()
    await guest.post("/api/me/passkeys/begin", expect=403)


async def test_begun_sign_ins_are_limited_by_address(tmp_path: Path) -> None:
    async with place(tmp_path, pace_passkey_address_burst=3) as here:
        for _ in range(3):
            await here.cups.passkey_sign_in.begin(CAME)
        with pytest.raises(Refused, match="too-fast"):
            await here.cups.passkey_sign_in.begin(CAME)
        await here.cups.passkey_sign_in.begin(msgspec.structs.replace(CAME, address="192.0.2.2"))


@asynccontextmanager
async def at_the_door(tmp_path: Path) -> AsyncIterator[tuple[ServerProcess, Person]]:
    wide = {"pace_passkey_address_burst": 5000, "pace_passkey_all_burst": 5000}
    server = ServerProcess(tmp_path, **wide).start()
    person = Person(server.base)
    try:
        yield server, person
    finally:
        await person.aclose()
        server.close()


async def test_no_answer_tells_whether_a_passkey_is_known(tmp_path: Path) -> None:
    """By its status, words, headers and time: a wrong signature by one that is, and by one that is not."""
    async with at_the_door(tmp_path) as (server, nobody):
        member = await (await Person(server.base).pass_gate()).sign_up()
        known, unknown = Authenticator(server.base), Authenticator(server.base)
        begun = msgspec.convert(await member.post("/api/me/passkeys/begin"), type=making_type())
        await member.post("/api/me/passkeys", msgspec.to_builtins(known.make(begun)))
        unknown.user = known.user
        took: dict[Authenticator, list[float]] = {known: [], unknown: []}
        answers = set()
        for turn in range(100):
            for device in (known, unknown) if turn % 2 else (unknown, known):
                asked = msgspec.convert(await nobody.post("/api/sign-in/passkey/begin"), type=asked_type())
                proof = device.prove(asked)
                wrong = msgspec.to_builtins(msgspec.structs.replace(proof, signature=flipped(proof.signature)))
                began = perf_counter()
                answer = await nobody.call("POST", "/api/sign-in/passkey", wrong, expect=403)
                took[device].append(perf_counter() - began)
                answers.add((answer.content, *sorted(answer.headers.keys())))
        assert len(answers) == 1
        difference = statistics.median(a - b for a, b in zip(took[known], took[unknown], strict=True))
        assert abs(difference) < 0.005, f"{difference * 1000:.1f} ms"
        await member.aclose()


def making_type() -> Any:
    from cups.wire.passkeys import PasskeyMaking

    return PasskeyMaking


def asked_type() -> Any:
    from cups.wire.passkeys import PasskeyAsked

    return PasskeyAsked


async def test_the_way_over_rest(tmp_path: Path) -> None:
    async with at_the_door(tmp_path) as (server, other):
        member = await (await Person(server.base).pass_gate()).sign_up()
        device = Authenticator(server.base)
        begun = msgspec.convert(await member.post("/api/me/passkeys/begin"), type=making_type())
        answer = await member.post("/api/me/passkeys", msgspec.to_builtins(device.make(begun)))
        assert answer["recovery_codes"] == [] and answer["passkeys"][0]["name"] == "my phone"
        asked = msgspec.convert(await other.post("/api/sign-in/passkey/begin"), type=asked_type())
        proof = msgspec.to_builtins(device.prove(asked))
        stranger = Person(server.base)
        await stranger.post("/api/sign-in/passkey", proof, 401)
        me = await other.post("/api/sign-in/passkey", proof)
        assert me["person"]["name"] == member.name
        await other.post("/api/sign-in/passkey", proof, 401)
        await other.post("/api/sign-out")
        await other.post("/api/sign-in", {"name": member.name, "password": "a long enough one"}, 401)
        asked = msgspec.convert(await other.post("/api/sign-in/second/passkey/begin"), type=asked_type())
        me = await other.post("/api/sign-in/second/passkey", msgspec.to_builtins(device.prove(asked)))
        assert me["person"]["name"] == member.name
        listed = (await other.get("/api/me/passkeys"))["passkeys"]
        await stranger.call("DELETE", f"/api/me/passkeys/{listed[0]['id']}", expect=401)
        await other.call("DELETE", f"/api/me/passkeys/{listed[0]['id']}", expect=204)
        assert (await other.get("/api/me/passkeys"))["passkeys"] == []
        for garbage in ("AA", "_" * 400):
            asked = msgspec.convert(await other.post("/api/sign-in/passkey/begin"), type=asked_type())
            bad = msgspec.to_builtins(device.prove(asked))
            for field in ("client_data", "authenticator_data", "signature"):
                asked = await other.post("/api/sign-in/passkey/begin")
                await other.post("/api/sign-in/passkey", bad | {field: garbage}, 403)
        await stranger.aclose()
        await member.aclose()


async def test_nobodys_key_is_a_key(tmp_path: Path) -> None:
    """Else what is unknown would be refused sooner than what is wrong."""
    from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography

    assert decoded_public_key_to_cryptography(decode_credential_public_key(NOBODYS)) is not None
