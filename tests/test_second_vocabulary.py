"""A policy about something else needs no change of the library: ten lines of vocabulary, and none of its words in the code."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

import creditrules
from creditrules import PolicyError, RecordError, decide, load
from creditrules.decision import Decision
from creditrules.records.case import case_model

VOCABULARY = """\
language: 1
vocabulary: wages
kinds:
  arrears: {title: {zh: 欠薪, en: arrears}, decided: true, fields: {
    amount: {type: decimal, title: {zh: 欠薪金额, en: amount}, unit: {zh: 元, en: yuan}}, ordered_on: {type: date, title: {zh: 责令日期, en: ordered on}}}}
measures: {enlist: {group: burden, rank: 2, title: {zh: 列入名单, en: list}}, delist: {group: facilitation, rank: 1, title: {zh: 移出名单, en: remove}}}
cap: none
ordinary: {arrears: {outcome: nothing, title: {zh: 不列入, en: nothing follows}}}
undetermined: {zh: 待核实, en: undetermined}
not_applicable: {zh: 不适用, en: not applicable}
"""

POLICY = """\
language: 1
policy: wage-arrears
version: "1"
title: {zh: 拖欠工资名单, en: list of wage arrears}
in_force: {from: 2022-01-01}
carries_burden: [law, regulation, ministry_rule]
profiles:
  lawful: {title: {zh: 依法, en: lawful}, cap_by_basis: true}
  printed: {title: {zh: 原文, en: as printed}, cap_by_basis: false}
default_profile: lawful
law:
  办法:
    title: 示例办法
    level: ministry_rule
    in_force: {from: 2022-01-01, to: 2024-12-31}
    provisions:
      第5条: {says: {zh: 达到数额并逾期的列入, en: arrears of the amount are listed}, checked: republished, carries: [{measures: [enlist]}]}
      第9条: {says: {zh: 不满数额的移出, en: lesser arrears are removed}, checked: republished}
parameters:
  threshold: {title: {zh: 数额标准, en: amount}, basis: [办法 5], value: 30000}
rules:
  - id: W-1
    title: {zh: 达到数额标准, en: the amount is reached}
    basis: [办法 5]
    choice: ours
    mode: shall
    when:
      amount: {zh: 欠薪达到数额标准, en: the arrears reach the amount, is: arrears.amount >= param.threshold}
      overdue: {zh: 责令后满三个月未支付, en: three months have passed since the order, is: as_of > arrears.ordered_on + months(3)}
    then: {measure: enlist}
  - id: W-2
    title: {zh: 不满数额标准, en: below the amount}
    basis: [办法 9]
    mode: may
    when:
      amount: {zh: 欠薪不满数额标准, en: the arrears are less, is: arrears.amount < param.threshold}
    then: {measure: delist}
