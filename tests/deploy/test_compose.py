"""The compose file: it is one, what it names is there, and its processes run with its very commands and environment."""

import ipaddress
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cups.networks import within
from cups.settings import load
from harness import postgres
from harness.parts import DEPLOY, Part, instructions, longest_stop_s, of_image
from harness.redis import Redis

FOLDER = DEPLOY / "compose"
FILE = FOLDER / "compose.yaml"
FILLED = {"SITE": "cups.example", "DATABASE_PASSWORD": "longAndRandom"}
ROLES = {"gateway1": "gateway", "gateway2": "gateway", "api1": "api", "api2": "api", "worker": "worker"}


def filled(text: str) -> str:
    """With what an operator puts into `.env`, as the engine puts it in: `${NAME}`, `${NAME:-default}`, `${NAME:?why}`."""
    given = dict(
        line.split("=", 1)
        for line in (FOLDER / "example.env").read_text("utf-8").splitlines()
        if "=" in line and line[0] != "#"
    )
    given |= FILLED

    def value(found: re.Match[str]) -> str:
        name, how, rest = found.groups()
        assert name in given or how, f"{name} is not in example.env"
        if how == ":?":
            assert given.get(name), rest
        return given.get(name) or (rest if how == ":-" else "")

    return re.sub(r"\$\{([A-Z_]+)(:[-?])?([^}]*)\}", value, text)


def all_filled(found: Any) -> Any:
    """What stands for a value is put in after the file was read: an empty one is an empty text."""
    if isinstance(found, dict):
        return {name: all_filled(one) for name, one in found.items()}
    if isinstance(found, list):
        return [all_filled(one) for one in found]
    return filled(found) if isinstance(found, str) else found


@cache
def site() -> dict[str, Any]:
    found: dict[str, Any] = all_filled(yaml.safe_load(FILE.read_text("utf-8")))
    return found


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = site()["services"]
    return found


def ours() -> dict[str, dict[str, Any]]:
    return {name: one for name, one in services().items() if one["image"].startswith("cups:")}


def seconds(text: str) -> float:
    return float(text[:-1]) * {"s": 1, "m": 60}[text[-1]]


def test_it_is_a_compose_file() -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [program, "--builtin-schema", "vendor.compose-spec", FILE],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_images_are_named_by_a_whole_version_and_no_host() -> None:
    for name, one in services().items():
        assert re.fullmatch(r"(?:[a-z]+/)?[a-z]+:v?\d+\.\d+(?:\.\d+)?(?:-[a-z]+)?", one["image"]), name


def test_what_is_mounted_and_built_from_is_there() -> None:
    named = site()["volumes"]
    for one in services().values():
        for volume in one.get("volumes", []):
            source = volume.split(":")[0]
            assert (FOLDER / source).exists() if source.startswith(".") else source in named, source
        if "build" in one:
            context = (FOLDER / one["build"]["context"]).resolve()
            assert context == DEPLOY.parent
            assert (context / one["build"]["dockerfile"]).is_file()


def test_every_part_is_there_and_begins_after_the_tables_are() -> None:
    parts = ours()
    assert {name: one["command"] for name, one in parts.items()} == {
        "prepare": ["prepare"], **{name: [role] for name, role in ROLES.items()}
    }  # fmt: skip
    for name in ROLES:
        assert parts[name]["depends_on"] == {"prepare": {"condition": "service_completed_successfully"}}
        assert parts[name]["volumes"] == parts["prepare"]["volumes"] == ["data:/var/lib/cups"]
        assert parts[name]["environment"] == parts["prepare"]["environment"], "one site has one set of settings"
        assert parts[name]["read_only"] and parts[name]["cap_drop"] == ["ALL"]


def test_its_settings_exist_and_fit_together() -> None:
    env = ours()["api1"]["environment"]
    found = load({name: value for name, value in {**of_image(), **env}.items() if name.startswith("CUPS_")})
    assert found.secure() and found.database and found.redis
    assert seconds(ours()["api1"]["stop_grace_period"]) >= longest_stop_s(env)


