"""Kramdown's attribute lists, as a plug-in of markdown-it: `{: .note}` styles what it stands by and never shows.

A list on a line of its own belongs to the block right above it, or else to the block right below. A list behind an
inline element (`*word*{: .loud}`) belongs to that element; at the start of a list item, to the item. Of all it may hold
only class names made of a-z, 0-9 and `-` come through, as `c-name`, so that a text can't take the page's own classes.
A list with `data-n` on a line of its own marks the paragraph it belongs to as the prompt of a quiz (`QuizMark`).

References to named lists (`{:name: ...}`) are not followed; the lines that define them just vanish.
"""

import re

import msgspec
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

# Bounded, because an opening without an end would otherwise be searched to the end of the line at each of its starts.
_BLOCK_LIST = re.compile(r"\{:((?:\\\}|[^}\n]){0,1000})\}[ \t]*")
_SPAN_LIST = re.compile(r"\{:((?:\\\}|[^}\n]){0,1000})\}")
_HTML_LIST = re.compile(r"^[ \t]*\{:[^}\n]{0,1000}\}[ \t]*$", re.MULTILINE)
_HEADING_ID = re.compile(r"[ \t]*\{#[A-Za-z][\w:.-]*\}[ \t]*$")
_PART = re.compile(
    r"""(?P<key>[A-Za-z_][\w:-]*)=(?:"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>(?:\\.|[^'\\])*)')"""
    r"""|\.(?P<class>[^\s.#]+)|\#[^\s.#]*|\S"""
)
_CLASS = re.compile(r"[a-z0-9-]+")

_QUIZ = "quiz"
_STRAY = "stray_quiz_marks"


class QuizMark(msgspec.Struct, frozen=True):
    """The wish for a quiz, as written: how many to draw, how the answers are called, and the line it stands on."""

    draw: str
    labels: str | None
    line: int


class _List(msgspec.Struct, frozen=True):
    classes: tuple[str, ...]
    mark: QuizMark | None


def attribute_lists(md: MarkdownIt) -> None:
    """Teach a parser to take attribute lists out of the text and apply them."""
    md.block.ruler.before(
        "table",
        "attribute_list",
        _block_rule,
        {"alt": ["paragraph", "reference", "blockquote", "list", "table", "deflist"]},
    )
    md.inline.ruler.before("link", "attribute_list", _span_rule)
    md.core.ruler.after("block", "attribute_list_blocks", _attach_to_blocks)
    md.core.ruler.after("inline", "attribute_list_spans", _attach_to_spans)


def quiz_mark(token: Token) -> QuizMark | None:
    """The mark that a block's opening token carries, if it is the prompt of a quiz."""
    mark = token.meta.get(_QUIZ)
    return mark if isinstance(mark, QuizMark) else None


def stray_quiz_marks(env: dict[str, list[QuizMark]]) -> list[QuizMark]:
    """Marks met in a parse (its `env`) that belong to no block at all."""
    return env.get(_STRAY, [])


def _read(source: str, line: int) -> _List:
    classes: list[str] = []
    values: dict[str, str] = {}
    for part in _PART.finditer(source):
        if part["class"]:
            classes.append(part["class"])
        elif part["key"]:
            value = re.sub(r"\\(.)", r"\1", part["double"] if part["double"] is not None else part["single"])
            if part["key"] == "class":
                classes.extend(value.split())
            values.setdefault(part["key"], value)
    mark = None
    if "data-n" in values:
        mark = QuizMark(draw=values["data-n"], labels=values.get("data-opt"), line=line)
    return _List(classes=tuple(f"c-{name}" for name in classes if _CLASS.fullmatch(name)), mark=mark)


