"""What a role of staff allows: data, read from `content/permissions.yaml`. The rest of the staff's routes is open to every role of staff."""

from functools import cache
from importlib.resources import files
from typing import get_args

import yaml

from cups.accounts.visitor import Visitor, require_staff
from cups.errors import Refused
from cups.reach import STAFF, Facts, is_staff
from cups.wire.directory import Permission

EVERY: frozenset[str] = frozenset(get_args(Permission))


@cache
def table() -> dict[str, frozenset[Permission]]:
    """Permissions by role. ValueError: a role or a permission that there is not."""
    found = yaml.safe_load(files("cups.content").joinpath("permissions.yaml").read_text("utf-8"))
    if set(found) != STAFF or not all(set(given) <= EVERY for given in found.values()):
        raise ValueError("permissions.yaml names a role or a permission that there is not")
    return {role: frozenset(given) for role, given in found.items()}


def of(person: Facts) -> frozenset[Permission]:
    """All that this person may do; nothing for whoever is not of staff now."""
    if not is_staff(person):
        return frozenset()
    return frozenset(one for role in person.roles & STAFF for one in table()[role])


def allows(person: Facts, permission: Permission) -> bool:
    return permission in of(person)


def require(visitor: Visitor | None, permission: Permission) -> Visitor:
    """Refused: not-signed-in, second-factor-first, not-allowed."""
    found = require_staff(visitor)
    if not allows(found.facts, permission):
        raise Refused("not-allowed")
    return found
