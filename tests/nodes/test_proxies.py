"""Each proxy's configuration as it is in deploy/: the proxy itself finds nothing wrong with it, and pages, REST and sockets go through it to several processes."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import trio

from harness.person import Person
from harness.proxy import FOLDER, caddy, running
from harness.site import SiteProcesses


def certificate(folder: Path) -> None:
    """What the configurations name, made for the test."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "key.pem", "-out",
         folder / "fullchain.pem", "-days", "2", "-subj", "/CN=cups.example"],
        check=True, capture_output=True,
    )  # fmt: skip
    (folder / "site.pem").write_text((folder / "fullchain.pem").read_text() + (folder / "key.pem").read_text())


def check(words: list[str], **env: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, **env}, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nobody_finds_anything_wrong_with_them(tmp_path: Path) -> None:
    certificate(tmp_path)
    for name in ("nginx.conf", "haproxy.cfg"):
        (tmp_path / name).write_text((FOLDER / name).read_text().replace("/etc/ssl/cups", str(tmp_path)))
    check(
        ["nginx", "-t", "-q", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-g", f"pid {tmp_path}/n.pid;"]
    )
    check(["haproxy", "-c", "-q", "-f", str(tmp_path / "haproxy.cfg")])
    check(["caddy", "validate", "--adapter", "caddyfile", "--config", str(FOLDER / "Caddyfile")], HOME=str(tmp_path))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    units = sorted((FOLDER.parent / "systemd").glob("*.service"))
    assert len(units) == 4
    for unit in units:
        text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(text.replace("EnvironmentFile=", "EnvironmentFile=-"))
        check(["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name)])


def nginx(folder: Path, site: SiteProcesses) -> tuple[list[str], dict[str, str]]:
    """The same without TLS, whose end is not what is tried here."""
    text = (FOLDER / "nginx.conf").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{site.front.port}")
    text = text.replace("127.0.0.1:8001", f"127.0.0.1:{site.one.port}").replace(":8002", f":{site.two.port}")
    text = re.sub(r"    server \{\s+listen 80;.*?\n    \}\n", "", text, flags=re.DOTALL)
    text = re.sub(r" +ssl_.*\n", "", text).replace("listen 443 ssl http2", f"listen {site.proxy_port}")
    (folder / "nginx.conf").write_text(text)
    text = re.sub(r"worker_rlimit_nofile .*\n", "", text).replace("worker_connections 65536", "worker_connections 500")
    options = f"daemon off; pid {folder}/nginx.pid;"
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", options], {}


def haproxy(folder: Path, site: SiteProcesses) -> tuple[list[str], dict[str, str]]:
    text = (FOLDER / "haproxy.cfg").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{site.front.port}")
    text = text.replace("127.0.0.1:8001", f"127.0.0.1:{site.one.port}").replace(":8002", f":{site.two.port}")
    text = re.sub(r" +bind :443.*\n| +http-request redirect.*\n", "", text)
    text = text.replace("maxconn 100000", "maxconn 500")
    (folder / "haproxy.cfg").write_text(text.replace("bind :80", f"bind :{site.proxy_port}"))
    return ["haproxy", "-db", "-f", str(folder / "haproxy.cfg")], {}


@pytest.mark.parametrize("proxy", [caddy, nginx, haproxy])
async def test_people_talk_through_it(
    proxy: Callable[[Path, SiteProcesses], tuple[list[str], dict[str, str]]],
    site: SiteProcesses,
    tmp_path: Path,
) -> None:
    words, env = proxy(tmp_path, site)
    base = f"http://localhost:{site.proxy_port}"
    with running(words, env, tmp_path / "log"):
        people = [Person(base) for _ in range(4)]
        deadline = time.monotonic() + 20
        while True:
            try:
                await people[0].get("/api/me")
                break
            except Exception as error:
                if time.monotonic() > deadline:
                    raise AssertionError((tmp_path / "log").read_text()[-2000:]) from error
                await trio.sleep(0.1)
        for one in people:
            await (await one.pass_gate()).sign_up()
        room = str((await people[0].get("/api/rooms/the-kitchen-table"))["id"])
        async with people[0].live() as a, people[1].live() as b, people[2].live() as c, people[3].live() as d:
            for socket in (a, b, c, d):
                await socket.subscribe(room)
            sent = await a.say(room, f"through {proxy.__name__}")
            for socket in (b, c, d):
                assert (await socket.until("message", channel=room))["message"]["seq"] == sent["seq"]
        for one in people:
            await one.aclose()
