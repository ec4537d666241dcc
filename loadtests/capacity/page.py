"""docs/capacity.md: what is taken, what is measured, what follows, and what the simulation says of it."""

from dataclasses import fields
from pathlib import Path

from capacity import costs, model
from capacity.assumptions import THOUSANDFOLD, TODAY, Limits, People
from capacity.check import SEED, Agreement, agreements

PAGE = Path(__file__).parents[2] / "docs" / "capacity.md"

HEAD = """# Capacity

How many processes and machines a site of a given size takes. Made by `make capacity` from the assumptions and costs in `loadtests/capacity`; change them there, and
make it anew. For orders of magnitude: the costs are of one small machine, the people are made up, and nothing of this size has been tried.

The large site has a thousand times today's visitors of the largest platform of this kind.
"""
WHAT = {
    "visits_a_day": "visits a day",
    "peak": "the busiest hour against the mean of the day",
    "minutes": "minutes that a page with a socket is open",
    "pages": "pages of a visit",
    "reads": "reads over REST",
    "changes": "changing requests",
    "returns": "sockets that broke and came back",
    "talks": "the share of visits with a talk",
    "talk_messages": "messages of a talk, of both",
    "in_rooms": "the share of visits in a room",
    "room_messages": "messages of theirs there",
    "room_people": "people in one room at the busiest hour",
    "light": "typing, receipts and presence for each message and person told",
}
AFTER = """## What it says

- **Pages and REST take most of it**, half of that and more for finding out again, in eight statements, who asks ([decision 0036](decisions/0036-hypercorn-stays.md)). That is the first thing to mend: kept between requests,
  it would halve the number of API processes.
- **Gateways are many because of sockets, not of work**: each is asked to hold no more than {connections:,}.
- **The writer's one turn is what does not grow.** Each process takes it in its order, so it comes round more slowly the more of them there are: what is written waits for half a round and then for its own turn. On a disk and a network that are
  quicker than those of the measurement, a turn of its own costs less, and the round with it. At a share near 1 there is no such site: it has to be several sites.
- **Redis and PostgreSQL's processors** are no limit at this size. PostgreSQL is one machine (and its stand-by, for when it fails): reads of replicas would be late.

## Several gateways, measured

`make bench CASE=nodes` measures messages a second and CPU for each delivery with 1, 2 and 4 gateways; its figures stand in [benchmarks](benchmarks.md) once it has been run, and take the place of those of two processes here.
"""


def page() -> str:
    found, limits = costs.load(), Limits()
    return "\n".join(
        (
            HEAD,
            _people(),
            _limits(limits),
            _costs(found),
            _need(found, limits),
            _checked(agreements(SEED)),
            AFTER.format(connections=limits.connections),
        )
    )


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _people() -> str:
    rows = [
        [WHAT[one.name], _figure(getattr(TODAY, one.name)), _figure(getattr(THOUSANDFOLD, one.name))]
        for one in fields(People)
    ]
    return "## What people are taken to do\n\n" + _table(["of one visit", "today", "a thousand times"], rows)


def _limits(limits: Limits) -> str:
    return (
        f"At the busiest hour a core, and the writer's turn, is used to {limits.full:.0%}; a gateway holds {limits.connections:,} sockets; "
        f"there is {limits.spare} more of each kind of process than needed.\n"
    )


def _costs(found: costs.Costs) -> str:
    rows = [[one.of, _figure(one.us), one.source] for field in fields(found) for one in [getattr(found, field.name)]]
    return "## What things cost\n\n" + _table(["what", "microseconds", "from"], rows)


def _need(found: costs.Costs, limits: Limits) -> str:
    sites = [(people, model.demand(people), model.need(people, found, limits)) for people in (TODAY, THOUSANDFOLD)]
    lines: list[tuple[str, list[str]]] = [
        ("people online", [_figure(asked.online) for _, asked, _ in sites]),
        ("visits that begin each second", [_figure(asked.visits) for _, asked, _ in sites]),
        ("pages and REST requests each second", [_figure(asked.pages + asked.reads + asked.changes) for _, asked, _ in sites]),
        ("messages each second", [_figure(asked.messages) for _, asked, _ in sites]),
        ("deliveries each second, light ones included", [_figure(asked.talk_messages + asked.room_deliveries + asked.light_deliveries) for _, asked, _ in sites]),
        ("**gateways**", [f"**{need.gateways}** (for {'sockets' if need.by_sockets else 'work'}; busy: {_figure(need.gateway_cores)} cores)" for *_, need in sites]),
        ("**API processes**", [f"**{need.api}** (busy: {_figure(need.api_cores)} cores)" for *_, need in sites]),
        ("**workers**", [f"**{need.workers}**" for *_, need in sites]),
        ("**Redis shards**", [f"**{need.redis_shards}**" for *_, need in sites]),
        ("**PostgreSQL**", [f"**1**, of {need.database_cores} cores" for *_, need in sites]),
        ("the writer's turn in use", [f"{need.turn:.1%}" for *_, need in sites]),
        ("the turn comes round in, at most", [f"{_figure(need.turn_ms)} ms" for *_, need in sites]),
    ]  # fmt: skip
    return "## What that needs\n\n" + _table(
        ["at the busiest hour", "today", "a thousand times"], [[what, *cells] for what, cells in lines]
    )


def _checked(found: list[Agreement]) -> str:
    rows = [
        [one.what, _figure(one.summed), _figure(one.simulated), f"{one.apart:.1%}", f"{one.tolerance:.0%}"]
        for one in found
    ]
    return (
        "## Whether the sums hold\n\n"
        "A simulation lets people come, stay, read, talk and sit in rooms for a day, each by chance, and queues serve them one by one. What it finds for the busiest hour has to agree with the sums "
        "within the tolerance, or the page is not made.\n\n"
        + _table(["", "sum", "simulation", "apart", "allowed"], rows)
    )
