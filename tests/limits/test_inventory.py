"""Every writing route, form and frame names the limits it falls under, each with a value for guests; and the running code asks these and no others."""

from collections import defaultdict
from pathlib import Path
from typing import Any, get_args

import pytest
import trio
from litestar.routes import HTTPRoute

from cups import _core
from cups.api.application import application
from cups.app import running, serve
from cups.limits.figures import LIMITS, counts_by
from cups.limits.trust import ACTIONS, TIERS
from cups.settings import Settings
from cups.wire import frames
from harness import limits_page
from harness.authorisation.cast import prepare
from harness.authorisation.probes import Door, frame_outcome
from harness.authorisation.table import read
from harness.limits_page import INVENTORY, LETTERS, NOT_FOR_GUESTS, SAME_FOR_GUESTS, SHOWN_ELSEWHERE
from harness.server import free_port
from harness.store import settings_at

ROWS = [row for row in read() if row.changes]
WHO = ("visitor", "guest", "teen", "member", "listener", "moderator", "admin", "owner", "other")
WIDE: dict[str, Any] = {
    "mail_host": "127.0.0.1",
    "mail_from": "cups@example.org",
    "mail_security": "none",
    "mail_every_s": 3600,
    "room_keep_messages": 100_000,
    "listener_grace_s": 3600,
    "personal_ring_s": 3600,
    "request_hold_s": 3600,
    "room_most_pins": 1000,
    "pace_address_changes_burst": 100_000,
    "pace_recover_address_burst": 1000,
    "pace_sign_in_address_burst": 1000,
}


async def test_every_writing_route_and_frame_names_its_limits(tmp_path: Path) -> None:
    async with running(settings_at(tmp_path)) as cups:
        there = {
            f"{method} {route.path_format}"
            for route in application(cups).routes
            if isinstance(route, HTTPRoute)
            for method in route.methods - {"GET", "HEAD", "OPTIONS"}
        }
    there |= {f"frame {frame.__struct_config__.tag}" for frame in get_args(frames.ClientFrame)} | {"frame connect"}
    assert there - INVENTORY.keys() == set(), "without a line in tests/limits/inventory.yaml"
    assert INVENTORY.keys() - there == set(), "lines of routes or frames that are gone"


def test_each_has_a_general_limit_and_names_only_those_that_there_are() -> None:
    assert INVENTORY["frame connect"] == [], "so many of one person and of one address are open at once"
    for act, named in INVENTORY.items():
        assert act == "frame connect" or named[:1] == [("frames" if act.startswith("frame ") else "changes")], act
        assert set(named) <= {*ACTIONS, *LIMITS}, act


def test_every_limit_is_of_something() -> None:
    """None is there that nothing asks: each stands at an act, or is of what comes before any."""
    named = {rule for rules in INVENTORY.values() for one in rules for rule in limits_page.rules(one)}
    assert set(LIMITS) - named == {"refusals", "address-changes"}


def test_every_limit_has_a_value_for_guests() -> None:
    """Of its own where it counts by person or session; or it counts what is nobody's own, for all alike; or guests cannot do it at all."""
    alone = set()
    for name in {one for rules in INVENTORY.values() for one in rules} - set(ACTIONS):
        if counts_by(name) in ("person", "session"):
            alone.add(name)
    assert alone == NOT_FOR_GUESTS.keys() | SAME_FOR_GUESTS
    assert [one for one in ACTIONS if f"guest-{one}" not in LIMITS] == []


class Recorded:
    """Real limits that note which were asked."""

    asked: set[str]

    def __init__(self) -> None:
        self._real, self.asked = _core.Pace(), set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __len__(self) -> int:
        return len(self._real)

    def check(self, rule: str, key: str, now: int, cost: int = 1) -> int:
        self.asked.add(rule)
        return self._real.check(rule, key, now, cost)

    def check_all(self, checks: list[tuple[str, str]], now: int) -> int:
        self.asked |= {rule for rule, _ in checks}
        return self._real.check_all(checks, now)


class Watched:
    """What was asked at each act, by whom."""

    def __init__(self) -> None:
        self.asked: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def of(self, act: str) -> set[str]:
        return set().union(*self.asked[act].values())


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """Every row of the table of who may do what, tried against a server in this process."""
    found = Watched()
    patch = pytest.MonkeyPatch()
    patch.setattr("cups.limits.live.Pace", Recorded)
    try:
        trio.run(_try_all, str(tmp_path_factory.mktemp("inventory") / "data"), found)
    finally:
        patch.undo()
    return found


async def _try_all(folder: str, found: Watched) -> None:
    settings = Settings(data_dir=folder, port=free_port(), reactor="plain", **WIDE)
    tries = await prepare(settings, ROWS, WHO)
    async with trio.open_nursery() as nursery:

        async def ready(cups: Any, port: int) -> None:
            nursery.start_soon(_all, cups, port)

        async def _all(cups: Any, port: int) -> None:
            base = f"http://localhost:{port}"
            door = await trio.to_thread.run_sync(Door, base)
            for one in tries:
                cups.pace.asked.clear()
                if one.row.is_frame:
                    await frame_outcome(base, one)
                else:
                    await trio.to_thread.run_sync(door.outcome, one)
                found.asked[one.row.act][one.subject] |= {limits_page.act_of(rule) for rule in cups.pace.asked}
            nursery.cancel_scope.cancel()

        await serve(settings, ready=ready, signals=False)


@pytest.mark.parametrize("act", sorted({row.act for row in ROWS}))
def test_the_running_code_asks_what_is_named(watched: Watched, act: str) -> None:
    asked, named = watched.of(act), set(INVENTORY[act])
    around = {"enter", "frames"} if act.startswith("frame ") else set()
    assert asked - named - around == set(), "asked, and not in tests/limits/inventory.yaml"
    assert named - asked - LETTERS == SHOWN_ELSEWHERE.get(act, set()), "named, and not asked"


def test_guests_come_to_no_limit_that_has_no_value_for_them(watched: Watched) -> None:
    found = {
        (act, name)
        for act, people in watched.asked.items()
        for name in people.get("guest", set())
        if name in NOT_FOR_GUESTS
    }
    assert found == set()


def test_nobody_who_is_new_does_more_at_once_than_who_has_been_here() -> None:
    settings = Settings()
    assert settings.guest_rooms <= settings.new_rooms <= settings.member_rooms <= settings.max_channels_per_connection
    for act in ACTIONS:
        values = [limits_page.value(settings, limits_page.rule_for(act, tier)) for tier in TIERS]
        assert [burst for burst, _ in values] == sorted(burst for burst, _ in values), act


def test_the_page_is_up_to_date() -> None:
    assert limits_page.PAGE.read_text("utf-8") == limits_page.page(), (
        "run PYTHONPATH=tests python -m harness.limits_page"
    )
