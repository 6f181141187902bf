"""Kubernetes objects of the gateway, as plain data, with the names and labels they find each other by."""

from collections.abc import Mapping
from typing import Any, Final

Manifest = dict[str, Any]

NAMESPACE: Final = "navette"
GATEWAY: Final = "navette"
LISTENER: Final = "https"
XDS_LISTENER: Final = f"{NAMESPACE}/{GATEWAY}/{LISTENER}"
"""What Envoy Gateway calls the listener it makes from these."""
TLS_SECRET: Final = "navette-tls"  # noqa: S105 - the name of a secret
PORT: Final = 8080
"""Where every pod of the mesh listens."""

GATEWAY_API: Final = "gateway.networking.k8s.io"
ENVOY_API: Final = "gateway.envoyproxy.io"

SERVICE_LABEL: Final = "navette/service"
CARRIAGE_LABEL: Final = "navette/carriage"
ACCESS_LABEL: Final = "navette/access"


def manifest(api: str, kind: str, name: str, spec: Manifest, labels: Mapping[str, str] | None = None) -> Manifest:
    """An object, in the mesh's namespace unless its kind has none."""
    metadata: Manifest = {"name": name} if kind == "GatewayClass" else {"name": name, "namespace": NAMESPACE}
    if labels:
        metadata["labels"] = dict(labels)
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}


def gateway_api(kind: str, name: str, spec: Manifest, labels: Mapping[str, str] | None = None) -> Manifest:
    return manifest(f"{GATEWAY_API}/v1", kind, name, spec, labels)


def envoy_api(kind: str, name: str, spec: Manifest) -> Manifest:
    return manifest(f"{ENVOY_API}/v1alpha1", kind, name, spec)


def the_gateway() -> Manifest:
    """The target of a policy that holds for every route."""
    return {"group": GATEWAY_API, "kind": "Gateway", "name": GATEWAY}


def routes_labelled(**labels: str) -> Manifest:
    """The target of a policy: every HTTPRoute with these labels, `service`, `carriage` or `access`."""
    names = {"service": SERVICE_LABEL, "carriage": CARRIAGE_LABEL, "access": ACCESS_LABEL}
    matched = {names[label]: str(value) for label, value in labels.items()}
    return {"group": GATEWAY_API, "kind": "HTTPRoute", "matchLabels": matched}


def service_reference(name: str) -> Manifest:
    return {"name": name, "port": PORT}
