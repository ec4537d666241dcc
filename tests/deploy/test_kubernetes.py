"""The manifests: Kubernetes takes them, they fit together, and their processes run with their very commands, environment and probes."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from cups.settings import load
from harness import postgres
from harness.parts import DEPLOY, Part, instructions, longest_stop_s, of_image
from harness.redis import Redis

FOLDER = DEPLOY / "kubernetes"
VERSIONS = ("1.30", "1.37")
"""The oldest that knows all of it, and the newest that there is a schema of."""
KUBECTL = shutil.which("kubectl")
ROLES = ("gateway", "api", "worker")


@cache
def objects() -> dict[tuple[str, str], dict[str, Any]]:
    """Of all files that the two kustomizations list, by kind and name."""
    found = {}
    for folder in (FOLDER, FOLDER / "prepare"):
        for name in kustomization(folder)["resources"]:
            if (folder / name).is_file():
                for one in yaml.safe_load_all((folder / name).read_text("utf-8")):
                    found[one["kind"], one["metadata"]["name"]] = one
    return found


def kustomization(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    return found


def kinds(kind: str) -> dict[str, dict[str, Any]]:
    return {name: one for (its, name), one in objects().items() if its == kind}


def pods() -> dict[str, dict[str, Any]]:
    """What runs, by its component."""
    all = {**kinds("Deployment"), **kinds("Job")}
    return {name.removeprefix("cups-"): one["spec"]["template"] for name, one in all.items()}


def container(pod: dict[str, Any]) -> dict[str, Any]:
    (one,) = pod["spec"]["containers"]
    found: dict[str, Any] = one
    return found


def env_files() -> dict[str, Path]:
    """Where each generated ConfigMap and Secret comes from."""
    folder = FOLDER / "prepare"
    generated = kustomization(folder)
    return {
        one["name"]: folder / one["envs"][0] for one in generated["configMapGenerator"] + generated["secretGenerator"]
    }


def environment(pod: dict[str, Any]) -> dict[str, str]:
    names = [name for source in container(pod)["envFrom"] for one in source.values() for name in [one["name"]]]
    lines = [line for name in names for line in env_files()[name].read_text("utf-8").splitlines()]
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def matches(selector: dict[str, Any], pod: dict[str, Any]) -> bool:
    labels = pod["metadata"]["labels"]
    plain = selector.get("matchLabels", {} if "matchExpressions" in selector else selector)
    return plain.items() <= labels.items() and all(
        labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", [])
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_them(version: str) -> None:
    assert len(objects()) == 18
    for one in objects().values():
        kubernetes_validate.validate(one, version, strict=True)


def test_what_is_no_manifest_is_found() -> None:
    wrong = {**objects()["Deployment", "cups-api"], "spec": {"replicas": "many"}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


def test_the_kustomizations_list_every_file() -> None:
    for folder in (FOLDER, FOLDER / "prepare"):
        found = kustomization(folder)
        files = {path.name for path in folder.iterdir()} - {"kustomization.yaml"}
        made = {
            name
            for part in ("configMapGenerator", "secretGenerator")
            for one in found.get(part, [])
            for name in one["envs"]
        }
        assert files == {*found["resources"], *made}
        assert found["namespace"] in kinds("Namespace")
    assert kustomization(FOLDER)["images"] == kustomization(FOLDER / "prepare")["images"]


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not on this machine")
def test_kustomize_puts_them_together() -> None:
    done = subprocess.run([str(KUBECTL), "kustomize", FOLDER], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    built = list(yaml.safe_load_all(done.stdout))
    assert len(built) == len(objects()) + len(env_files())
    for one in built:
        kubernetes_validate.validate(one, VERSIONS[-1], strict=True)
        assert one["kind"] == "Namespace" or one["metadata"]["namespace"] == "cups"
        if one["kind"] in ("Deployment", "Job"):
            it = container(one["spec"]["template"])
            assert re.fullmatch(r"cups:\d+\.\d+\.\d+", it["image"])
            names = [source["name"] for kinds in it["envFrom"] for source in kinds.values()]
            assert {other["metadata"]["name"] for other in built} >= set(names), (
                "the generated names reach who asks for them"
            )


def test_what_they_name_is_there() -> None:
    for pod in pods().values():
        assert {
            name for source in container(pod)["envFrom"] for one in source.values() for name in [one["name"]]
        } == set(env_files())
        claims = [
            one["persistentVolumeClaim"]["claimName"]
            for one in pod["spec"]["volumes"]
            if "persistentVolumeClaim" in one
        ]
        assert claims == list(kinds("PersistentVolumeClaim"))
        assert {one["name"] for one in container(pod)["volumeMounts"]} == {
            one["name"] for one in pod["spec"]["volumes"]
        }
    for name, deployment in kinds("Deployment").items():
        assert matches(deployment["spec"]["selector"], deployment["spec"]["template"]), name
        assert matches(kinds("PodDisruptionBudget")[name]["spec"]["selector"], deployment["spec"]["template"])
    for name, service in kinds("Service").items():
        pod = kinds("Deployment")[name]["spec"]["template"]
        assert matches(service["spec"]["selector"], pod)
        assert service["spec"]["ports"][0]["targetPort"] in {port["name"] for port in container(pod)["ports"]}
    (scaler,) = kinds("HorizontalPodAutoscaler").values()
    scaled = kinds("Deployment")[scaler["spec"]["scaleTargetRef"]["name"]]
    assert "replicas" not in scaled["spec"], "applying the files again would undo what the scaler has done"
    (ingress,) = kinds("Ingress").values()
    (rule,) = ingress["spec"]["rules"]
    backends = {path["path"]: path["backend"]["service"] for path in rule["http"]["paths"]}
    assert {path: one["name"] for path, one in backends.items()} == {"/live": "cups-gateway", "/": "cups-api"}
    for one in backends.values():
        assert one["port"]["name"] in {port["name"] for port in kinds("Service")[one["name"]]["spec"]["ports"]}
    assert f"https://{rule['host']}" == environment(pods()["api"])["CUPS_ORIGINS"]


def test_the_settings_exist_and_the_ports_are_theirs() -> None:
    for name, pod in pods().items():
        env = {**of_image(), **environment(pod)}
        found = load({key: value for key, value in env.items() if key.startswith("CUPS_")})
        assert found.secure() and found.database and found.redis and found.trusted_proxies
        ports = {port["name"]: port["containerPort"] for port in container(pod).get("ports", [])}
        assert ports == (
            {}
            if name == "prepare"
            else {"metrics": found.metrics_port} | ({} if name == "worker" else {"http": found.port})
        )
        mounted = container(pod)["volumeMounts"][0]["mountPath"]
        assert Path(found.data_dir).parent == Path(mounted), "a folder of its own, that it can close to everybody else"


def test_a_quiet_socket_is_not_cut() -> None:
    (ingress,) = kinds("Ingress").values()
    found = load({})
    times = {name: text for name, text in ingress["metadata"]["annotations"].items() if "timeout" in name}
    assert len(times) == 8
    for name, text in times.items():
        assert int(text.rstrip("s")) > 2 * found.heartbeat_s + found.pong_timeout_s, name


def test_there_is_time_to_drain() -> None:
    for role in ROLES:
        pod = pods()[role]
        hook = container(pod).get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        assert hook or role == "worker", "new people come until the balancer has heard"
        assert pod["spec"]["terminationGracePeriodSeconds"] >= longest_stop_s(environment(pod), hook)


def test_they_may_do_nothing_but_their_work() -> None:
    (user,) = [rest for name, rest in instructions() if name == "USER"]
    for pod in pods().values():
        person, it = pod["spec"]["securityContext"], container(pod)["securityContext"]
        assert f"{person['runAsUser']}:{person['runAsGroup']}" == user and person["fsGroup"] == person["runAsGroup"]
        assert person["runAsNonRoot"] and person["seccompProfile"] == {"type": "RuntimeDefault"}
        assert it == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert pod["spec"]["automountServiceAccountToken"] is False


def test_only_the_ingress_and_prometheus_get_in() -> None:
    policies = kinds("NetworkPolicy")
    assert policies["cups-nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for component, pod in pods().items():
        found = load({key: value for key, value in environment(pod).items() if key.startswith("CUPS_")})
        opened = {
            port["port"]: rule["from"][0]["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
            for policy in policies.values()
            if matches(policy["spec"]["podSelector"], pod)
            for rule in policy["spec"].get("ingress", [])
            for port in rule["ports"]
        }
        sockets = {found.port: "ingress"} if component in ("gateway", "api") else {}
        assert opened == {found.metrics_port: "monitoring", **sockets}, component


@pytest.fixture
def redis() -> Iterator[Redis]:
    made = Redis()
    yield made
    made.close()


def test_its_processes_run_answer_every_probe_and_stop(redis: Redis, tmp_path: Path) -> None:
    places = {"CUPS_DATABASE": postgres.shared().create(f"kubernetes-{tmp_path.name}"), "CUPS_REDIS": redis.url}
    parts = {name: Part(container(pod)["args"], environment(pod), tmp_path / name) for name, pod in pods().items()}
    parts.pop("prepare").run(**places)
    try:
        for one in parts.values():
            one.start(**places)
        for role, one in parts.items():
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                asked = container(pods()[role])[probe]["httpGet"]
                port = {"http": one.port, "metrics": one.metrics}[asked["port"]]
                assert one.asked(asked["path"], port) == 200, f"{role}: {probe}"
        for one in parts.values():
            one.stop()
        for role, one in parts.items():
            assert one.ended(pods()[role]["spec"]["terminationGracePeriodSeconds"]) == 0
    finally:
        for one in parts.values():
            one.close()
