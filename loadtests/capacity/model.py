"""From people to parts: rates at the busiest hour, cores that they take, and how many processes and machines that is.

Rates are means over the busiest hour: what is online then follows from them by Little's law, since a visit is short against the hours in which the day changes.
"""

import math
from dataclasses import dataclass
from math import inf

from capacity.assumptions import DAY_S, Limits, People
from capacity.costs import Costs


@dataclass(frozen=True)
class Demand:
    """Each second of the busiest hour, of all processes together; and how many people are there."""

    visits: float
    online: float
    in_rooms: float
    pages: float
    reads: float
    changes: float
    returns: float
    talk_messages: float
    room_messages: float
    room_deliveries: float
    light_deliveries: float

    @property
    def messages(self) -> float:
        return self.talk_messages + self.room_messages

    @property
    def sockets(self) -> float:
        return self.visits + self.returns


def demand(people: People) -> Demand:
    visits = people.visits_a_day / DAY_S * people.peak
    online = visits * people.minutes * 60
    talk = visits * people.talks * people.talk_messages
    room = visits * people.in_rooms * people.room_messages
    heard = max(0.0, people.room_people - 1)
    return Demand(
        visits=visits,
        online=online,
        in_rooms=online * people.in_rooms,
        pages=visits * people.pages,
        reads=visits * people.reads,
        changes=visits * people.changes,
        returns=visits * people.returns,
        talk_messages=talk,
        room_messages=room,
        room_deliveries=room * heard,
        light_deliveries=people.light * (talk + room * heard),
    )


@dataclass(frozen=True)
class Cores:
    """Busy at the busiest hour, of all processes of a kind; `heard` is what each process has besides, whatever the others do."""

    gateways: float
    api: float
    heard: float
    database: float
    redis: float
    """For publishing, and the same again for each process that listens."""


def cores(asked: Demand, costs: Costs) -> Cores:
    us = 1e-6
    return Cores(
        gateways=us
        * (
            asked.visits * costs.arrive.us
            + asked.returns * costs.resume.us
            + asked.messages * costs.message.us
            + asked.room_deliveries * costs.delivery.us
            + asked.light_deliveries * costs.light.us
        ),
        api=us * (asked.pages * costs.page.us + asked.reads * costs.read.us + asked.changes * costs.change.us),
        heard=us * asked.messages * costs.heard.us,
        database=us
        * (
            asked.messages * costs.database_message.us
            + (asked.pages + asked.reads + asked.sockets) * costs.database_read.us
            + asked.changes * costs.database_change.us
        ),
        redis=us * asked.messages * costs.redis.us,
    )


@dataclass(frozen=True)
class Need:
    gateways: int
    by_sockets: bool
    """Whether their number comes from how many sockets one holds; else from what they do."""
    api: int
    workers: int
    redis_shards: int
    database_cores: int
    turn: float
    """The share of time in which somebody has the writer's turn; above 1 there is no such site."""
    turn_ms: float
    """The mean time from one turn of a process to its next: a message waits for half of it, and then for its own turn."""
    gateway_cores: float
    api_cores: float

    @property
    def processes(self) -> int:
        return self.gateways + self.api + self.workers


def need(people: People, costs: Costs, limits: Limits) -> Need:
    asked = demand(people)
    busy = cores(asked, costs)
    room = limits.full - busy.heard
    if room <= 0:
        raise ValueError("each process would be busy with hearing what the others say: this has to be several sites")
    by_work, by_sockets = busy.gateways / room, asked.online / limits.connections
    gateways = _whole(max(by_work, by_sockets)) + limits.spare
    api = _whole(busy.api / room) + limits.spare
    workers = 1 + limits.spare
    processes = gateways + api + workers
    redis = busy.redis * (1 + processes)
    turn = turn_share(asked, costs)
    return Need(
        gateways=gateways,
        by_sockets=by_sockets > by_work,
        api=api,
        workers=workers,
        redis_shards=_whole(redis / limits.full),
        database_cores=_whole(busy.database / limits.full),
        turn=turn,
        turn_ms=cycle_ms(turn, gateways + api, costs.turn.us),
        gateway_cores=busy.gateways + gateways * busy.heard,
        api_cores=busy.api + api * busy.heard,
    )


def turn_share(asked: Demand, costs: Costs) -> float:
    """Of the time, in which units are worked on in somebody's turn."""
    return (asked.messages * costs.unit.us + asked.changes * costs.change_unit.us) * 1e-6


def cycle_ms(share: float, writers: int, turn_us: float) -> float:
    """Of a cyclic polling system with gated turns: each of `writers` takes along all that waits for it. A process with nothing to write takes no turn, so this is
    the most that it can be."""
    return inf if share >= 1 else writers * turn_us / (1 - share) / 1000


def waiting_ms(rate: float, service_us: float, variation: float = 1.0) -> float:
    """The mean wait for one process that serves one after the other (Pollaczek and Khinchine). `variation`: of the service times, squared and against the mean."""
    used = rate * service_us * 1e-6
    if used >= 1:
        return inf
    return used * service_us * (1 + variation) / (2 * (1 - used)) / 1000


def _whole(parts: float) -> int:
    """Rounded up, but not for what a float is off by."""
    return math.ceil(parts - 1e-9)
