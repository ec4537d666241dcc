"""Which settings staff change while the server runs, between which bounds, and what each limit counts by.

A limit is two settings, `pace_<name>_burst` and `pace_<name>_period_ms`; its name is spelled with hyphens. Every other figure is one setting.
"""

from typing import Literal, NamedTuple, get_args

import msgspec

from cups.settings import Settings

Counts = Literal[
    "person",
    "room",
    "address",
    "session",
    "connection",
    "account name",
    "account name and address",
    "letter box",
    "everybody",
]
MOST_BURST = 10_000
MOST_PERIOD_MS = 86_400_000
"""A day: whoever has used up such a limit waits for a day for the next."""


class Bounds(NamedTuple):
    least: int
    most: int


FIGURES: dict[str, Bounds] = {
    "listener_chats_first": Bounds(1, 100),
    "listener_chats_later": Bounds(1, 100),
    "listener_chats_experienced": Bounds(1, 100),
    "silence_ask_s": Bounds(30, 3600),
    "silence_offer_s": Bounds(60, 7200),
    "claim_lease_s": Bounds(15, 600),
    "request_hold_s": Bounds(30, 3600),
    "personal_ring_s": Bounds(15, 600),
    "personal_misses": Bounds(1, 20),
    "listener_grace_s": Bounds(0, 300),
    "guest_rooms": Bounds(1, 50),
    "new_rooms": Bounds(1, 50),
    "member_rooms": Bounds(1, 50),
    "trust_days": Bounds(0, 365),
    "trust_reader_days": Bounds(0, 365),
    "trust_reads": Bounds(0, 100),
    "warn_fade_hours": Bounds(1, 24 * 365),
    "warn_incident_s": Bounds(0, 600),
    "warn_moderator_s": Bounds(0, 3600),
    "warn_mute_at": Bounds(1, 20),
    "warn_remove_at": Bounds(1, 20),
    "warn_ban_at": Bounds(1, 20),
    "mute_hours": Bounds(1, 24 * 365),
    "removal_hours": Bounds(1, 24 * 365),
    "rooms_ban_days": Bounds(1, 365),
    "room_slow_light_s": Bounds(1, 3600),
    "room_slow_firm_s": Bounds(1, 3600),
    "room_slow_strong_s": Bounds(1, 3600),
    "room_short_min": Bounds(1, 60 * 24 * 30),
    "room_medium_min": Bounds(1, 60 * 24 * 30),
    "room_long_min": Bounds(1, 60 * 24 * 30),
    "room_ban_short_days": Bounds(1, 365),
    "room_ban_medium_days": Bounds(1, 365),
    "room_ban_long_days": Bounds(1, 365),
    "room_most_pins": Bounds(1, 10),
    "own_danger_messages": Bounds(1, 100),
    "own_danger_hours": Bounds(1, 24 * 7),
    "contest_days": Bounds(183, 3660),
}
"""Appeals are open for half a year at least (SPEC L2)."""
_GUESSING = (Bounds(1, 20), Bounds(60_000, 3_600_000))
"""Of one account. As wide as it may be, that is 1440 tries a day, of the million that a code of six digits can be."""
_ACCOUNT = (Bounds(20, 200), Bounds(5000, 60_000))
"""Of one account, whoever tries: never so narrow that a few strangers keep its owner out."""
_ADDRESS = (Bounds(1, MOST_BURST), Bounds(1, 600_000))
_EVERYBODY = (Bounds(100, MOST_BURST), Bounds(1, 1000))
_CHANGES = (Bounds(1, MOST_BURST), Bounds(1, 60_000))
GUARDED: dict[str, tuple[Bounds, Bounds]] = {
    "sign-in-account": _ACCOUNT,
    "sign-in-account-here": _GUESSING,
    "recover-account": _ACCOUNT,
    "recover-account-here": _GUESSING,
    "second-factor": _GUESSING,
    "confirm": _GUESSING,
    "passkey-address": _ADDRESS,
    "passkey-all": _EVERYBODY,
    "sign-in-address": _ADDRESS,
    "recover-address": _ADDRESS,
    "sign-up": _ADDRESS,
    "guest-create": _ADDRESS,
    "recover-letter": (Bounds(1, 20), Bounds(60_000, 86_400_000)),
    "recover-letter-address": _ADDRESS,
    "notice": (Bounds(1, 20), Bounds(600_000, 86_400_000)),
    "odd-notice": (Bounds(1, 5), Bounds(3_600_000, 86_400_000)),
    "failed-tries": (Bounds(3, 50), Bounds(60_000, 3_600_000)),
    "consent-address": _ADDRESS,
    "consent-all": _EVERYBODY,
    "email-to": (Bounds(1, 20), Bounds(600_000, 86_400_000)),
    "sign-in-all": _EVERYBODY,
    "recover-letter-all": _EVERYBODY,
    "recover-all": _EVERYBODY,
    "sign-up-all": _EVERYBODY,
    "guest-create-all": _EVERYBODY,
    "changes": _CHANGES,
    "guest-changes": _CHANGES,
    "address-changes": _CHANGES,
    "frames": (Bounds(1, MOST_BURST), Bounds(1, 1000)),
    "refusals": _CHANGES,
}
"""Limits that keep passwords and codes from being guessed, and by which the whole site could be locked out: staff change them within narrower
bounds, of the burst and of the period, and give their password again first."""
_BY: dict[str, Counts] = {
    "frames": "connection",
    "refusals": "connection",
    "changes": "session",
    "guest-changes": "session",
    "address-changes": "address",
    "room-message": "room",
    "guest-create": "address",
    "sign-in-account": "account name",
    "sign-in-account-here": "account name and address",
    "sign-in-address": "address",
    "sign-in-all": "everybody",
    "recover-account": "account name",
    "recover-account-here": "account name and address",
    "recover-address": "address",
    "recover-all": "everybody",
    "recover-letter": "account name",
    "recover-letter-address": "address",
    "consent-address": "address",
    "consent-all": "everybody",
    "recover-letter-all": "everybody",
    "email-to": "letter box",
    "failed-tries": "account name",
    "sign-up-all": "everybody",
    "guest-create-all": "everybody",
    "sign-up": "address",
    "passkey-address": "address",
    "referral-address": "address",
    "passkey-all": "everybody",
}


