"""Words that no name may hold, over REST, for staff."""

from typing import Annotated

from litestar import Router, get, put
from litestar.params import Parameter

from cups.accounts.visitor import Visitor
from cups.staff import permissions
from cups.staff.words import WordsDesk
from cups.wire.words import NameMatches, NameWord, NameWordIn, NameWords, WordKind

After = Annotated[str, Parameter(max_length=40, description="The `next` of the page before.")]
PageSize = Annotated[int, Parameter(ge=1, le=200)]


@get("/")
async def name_words(
    visitor: Visitor | None,
    words_desk: WordsDesk,
    kind: WordKind = "banned",
    after: After = "",
    limit: PageSize = 100,
) -> NameWords:
    """One list: what came with the software, and what staff added or took out."""
    permissions.require(visitor, "words")
    return await words_desk.every(kind, after, limit)


@get("/{word:str}/matches")
async def matches(word: str, visitor: Visitor | None, words_desk: WordsDesk, kind: WordKind = "banned") -> NameMatches:
    """How many names there are that it would match."""
    permissions.require(visitor, "words")
    return await words_desk.matches(kind, word)


@put("/{word:str}")
async def put_word(
    word: str, data: NameWordIn, visitor: Visitor | None, words_desk: WordsDesk, kind: WordKind = "banned"
) -> NameWord:
    """Adds a word, or takes it out. In force at once, for new names."""
    return await words_desk.put(permissions.require(visitor, "words"), kind, word, data)


router = Router("/staff/words", route_handlers=[name_words, matches, put_word], tags=["staff"])
