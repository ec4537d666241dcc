"""Nothing but `cups.reach` decides by age, clearance, blocks, bans, mutes or breaks.

A lint: it reads the code of the server, of the core and of the pages, and finds where such data stands in a condition. What is only shown or
passed on is free. What has to stand elsewhere is in `ALLOWED`, each with its reason; an entry that fits nothing any more fails as well.
"""

import ast
import re
from collections.abc import Iterator
from inspect import isfunction
from pathlib import Path
from typing import NamedTuple

import pytest

from cups import reach

ROOT = Path(__file__).parents[2]
DATA = frozenset(
    [
        "age",
        "age_class",
        "cleared",
        "cleared_until",
        "CLEARED",
        "banned",
        "muted_until",
        "rooms_banned_until",
        "removed_from",
        "banned_from",
        "muted_in",
        "on_break",
        "consent_waits",
        "blocked",
        "blocked_id",
        "blocker_id",
        "blocked_by",
    ]
)
WORDS = frozenset({"cleared", "teen", "adult", "age_class", "break", "rooms-ban"})
"""Values that only such data has: comparing with one is deciding by it, whatever the variable is called."""
CONDITIONS = frozenset({"where", "filter", "and_", "or_", "not_", "exists", "having", "case", "select_from"})
"""Calls whose arguments decide which rows there are."""


class Found(NamedTuple):
    file: str
    where: str
    name: str


DOORS = frozenset(name for name, value in vars(reach).items() if isfunction(value))


ALLOWED = {
    Found("accounts/queries.py", "<module>", "blocked_id"): "how blocks are read, for the caller of reach",
    Found("accounts/queries.py", "<module>", "blocker_id"): "the same",
    Found("accounts/queries.py", "_facts", "CLEARED"): "makes the Facts that reach decides by",
    Found("accounts/queries.py", "_facts", "break"): "the same",
    Found("accounts/queries.py", "_facts", "age_class"): "the same",
    Found("accounts/queries.py", "_facts", "teen"): "the same",
    Found(
        "accounts/ways.py", "waits", "age"
    ): "which ages need a consent, by country: kept with the account, for reach",
    Found("accounts/ways.py", "waits", "teen"): "the same",
    Found(
        "accounts/joining.py", "accept", "age"
    ): "whether the gate was passed before, and only what is new has to be read",
    Found("accounts/pages.py", "gate", "age"): "the same",
    Found("accounts/pages.py", "gate_page", "age"): "the same",
    Found("accounts/visitor.py", "gated", "age"): "the same",
    Found("accounts/joining.py", "pass_gate", "teen"): "an age once declared at a device stays",
    Found("api/sessions.py", "with_session", "age"): "the device's mark of that",
    Found("api/sessions.py", "with_session", "teen"): "the same",
    Found("accounts/controller.py", "gate", "consent_waits"): "where whoever passed the gate goes on",
    Found("accounts/pages.py", "gate", "consent_waits"): "the same",
    Found("consent/service.py", "ask", "consent_waits"): "a consent that nothing waits for is not asked for",
    Found("consent/service.py", "work", "consent_waits"): "the same, inside the transaction",
    Found("consent/service.py", "_state", "consent_waits"): "told to the person",
    Found("accounts/queries.py", "_facts", "rooms-ban"): "the same",
    Found("accounts/queries.py", "add_block", "blocked_id"): "a block is not stored twice",
    Found("accounts/queries.py", "add_block", "blocker_id"): "the same",
    Found("accounts/queries.py", "count_blocks", "blocker_id"): "how many there are, for the limit",
    Found("accounts/queries.py", "remove_block", "blocked_id"): "one's own block is found to be removed",
    Found("accounts/queries.py", "remove_block", "blocker_id"): "the same",
    Found("accounts/queries.py", "set_age", "age"): "a correction that changes nothing is none",
    Found("accounts/joining.py", "work", "age"): "an age once declared stays",
    Found("staff/deeds.py", "end_clearance", "CLEARED"): "a clearance that is not there cannot be taken away",
    Found("staff/deeds.py", "clear_again", "CLEARED"): "nor given back over another; `may_be_cleared` says whether to",
    Found("staff/bulk_acts.py", "outlook", "CLEARED"): "the preview says where there is none",
    Found("staff/ages.py", "work", "age"): "a correction that changes nothing ends nothing",
    Found("accounts/queries.py", "clearances", "CLEARED"): "the staff's list of clearances",
    Found(
        "staff/directory.py", "_search", "age"
    ): "the staff's search by age group: decides nothing but what is listed",
    Found("staff/directory.py", "_search", "age_class"): "the same",
    Found("staff/directory.py", "_search", "banned"): "the staff's search for who is banned",
    Found("accounts/queries.py", "set_age", "age_class"): "a correction that changes nothing is none",
    Found(
        "accounts/joining.py", "pass_gate", "age"
    ): "the gate itself: under 13 is refused before there is anybody to decide about",
    Found("accounts/joining.py", "work", "age_class"): "an age once declared stays",
    Found("accounts/service.py", "_me", "age_class"): "whether the gate has been passed, for the page",
    Found("requests/service.py", "admit", "age_class"): "whoever has declared none has not been through the gate",
    Found("requests/service.py", "waits_again", "age_class"): "the same line, entered again at the old rank",
    Found("requests/queries.py", "<module>", "age_class"): "who stands in a line that is not of their age, to be moved",
}


