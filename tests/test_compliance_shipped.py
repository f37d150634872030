"""The Dalian policy keeps its own checks, over its cases and what they could have been; what is planted is found."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

import creditrules as cr
from creditrules.audit.compliance import Checks, Violation
from creditrules.decision import Decision
from creditrules.records.case import Case
from creditrules.testing.cases import PolicyCase
from tests.support import depth, session_seed
from tests.support.random_cases import blanked, perturbed
from tests.support.shipped import prepared_for, shipped, shipped_cases, shipped_on

CHUNKS = depth(1, 4)
DAYS = (date(2020, 6, 5), date(2021, 8, 1), date(2024, 6, 1), date(2026, 10, 1))


@cache
def checks_on(as_of: date, profile: str) -> Checks:
    return Checks(shipped_on(as_of, profile).program)


def checks_for(case: PolicyCase) -> Checks:
    return Checks(prepared_for(case).program) if case.params else checks_on(case.as_of, case.profile)


def told(found: tuple[Violation, ...]) -> list[str]:
    return [f"{v.check} {v.rule} {v.record} {v.holds} {[(f.address, f.value) for f in v.facts]}" for v in found]


@pytest.mark.timeout(depth(120, 900))
def test_every_case_of_the_policy_keeps_every_check() -> None:
    cases = shipped_cases()
    random_ = random.Random(f"{session_seed()} cases kept")
    # `creditrules test` holds all of them; here each one at full depth.
    for case in random_.sample(cases, depth(50, len(cases))):
        decision = prepared_for(case).decide(case.case)
        found = checks_for(case).violations(decision, case.case)
        assert told(tuple(v for v in found if v.allowed is None)) == [], case.name
        # What the policy allows, it allows where nothing is capped.
        assert not found or case.profile == "literal", case.name


@pytest.mark.timeout(depth(120, 1800))
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_cases_keep_every_check(chunk: int) -> None:
    policy, cases = shipped(), shipped_cases()
    random_ = random.Random(f"{session_seed()} compliance {chunk}")
    done = 0
    while done < depth(70, 20_000) // CHUNKS:
        one = random_.choice(cases)
        data = one.case.model_dump(mode="json")
        given = perturbed(random_, data, feeds=policy.feeds, as_of=one.as_of)
        if random_.random() < 0.3:
            given = blanked(random_, given, share=0.15)
        day, profile = random_.choice((one.as_of, one.as_of, *DAYS)), random_.choice(("lawful", "lawful", "literal"))
        case = Case.from_dict(given)
        decision = shipped_on(day, profile).decide(case)
        found = checks_on(day, profile).violations(decision, case)
        assert told(tuple(v for v in found if v.allowed is None)) == [], f"{one.name}, {day}, {profile}\n{given}"
        done += 1


# What is planted

JIA = {"name": "甲建设有限公司", "uscc": "91999999MA00000A9R"}
AS_OF = date(2020, 6, 5)


def case_of(
    entries: list[dict[str, Any]] | None = None, findings: list[dict[str, Any]] | None = None, **application: Any
) -> Case:
    return Case.from_dict({
        "application": {"id": "SG-1", "matter": "construction_permit", "received_on": "2020-06-01", "accepted_on": "2020-06-01", "work_type": "new",
                        "purpose": "operating", "area_m2": 20000, "investment_cny": 80000000, "tags": [], "missing_primary": [],
                        "missing_secondary": [], "tolerance_pledge": "none", "court_permission": "none"} | application,
        "subject": JIA | {"kind": "legal"}, "entries": entries or [], "findings": findings or [], "sources": "all",
    })  # fmt: skip


def black(**more: Any) -> dict[str, Any]:
    return {
        "id": "BL-1", "colour": "black", "category": "tax_violation", "status": "active", "effective_from": "2019-03-01", "valid_to": "open",
        "grade": "serious", "subject": JIA, "authority": {"body": "tax", "level": "municipal", "own": False, "elsewhere": False},
        "basis_documents": ["认定书2019-1"], "prior_notice": True, "source": "black_list", "fetched_at": "2020-06-05",
    } | more  # fmt: skip


def red(**more: Any) -> dict[str, Any]:
    return black(id="RL-1", colour="red", category="taxpayer_a", source="red_list", grade=None, **more)


def decided(case: Case, profile: str = "lawful") -> Decision:
    return shipped_on(AS_OF, profile).decide(case)


def moved(decision: Decision, case: Case) -> Decision:
    """The same decision, as if it had been made about another case."""
    return replace(decision, case_digest=case.digest())


def as_if(decision: Decision, measure: str) -> Decision:
    """The same decision with another measure in each of its conclusions."""
    conclusions = tuple(replace(c, measure=measure) for c in decision.conclusions)
    return replace(decision, conclusions=conclusions, measures=(measure,))


def without(decision: Decision, measure: str) -> Decision:
    return replace(decision, follow_ups=tuple(f for f in decision.follow_ups if f.measure != measure))


LISTED, FAVOURED = case_of([black()]), case_of([red()])
LATE = case_of([black()], accepted_on="pending")
REPAIRED = case_of([black(status="repaired", repaired_on="2020-06-03")])
FALSE_PAPERS = {
    "id": "RD-1", "subject": JIA, "capacity": "applicant", "application": "SG-0", "matter": "construction_permit", "conduct": "false_material",
    "document_no": "认定书2020-9", "decided_on": "2020-05-20", "refused_on": "2020-05-20", "served_on": "2020-05-22", "effective_on": "2020-05-20",
}  # fmt: skip
BARRED = case_of(findings=[FALSE_PAPERS])
GRANTED = [{"status": "received", "from": "2020-06-01"}, {"status": "granted", "from": "2020-06-02"}]
FILING = case_of(
    [black(category="judgment_defaulter", source="judgment_defaulters", authority={"body": "court"})],
    matter="contract_filing",
)


def planted() -> dict[str, tuple[Decision, Case]]:
    """For each check of the policy a decision that violates it, with the case that it is held against."""
    expired, revoked_red = (
        case_of([black(valid_to="2020-06-04")]),
        case_of([red(status="revoked", status_since="2020-01-01")]),
    )
    bar = decided(BARRED)
    longer = tuple(replace(c, arguments={"until": "2021-05-21"}) for c in bar.conclusions)
    incomplete = case_of(missing_primary=["规划许可证"])
    tolerated = as_if(decided(FAVOURED), "tolerant_acceptance")
    return {
        "C05-burden": (moved(decided(LISTED), expired), expired),
        "C05-facilitation": (moved(decided(FAVOURED), case_of([red(valid_to="2020-05-31")])), case_of([red(valid_to="2020-05-31")])),
        "C06-burden": (moved(decided(LISTED), REPAIRED), REPAIRED),
        "C06-facilitation": (moved(decided(FAVOURED), revoked_red), revoked_red),
        "C06-facilitation-pending": (
            moved(decided(FAVOURED), late := case_of([red(status="revoked", status_since="2020-01-01")], accepted_on="pending")), late,
        ),
        "C07": (moved(as_if(decided(LISTED), "restrict"), quarrel := case_of([black(status="disputed", status_since="2020-05-01")])), quarrel),
        "C08": (moved(as_if(decided(LISTED), "restrict"), unnoticed := case_of([black(prior_notice=False)])), unnoticed),
        "C13": (without(decided(LISTED), "inform_remedies"), LISTED),
        "C13-repair": (without(decided(LISTED), "inform_repair"), LISTED),
        "C14": (replace(decided(LISTED), proposal=False), LISTED),  # type: ignore[arg-type]
        "C15": (without(decided(LISTED), "decide_within"), LISTED),
        "C15-correction": (without(decided(incomplete), "correction_notice"), incomplete),
        "C16": (moved(tolerated, incomplete_red := case_of([red()], missing_primary=["规划许可证"])), incomplete_red),
        "C18": (without(decided(FILING), "flag_third_party"), FILING),
        "C19": (moved(decided(LISTED), granted := case_of([black()], history=GRANTED)), granted),
        "C20": (replace(bar, conclusions=longer), BARRED),
        "C22": (moved(decided(FAVOURED), both := case_of([red(), black()])), both),
        "C22-pending": (moved(decided(FAVOURED), both_late := case_of([red(), black()], accepted_on="pending")), both_late),
    }  # fmt: skip


def test_a_violation_is_planted_for_every_check_of_the_policy() -> None:
    assert set(planted()) == {c.id for c in shipped().checks}


@pytest.mark.parametrize("check", [c.id for c in shipped().checks])
def test_what_is_planted_is_found(check: str) -> None:
    decision, case = planted()[check]
    found = [v for v in cr.check_decision(decision, case) if v.allowed is None]
    assert check in {v.check for v in found}, told(tuple(found))


@pytest.mark.parametrize("case", [LISTED, FAVOURED, LATE, REPAIRED, BARRED, FILING], ids=str)
def test_where_nothing_is_planted_nothing_is_found(case: Case) -> None:
    assert cr.check_decision(decided(case), case) == ()
