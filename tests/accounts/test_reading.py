"""Reading creates nobody: a row comes with the first interaction, at the gate (SPEC A1); and teens are not found by search engines (B10)."""

import pytest

from conftest import Cast
from harness.store import counts

PUBLIC = (
    "/", "/?topic=panic", "/talk", "/rooms", "/rooms?topic=panic", "/learn", "/learn?topic=panic", "/help", "/help/GB", "/listen", "/listeners",
    "/gate", "/sign-in", "/recover", "/become-a-listener", "/guidelines", "/agreements/member", "/agreements/privacy", "/agreements/listener",
    "/agreements/guidelines", "/@warmRiver", "/standing", "/account", "/consent", "/sign-up", "/api/docs", "/api/me", "/api/topics", "/api/agreements",
    "/api/help", "/api/help/GB", "/api/courses", "/api/people/warmRiver", "/api/rooms", "/api/openapi.json",
)  # fmt: skip


def rows(people: Cast) -> dict[str, int]:
    return counts(people.server.data / "data")


async def test_reading_creates_no_row_and_no_session(people: Cast) -> None:
    reader, before = people.visitor(), rows(people)
    for path in PUBLIC:
        answer = await reader.http.get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
    after = rows(people)
    assert {name: after[name] - many for name, many in before.items() if after[name] != many} == {}
    assert {*reader.http.cookies} <= {"cups-csrf"}
    await reader.pass_gate()
    assert rows(people)["account"] == before["account"] + 1


@pytest.mark.parametrize(("start", "found"), [("/rooms", "/talk?topic=panic"), ("/learn", "/talk?topic=panic")])
async def test_what_was_chosen_on_the_front_page_goes_along(people: Cast, start: str, found: str) -> None:
    page = (await people.visitor().http.get(f"{start}?topic=panic")).text
    assert f'href="{found}"' in page
    assert found not in (await people.visitor().http.get(f"{start}?topic=nonsense")).text


async def test_talking_and_signing_up_take_three_steps_with_what_was_chosen(people: Cast) -> None:
    visitor = people.visitor()
    gate = await visitor.http.get("/talk?topic=panic")
    assert gate.headers["location"] == "/gate?next=/talk%3Ftopic=panic"
    gate = await visitor.http.get("/sign-up?topic=panic")
    assert gate.headers["location"] == "/gate?next=/sign-up%3Ftopic=panic"
    await visitor.pass_gate()
    page = await visitor.http.get("/sign-up?topic=panic")
    assert '<input type="hidden" name="topic" value="panic">' in page.text
    token = page.text.partition('name="_csrf_token" value="')[2].partition('"')[0]
    form = {"_csrf_token": token, "password": "a long enough one", "topic": "panic"}
    done = await visitor.http.post("/sign-up", data=form)
    assert done.status_code == 200 and 'href="/talk?topic=panic"' in done.text


async def test_a_teens_profile_is_not_for_search_engines(people: Cast) -> None:
    teen = await people.member("13-17")
    for path in (f"/@{teen.name}", f"/api/people/{teen.name}"):
        answer = await people.visitor().http.get(path)
        assert answer.headers["x-robots-tag"] == "noindex, nofollow", path
    page = await people.visitor().http.get(f"/@{teen.name}")
    assert '<meta name="robots" content="noindex' in page.text