def conditions(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Every expression of a module that something depends on, with the function it stands in."""

    def visit(node: ast.AST, where: str) -> Iterator[tuple[str, ast.AST]]:
        inner = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else where
        match node:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.Assert(test=test):
                yield inner, test
            case ast.comprehension(ifs=ifs):
                yield from ((inner, one) for one in ifs)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()) | ast.match_case():
                yield inner, node.pattern if isinstance(node, ast.match_case) else node
            case ast.Match(subject=subject):
                yield inner, subject
            case ast.Call(func=ast.Attribute(attr=called) | ast.Name(id=called)) if called in CONDITIONS:
                yield from ((inner, one) for one in [*node.args, *(k.value for k in node.keywords)])
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inner)

    yield from visit(tree, "<module>")


def parts(node: ast.AST) -> Iterator[ast.AST]:
    """As `ast.walk`, without what is handed to `reach` to decide."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.Call) and asks_reach(child)):
            yield from parts(child)


def asks_reach(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id=name):
            return name in DOORS
        case ast.Attribute(value=ast.Name(id="reach"), attr=name):
            return name in DOORS
    return False


def deciding(source: str, file: str) -> set[Found]:
    """What of the data stands in a condition of this Python source."""
    found = set()
    for where, condition in conditions(ast.parse(source)):
        for node in parts(condition):
            match node:
                case ast.Attribute(attr=name) | ast.Name(id=name) if name in DATA:
                    found.add(Found(file, where, name))
                case ast.Constant(value=str() as text) if text in WORDS:
                    found.add(Found(file, where, text))
                case ast.Constant(value=str() as text) if re.search(r"(?i)\bwhere\b.*\b(age_class|block)\b", text):
                    found.add(Found(file, where, "SQL"))
    return found


def in_python() -> set[Found]:
    folder = ROOT / "python" / "cups"
    skipped = {folder / "reach.py", folder / "reach_table.py"}
    found: set[Found] = set()
    for file in folder.rglob("*.py"):
        if file not in skipped and "migrations" not in file.parts:
            found |= deciding(file.read_text("utf-8"), file.relative_to(folder).as_posix())
    return found


RUST = re.compile(r"\b(age|age_class|cleared|clearance|teen|adult|muted|muted_until|banned|on_break)\b")
"""The core knows nobody's age. (It is given lists: the pools a listener serves, the people to pass over. `reach` makes them.)"""


def in_rust(source: str) -> list[str]:
    """Such words in code: not in comments, not in tests."""
    code = re.sub(r"//[^\n]*", "", source)
    return RUST.findall(code.partition("#[cfg(test)]")[0])


JINJA = re.compile(r"\{%-?\s*(?:el)?if\b(.*?)%\}|\{\{[^}]*?\bif\b(.*?)\}\}", re.DOTALL)
PAGE_DATA = re.compile(r"(?:\.|\b)(age|age_class|cleared|banned|on_break|blocked)\b|[\"'](?:teen|adult)[\"']")


def in_template(source: str) -> list[str]:
    """Conditions of a template that ask for such data. (`muted_until` is shown to its own person.)"""
    return [test for match in JINJA.finditer(source) for test in match.groups() if test and PAGE_DATA.search(test)]


SCRIPT = re.compile(
    r"\.(age|cleared|on_break)\s*[!=]==?|[!=]==?\s*[\"'](teen|adult)[\"']|\{[#:](?:else )?if[^}]*\.(age|cleared|on_break)\b"
)


def in_script(source: str) -> list[str]:
    return [match.group() for match in SCRIPT.finditer(source)]


def test_nothing_but_reach_decides() -> None:
    found = in_python()
    assert not found - ALLOWED.keys(), "ask cups.reach, or say in ALLOWED why not"


def test_every_exception_still_fits_something() -> None:
    assert not ALLOWED.keys() - in_python()


def test_the_core_knows_no_ages() -> None:
    files = [file for crate in (ROOT / "rust").iterdir() if crate.is_dir() for file in (crate / "src").rglob("*.rs")]
    assert len(files) > 20
    assert {file.name: words for file in files if (words := in_rust(file.read_text("utf-8")))} == {}


def test_the_pages_decide_nothing_either() -> None:
    templates = list((ROOT / "web" / "templates").rglob("*.html"))
    assert len(templates) > 20
    assert {file.name: tests for file in templates if (tests := in_template(file.read_text("utf-8")))} == {}
    scripts = [
        file
        for pattern in ("*.svelte", "*.ts")
        for file in (ROOT / "web" / "src").rglob(pattern)
        if ".test." not in file.name and "generated" not in file.parts
    ]
    assert len(scripts) > 30
    assert {file.name: found for file in scripts if (found := in_script(file.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "def f(a, b):\n    if a.age != b.age:\n        raise Refused('not-allowed')",
        "def f(row):\n    return row.age_class == other.age_class",
        "def f(facts):\n    return [one for one in facts if one.cleared]",
        "def f(conn):\n    return conn.execute(sa.select(account).where(account.c.age_class == age))",
        "def f(conn):\n    return sa.select(block).where(block.c.blocked_id == me)",
        "def f(me, now):\n    return not me.muted_until or done",
        "def f(roles):\n    return 'cleared' in roles",
        "def f(kind):\n    return 1 if kind == 'teen' else 2",
        "def f(row):\n    match row.age_class:\n        case 'teen':\n            return 1",
        "def f(conn):\n    return bool(conn.execute('select 1 from message where exists (select 1 from block)')) and 1",
        "def f(me):\n    while me.on_break:\n        pass",
    ],
)
def test_a_planted_decision_is_found(line: str) -> None:
    assert deciding(line, "planted.py")


def test_showing_and_passing_on_are_free() -> None:
    line = "def f(row, now):\n    return Me(age=row.age_class, muted_until=min(row.muted_until, 9)), reach(row, now, 'chat')"
    assert deciding(line, "planted.py") == set()


def test_planted_decisions_elsewhere_are_found() -> None:
    assert in_rust("fn f(a: &Person) -> bool { a.age == b.age } // age") == ["age", "age"]
    assert in_rust("// teen and adult\nfn f() {}") == []
    assert in_template("{% if person.age == me.age %}x{% endif %}") and in_template("{{ 'x' if 'teen' == k else '' }}")
    assert not in_template("{{ t('rooms-age-' ~ room.age) }}")
    assert in_script("if (me.age === room.age) go();") and in_script("{#if person.cleared}x{/if}")
