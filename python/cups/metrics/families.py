"""Families of metrics from figures that are kept elsewhere. Names as Prometheus has them: base units, and `_total` for what only grows."""

from collections.abc import Iterable, Mapping, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from cups.store.figures import Histogram


def gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help, value=value)


def counter(name: str, help: str, value: float) -> Metric:
    """`name` without `_total`."""
    return CounterMetricFamily(name, help, value=value)


def gauges(name: str, help: str, labels: Sequence[str], values: Iterable[tuple[Sequence[str], float]]) -> Metric:
    family = GaugeMetricFamily(name, help, labels=labels)
    for told, value in values:
        family.add_metric(told, value)
    return family


def counters(name: str, help: str, labels: Sequence[str], values: Iterable[tuple[Sequence[str], float]]) -> Metric:
    family = CounterMetricFamily(name, help, labels=labels)
    for told, value in values:
        family.add_metric(told, value)
    return family


def histogram(name: str, help: str, bounds: Sequence[float], counts: Sequence[int], total: float) -> Metric:
    """`counts` has one place for each bound and one for what is above all of them."""
    family = HistogramMetricFamily(name, help)
    family.add_metric([], _cumulated(bounds, counts), total)
    return family


def histograms(
    name: str, help: str, labels: Sequence[str], kept: Iterable[tuple[Sequence[str], Histogram]], per: float = 1.0
) -> Metric:
    """`per`: how much of the kept unit is one of the base unit."""
    family = HistogramMetricFamily(name, help, labels=labels)
    for told, one in kept:
        bounds = [bound / per for bound in one.bounds]
        family.add_metric(told, _cumulated(bounds, [*one.buckets().values()]), one.total / per)
    return family


def of_millis(name: str, help: str, buckets: Mapping[str, int], total: float) -> Metric:
    """From buckets by milliseconds."""
    bounds = [float(bound) / 1000 for bound in buckets if bound != "+Inf"]
    return histogram(name, help, bounds, [*buckets.values()], total / 1000)


def _cumulated(bounds: Sequence[float], counts: Sequence[int]) -> list[tuple[str, float]]:
    cumulative, buckets = 0, []
    for bound, count in zip((*(f"{bound:.10g}" for bound in bounds), "+Inf"), counts, strict=True):
        cumulative += count
        buckets.append((bound, float(cumulative)))
    return buckets