def test_caddy_knows_the_processes_and_they_know_caddy() -> None:
    all, found = services(), load({"CUPS_ORIGINS": "https://cups.example", **of_caddy_and_image()})
    caddy = all["caddy"]["environment"]
    for variable, role in (("CUPS_API", "api"), ("CUPS_GATEWAYS", "gateway")):
        assert caddy[variable].split() == [f"{name}:{found.port}" for name in ROLES if ROLES[name] == role]
    assert set(caddy) == set(re.findall(r"\{\$([A-Z_]+)", (DEPLOY / "proxy" / "Caddyfile").read_text("utf-8")))
    address = all["caddy"]["networks"]["inside"]["ipv4_address"]
    assert within(address, found.trusted_proxies)
    inside = site()["networks"]["inside"]
    assert inside["internal"]
    assert ipaddress.ip_address(address) in ipaddress.ip_network(inside["ipam"]["config"][0]["subnet"])
    assert [name for name, one in all.items() if "ports" in one and "127.0.0.1" not in one["ports"][0]] == ["caddy"]


def of_caddy_and_image() -> dict[str, str]:
    trusted: str = ours()["api1"]["environment"]["CUPS_TRUSTED_PROXIES"]
    return {name: value for name, value in of_image().items() if name.startswith("CUPS_")} | {
        "CUPS_TRUSTED_PROXIES": trusted
    }


def test_prometheus_asks_every_process() -> None:
    asked = yaml.safe_load((FOLDER / "prometheus.yml").read_text("utf-8"))["scrape_configs"][0]["static_configs"][0][
        "targets"
    ]
    assert asked == [f"{name}:{of_image()['CUPS_METRICS_PORT']}" for name in ROLES]
    source = yaml.safe_load((FOLDER / "grafana" / "datasources" / "prometheus.yml").read_text("utf-8"))
    assert source["datasources"][0]["url"].startswith("http://prometheus:")
    shown = yaml.safe_load((FOLDER / "grafana" / "dashboards" / "cups.yml").read_text("utf-8"))
    folder = shown["providers"][0]["options"]["path"]
    assert any(volume.split(":")[1].startswith(f"{folder}/") for volume in services()["grafana"]["volumes"])


def test_redis_keeps_nothing_and_throws_nothing_out() -> None:
    words = services()["redis"]["command"]
    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"
    assert words[words.index("--save") + 1] == ""


@pytest.fixture
def redis() -> Iterator[Redis]:
    made = Redis()
    yield made
    made.close()


def test_its_processes_run_answer_and_stop(redis: Redis, tmp_path: Path) -> None:
    places = {"CUPS_DATABASE": postgres.shared().create(f"compose-{tmp_path.name}"), "CUPS_REDIS": redis.url}
    parts = {name: Part(one["command"], one["environment"], tmp_path / name) for name, one in ours().items()}
    parts.pop("prepare").run(**places)
    chosen = {name: parts[name] for name in ("gateway1", "api1", "worker")}
    try:
        for one in chosen.values():
            one.start(**places)
        for name, one in chosen.items():
            assert one.asked("/health", one.metrics) == 200, name
            assert healthy(one) == 0, name
        assert chosen["api1"].asked("/health/ready", chosen["api1"].port) == 200
        assert chosen["gateway1"].asked("/health/ready", chosen["gateway1"].port) == 200
        for one in chosen.values():
            one.stop()
        for name, one in chosen.items():
            assert one.ended(seconds(ours()[name]["stop_grace_period"])) == 0
        assert healthy(chosen["worker"]) != 0, "nobody is there any more"
    finally:
        for one in chosen.values():
            one.close()


def healthy(part: Part) -> int:
    """What the image's own check of health says of it."""
    check = next(rest for name, rest in instructions() if name == "HEALTHCHECK")
    _python, *words = json.loads(check[check.index("[") :])
    asked = [word.replace(f":{of_image()['CUPS_METRICS_PORT']}/", f":{part.metrics}/") for word in words]
    return subprocess.run([sys.executable, *asked], capture_output=True, timeout=30, check=False).returncode
