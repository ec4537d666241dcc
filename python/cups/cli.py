"""The command `cups`: serving, the first admin, importing courses, checking the audit log, backup and restore."""

import argparse
import getpass
import os
import secrets
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import trio

from cups import logs
from cups import settings as settings_module
from cups.accounts.ways import ways
from cups.app import Cups, DataInUse, RestoreUnfinished, Role, prepare, running, serve
from cups.backup import commands as backup_commands
from cups.courses import service as courses
from cups.doctor import command as doctor
from cups.errors import Refused
from cups.secret import SecretUnusable
from cups.settings import Settings
from cups.store.migrate import DatabaseUnusable, newest
from cups.tracing import TracesUnusable

ROLES: dict[Role, str] = {
    "gateway": "the sockets",
    "api": "pages and REST",
    "worker": "letters, retention, and the rest of the house's work",
}

PLAIN = (DataInUse, RestoreUnfinished, DatabaseUnusable, SecretUnusable, TracesUnusable, *backup_commands.PROBLEMS)
"""What says by itself what an operator can do about it."""


def main(argv: list[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    logs.set_up()
    try:
        overrides = {name: getattr(args, name, None) for name in ("port", "host")}
        chosen = settings_module.load(os.environ, **overrides)
        logs.set_up(chosen.log_level, chosen.log_format, process=args.command)
        ways(chosen.consent)
    except ValueError as error:
        return doctor.unsound(error, as_json=args.json) if args.command == "doctor" else _fail(str(error))
    try:
        code: int = args.run(args, chosen)
    except KeyboardInterrupt:
        return 130
    except BaseExceptionGroup as group:
        return _explain(_first(group))
    except (Refused, *PLAIN, OSError) as error:
        return _explain(error)
    return code


def _first(error: BaseException) -> BaseException:
    """The exception inside the groups that nurseries make."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _explain(error: BaseException) -> int:
    """One line for what an operator can do something about; everything else keeps its traceback."""
    if isinstance(error, Refused):
        return _fail(error.detail or error.title)
    if isinstance(error, PLAIN):
        return _fail(str(error))
    if isinstance(error, OSError):
        return _fail(f"{error.strerror or error}")
    if isinstance(error, KeyboardInterrupt):
        return 130
    raise error


def _fail(text: str) -> int:
    print(f"cups: {text}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cups", description="The open platform for online emotional support.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    server = commands.add_parser("serve", help="serve page, REST and WebSocket on one port")
    server.add_argument("--port", type=int, default=None)
    server.add_argument("--host", default=None)
    server.add_argument(
        "--demo", action="store_true", help="load demo data on the first run and print sign-in links (loopback only)"
    )
    server.set_defaults(run=_serve)

    for role, does in ROLES.items():
        one = commands.add_parser(role, help=f"one of many processes on PostgreSQL: {does}")
        one.add_argument("--port", type=int, default=None)
        one.add_argument("--host", default=None)
        one.set_defaults(run=_serve_part, role=role)

    first = commands.add_parser(
        "prepare", help="make secret and keys where there are none, bring the database up to date, and end"
    )
    first.set_defaults(run=_prepare)

    admin = commands.add_parser("admin", help="staff accounts").add_subparsers(required=True, metavar="ACTION")
    create = admin.add_parser(
        "create", help="make an account with the role admin; asks for its password, or takes CUPS_ADMIN_PASSWORD"
    )
    create.add_argument("name")
    create.set_defaults(run=_admin_create)

    off = admin.add_parser("second-factor-off", help="for somebody who has lost their phone and their recovery codes")
    off.add_argument("name")
    off.set_defaults(run=_second_factor_off)

    imports = commands.add_parser("courses", help="courses").add_subparsers(required=True, metavar="ACTION")
    read = imports.add_parser("import", help="import a folder of course files")
    read.add_argument("folder", type=Path)
    read.set_defaults(run=_courses_import)

    audit = commands.add_parser("audit", help="the audit log").add_subparsers(required=True, metavar="ACTION")
    audit.add_parser("check", help="recompute the chain of hashes").set_defaults(run=_audit_check)

    keys = commands.add_parser("keys", help="keys by which notes are encrypted").add_subparsers(
        required=True, metavar="ACTION"
    )
    rotate = keys.add_parser("rotate", help="a new key: all is encrypted anew, then the old key is destroyed")
    rotate.set_defaults(run=_keys_rotate)

    look = commands.add_parser(
        "doctor", help="look the set-up over: what is wrong, and what to do; exit code 1 if anything is"
    )
    look.add_argument("--json", action="store_true")
    look.add_argument("--url", default="", help="the site's address in a browser, to try it from outside")
    look.set_defaults(run=_doctor)
    backup_commands.add_to(commands)
    return parser


def _within(settings: Settings, work: Callable[[Cups], Awaitable[int]]) -> int:
    async def main() -> int:
        async with running(settings) as cups:
            return await work(cups)

    return trio.run(main)


def _serve(args: argparse.Namespace, settings: Settings) -> int:
    from cups.demo import announce

    if args.demo and settings.host not in ("127.0.0.1", "localhost", "::1"):
        return _fail("--demo prints links that sign anyone in: it serves on a loopback address only")
    if args.demo:
        settings = _for_a_demo(settings)
    trio.run(lambda: serve(settings, ready=announce if args.demo else None))
    return 0


def _serve_part(args: argparse.Namespace, settings: Settings) -> int:
    if not settings.database:
        return _fail("several processes need one PostgreSQL: set CUPS_DATABASE, or use `cups serve`")
    trio.run(lambda: serve(settings, role=args.role))
    return 0


def _prepare(_args: argparse.Namespace, settings: Settings) -> int:
    prepare(settings)
    print(f"the database is at revision {newest()}, secret and keys are there")
    return 0


def _for_a_demo(settings: Settings) -> Settings:
    """Everybody comes from this machine: limits by address are wide. And its staff, let in by links, need no second factor. The environment may say otherwise."""
    wide: dict[str, int | bool] = {
        "staff_second_factor": False,
        "pace_guest_create_burst": 5000,
        "pace_sign_up_burst": 500,
        "pace_sign_in_address_burst": 500,
        "max_connections_per_address": 5000,
        "pace_email_to_burst": 20,
        "consent_second_after_s": 5,
        "consent_most_asks": 20,
        "consent_most_letters": 20,
    }
    return msgspec.structs.replace(settings, **{k: v for k, v in wide.items() if f"CUPS_{k.upper()}" not in os.environ})


def _admin_create(args: argparse.Namespace, settings: Settings) -> int:
    password = os.environ.get("CUPS_ADMIN_PASSWORD")
    made = None
    if password is None and sys.stdin.isatty():
        password = getpass.getpass("Password (10 characters or more): ")
    elif password is None:
        password = made = secrets.token_urlsafe(12)

    async def work(cups: Cups) -> int:
        await cups.accounts.create_admin(args.name, password)
        print(f"@{args.name} is an admin." + (f" Password: {made}" if made else ""))
        return 0

    return _within(settings, work)


def _second_factor_off(args: argparse.Namespace, settings: Settings) -> int:
    async def work(cups: Cups) -> int:
        await cups.staff.second_factor_off(args.name)
        print(f"@{args.name} signs in by the password alone, and sets up a new second factor.")
        return 0

    return _within(settings, work)


def _courses_import(args: argparse.Namespace, settings: Settings) -> int:
    """Exit 1 if a file had a problem; the sound files are in all the same."""
    folder: Path = args.folder
    if not folder.is_dir():
        return _fail(f"{folder} is no folder")

    parsed = courses.read_folder(folder)

    async def work(cups: Cups) -> int:
        report = await cups.db.write(lambda unit: courses.store(unit.conn, parsed, cups.clock.now()))
        for line in report.skipped:
            print(f"left out  {line}")
        for problem in report.problems:
            print(f"{problem.file}:{problem.line}: {problem.message}", file=sys.stderr)
        print(f"{report.files} files, {report.sections} sections, {report.statements} quiz statements read")
        return 1 if report.problems else 0

    return _within(settings, work)


def _keys_rotate(_args: argparse.Namespace, settings: Settings) -> int:
    """Broken off, it goes on where it was when it is called again."""

    async def work(cups: Cups) -> int:
        if not await cups.site.alone_soon():
            # They remember the keys, and would go on sealing notes with one that is about to be destroyed.
            raise DataInUse("other processes of this site run: stop them first, then change the keys")
        print(f"{await cups.notes.rotate()} notes have another key; the old one is gone")
        return 0

    return _within(settings, work)


def _audit_check(_args: argparse.Namespace, settings: Settings) -> int:
    async def work(cups: Cups) -> int:
        found = await cups.auditing.check()
        print(f"{found.entries} entries, " + ("intact" if found.intact else f"broken at {found.first_broken}"))
        return 0 if found.intact else 1

    return _within(settings, work)


def _doctor(args: argparse.Namespace, settings: Settings) -> int:
    return doctor.run(settings, url=args.url, as_json=args.json)
