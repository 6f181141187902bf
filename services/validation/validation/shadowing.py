"""What operations learn of the shadow: two counters, an alert on them, and a log line that names the document."""

from typing import Final

import structlog
from prometheus_client import Counter

from mesh.telemetry import REGISTRY
from rules.shadow import Compared

documents: Final = Counter(
    "navette_rules_shadow_documents_total",
    "Documents judged once more by the official stylesheets: same, different, skipped, failed",
    ["outcome"],
    registry=REGISTRY,
)
differences: Final = Counter(
    "navette_rules_shadow_differences_total",
    "Rules on which the official stylesheets and ours said different things",
    ["rule_set", "rule"],
    registry=REGISTRY,
)
for _outcome in ("same", "different", "skipped", "failed"):
    documents.labels(_outcome)
_log = structlog.get_logger(__name__)


def tell(compared: Compared) -> None:
    """Count it; a difference is logged with the document's digest and rule ids, nothing of its content."""
    documents.labels(compared.outcome).inc()
    for rule_set, rules in compared.rules.items():
        for rule in rules:
            differences.labels(rule_set, rule).inc()
    if compared.outcome == "different":
        named = {rule_set: sorted(rules) for rule_set, rules in compared.rules.items()}
        _log.error("rules_differ", document_sha256=compared.document_sha256, rules=named)
