"""A proxy in front of a site, configured as it is in deploy/."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.site import SiteProcesses

FOLDER = Path(__file__).parents[2] / "deploy" / "proxy"


def caddy(folder: Path, site: SiteProcesses) -> tuple[list[str], dict[str, str]]:
    hosts = {
        "CUPS_SITE": f"http://localhost:{site.proxy_port}",
        "CUPS_API": f"127.0.0.1:{site.front.port} 127.0.0.1:{site.api.port}",
        "CUPS_GATEWAYS": f"127.0.0.1:{site.one.port} 127.0.0.1:{site.two.port}",
    }
    text = (FOLDER / "Caddyfile").read_text().replace("{\n\tservers", "{\n\tadmin off\n\tservers", 1)
    (folder / "Caddyfile").write_text(text)
    words = ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    return words, hosts | {"HOME": str(folder)}


@contextmanager
def running(words: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(words, env={**os.environ, **env}, stdout=log.open("ab"), stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
