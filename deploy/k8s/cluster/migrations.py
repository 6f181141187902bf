"""One Job a service that migrates its schema as the owner role. No other pod ever holds that role's password."""

from typing import Final

from cluster.names import Manifest, credentials, manifest, owner_credentials, package_of, prefix
from contracts.topics import SERVICES

VERSION: Final = "0.1.0"
"""The release. A Job cannot be changed, so each release has its own; a finished one removes itself."""
COMPONENT: Final = {"app.kubernetes.io/component": "migration"}
_DAY_SECONDS: Final = 86_400


def _pod(service: str) -> Manifest:
    named = prefix(service)
    container: Manifest = {
        "name": "migrate",
        "image": "navette-mesh",
        "command": ["python", "-m", package_of(service), "migrate"],
        "envFrom": [
            {"prefix": named, "configMapRef": {"name": "mesh"}},
            {"prefix": named, "secretRef": {"name": credentials(service)}},
            {"prefix": named, "secretRef": {"name": owner_credentials(service)}},
        ],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - a path in the container
        ],
    }
    return {
        "serviceAccountName": service,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "restartPolicy": "OnFailure",
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "runAsGroup": 10001,
            "fsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [
            {"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}},
        ],
    }


def _job(service: str) -> Manifest:
    spec: Manifest = {
        "backoffLimit": 10,
        "ttlSecondsAfterFinished": _DAY_SECONDS,
        "template": {"metadata": {"labels": COMPONENT}, "spec": _pod(service)},
    }
    return manifest("batch/v1", "Job", f"migrate-{service}-{VERSION.replace('.', '-')}", spec, labels=COMPONENT)


def migrations() -> list[Manifest]:
    return [_job(service) for service in SERVICES]
