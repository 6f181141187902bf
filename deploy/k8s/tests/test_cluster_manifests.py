"""The manifests as Kubernetes will read them: valid, complete, fresh, and each service told what it asks for."""

import importlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from cluster.__main__ import texts
from cluster.migrations import VERSION
from cluster.names import package_of, prefix
from cluster.secrets import fresh_secrets
from contracts.topics import SERVICES
from mesh.settings import MeshSettings

Manifest = dict[str, Any]
HERE = Path(__file__).parents[1]
CORE = {"v1", "apps/v1", "batch/v1", "policy/v1", "networking.k8s.io/v1"}
KUBERNETES = "1.34"
BROUGHT_BY_OTHERS = {"signing-seal"}
"""The seal's key and chain come from a certificate authority, never from us."""


def of_kind(objects: Iterable[Manifest], *kinds: str) -> list[Manifest]:
    return [each for each in objects if each["kind"] in kinds]


def named(objects: Iterable[Manifest], kind: str, name: str) -> Manifest:
    (found,) = [each for each in of_kind(objects, kind) if each["metadata"]["name"] == name]
    return found


def pods(objects: Iterable[Manifest]) -> list[tuple[str, Manifest]]:
    """Every pod template with its owner's name."""
    owners = of_kind(objects, "StatefulSet", "Deployment", "Job")
    return [(f"{each['kind']}/{each['metadata']['name']}", each["spec"]["template"]["spec"]) for each in owners]


def containers(pod: Manifest) -> list[Manifest]:
    return [*pod.get("initContainers", []), *pod["containers"]]


def test_core_objects_follow_the_schemas_of_kubernetes(prod: list[Manifest]) -> None:
    checked = [each for each in prod if each["apiVersion"] in CORE]
    assert len(checked) > 40
    for each in checked:
        kubernetes_validate.validate(each, KUBERNETES, strict=True)


