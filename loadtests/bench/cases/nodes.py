"""One site of 1, 2 and 4 gateways on one PostgreSQL and one Redis: what a message costs, where its reader is at another gateway.

Of each pair the two are at neighbouring gateways, and the people of a room are spread over all: with two gateways or more every message
travels. All gateways share one core, with the database and Redis: what is compared is CPU time, not how many machines would do.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

from bench import claims, contenders
from bench.arithmetic import rounded
from bench.contest import Sample
from bench.lines import Line, compare
from bench.processes import Failed, Server, client, progress
from bench.settings import Settings

GATEWAYS = (1, 2, 4)
PAIRS, TALKING, IN_FLIGHT = 100, 16, 32
PEOPLE, BURST = 400, 16
ALONE = "one gateway"
PAIR, ROOM = "1-to-1", "room"


def run(settings: Settings) -> list[Line]:
    people = settings.count(PEOPLE)
    found: dict[int, list[Mapping[str, Sample]]] = {count: [] for count in GATEWAYS}
    with ExitStack() as stack:
        try:
            sites = {
                count: stack.enter_context(
                    contenders.ALL["site"].start("--gateways", str(count), "--people", str(people), "--chats")
                )
                for count in GATEWAYS
            }
            for repeat in range(settings.runs):
                for count, site in sites.items():
                    progress(f"nodes: {count} gateways, repeat {repeat + 1}")
                    found[count].append(_measure(settings, site, people))
        except Failed as why:
            progress(f"nodes: left out: {why}")
            return [Line(case="nodes", peer=ALONE, missing=str(why))]
    return [*_lines(found), *claims.run(settings)]


def _measure(settings: Settings, site: Server, people: int) -> Mapping[str, Sample]:
    times = {"seconds": settings.seconds, "warm_up": settings.seconds}
    pairs = min(PAIRS, people // 2)
    (pair,) = client("pairs", site, pairs=pairs, talking=min(TALKING, pairs), in_flight=IN_FLIGHT, **times)
    (room,) = client("room", site, count=people, bursts=BURST, **times)
    return {PAIR: pair, ROOM: room}


def _lines(found: Mapping[int, list[Mapping[str, Sample]]]) -> Iterator[Line]:
    for what, counted in ((PAIR, "messages"), (ROOM, "deliveries")):

        def cost(sample: Mapping[str, Sample], what: str = what, counted: str = counted) -> float:
            of = sample[what]
            return 1e6 * (of["cpu_s"] + of["beside_cpu_s"]) / of[counted]

        def more(samples: list[Mapping[str, Sample]], what: str = what, counted: str = counted) -> dict[str, float]:
            all = [sample[what] for sample in samples]
            middle = sorted(all, key=lambda of: of[counted] / of["elapsed_s"])[len(all) // 2]
            return {
                f"ours_{counted}_per_s": rounded(middle[counted] / middle["elapsed_s"]),
                "ours_us_of_gateways_each": rounded(1e6 * middle["cpu_s"] / middle[counted]),
            }

        alone = [cost(sample) for sample in found[1]]
        for count, samples in found.items():
            yield compare(
                "nodes",
                ALONE,
                [cost(sample) for sample in samples],
                alone,
                f"microseconds of CPU for each {counted.removesuffix('s').replace('deliverie', 'delivery')}, database and Redis included",
                more_is_better=False,
                what=f"{what}, {count} gateway{'s' * (count > 1)}",
                in_flight=IN_FLIGHT if what == PAIR else BURST,
                more=more(samples),
            )
