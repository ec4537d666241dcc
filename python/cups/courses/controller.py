"""Courses over REST."""

from litestar import Router, get, post

from cups.accounts.visitor import Visitor
from cups.api.sessions import signed_in
from cups.courses.service import Courses
from cups.wire.courses import AnswersIn, Attempt, Course, Score, Section
from cups.wire.courses import Courses as CourseList


def _id(visitor: Visitor | None) -> str | None:
    return visitor.id if visitor else None


@get("/courses")
async def all_courses(visitor: Visitor | None, courses: Courses) -> CourseList:
    return CourseList(courses=await courses.all(_id(visitor)))


@get("/courses/{key:str}")
async def one(key: str, visitor: Visitor | None, courses: Courses) -> Course:
    return await courses.one(_id(visitor), key)


@get("/courses/{key:str}/sections/{serial:int}")
async def section(key: str, serial: int, visitor: Visitor | None, courses: Courses) -> Section:
    return await courses.section(_id(visitor), key, serial)


@post("/courses/{key:str}/sections/{serial:int}/done", status_code=200)
async def done(key: str, serial: int, visitor: Visitor | None, courses: Courses) -> Course:
    """Marks a section without a quiz as read."""
    return await courses.mark_done(signed_in(visitor), key, serial)


@post("/courses/{key:str}/sections/{serial:int}/attempts")
async def draw(key: str, serial: int, visitor: Visitor | None, courses: Courses) -> Attempt:
    """Draws statements for a new attempt; nothing in the answer tells which are true."""
    return await courses.draw(signed_in(visitor), key, serial)


@post("/attempts/{attempt_id:str}", status_code=200)
async def mark(attempt_id: str, data: AnswersIn, visitor: Visitor | None, courses: Courses) -> Score:
    """Marks an attempt, once, and explains each statement."""
    return await courses.mark(signed_in(visitor), attempt_id, data)


router = Router("", route_handlers=[all_courses, one, section, done, draw, mark], tags=["courses"])
