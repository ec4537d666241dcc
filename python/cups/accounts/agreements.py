"""The agreements in force: versioned texts that ship with the package, and which of them each kind of account has to have accepted."""

from functools import cache
from importlib.resources import files

import yaml
from markdown_it import MarkdownIt

from cups.wire.people import Agreement, AgreementKind
from cups.words import DEFAULT

REQUIRED: dict[str, tuple[AgreementKind, ...]] = {
    "guest": ("member", "privacy"),
    "member": ("member", "privacy"),
    "listener": ("member", "privacy", "listener"),
    "therapist": ("member", "privacy"),
}
_KINDS: tuple[AgreementKind, ...] = ("member", "privacy", "listener")


@cache
def _read(path: str) -> tuple[dict[str, str], str]:
    text = files("cups.content").joinpath(path).read_text("utf-8")
    _, head, body = text.split("---\n", 2)
    return yaml.safe_load(head), MarkdownIt("commonmark", {"html": False}).enable("table").render(body)


def current(kind: AgreementKind, language: str = DEFAULT) -> Agreement:
    """In the language asked for, if there is a translation of the version in force; else in English, and `language` says so."""
    told, head, html = _told("agreements/{}/" + kind + ".md", language)
    return Agreement(
        kind=kind,
        version=str(head["version"]),
        title=head["title"],
        summary=head["summary"],
        html=html,
        language=told,
    )


def _told(path: str, language: str) -> tuple[str, dict[str, str], str]:
    """Which language it is in, its head, and its text. The version in force is the English one's: a translation of another is not shown."""
    head, html = _read(path.format(DEFAULT))
    if language != DEFAULT and files("cups.content").joinpath(path.format(language)).is_file():
        own_head, own_html = _read(path.format(language))
        if own_head["version"] == head["version"]:
            return language, own_head, own_html
    return DEFAULT, head, html


def all_current(language: str = DEFAULT) -> list[Agreement]:
    return [current(kind, language) for kind in _KINDS]


def guidelines(language: str = DEFAULT) -> dict[str, str]:
    """The community guidelines, in the same form: version, title, summary, html, language."""
    told, head, html = _told("guidelines/{}.md", language)
    return {
        "version": str(head["version"]),
        "title": head["title"],
        "summary": head["summary"],
        "html": html,
        "language": told,
    }


def missing(kind: str, accepted: set[tuple[str, str]]) -> list[AgreementKind]:
    """What an account of this kind has not accepted in its present version."""
    return [k for k in REQUIRED[kind] if (k, current(k).version) not in accepted]
