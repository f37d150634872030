"""`assert_engines_agree`: what it compares, what it says of a difference, and that it never passes by comparing nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import creditrules as cr
from creditrules import testing
from creditrules.decision import Decision
from creditrules.diagnostics import MissingExtraError, Text, UnsupportedError
from creditrules.testing import DisagreementError, Engine, TooFewEnginesError, assert_engines_agree, told
from creditrules.testing.agreement import ENGINES, PARTS, Decides
from tests.naive.engine import OF_POLICY, OF_PROGRAM

DAY = date(2020, 6, 5)
X = {"uscc": "91999999MA00000A9R", "name": "甲公司", "kind": "legal"}
GIVEN = {
    "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01", "area_m2": 20000, "purpose": "consumption"},
    "subject": X,
    "entries": [
        {"id": "E-1", "colour": "black", "category": "tax_violation", "grade": "serious", "subject": {"uscc": X["uscc"]}, "status": "active",
         "effective_from": "2019-03-01", "valid_to": "open", "source": "black_list", "fetched_at": "2020-06-05"}
    ],
    "sources": "all",
}  # fmt: skip
POLICY = cr.load("docs/examples/meaning/")
CASE = cr.Case.from_dict(GIVEN)
PYTHON = ENGINES[0]


def saying(name: str, **parts: Any) -> Engine:
    """An engine that says what the python engine says, but for some parts."""

    def decides(policy: cr.Policy, case: Any, **how: Any) -> Mapping[str, Any]:
        said = PYTHON.decide(policy, case, **how)
        assert isinstance(said, Decision)
        return told(said) | parts

    return Engine(name, decides)


def raising(name: str, error: Exception) -> Engine:
    def decides(policy: cr.Policy, case: Any, **how: Any) -> Mapping[str, Any]:
        raise error

    return Engine(name, decides)


def telling(name: str, decides: Decides) -> Engine:
    return Engine(name, decides)


def disagreement(*engines: Engine, **how: Any) -> DisagreementError:
    with pytest.raises(DisagreementError) as error:
        assert_engines_agree(POLICY, CASE, as_of=DAY, engines=[PYTHON, *engines], **how)
    assert isinstance(error.value, AssertionError)
    return error.value


def test_the_naive_interpreter_joins_as_an_engine() -> None:
    for profile in ("lawful", "literal"):
        assert_engines_agree(POLICY, CASE, as_of=DAY, profile=profile, engines=[PYTHON, OF_POLICY, OF_PROGRAM])


def test_with_one_engine_there_is_nothing_to_compare() -> None:
    with pytest.raises(TooFewEnginesError, match="two engines are needed to compare, and there ran: python"):
        assert_engines_agree(POLICY, CASE, as_of=DAY)


def test_engines_that_cannot_run_are_named_with_why() -> None:
    absent = raising("sql", MissingExtraError("pip install 'creditrules[population]'"))
    unable = raising("live", UnsupportedError("`with` at policy.yaml:3"))
    with pytest.raises(TooFewEnginesError) as error:
        assert_engines_agree(POLICY, CASE, as_of=DAY, engines=[PYTHON, absent, unable])
    assert str(error.value).endswith("sql: pip install 'creditrules[population]'; live: `with` at policy.yaml:3")
    assert_engines_agree(POLICY, CASE, as_of=DAY, engines=[PYTHON, absent, unable, OF_POLICY])


def test_a_crash_of_an_engine_is_no_agreement() -> None:
    with pytest.raises(ZeroDivisionError):
        assert_engines_agree(POLICY, CASE, as_of=DAY, engines=[PYTHON, raising("sql", ZeroDivisionError())])


def test_a_difference_reads_as_a_sentence_in_both_languages() -> None:
    found = disagreement(saying("sql", outcome="normal", measures=[], established=[]))
    assert str(found).splitlines() == [
        "the engines disagree (meaning 1, 2020-06-05, profile lawful):",
        "  outcome: python says restrict, sql says normal",
        "  measures: only python says restrict",
        "  established: only python says M-1: restrict about entry/E-1/self",
    ]
    assert [d.zh for d in found.differences] == [
        "结果：python 为 restrict，sql 为 normal", "措施：仅 python 认为有 restrict", "成立：仅 python 认为有 M-1：restrict，关于 entry/E-1/self",
    ]  # fmt: skip


def test_every_part_is_compared() -> None:
    undetermined = cr.Case.from_dict(GIVEN | {"entries": [GIVEN["entries"][0] | {"valid_to": None}]})  # type: ignore[index]
    said = told(cr.decide(POLICY, undetermined, as_of=DAY))
    nobodys = [dict.fromkeys(("rule", "record", "person", "link", "measure", "capped_from"), "M-9")]
    other = {
        "outcome": "normal", "measures": ["review"], "established": nobodys, "undetermined": [], "procedures": [{"measure": "advise"}],
        "could_become": ["deny"], "missing": ["entry/E-2/valid_to"], "follow_ups": [],
    }  # fmt: skip
    assert said.keys() == other.keys() == PARTS.keys() - {"refused"}
    for part, value in other.items():
        with pytest.raises(DisagreementError) as error:
            assert_engines_agree(POLICY, undetermined, as_of=DAY, engines=[PYTHON, saying("sql", **{part: value})])
        assert {d.en.partition(":")[0] for d in error.value.differences} == {PARTS[part].en}


@pytest.mark.parametrize("part", ["established", "undetermined"])
def test_facts_and_missing_facts_of_a_conclusion_are_compared_where_both_tell_them(part: str) -> None:
    case = CASE if part == "established" else cr.Case.from_dict(GIVEN | {"sources": None})
    said = told(cr.decide(POLICY, case, as_of=DAY))[part]
    detail = "facts" if part == "established" else "missing"
    less = [c | {detail: c[detail][1:]} for c in said]
    with pytest.raises(DisagreementError, match="only python says"):
        assert_engines_agree(POLICY, case, as_of=DAY, engines=[PYTHON, saying("sql", **{part: less})])
    silent = [{k: v for k, v in c.items() if k != detail} for c in said]
    assert_engines_agree(POLICY, case, as_of=DAY, engines=[PYTHON, saying("sql", **{part: silent})])


def test_whole_decisions_are_compared_to_the_last_word() -> None:
    def otherwise(policy: cr.Policy, case: Any, **how: Any) -> Decision:
        decision = cr.decide(policy, case, **how)
        return replace(decision, outcome_title=Text(decision.outcome_title.zh, "something else"))

    found = disagreement(telling("sql", otherwise))
    assert [d.en.partition(":")[0] for d in found.differences] == ["outcome_title.en"]
    assert_engines_agree(POLICY, CASE, as_of=DAY, engines=[PYTHON, telling("again", cr.decide)])


def test_a_part_that_is_spelled_wrong_or_nothing_in_common_is_an_error() -> None:
    how: dict[str, Any] = {"as_of": DAY}
    with pytest.raises(ValueError, match="`outcomes`, which is no part"):
        assert_engines_agree(POLICY, CASE, **how, engines=[PYTHON, saying("sql", outcomes="deny")])
    with pytest.raises(ValueError, match="nothing that both tell"):
        assert_engines_agree(POLICY, CASE, **how, engines=[PYTHON, telling("sql", lambda *_, **__: {})])


def test_a_refusal_is_something_to_say() -> None:
    before = {"as_of": date(2019, 12, 31)}
    assert_engines_agree(POLICY, CASE, **before, engines=[PYTHON, telling("again", cr.decide)])
    with pytest.raises(DisagreementError, match=r'refused for: python says \["CR-P045"\], sql says null'):
        assert_engines_agree(
            POLICY, CASE, **before, engines=[PYTHON, telling("sql", lambda *_, **__: {"outcome": "x"})]
        )


def test_codes_are_masked_in_what_is_said() -> None:
    found = disagreement(saying("sql", missing=[X["uscc"]]))
    assert str(X["uscc"]) not in str(found)
    assert "91**************9R" in str(found)


def test_the_public_names_are_sorted_resolve_and_load_nothing_before() -> None:
    def order(name: str) -> tuple[int, str]:  # constants, classes, functions, as ruff sorts them
        return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)

    assert list(testing.__all__) == sorted(set(testing.__all__), key=order)
    assert all(getattr(testing, name) is not None for name in testing.__all__)
    assert set(testing.__all__) <= set(dir(testing))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = testing.no_such_name
    heavy = ("hypothesis", "pytest", "pydantic", "yaml")
    code = f"import sys, creditrules.testing; print(*(n for n in {heavy!r} if n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split() == []
