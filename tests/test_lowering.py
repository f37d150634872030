"""What is written out once for many rules is written out as each of them has it."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from creditrules.policy.lower import lower
from tests.support.random_policies import load_data

POLICY = """\
language: 1
policy: twins
version: "1"
use: construction
title: {zh: 同样的条件, en: equal conditions}
in_force: {from: 2020-01-01}
carries_burden: [law]
profiles: {lawful: {title: {zh: 依法, en: lawful}, cap_by_basis: true}}
default_profile: lawful
rules: []
"""


def rule(name: str, test: str) -> dict[str, object]:
    title = {"zh": name, "en": name}
    when = {"small": {**title, "is": test}}
    return {"id": name, "title": title, "choice": "ours", "mode": "may", "when": when, "then": {"measure": "advise"}}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_equal_numbers_keep_their_own_spelling_in_any_order(order: tuple[int, int]) -> None:
    rules = [rule("A", "application.area_m2 <= 1"), rule("B", "application.area_m2 <= 1.0")]
    policy = load_data(yaml.safe_load(POLICY) | {"rules": [rules[n] for n in order]})
    program = lower(policy, as_of=date(2020, 6, 5))
    literals = [r.atoms[0].test.right.value for r in program.rules]  # type: ignore[attr-defined]
    assert [type(value).__name__ for value in literals] == ["int", "Decimal"]
