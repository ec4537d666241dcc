"""Traces for OpenTelemetry: how a request or a frame went through the process. Off unless `traces_url` names a collector, and then not even loaded.

Nothing on the path of a message asks whether traces are on: where they are, `watch` puts itself around the few doors that everything goes through
(the database, what tells after a commit, the handlers of frames). Spans hold methods, routes, statuses and names in our code; no id, no word, no address,
and of an exception its kind alone. A collector that is away costs spans, never people's time: they are handed over by a thread, and what waits is bounded.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cups import __version__
from cups.networks import within
from cups.settings import Settings
from cups.steady import name_of

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from cups._core import SaidBatch
    from cups.gateway.turns import Handlers
    from cups.store.grouped import GroupedDatabase

EXPORT_S, WAIT_MS, MOST_WAITING = 5.0, 2000, 2048
"""How long a collector may take, how long spans wait to go together, and how many do at the most."""


class TracesUnusable(Exception):
    """The packages for it are not installed."""


class Traces:
    """One process's. `close` hands over what is left."""

    def __init__(self, settings: Settings, process: str) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
        except ImportError:
            raise TracesUnusable(
                "CUPS_TRACES_URL is set: install the packages for it (pip install 'cups[traces]'), or leave it empty"
            ) from None
        resource = Resource({"service.name": "cups", "service.version": __version__, "cups.process": process})
        self._provider: TracerProvider = TracerProvider(resource=resource, sampler=ParentBased(ALWAYS_ON))
        self._provider.add_span_processor(
            BatchSpanProcessor(
                OTLPSpanExporter(endpoint=settings.traces_url, timeout=EXPORT_S),
                max_queue_size=MOST_WAITING,
                schedule_delay_millis=WAIT_MS,
            )
        )
        self._tracer = self._provider.get_tracer("cups", __version__)
        self._proxies = settings.trusted_proxies
        self._requests, self._frames = settings.trace_requests, settings.trace_frames
        self._told_at = 0
        self._telling: list[tuple[Span, int, str]] = []
        self._frame: Span | None = None
        """The one that is being handled, if it is among the share: handlers never wait."""

    def close(self) -> None:
        """Blocks for as long as the collector may take: call it in a thread."""
        self._provider.shutdown()

    # Requests

    def requests(self, app: Any) -> Any:
        """The same ASGI application with a span for each request."""
        from opentelemetry.context import Context
        from opentelemetry.trace import SpanKind, Status, StatusCode, use_span

        async def traced(scope: Any, receive: Any, send: Any) -> None:
            parent = self._parent(scope) if scope["type"] == "http" else None
            if scope["type"] != "http" or (parent is None and random.random() >= self._requests):
                await app(scope, receive, send)
                return
            status = 500

            async def sending(message: Any) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            span = self._tracer.start_span("request", parent or Context(), kind=SpanKind.SERVER)
            with use_span(span, end_on_exit=False, record_exception=False, set_status_on_exception=False):
                try:
                    await app(scope, receive, sending)
                finally:
                    route = str(scope.get("path_template") or "none")
                    method = scope["method"] if scope["method"] in _METHODS else "other"
                    span.update_name(f"{method} {route}")
                    span.set_attributes(
                        {"http.request.method": method, "http.route": route, "http.response.status_code": status}
                    )
                    if status >= 500:
                        span.set_status(Status(StatusCode.ERROR))
                    span.end()

        return traced

    def _parent(self, scope: Any) -> Any:
        """Where a trace was begun by a proxy that we know: anybody else could choose what is traced."""
        from opentelemetry.context import Context
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        if scope.get("client") is None or not within(scope["client"][0], self._proxies):
            return None
        told = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name == b"traceparent"
        }
        return TraceContextTextMapPropagator().extract(told, Context()) if told else None

    # The database

    def watch(self, db: "GroupedDatabase") -> None:
        """From now on its units of work are part of the trace in which they were asked for; those outside of any make none."""
        from opentelemetry.trace import get_current_span, set_span_in_context

        read, write, submit, around = db.read, db.write, db.submit, db.around

        def asked() -> "Span | None":
            current = get_current_span()
            return current if current.is_recording() else None

        async def reading(work: Callable[..., Any], *args: Any) -> Any:
            parent = asked()
            if parent is None:
                return await read(work, *args)
            span = self._tracer.start_span("read", set_span_in_context(parent), attributes={"cups.work": name_of(work)})
            try:
                return await read(work, *args)
            finally:
                span.end()

        async def writing(work: Callable[..., Any], *args: Any) -> Any:
            parent = asked()
            if parent is None:
                return await write(work, *args)
            unit = self._tracer.start_span(
                "unit of work", set_span_in_context(parent), attributes={"cups.work": name_of(work)}
            )
            ended = [0]

            def timed(*given: Any) -> Any:
                self._child(unit, "wait for the writer", unit.start_time, began := time.time_ns())  # type: ignore[attr-defined]
                try:
                    return work(*given)
                finally:
                    ended[0] = time.time_ns()
                    self._child(unit, "work", began, ended[0])

            try:
                return await write(timed, *args)
            finally:
                if ended[0]:
                    self._child(unit, "commit", ended[0], max(ended[0], self._told_at))
                unit.end()

        def submitting(
            work: Callable[..., Sequence[Any]], item: Any, done: Callable[[Any], None], *, weight: int = 1
        ) -> None:
            frame, began = self._frame, time.time_ns()
            if frame is None:
                submit(work, item, done, weight=weight)
                return
            self._frame = None  # it ends with this, not with its handler

            def told(result: Any) -> None:
                self._telling.append((frame, began, type(result).__name__ if isinstance(result, Exception) else ""))
                done(result)

            submit(work, item, told, weight=weight)

        def telling(tell: Callable[[], None]) -> None:
            self._told_at = time.time_ns()
            around(tell)
            if self._telling:
                ended, done = time.time_ns(), self._telling
                self._telling = []
                for frame, began, error in done:
                    self._child(frame, "commit", began, max(began, self._told_at))
                    self._child(frame, "fan-out", self._told_at, ended)
                    if error:
                        frame.set_attribute("error.type", error)
                    frame.end(ended)

        seen: Any = db  # the same doors, with somebody beside them
        seen.read, seen.write, seen.submit, seen.around = reading, writing, submitting, telling

    def _child(self, parent: "Span", name: str, began: int, ended: int) -> None:
        from opentelemetry.trace import set_span_in_context

        self._tracer.start_span(name, set_span_in_context(parent), start_time=began).end(ended)

    # Frames

    def frames(self, handlers: "Handlers") -> "Handlers":
        return _Sampled(handlers, self, self._frames)

    def begin(self, name: str) -> "Span":
        from opentelemetry.context import Context
        from opentelemetry.trace import SpanKind

        self._frame = self._tracer.start_span(name, Context(), kind=SpanKind.SERVER)
        return self._frame

    def end(self, span: "Span") -> None:
        """The handler is done; what it has handed to the writer goes on."""
        if self._frame is span:
            self._frame = None
            span.end()


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Sampled:
    """Handlers of what the reactor has read, with a span for a share of the frames."""

    def __init__(self, handlers: "Handlers", traces: Traces, share: float) -> None:
        self._handlers, self._traces, self._share = handlers, traces, share
        self.head, self.diverted = handlers.head, handlers.diverted
        self.ended, self.overflowed = handlers.ended, handlers.overflowed

    def message(self, conn: int, data: bytes, *, binary: bool) -> None:
        if random.random() >= self._share:
            self._handlers.message(conn, data, binary=binary)
            return
        span = self._traces.begin("frame")
        try:
            self._handlers.message(conn, data, binary=binary)
        finally:
            self._traces.end(span)

    def said(self, batch: "SaidBatch") -> None:
        if random.random() >= self._share:
            self._handlers.said(batch)
            return
        span = self._traces.begin("messages")
        try:
            self._handlers.said(batch)
        finally:
            self._traces.end(span)
