"""A digest of what a policy says, which tells whether it is the one that was signed off."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from creditrules.documents import Node, Plain, plain
from creditrules.policy.calendar import Calendar, Year


def canonical_digest(nodes: Iterable[Node], vocabulary: Node, calendar: Calendar | None = None) -> str:
    """A digest of what a policy says: the order of rules, lists and keys does not change it; that of measures does."""

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: clean(v) for k, v in value.items()}
        if isinstance(value, list):
            return sorted((clean(v) for v in value), key=lambda v: json.dumps(v, ensure_ascii=False, sort_keys=True))
        # A quoted word and a bare one may be different constants.
        return value if value is None else ["plain" if isinstance(value, Plain) else "text", str(value)]

    merged: dict[str, Any] = {}
    for node in nodes:
        for key, value in clean(plain(node)).items():
            if key in merged and isinstance(value, list):
                merged[key] = sorted(
                    merged[key] + value, key=lambda v: json.dumps(v, ensure_ascii=False, sort_keys=True)
                )
            elif key in merged and isinstance(value, dict):
                merged[key] = merged[key] | value
            else:
                merged[key] = value
    words = plain(vocabulary)
    merged.pop("include", None)
    parts = [merged, clean(words), list(words.get("measures", ())), *_years(calendar)]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _years(calendar: Calendar | None) -> list[Any]:
    """What the files of a calendar say, which decides when periods end."""
    return [] if calendar is None else [_year(calendar.name, year) for year in calendar.years.values()]


def _year(name: str, year: Year) -> list[Any]:
    days = [sorted(map(str, days)) for days in (year.days_off, year.days_worked)]
    return [name, year.year, year.title, year.numbers, year.checked, *days]
