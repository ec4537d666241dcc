"""What the system must have: how each thing is found, and what Debian's packages for it are called.

Nothing is installed here. Standard library only, like `setup.py`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

OLDEST_RUST = (1, 85)
OWN_PROGRAMS = Path(__file__).resolve().parents[1] / ".venv" / "bin"


class Need(NamedTuple):
    """A thing the system must have: how it is found, what Debian calls it, what everyone else does."""

    key: str
    find: Callable[[], Path | None]
    packages: Callable[[], list[str]]
    plain: str


def on_path(*names: str) -> Iterator[Path]:
    """Every program of one of these names, in the order of PATH; also where rustup puts its own.

    Not those in our own venv, which an activated one puts first: they come and go with it.
    """
    folders = [*map(Path, os.environ.get("PATH", os.defpath).split(os.pathsep)), Path.home() / ".cargo" / "bin"]
    for folder in folders:
        for name in names:
            program = folder / name
            if folder != OWN_PROGRAMS and os.access(program, os.X_OK) and program.is_file():
                yield program


def version_of(*command: str | Path) -> tuple[int, ...]:
    """The first version number a command prints, or `()` if it doesn't work."""
    try:
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", done.stdout) if done.returncode == 0 else None
    return tuple(int(part) for part in found.groups(default="0")) if found else ()


def find_cargo() -> Path | None:
    """A cargo that is new enough, with the compiler that belongs to it."""
    for cargo in on_path("cargo"):
        rustc = cargo.with_name("rustc")
        if version_of(cargo, "--version") >= OLDEST_RUST and version_of(rustc, "--version") >= OLDEST_RUST:
            return cargo
    return None


def find_rust_checks() -> Path | None:
    """Clippy and rustfmt of the cargo in use: rustup leaves stand-ins for absent ones, so they are asked."""
    cargo = find_cargo()
    if cargo is None:
        return None
    checks = [cargo.with_name(name) for name in ("cargo-clippy", "rustfmt", "cargo-fmt")]
    return checks[0] if all(version_of(check, "--version") for check in checks) else None


def find_node() -> Path | None:
    """A Node.js that Vite supports, with its npm. Its absence is no failure: there is one among the Python packages."""
    for node in on_path("node"):
        version = version_of(node, "--version")
        if ((20, 19) <= version < (21,) or version >= (22, 12)) and node.with_name("npm").exists():
            return node
    return None


def find_postgres() -> Path | None:
    """PostgreSQL's own programs, which Debian keeps off PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1] if installed else next(on_path("initdb"), None)


def find_venv() -> Path | None:
    """The part of `venv` that Debian ships on its own."""
    try:
        import ensurepip
    except ImportError:
        return None
    return Path(ensurepip.__file__)


def find_libpython() -> Path | None:
    """The library that the binding's own Rust tests are linked with; the extension itself needs none."""
    folder, name = sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("LDLIBRARY")
    library = Path(folder or "/", name or "")
    return library if library.is_file() else None


def find_certificates() -> Path | None:
    """The certificates cargo and the package installers trust; a minimal Debian has none. Elsewhere they are there."""
    bundle = Path("/etc/ssl/certs/ca-certificates.crt")
    return bundle if bundle.exists() or not is_debian() else None


def is_debian() -> bool:
    return shutil.which("apt-get") is not None and Path("/etc/debian_version").exists()


def rust_packages(*of_debian: str) -> list[str]:
    """The packages as this Debian names them: where the plain cargo is too old, a newer one has names of its own."""
    policy = subprocess.run(["apt-cache", "policy", "cargo"], capture_output=True, text=True).stdout
    candidate = re.search(r"Candidate: (?:\d+:)?(\d+)\.(\d+)", policy)
    if candidate is None or tuple(int(part) for part in candidate.groups()) >= OLDEST_RUST:
        return list(of_debian)
    newer = {"cargo": "cargo-web", "rustc": "rustc-web", "rust-clippy": "rust-web-clippy", "rustfmt": "rustfmt-web"}
    return [newer[name] for name in of_debian]


NEEDS_TO_RUN = (
    Need("venv", find_venv, lambda: ["python3-venv"], "Python's venv module"),
    Need("certificates", find_certificates, lambda: ["ca-certificates"], "CA certificates"),
    Need("cc", lambda: next(on_path("cc"), None), lambda: ["gcc", "libc6-dev"], "a C compiler"),
    Need("cargo", find_cargo, lambda: rust_packages("cargo", "rustc"), "Rust 1.85 or later with cargo"),
)
NEEDS_TO_TEST = (
    Need(
        "rust checks",
        find_rust_checks,
        lambda: rust_packages("rust-clippy", "rustfmt"),
        "clippy and rustfmt (with rustup: rustup component add clippy rustfmt)",
    ),
    Need("libpython", find_libpython, lambda: ["libpython3-dev"], "Python's development library"),
    Need(
        "chromium",
        lambda: next(on_path("chromium", "chromium-browser"), None),
        # The fonts are only a recommendation of Debian's, and without them a page shows no text.
        lambda: ["chromium", "fonts-liberation"],
        "Chromium",
    ),
    Need("postgresql", find_postgres, lambda: ["postgresql"], "PostgreSQL's server"),
    Need("caddy", lambda: next(on_path("caddy"), None), lambda: ["caddy"], "the proxy Caddy"),
    Need("nginx", lambda: next(on_path("nginx"), None), lambda: ["nginx-light"], "the proxy nginx"),
    Need("haproxy", lambda: next(on_path("haproxy"), None), lambda: ["haproxy"], "the proxy HAProxy"),
    Need("redis", lambda: next(on_path("redis-server"), None), lambda: ["redis-server"], "Redis's server"),
)
