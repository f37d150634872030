"""Write the kit: `python -m tests.conformance.write`. What follows from a case is what the naive interpreter says.

The engine has no part in it. The same families give the same bytes, on every machine and in every version of Python.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from creditrules.policy.model import Policy
from creditrules.records.case import BaseCase, case_model
from tests.conformance.families import basis_cap, core, dates, exceptions, unknown
from tests.conformance.kit import FOLDER, LEVELS, PARTS, policy_of
from tests.conformance.making import Family
from tests.conformance.vocabulary import vocabulary
from tests.naive import interpreter
from tests.naive.engine import told

FAMILIES: tuple[Family, ...] = (
    *core.FAMILIES, *dates.FAMILIES, *exceptions.FAMILIES, *unknown.FAMILIES, *basis_cap.FAMILIES,
)  # fmt: skip
WIDE = 160
"""How long a line may be before what stands on it is broken into lines of its own."""
_VOCABULARIES = {"review": "vocabulary.json", "none": "vocabulary-without-cap.json"}


def pretty(value: Any, indent: int = 0) -> str:
    """JSON that people can read and compare: what is short stands on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= WIDE or not isinstance(value, (dict, list)) or not value:
        return line
    space = " " * (indent + 1)
    if isinstance(value, dict):
        inside = [f"{json.dumps(k, ensure_ascii=False)}: {pretty(v, indent + 1)}" for k, v in value.items()]
    else:
        inside = [pretty(v, indent + 1) for v in value]
    brackets = "{}" if isinstance(value, dict) else "[]"
    return brackets[0] + "\n" + ",\n".join(space + line for line in inside) + "\n" + " " * indent + brackets[1]


def document(
    policy: Policy, case: BaseCase, *, as_of: date, profile: str, reading: Any = interpreter
) -> dict[str, Any]:
    """The decision document of a case, as an interpreter gives it."""
    found = told(reading.run_policy(policy, case, as_of=as_of, profile=profile, params={}), ())
    return {part: found[part] for part in PARTS}


def expected(family: Family, policy: Policy) -> Iterator[dict[str, Any]]:
    """The cases of a family with what follows from them."""
    model = case_model(policy.vocabulary.schema)
    for sketch in family.sketches:
        case = model.from_dict(sketch.case)
        expect = document(policy, case, as_of=date.fromisoformat(sketch.as_of), profile=sketch.profile)
        yield {
            "name": f"{family.name}: {sketch.name}", "policy": sketch.policy, "as_of": sketch.as_of, "profile": sketch.profile,
            "case": sketch.case, "expect": expect,
        }  # fmt: skip


def written() -> dict[str, str]:
    """The files of the kit that are written by this script, by name."""
    files = {name: pretty(vocabulary(cap)) + "\n" for cap, name in _VOCABULARIES.items()}
    levels: dict[str, list[dict[str, Any]]] = {level: [] for level in LEVELS}
    policies: dict[str, Mapping[str, str]] = {}
    for family in FAMILIES:
        text = pretty(family.policy) + "\n"
        file, words = f"policies/{family.name}.json", _VOCABULARIES[family.cap]
        files[file] = text
        policies[family.name] = {"file": file, "vocabulary": words, "shows": family.shows}
        levels[family.level] += expected(family, policy_of(text, files[words]))
    for number, (level, cases) in enumerate(levels.items(), 1):
        files[f"{number}-{level}.json"] = pretty({"format": 1, "level": level, "cases": cases}) + "\n"
    counted = [
        {"level": level, "file": f"{number}-{level}.json", "cases": len(cases)}
        for number, (level, cases) in enumerate(levels.items(), 1)
    ]
    files["kit.json"] = pretty({"format": 1, "language": 1, "levels": counted, "policies": policies}) + "\n"
    return files


def write(folder: Path) -> Iterable[str]:
    """Write the files, and take away policies that are no longer in the kit."""
    files = written()
    for path in (folder / "policies").glob("*.json"):
        if f"policies/{path.name}" not in files:
            path.unlink()
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8", newline="\n")
    return files


if __name__ == "__main__":
    sys.stdout.write("\n".join(sorted(write(FOLDER))) + "\n")
