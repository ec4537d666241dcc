"""Links between the sections of a course, as their files write them to each other: by file name or by permalink."""

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from urllib.parse import unquote

import msgspec

SectionUrl = Callable[[str, int | None], str]
"""The address of a course's section by its serial, or of the course's list of sections if there is none."""

_SUFFIXES = (".html", ".htm", ".md", ".markdown")


class Place(msgspec.Struct, frozen=True):
    """What a file is known by. `serial` is None for the index of a course."""

    file: str
    course: str
    serial: int | None
    permalink: str | None = None


def section_url(course: str, serial: int | None) -> str:
    """The addresses used unless others are asked for."""
    return f"/courses/{course}" if serial is None else f"/courses/{course}/{serial}"


class SectionLinks:
    """Finds the section that a relative address means.

    `listen05`, `./listen05.html`, `/listen/listen05#part` and a file's own permalink all lead to the same section;
    `/listen/` leads to the course. A file of the same name in a folder that isn't the course's is somewhere else.
    """

    def __init__(self, places: Iterable[Place], url: SectionUrl = section_url) -> None:
        self._by_permalink: dict[str, str] = {}
        self._by_stem: dict[tuple[str, str], str] = {}
        self._courses: dict[str, str] = {}
        for place in places:
            address = url(place.course, place.serial)
            if place.permalink:
                self._by_permalink.setdefault(_tidy(place.permalink), address)
            if place.serial is not None:
                self._by_stem.setdefault((place.course, _stem(PurePosixPath(place.file).name)), address)
            self._courses.setdefault(place.course, url(place.course, None))

    def resolve(self, address: str, course: str) -> str | None:
        """The address on this site of what a file of `course` means, or None if it means no section."""
        path = _tidy(unquote(address.split("#", 1)[0].split("?", 1)[0]))
        if not path:
            return None
        if path in self._by_permalink:
            return self._by_permalink[path]
        parts = [part for part in path.split("/") if part not in (".", "..", "")]
        if len(parts) == 1 and parts[0] in self._courses:
            return self._courses[parts[0]]
        folder = parts[-2].removeprefix("_") if len(parts) > 1 else course
        stem = _stem(parts[-1]) if parts else "index"
        if stem == "index":
            return self._courses.get(folder)
        return self._by_stem.get((folder, stem))


def _tidy(path: str) -> str:
    return path.strip().strip("/")


def _stem(name: str) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name
