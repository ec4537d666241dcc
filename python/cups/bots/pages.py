"""Talking with Noni by plain forms, for whoever waits without scripts. Their place stands on top of it, and reading it keeps it."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.visitor import Visitor
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest
from cups.bots.service import Bots, Outcome
from cups.errors import Refused
from cups.ids import new_token
from cups.requests.service import Requests
from cups.wire.bots import BotAnswerIn

QUEUE = "/talk"
NONI = "/talk/noni"


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


@get(NONI)
async def noni(
    request: AnyRequest, visitor: Visitor | None, requests: Requests, bots: Bots, pages: Pages
) -> Response[Any]:
    return await _show(request, visitor, requests, bots, pages, asked=request.query_params.get("question", ""))


@post(NONI)
async def answer(
    request: AnyRequest, data: Form, visitor: Visitor | None, requests: Requests, bots: Bots, pages: Pages
) -> Response[Any]:
    """The same form sent twice is one answer: it carries its ref. What was not taken is shown again with its words."""
    question = data.get("question", "")
    if visitor is None:
        return _go(QUEUE)
    outcome = Outcome(None)
    try:
        form = forms.read(data, BotAnswerIn, ref=data.get("ref") or new_token())
        if form.skip:
            form = BotAnswerIn(ref=form.ref, skip=True)
        outcome = await bots.answer(visitor, data.get("request", ""), question, form)
    except Refused as refused:
        outcome = Outcome(None, refused)
    if outcome.talk is not None:
        # Help stands with the answer that it is about: that is where they land.
        return _go(f"{NONI}#help-{question}" if outcome.help else NONI)
    return await _show(request, visitor, requests, bots, pages, asked=question, outcome=outcome, said=dict(data))


async def _show(
    request: AnyRequest,
    visitor: Visitor | None,
    requests: Requests,
    bots: Bots,
    pages: Pages,
    *,
    asked: str,
    outcome: Outcome | None = None,
    said: dict[str, str] | None = None,
) -> Response[Any]:
    state = None if visitor is None else await requests.mine(visitor.id)
    refused = None if outcome is None else outcome.refused
    if visitor is None or state is None or state.state != "waiting":
        words = (said or {}).get("text", "").strip()
        if visitor is not None and outcome is not None and refused is not None and words:
            return _back(request, visitor, pages, outcome, refused, words)
        # A listener is here, or nothing waits: that page says so. Help comes first.
        return _go("/help" if outcome is not None and outcome.help else QUEUE)
    requests.line.touch(visitor.id)
    talk = await bots.talk(visitor, state.id)
    current = next((one for one in talk.questions if one.id == (asked or talk.next)), None)
    given = next((one for one in talk.answers if current is not None and one.question == current.id), None)
    return pages.show(
        request,
        visitor,
        "bots/noni.html",
        status=refused.status if refused else 200,
        request=state,
        talk=talk,
        current=current,
        given=given,
        said=said or {},
        help=outcome.help if outcome else "",
        problem=problem_of(refused) if refused else None,
        ref=new_token(),
    )


def _back(
    request: AnyRequest, visitor: Visitor, pages: Pages, outcome: Outcome, refused: Refused, words: str
) -> Response[Any]:
    """Words that came too late, given back with why: a listener took the request meanwhile, or it is over."""
    return pages.show(
        request,
        visitor,
        "bots/given_back.html",
        status=refused.status,
        problem=problem_of(refused),
        help=outcome.help,
        words=words,
    )


router = Router("", route_handlers=[noni, answer], include_in_schema=False)
