"""Writes docs/limits.md from the inventory of limits and their defaults: `PYTHONPATH=tests python -m harness.limits_page`."""

from pathlib import Path

import yaml

from cups.limits.figures import LIMITS, counts_by, fields_of
from cups.limits.trust import ACTIONS, TIERS, Tier, rule_for
from cups.settings import Settings
from cups.words import Words

PATH = Path(__file__).parents[1] / "limits" / "inventory.yaml"
PAGE = Path(__file__).parents[2] / "docs" / "limits.md"
INVENTORY: dict[str, list[str]] = yaml.safe_load(PATH.read_text("utf-8"))
NOT_FOR_GUESTS = {
    "about": "what stands on a profile: guests have none",
    "picture": "the same",
    "apply": "listeners and members",
    "email": "somebody who signs up, or has",
    "notice": "letters: guests have no address",
    "odd-notice": "the same",
    "referral-owner": "counted for the link's owner, who has signed up",
    **{name: "moderators and staff" for name in LIMITS if name.startswith("act-")},
}
"""Limits by person without a value for guests, who cannot come to them."""
SAME_FOR_GUESTS = {"second-factor", "confirm"}
"""By person, and so narrow for everybody that guests need no narrower one: they are there against guessing."""
LETTERS = {"notice", "odd-notice"}
"""Asked where somebody has an address to write to, whom the table does not try: `accounts/test_told.py` does."""
_SIGN_UP = {"email", "email-to", "referral-address", "referral-owner"}
SHOWN_ELSEWHERE: dict[str, set[str]] = {
    "POST /api/gate": {"guest-create", "guest-create-all"},
    "POST /gate": {"guest-create", "guest-create-all"},
    "POST /api/sign-up": _SIGN_UP,
    "POST /sign-up": _SIGN_UP,
    "POST /api/sign-in/second": {"second-factor"},
    "POST /sign-in/second": {"second-factor"},
    "POST /api/me/vetting/licence": {"apply"},
    "POST /account/applications/licence": {"apply"},
    "PUT /api/me/therapist": {"about"},
    "POST /account/applications/about": {"about"},
    "POST /account/profile/picture": {"picture"},
    "POST /api/chats/{chat_id}/end": {"report"},
    "POST /api/rooms/{slug}/sanctions": {"act-remove", "act-ban"},
    "POST /api/staff/bulk/{bulk_id}/do": {"act-bulk"},
}
"""What a try of the table does not come to, since what it sends is refused before, or asks for less: it is asked where these things are tested."""
HEAD = """# Limits

Which limit each thing that can be done falls under, and what guests, new members and others may do at once (SPEC A14). Made from `tests/limits/inventory.yaml` and the
defaults by `PYTHONPATH=tests python -m harness.limits_page`; do not edit it here. `tests/limits/test_inventory.py` holds it to the application: a writing route or frame
without a line fails, and so does one at which the running code asks another limit than its line says.

*So many at once, then one in so long.* A guest stays one until they sign up. A member is new for `CUPS_TRUST_DAYS`, or for `CUPS_TRUST_READER_DAYS` if they read
(`CUPS_TRUST_READS` sections of a course, passed); points count for nothing. Listeners have been trained. All of it can be changed while the server runs, on the staff's page.

"""


def rules(name: str) -> set[str]:
    """The limits that an act stands for, or the limit itself."""
    return {rule_for(name, tier) for tier in TIERS} if name in ACTIONS else {name}


def act_of(rule: str) -> str:
    """The act whose limit this is for some tier, else the limit itself. Without a session, changes count by address."""
    if rule == "address-changes":
        return "changes"
    return next((act for act in ACTIONS if rule in rules(act)), rule)


def value(settings: Settings, rule: str) -> tuple[int, int]:
    burst, period = (getattr(settings, field) for field in fields_of(rule))
    return burst, period


def _told(settings: Settings, rule: str) -> str:
    burst, period = value(settings, rule)
    for unit, ms in (("h", 3_600_000), ("min", 60_000), ("s", 1000)):
        if period % ms == 0 and period >= ms:
            return f"{burst}, then one in {period // ms} {unit}"
    return f"{burst}, then one in {period} ms"


def _acts(settings: Settings) -> str:
    words, out = Words("en"), ""
    for act in ACTIONS:
        cells = [_told(settings, rule_for(act, tier)) for tier in TIERS]
        tiers: list[Tier] = [tier for tier in TIERS if rule_for(act, tier).startswith(f"{tier}-")]
        shown = [cell if tier in (*tiers, "member") else "as members" for tier, cell in zip(TIERS, cells, strict=True)]
        about = words.t(f"limit-{rule_for(act, 'member')}").partition(", ")[0]
        out += f"| `{act}` | {about} | {counts_by(rule_for(act, 'guest'))} | " + " | ".join(shown) + " |\n"
    rooms = (settings.guest_rooms, settings.new_rooms, settings.member_rooms, "as members")
    return out + "| rooms at once | Rooms somebody is in | person | " + " | ".join(str(one) for one in rooms) + " |\n"


def _others(settings: Settings) -> str:
    words, out = Words("en"), ""
    mine = {rule for act in ACTIONS for rule in rules(act)}
    for name in LIMITS:
        if name not in mine:
            guests = f"not for guests: {NOT_FOR_GUESTS[name]}" if name in NOT_FOR_GUESTS else "as everybody"
            out += (
                f"| `{name}` | {words.t(f'limit-{name}')} | {counts_by(name)} | {guests} | {_told(settings, name)} |\n"
            )
    return out


def page() -> str:
    settings = Settings()
    out = (
        HEAD
        + "## By who somebody is\n\n| Act | What | Counted by | Guests | New members | Members and listeners | Staff |\n"
    )
    out += "|---|---|---|---|---|---|---|\n" + _acts(settings)
    out += "\n## Others\n\n| Limit | What | Counted by | Guests | Value |\n|---|---|---|---|---|\n" + _others(settings)
    out += "\n## What falls under which\n\nEvery request that changes something counts as `changes`; every frame as `frames`.\n\n| What | Limits |\n|---|---|\n"
    for act, named in INVENTORY.items():
        told = ", ".join(f"`{one}`" for one in named)
        out += f"| `{act}` | {told or 'so many connections of one person, and of one address, are open at once'} |\n"
    return out


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
