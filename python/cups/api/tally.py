"""Requests counted by method, route and kind of answer, for the metrics: by the route as it is declared, never by what stands in a path."""

from collections import Counter, defaultdict
from time import perf_counter
from typing import Any

from cups.store.figures import Histogram

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NOWHERE = "none"
"""The route of whatever led nowhere; and `other`, the method of whatever HTTP does not know: both can be made up without end."""


class RestTally:
    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()
        """By method, route and class of status, as `2xx`."""
        self.times: defaultdict[tuple[str, str], Histogram] = defaultdict(lambda: Histogram(BOUNDS_S))
        self.under_way = 0

    def counting(self, app: Any) -> Any:
        """The same ASGI application, counted."""

        async def counted(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            status, began = 500, perf_counter()

            async def sending(message: Any) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            self.under_way += 1
            try:
                await app(scope, receive, sending)
            finally:
                self.under_way -= 1
                self._count(scope, status, perf_counter() - began)

        return counted

    def _count(self, scope: Any, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = scope.get("path_template") or NOWHERE
        self.counts[method, route, f"{status // 100}xx"] += 1
        self.times[method, route].add(seconds)
