"""Renders a section's Markdown to HTML that is safe to put into a page.

CommonMark with tables, strikethrough, definition lists, footnotes and attribute lists; punctuation stays as typed. The
HTML holds no script, handler, style or id, and no class that does not begin with `c-`; nothing in it loads anything
from another site. Links and images to what we don't have become their text.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from cups.courses.attributes import QuizMark, attribute_lists, stray_quiz_marks
from cups.courses.templating import without_templating

LinkResolver = Callable[[str], str | None]
"""Given a relative address as written, the address on this site, or None if there is no such place."""

# fmt: off
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details",
    "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var", "wbr",
}
# fmt: on
_GONE_WITH_CONTENT = {"iframe", "noscript", "object", "script", "select", "style", "template", "textarea", "title"}
_ATTRIBUTES = {
    "*": {"class", "dir", "lang"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_OUR_CLASS = re.compile(r"c-[a-z0-9-]+")
_ALIGNMENT = re.compile(r"text-align:(left|center|right)")


class Document(msgspec.Struct, frozen=True):
    """A parsed text: its flat list of tokens (lines in their maps count from 0), and what the parser noted by the way."""

    tokens: list[Token]
    env: dict[str, Any]

    @property
    def stray_marks(self) -> list[QuizMark]:
        """Quiz marks that stand by no paragraph."""
        return stray_quiz_marks(self.env)


def parse_markdown(text: str) -> Document:
    """Parse a text whose line ends are `\\n`."""
    env: dict[str, Any] = {}
    tokens = _PARSER.parse(without_templating(text), env)
    _shift_headings(tokens)
    for token in tokens:
        if token.type in ("th_open", "td_open"):
            _align_by_class(token)
    return Document(tokens=tokens, env=env)


def render_tokens(document: Document, tokens: Sequence[Token], resolve_link: LinkResolver | None = None) -> str:
    """Render some of a document's blocks, which must be whole, and each of them once: its links are settled in place.

    Without a resolver no relative link leads anywhere.
    """
    links = _Links(resolve_link)
    for token in tokens:
        if token.children:
            token.children = _with_known_links(token.children, links)
    html = _PARSER.renderer.render(tokens, _PARSER.options, document.env)
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_GONE_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=links.filter_attribute,
        url_schemes=_SCHEMES,
    ).strip()


class _Links:
    """Where addresses lead. Addresses it gave out itself are known to it when they come by again in the HTML."""

    def __init__(self, resolve: LinkResolver | None) -> None:
        self._resolve = resolve
        self._given: set[str] = set()

    def resolve(self, address: str) -> str | None:
        """The address to use instead of a relative one."""
        address = address.strip()
        if address in self._given:
            return address
        if self._resolve is None or not address or address.startswith(("#", "//")) or _SCHEME.match(address):
            return None
        found = self._resolve(address)
        if found is not None:
            self._given.add(found)
        return found

    @staticmethod
    def is_external(address: str) -> bool:
        scheme = _SCHEME.match(address.strip())
        return scheme is not None and scheme[1].lower() in _SCHEMES

    def filter_attribute(self, tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return " ".join(word for word in value.split() if _OUR_CLASS.fullmatch(word)) or None
        if name == "href":
            return value if self.is_external(value) else self.resolve(value)
        if name == "src":
            return self.resolve(value)
        return value


def _with_known_links(children: list[Token], links: _Links) -> list[Token]:
    kept: list[Token] = []
    open_links: list[bool] = []
    for token in children:
        if token.type == "link_open":
            address = str(token.attrs.get("href", ""))
            known: str | None = address if links.is_external(address) else links.resolve(address)
            open_links.append(known is not None)
            if known is not None:
                token.attrSet("href", known)
                kept.append(token)
        elif token.type == "link_close":
            if open_links.pop():
                kept.append(token)
        elif token.type == "image":
            kept.extend(_image(token, links, inside_link=any(open_links)))
        else:
            kept.append(token)
    return kept


def _image(token: Token, links: _Links, *, inside_link: bool) -> list[Token]:
    address = str(token.attrs.get("src", ""))
    if (known := links.resolve(address)) is not None:
        token.attrSet("src", known)
        return [token]
    # A picture on another site would tell that site who reads here, so it becomes a link that nobody has to follow.
    description = Token("text", "", 0, content=token.content)
    if not token.content:
        return []
    if links.is_external(address) and not inside_link:
        opening = Token("link_open", "a", 1, attrs={"href": address})
        return [opening, description, Token("link_close", "a", -1)]
    opening = Token("span_open", "span", 1, attrs={"class": "c-image"})
    return [opening, description, Token("span_close", "span", -1)]


def _shift_headings(tokens: list[Token]) -> None:
    # The section's title is the page's h1, so the highest heading of the text is an h2, whatever was written.
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    if not headings:
        return
    shift = 2 - min(int(token.tag[1]) for token in headings)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) + shift)}"


def _align_by_class(token: Token) -> None:
    alignment = _ALIGNMENT.fullmatch(str(token.attrs.pop("style", "")))
    if alignment:
        token.attrJoin("class", f"c-{alignment[1]}")


def _nothing(_self: object, _tokens: Sequence[Token], _index: int, _options: object, _env: object) -> str:
    return ""


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "typographer": False, "linkify": False})
    parser.enable(["table", "strikethrough"])
    parser.use(deflist_plugin).use(footnote_plugin).use(attribute_lists)
    # Ways back from a footnote need ids, which texts don't have here.
    parser.add_render_rule("footnote_anchor", _nothing)
    return parser


_PARSER = _make_parser()