def limit_names() -> tuple[str, ...]:
    """Every limit, in the order of the settings."""
    bursts = [name for name in Settings.__struct_fields__ if name.startswith("pace_") and name.endswith("_burst")]
    return tuple(name.removeprefix("pace_").removesuffix("_burst").replace("_", "-") for name in bursts)


LIMITS = limit_names()


def fields_of(limit: str) -> tuple[str, str]:
    """The names of the two settings."""
    spelled = limit.replace("-", "_")
    return f"pace_{spelled}_burst", f"pace_{spelled}_period_ms"


def counts_by(limit: str) -> Counts:
    return _BY.get(limit, "person")


LIVE = frozenset(FIGURES) | {field for limit in LIMITS for field in fields_of(limit)}
"""Every setting that can be changed while the server runs."""


_GUARDED_FIELDS = {
    field: of for limit, both in GUARDED.items() for field, of in zip(fields_of(limit), both, strict=True)
}


def bounds(name: str) -> Bounds:
    if name in FIGURES:
        return FIGURES[name]
    return _GUARDED_FIELDS.get(name) or Bounds(1, MOST_BURST if name.endswith("_burst") else MOST_PERIOD_MS)


def fits(name: str, value: int) -> bool:
    """Whether a stored value counts: of a name that is still there, within its bounds of now."""
    return name in LIVE and bounds(name).least <= value <= bounds(name).most


assert set(GUARDED) <= set(LIMITS)
assert set(msgspec.structs.asdict(Settings())) >= LIVE and set(_BY.values()) <= set(get_args(Counts))
