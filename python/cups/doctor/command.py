"""The list of all checks, and how what they found is told."""

import sys

import msgspec

from cups.doctor.between import quick_way
from cups.doctor.data import data_folder, free_space, local_disk, secrets
from cups.doctor.database import database
from cups.doctor.findings import Check, Finding, Setup, examine
from cups.doctor.letters import mail_server
from cups.doctor.machine import clock, open_files, sqlite_version
from cups.doctor.people import helpline_list, staff, training
from cups.doctor.site import figures, origins, public_address, trusted_proxies
from cups.settings import Settings

CHECKS: tuple[Check, ...] = (
    figures,
    origins,
    trusted_proxies,
    open_files,
    clock,
    sqlite_version,
    data_folder,
    local_disk,
    free_space,
    secrets,
    database,
    quick_way,
    mail_server,
    staff,
    helpline_list,
    training,
    public_address,
)
_MARKS = {"fine": "fine ", "look": "look ", "wrong": "WRONG"}


def run(settings: Settings, *, url: str, as_json: bool) -> int:
    """1 if anything is wrong."""
    return told(examine(Setup(settings, url), CHECKS), as_json=as_json)


def unsound(error: ValueError, *, as_json: bool) -> int:
    """With settings that cannot be read there is nothing else to look at."""
    do = "docs/operating.md lists every setting."
    return told([Finding("settings", "wrong", f"{error}.", do)], as_json=as_json)


def told(found: list[Finding], *, as_json: bool) -> int:
    wrong = sum(one.state == "wrong" for one in found)
    if as_json:
        print(msgspec.json.encode({"wrong": wrong, "findings": found}).decode())
        return int(wrong > 0)
    width = max(len(one.check) for one in found)
    for one in found:
        print(f"{_MARKS[one.state]}  {one.check:<{width}}  {one.said}")
        if one.do:
            print(f"{'':5}  {'':<{width}}  -> {one.do}")
    print(f"{wrong} wrong of {len(found)}." if wrong else "Nothing is wrong.")
    sys.stdout.flush()
    return int(wrong > 0)
