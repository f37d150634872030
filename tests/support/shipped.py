"""The shipped policy, its cases, and what decides them."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import creditrules as cr
from creditrules.engines.python import Prepared
from creditrules.policy.model import Policy
from creditrules.testing.cases import PolicyCase, cases_beside
from creditrules.testing.judging import Judge

FOLDER = Path(__file__).resolve().parents[2] / "policies" / "dalian-construction"


@cache
def shipped() -> Policy:
    return cr.load("dalian-construction")


@cache
def shipped_cases() -> tuple[PolicyCase, ...]:
    """Those that are decided; where the policy does not take the parameters or the day there is no decision to look at."""
    return tuple(case for case in cases_beside(shipped()) if case.expected.refused is None)


@cache
def shipped_judge() -> Judge:
    """The one judge of the shipped policy, for as long as the tests run: several of them go through all cases."""
    return Judge(shipped())


def shipped_on(as_of: date, profile: str) -> Prepared:
    """The shipped policy, ready to decide."""
    return shipped_judge().prepared(as_of, profile, None)


def prepared_for(case: PolicyCase) -> Prepared:
    """The shipped policy with the parameters that a case of its file chooses."""
    return shipped_judge().prepared(case.as_of, case.profile, case.params)
