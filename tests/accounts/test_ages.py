"""Ages at the gate: under 13 is refused, nothing of it kept, and no way round it from that device; an age once given stays."""

from typing import Any

import httpx
import pytest

from conftest import Cast
from harness.person import Person
from harness.store import counts


def rows(people: Cast) -> dict[str, int]:
    """How many there are in every table."""
    return counts(people.server.data / "data")


async def gate(person: Person, age: str, danger: str = "none") -> tuple[int, Any]:
    agreements = [{"kind": a["kind"], "version": a["version"]} for a in await person.get("/api/agreements")]
    answer = await person.call("POST", "/api/gate", {"age": age, "danger": danger, "agreements": agreements})
    return answer.status_code, answer.json()


async def on_page(person: Person, age: str, page: httpx.Response | None = None) -> httpx.Response:
    """Sends the form; of a page that was opened before, where one is given."""
    if page is None:
        page = await person.http.get("/gate")
    token = (
        page.text.partition('name="_csrf_token" value="')[2].partition('"')[0] or (await person._csrf())["x-csrf-token"]
    )
    form = {"_csrf_token": token, "age": age, "danger": "none", "agree": "yes", "next": "/talk"}
    return await person.http.post("/gate", data=form)


async def test_under_13_leaves_no_row_and_no_session(people: Cast) -> None:
    child, before = people.visitor(), rows(people)
    status, body = await gate(child, "under-13", "me")
    assert (status, body["code"]) == (403, "too-young")
    assert (await child.get("/api/me"))["person"] is None
    after = rows(people)
    assert {name: after[name] - many for name, many in before.items() if after[name] != many} == {}
    assert [name for name in child.http.cookies if name not in ("cups-csrf", "cups-later")] == []


@pytest.mark.parametrize("first", ["rest", "page"])
@pytest.mark.parametrize("again", ["rest", "page", "page opened before", "after signing out", "13-17"])
async def test_the_same_device_gets_no_second_try(people: Cast, first: str, again: str) -> None:
    child = people.visitor()
    before = await child.http.get("/gate")  # another tab, or the back button
    if first == "rest":
        await gate(child, "under-13")
    else:
        refused = await on_page(child, "under-13")
        assert refused.status_code == 403 and "You did nothing wrong." in refused.text
    if again == "after signing out":
        await child.post("/api/sign-out", {}, 204)
    if again.startswith("page"):
        answer = await on_page(child, "18-plus", before if again == "page opened before" else None)
        assert answer.status_code == 403 and "You did nothing wrong." in answer.text
    else:
        status, body = await gate(child, "13-17" if again == "13-17" else "18-plus")
        assert (status, body["code"]) == (403, "too-young")
    assert (await child.get("/api/me"))["person"] is None
    for path in ("/gate", "/sign-up"):
        page = await child.http.get(path, follow_redirects=True)
        assert page.status_code == 403 and 'type="radio"' not in page.text, path
    name = {"password": "a long enough one", "name": "someOther7"}
    assert (await child.call("POST", "/api/sign-up", name)).status_code == 403
    assert (await child.http.get("/help")).status_code == (await child.http.get("/learn")).status_code == 200


async def test_an_adult_who_has_an_account_can_still_sign_in_there(people: Cast) -> None:
    """A family's device: the mark is about new answers at the gate, and an account has its age."""
    adult, shared = await people.member(), people.visitor()
    await gate(shared, "under-13")
    await shared.sign_in(adult.name)
    assert shared.me["age"] == "adult"
    await shared.post("/api/sign-out", {}, 204)
    assert (await gate(shared, "18-plus"))[0] == 403


async def test_an_age_stays_with_the_account(people: Cast) -> None:
    teen = await people.guest("13-17")
    status, body = await gate(teen, "18-plus")
    assert (status, body["code"]) == (409, "age-fixed")
    adult = await people.guest()
    assert (await gate(adult, "13-17"))[1]["code"] == "age-fixed"


@pytest.mark.parametrize("way", ["rest", "page"])
async def test_an_adults_answer_after_a_teens_at_one_device_is_not_believed(people: Cast, way: str) -> None:
    teen = await people.guest("13-17")
    await teen.post("/api/sign-out", {}, 204)
    before = rows(people)["account"]
    if way == "rest":
        status, body = await gate(teen, "18-plus")
        assert (status, body["code"]) == (409, "age-fixed")
    else:
        answer = await on_page(teen, "18-plus")
        assert answer.status_code == 409 and "We know another age" in answer.text
    assert (await teen.get("/api/me"))["person"] is None and rows(people)["account"] == before
    assert (await gate(teen, "13-17"))[0] == 200  # and the first answer opens the door as before


async def test_a_teen_who_signs_in_marks_that_device_too(people: Cast) -> None:
    teen, other = await people.member("13-17"), people.visitor()
    await other.sign_in(teen.name)
    await other.post("/api/sign-out", {}, 204)
    assert (await gate(other, "18-plus"))[1]["code"] == "age-fixed"