"""


@pytest.fixture
def wages(tmp_path: Path) -> creditrules.Policy:
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "vocabulary.yaml").write_text(VOCABULARY, "utf-8")
    return load(tmp_path)


def decided(policy: creditrules.Policy, *, as_of: date, profile: str | None = None, **arrears: object) -> Decision:
    case = case_model(policy.vocabulary.schema).from_dict({"arrears": arrears})
    return decide(policy, case, as_of=as_of, profile=profile)


def test_the_vocabulary_takes_ten_lines() -> None:
    assert len(VOCABULARY.splitlines()) <= 10


def test_arrears_above_the_amount_are_listed_the_day_after_the_third_month(wages: creditrules.Policy) -> None:
    on_the_last_day = decided(wages, as_of=date(2024, 5, 31), amount="30000", ordered_on="2024-02-29")
    after_the_last_day = decided(wages, as_of=date(2024, 5, 30), amount="30000", ordered_on="2024-02-29")
    # The period of three months from 29 February ends on 29 May, which still belongs to it.
    within = decided(wages, as_of=date(2024, 5, 29), amount="30000", ordered_on="2024-02-29")
    assert (within.outcome, after_the_last_day.outcome, on_the_last_day.outcome) == ("nothing", "enlist", "enlist")


def test_reasons_carry_label_values_and_provision(wages: creditrules.Policy) -> None:
    decision = decided(wages, as_of=date(2024, 6, 1), amount="30000.50", ordered_on="2024-01-31")
    amount = next(r for r in decision.reasons if r.condition == "W-1/when/amount")
    assert (amount.label.zh, amount.basis, amount.expression) == (
        "欠薪达到数额标准",
        ("办法 5",),
        "arrears.amount >= 30000",
    )
    assert [(f.address, f.value, f.shown.zh) for f in amount.facts] == [("arrears/amount", "30000.5", "30000.5 元")]
    assert decision.conclusions[0].provisions[0].instrument.zh == "示例办法"


def test_a_lesser_amount_is_removed_and_a_missing_one_is_asked_for(wages: creditrules.Policy) -> None:
    assert decided(wages, as_of=date(2024, 6, 1), amount="29999.99", ordered_on="2024-01-31").outcome == "delist"
    unknown = decided(wages, as_of=date(2024, 6, 1), ordered_on="2024-01-31")
    assert unknown.outcome == "undetermined"
    assert {p.measure for p in unknown.could_become} == {"enlist", "delist"}
    assert [m.address for m in unknown.missing] == ["arrears/amount"]


def test_after_the_repeal_nobody_is_listed_and_the_decision_says_so(wages: creditrules.Policy) -> None:
    """This vocabulary's cap leaves nothing of a burden without law; W-2 falls with its only basis."""
    decision = decided(wages, as_of=date(2025, 1, 1), amount="30000", ordered_on="2024-01-31")
    assert decision.outcome == "nothing"
    assert [(i.rule, i.why) for i in decision.ignored] == [("W-1", "cap")]
    assert [(f.what, f.id, f.bases) for f in decision.fell] == [("rule", "W-2", ("办法 9",))]
    printed = decided(wages, as_of=date(2025, 1, 1), profile="printed", amount="30000", ordered_on="2024-01-31")
    assert (printed.outcome, printed.hypothetical) == ("enlist", True)
    assert printed.conclusions[0].fell == ("办法 5",)


def test_the_wrong_vocabulary_and_unknown_fields_are_refused(wages: creditrules.Policy) -> None:
    construction = creditrules.Case.from_dict(
        {
            "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2024-01-01"},
            "subject": {"uscc": "91999999MA00000A9R"},
        }
    )
    with pytest.raises(RecordError, match="CR-R027"):
        decide(wages, construction, as_of=date(2024, 6, 1))
    with pytest.raises(RecordError, match="CR-R034"):
        case_model(wages.vocabulary.schema).from_dict({"arrears": {"amont": 3}})


def test_a_rule_about_a_field_that_the_vocabulary_lacks_does_not_load(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY.replace("arrears.amount <", "arrears.amont <"), "utf-8")
    (tmp_path / "vocabulary.yaml").write_text(VOCABULARY, "utf-8")
    line = POLICY[: POLICY.index("arrears.amount <")].count("\n") + 1
    with pytest.raises(PolicyError) as error:
        load(tmp_path)
    assert [(d.code, d.span.line if d.span else 0) for d in error.value.diagnostics] == [("CR-P014", line)]
    assert "`amount`" in str(error.value)


PACKAGE = Path(creditrules.__file__ or "").parent


def code_of(*rooms: str) -> dict[Path, str]:
    return {path: path.read_text("utf-8") for room in rooms for path in sorted((PACKAGE / room).rglob("*.py"))}


def test_no_word_of_this_vocabulary_stands_in_the_library() -> None:
    words = re.compile(r"\b(arrears|enlist|delist|ordered_on)\b|欠薪")
    # `wage_arrears` is a category of the construction vocabulary's own data and is no match for the word alone.
    assert [str(p) for p, text in code_of(".").items() if words.search(text)] == []


def test_no_matter_measure_category_or_city_stands_in_the_policy_room_or_an_engine() -> None:
    shipped = yaml.safe_load((PACKAGE.parent / "policies/vocabularies/construction.yaml").read_text("utf-8"))
    names = {*shipped["matters"], *shipped["measures"], *shipped["words"]["categories"], *shipped["words"]["tags"]}
    titles = {t["zh"] for section in ("matters", "measures") for t in (m["title"] for m in shipped[section].values())}
    titles |= {t["zh"] for t in shipped["words"]["categories"].values()}
    cities = {"dalian", "Dalian", "大连", "liaoning", "Liaoning", "辽宁"}
    found = {
        (path.name, word)
        for path, text in code_of("policy", "engines").items()
        for word in names | titles | cities
        if re.search(rf"(?<![A-Za-z_]){re.escape(word)}(?![A-Za-z_])", text)
    }
    assert found == set()
