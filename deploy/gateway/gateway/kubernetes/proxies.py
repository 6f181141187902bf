"""The gateway's own pods, and the listeners they open."""

from typing import Final

from gateway.envoy import ACCESS_LOG
from gateway.kubernetes.objects import (
    ENVOY_API,
    GATEWAY,
    LISTENER,
    TLS_SECRET,
    Manifest,
    envoy_api,
    gateway_api,
)
from gateway.kubernetes.routes import PLAINTEXT

_HOST: Final = "navette.example"
"""Replaced by each overlay."""


def _pods() -> Manifest:
    container: Manifest = {
        "resources": {"requests": {"cpu": "500m", "memory": "512Mi"}, "limits": {"memory": "1Gi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    return {
        "type": "Kubernetes",
        "kubernetes": {
            "envoyDeployment": {"replicas": 2, "container": container},
            "envoyPDB": {"minAvailable": 1},
            # keeps the client's own address
            "envoyService": {"externalTrafficPolicy": "Local"},
        },
    }


def proxy() -> Manifest:
    """How Envoy runs. Bodies are held before the session is asked: after it, one over the limit would hang."""
    log: Manifest = {
        "format": {"type": "JSON", "json": ACCESS_LOG},
        "sinks": [{"type": "File", "file": {"path": "/dev/stdout"}}],
    }
    order: list[Manifest] = [
        {"name": "envoy.filters.http.local_ratelimit", "before": "envoy.filters.http.ext_authz"},
        {"name": "envoy.filters.http.buffer", "before": "envoy.filters.http.ext_authz"},
    ]
    spec: Manifest = {
        "provider": _pods(),
        "filterOrder": order,
        "telemetry": {"accessLog": {"settings": [log]}},
        "shutdown": {"drainTimeout": "330s"},
    }
    return envoy_api("EnvoyProxy", GATEWAY, spec)


def gateway_class() -> Manifest:
    return gateway_api("GatewayClass", GATEWAY, {"controllerName": f"{ENVOY_API}/gatewayclass-controller"})


def gateway() -> Manifest:
    """TLS for the public host; plain HTTP only to be sent on to it."""
    listeners: list[Manifest] = [
        {
            "name": LISTENER,
            "hostname": _HOST,
            "port": 443,
            "protocol": "HTTPS",
            "tls": {"mode": "Terminate", "certificateRefs": [{"name": TLS_SECRET}]},
        },
        {"name": PLAINTEXT, "hostname": _HOST, "port": 80, "protocol": "HTTP"},
    ]
    parameters: Manifest = {"group": ENVOY_API, "kind": "EnvoyProxy", "name": GATEWAY}
    spec: Manifest = {
        "gatewayClassName": GATEWAY,
        "infrastructure": {"parametersRef": parameters},
        "listeners": listeners,
    }
    return gateway_api("Gateway", GATEWAY, spec)
