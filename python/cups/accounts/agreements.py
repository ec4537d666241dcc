"""The agreements in force: versioned texts that ship with the package, and which of them each kind of account has to have accepted."""

from functools import cache
from importlib.resources import files

import yaml
from markdown_it import MarkdownIt

from cups.wire.people import Agreement, AgreementKind

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


def current(kind: AgreementKind) -> Agreement:
    head, html = _read(f"agreements/en/{kind}.md")
    return Agreement(kind=kind, version=str(head["version"]), title=head["title"], summary=head["summary"], html=html)


def all_current() -> list[Agreement]:
    return [current(kind) for kind in _KINDS]


def guidelines() -> dict[str, str]:
    """The community guidelines, in the same form: version, title, summary, html."""
    head, html = _read("guidelines/en.md")
    return {"version": str(head["version"]), "title": head["title"], "summary": head["summary"], "html": html}


def missing(kind: str, accepted: set[tuple[str, str]]) -> list[AgreementKind]:
    """What an account of this kind has not accepted in its present version."""
    return [k for k in REQUIRED[kind] if (k, current(k).version) not in accepted]
