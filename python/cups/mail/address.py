"""E-mail addresses: what is taken for one, and when two are the same."""

import re

from cups.errors import Refused

MOST = 254
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def checked(text: str, field: str = "email") -> str:
    """The address as letters are sent to it: plain signs alone, so that nothing in it can end a header. Refused: email-not-valid.

    A domain in another script is put into its plain form. Quoted local parts, comments and addresses of machines by number are not taken.
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    good = at and len(local) <= 64 and _LOCAL.fullmatch(local) and len(labels) > 1
    if not good or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise Refused("email-not-valid", field=field)
    found = f"{local}@{domain.lower()}"
    if len(found) > MOST:
        raise Refused("email-not-valid", field=field)
    return found


def key(address: str) -> str:
    """The same for one address however it is spelled, for what is counted or found by it. (`a+b@` and `a@` are one letter box at most places.)"""
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def masked(address: str) -> str:
    """Enough for its owner to know it again, and for nobody else to write to it."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
