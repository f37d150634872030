"""The cases of a policy are held against what they expect and against what no decision may do, each told in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from creditrules.diagnostics import Source, Text
from creditrules.testing.cases import PolicyCase, read_cases
from creditrules.testing.judging import Judge, differences
from tests.support.random_policies import load_data, title
from tests.test_compliance import DATA, POLICY, check

CASES = """
cases:
  - name: 一
    as_of: 2024-03-01
    given: {given}
    {expected}
"""


def judged(*checks: dict[str, Any], expected: str = 'because: [R, P, "N"]', **given: Any) -> tuple[Text, ...]:
    """What differs in the one case, whose decision establishes R, P and N, of a policy with these checks."""
    policy = load_data(POLICY | {"checks": list(checks)})
    text = CASES.format(given={**DATA, **given}, expected=expected).replace("True", "true")
    (case,) = read_cases([Source("cases.yaml", text)], policy)
    return differences(Judge(policy), case)


def test_a_case_that_is_as_expected_and_keeps_every_check_passes() -> None:
    assert judged(check(must="true")) == ()


def test_what_differs_is_told_before_what_is_violated() -> None:
    assert judged(check(must="false"), expected="because: [R, P]") == (
        Text(
            "成立的规则：应为 [P, R]，实为 [N, P, R]（多 N）",
            "rules established: expected [P, R], got [N, P, R] (in excess N)",
        ),
        Text("违反 K（甲k）", "violates K (k)"),
    )


def test_a_violation_names_the_rule_and_the_record_that_it_is_about() -> None:
    told = judged(check(of=["burden"], each="entry", must="!entry.prior_notice"))
    assert told == (Text("规则 R 违反 K（甲k） entry/MINE", "the rule R violates K (k) entry/MINE"),)


@pytest.mark.parametrize(("profile", "count"), [("lawful", 1), ("printed", 0)])
def test_what_the_policy_allows_under_the_profile_is_no_difference(profile: str, count: int) -> None:
    one = check(must="false", allowed=[{"profile": "printed", "why": title("as printed")}])
    assert len(judged(one, expected=f'profile: {profile}\n    because: [R, P, "N"]')) == count


def test_parameters_that_are_refused_as_expected_are_no_difference() -> None:
    assert judged(expected="params: {nonesuch: 1}\n    refused: CR-P034") == ()
    assert judged(expected="params: {k: 2}\n    refused: CR-P034") == (
        Text("拒绝的理由：应为 CR-P034，实为 None", "refused for: expected CR-P034, got None"),
    )


def test_parameters_that_are_refused_unexpectedly_are_told_as_what_is_wrong() -> None:
    (told,) = judged(expected="params: {nonesuch: 1}\n    because: []")
    assert "nonesuch" in told.zh
    assert "nonesuch" in told.en


def test_a_program_is_made_once_for_each_day_profile_and_parameters() -> None:
    policy = load_data(POLICY)
    judge = Judge(policy)
    text = CASES.format(given=DATA, expected='because: [R, P, "N"]').replace("True", "true")
    (case,) = read_cases([Source("cases.yaml", text)], policy)

    def prepared(case: PolicyCase, **params: Any) -> Any:
        return judge.prepared(case.as_of, case.profile, params)

    assert prepared(case) is prepared(case)
    assert prepared(case, k=2) is prepared(case, k=2)
    assert prepared(case, k=2) is not prepared(case)
