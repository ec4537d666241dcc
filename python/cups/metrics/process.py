"""The process and its machine: readiness, requests, jobs, the log, the disk."""

import shutil
from collections.abc import Iterator

from prometheus_client.core import InfoMetricFamily
from prometheus_client.metrics_core import Metric

from cups import __version__, logs, steady
from cups.api.tally import RestTally
from cups.backup.making import last_backup
from cups.health import Health
from cups.metrics.families import counter, counters, gauge, gauges, histograms
from cups.settings import Settings
from cups.store import opening


def about(settings: Settings, health: Health, process: str) -> Iterator[Metric]:
    yield InfoMetricFamily(
        "cups",
        "Which version this is, and of which kind",
        value={
            "version": __version__,
            "process": process,
            "database": "postgresql" if settings.database else "sqlite",
        },
    )
    yield gauge("cups_ready", "1 if this process is ready for people", not health.why_not())


def rest(tally: RestTally) -> Iterator[Metric]:
    yield counters(
        "cups_http_requests",
        "Requests answered, by the route as it is declared",
        ["method", "route", "status"],
        sorted(tally.counts.copy().items()),
    )
    yield histograms(
        "cups_http_request_duration_seconds",
        "From a request's head to the end of its answer",
        ["method", "route"],
        sorted(tally.times.copy().items()),
    )
    yield gauge("cups_http_requests_in_progress", "Requests that are being answered", tally.under_way)


def jobs() -> Iterator[Metric]:
    """Work that comes again and again, or after something happened. By the name it has in the code."""
    kept = sorted(steady.runs.copy().items())
    yield gauges(
        "cups_job_last_success_timestamp_seconds",
        "When a job last ended well",
        ["work"],
        (([name], run.last_good) for name, run in kept if run.last_good),
    )
    yield counters(
        "cups_job_failures", "How often a job failed", ["work"], (([name], run.failures) for name, run in kept)
    )
    yield counters(
        "cups_job_duration_seconds", "Time spent in a job", ["work"], (([name], run.seconds) for name, run in kept)
    )


def lines() -> Iterator[Metric]:
    levels = {name: count for name, count in logs.counts.items() if name != "lost"}
    yield counters("cups_log_lines", "Lines of the log", ["level"], (([name], count) for name, count in levels.items()))
    yield counter("cups_log_lost", "Lines that standard error did not take", logs.counts["lost"])


def backups(settings: Settings) -> Iterator[Metric]:
    last = last_backup(settings)
    yield gauge(
        "cups_backup_last_success_timestamp_seconds",
        "When the last good backup was begun; 0: there is none",
        last.at / 1000 if last else 0,
    )
    yield gauge("cups_backup_size_bytes", "The size of its file", last.bytes if last else 0)


def disk(settings: Settings) -> Iterator[Metric]:
    folder = settings.data_path()
    usage = shutil.disk_usage(folder)
    yield gauge("cups_disk_size_bytes", "Size of the disk with the data folder", usage.total)
    yield gauge("cups_disk_free_bytes", "What is free of it", usage.free)
    files = folder.glob(f"{opening.sqlite_path(settings).name}*")
    size = sum(file.stat().st_size for file in files)
    if not settings.database:
        yield gauge("cups_database_size_bytes", "The embedded database with its write-ahead log", size)
