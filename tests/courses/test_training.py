"""From guest to listener: importing courses, quizzes marked on the server, the linked account."""

import base64
import os
from pathlib import Path
from typing import Any

import pytest

from conftest import Cast
from cups.courses.parser import parse_directory
from harness.person import Person, new_ref
from harness.server import ServerProcess

COURSE = Path(__file__).parents[2] / "python" / "cups" / "content" / "courses" / "listener"


def _right_answers(folder: Path) -> dict[str, bool]:
    return {
        s.text: s.answer
        for section in parse_directory(folder).sections
        if section.quiz
        for s in section.quiz.statements
    }


async def _take(person: Person, course: str, serial: int, answers: dict[str, bool], *, wrong: int = 0) -> Any:
    attempt = await person.post(f"/api/courses/{course}/sections/{serial}/attempts", expect=201)
    given = [answers[drawn["statement"]] for drawn in attempt["statements"]]
    given = [not a if i < wrong else a for i, a in enumerate(given)]
    return await person.post(f"/api/attempts/{attempt['id']}", {"answers": given})


async def test_a_guest_becomes_a_listener(people: Cast) -> None:
    answers = _right_answers(COURSE)
    member = await people.member()
    body = {"name": "newListenerHere", "agreement": ""}
    agreements = {a["kind"]: a["version"] for a in await member.get("/api/agreements")}
    body["agreement"] = agreements["listener"]
    refused = await member.call("POST", "/api/listener", body)
    assert refused.json()["code"] == "not-passed"
    course = await member.get("/api/courses/listener")
    with_quiz = [line["serial"] for line in course["sections"] if line["has_quiz"]]
    assert len(with_quiz) >= 5
    failed = await _take(member, "listener", with_quiz[0], answers, wrong=2)
    assert not failed["passed"] and failed["percent"] == 66 and all(m["explanation"] for m in failed["marked"])
    just = await _take(member, "listener", with_quiz[0], answers, wrong=1)
    assert just["passed"] and just["percent"] == 83
    scores = [await _take(member, "listener", serial, answers) for serial in with_quiz[1:]]
    assert [s["course_passed"] for s in scores] == [False] * (len(scores) - 1) + [True]
    assert (await member.call("POST", "/api/listener", body | {"agreement": "old"})).json()[
        "code"
    ] == "agreement-outdated"
    listener = await member.post("/api/listener", body)
    assert (
        listener["person"] == {"name": "newListenerHere", "kind": "listener", "badge": "", "picture": ""}
        and listener["can_listen"]
    )
    assert listener["linked"]["name"] == member.name
    guest = await people.guest()
    asked = await guest.ask()
    assert (await member.post("/api/queue/next"))["request"]
    back = await member.post("/api/switch")
    assert back["person"]["kind"] == "member"
    seen = await guest.get("/api/people/newListenerHere")
    assert seen == {"name": "newListenerHere", "kind": "listener", "badge": "", "picture": ""}
    assert asked["id"]


async def test_nothing_sent_before_marking_gives_an_answer_away(people: Cast) -> None:
    member = await people.member()
    sections = [s for s in parse_directory(COURSE).sections if s.quiz]
    section = sections[0]
    assert section.quiz is not None
    attempt = await member.call("POST", f"/api/courses/listener/sections/{section.serial}/attempts", {})
    pages = [
        attempt.text,
        (await member.call("GET", f"/learn/listener/{section.serial}")).text,
        (await member.call("GET", f"/api/courses/listener/sections/{section.serial}")).text,
        (await member.call("GET", f"/learn/listener/{section.serial}/quiz/{attempt.json()['id']}")).text,
    ]
    for page in pages:
        for statement in section.quiz.statements:
            assert not statement.explanation or statement.explanation not in page
            for letter in "YN":
                secret = base64.b64encode(f"{statement.text}/{letter}/{statement.explanation}".encode()).decode()
                assert secret not in page
    assert set(attempt.json()["statements"][0]) == {"number", "statement"}


async def test_an_attempt_is_marked_once_and_only_by_its_owner(people: Cast) -> None:
    member, other = await people.member(), await people.member()
    serial = next(
        line["serial"] for line in (await member.get("/api/courses/listener"))["sections"] if line["has_quiz"]
    )
    attempt = await member.post(f"/api/courses/listener/sections/{serial}/attempts", expect=201)
    answers = {"answers": [True] * len(attempt["statements"])}
    await other.post(f"/api/attempts/{attempt['id']}", answers, 404)
    assert (await member.call("POST", f"/api/attempts/{attempt['id']}", {"answers": [True]})).status_code == 422
    await member.post(f"/api/attempts/{attempt['id']}", answers)
    await member.post(f"/api/attempts/{attempt['id']}", answers, 409)


async def test_statements_are_drawn_at_random(people: Cast) -> None:
    member = await people.member()
    serial = next(
        line["serial"] for line in (await member.get("/api/courses/listener"))["sections"] if line["has_quiz"]
    )
    draws = []
    for _ in range(6):
        attempt = await member.post(f"/api/courses/listener/sections/{serial}/attempts", expect=201)
        draws.append(tuple(s["statement"] for s in attempt["statements"]))
        assert len(set(draws[-1])) == 6
    assert len(set(draws)) > 1


def _file(serial: int, items: list[str], title: str = "A section") -> str:
    listed = "\n".join(f"- {base64.b64encode(item.encode()).decode()}" for item in items)
    return f'---\nlayout: other\ntitle: {title}\nclass: section\nserial: {serial}\n---\nText.\n\nMark each:\n{{: #quiz data-n="1"}}\n\n{listed}\n'


def test_import_on_the_command_line_names_file_and_line_and_imports_nothing_of_a_broken_file(tmp_path: Path) -> None:
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "a.md").write_text(_file(1, ["The sun is warm./Y/Yes.", "Ice is hot./N/No."]))
    (folder / "b.md").write_text(_file(2, ["Fine./Y/Yes."]) + "- !!!not base64!!!\n")
    server = ServerProcess(tmp_path, demo=False)
    done = server.command("courses", "import", str(folder))
    assert done.returncode == 1
    assert "b.md:13:" in done.stderr, done.stderr
    assert "2 files, 1 sections, 2 quiz statements read" in done.stdout
    assert server.command("courses", "import", str(tmp_path / "nowhere")).returncode == 1


async def test_import_over_rest(people: Cast) -> None:
    admin, guest = await people.demo("admin"), await people.guest()
    name = new_ref("file")
    files = [
        {"name": f"{name}.md", "text": _file(7, ["Grass is green./Y/It is."], "Seven")},
        {"name": "bad.md", "text": "no front matter"},
    ]
    report = await admin.post("/api/staff/courses/import", {"files": files})
    assert (report["sections"], report["statements"]) == (1, 1)
    assert [p["file"] for p in report["problems"]] == ["bad.md"] and report["problems"][0]["line"] >= 1
    assert (await guest.get("/api/courses/other/sections/7"))["title"] == "Seven"


@pytest.mark.skipif(
    "CUPS_COURSE_CORPUS" not in os.environ, reason="CUPS_COURSE_CORPUS names no folder of real course files"
)
def test_real_files_import_unchanged(tmp_path: Path) -> None:
    done = ServerProcess(tmp_path, demo=False).command("courses", "import", os.environ["CUPS_COURSE_CORPUS"])
    assert done.returncode == 0, done.stderr
    print(done.stdout)
