"""Course pages: reading and quizzes, all by plain links and forms."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.visitor import Visitor
from cups.api.forms import Form
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest
from cups.courses.service import Courses, page_url
from cups.errors import Refused
from cups.wire.courses import AnswersIn


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


def _id(visitor: Visitor | None) -> str | None:
    return visitor.id if visitor else None


@get("/learn")
async def all_courses(request: AnyRequest, visitor: Visitor | None, courses: Courses, pages: Pages) -> Response[Any]:
    return pages.show(request, visitor, "courses/courses.html", courses=await courses.all(_id(visitor)))


@get("/learn/{key:str}")
async def course(
    request: AnyRequest, key: str, visitor: Visitor | None, courses: Courses, pages: Pages
) -> Response[Any]:
    return pages.show(request, visitor, "courses/course.html", course=await courses.one(_id(visitor), key))


@get("/learn/{key:str}/{serial:int}")
async def section(
    request: AnyRequest, key: str, serial: int, visitor: Visitor | None, courses: Courses, pages: Pages
) -> Response[Any]:
    return pages.show(
        request, visitor, "courses/section.html", section=await courses.section(_id(visitor), key, serial)
    )


@post("/learn/{key:str}/{serial:int}/done")
async def done(key: str, serial: int, visitor: Visitor | None, courses: Courses) -> Response[Any]:
    if visitor is None:
        return _go(f"/gate?next={page_url(key, serial)}")
    await courses.mark_done(visitor, key, serial)
    found = await courses.section(visitor.id, key, serial)
    return _go(page_url(key, found.next))


@post("/learn/{key:str}/{serial:int}/quiz")
async def draw(key: str, serial: int, visitor: Visitor | None, courses: Courses) -> Response[Any]:
    if visitor is None:
        return _go(f"/gate?next={page_url(key, serial)}")
    attempt = await courses.draw(visitor, key, serial)
    return _go(f"{page_url(key, serial)}/quiz/{attempt.id}")


@get("/learn/{key:str}/{serial:int}/quiz/{attempt_id:str}")
async def quiz(
    request: AnyRequest, key: str, serial: int, attempt_id: str, visitor: Visitor | None, courses: Courses, pages: Pages
) -> Response[Any]:
    return await _show(request, key, serial, attempt_id, visitor, courses, pages, None)


async def _show(
    request: AnyRequest,
    key: str,
    serial: int,
    attempt_id: str,
    visitor: Visitor | None,
    courses: Courses,
    pages: Pages,
    refused: Refused | None,
) -> Response[Any]:
    if visitor is None:
        raise Refused("not-found")
    found = await courses.section(visitor.id, key, serial)
    attempt, score = await courses.attempt(visitor, attempt_id)
    if score is not None:
        return pages.show(request, visitor, "courses/score.html", section=found, score=score)
    problem = problem_of(refused) if refused else None
    status = refused.status if refused else 200
    return pages.show(
        request, visitor, "courses/quiz.html", status=status, section=found, attempt=attempt, problem=problem
    )


@post("/learn/{key:str}/{serial:int}/quiz/{attempt_id:str}")
async def mark(
    request: AnyRequest,
    key: str,
    serial: int,
    attempt_id: str,
    data: Form,
    visitor: Visitor | None,
    courses: Courses,
    pages: Pages,
) -> Response[Any]:
    if visitor is None:
        raise Refused("not-found")
    attempt, _score = await courses.attempt(visitor, attempt_id)
    given = [data.get(f"a{drawn.number}") for drawn in attempt.statements]
    if any(answer not in ("true", "false") for answer in given):
        return await _show(
            request, key, serial, attempt_id, visitor, courses, pages, Refused("bad-input", field="answers")
        )
    try:
        await courses.mark(visitor, attempt_id, AnswersIn(answers=[answer == "true" for answer in given]))
    except Refused as refused:
        if refused.code != "already-marked":
            raise
    return _go(f"{page_url(key, serial)}/quiz/{attempt_id}")


router = Router("", route_handlers=[all_courses, course, section, done, draw, quiz, mark], include_in_schema=False)
