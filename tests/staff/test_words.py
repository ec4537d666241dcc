"""Words that no name may hold: staff see what they would match, add and take out; in force at once, after a restart, and for names of guests."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cups.accounts import names
from harness.person import Person
from harness.server import ServerProcess
from staff.test_directory import PASSWORD, Office

AT = "/api/staff/words"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    wide: dict[str, Any] = {"pace_sign_up_burst": 1000, "name_words_most": 3}
    server = ServerProcess(tmp_path, demo=False, admin_password=PASSWORD, staff_second_factor=False, **wide)
    assert server.command("admin", "create", "theKeeper").returncode == 0
    server.start()
    here = Office(server)
    await here.admin.sign_in("theKeeper", PASSWORD)
    await (await here.manager.pass_gate()).sign_up(PASSWORD, "theManager")
    await here.admin.call("PUT", "/api/staff/people/theManager/roles/community-manager", {}, expect=204)
    await here.manager.sign_in("theManager", PASSWORD)
    yield here
    for person in here.all:
        await person.aclose()
    server.close()


async def may_be_called(office: Office, name: str) -> bool:
    person = await Person(office.server.base).pass_gate()
    office.all.append(person)
    answer = await person.call("POST", "/api/sign-up", {"password": PASSWORD, "name": name})
    assert answer.status_code == 200 or answer.json()["code"] == "name-not-allowed", answer.text
    return answer.status_code == 200


async def put(office: Office, kind: str, word: str, held: bool) -> Any:
    return await office.manager.call("PUT", f"{AT}/{word}?kind={kind}", {"held": held}, expect=200)


async def test_a_word_is_tried_added_and_taken_out(office: Office) -> None:
    for name in ("bigZebra", "zebraTwo", "zebra12"):
        assert await may_be_called(office, name)
    for kind, count in (("banned", 3), ("reserved", 1)):
        found = await office.manager.get(f"{AT}/z3bra/matches?kind={kind}")
        assert found == {"count": count, "more": False}, kind
    assert await may_be_called(office, "zebraFour"), "a preview changes nothing"
    await put(office, "reserved", "zebra", True)
    assert not await may_be_called(office, "Zebra7") and await may_be_called(office, "zebraFive")
    await put(office, "banned", "zebra", True)
    assert not await may_be_called(office, "myZ3braIs")
    office.server.kill9()
    office.server.start()
    assert not await may_be_called(office, "myZebraIs")
    rows = (await office.manager.get(f"{AT}?kind=banned&limit=200"))["words"]
    (own,) = [one for one in rows if one["word"] == "zebra"]
    assert (own["by"], own["shipped"], own["held"]) == ("theManager", False, True)
    for kind in ("banned", "reserved"):
        await put(office, kind, "zebra", False)
    assert await may_be_called(office, "myZebraIs")
    subjects = [one["subject"] for one in await office.acts("name-word.add")]
    assert sorted(subjects) == ["banned zebra", "reserved zebra"]
    assert len(await office.acts("name-word.remove")) == 2


async def test_what_came_with_the_software_is_taken_out_and_put_back(office: Office) -> None:
    assert not await may_be_called(office, "hitlerX")
    await put(office, "banned", "hitler", False)
    first = await office.manager.get(f"{AT}?kind=banned&limit=5")
    assert len(first["words"]) == 5 and first["next"] == first["words"][-1]["word"]
    rows = (await office.manager.get(f"{AT}?kind=banned&limit=200"))["words"]
    assert [(one["shipped"], one["held"]) for one in rows if one["word"] == "hitler"] == [(True, False)]
    assert await may_be_called(office, "hitlerY")
    await put(office, "banned", "hitler", True)
    assert not await may_be_called(office, "hitlerZ")


async def test_what_does_not_fit_is_refused(office: Office) -> None:
    for word in ("ab", "with space", "x" * 25, "дом"):
        for method, path, body in (
            ("GET", f"{AT}/{word}/matches?kind=banned", None),
            ("PUT", f"{AT}/{word}?kind=banned", {"held": True}),
        ):
            refused = await office.admin.call(method, path, body)
            assert (refused.status_code, refused.json()["code"]) == (422, "bad-input"), path
    assert (await office.admin.call("PUT", f"{AT}/nothing?kind=banned", {"held": False})).status_code == 404
    for word in ("wordone", "wordtwo", "wordthree"):
        await put(office, "banned", word, True)
    full = await office.admin.call("PUT", f"{AT}/wordfour?kind=banned", {"held": True})
    assert (full.status_code, full.json()["code"]) == (413, "too-large")


def test_shipped_words_leave_all_names_of_guests() -> None:
    adjectives, nouns = names._words()
    for kind in names.LISTS:
        keys = frozenset(names.shipped_words(kind))
        assert keys and not [a + n for a in adjectives for n in nouns if names.matches(kind, a + n, keys)]


def test_guests_get_no_name_with_a_banned_word() -> None:
    _, nouns = names._words()
    before, banned = names.words_in_force("banned"), frozenset(names.key(word) for word in nouns[: len(nouns) // 2])
    names.put_in_force("banned", banned)
    try:
        assert not [name for name in (names.random_name() for _ in range(300)) if names.matches("banned", name, banned)]
    finally:
        names.put_in_force("banned", before)
