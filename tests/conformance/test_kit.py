"""The conformance kit: the engine gives what it expects, the script writes it, and each level finds the faults of its kind."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from creditrules.engines.python import Prepared
from creditrules.testing import told
from tests.conformance import faults
from tests.conformance.faults import FAULTS, Fault, planted
from tests.conformance.kit import FOLDER, LEVELS, PARTS, KitCase, agrees, cases, index, policies
from tests.conformance.write import FAMILIES, document, expected, pretty, written
from tests.support import DEPTH, depth, session_seed


def test_the_engine_gives_what_the_kit_expects() -> None:
    prepared: dict[tuple[Any, ...], Prepared] = {}
    wrong = []
    for one in cases():
        key = one.policy, one.as_of, one.profile
        if key not in prepared:
            prepared[key] = policies()[one.policy].prepare(as_of=one.as_of, profile=one.profile)
        if not agrees(told(prepared[key].decide(one.case)), one.expect):
            wrong.append(one.name)
    assert wrong == []


def test_the_script_writes_the_files_byte_for_byte() -> None:
    """At quick depth some families, and of each whatever lies in the file; at full depth every file."""
    if DEPTH == "full":
        files = written()
        on_disk = {
            str(p.relative_to(FOLDER)): p.read_text("utf-8") for p in FOLDER.rglob("*.json") if p.name != "schema.json"
        }
        assert files == on_disk
        return
    for family in random.Random(session_seed()).sample(FAMILIES, 6):
        assert (FOLDER / f"policies/{family.name}.json").read_text("utf-8") == pretty(family.policy) + "\n"
        number = LEVELS.index(family.level) + 1
        level = (FOLDER / f"{number}-{family.level}.json").read_text("utf-8")
        for one in expected(family, policies()[family.name]):
            assert pretty(one, 2) in level, one["name"]


def test_what_is_not_a_set_of_the_script_is_not_in_the_kit() -> None:
    assert set(policies()) == {f.name for f in FAMILIES}
    assert {p.stem for p in (FOLDER / "policies").glob("*.json")} == set(policies())
    counted = Counter(one.level for one in cases())
    assert [(level["level"], level["cases"]) for level in index()["levels"]] == list(counted.items())
    assert counted.keys() == set(LEVELS)


def test_the_files_fit_their_schema_and_are_small() -> None:
    schema = json.loads((FOLDER / "schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    total = 0
    for path in (*FOLDER.glob("*.json"), *FOLDER.glob("policies/*.json")):
        total += path.stat().st_size
        if path.name[0].isdigit():
            level = json.loads(path.read_text("utf-8"))
            # A tenth of them, since all of them take long; at full depth all.
            level["cases"] = level["cases"][:: depth(10, 1)]
            assert next(validator.iter_errors(level), None) is None
    assert total <= 3_000_000
    broken = {"format": 1, "level": "core", "cases": [{"name": "x"}]}
    assert not validator.is_valid(broken)


def test_every_case_has_a_name_of_its_own_and_there_are_about_a_thousand() -> None:
    names = [one.name for one in cases()]
    assert len(set(names)) == len(names)
    assert 1_000 <= len(names) <= 1_500


def test_the_kit_shows_every_outcome_and_every_part() -> None:
    outcomes = Counter(one.expect["outcome"] for one in cases())
    assert outcomes.keys() == {
        "deny", "restrict", "hold", "review", "fast", "early", "normal", "undetermined", "not_applicable",
    }  # fmt: skip
    for part in set(PARTS) - {"outcome"}:
        assert sum(bool(one.expect[part]) for one in cases()) >= 20, part
    capped = [c for one in cases() for p in ("established", "undetermined") for c in one.expect[p] if c["capped_from"]]
    assert len(capped) >= 100


def test_a_level_asks_nothing_of_the_levels_after_it() -> None:
    """Below `unknown` all is known, and below `basis-cap` every law carries."""
    for one in cases():
        found = [*one.expect["established"], *one.expect["undetermined"]]
        if one.level in LEVELS[:3]:
            assert [one.expect[part] for part in ("undetermined", "could_become", "missing")] == [[], [], []], one.name
        if one.level in LEVELS[:4]:
            assert not any(c["capped_from"] for c in found), one.name
        if one.level in LEVELS[:2]:
            assert not any(policies()[one.policy].exceptions_of(rule) for rule in policies()[one.policy].rules), (
                one.name
            )


# Each level can fail

BY_LEVEL: dict[str, list[KitCase]] = {level: [one for one in cases() if one.level == level] for level in LEVELS}
STEP = 19
"""In such steps the cases of a level are gone through, because neighbours are of one family and find the same faults."""


def fails(one: KitCase, faulty: Any) -> bool:
    found = document(policies()[one.policy], one.case, as_of=one.as_of, profile=one.profile, reading=faulty)
    return not agrees(found, one.expect)


def chosen() -> list[Fault]:
    """At quick depth some faults of each level, other ones in each run; at full depth all."""
    random_ = random.Random(f"{session_seed()} faults")
    of_level = [[fault for fault in FAULTS if fault.level == level] for level in LEVELS]
    return [fault for faults_ in of_level for fault in random_.sample(faults_, depth(8, len(faults_)))]


@pytest.mark.parametrize("fault", chosen(), ids=lambda fault: f"{fault.level}: {fault.name}")
def test_a_fault_is_found_by_its_level(fault: Fault) -> None:
    of_level = BY_LEVEL[fault.level]
    in_steps = [one for start in range(STEP) for one in of_level[start::STEP]]
    with planted(fault) as faulty:
        assert any(fails(one, faulty) for one in in_steps)


def test_the_interpreter_without_fault_fails_nowhere() -> None:
    nothing = Fault("core", "none", faults._SOURCE[:20], faults._SOURCE[:20])
    with planted(nothing) as copy:
        some = random.Random(session_seed()).sample(cases(), depth(100, len(cases())))
        assert not [one.name for one in some if fails(one, copy)]


def test_every_level_has_faults_of_its_own() -> None:
    counted = Counter(fault.level for fault in FAULTS)
    assert all(counted[level] >= 8 for level in LEVELS), counted
    assert len({(fault.level, fault.name) for fault in FAULTS}) == len(FAULTS)
