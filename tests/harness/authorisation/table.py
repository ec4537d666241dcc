"""Reads the table: rows of routes and frames, and what each kind of subject is answered.

An outcome is a status (`200`), `ok` (any 2xx), the code of a typed refusal (`not-allowed`), of a page where it leads (`to /gate`), of a frame that is
never answered whether others are `told` or all stays `silent`.
"""

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from cups.errors import CODES

PATH = Path(__file__).parents[2] / "authorisation" / "matrix.yaml"
SUBJECTS: dict[str, str] = {
    "visitor": "nobody signed in; and whoever was banned or signed out, with the cookie of before",
    "guest": "an adult guest",
    "teen": "a teen member",
    "member": "an adult member",
    "listener": "an adult listener",
    "teen-listener": "a teen listener",
    "cleared": "an adult listener who is cleared for teens",
    "host": "an adult member who moderates the room in question",
    "moderator": "a moderator of all rooms",
    "unready": "an admin who has not set up a second factor yet",
    "admin": "an admin who gave their password just now",
    "unconfirmed": "an admin who gave their password long ago",
}
"""In every row."""
PARTIES: dict[str, str] = {
    "owner": "whose it is: the member of the chat, who asked, who is signed in there, whom it was decided about",
    "other": "the other party: the listener of the chat, or at whom it rings",
    "blocked": "a listener whom the owner has blocked",
}
"""In rows about something of somebody's."""
UNANSWERED = {"typing": "types", "mark": "receipt"}
"""Frames that are never answered, and what others are told by them."""
FORMER = "former"
"""Whoever was banned, with the cookie of before: answered as a visitor is, in every row."""


class Row(NamedTuple):
    """One thing that can be done. `on`: what it is done to, made for each try anew. `fill`: parts of the path that are given."""

    act: str
    """As `GET /api/me`, or `frame send`."""
    on: str
    about: str
    fill: dict[str, str]
    body: Any
    ok: str
    outcomes: dict[str, str]
    note: str
    given: str
    """`inside`: they asked to enter the channel before, whether they were let in or not."""

    @property
    def is_frame(self) -> bool:
        return self.act.startswith("frame ")

    @property
    def method(self) -> str:
        return self.act.split(" ")[0]

    @property
    def path(self) -> str:
        return self.act.split(" ")[1]

    @property
    def changes(self) -> bool:
        """Whether a try may leave something behind, so that everybody has to be new."""
        return self.is_frame or self.method != "GET"

    @property
    def observed(self) -> bool:
        """Whether it is never answered, and others are told."""
        return self.is_frame and self.act.split(" ")[1] in UNANSWERED

    @property
    def name(self) -> str:
        return f"{self.act} ({self.about})" if self.about else self.act

    def expected(self, subject: str) -> str:
        return self.ok if self.outcomes[subject] == "ok" else self.outcomes[subject]


WORDS = CODES.keys() | {"told", "silent"}
RULED = {"everybody", *SUBJECTS, *PARTIES}
FIELDS = {"do", "to", "about", "with", "body", "ok", "who", "note", "given", *RULED}


def read(path: Path = PATH) -> list[Row]:
    """ValueError for what the table cannot mean."""
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return [_row(one, found["policies"], found["objects"]) for one in found["rows"]]


def policies(path: Path = PATH) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))["policies"]
    return found


def _row(one: dict[str, Any], policies: dict[str, Any], objects: dict[str, Any]) -> Row:
    if unknown := one.keys() - FIELDS:
        raise ValueError(f"{one}: {sorted(unknown)}")
    on = one.get("to", "")
    if on and on not in objects:
        raise ValueError(f"{one['do']}: there is no object {on}")
    has_parties = bool(on) and bool(objects[on]["parties"])
    rules = {**policies[one["who"]], **{key: value for key, value in one.items() if key in RULED}}
    outcomes = {}
    for subject in [*SUBJECTS, *(PARTIES if has_parties else [])]:
        outcome = str(rules.get(subject, rules.get("parties") if subject in PARTIES else None) or rules["everybody"])
        if not (outcome == "ok" or outcome.isdigit() or outcome.startswith("to /") or outcome in WORDS):
            raise ValueError(f"{one['do']}, {subject}: {outcome} is no outcome")
        outcomes[subject] = outcome
    return Row(
        act=one["do"],
        on=on,
        about=one.get("about", on),
        fill={key: str(value) for key, value in one.get("with", {}).items()},
        body=one.get("body"),
        ok=str(one.get("ok", "ok")),
        outcomes=outcomes,
        note=one.get("note", ""),
        given=one.get("given", ""),
    )


def fits(outcome: str, expected: str) -> bool:
    if expected.endswith("…"):
        return outcome.startswith(expected[:-1])
    return outcome == expected or (expected == "ok" and outcome.isdigit() and 200 <= int(outcome) < 300)
