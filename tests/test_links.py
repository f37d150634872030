"""Links that have ended: advice may ask for them, and conditions may read what a relation says of itself."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from creditrules.engines.python import decide
from creditrules.records.case import Case
from tests.support.random_policies import load_data

FORMER_RULE = """\
language: 1
policy: links
version: "1"
use: construction
title: {zh: 关系, en: links}
in_force: {from: 2020-01-01}
carries_burden: [law]
profiles: {lawful: {title: {zh: 依法, en: lawful}, cap_by_basis: true}}
default_profile: lawful
rules:
  - id: F-1
    title: {zh: 前负责人, en: a former principal}
    choice: ours
    mode: may
    each: entry
    persons: [former_principal_of_holder]
    when: {declared: {zh: 已申报, en: declared, is: 'link.source == "register" && !link.shareholder'}}
    then: {measure: advise}
"""


@pytest.mark.parametrize(
    ("valid_to", "shareholder", "expected"),
    [("2020-06-04", False, ["established"]), ("2020-06-05", False, []), ("open", False, []), (None, False, ["undetermined"]),
     ("2020-06-04", None, ["undetermined"]), ("2020-06-04", True, [])],
)  # fmt: skip
def test_a_link_that_has_ended_reaches_advice_that_asks_for_it(
    valid_to: str | None, shareholder: bool | None, expected: list[str]
) -> None:
    policy = load_data(yaml.safe_load(FORMER_RULE))
    relation = {
        "person": {"id_no": "999999197001010017"}, "role": "principal", "of": {"uscc": "91999999MA00000A9R"}, "valid_from": "2018-01-01",
        "valid_to": valid_to, "source": "register", "shareholder": shareholder,
    }  # fmt: skip
    case = Case.from_dict({
        "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01"},
        "subject": {"id_no": "999999197001010017"}, "relations": [relation], "sources": "all",
        "entries": [{"id": "E-1", "subject": {"uscc": "91999999MA00000A9R"}, "source": "x", "fetched_at": "2020-06-05"}],
    })  # fmt: skip
    decision = decide(policy, case, as_of=date(2020, 6, 5))
    assert [c.status for c in decision.conclusions] == expected
