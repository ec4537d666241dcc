"""The sockets and the loop: what the reactor, the load and the histories count."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from cups.app import Cups
from cups.metrics.families import counter, gauge, histogram

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
    "ticks": "Rounds of reading",
}


def sockets(cups: Cups) -> Iterator[Metric]:
    found: Mapping[str, int] = cups.hub.reactor.statistics()
    for name, help in _GAUGES.items():
        yield GaugeMetricFamily(f"cups_reactor_{name}", help, value=found[name])
    for name, help in _COUNTERS.items():
        yield CounterMetricFamily(f"cups_reactor_{name}", help, value=found[name])
    yield counter("cups_reactor_flush_seconds", "Time spent writing", found["flush_micros"] / 1_000_000)
    yield gauge("cups_tickets", "Ended connections that can be resumed", len(cups.tickets))
    yield gauge(
        "cups_staff_connections", "WebSockets of staff, whom calls for people in danger reach", cups.live.staff_here()
    )
    histories = cups.channels.histories.statistics()
    yield gauge("cups_history_channels", "Channels held in memory", histories["channels"])
    yield gauge("cups_history_messages", "Messages held in memory", histories["messages"])
    yield counter("cups_history_reads", "Histories read from the database", histories["reads"])


def loop(cups: Cups) -> Iterator[Metric]:
    load = cups.load
    yield histogram(
        "cups_loop_lag_seconds", "How late the loop was at each beat", load.BUCKETS, load.counts, load.total
    )
    yield counter("cups_load_refused", "Connections refused because the loop was late", load.refused)
    yield counter("cups_load_shed", "Messages refused because more came in than the loop could take", load.shed)
    yield counter("cups_load_dropped", "Typing left out because the loop was late", load.dropped)
