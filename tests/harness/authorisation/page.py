"""Writes docs/authorisation.md from the table: `PYTHONPATH=tests python -m harness.authorisation.page`."""

from pathlib import Path
from typing import Any

import yaml

from harness.authorisation.table import PARTIES, PATH, SUBJECTS, Row, read

PAGE = Path(__file__).parents[3] / "docs" / "authorisation.md"
MANY = 3
"""So many of one answer are the others, and not named one by one."""
HEAD = """# Who may do what

Every route, page and frame, and who is answered how. Made from `tests/authorisation/matrix.yaml` by `PYTHONPATH=tests python -m harness.authorisation.page`; do not edit it here.
`tests/authorisation/test_authorisation.py` tries each line as every subject against a running server, over HTTP and sockets. A route or frame without a line
fails, and so does a line whose route is gone. Whoever was banned or signed out and still has the cookie is tried too, and is a visitor in every line.

A code is a typed refusal (`cups.errors`); *to* a page: led there. `not-found` hides that there is such a thing. Where an act needs more than the right to it
(a password, somebody who waits), what is sent lacks that, so the answer of those who may is the refusal that comes after the right was asked: it stands after their
names. Who may reach whom is decided pair by pair, in [reach.md](reach.md).

"""


def _people(subjects: list[str], row: Row) -> str:
    every = set(row.outcomes)
    if set(subjects) == every:
        return "everybody"
    if len(subjects) > len(every) / 2:
        missing = ", ".join(one for one in row.outcomes if one not in subjects)
        return f"all but {missing}"
    return ", ".join(subjects)


def _line(row: Row) -> str:
    groups: dict[str, list[str]] = {}
    for subject, outcome in row.outcomes.items():
        groups.setdefault(outcome, []).append(subject)
    allowed = [one for outcome in ("ok", "200") for one in groups.pop(outcome, [])]
    who = _people(allowed, row) if allowed else "nobody"
    if allowed and row.ok != "ok":
        who += f" ({_said(row.ok)})"
    most = max(groups, key=lambda outcome: len(groups[outcome]), default="")
    told = {outcome: _people(subjects, row) for outcome, subjects in groups.items()}
    if len(groups.get(most, [])) > MANY and allowed:
        told[most] = told.pop(most) and "others"
    others = " · ".join(f"{people}: {_said(outcome)}" for outcome, people in told.items())
    return f"| `{row.act}` | {row.about} | {who} | {others} |"


def _said(outcome: str) -> str:
    return (
        outcome
        if outcome in ("told", "silent")
        else f"*to* `{outcome[3:]}`"
        if outcome.startswith("to ")
        else f"`{outcome}`"
    )


def page() -> str:
    found: dict[str, Any] = yaml.safe_load(PATH.read_text("utf-8"))
    subjects = "".join(f"| {name} | {about} |\n" for name, about in (SUBJECTS | PARTIES).items())
    things = "".join(f"| {name} | {one['about']} |\n" for name, one in found["objects"].items())
    rows = read()
    tables = ""
    for title, wanted in (
        ("REST", lambda row: not row.is_frame and row.path.startswith("/api/")),
        ("Pages and forms", lambda row: not row.is_frame and not row.path.startswith("/api/")),
        ("Frames", lambda row: row.is_frame),
    ):
        lines = "".join(_line(row) + "\n" for row in rows if wanted(row))
        tables += f"\n## {title}\n\n| What | To what | Who may | Others |\n|---|---|---|---|\n{lines}"
    return (
        HEAD
        + f"## Subjects\n\n| Subject | Who that is |\n|---|---|\n{subjects}"
        + f"\n## Things\n\n| Thing | What that is |\n|---|---|\n{things}"
        + tables
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
