"""What must not be in any decision is planted in decisions, one thing at a time, and each time just that is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from creditrules.audit.compliance import Violation, check_decision
from creditrules.decision import Conclusion, Decision, Link
from creditrules.diagnostics import PolicyError, RecordError, Text
from creditrules.engines.python import decide
from creditrules.policy.model import Policy
from creditrules.records.case import Case
from tests.support.random_policies import load_data, title

DAY = date(2024, 3, 1)
ME = {"uscc": "91999999MA00000A9R", "name": "甲公司"}
HELD = {"uscc": "91999999MA00000B7L", "name": "乙公司"}
STRANGER = {"uscc": "91999999MA00000C5F", "name": "丙公司"}
ENDED = {"uscc": "91999999MA00000E15", "name": "丁公司"}
NAMESAKE = {"uscc": "91999999MA00000D3A", "name": "甲 公司"}


def entry(number: str, holder: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "subject": holder,
        "source": "black_list",
        "fetched_at": "2024-03-01",
        "colour": "black",
    } | more


def relation(of: dict[str, str], **more: Any) -> dict[str, Any]:
    known = {"role": "actual_controller", "valid_from": "2020-01-01", "valid_to": "open", "evidenced": True}
    return {"person": ME, "of": of} | known | more


DATA: dict[str, Any] = {
    "subject": ME | {"kind": "legal"},
    "application": {"id": "A", "matter": "qualification", "received_on": "2024-01-01"},
    "entries": [entry("MINE", ME, prior_notice=True), entry("HELD", HELD), entry("STRANGER", STRANGER), entry("ENDED", ENDED),
                entry("NAMESAKE", NAMESAKE)],
    "relations": [relation(HELD), relation(ENDED, valid_to="2024-02-29")],
    "sources": "all",
}  # fmt: skip
BLACK = {"a": {**title("a"), "is": 'entry.colour == "black"'}}
RULE = {
    "id": "R", "title": title("r"), "choice": "ours", "mode": "shall", "each": "entry", "persons": ["self"], "when": BLACK, "then": {"measure": "review"},
}  # fmt: skip
PLAIN = {
    "id": "P", "title": title("p"), "choice": "ours", "mode": "shall", "when": {"a": {**title("a"), "is": "true"}}, "then": {"measure": "notify"},
}  # fmt: skip
NOTE = RULE | {"id": "N", "mode": "may", "persons": ["self", "same_name"], "then": {"measure": "advise"}}
POLICY: dict[str, Any] = {
    "language": 1, "policy": "small", "version": "1", "use": "construction", "title": title("small"), "in_force": {"from": date(2020, 1, 1)},
    "carries_burden": ["law"], "default_profile": "lawful", "rules": [RULE, PLAIN, NOTE],
    "parameters": {"k": {"title": title("k"), "choice": "ours", "value": 1}},
    "profiles": {"lawful": {"title": title("lawful"), "cap_by_basis": True}, "printed": {"title": title("printed"), "cap_by_basis": False}},
}  # fmt: skip
WITH_RELATIVES = POLICY | {"rules": [RULE | {"persons": ["self", "actual_controller_of_holder"]}, PLAIN, NOTE]}


def case_of(**more: Any) -> Case:
    return Case.from_dict(DATA | more)


def found(decision: Decision, policy: Policy, case: Case | None = None) -> list[tuple[str, str]]:
    return [(v.check, v.rule) for v in check_decision(decision, case or case_of(), policy=policy)]


def altered(decision: Decision, rule: str, **changes: Any) -> Decision:
    """The decision with one of its conclusions changed."""
    changed = [replace(c, **changes) if c.rule == rule else c for c in decision.conclusions]
    assert changed != list(decision.conclusions)
    return replace(decision, conclusions=tuple(changed))


def linked(person: str, address: str = "") -> Link:
    return Link(person, Text(person, person), address, None, None, True)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_data(POLICY)


@pytest.fixture
def decision(policy: Policy) -> Decision:
    made = decide(policy, case_of(), as_of=DAY)
    assert {(c.rule, c.record) for c in made.established} == {
        ("R", "entry/MINE"),
        ("P", ""),
        ("N", "entry/MINE"),
        ("N", "entry/NAMESAKE"),
    }
    return made


# What holds under every policy


def unknown_reason(conclusion: Conclusion) -> dict[str, Any]:
    return {"reasons": (replace(conclusion.reasons[0], holds=None),)}


def failed_reason(conclusion: Conclusion) -> dict[str, Any]:
    return {"reasons": (replace(conclusion.reasons[0], holds=False),)}


@pytest.mark.parametrize(
    ("changes", "checks"),
    [
        ({"record": "entry/STRANGER"}, ["C04"]),
        ({"record": "entry/NAMESAKE"}, ["C04"]),
        ({"record": "entry/HELD"}, ["C04"]),
        ({"record": "entry/NONE"}, ["C04"]),
        ({"record": "entry/STRANGER", "link": None}, ["C04"]),
        ({"link": None}, ["C04"]),
        ({"record": "application"}, ["C04"]),
        ({"record": "entry/NAMESAKE", "link": linked("same_name")}, ["C04", "C10"]),
        ({"link": linked("same_name")}, ["C04", "C10"]),
        ({"link": linked("?")}, ["C04", "C10"]),
        ({"record": "entry/HELD", "link": linked("actual_controller_of_holder")}, ["C10"]),
        ({"record": "entry/HELD", "link": linked("legal_representative_of_holder")}, ["C04", "C10"]),
        ({"record": "entry/HELD", "link": linked("holder_is_actual_controller")}, ["C04", "C10"]),
        ({"reasons": ()}, ["C13"]),
        ({"ours": False}, ["C13"]),
        ({"missing": ("entry/MINE/colour",)}, ["C17"]),
        (unknown_reason, ["C17"]),
        (failed_reason, ["C17"]),
        ({"record": "source/black_list/subject", "link": None}, ["C17"]),
        ({"record": "source/black_list/subject"}, ["C04", "C17"]),
    ],
)  # fmt: skip
def test_what_is_planted_in_a_conclusion_is_found_and_nothing_else(
    policy: Policy, decision: Decision, changes: dict[str, Any] | Callable[[Conclusion], dict[str, Any]], checks: list[str]
) -> None:  # fmt: skip
    assert found(decision, policy) == []
    (conclusion,) = (c for c in decision.established if c.rule == "R")
    planted = changes(conclusion) if callable(changes) else changes
    assert found(altered(decision, "R", **planted), policy) == [(check, "R") for check in checks]


@pytest.mark.parametrize("changes", [{"record": "entry/MINE", "link": linked("self")}, {"link": linked("self")}])
def test_a_rule_that_binds_no_record_rests_on_nobodys(
    policy: Policy, decision: Decision, changes: dict[str, Any]
) -> None:
    checks = ["C10"] if "record" in changes else ["C04", "C10"]
    assert found(altered(decision, "P", **changes), policy) == [(check, "P") for check in checks]


def test_advice_may_rest_on_whatever_the_officer_should_look_at(policy: Policy, decision: Decision) -> None:
    assert found(altered(decision, "N", record="entry/STRANGER", reasons=()), policy) == []


def test_what_is_undetermined_is_not_held_against_anybody(policy: Policy, decision: Decision) -> None:
    changed = altered(
        decision, "R", status="undetermined", record="source/black_list/subject", missing=("entry/MINE/colour",)
    )
    # Nothing is said of the conclusion; the headline, which still told of a burden, is found.
    assert found(changed, policy) == [("C13", "")]


@pytest.mark.parametrize(
    "changes", [{"outcome": "deny"}, {"measures": ()}, {"conclusions": ()}, {"outcome": "normal", "measures": ()}]
)
def test_a_headline_that_the_conclusions_do_not_carry_is_found(
    policy: Policy, decision: Decision, changes: dict[str, Any]
) -> None:
    assert ("C13", "") in found(replace(decision, **changes), policy)


def test_a_measure_that_the_rule_does_not_give_is_found(policy: Policy, decision: Decision) -> None:
    changed = altered(decision, "R", measure="deny")
    assert ("C01", "R") in found(changed, policy)


@pytest.mark.parametrize(
    ("more", "checks"),
    [
        ({}, []),
        ({"evidenced": False}, ["C04"]),
        ({"evidenced": None}, ["C04"]),
        ({"valid_from": None}, ["C04"]),
        ({"valid_to": None}, ["C04"]),
        ({"valid_from": "2024-03-02"}, ["C04"]),
        ({"valid_from": "2024-03-01", "valid_to": "2024-03-01"}, []),
        ({"valid_to": "2024-02-29"}, ["C04"]),
        ({"role": "legal_representative"}, ["C04"]),
    ],
)  # fmt: skip
def test_a_relation_links_on_the_day_by_its_code_and_role(more: dict[str, Any], checks: list[str]) -> None:
    policy, case = load_data(WITH_RELATIVES), case_of(relations=[relation(HELD, **more)])
    made = decide(policy, case, as_of=DAY)
    assert (("R", "entry/HELD") in {(c.rule, c.record) for c in made.established}) is not bool(checks)
    if checks:  # as if the engine had linked it all the same
        made = altered(
            made, "R", status="established", missing=(), record="entry/HELD", link=linked("actual_controller_of_holder")
        )
    assert set(found(made, policy, case)) == {(check, "R") for check in checks}


def test_a_decision_that_is_no_proposal_is_found(policy: Policy, decision: Decision) -> None:
    assert found(replace(decision, proposal=False), policy) == [("C14", "")]  # type: ignore[arg-type]


@pytest.mark.parametrize("code", [ME["uscc"], HELD["uscc"], NAMESAKE["uscc"]])
def test_a_whole_code_in_a_title_is_found(policy: Policy, decision: Decision, code: str) -> None:
    shown = Text(f"就{code}", f"about {code}")
    assert found(replace(decision, outcome_title=shown), policy) == [("C21", "")]
    assert found(altered(decision, "R", title=shown), policy) == [("C21", "")]


def test_several_violations_are_told_in_order(policy: Policy, decision: Decision) -> None:
    changed = replace(altered(altered(decision, "R", reasons=()), "P", ours=False), proposal=False)  # type: ignore[arg-type]
    assert found(changed, policy) == [("C13", "P"), ("C13", "R"), ("C14", "")]


def test_a_violation_says_where(policy: Policy, decision: Decision) -> None:
    (one,) = check_decision(altered(decision, "R", reasons=()), case_of(), policy=policy)
    assert (one.check, one.rule, one.record, one.holds, one.allowed) == ("C13", "R", "entry/MINE", False, None)
    assert one.title.en
    assert one.must.zh


# What the decision was made of


def test_a_decision_about_another_case_is_refused(policy: Policy, decision: Decision) -> None:
    with pytest.raises(RecordError) as error:
        check_decision(decision, case_of(entries=[]), policy=policy)
    assert [d.code for d in error.value.diagnostics] == ["CR-R060"]


@pytest.mark.parametrize(
    ("other", "params"), [({"version": "2"}, None), ({"rules": [RULE]}, None), ({}, {"k": 2})]
)  # fmt: skip
def test_a_decision_of_another_policy_or_parameters_is_refused(
    decision: Decision, other: dict[str, Any], params: dict[str, Any] | None
) -> None:
    with pytest.raises(PolicyError) as error:
        check_decision(decision, case_of(), policy=load_data(POLICY | other), params=params)
    assert [d.code for d in error.value.diagnostics] == ["CR-P046"]


def test_a_decision_is_checked_with_the_parameters_it_was_made_with(policy: Policy) -> None:
    made = decide(policy, case_of(), as_of=DAY, params={"k": 2})
    assert check_decision(made, case_of(), policy=policy, params={"k": 2}) == ()
    with pytest.raises(PolicyError):
        check_decision(made, case_of(), policy=policy)


@pytest.mark.parametrize("changed", [{"as_of": date(2024, 3, 2)}, {"profile": "printed"}])
def test_a_decision_said_to_be_of_another_day_or_profile_has_another_program(
    policy: Policy, decision: Decision, changed: dict[str, Any]
) -> None:
    """It is held against what it says of itself; a profile or day that the policy does not have is refused."""
    used = replace(decision.policy, profile="nonesuch") if "profile" in changed else decision.policy
    day = date(2019, 1, 1) if "as_of" in changed else decision.as_of
    with pytest.raises(PolicyError):
        check_decision(replace(decision, policy=used, as_of=day), case_of(), policy=policy)


# Checks of the policy


def check(**more: Any) -> dict[str, Any]:
    must = more.pop("must")
    return {"id": "K", "title": title("k"), "choice": "ours", "must": {**title("must"), "is": must}} | more


def where(when: str) -> dict[str, Any]:
    return {"when": {"a": {**title("a"), "is": when}}}


def violations(one: dict[str, Any], *, profile: str | None = None, **more: Any) -> list[Violation]:
    policy = load_data(POLICY | {"checks": [one], "follow_ups": [AFTER]})
    case = case_of(**more)
    made = decide(policy, case, as_of=DAY, profile=profile)
    return list(check_decision(made, case, policy=policy))


AFTER = {
    "id": "F", "title": title("f"), "choice": "ours", "mode": "shall", "after": ["burden"], "then": {"measure": "refer", "arguments": {"to": '"a"'}},
}  # fmt: skip
NOTICED = {"of": ["burden"], "each": "entry", "must": "entry.prior_notice"}


@pytest.mark.parametrize(("notice", "holds"), [(True, []), (False, [False]), (None, [None])])
def test_a_check_of_the_record_on_which_a_conclusion_rests(notice: bool | None, holds: list[bool | None]) -> None:
    told = violations(
        check(**NOTICED),
        entries=[entry("MINE", ME, prior_notice=notice), entry("STRANGER", STRANGER, prior_notice=False)],
    )
    assert [v.holds for v in told] == holds
    assert [(v.check, v.rule, v.record, [(f.address, f.value) for f in v.facts]) for v in told] == [
        ("K", "R", "entry/MINE", [("entry/MINE/prior_notice", notice)]) for _ in holds
    ]


@pytest.mark.parametrize(
    ("when", "must", "holds"),
    [
        ("true", "false", [False]), ("false", "false", []), ('entry.colour == "red"', "entry.prior_notice", []),
        ('entry.grade == "minor"', "false", []), ('entry.grade == "minor"', "true", []), ('entry.grade == "minor"', "entry.prior_notice", []),
        ("true", 'entry.grade == "minor"', [None]), ('link.role == "self"', "false", [False]), ('link.role == "actual_controller"', "false", []),
    ],
)  # fmt: skip
def test_a_check_demands_something_where_its_conditions_hold(when: str, must: str, holds: list[bool | None]) -> None:
    assert [v.holds for v in violations(check(of=["burden"], each="entry", must=must, **where(when)))] == holds


@pytest.mark.parametrize(
    ("of", "must", "rules"),
    [
        (["burden"], "false", ["R"]), (["review"], "false", ["R"]), (["deny"], "false", []), (["advice"], "false", ["N", "N"]),
        (["burden", "notify"], "false", ["P", "R"]), (["burden"], 'conclusion.measure == "review"', []), (["burden"], 'conclusion.rule == "N"', ["R"]),
        (["burden"], "conclusion.reasons == 1", []), (["burden"], "conclusion.cited > 1", ["R"]), (["advice"], 'conclusion.asked == "advise"', []),
    ],
)  # fmt: skip
def test_a_check_of_conclusions(of: list[str], must: str, rules: list[str]) -> None:
    assert [v.rule for v in violations(check(of=of, must=must))] == rules


@pytest.mark.parametrize(
    ("must", "fails"),
    [
        ("decision.proposal", False), ('decision.outcome == "review"', False), ('decision.outcome == "normal"', True),
        ('"review" in decision.measures', False), ('"deny" in decision.measures', True), ('"notify" in decision.procedures', False),
        ('"advise" in decision.procedures && size(decision.procedures) == 2', False), ('"refer" in decision.follow_ups', False),
        ('"refer" in decision.procedures', True), ("size(decision.follow_ups) == 0", True), ('application.matter == "qualification"', False),
    ],
)  # fmt: skip
def test_a_check_of_the_decision(must: str, fails: bool) -> None:
    assert [(v.check, v.rule, v.record, v.holds) for v in violations(check(must=must))] == (
        [("K", "", "", False)] if fails else []
    )


@pytest.mark.parametrize(("matters", "fails"), [(["qualification"], True), (["construction_permit"], False)])
def test_a_check_of_some_matters(matters: list[str], fails: bool) -> None:
    assert bool(violations(check(must="false", matters=matters))) is fails


@pytest.mark.parametrize(
    ("in_force", "fails"),
    [({"to": DAY}, True), ({"to": date(2024, 2, 29)}, False), ({"from": date(2024, 3, 2)}, False)],
)
def test_a_check_for_a_time(in_force: dict[str, date], fails: bool) -> None:
    assert bool(violations(check(must="false", in_force=in_force))) is fails


def test_a_check_that_may_fail_under_a_profile_says_why() -> None:
    one = check(must="false", allowed=[{"profile": "printed", "why": title("as printed")}])
    assert [(v.check, v.allowed) for v in violations(one)] == [("K", None)]
    assert [(v.check, v.allowed and v.allowed.en) for v in violations(one, profile="printed")] == [("K", "as printed")]


def test_a_check_of_what_else_is_decided_is_not_made() -> None:
    assert violations(check(must="false", decides="finding")) == []
