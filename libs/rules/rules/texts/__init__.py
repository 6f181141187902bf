"""One line for a person, in French or English: what is wrong and what to do; else the official text of the rule."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Final

from contracts.faults import Finding
from rules.texts.wordings import Language, is_in, wording_of

__all__ = ["Language", "text_of"]
_CATEGORY_RULE: Final = re.compile(r"BR-(?:FREXT-)?(S|Z|E|AE|IC|G|O|AF|AG)-(\d\d)(?:ini|rev)?")
"""EXTENDED-CTC-FR alters the tolerance of a rule and keeps what it is about."""
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
        return _by_wording(finding, language) if finding.detail else finding.rule
    values = {
        "rule_set": finding.rule_set,
        "terms": ", ".join(finding.terms),
        "category": _CATEGORIES[category[1]][language] if category else "",
        **finding.parameters,
    }
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], "?"), template)


def _by_wording(finding: Finding, language: Language) -> str:
    """A text for rules that are worded alike; else the official one, quoted where it is in another language."""
    name, thing = wording_of(finding.detail)
    if not name and is_in(language, finding.detail):
        return finding.detail
    last = re.sub(r"\[\d+\]$", "", finding.pointer.rpartition("/")[2])
    values = {
        "thing": thing,
        "place": ", ".join(finding.terms) or last or finding.rule,
        "rule": finding.rule,
        "official": finding.detail.rstrip("."),
    }
    return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], _table(language)[name or "NAV-WORDING-QUOTED"])


@cache
def _table(language: Language) -> dict[str, str]:
    return json.loads(Path(__file__).with_name(f"{language}.json").read_text(encoding="utf-8"))
