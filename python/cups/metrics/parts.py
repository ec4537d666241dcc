"""Which families a kind of process has: those of the parts that it runs."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from prometheus_client.metrics_core import Metric

from cups.api.tally import RestTally
from cups.app import Cups
from cups.health import Health
from cups.metrics import gateway, process, service
from cups.settings import Settings

Part = Callable[[], Iterable[Metric]]


def of_any(settings: Settings, health: Health, kind: str) -> list[Part]:
    """What every process has."""
    return [
        partial(process.about, settings, health, kind),
        process.jobs,
        process.lines,
        partial(process.disk, settings),
        partial(process.backups, settings),
    ]


def of_everything(cups: Cups, tally: RestTally, health: Health, kind: str = "serve") -> list[Part]:
    """Of the one process that does all: sockets, REST and jobs."""
    asked = (
        gateway.sockets,
        gateway.loop,
        service.queue,
        service.danger,
        service.screening,
        service.letters,
        service.catalogue,
        service.storage,
    )
    return [
        *of_any(cups.settings, health, kind),
        partial(process.rest, tally),
        *(partial(part, cups) for part in asked),
    ]


class Collected:
    """As the registry asks for it: all parts, one after the other, on the loop's thread."""

    def __init__(self, parts: list[Part]) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        for part in self._parts:
            yield from part()
