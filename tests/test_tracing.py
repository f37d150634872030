import random

import pytest

from creditrules.engines.tracing import Trial, trace
from creditrules.testing.cases import PolicyCase
from tests.support import depth, session_seed
from tests.support.shipped import prepared_for, shipped_cases


def chosen() -> list[PolicyCase]:
    cases = list(shipped_cases())
    return random.Random(f"{session_seed()} tracing").sample(cases, depth(60, len(cases)))


@pytest.mark.timeout(depth(120, 600))
def test_a_trace_and_a_decision_tell_the_same_of_every_rule_exception_scope_and_follow_up() -> None:
    for one in chosen():
        prepared = prepared_for(one)
        decision = prepared.decide(one.case)
        trials = list(trace(prepared, one.case))
        told = {(c.rule, c.record) for c in decision.conclusions} | {(x.rule, x.record) for x in decision.lifted}
        capped = {(i.rule, i.record) for i in decision.ignored if i.why == "cap"}
        rules = {(t.id, address(t)): t for t in trials if t.what == "rule" and t.holds is not False}
        # What holds is told, unless the cap or an exception left nothing; what is told holds or may hold.
        assert told | capped <= set(rules), one.name
        silent = {where for where, t in rules.items() if t.holds is True} - told - capped
        assert all(any(e.holds is not False for e in exceptions_of(trials, *where)) for where in silent), one.name
        applied = {(c.rule, c.record, e.id) for c in decision.conclusions for e in c.exceptions}
        assert applied <= {(t.rule, address(t), t.id) for t in trials if t.what == "exception" and t.holds is not False}
        assert {s.rule for s in decision.scope} == {t.id for t in trials if t.what == "scope" and t.holds is not False}
        follow_ups = {(t.id, address(t)) for t in trials if t.what == "follow_up" and t.holds is not False}
        assert {(f.id, f.record) for f in decision.follow_ups} == follow_ups, one.name


def address(trial: Trial) -> str:
    return trial.binding.address if trial.binding is not None else ""


def exceptions_of(trials: list[Trial], rule: str, record: str) -> list[Trial]:
    return [t for t in trials if t.what == "exception" and (t.rule, address(t)) == (rule, record)]


def test_the_reasons_of_a_conclusion_are_those_of_a_trial() -> None:
    seen = 0
    for one in chosen():
        prepared = prepared_for(one)
        trials = {(t.rule, t.id, t.reasons()) for t in trace(prepared, one.case)}
        for conclusion in prepared.decide(one.case).conclusions:
            assert (conclusion.rule, conclusion.rule, conclusion.reasons) in trials, one.name
            for exception in conclusion.exceptions:
                assert (conclusion.rule, exception.id, exception.reasons) in trials, one.name
            seen += 1
    assert seen > 20


def test_a_rule_that_concluded_nothing_says_which_condition_failed() -> None:
    """In the cases, every rule that was tried and did not hold has a condition, the record or the scope against it."""
    failed = 0
    for one in chosen():
        for trial in trace(prepared_for(one), one.case):
            if trial.holds is False:
                assert trial.counts is False or trial.out_of_scope is True or False in trial.truths
                failed += trial.counts is True and False in trial.truths
    assert failed > 100
