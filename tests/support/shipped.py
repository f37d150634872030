"""The shipped policy, its cases, and what decides them."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import creditrules as cr
from creditrules.engines.python import Prepared
from creditrules.policy.model import Policy
from creditrules.testing.cases import PolicyCase, cases_beside

FOLDER = Path(__file__).resolve().parents[2] / "policies" / "dalian-construction"


@cache
def shipped() -> Policy:
    return cr.load("dalian-construction")


@cache
def shipped_cases() -> tuple[PolicyCase, ...]:
    """Those that are decided; where the policy does not take the parameters or the day there is no decision to look at."""
    return tuple(case for case in cases_beside(shipped()) if case.expected.refused is None)


@cache
def shipped_on(as_of: date, profile: str) -> Prepared:
    """The shipped policy, ready to decide."""
    prepared: Prepared = shipped().prepare(as_of=as_of, profile=profile)
    return prepared


def prepared_for(case: PolicyCase) -> Prepared:
    """The shipped policy with the parameters that a case of its file chooses."""
    if not case.params:
        return shipped_on(case.as_of, case.profile)
    key = (case.as_of, case.profile, repr(case.params))
    if key not in _PREPARED:
        _PREPARED[key] = shipped().prepare(as_of=case.as_of, profile=case.profile, params=case.params)
    return _PREPARED[key]


_PREPARED: dict[tuple[date, str, str], Prepared] = {}
"""Those with parameters, for as long as the tests run: several tests go through all cases."""
