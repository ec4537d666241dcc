"""A new release is rolled out under load, behind a proxy as in deploy/: every process is stopped and started anew, and nobody notices more than that they were sent elsewhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio

from harness.journal import Talker, check
from harness.person import Person
from harness.proxy import caddy, running
from harness.site import SiteProcesses
from harness.sitefaults import WIDE, back, stored

TALKERS, ASKERS = 6, 4
NOTICE_S = 5
"""More than the proxy takes to notice that a process is about to stop: two seconds, and two more until it takes no answer for one."""
BACK_WITHIN_S = 10


class Asking:
    """Reads and writes over REST without a pause, and counts what did not go well. It asks nothing twice, as the page does not."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self.done, self.failed = 0, list[str]()

    async def run(self) -> None:
        while True:
            for method, path, body in (
                ("GET", "/api/me", None),
                ("PUT", "/api/me/refused-topics", {"topics": []}),
                ("GET", "/api/rooms", None),
            ):
                await self._ask(method, path, body)
                await trio.sleep(0.01)

    async def _ask(self, method: str, path: str, body: Any) -> None:
        try:
            answer = await self._person.call(method, path, body)
        except httpx.HTTPError as error:
            self.failed.append(f"{method} {path}: {type(error).__name__}")
            return
        self.done += 1
        if answer.status_code >= 500 or answer.status_code == 429:
            self.failed.append(f"{method} {path}: {answer.status_code} {answer.text[:100]}")


async def _answers(person: Person) -> None:
    with trio.fail_after(20):
        while True:
            try:
                await person.get("/api/me")
                return
            except (httpx.HTTPError, AssertionError):
                await trio.sleep(0.1)


@pytest.mark.slow
async def test_every_process_is_started_anew_and_nobody_loses_a_word(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    site = SiteProcesses(tmp_path, **WIDE, drain_notice_s=NOTICE_S)
    words, env = caddy(tmp_path, site)
    base = f"http://localhost:{site.proxy_port}"
    try:
        site.start()
        with running(words, env, tmp_path / "proxy.log"):
            crowd = [Person(base) for _ in range(TALKERS)]
            await _answers(crowd[0])
            for one in crowd:
                await one.pass_gate()
            admin = await Person(site.front.base).enter(site.front.links["admin"])
            listener = await Person(base).enter(site.front.links["listener"])
            made: Any = {"slug": "rolling", "title": "Rolling", "age": "adult"}
            room = (await admin.post("/api/staff/rooms", made, 201))["id"]
            talkers = [Talker(person, room, number) for number, person in enumerate(crowd)]
            asking, recoveries = Asking(listener), dict[str, float]()
            async with trio.open_nursery() as nursery:
                for _ in range(ASKERS):
                    nursery.start_soon(asking.run)
                async with trio.open_nursery() as talking:
                    for talker in talkers:
                        talking.start_soon(talker.run)
                    await trio.sleep(2)
                    for name, process in site.all.items():
                        await trio.to_thread.run_sync(process.stop)
                        recoveries[name] = round((await back(talkers)).all, 2)
                        await trio.to_thread.run_sync(process.start)
                        await trio.sleep(3)  # the proxy takes it up again
                    for talker in talkers:
                        talker.stop()
                nursery.cancel_scope.cancel()
            found = check([one.journal for one in talkers], await stored(crowd[0], room))
            for person in (*crowd, admin, listener):
                await person.aclose()
    finally:
        site.close()
    reconnects = [one.journal.reconnects for one in talkers]
    print("\nrolling restart:", found, "recoveries", recoveries, "reconnects", reconnects, "asked", asking.done)
    record_property("recoveries", str(recoveries))
    problems = [problem for one in talkers for problem in one.journal.problems]
    assert not any(found[name] for name in ("lost", "doubled", "gaps", "phantoms", "problems")), (found, problems[:5])
    assert not asking.failed, (len(asking.failed), asking.failed[:10])
    assert asking.done > 200 and found["acked"] > 200
    assert max(recoveries.values()) < BACK_WITHIN_S, recoveries
    assert max(reconnects) <= 4, "sent away once by each gateway, and the end"
