"""50,000 idle connections, or as many as this system lets a process open files."""

import resource

from bench.cases.idle import measure_idle
from bench.lines import Line
from bench.settings import Settings

PEOPLE = 50_000
OTHER_FILES = 1000


def run(settings: Settings) -> list[Line]:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    people = PEOPLE if most == resource.RLIM_INFINITY else min(PEOPLE, most - OTHER_FILES)
    return measure_idle(settings, "idle50k", settings.count(people), 1)
