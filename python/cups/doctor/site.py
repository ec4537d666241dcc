"""How the public finds the site: origins, proxies, figures that have to fit together; and, where its address is given, whether a WebSocket gets through."""

import base64
import http.client
import json
import secrets
import ssl
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from cups.doctor.findings import Finding, Setup, fine, look, wrong
from cups.gateway.server import PATH
from cups.networks import network
from cups.settings import Settings

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DETECTED_S = 45.0
"""RELIABILITY, P10: within this a dead connection is noticed."""
PATIENCE_S = 10.0
APART_S = 30
TRIES = 3


def origins(setup: Setup) -> Iterator[Finding]:
    s, problems = setup.settings, 0
    for one in s.origins:
        parts = urlsplit(one)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or one != f"{parts.scheme}://{parts.netloc}"
            or one != one.lower()
        ):
            problems += 1
            yield wrong(
                origins,
                f"{one} is no origin: a browser never sends it so, and everybody is refused.",
                "Write it as https://cups.example: in small letters, without a path or a slash at the end.",
            )
    plain = [one for one in s.origins if one.startswith("http://") and urlsplit(one).hostname not in LOOPBACK]
    if plain:
        problems += 1
        yield wrong(
            origins,
            f"{plain[0]} is not encrypted: everybody on the way can read along, and no passkey works.",
            "Let a proxy end TLS in front (*Behind a proxy*), and name https origins alone.",
        )
    if not s.origins and s.host not in LOOPBACK:
        problems += 1
        yield wrong(
            origins,
            "No origin is set: only who opens the site at localhost gets in.",
            "Set CUPS_ORIGINS to the address in the reader's browser.",
        )
    if not problems:
        yield fine(origins, ", ".join(s.allowed_origins()) + ".")


def trusted_proxies(setup: Setup) -> Iterator[Finding]:
    s, problems = setup.settings, 0
    for one in s.trusted_proxies:
        try:
            found = network(one)
        except ValueError:
            problems += 1
            yield wrong(
                trusted_proxies,
                f"{one} is no address, and no network: no X-Forwarded-For is believed because of it.",
                "Name the proxy's address as cups sees it, as 127.0.0.1, or the network that it is in, as 10.42.0.0/16.",
            )
            continue
        if found.num_addresses == 1 and not found.network_address.is_unspecified:
            continue
        if not found.is_private or found.prefixlen < 8 or found.network_address.is_unspecified:
            problems += 1
            yield wrong(
                trusted_proxies,
                f"{one} holds addresses of the public: whoever connects from there can pass for any other address.",
                "Name the proxy's address, or a private network that nobody but proxies can reach cups from.",
            )
    if s.secure() and not s.trusted_proxies:
        problems += 1
        yield wrong(
            trusted_proxies,
            "The site is https, so a proxy stands in front, but none is trusted: all people share its address, and its limits.",
            "Set CUPS_TRUSTED_PROXIES to the proxy's address as cups sees it, as 127.0.0.1.",
        )
    if not problems:
        yield fine(
            trusted_proxies, ", ".join(s.trusted_proxies) + "." if s.trusted_proxies else "None, and none is needed."
        )


def figures(setup: Setup) -> Iterator[Finding]:
    """Settings that are each possible, but not together."""
    problems = 0
    for said, do in _at_odds(setup.settings):
        problems += 1
        yield wrong(figures, said, do)
    if setup.settings.metrics_port and setup.settings.metrics_host not in LOOPBACK:
        problems += 1
        yield look(
            figures,
            f"Metrics are answered at {setup.settings.metrics_host}: to whoever reaches that address.",
            "Make sure that the public does not.",
        )
    if not problems:
        yield fine(figures, "They fit together.")


