"""Read the kit as a port would: JSON files, and nothing of how they came to be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from creditrules.diagnostics import Source
from creditrules.engines.python import Prepared
from creditrules.policy.model import Policy
from creditrules.policy.reading import read_policy
from creditrules.records.case import BaseCase, case_model

FOLDER = Path(__file__).resolve().parent
LEVELS = ("core", "dates", "exceptions", "unknown", "basis-cap")
PARTS = ("outcome", "measures", "established", "undetermined", "procedures", "could_become", "missing")
"""What a decision document of the kit tells."""


@dataclass(frozen=True)
class KitCase:
    """One case of the kit, read: the policy and the case as this library has them, and what is expected."""

    level: str
    name: str
    policy: str
    as_of: date
    profile: str
    case: BaseCase
    expect: Mapping[str, Any]


def policy_of(text: str, vocabulary: str) -> Policy:
    """A policy of the kit; both files are JSON, which is YAML as well."""
    sources = Source("policy.yaml", text), Source("vocabulary.yaml", vocabulary)
    return read_policy(sources[0], (), sources[1], calendar=[], runner=Prepared)


@cache
def index() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "kit.json").read_text("utf-8"))
    return found


@cache
def policies() -> dict[str, Policy]:
    """Every policy of the kit by name. The cases of one vocabulary are of one type."""
    texts = {
        name: (FOLDER / name).read_text("utf-8") for name in {p["vocabulary"] for p in index()["policies"].values()}
    }
    return {
        name: policy_of((FOLDER / one["file"]).read_text("utf-8"), texts[one["vocabulary"]])
        for name, one in index()["policies"].items()
    }


@cache
def cases() -> tuple[KitCase, ...]:
    """All cases, level by level."""
    found = []
    for level in index()["levels"]:
        document = json.loads((FOLDER / level["file"]).read_text("utf-8"))
        for one in document["cases"]:
            model = case_model(policies()[one["policy"]].vocabulary.schema)
            found.append(
                KitCase(
                    document["level"], one["name"], one["policy"], date.fromisoformat(one["as_of"]), one["profile"],
                    model.from_dict(one["case"]), one["expect"],
                )
            )  # fmt: skip
    return tuple(found)


def normal(document: Mapping[str, Any]) -> dict[str, Any]:
    """A decision document in one order: what the README calls a set is sorted."""

    def key(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    found = {part: document[part] for part in PARTS}
    for part in ("measures", "established", "undetermined", "procedures", "could_become"):
        found[part] = sorted(
            (
                {k: sorted(v, key=key) if k in ("facts", "missing") else v for k, v in one.items()}
                if isinstance(one, dict)
                else one
                for one in document[part]
            ),
            key=key,
        )
    return found


def agrees(found: Mapping[str, Any], expect: Mapping[str, Any]) -> bool:
    """Whether a decision document is the expected one; facts are compared where the kit tells them."""
    mine, theirs = normal(found), normal(expect)
    told = {_identity(c) for c in theirs["established"] if "facts" in c}
    for c in mine["established"]:
        if _identity(c) not in told:
            c.pop("facts", None)
    return normal(mine) == theirs


def _identity(conclusion: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(conclusion[k] for k in ("rule", "record", "person", "link", "measure", "capped_from"))