def closed(schema: Any) -> Any:
    """A CRD's schema that also refuses what it does not know, as `kubectl apply --validate=strict` does."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    copied = {name: closed(value) for name, value in schema.items()}
    if copied.get("x-kubernetes-int-or-string") is True:
        copied.pop("type", None)
    opened = copied.get("x-kubernetes-preserve-unknown-fields") is True or "additionalProperties" in copied
    if copied.get("type") == "object" and isinstance(copied.get("properties"), dict) and not opened:
        copied["additionalProperties"] = False
    return copied


def schemas(directory: Path) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for path in directory.glob("*.yaml"):
        for crd in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader):
            if crd and crd["kind"] == "CustomResourceDefinition":
                spec = crd["spec"]
                for version in spec["versions"]:
                    schema = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
                    found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = schema
    return found


@pytest.mark.skipif("NAVETTE_CRDS" not in os.environ, reason="NAVETTE_CRDS names no directory of CRDs")
def test_custom_objects_follow_the_schemas_of_their_operators(prod: list[Manifest]) -> None:
    known = schemas(Path(os.environ["NAVETTE_CRDS"]))
    custom = [each for each in prod if each["apiVersion"] not in CORE]
    for each in custom:
        schema = closed(known[each["apiVersion"], each["kind"]])
        jsonschema.Draft202012Validator(schema).validate(each["spec"])


def test_what_follows_from_the_contracts_is_fresh() -> None:
    for name, text in texts().items():
        committed = (HERE / "overlays" / "prod" / name).read_text()
        assert committed == text, "run `python -m cluster overlay --out deploy/k8s/overlays/prod`"


def test_no_two_objects_share_a_name(prod: list[Manifest]) -> None:
    names = [(each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]) for each in prod]
    assert len(names) == len(set(names))


def test_no_secret_is_committed(prod: list[Manifest]) -> None:
    assert not of_kind(prod, "Secret")


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_its_objects(prod: list[Manifest], service: str) -> None:
    stateful = named(prod, "StatefulSet", service)
    template = stateful["spec"]["template"]
    labels = {"app.kubernetes.io/name": service, "app.kubernetes.io/part-of": "navette"}
    assert template["metadata"]["labels"] == labels
    assert stateful["spec"]["serviceName"] == template["spec"]["serviceAccountName"] == service
    assert named(prod, "Service", service)["spec"]["selector"].items() <= labels.items()
    assert named(prod, "ServiceAccount", service)["automountServiceAccountToken"] is False
    disruption = named(prod, "PodDisruptionBudget", service)["spec"]
    assert disruption["selector"]["matchLabels"].items() <= labels.items()
    assert disruption["maxUnavailable"] == 1


def test_every_pod_is_locked_down(prod: list[Manifest]) -> None:
    assert len(pods(prod)) == 2 * len(SERVICES) + 1
    for name, pod in pods(prod):
        context = pod["securityContext"]
        assert (context["runAsNonRoot"], context["runAsUser"] > 0) == (True, True), name
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod), name
        assert all(set(volume) & {"secret", "emptyDir"} for volume in pod["volumes"]), name
        for container in containers(pod):
            inside = container["securityContext"]
            assert inside["readOnlyRootFilesystem"] is True, name
            assert inside["allowPrivilegeEscalation"] is False, name
            assert inside["capabilities"] == {"drop": ["ALL"]}, name
            assert "memory" in container["resources"]["limits"], name
            assert {"cpu", "memory"} <= set(container["resources"]["requests"]), name


def test_what_serves_is_probed_and_ends_gently(prod: list[Manifest]) -> None:
    for name, pod in pods(prod):
        if name.startswith("Job/"):
            continue
        (container,) = pod["containers"]
        path = "/healthz" if name == "Deployment/portal" else "/readyz"
        assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}, name
        assert container["readinessProbe"]["httpGet"] == {"path": path, "port": "http"}, name
        pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pod["terminationGracePeriodSeconds"] > pause + 20, name


def test_images_carry_the_release(prod: list[Manifest]) -> None:
    images = {container["image"] for _, pod in pods(prod) for container in containers(pod)}
    assert images == {f"navette-mesh:{VERSION}", f"navette-portal:{VERSION}"}


def told(prod: list[Manifest], container: Manifest) -> Mapping[str, str]:
    """The environment Kubernetes makes of a container's sources."""
    of_secrets = {each["metadata"]["name"]: each["stringData"] for each in fresh_secrets()}
    environment: dict[str, str] = {}
    for source in container["envFrom"]:
        if "configMapRef" in source:
            values = named(prod, "ConfigMap", source["configMapRef"]["name"])["data"]
        else:
            values = of_secrets[source["secretRef"]["name"]]
        environment |= {source["prefix"] + name: value for name, value in values.items()}
    return environment | {each["name"]: each.get("value", "0") for each in container.get("env", [])}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_all_it_asks_for(prod: list[Manifest], service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (container,) = named(prod, "StatefulSet", service)["spec"]["template"]["spec"]["containers"]
    environment = told(prod, container)

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings: MeshSettings = importlib.import_module(f"{package_of(service)}.settings").Settings()
    assert settings.environment == "production"
    assert settings.database_owner.get_secret_value() == "", "only migrations are told the owner's password"
    assert settings.database_api.get_secret_value().startswith(f"postgresql://{prefix(service).lower()}api:")
    assert settings.kafka_username == settings.s3_access_key == service
    assert settings.jwks_url == "http://registration:8080/.well-known/jwks.json"
    fields = {prefix(service) + field.upper() for field in MeshSettings.model_fields}
    # A mail server that asks for a password, or has a certificate of its own authority, is an installation's own.
    by_default = {"DATABASE_OWNER", "KAFKA_SESSION_TIMEOUT_MS", "SMTP_USERNAME", "SMTP_PASSWORD", "SMTP_CA_FILE"}
    assert fields - set(environment) == {prefix(service) + name for name in by_default}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_knows_every_variable_it_is_told(prod: list[Manifest], service: str) -> None:
    settings = importlib.import_module(f"{package_of(service)}.settings").Settings
    (container,) = named(prod, "StatefulSet", service)["spec"]["template"]["spec"]["containers"]
    known = {prefix(service) + field.upper() for field in settings.model_fields}
    assert set(told(prod, container)) <= known


def test_members_of_a_group_keep_their_number(prod: list[Manifest]) -> None:
    for service in SERVICES:
        (container,) = named(prod, "StatefulSet", service)["spec"]["template"]["spec"]["containers"]
        (instance,) = [each for each in container["env"] if each["name"] == f"{prefix(service)}INSTANCE"]
        assert instance["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.labels['apps.kubernetes.io/pod-index']"


def test_the_owners_password_is_only_in_migrations(prod: list[Manifest]) -> None:
    for name, pod in pods(prod):
        mentioned = [
            source["secretRef"]["name"]
            for container in containers(pod)
            for source in container.get("envFrom", [])
            if "secretRef" in source
        ]
        owners = [secret for secret in mentioned if secret.endswith("-owner")]
        assert len(owners) == (1 if name.startswith("Job/") else 0), name


@pytest.mark.parametrize("service", SERVICES)
def test_a_migration_is_told_the_owner(prod: list[Manifest], service: str) -> None:
    job = named(prod, "Job", f"migrate-{service}-{VERSION.replace('.', '-')}")
    (container,) = job["spec"]["template"]["spec"]["containers"]
    owner = told(prod, container)[f"{prefix(service)}DATABASE_OWNER"]
    assert owner.startswith(f"postgresql://{prefix(service).lower()}owner:")
    assert container["command"][-1] == "migrate"


def test_every_secret_that_is_mentioned_can_be_made(prod: list[Manifest]) -> None:
    made = {(each["metadata"]["namespace"], each["metadata"]["name"]) for each in fresh_secrets()}
    wanted: set[tuple[str, str]] = set()
    for _, pod in pods(prod):
        volumes = [volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume]
        sources = [source for container in containers(pod) for source in container.get("envFrom", [])]
        variables = [source["secretRef"]["name"] for source in sources if "secretRef" in source]
        wanted |= {("navette", name) for name in (*volumes, *variables) if name not in BROUGHT_BY_OTHERS}
    for user in of_kind(prod, "KafkaUser"):
        reference = user["spec"]["authentication"]["password"]["valueFrom"]["secretKeyRef"]
        wanted.add(("navette-data", reference["name"]))
    for role in named(prod, "Cluster", "navette-db")["spec"]["managed"]["roles"]:
        wanted.add(("navette-data", role["passwordSecret"]["name"]))
    for target in named(prod, "TriggerAuthentication", "lag-reader")["spec"]["secretTargetRef"]:
        wanted.add(("navette", target["name"]))
    assert wanted == made


def test_fresh_secrets_are_fresh_and_agree() -> None:
    one, two = fresh_secrets(), fresh_secrets()
    assert one != two
    by_name = {(each["metadata"]["namespace"], each["metadata"]["name"]): each["stringData"] for each in one}
    for service in SERVICES:
        mine = by_name["navette", f"{service}-credentials"]
        assert mine["KAFKA_PASSWORD"] == by_name["navette-data", f"{service}-kafka"]["password"]
        api = by_name["navette-data", f"{prefix(service).lower().replace('_', '-')}api-password"]
        assert f":{api['password']}@" in mine["DATABASE_API"]
