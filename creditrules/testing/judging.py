"""Decide the cases of one policy, and hold each decision against what its case expects and what no decision may do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from creditrules.audit.compliance import Checks, Violation
from creditrules.decision import Decision
from creditrules.diagnostics import PolicyError, RecordError, Text
from creditrules.engines.python import Prepared
from creditrules.policy.model import Policy
from creditrules.records.case import BaseCase
from creditrules.testing.cases import Outcome, PolicyCase, run_cases

_Key = tuple[date, str, str]


class Judge:
    """What decides the cases of one policy, and holds decisions against its checks, making each program once."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._prepared: dict[_Key, Prepared] = {}
        self._checks: dict[_Key, Checks] = {}

    def prepared(self, as_of: date, profile: str, params: Mapping[str, Any] | None) -> Prepared:
        """What decides on a day under a profile with these parameters.

        Raises PolicyError where the policy is not in force on the day, or profile or parameters do not exist or fit.
        """
        key = _key(as_of, profile, params)
        if key not in self._prepared:
            self._prepared[key] = self.policy.prepare(as_of=as_of, profile=profile, params=params)
        return self._prepared[key]

    def decide(
        self, _: Policy, case: BaseCase, *, as_of: date, profile: str, params: Mapping[str, Any] | None = None
    ) -> Decision:
        """The decision of a case by the judge's own policy, in the form that `run_cases` calls.

        Raises RecordError where the case cannot be decided, PolicyError as `prepared` does.
        """
        return self.prepared(as_of, profile, params).decide(case)

    def violations(self, decision: Decision, case: PolicyCase) -> Iterator[Text]:
        """What a decision of a case violates, but for what the policy allows under the profile."""
        params = case.params or None
        key = _key(case.as_of, case.profile, params)
        if key not in self._checks:
            self._checks[key] = Checks(self.prepared(case.as_of, case.profile, params).program)
        for found in self._checks[key].violations(decision, case.case):
            if found.allowed is None:
                yield _sentence(found)


def judged(judge: Judge, case: PolicyCase) -> Outcome:
    """A case with what differs from what it expects, and what no decision may do; a case without differences passes.

    Of a case that cannot be decided, what is wrong with it.
    """
    try:
        (outcome,) = run_cases(judge.policy, [case], judge.decide)
    except (RecordError, PolicyError) as error:
        found = tuple(Text(*(f"{d.path}: {t}" if d.path else t for t in d.message)) for d in error.diagnostics)
        return Outcome(case, None, found)
    if outcome.decision is None:
        return outcome
    return replace(outcome, differences=(*outcome.differences, *judge.violations(outcome.decision, case)))


def differences(judge: Judge, case: PolicyCase) -> tuple[Text, ...]:
    """What differs in a case, in words."""
    return judged(judge, case).differences


def _key(as_of: date, profile: str, params: Mapping[str, Any] | None) -> _Key:
    return as_of, profile, repr(params) if params else ""


def _sentence(found: Violation) -> Text:
    """A violation in words: of which rule and about which record, where the check is made for each of them."""
    check = f"{found.check}（{found.title.zh}）", f"{found.check} ({found.title.en})"
    if not (found.rule or found.record):
        return Text(f"违反 {check[0]}", f"violates {check[1]}")
    return Text(
        f"规则 {found.rule} 违反 {check[0]} {found.record}", f"the rule {found.rule} violates {check[1]} {found.record}"
    )
