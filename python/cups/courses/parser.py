"""Reads course files: Markdown with a front matter of `title`, `serial`, `layout` (the course) and `class`.

Pure, but for `parse_directory`, which reads the files of a folder. A file comes in whole or not at all: with anything
wrong in it, it gives all its problems, each with its line, and no section.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import msgspec

from cups.courses.frontmatter import FrontMatter, FrontMatterError, read_front_matter
from cups.courses.links import Place, SectionLinks, SectionUrl, section_url
from cups.courses.markdown import LinkResolver, parse_markdown, render_tokens
from cups.courses.problems import Problem, ProblemCode
from cups.courses.quiz import Quiz, part_quiz
from cups.courses.statements import Statement
from cups.courses.templating import without_templating

__all__ = [
    "MAX_BYTES",
    "Imported",
    "Problem",
    "ProblemCode",
    "Quiz",
    "Section",
    "Skipped",
    "Statement",
    "parse_directory",
    "parse_file",
    "parse_files",
]

MAX_BYTES = 1 << 20
"""Size of a file in UTF-8. A section is read in minutes; the longest seen in use has 10 KiB."""

DEFAULT_KIND = "section"
"""The class of a file that names none."""

INDEX = "index"
"""The class of a file that is a course's table of contents. We make our own, so only its title is of use."""

_WHOLE = re.compile(r"[0-9]{1,6}")
_KEY = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_SUFFIXES = (".md", ".markdown")


class Section(msgspec.Struct, frozen=True):
    """One section of a course. `serial` is its place, `kind` its class in the file, `source` the file's name.

    `html` is safe to put into a page and holds nothing of the quiz.
    """

    course: str
    title: str
    serial: int
    kind: str
    html: str
    quiz: Quiz | None
    source: str


class Skipped(msgspec.Struct, frozen=True):
    """A file that is no section, and why. The index of a course tells the course's key and title."""

    source: str
    reason: str
    course: str | None = None
    title: str | None = None


class Imported(msgspec.Struct, frozen=True):
    """What some files gave: sections by course and serial, files left aside, and problems by file and line."""

    sections: list[Section]
    skipped: list[Skipped]
    problems: list[Problem]


class _Head(msgspec.Struct, frozen=True):
    """The front matter once it is known to be right."""

    course: str
    title: str
    serial: int
    serial_line: int
    kind: str
    permalink: str | None
    body: str


def parse_file(name: str, text: str, resolve_link: LinkResolver | None = None) -> Section | Skipped | list[Problem]:
    """Read one file. `name` stands for it in the result; relative links go through `resolve_link`.

    Never raises for what a file may hold: what is wrong comes back as a list of problems, never empty, by line.
    """
    head = _read_head(name, text)
    return _read_section(name, head, resolve_link) if isinstance(head, _Head) else head


def parse_files(files: Iterable[tuple[str, str]], url: SectionUrl = section_url) -> Imported:
    """Read the files (name and text) of one or more courses together, so that they can link to each other.

    Two files with the same place in the same course are both left out, with a problem that names them.
    """
    heads = {}
    problems: list[Problem] = []
    for name, text in files:
        if name in heads:
            problems.append(Problem(name, 1, "duplicate-name", "there are two files of this name"))
        heads[name] = _read_head(name, text)
    links = SectionLinks(_places(heads), url)
    clashing = _clashes(heads)
    problems.extend(clashing)
    unfit = {problem.file for problem in problems}
    sections: list[Section] = []
    skipped: list[Skipped] = []
    for name, head in heads.items():
        result = _read_section(name, head, _resolver(links, head.course)) if isinstance(head, _Head) else head
        if isinstance(result, Skipped):
            skipped.append(result)
        elif isinstance(result, Section):
            if name not in unfit:
                sections.append(result)
        else:
            problems.extend(result)
    return Imported(
        sections=sorted(sections, key=lambda section: (section.course, section.serial)),
        skipped=skipped,
        problems=sorted(problems, key=lambda problem: (problem.file, problem.line)),
    )


def parse_directory(path: Path, url: SectionUrl = section_url) -> Imported:
    """Read the Markdown files right inside a folder, by name. Raises OSError if the folder or a file can't be read."""
    files: list[tuple[str, str]] = []
    unreadable: list[Problem] = []
    for file in sorted(path.iterdir()):
        if file.suffix not in _SUFFIXES or file.name.startswith(".") or not file.is_file():
            continue
        with file.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
        try:
            if len(raw) > MAX_BYTES:
                raise _too_large(file.name)
            files.append((file.name, raw.decode("utf-8")))
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            unreadable.append(Problem(file.name, line, "file-not-utf8", "the file is not UTF-8 text"))
        except _RefusedError as error:
            unreadable.append(error.problem)
    imported = parse_files(files, url)
    problems = sorted([*imported.problems, *unreadable], key=lambda problem: (problem.file, problem.line))
    return msgspec.structs.replace(imported, problems=problems)


