"""The capacity page: made from the sums as they are, which a simulation of people and queues agrees with."""

import sys
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "loadtests"))

from capacity import costs, model, simulation
from capacity.assumptions import DAY_S, THOUSANDFOLD, TODAY, Limits, People
from capacity.check import agreements
from capacity.page import PAGE, page

FOUND = costs.load()


def test_the_page_is_as_it_would_be_made() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make capacity`"


def test_another_day_agrees_too() -> None:
    found = agreements(seed=7)
    assert len(found) == 10
    assert [one for one in found if not one.holds] == []


@pytest.mark.parametrize(
    "change",
    [{"minutes": 15.0}, {"peak": 1.5}, {"pages": 9.0}, {"room_people": 50.0}],
    ids=lambda change: next(iter(change)),
)
def test_a_day_of_other_people_does_not(change: dict[str, float]) -> None:
    """What the sums leave out, or count wrong, is seen."""
    people = replace(THOUSANDFOLD, visits_a_day=40_000)
    day, asked = simulation.day(replace(people, **change), 7), model.demand(people)
    assert any(
        abs(getattr(day, name) - getattr(asked, name)) > 0.12 * getattr(asked, name)
        for name in ("online", "pages", "room_deliveries")
    )


def test_the_same_seed_is_the_same_day() -> None:
    people = replace(TODAY, visits_a_day=2000)
    assert simulation.day(people, 3) == simulation.day(people, 3) != simulation.day(people, 4)


def test_people_online_follow_from_how_many_come_and_stay() -> None:
    asked = model.demand(People(visits_a_day=DAY_S, peak=2.0, minutes=10))
    assert asked.visits == 2 and asked.online == 1200


def test_more_people_need_more() -> None:
    small, large = (model.need(people, FOUND, Limits()) for people in (TODAY, THOUSANDFOLD))
    assert small.gateways == small.api == small.workers == 2, "one, and one to spare"
    assert large.gateways > small.gateways and large.api > small.api and large.database_cores > small.database_cores
    assert large.by_sockets and large.gateways == 240_000 / 15_000 + Limits().spare


def test_beyond_what_one_site_can_do_it_says_so() -> None:
    tenfold = replace(THOUSANDFOLD, visits_a_day=160_000_000)
    with pytest.raises(ValueError, match="several sites"):
        model.need(tenfold, FOUND, Limits())
    assert model.cycle_ms(1.0, 10, 5000) == inf == model.waiting_ms(1000, 1000)
    assert model.cycle_ms(0.5, 10, 5000) == 100
