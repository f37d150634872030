"""A rules engine for credit red lists and black lists: records in, a decision that cites the law out.

>>> from datetime import date
>>> import creditrules as cr
>>> policy = cr.load("dalian-construction")
>>> case = cr.Case.from_dict({
...     "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01", "area_m2": 20000,
...                     "investment_cny": 80000000, "accepted_on": "2020-06-01"},
...     "subject": {"name": "甲公司", "uscc": "91999999MA00000A9R", "kind": "legal"},
...     "sources": "all",
... })
>>> cr.decide(policy, case, as_of=date(2020, 6, 5)).outcome
'normal'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from creditrules.audit.compliance import Violation, check_decision
    from creditrules.decision import Decision
    from creditrules.diagnostics import CreditRulesError, MissingExtraError, PolicyError, RecordError, UnsupportedError
    from creditrules.engines.python import decide, load
    from creditrules.explanation.explaining import explain
    from creditrules.explanation.paper import Explanation
    from creditrules.policy.model import Policy
    from creditrules.records.case import Case
    from creditrules.records.dossier import Dossier
    from creditrules.report.book import book
    from creditrules.report.notice import Notice, notice
    from creditrules.report.sheets import Book

__all__ = [
    "Book",
    "Case",
    "CreditRulesError",
    "Decision",
    "Dossier",
    "Explanation",
    "MissingExtraError",
    "Notice",
    "Policy",
    "PolicyError",
    "RecordError",
    "UnsupportedError",
    "Violation",
    "__version__",
    "book",
    "check_decision",
    "decide",
    "explain",
    "load",
    "notice",
]

# Where each public name lives. It is imported when first asked for, so that `import creditrules` loads nothing heavy.
_HOMES = {
    "Book": "report.sheets",
    "Case": "records.case",
    "CreditRulesError": "diagnostics",
    "Decision": "decision",
    "Dossier": "records.dossier",
    "Explanation": "explanation.paper",
    "Notice": "report.notice",
    "MissingExtraError": "diagnostics",
    "Policy": "policy.model",
    "PolicyError": "diagnostics",
    "RecordError": "diagnostics",
    "UnsupportedError": "diagnostics",
    "Violation": "audit.compliance",
    "book": "report.book",
    "check_decision": "audit.compliance",
    "decide": "engines.python",
    "explain": "explanation.explaining",
    "load": "engines.python",
    "notice": "report.notice",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("creditrules")
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"creditrules.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'creditrules' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
