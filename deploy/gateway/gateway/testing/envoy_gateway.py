"""The cluster's gateway without a cluster: Envoy Gateway's own translation of our objects, run by a local Envoy.

`egctl` (`go install github.com/envoyproxy/gateway/cmd/egctl@v1.9.1`) makes of them what its controller would send to
Envoy; here that becomes one static file, with this machine's ports in place of pods.
"""

import base64
import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from contracts.topics import SERVICES
from gateway.envoy import CERTIFICATE, KEY
from gateway.envoy_api import Config
from gateway.kubernetes.manifests import manifests
from gateway.kubernetes.objects import NAMESPACE, PORT, TLS_SECRET, XDS_LISTENER, Manifest
from gateway.routes import PORTAL
from gateway.upstreams import ADMIN, GATEWAY, LOOPBACK, Address

_BACKENDS: Final = (*SERVICES, PORTAL)
_CLUSTER_IP: Final = "10.0.0."


def _named(objects: Iterable[Manifest]) -> list[Manifest]:
    """Policies with the names of their routes instead of labels, which egctl forgets when it reads routes."""
    every: list[Manifest] = json.loads(json.dumps(list(objects)))
    routes = [each for each in every if each["kind"] == "HTTPRoute"]
    for each in every:
        for selector in each["spec"].pop("targetSelectors", []):
            wanted = selector.pop("matchLabels").items()
            names = [route["metadata"]["name"] for route in routes if wanted <= route["metadata"]["labels"].items()]
            each["spec"]["targetRefs"] = [{**selector, "name": name} for name in names]
    return every


def _of_the_cluster(directory: Path) -> list[Manifest]:
    """What the objects refer to: namespace, certificate, services with addresses we recognise later."""

    def core(kind: str, name: str, **fields: Any) -> Manifest:
        return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": NAMESPACE}, **fields}

    files = {"tls.crt": directory / CERTIFICATE, "tls.key": directory / KEY}
    data = {name: base64.b64encode(path.read_bytes()).decode() for name, path in files.items()}
    ports = [{"name": "http", "port": PORT, "protocol": "TCP", "targetPort": PORT}]
    services = [
        core("Service", name, spec={"clusterIP": f"{_CLUSTER_IP}{number}", "ports": ports})
        for number, name in enumerate(_BACKENDS, 1)
    ]
    namespace: Manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    return [namespace, core("Secret", TLS_SECRET, type="kubernetes.io/tls", data=data), *services]


def _translated(egctl: str, directory: Path) -> dict[str, Config]:
    """xDS by kind of dump."""
    objects = directory / "objects.yaml"
    objects.write_text(yaml.safe_dump_all([*_named(manifests()), *_of_the_cluster(directory)]))
    options = ["x", "translate", "--from", "gateway-api", "--to", "xds", "-t", "all", "-o", "json", "-f", str(objects)]
    done = subprocess.run([egctl, *options, "--add-missing-resources"], capture_output=True, text=True, check=True)
    (dumps,) = json.loads(done.stdout)["xds"].values()
    return {dump["@type"].rpartition(".")[2]: dump for dump in dumps["configs"]}


def _untyped(config: Config) -> Config:
    return {name: value for name, value in config.items() if name != "@type"}


def _listener(dumps: Mapping[str, Config], directory: Path, ports: Mapping[str, int]) -> Config:
    listeners = [each["activeState"]["listener"] for each in dumps["ListenersConfigDump"]["dynamicListeners"]]
    (listener,) = [_untyped(each) for each in listeners if each["name"] == XDS_LISTENER]
    routes = {
        each["routeConfig"]["name"]: each["routeConfig"] for each in dumps["RoutesConfigDump"]["dynamicRouteConfigs"]
    }
    listener["address"] = Address(LOOPBACK, ports[GATEWAY]).socket_address
    for chain in listener["filterChains"]:
        chain.pop("filterChainMatch", None)
        secrets = chain["transportSocket"]["typedConfig"]["commonTlsContext"]
        secrets.pop("tlsCertificateSdsSecretConfigs")
        files = {
            "certificateChain": {"filename": str(directory / CERTIFICATE)},
            "privateKey": {"filename": str(directory / KEY)},
        }
        secrets["tlsCertificates"] = [files]
        for step in chain["filters"]:
            inside = step["typedConfig"]
            if "rds" in inside:
                inside["routeConfig"] = _untyped(routes[inside.pop("rds")["routeConfigName"]])
                for host in inside["routeConfig"]["virtualHosts"]:
                    host["domains"] = ["*"]
    return listener


def _clusters(dumps: Mapping[str, Config], ports: Mapping[str, int]) -> list[Config]:
    endpoints = [each["endpointConfig"] for each in dumps["EndpointsConfigDump"]["dynamicEndpointConfigs"]]
    assigned = {each["clusterName"]: _untyped(each) for each in endpoints}
    clusters: list[Config] = []
    for each in dumps["ClustersConfigDump"]["dynamicActiveClusters"]:
        cluster = _untyped(each["cluster"])
        if cluster.pop("edsClusterConfig", None) is not None:
            cluster |= {"type": "STATIC", "loadAssignment": assigned[cluster["name"]]}
            for locality in cluster["loadAssignment"]["endpoints"]:
                for endpoint in locality.get("lbEndpoints", []):
                    address = endpoint["endpoint"]["address"]["socketAddress"]
                    number = int(address["address"].removeprefix(_CLUSTER_IP))
                    address |= {"address": LOOPBACK, "portValue": ports[_BACKENDS[number - 1]]}
        clusters.append(cluster)
    return clusters


def configure(egctl: str, directory: Path, ports: Mapping[str, int]) -> Path:
    """Writes the file and gives its path. Raises CalledProcessError when egctl refuses our objects."""
    dumps = _translated(egctl, directory)
    resources: Config = {"listeners": [_listener(dumps, directory, ports)], "clusters": _clusters(dumps, ports)}
    admin: Config = {"address": Address(LOOPBACK, ports[ADMIN]).socket_address}
    out = directory / "envoy.json"
    out.write_text(json.dumps({"admin": admin, "node": {"id": "x", "cluster": "x"}, "static_resources": resources}))
    return out
