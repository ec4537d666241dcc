"""Redis, the quick way between several processes of one site."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from cups.doctor.findings import Finding, Setup, fine, look, wrong

PATIENCE_S = 5.0
LEAST_REDIS = 7
POLICY = "noeviction"


def quick_way(setup: Setup) -> Iterator[Finding]:
    s = setup.settings
    if not s.redis:
        yield fine(quick_way, "There is no Redis, and one process needs none.")
        return
    if not s.database:
        yield wrong(
            quick_way,
            "Redis is for several processes, and they need PostgreSQL in common.",
            "Set CUPS_DATABASE, or leave CUPS_REDIS empty.",
        )
        return
    # Whoever has no Redis need not load its client, and what that loads.
    import redis

    at = urlsplit(s.redis).hostname or "its socket"
    try:
        with redis.Redis.from_url(s.redis, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S) as client:
            told = client.info("server") | client.info("memory")
    except (redis.AuthenticationError, redis.exceptions.NoPermissionError):
        yield wrong(quick_way, f"Redis at {at} does not let us in.", "Put user and password into CUPS_REDIS.")
        return
    except (redis.RedisError, OSError, ValueError) as error:
        yield wrong(
            quick_way,
            f"Redis at {at} does not answer ({type(error).__name__}): processes hear of each other by the database alone, and late.",
            "Is it running, and is CUPS_REDIS right?",
        )
        return
    if int(str(told["redis_version"]).partition(".")[0]) < LEAST_REDIS:
        yield wrong(quick_way, f"Redis {told['redis_version']} is too old.", f"Use version {LEAST_REDIS} or later.")
    elif told["maxmemory_policy"] != POLICY:
        yield look(
            quick_way,
            f"Redis at {at} throws things away when its memory is full ({told['maxmemory_policy']}): it is meant to be a cache.",
            f"Give cups one of its own, with maxmemory-policy {POLICY}.",
        )
    else:
        yield fine(quick_way, f"Redis at {at} answers.")
