"""Words are sent to a real server over every way in, at the level `debug`: none of them comes out in its log, in what it
prints, in its metrics or traces."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

import httpx
import pytest
import trio
from wsproto.events import TextMessage

from cups.wire import frames
from harness.authorisation.cast import Try, prepare
from harness.authorisation.probes import Door, filled, signed_in
from harness.authorisation.table import Row, read
from harness.collector import Collector
from harness.planting import FREE, MARK, Words, send, ways_in
from harness.server import ACTS_WIDE, ServerProcess, free_port
from harness.store import ON_POSTGRES, rows_at, settings_at

ROWS: dict[str, Row] = {row.act: row for row in reversed(read())}
"""One of each act."""
WHO = {"owner", "member", "admin"}
WIDE: dict[str, Any] = {
    "pace_address_changes_burst": 1_000_000,
    "pace_changes_burst": 1_000_000,
    "pace_guest_changes_burst": 1_000_000,
    "pace_recover_address_burst": 1000,
    "pace_recover_all_burst": 1000,
    "pace_sign_in_address_burst": 1000,
    "mail_host": "127.0.0.1",
    "mail_port": 1,
    "mail_from": "cups@example.org",
    "mail_security": "none",
    "mail_retry_first_s": 1,
    **ACTS_WIDE,
}


class World(NamedTuple):
    server: ServerProcess
    door: Door
    tries: list[Try]
    metrics: str
    words: Words
    collector: Collector

    def output(self) -> str:
        """All that the process has said to anybody but the people."""
        metrics = httpx.get(self.metrics).text
        assert "cups_storage_commits_total" in metrics
        printed = (self.server.data / "server.out").read_text("utf-8")
        return self.server.log.read_text("utf-8") + printed + metrics + self.collector.raw.decode("latin-1")

    def secrets(self) -> set[str]:
        """Tokens, names and ids of those who did all that."""
        people = {one.someone for one in self.tries}
        return {text for who in people for text in (who.token, who.name, who.id, who.session) if text} | {
            self.door.csrf
        }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("planted")
    tries = trio.run(prepare, settings_at(folder / "data", consent=("*=none",)), list(ROWS.values()), WHO)
    port = free_port()
    collector = Collector()
    traces = {"traces_url": collector.url, "trace_frames": 1.0}
    server = ServerProcess(folder, demo=False, log_level="debug", metrics_port=port, **traces, **WIDE).start()
    door = Door(server.base)
    yield World(server, door, tries, f"http://127.0.0.1:{port}/metrics", Words(), collector)
    door.close()
    server.close()
    collector.close()


def found_in(world: World) -> list[str]:
    return found_in_text(world, world.output())


def found_in_text(world: World, output: str) -> list[str]:
    return sorted(
        {*re.findall(rf"\S{{0,60}}{MARK}\d+\S{{0,30}}", output)} | {one for one in world.secrets() if one in output}
    )


def plant(world: World, tries: list[Try]) -> Counter[int]:
    """By REST and forms; how often which status was answered."""
    statuses = Counter[int]()
    for one in tries:
        if one.row.is_frame or one.row.act == "GET /api/openapi.json":
            continue
        for sent in ways_in(one, world.words):
            statuses[send(world.door, one, sent, world.words)] += 1
    return statuses


def test_rest_and_forms(world: World) -> None:
    statuses = plant(world, world.tries)
    print(dict(statuses))
    assert statuses[422] > 100 and statuses[200] > 100 and sum(statuses.values()) > 1000, "the words got nowhere"
    assert found_in(world) == []


async def test_frames(world: World) -> None:
    named = {frame.__struct_config__.tag for frame in get_args(frames.ClientFrame)}
    told = Counter[str]()
    for one in world.tries:
        tag = one.row.act.rpartition(" ")[2]
        if not one.row.is_frame or tag not in named:
            continue
        body, words = filled(one.row.body or {}, one.fill), world.words
        person = signed_in(world.server.base, one.someone)
        async with person.live() as live:
            if "channel_id" in one.fill:
                await live.answer(type="subscribe", channel=one.fill["channel_id"], since=None)
            for sent in (
                words.in_every_text(body, FREE),
                words.in_every_text(body),
                body | {words.next(): words.next()},
            ):
                await live.send(type=tag, ref=words.next(), **sent)
            await live.socket.send_message(f'{{"type": "{tag}", "text": "{words.next()}')
            await live.socket.send_message(words.next().encode())
            for part, last in ((f'{{"type": "{words.next()}', False), (f'{words.next()}"}}', True)):
                await live.socket._send(TextMessage(data=part, message_finished=last))
            await live.send(type=words.next(), ref=words.next())
            while (frame := await live.next()).get("code") != "bad-input" or frame.get("ref"):
                told[frame["type"]] += 1
        await person.aclose()
    async with signed_in(world.server.base, world.tries[0].someone).http as http:
        answer = await http.get(
            f"/live?{world.words.next()}", headers={"upgrade": "websocket", "cookie": f"cups={world.words.next()}"}
        )
        assert answer.status_code >= 400
    assert told["error"] > 20, told
    assert found_in(world) == []


def broken(folder: Path, table: str) -> None:
    """From now on the database takes no row there, and where it says why it names the row."""
    with rows_at(folder) as rows:
        if ON_POSTGRES:
            rows.execute(f"alter table {table} add constraint broken check (false) not valid")
        else:
            for act in ("insert", "update"):
                rows.execute(
                    f"create trigger {act}_{table} before {act} on {table} begin select raise(abort, 'broken'); end"
                )


async def test_errors_of_the_server_itself(world: World) -> None:
    """What no table of refusals knows: the answer is a 500, or `server-error`, and the log says where it was."""
    folder, words = world.server.data / "data", world.words
    for table in ("profile", "message"):
        broken(folder, table)
    failed = Counter[str]()
    for one in world.tries:
        if one.row.act == "PATCH /api/me/profile":
            sent = ("PATCH", one.row.path, f'{{"about": "{words.next()}"}}'.encode(), "application/json")
            failed["rest"] += send(world.door, one, sent, words) == 500
        if one.row.act == "frame send":
            person = signed_in(world.server.base, one.someone)
            async with person.live() as live:
                await live.answer(type="subscribe", channel=one.fill["channel_id"], since=None)
                answer = await live.answer(type="send", channel=one.fill["channel_id"], text=words.next())
                failed["frame"] += answer.get("code") == "server-error"
            await person.aclose()
    assert failed["rest"] and failed["frame"], failed
    output = world.output()
    assert '"request failed"' in output and "IntegrityError" in output and "cups/store/writer.py" in output
    assert found_in(world) == []


def test_letters_that_cannot_be_sent(world: World) -> None:
    deadline = time.monotonic() + 10
    while "a letter is tried again later" not in world.output() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert found_in(world) == []


def test_stopping_says_nothing_either(world: World) -> None:
    # Where tests are spread over processes, the others may have told theirs to another server.
    plant(world, world.tries[:200])
    world.server.stop()
    log = world.server.log.read_text("utf-8")
    assert '"draining"' in log
    assert [one for one in world.secrets() if one in log] == [] and MARK not in log
    assert len(world.collector.spans) > 100 and found_in_text(world, world.collector.raw.decode("latin-1")) == []
