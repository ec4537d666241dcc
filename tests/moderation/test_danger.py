"""A crisis is never an offence: no rule names one's own danger, and no warning can be given for it."""

from typing import get_args

import pytest

from conftest import Cast
from cups.moderation.danger import speaks_of_own_danger
from cups.wire.rooms import Rule
from harness.person import Person, new_ref

OWN = [
    "I want to die",
    "i just want to   die.",
    "Sometimes I think about suicide",
    "I’m going to kill myself tonight",
    "he said he'd kill himself",
    "I don't want to live any more",
    "I don’t want to be here anymore",
    "I have been cutting myself again",
    "please don't talk about your suicidal thoughts here",
    "You are threatening suicide, stop that",
    "there is no reason to go on",
    "I self-harm",
    "ICH WILL NICHT MEHR LEBEN",
    "ich bringe mich um",
    "quiero morir",
    "je veux mourir",
]
NOT = [
    "This movie killed me, so funny",
    "No details of suicide methods in this room, please.",
    "Please speak to people as you would like them to speak to you.",
    "My phone died",
    "The deadline is killing us",
    "I could die laughing",
    "You hurt her feelings",
    "Call me on five five five",
    "Overdose is a film, isn't it?",
    "",
]


def test_no_rule_names_a_persons_own_danger() -> None:
    assert set(get_args(Rule)) == {"kindness", "contact", "spam", "off-topic", "graphic", "pressure", "other"}


@pytest.mark.parametrize("text", OWN)
def test_words_about_ones_own_danger(text: str) -> None:
    assert speaks_of_own_danger(text)


@pytest.mark.parametrize("text", NOT)
def test_words_about_something_else(text: str) -> None:
    assert not speaks_of_own_danger(text)


async def _room(people: Cast) -> tuple[str, str]:
    admin, slug = await people.demo("admin"), new_ref("danger").lower()
    made = await admin.post("/api/staff/rooms", {"slug": slug, "title": slug, "age": "adult"}, 201)
    return slug, made["id"]


async def test_the_server_refuses_such_a_warning_and_nothing_comes_of_it(people: Cast) -> None:
    slug, room = await _room(people)
    guest, moderator = await people.guest(), await people.demo("moderator")
    async with guest.live() as live:
        await live.subscribe(room)
        seq = (await live.say(room, "I can't any more. I want to die."))["seq"]
        other = (await live.say(room, "write to me: five five five one two"))["seq"]

    async def warn(rule: str, words: str, about: int | None) -> Person:
        body = {"ref": new_ref("w"), "name": guest.name, "rule": rule, "words": words, "seq": about}
        answer = await moderator.call("POST", f"/api/rooms/{slug}/warnings", body)
        return answer.json()  # type: ignore[no-any-return]

    for rule in ("kindness", "graphic", "off-topic", "pressure", "other"):
        assert (await warn(rule, "Not here, please.", seq))["code"] == "crisis-no-offence"  # type: ignore[index]
    for rule in get_args(Rule):
        assert (await warn(rule, "Do not talk about your suicide here.", None))["code"] == "crisis-no-offence"  # type: ignore[index]
    assert (await warn("own-danger", "Not here, please.", seq))["code"] == "bad-input"  # type: ignore[index]
    # Once it is removed, too, the server knows what it was about.
    await moderator.post(f"/api/rooms/{slug}/messages/{seq}/removal", {"rule": "graphic"}, 204)
    assert (await warn("graphic", "Not here, please.", seq))["code"] == "crisis-no-offence"  # type: ignore[index]
    assert (await guest.get("/api/warnings"))["warnings"] == []
    assert (await guest.get("/api/me"))["warnings_unseen"] == 0
    # Something else that the same person wrote is an ordinary matter.
    assert (await warn("contact", "No numbers here, please.", other))["counted"]  # type: ignore[index]


async def test_a_warning_is_about_the_persons_own_message(people: Cast) -> None:
    slug, room = await _room(people)
    guest, other, moderator = await people.guest(), await people.guest(), await people.demo("moderator")
    async with guest.live() as one, other.live() as two:
        await one.subscribe(room)
        await two.subscribe(room)
        seq = (await two.say(room, "hello"))["seq"]
        body = {"ref": new_ref("w"), "name": guest.name, "rule": "spam", "words": "Please.", "seq": seq}
        refused = (await moderator.call("POST", f"/api/rooms/{slug}/warnings", body)).json()
        assert (refused["code"], refused["field"]) == ("bad-input", "seq")
