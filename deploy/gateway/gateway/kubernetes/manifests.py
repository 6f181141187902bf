"""All objects of the gateway, in the order they are written."""

from gateway.kubernetes.objects import Manifest
from gateway.kubernetes.patches import patch_policy
from gateway.kubernetes.policies import policies
from gateway.kubernetes.proxies import gateway, gateway_class, proxy
from gateway.kubernetes.routes import http_routes


def manifests() -> list[Manifest]:
    """Everything `deploy/k8s/base/gateway.yaml` holds."""
    return [gateway_class(), proxy(), gateway(), *http_routes(), *policies(), patch_policy()]
