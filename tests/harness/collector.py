"""A collector of OpenTelemetry traces as small as can be: takes what is sent by OTLP over HTTP, and keeps it, raw and read."""

import gzip
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import trio
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Span(NamedTuple):
    name: str
    trace: str
    id: str
    parent: str
    start: int
    end: int
    attributes: dict[str, str]
    events: int


class Collector:
    def __init__(self) -> None:
        self.raw, self.resources = b"", dict[str, str]()
        self.spans: list[Span] = []
        collector = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                collector._take(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1/traces"

    def _take(self, body: bytes) -> None:
        told = ExportTraceServiceRequest.FromString(body)
        for resource in told.resource_spans:
            self.resources |= {one.key: one.value.string_value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    attributes = {
                        one.key: str(getattr(one.value, one.value.WhichOneof("value"))) for one in span.attributes
                    }
                    self.spans.append(
                        Span(
                            span.name,
                            span.trace_id.hex(),
                            span.span_id.hex(),
                            span.parent_span_id.hex(),
                            span.start_time_unix_nano,
                            span.end_time_unix_nano,
                            attributes,
                            len(span.events),
                        )
                    )
        self.raw += body

    async def until(self, found: Callable[[list[Span]], bool], within: float = 15) -> list[Span]:
        deadline = trio.current_time() + within
        while not found(self.spans):
            assert trio.current_time() < deadline, sorted({span.name for span in self.spans})
            await trio.sleep(0.05)
        return self.spans

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]

    def below(self, span: Span) -> dict[str, Span]:
        """Its children, by name."""
        return {one.name: one for one in self.spans if one.parent == span.id and one.trace == span.trace}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
