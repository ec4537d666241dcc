"""A day of a site, person by person, and some minutes of its queues, event by event: what the sums of `model` say has to come out of it.

The day is of a smaller site, since all but the size of rooms grows with the number of visits; the queues are of the full rate.
"""

import heapq
import random
from collections import Counter
from math import cos, pi

from capacity.assumptions import DAY_S, People
from capacity.model import Demand

MINUTE_S = 60
WINDOW = 60
"""Minutes of the busiest hour."""
WARM_S = DAY_S // 4
"""In which an empty site fills: not counted, and told by the same hours of the next day."""


def rate(people: People, at_s: float) -> float:
    """Visits that begin each second at this time: the day's curve is a cosine, with its top in the evening."""
    mean = people.visits_a_day / DAY_S
    return mean * (1 + (people.peak - 1) * cos(2 * pi * (at_s - 20 * 3600) / DAY_S))


def day(people: People, seed: int) -> Demand:
    """Means over the busiest hour of each, wherever in the day that was. One day, which begins as a day before it has ended: whoever is still there at midnight goes on."""
    chance = random.Random(seed)
    rooms = max(1, round(_room_sitters(people) / people.room_people))
    here: Counter[int] = Counter()
    online = sitting = 0
    counts: dict[str, list[float]] = {name: [0.0] * (DAY_S // MINUTE_S) for name in Demand.__dataclass_fields__}
    told = 0
    events: list[tuple[float, int, str, int]] = []
    number = 0

    def later(at_s: float, what: str, room: int = -1) -> None:
        nonlocal number
        number += 1
        heapq.heappush(events, (at_s, number, what, room))

    def add(name: str, at_s: float, much: float = 1.0) -> None:
        if at_s < WARM_S:
            return
        counts[name][int(at_s // MINUTE_S) % len(counts[name])] += much

    def arrive(at_s: float) -> None:
        nonlocal online, sitting
        # Most visits are short and some are long: the spread of a lognormal with sigma 1.
        stay_s = people.minutes * 60 * chance.lognormvariate(-0.5, 1.0)
        online += 1
        add("visits", at_s)
        later(at_s + stay_s, "leave")
        for name, many in (
            ("pages", people.pages),
            ("reads", people.reads),
            ("changes", people.changes),
            ("returns", people.returns),
        ):
            for _ in range(_poisson(chance, many)):
                add(name, at_s + stay_s * chance.random())
        if chance.random() < people.talks:
            for _ in range(_poisson(chance, people.talk_messages)):
                at = at_s + stay_s * chance.random()
                add("talk_messages", at)
                add("light_deliveries", at, people.light)
        if chance.random() < people.in_rooms:
            room = chance.randrange(rooms)
            sitting += 1
            here[room] += 1
            later(at_s + stay_s, "go", room)
            for _ in range(_poisson(chance, people.room_messages)):
                later(at_s + stay_s * chance.random(), "say", room)

    end_s = DAY_S + WARM_S
    at_s, most = 0.0, people.visits_a_day / DAY_S * people.peak
    while True:
        at_s += chance.expovariate(most)
        if at_s >= end_s:
            return _busiest(counts)
        while events and events[0][0] <= at_s:
            when, _, what, room = heapq.heappop(events)
            if what == "leave":
                online -= 1
            elif what == "go":
                sitting -= 1
                here[room] -= 1
            else:
                hear = max(0, here[room] - 1)
                add("room_messages", when)
                add("room_deliveries", when, hear)
                add("light_deliveries", when, people.light * hear)
        while told * MINUTE_S <= at_s:
            if told * MINUTE_S >= WARM_S:
                counts["online"][told % len(counts["online"])] = online * MINUTE_S
                counts["in_rooms"][told % len(counts["in_rooms"])] = sitting * MINUTE_S
            told += 1
        if chance.random() * most < rate(people, at_s):
            arrive(at_s)


def _room_sitters(people: People) -> float:
    return people.visits_a_day / DAY_S * people.peak * people.minutes * 60 * people.in_rooms


def _poisson(chance: random.Random, mean: float) -> int:
    """By arrivals of a clock: means here are small."""
    count, at = 0, chance.expovariate(1.0)
    while at < mean:
        count, at = count + 1, at + chance.expovariate(1.0)
    return count


def _busiest(counts: dict[str, list[float]]) -> Demand:
    """The hour in which most visits begin, of what has been counted each minute."""
    many = len(counts["visits"])

    def hour(name: str, begin: int) -> float:
        return sum(counts[name][(begin + n) % many] for n in range(WINDOW)) / (WINDOW * MINUTE_S)

    # By the people who are there: of these there are many, so that chance alone does not choose the hour.
    begin = max(range(many), key=lambda minute: hour("online", minute))
    return Demand(**{name: hour(name, begin) for name in counts})


def wait_ms(rate: float, service_us: float, many: int, seed: int) -> float:
    """The mean wait of `many` requests that come by chance to one process which serves one after the other, each for a time by chance as well."""
    chance, now, free, waited = random.Random(seed), 0.0, 0.0, 0.0
    for _ in range(many):
        now += chance.expovariate(rate)
        begins = max(now, free)
        waited += begins - now
        free = begins + chance.expovariate(1e6 / service_us)
    return waited / many * 1000


def turns(
    writes: float, writers: int, turn_us: float, unit_us: float, seconds: float, seed: int
) -> tuple[float, float]:
    """The writer's turn going round among processes, each of which takes along what has come to it: the share of time in which units are worked on, and the
    mean milliseconds from one turn of a process to its next."""
    chance = random.Random(seed)
    next_s = [chance.expovariate(writes / writers) for _ in range(writers)]
    now = worked = 0.0
    rounds = 0
    while now < seconds:
        for one in range(writers):
            units = 0
            while next_s[one] <= now:
                units += 1
                next_s[one] += chance.expovariate(writes / writers)
            worked += units * unit_us * 1e-6
            now += (turn_us + units * unit_us) * 1e-6
        rounds += 1
    return worked / now, now / rounds * 1000