def _at_odds(s: Settings) -> Iterator[tuple[str, str]]:
    if s.state_bytes * 2 > s.outbox_bytes:
        yield (
            "A channel's first state (CUPS_STATE_BYTES) may fill half of an outbox: people entering a room would be cut.",
            "Set CUPS_OUTBOX_BYTES to twice as much at the least.",
        )
    if s.silence_offer_s <= s.silence_ask_s:
        yield (
            "Somebody is offered another listener (CUPS_SILENCE_OFFER_S) before the silent one is asked.",
            "Set it higher than CUPS_SILENCE_ASK_S.",
        )
    if s.mail_lease_s <= s.mail_at_once * s.mail_timeout_s:
        yield (
            "Letters are taken again (CUPS_MAIL_LEASE_S) while they may still be under way: people would get them twice.",
            "Set it higher than CUPS_MAIL_AT_ONCE times CUPS_MAIL_TIMEOUT_S.",
        )
    if s.heartbeat_s + s.pong_timeout_s > DETECTED_S:
        yield (
            f"A dead connection is noticed after {s.heartbeat_s + s.pong_timeout_s:g} s only.",
            "CUPS_HEARTBEAT_S and CUPS_PONG_TIMEOUT_S should not be more than 45 together.",
        )
    if s.busy_lag_s > s.full_lag_s:
        yield (
            "New people are refused (CUPS_FULL_LAG_S) before typing is left out (CUPS_BUSY_LAG_S).",
            "Set the first higher than the second.",
        )
    if s.claim_lease_s < s.pong_timeout_s:
        yield (
            "Who takes a request has less time to come (CUPS_CLAIM_LEASE_S) than a connection may be silent.",
            "Set it higher than CUPS_PONG_TIMEOUT_S.",
        )


# From outside


def public_address(setup: Setup) -> Iterator[Finding]:
    """Asks as a browser does, and begins to open a WebSocket, which nobody without a session gets: that it is refused as such says that it arrived."""
    if not setup.url:
        yield look(
            public_address,
            "It was not tried from outside.",
            "Give the address in the reader's browser: `cups doctor --url https://cups.example`.",
        )
        return
    url = setup.url.rstrip("/")
    if url not in setup.settings.allowed_origins():
        yield wrong(
            public_address,
            f"{url} is not among the origins.",
            "Set CUPS_ORIGINS to the address in the reader's browser, exactly.",
        )
        return
    try:
        status, headers, _ = _asked(url, "/help", {})
    except ssl.SSLError:
        yield wrong(public_address, f"The certificate of {url} is not good.", "Renew it at the proxy.")
        return
    except (OSError, http.client.HTTPException) as error:
        yield wrong(
            public_address,
            f"{url} does not answer ({type(error).__name__}).",
            "Are the server and its proxy running, and is the name known?",
        )
        return
    if status != 200:
        yield wrong(
            public_address,
            f"{url}/help is answered with {status}.",
            "Does the proxy lead to cups, and pass the Host on?",
        )
        return
    yield from _apart(setup, headers)
    yield from _upgraded(url)


def _asked(url: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=PATIENCE_S)
    try:
        connection.request("GET", path, headers={"user-agent": "cups-doctor"} | headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read(65_536)
    finally:
        connection.close()


def _apart(setup: Setup, headers: dict[str, str]) -> Iterator[Finding]:
    try:
        there = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, TypeError):
        return
    if abs(there - setup.now()) > APART_S:
        yield wrong(
            public_address,
            "The clocks of this machine and of the site's differ.",
            "Have NTP set both: codes of authenticator apps need it.",
        )


def _upgraded(url: str) -> Iterator[Finding]:
    """More than once: a proxy that reuses connections fails now and then."""
    asked = {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "origin": url,
        "sec-websocket-version": "13",
        "sec-websocket-key": base64.b64encode(secrets.token_bytes(16)).decode(),
    }
    for _ in range(TRIES):
        try:
            _asked(url, "/help", {})
            status, _, body = _asked(url, PATH, asked)
        except (OSError, http.client.HTTPException) as error:
            yield wrong(
                public_address,
                f"The upgrade to a WebSocket is not answered ({type(error).__name__}).",
                "Let the proxy pass it on (*Behind a proxy*).",
            )
            return
        if _code(body) == "bad-origin":
            yield wrong(
                public_address,
                "The Origin does not arrive at cups as the browser sends it.",
                "Let the proxy leave Origin as it is.",
            )
            return
        if _code(body) != "not-signed-in":
            yield wrong(
                public_address,
                f"A WebSocket does not arrive at cups: {PATH} is answered with {status}. People can read, but not talk.",
                "The proxy has to pass Upgrade and Connection on, over a connection of its own each time (*Behind a proxy*).",
            )
            return
    yield fine(public_address, f"{url} answers, and a WebSocket gets through to cups.")


def _code(body: bytes) -> str:
    try:
        return str(json.loads(body)["code"])
    except (ValueError, KeyError, TypeError):
        return ""