class _RefusedError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _too_large(name: str) -> _RefusedError:
    return _RefusedError(Problem(name, 1, "file-too-large", f"the file has more than {MAX_BYTES} bytes"))


def _read_head(name: str, text: str) -> _Head | Skipped | list[Problem]:
    try:
        matter = read_front_matter(_checked(name, text))
    except _RefusedError as error:
        return [error.problem]
    except FrontMatterError as error:
        code: ProblemCode = "front-matter-missing" if error.missing else "front-matter-broken"
        return [Problem(name, error.line, code, str(error))]
    fields = matter.fields
    kind = _value(matter, "class") or DEFAULT_KIND
    title = " ".join(without_templating(_value(matter, "title")).split())
    course = _value(matter, "layout")
    if kind == INDEX:
        return Skipped(name, "the index of a course is no section", course=course or None, title=title or None)
    problems = _field_problems(name, matter, title)
    if problems:
        return problems
    return _Head(
        course=course,
        title=title,
        serial=int(fields["serial"].value),
        serial_line=fields["serial"].line,
        kind=kind,
        permalink=_value(matter, "permalink") or None,
        body=matter.body,
    )


def _checked(name: str, text: str) -> str:
    try:
        # The length in characters first: no need to encode what is far too long.
        if len(text) > MAX_BYTES or len(text.encode("utf-8")) > MAX_BYTES:
            raise _too_large(name)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise _RefusedError(Problem(name, line, "file-not-utf8", "the file is not UTF-8 text")) from error
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _value(matter: FrontMatter, key: str) -> str:
    return matter.fields[key].value if key in matter.fields else ""


def _field_problems(name: str, matter: FrontMatter, title: str) -> list[Problem]:
    problems: list[Problem] = []

    def note(key: str, code: ProblemCode, message: str) -> None:
        line = matter.fields[key].line if key in matter.fields else 1
        problems.append(Problem(name, line, code, message))

    serial, course, kind = (_value(matter, key) for key in ("serial", "layout", "class"))
    if not title:
        note("title", "title-missing", "the front matter has no title")
    if not serial:
        note("serial", "serial-missing", "the front matter has no serial (the place in the course)")
    elif matter.fields["serial"].quoted or not _WHOLE.fullmatch(serial):
        note("serial", "serial-not-whole", f"the serial is not a whole number: {serial[:40]}")
    if not course:
        note("layout", "layout-missing", "the front matter has no layout (the course)")
    elif not _KEY.fullmatch(course):
        note("layout", "layout-invalid", "the layout is the course's key: a-z, 0-9 and single - only")
    if kind and not _KEY.fullmatch(kind):
        note("class", "class-invalid", "the class is one word such as section or chapter")
    return sorted(problems, key=lambda problem: problem.line)


def _read_section(name: str, head: _Head, resolve_link: LinkResolver | None) -> Section | list[Problem]:
    document = parse_markdown(head.body)
    parted = part_quiz(name, document, resolve_link)
    if parted.problems:
        return sorted(parted.problems, key=lambda problem: problem.line)
    return Section(
        course=head.course,
        title=head.title,
        serial=head.serial,
        kind=head.kind,
        html=render_tokens(document, parted.tokens, resolve_link),
        quiz=parted.quiz,
        source=name,
    )


def _resolver(links: SectionLinks, course: str) -> LinkResolver:
    return lambda address: links.resolve(address, course)


def _places(heads: dict[str, _Head | Skipped | list[Problem]]) -> Iterable[Place]:
    for name, head in heads.items():
        if isinstance(head, _Head):
            yield Place(file=name, course=head.course, serial=head.serial, permalink=head.permalink)
        elif isinstance(head, Skipped) and head.course is not None:
            yield Place(file=name, course=head.course, serial=None)


def _clashes(heads: dict[str, _Head | Skipped | list[Problem]]) -> list[Problem]:
    by_place: defaultdict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for name, head in heads.items():
        if isinstance(head, _Head):
            by_place[head.course, head.serial].append((name, head.serial_line))
    problems: list[Problem] = []
    for (course, serial), same in by_place.items():
        if len(same) > 1:
            message = f"serial {serial} of {course} is in " + " and ".join(name for name, _ in same)
            problems.extend(Problem(name, line, "duplicate-serial", message) for name, line in same)
    return problems