def _block_rule(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    found = _BLOCK_LIST.fullmatch(line)
    if found is None:
        return False
    if silent:
        return True
    token = state.push("attribute_list", "", 0)
    token.map = [start, start + 1]
    token.hidden = True
    token.meta = {
        "list": _read(found[1], start + 1),
        "below": start > 0 and not state.isEmpty(start - 1),
        "above": start + 1 < state.lineMax and not state.isEmpty(start + 1),
    }
    state.line = start + 1
    return True


def _span_rule(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("{:", state.pos):
        return False
    found = _SPAN_LIST.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("attribute_list", "", 0)
        token.hidden = True
        token.meta = {"list": _read(found[1], 0)}
    state.pos = found.end()
    return True


def _attach_to_blocks(state: StateCore) -> None:
    kept: list[Token] = []
    waiting: list[Token] = []
    stray: list[QuizMark] = state.env.setdefault(_STRAY, [])
    for token in state.tokens:
        if token.type == "attribute_list":
            target = None
            if token.meta["below"] and not waiting:
                target = _block_before(kept, token.level)
            if target is not None:
                _apply(token, target, stray)
            elif token.meta["above"]:
                waiting.append(token)
            else:
                _apply(token, None, stray)
            continue
        for above in waiting:
            _apply(above, token if token.nesting >= 0 and token.level == above.level else None, stray)
        waiting.clear()
        if token.type == "html_block":
            # A block of HTML swallows the lines under it, lists included.
            token.content = _HTML_LIST.sub("", token.content)
        kept.append(token)
    for above in waiting:
        _apply(above, None, stray)
    state.tokens = kept


def _block_before(tokens: list[Token], level: int) -> Token | None:
    if not tokens or tokens[-1].level != level or tokens[-1].nesting > 0:
        return None
    if tokens[-1].nesting == 0:
        return tokens[-1]
    opening = tokens[-1].type.removesuffix("_close") + "_open"
    return next((token for token in reversed(tokens) if token.level == level and token.type == opening), None)


def _apply(token: Token, target: Token | None, stray: list[QuizMark]) -> None:
    given: _List = token.meta["list"]
    if target is not None:
        for name in given.classes:
            target.attrJoin("class", name)
    if given.mark is None:
        return
    # Only a paragraph of the text itself can ask the question; a mark inside a quotation or an item is an accident.
    if target is not None and target.type == "paragraph_open" and target.level == 0 and _QUIZ not in target.meta:
        target.meta[_QUIZ] = given.mark
    else:
        stray.append(given.mark)


def _attach_to_spans(state: StateCore) -> None:
    for index, token in enumerate(state.tokens):
        if token.type != "inline" or not token.children:
            continue
        around = state.tokens[index - 1] if index else None
        if around is not None and around.type == "heading_open":
            last = token.children[-1]
            if last.type == "text":
                last.content = _HEADING_ID.sub("", last.content)
        if not any(child.type == "attribute_list" for child in token.children):
            continue
        item = None
        if (
            index > 1
            and state.tokens[index - 1].type == "paragraph_open"
            and state.tokens[index - 2].type == "list_item_open"
        ):
            item = state.tokens[index - 2]
        kept: list[Token] = []
        for child in token.children:
            if child.type != "attribute_list":
                if not kept and child.type == "text" and item is not None and item.attrs.get("class"):
                    child.content = child.content.lstrip()
                kept.append(child)
                continue
            target = _span_before(kept) if kept else item
            if target is not None:
                for name in child.meta["list"].classes:
                    target.attrJoin("class", name)
        token.children = kept


def _span_before(tokens: list[Token]) -> Token | None:
    # An empty text token stands between a closing mark and what follows it.
    while tokens and tokens[-1].type == "text" and not tokens[-1].content:
        tokens = tokens[:-1]
    if not tokens:
        return None
    last = tokens[-1]
    if last.type in ("code_inline", "image"):
        return last
    if last.nesting >= 0:
        return None
    opening = last.type.removesuffix("_close") + "_open"
    depth = 0
    for token in reversed(tokens):
        if token.type == last.type:
            depth += 1
        elif token.type == opening:
            depth -= 1
            if not depth:
                return token
    return None
