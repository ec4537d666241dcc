"""What the process can say of itself, for Prometheus, on a port of its own: never on the one that the public reaches.

Figures are asked of the parts when they are scraped; nothing is counted twice, and no label carries a name, an id or a text.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
import trio
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric

from cups import words
from cups.app import Cups
from cups.screening.door import Screen
from cups.wire.staff import QueueStatistics

log = structlog.get_logger()
HEAD_S = 5.0
MOST_HEAD = 8192

_GAUGES = {
    "connections": "WebSockets open",
    "connecting": "Connections whose head is not read yet",
    "parting": "WebSockets that are closed but for the end of the client's stream",
    "groups": "Groups with members",
    "memberships": "Pairs of connection and group",
    "frames_queued": "Frames that wait in outboxes; a shared one counts in each",
    "bytes_queued": "Their bytes, counted the same way",
    "text_connections": "WebSockets that speak JSON",
    "packed_connections": "WebSockets that speak MessagePack",
}
_COUNTERS = {
    "accepted": "Connections accepted",
    "refused": "Connections refused for a limit",
    "heads_dropped": "Connections dropped before their head was whole",
    "frames_in": "Frames received",
    "bytes_in": "Bytes received",
    "frames_out": "Frames written",
    "bytes_out": "Bytes written",
    "writes": "Writes to one socket; frames_out over this is the coalescing",
    "batches": "Calls of the system that wrote to many sockets at once",
    "partial_writes": "Writes that the system took in part",
    "blocked_writes": "Writes that the system did not take",
    "shed": "Frames left out because an outbox was over half of a cap",
    "conflated": "Frames whose place a newer one took",
    "retracted": "Frames taken back out of an outbox",
    "diverted": "Frames that trio-websocket read",
    "overflowed": "Connections cut because their outbox went over a cap",
    "heartbeats": "Pings sent",
    "timed_out": "Connections that ended by a deadline",
    "too_big": "Connections closed for a message over a limit",
    "floods": "Connections closed for a flood of control frames",
    "flushes": "Rounds of writing",
    "flush_micros": "Microseconds spent writing",
    "ticks": "Rounds of reading",
}


class Collector:
    """Asks the parts at the moment of the scrape."""

    def __init__(self, cups: Cups) -> None:
        self._cups = cups

    def collect(self) -> Iterator[Metric]:
        cups = self._cups
        found: Mapping[str, int] = cups.hub.reactor.statistics()
        for name, help in _GAUGES.items():
            yield GaugeMetricFamily(f"cups_reactor_{name}", help, value=found[name])
        for name, help in _COUNTERS.items():
            yield CounterMetricFamily(f"cups_reactor_{name}", help, value=found[name])
        yield GaugeMetricFamily("cups_tickets", "Ended connections that can be resumed", value=len(cups.tickets))
        load = cups.load
        yield _histogram(
            "cups_loop_lag_seconds", "How late the loop was at each beat", load.BUCKETS, load.counts, load.total
        )
        yield CounterMetricFamily(
            "cups_load_refused", "Connections refused because the loop was late", value=load.refused
        )
        yield CounterMetricFamily(
            "cups_load_shed", "Messages refused because more came in than the loop could take", value=load.shed
        )
        yield GaugeMetricFamily(
            "cups_staff_connections",
            "WebSockets of staff, whom calls for people in danger reach",
            value=cups.live.staff_here(),
        )
        yield CounterMetricFamily("cups_load_dropped", "Typing left out because the loop was late", value=load.dropped)
        histories = cups.channels.histories.statistics()
        yield GaugeMetricFamily("cups_history_channels", "Channels held in memory", value=histories["channels"])
        yield GaugeMetricFamily("cups_history_messages", "Messages held in memory", value=histories["messages"])
        yield CounterMetricFamily("cups_history_reads", "Histories read from the database", value=histories["reads"])
        lacking = CounterMetricFamily(
            "cups_words_missing", "Messages that a language did not have", labels=["language"]
        )
        for language, count in sorted(words.missing.copy().items()):
            lacking.add_metric([language], count)
        yield lacking
        yield from _queue(cups.figures.now())
        yield from _screening(cups.screen)
        yield from _storage(cups.db.statistics())


def _screening(screen: Screen) -> Iterator[Metric]:
    tally = screen.tally
    verdicts = CounterMetricFamily(
        "cups_screening_verdicts",
        "Messages judged, by the class that decided and what became of them",
        labels=["class", "action"],
    )
    for (kind, action), count in sorted(tally.verdicts.copy().items()):
        verdicts.add_metric([kind, action], count)
    yield verdicts
    shadow = CounterMetricFamily("cups_screening_shadow", "Hits of rules that only count, by class", labels=["class"])
    for kind, count in sorted(tally.shadow.copy().items()):
        shadow.add_metric([kind], count)
    yield shadow
    yield _histogram(
        "cups_screening_check_seconds", "What a check took", tally.BOUNDS_S, list(tally.times), tally.seconds
    )
    yield GaugeMetricFamily("cups_screening_rules", "Rules in force", value=screen.core.rules())
    yield CounterMetricFamily(
        "cups_screening_versions", "How often rules were put in force since the start", value=screen.swaps
    )
    yield CounterMetricFamily(
        "cups_screening_calls_again",
        "Times staff were called again because nobody took a concern",
        value=tally.called_again,
    )


def _queue(found: QueueStatistics) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("cups_queue_waiting", "Requests that wait, by age class and language", labels=["pool"])
    for pool in found.pools:
        waiting.add_metric([pool.pool], pool.waiting)
    yield waiting
    for name, help, value in (
        ("held", "Requests whose listener has not come into the chat yet", found.held),
        ("here", "Those who wait with a connection open", found.here),
        ("boards", "Listeners who look at the queue", found.boards),
        ("index_bytes", "Bytes of the index", found.index_bytes),
        ("check_at", "When index and table were last compared, in milliseconds since the epoch", found.check.at),
        (
            "check_differences",
            "What differed then; anything but 0 is a mistake to report",
            found.check.missing + found.check.different + found.check.surplus,
        ),
    ):
        yield GaugeMetricFamily(f"cups_queue_{name}", help, value=value)
    for name, help in _QUEUE_COUNTERS.items():
        yield CounterMetricFamily(f"cups_queue_{name}", help, value=found.since_start[name])


_QUEUE_COUNTERS = {
    "opened": "Requests that entered, or came back",
    "taken": "Requests taken by a listener",
    "lost": "Takes that came second",
    "stale": "Offers that the table no longer had, without news of it",
    "gone": "Requests closed because their asker did not come back",
    "passes": "Comparisons of index and table",
    "repaired": "Requests that such a comparison put right",
}


def _storage(found: Mapping[str, Any]) -> Iterator[Metric]:
    for name, help in (
        ("commits", "Commits"),
        ("units", "Units of work committed"),
        ("items", "Items of batched work committed"),
        ("refused", "Units refused because too many waited"),
    ):
        yield CounterMetricFamily(f"cups_storage_{name}", help, value=found[name])
    yield GaugeMetricFamily("cups_storage_pending", "Units that wait for the writer", value=found["pending"])
    for name, help in (
        ("batch_items", "Items in each commit"),
        ("commit_ms", "Milliseconds of each commit"),
        ("wait_ms", "Milliseconds that the first of each batch waited"),
    ):
        buckets: Mapping[str, int] = found[name]
        bounds = [float(bound) for bound in buckets if bound != "+Inf"]
        yield _histogram(f"cups_storage_{name}", help, bounds, [*buckets.values()], found[f"{name}_sum"])
    yield GaugeMetricFamily(
        "cups_storage_largest_batch", "Units in the largest commit so far", value=found["largest_batch"]
    )


def _histogram(name: str, help: str, bounds: Sequence[float], counts: Sequence[int], total: float) -> Metric:
    """`counts` has one place for each bound and one for what is above all of them."""
    family = HistogramMetricFamily(name, help)
    cumulative, buckets = 0, []
    for bound, count in zip((*map(str, bounds), "+Inf"), counts, strict=True):
        cumulative += count
        buckets.append((bound, float(cumulative)))
    family.add_metric([], buckets, total)
    return family


async def serve(
    cups: Cups, host: str, port: int, *, task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED
) -> None:
    """Answers GET /metrics until cancelled; `task_status` is told the port."""
    registry = CollectorRegistry()
    registry.register(Collector(cups))

    async def answer(stream: trio.SocketStream) -> None:
        try:
            with trio.move_on_after(HEAD_S):
                head = b""
                while b"\r\n\r\n" not in head and len(head) < MOST_HEAD:
                    more = await stream.receive_some(MOST_HEAD)
                    if not more:
                        return
                    head += more
                await stream.send_all(_answer(head, registry))
        except trio.BrokenResourceError:
            pass
        finally:
            await trio.aclose_forcefully(stream)

    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(partial(trio.serve_tcp, answer, port, host=host))
        task_status.started(listeners[0].socket.getsockname()[1])


def _answer(head: bytes, registry: CollectorRegistry) -> bytes:
    if head.split(b" ", 2)[:2] != [b"GET", b"/metrics"]:
        return b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    body = generate_latest(registry)
    first = f"HTTP/1.1 200 OK\r\ncontent-type: {CONTENT_TYPE_LATEST}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    return first.encode() + body
