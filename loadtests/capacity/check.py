"""The sums of `model` beside what `simulation` finds for the same people."""

from dataclasses import dataclass, fields, replace

from capacity import costs, model, simulation
from capacity.assumptions import THOUSANDFOLD, Limits

SEED = 1
VISITS = 160_000
"""Of the simulated day."""
DAY_WITHIN = 0.1
"""What chance does to an hour of that many visits, with the tops of the day's curve a little flatter than the sums take it."""
QUEUE_WITHIN = 0.1


@dataclass(frozen=True)
class Agreement:
    what: str
    summed: float
    simulated: float
    tolerance: float

    @property
    def apart(self) -> float:
        return abs(self.simulated - self.summed) / self.summed

    @property
    def holds(self) -> bool:
        return self.apart <= self.tolerance


def agreements(seed: int, visits: int = VISITS) -> list[Agreement]:
    return [*_day(seed, visits), *_queues(seed)]


def _day(seed: int, visits: int) -> list[Agreement]:
    """Rates of the busiest hour, and the cores that they take."""
    people, found = replace(THOUSANDFOLD, visits_a_day=visits), costs.load()
    day, asked = simulation.day(people, seed), model.demand(people)
    simulated = model.Demand(**{field.name: getattr(day, field.name) for field in fields(model.Demand)})
    named = {
        "online": "people online",
        "in_rooms": "people in rooms",
        "talk_messages": "messages of talks each second",
        "room_deliveries": "deliveries in rooms each second",
    }
    summed_cores, found_cores = model.cores(asked, found), model.cores(simulated, found)
    return [
        *(Agreement(f"a day of {visits:,} visits: {what}", getattr(asked, name), getattr(simulated, name), DAY_WITHIN) for name, what in named.items()),
        *(
            Agreement(f"a day of {visits:,} visits: {what}", getattr(summed_cores, name), getattr(found_cores, name), DAY_WITHIN)
            for name, what in (("gateways", "cores of gateways"), ("api", "cores of API processes"), ("database", "cores of PostgreSQL"))
        ),
    ]  # fmt: skip


def _queues(seed: int) -> list[Agreement]:
    """At the full rate: one API process that is used as far as it may be, and the writer's turn among all processes."""
    found, limits = costs.load(), Limits()
    asked, need = model.demand(THOUSANDFOLD), model.need(THOUSANDFOLD, found, limits)
    rate = limits.full / (found.read.us * 1e-6)
    share, writers = model.turn_share(asked, found), need.gateways + need.api
    units = asked.messages + asked.changes
    used, round_ms = simulation.turns(units, writers, found.turn.us, share / units * 1e6, 60, seed)
    return [
        Agreement("ms that a read waits for its API process", model.waiting_ms(rate, found.read.us), simulation.wait_ms(rate, found.read.us, 200_000, seed), QUEUE_WITHIN),
        Agreement("share of time in the writer's turn", share, used, QUEUE_WITHIN),
        Agreement("ms in which the turn comes round", model.cycle_ms(share, writers, found.turn.us), round_ms, QUEUE_WITHIN),
    ]  # fmt: skip
