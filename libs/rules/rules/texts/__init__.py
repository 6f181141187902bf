"""One line for a person, in French or English: what is wrong and what to do; else the official text of the rule."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Final, Literal

from contracts.faults import Finding

Language = Literal["fr", "en"]
_CATEGORY_RULE: Final = re.compile(r"BR-(S|Z|E|AE|IC|G|O|AF|AG)-(\d\d)")
_CATEGORIES: Final[dict[str, dict[Language, str]]] = {
    "S": {"fr": "taux normal", "en": "standard rate"},
    "Z": {"fr": "taux zéro", "en": "zero rated"},
    "E": {"fr": "exonéré", "en": "exempt"},
    "AE": {"fr": "autoliquidation", "en": "reverse charge"},
    "IC": {"fr": "livraison intracommunautaire", "en": "intra-community supply"},
    "G": {"fr": "exportation hors UE", "en": "export outside the EU"},
    "O": {"fr": "hors champ de la TVA", "en": "not subject to VAT"},
    "AF": {"fr": "IGIC", "en": "IGIC"},
    "AG": {"fr": "IPSI", "en": "IPSI"},
}
"""VAT categories of UNTDID 5305, by the letters of the rules that are written once a category."""


def text_of(finding: Finding, language: Language) -> str:
    """The line for a person; never empty."""
    table = _table(language)
    category = _CATEGORY_RULE.fullmatch(finding.rule)
    family = f"BR-*-{category[2]}" if category else finding.rule.rpartition("-")[0] + "-*"
    template = table.get(finding.rule) or table.get(family)
    if template is None:
        return finding.detail or finding.rule
    values = {
        "rule_set": finding.rule_set,
        "terms": ", ".join(finding.terms),
        "category": _CATEGORIES[category[1]][language] if category else "",
        **finding.parameters,
    }
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], "?"), template)


@cache
def _table(language: Language) -> dict[str, str]:
    return json.loads(Path(__file__).with_name(f"{language}.json").read_text(encoding="utf-8"))
