"""What cases put to the test: every expectation here was thought out from a policy of a few lines."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

import creditrules
from creditrules.cli import app
from creditrules.diagnostics import PolicyError, Source, Span, Text
from creditrules.report.coverage import coverage_page, coverage_text
from creditrules.testing.cases import read_cases
from creditrules.testing.coverage import Coverage, Measuring, declarations, measure
from creditrules.testing.obligations import obligations
from tests.support import depth
from tests.support.payloads import PAYLOADS
from tests.support.shipped import shipped, shipped_cases

POLICY = """\
language: 1
policy: small
version: "1"
use: construction
title: {zh: 小政策, en: small}
in_force: {from: 2020-01-01}
carries_burden: [law]
profiles: {lawful: {title: {zh: 依法, en: lawful}, cap_by_basis: true}}
default_profile: lawful
law:
  甲法:
    title: 甲法
    level: law
    in_force: {from: 2019-01-01, to: 2020-12-31}
    provisions:
      第1条: {says: {zh: 甲, en: a}, checked: official}
parameters:
  limit:
    title: {zh: 限额, en: limit}
    choice: ours
    changes: [{from: 2020-01-01, value: 300.5}, {from: 2020-07-01, value: 500.5}]
definitions:
  early:
    label: {zh: 较早, en: early}
    of: [application]
    choice: ours
    is: application.accepted_on <= date("2020-03-10")
rules:
  - id: A
    title: {zh: 小型装修, en: small fit-out}
    choice: ours
    mode: may
    matters: [construction_permit, completion_filing]
    when:
      small: {zh: 面积小, en: small, is: application.area_m2 <= param.limit}
      kind: {zh: 装修或新建, en: fit-out or new, is: 'application.work_type in ["fitout", "new"]'}
    then: {measure: advise}
  - id: B
    title: {zh: 较早, en: early}
    basis: [甲法 1]
    choice: ours
    mode: may
    when:
      early: early(application)
      given: {zh: 有编号, en: has a number, is: has(application.id)}
    then: {measure: advise}
  - id: C
    title: {zh: 较早的装修, en: early fit-out}
    basis: [甲法 1]
    mode: may
    when:
      early: early(application)
    then: {measure: advise}
exceptions:
  - id: luxury
    title: {zh: 高档装修, en: luxury fit-out}
    choice: ours
    for: [A]
    when:
      luxury: {zh: 高档, en: luxury, is: application.luxury_fitout}
    instead: none
"""


def case(name: str, given: str, *, day: str = "2020-06-05", more: str = "because: [A]") -> str:
    application = f"{{id: X, matter: construction_permit, received_on: 2020-02-01, {given}}}"
    return (
        f"  - name: {name}\n    as_of: {day}\n    {more}\n    given: {{application: {application},"
        " subject: {uscc: 91999999MA00000A9R, kind: legal}, sources: all}\n"
    )


@pytest.fixture
def small(tmp_path: Path) -> creditrules.Policy:
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    return creditrules.load(tmp_path)


def covered(policy: creditrules.Policy, *cases: str, declared: str = "", unreviewed: tuple[str, ...] = ()) -> Coverage:
    read = read_cases([Source("cases.yaml", "cases:\n" + "".join(cases))], policy)
    marked = [replace(c, reviewed=c.name not in unreviewed) for c in read]
    return measure(policy, marked, declared=declarations(Source("coverage.yaml", declared)) if declared else ())


def reached(coverage: Coverage, start: str = "") -> set[str]:
    return {i.address.removeprefix(start) for i in coverage.items if i.cases and i.address.startswith(start)}


FIT = "work_type: fitout, area_m2: 300, luxury_fitout: false, accepted_on: 2020-03-01"


def test_a_rule_is_covered_where_a_case_says_that_it_must_be_established(small: creditrules.Policy) -> None:
    silent = covered(small, case("甲", FIT, more="expect: {outcome: normal}"))
    rule = next(i for i in silent.of("rules") if i.address == "A")
    assert (rule.status, rule.established) == ("uncovered", ("甲",))
    told = covered(small, case("甲", FIT, more="because: [A, B, C]"))
    assert reached(told) & {"A", "B", "C"} == {"A", "B", "C"}
    assert told.count("rules").percent == 100.0


def test_a_side_counts_only_where_nothing_else_settles_the_result(small: creditrules.Policy) -> None:
    sides = "A/when/"
    both = covered(small, case("甲", FIT))
    assert {"small=true", "kind=true"} <= reached(both, sides)
    # Neither of two false ones would change anything; of a false one beside a true one, the false one would.
    two = covered(small, case("乙", "work_type: none, area_m2: 9000"))
    assert not {a for a in reached(two, sides) if a.endswith(("=true", "=false", "=unknown"))}
    one = covered(small, case("丙", "work_type: new, area_m2: 9000"))
    assert {a for a in reached(one, sides) if "[" not in a} == {"small=false"}
    # Beside an unknown one, true and unknown come to the same: only false is told apart.
    unknown = covered(small, case("丁", "work_type: new"))
    assert {a for a in reached(unknown, sides) if "[" not in a} == {"small=unknown"}
    beside = covered(small, case("戊", "area_m2: 9000"))
    assert {a for a in reached(beside, sides) if "[" not in a} == {"small=false"}
    neither = covered(small, case("己", "tags: []"))
    assert not {a for a in reached(neither, sides) if "[" not in a}


def test_boundaries_of_days_and_numbers(small: creditrules.Policy) -> None:
    days = covered(
        small,
        case("前一日", "accepted_on: 2020-03-09"), case("当日", "accepted_on: 2020-03-10"),
        case("次日", "accepted_on: 2020-03-11"),
    )  # fmt: skip
    # One comparison in a definition, however many rules use it.
    key = 'early/[application.accepted_on <= date("2020-03-10")]='
    assert reached(days, key) == {"-1", "0", "+1"}
    assert sum(i.address.startswith(key) for i in days.items) == 3
    one = covered(small, case("次日", "accepted_on: 2020-03-12"))
    assert reached(one, key) == set()
    area = "A/when/small/[application.area_m2 <= param.limit]="
    assert reached(covered(small, case("甲", "work_type: new, area_m2: 300.6")), area) == {"+1"}
    assert reached(covered(small, case("甲", "work_type: new, area_m2: 300.7")), area) == set()
    # Masked: the kind of works is false, so the area was not put to the test.
    assert reached(covered(small, case("甲", "work_type: none, area_m2: 300.6")), area) == set()
    # From July the limit has a decimal: just below is one of its last digit.
    later = covered(small, case("甲", "work_type: new, area_m2: 500.4", day="2020-08-01"))
    assert reached(later, area) == {"-1"}


def test_members_of_lists_and_what_lies_outside(small: creditrules.Policy) -> None:
    key = 'A/when/kind/[application.work_type in ["fitout", "new"]]='
    found = covered(small, case("甲", FIT), case("乙", "work_type: demolition, area_m2: 10"))
    assert reached(found, key) == {"fitout", "other"}
    assert reached(found, "A/matters=") == {"construction_permit"}


def test_exceptions_under_a_rule_that_would_conclude(small: creditrules.Policy) -> None:
    luxury = FIT.replace("luxury_fitout: false", "luxury_fitout: true")
    assert reached(covered(small, case("甲", FIT)), "luxury") == {"=not_applied", "/when/luxury=false"}
    found = covered(small, case("甲", luxury))
    assert reached(found, "luxury") == {"=applied", "/when/luxury=true"}
    assert [(p.exception, p.rule, p.applied, p.not_applied) for p in found.pairs] == [("luxury", "A", True, False)]
    # Where the rule does not conclude, its exception is not put to the test.
    assert reached(covered(small, case("甲", luxury.replace("300", "9000"))), "luxury") == set()


def test_days_of_force_count_where_what_changes_was_in_play(small: creditrules.Policy) -> None:
    change = "param/limit/from/2020-07-01="
    new = "work_type: new, area_m2: 400"
    assert reached(covered(small, case("甲", new, day="2020-06-30")), change) == {"before"}
    assert reached(covered(small, case("甲", new, day="2020-07-01")), change) == {"on"}
    assert reached(covered(small, case("甲", new, day="2020-07-02")), change) == set()
    assert reached(covered(small, case("甲", "work_type: none, area_m2: 900", day="2020-07-01")), change) == set()
    early = "accepted_on: 2020-03-01"
    law = "law/甲法/to="
    assert reached(covered(small, case("甲", early, day="2020-12-31")), law) == {"on"}
    # C fell with the law; the case shows it, since it would hold on the day before.
    assert reached(covered(small, case("甲", early, day="2021-01-01")), law) == {"after"}
    # The law began before the policy did.
    assert not any(i.address.startswith("law/甲法/from") for i in covered(small, case("甲", early)).items)


def infeasible(coverage: Coverage) -> dict[str, bool]:
    return {i.address: i.declared for i in coverage.items if i.status == "infeasible"}


def test_what_no_case_can_reach_is_proven(small: creditrules.Policy) -> None:
    proven = infeasible(covered(small, case("甲", FIT)))
    # `has` is never unknown; the number of an application is never missing, so it is never false either.
    assert {"B/when/given=unknown", "B/when/given=false"} <= set(proven)
    # Everything else could be reached.
    assert set(proven) == {"B/when/given=unknown", "B/when/given=false"}


def test_a_declaration_takes_out_of_the_figures_what_no_case_reaches(small: creditrules.Policy) -> None:
    before = covered(small, case("甲", FIT)).count("sides")
    text = "infeasible:\n  - {side: C/when/early=unknown, why: {zh: 受理日必填, en: always given}}\n"
    found = covered(small, case("甲", FIT), declared=text)
    assert infeasible(found)["C/when/early=unknown"] is True
    assert found.count("sides").feasible == before.feasible - 1
    item = next(i for i in found.items if i.address == "C/when/early=unknown")
    assert item.infeasible is not None
    assert item.infeasible.en == "always given"


@pytest.mark.parametrize(
    ("side", "code"), [("C/when/early=true", "CR-P056"), ("C/when/erly=unknown", "CR-P034"), ("=", "CR-P034")]
)
def test_a_declaration_that_does_not_hold_is_an_error_at_its_place(
    small: creditrules.Policy, side: str, code: str
) -> None:
    text = f"infeasible:\n  - {{side: '{side}', why: {{zh: 一, en: a}}}}\n"
    with pytest.raises(PolicyError) as error:
        covered(small, case("甲", FIT), declared=text)
    assert [(d.code, str(d.span)) for d in error.value.diagnostics] == [(code, "coverage.yaml:2:12")]


def test_a_declaration_is_made_once_and_says_why(small: creditrules.Policy) -> None:
    line = "  - {side: C/when/early=unknown, why: {zh: 一, en: a}}\n"
    with pytest.raises(PolicyError) as error:
        covered(small, case("甲", FIT), declared=f"infeasible:\n{line}{line}")
    assert [(d.code, str(d.span)) for d in error.value.diagnostics] == [("CR-P023", "coverage.yaml:3:12")]
    with pytest.raises(PolicyError, match="CR-P030"):
        declarations(Source("coverage.yaml", "infeasible:\n  - {side: C}\n"))


def test_cases_that_nobody_reviewed_count_only_when_asked(small: creditrules.Policy) -> None:
    found = covered(small, case("甲", FIT), unreviewed=("甲",))
    assert (found.reviewed, found.unreviewed) == (0, 1)
    assert not reached(found)


def test_a_case_whose_parameters_are_refused_reaches_nothing(small: creditrules.Policy) -> None:
    found = covered(small, case("甲", FIT, more="params: {limit: many}\n    refused: CR-P016"))
    assert found.undecided == 1
    assert not reached(found)


MORE = """\
  - id: D
    title: {zh: 丁, en: d}
    choice: ours
    mode: may
    matters: [completion_filing]
    when:
      small: {zh: 面积小, en: small, is: application.area_m2   <= param.limit}
    then: {measure: advise}
  - id: E
    title: {zh: 戊, en: e}
    choice: ours
    mode: may
    when:
      dear: {zh: 造价高, en: dear, is: application.area_m2 < application.investment_cny}
      either: {zh: 小或高档, en: small or luxury, is: application.area_m2 <= 40.0 || application.luxury_fitout}
    then: {measure: advise}
exceptions:
"""


@pytest.fixture
def larger(small: creditrules.Policy, tmp_path: Path) -> creditrules.Policy:
    (tmp_path / "policy.yaml").write_text(POLICY.replace("exceptions:\n", MORE), "utf-8")
    return creditrules.load(tmp_path)


def test_the_conditions_of_two_rules_in_the_same_words_are_two(larger: creditrules.Policy) -> None:
    area = "when/small/[application.area_m2 <= param.limit]="
    permit = covered(larger, case("甲", "work_type: new, area_m2: 300.6"))
    assert (reached(permit, f"A/{area}"), reached(permit, "D/")) == ({"+1"}, set())
    # In a filing the area alone decides D, while A fails for the works anyhow.
    filing = covered(
        larger, case("乙", "work_type: none, area_m2: 300.6").replace("construction_permit", "completion_filing")
    )
    assert (reached(filing, f"A/{area}"), reached(filing, f"D/{area}")) == (set(), {"+1"})


def test_what_is_settled_inside_a_condition_is_not_seen(larger: creditrules.Policy) -> None:
    area = "E/when/either/[application.area_m2 <= 40.0]="
    known = "investment_cny: 1000, area_m2: 40.0"
    assert reached(covered(larger, case("甲", f"{known}, luxury_fitout: false")), area) == {"0"}
    assert reached(covered(larger, case("甲", f"{known}, luxury_fitout: true")), area) == set()
    assert reached(covered(larger, case("甲", known)), area) == {"0"}


def test_of_two_fields_nothing_is_proven(larger: creditrules.Policy) -> None:
    found = infeasible(covered(larger, case("甲", FIT)))
    assert {a for a in found if a.startswith("E/")} == set()


@pytest.mark.timeout(depth(120, 600))
def test_no_case_reaches_what_was_proven_to_be_out_of_reach() -> None:
    """The proofs are asked about every obligation of the shipped policy, those that its cases reach among them."""
    wanted = obligations(shipped())
    reached_ = {"rules": 0, "exceptions": 0, "sides": 0, "boundaries": 0, "members": 0}
    measuring = Measuring(shipped(), wanted)
    cases = list(shipped_cases())
    one_day = [c for c in cases if str(c.as_of) == "2020-06-05" and not c.params][:60]
    for one in (one_day, cases)[depth(0, 1)]:
        measuring.case(one)
    proven = measuring.feasibility.reasons(list(wanted.all.values())[:: depth(20, 1)])
    assert not [a for a in proven if measuring.reached.get(a)]
    assert len(proven) > depth(0, 40)
    for one_ in wanted.all.values():
        reached_[one_.figure] += bool(measuring.reached.get(one_.address))
    assert min(reached_.values()) > 0


# On the command line, and as a page


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["test", *arguments])


@pytest.fixture
def folder(small: creditrules.Policy, tmp_path: Path) -> Path:
    cases = case("甲", FIT, more="because: [A, B, C]")
    (tmp_path / "cases.yaml").write_text(f"cases:\n{cases}", "utf-8")
    return tmp_path


def test_the_text_lists_what_is_missing_and_where(folder: Path) -> None:
    done = run(str(folder), "--coverage", "--lang", "en")
    assert done.exit_code == 0
    assert "rules (asserted by a case): 3 of 3 (100.0 %), 0 more out of reach" in done.stdout
    line = POLICY[: POLICY.index("      small:")].count("\n") + 1
    assert f"  policy.yaml:{line} A/when/small=false\n" in done.stdout
    assert "B/when/given=unknown: the condition reads only what is never missing" in done.stdout


def test_all_figures_must_reach_what_is_asked(folder: Path) -> None:
    assert run(str(folder), "--coverage", "--fail-under", "0").exit_code == 0
    done = run(str(folder), "--coverage", "--fail-under", "99.5", "--lang", "en")
    assert done.exit_code == 1
    assert "below 99.5 %: exceptions (applied and not applied) 50.0 %" in done.stderr
    assert "rules" not in done.stderr


@pytest.mark.parametrize("given", [["--fail-under", "50"], ["--coverage", "--fail-under", "101"]])
def test_a_threshold_that_is_none_is_refused(folder: Path, given: list[str]) -> None:
    assert run(str(folder), *given).exit_code == 2


def test_a_declaration_that_does_not_hold_ends_with_the_code_of_a_bad_policy(folder: Path) -> None:
    text = "infeasible:\n  - {side: C/when/early=true, why: {zh: 一, en: a}}\n"
    (folder / "coverage.yaml").write_text(text, "utf-8")
    done = run(str(folder), "--coverage")
    assert done.exit_code == 4
    assert "coverage.yaml:2:12" in done.stderr


def test_json_alone_stands_on_stdout(folder: Path) -> None:
    done = run(str(folder), "--coverage", "--coverage-format", "json")
    told = json.loads(done.stdout)
    assert told["format"] == 1
    assert told["figures"]["exceptions"] == {"covered": 1, "feasible": 2, "infeasible": 0, "percent": 50.0}
    items = {i["address"]: i for i in told["items"]}
    assert items["A/when/small=true"] == {
        "figure": "sides", "address": "A/when/small=true", "place": items["A/when/small=true"]["place"],
        "status": "covered", "cases": ["甲"], "case_count": 1,
    }  # fmt: skip
    assert items["B/when/given=unknown"]["infeasible"]["declared"] is False
    assert told["pairs"] == [{"exception": "luxury", "rule": "A", "applied": False, "not_applied": True}]


def test_the_page_has_the_policys_text_in_colours_and_marks(folder: Path) -> None:
    out = folder / "coverage.html"
    done = run(str(folder), "--coverage", "--coverage-format", "html", "--out", str(out), "--lang", "en")
    assert done.exit_code == 0
    page = out.read_text("utf-8")
    assert "<script" not in page
    # The text is there whole, line by line.
    plain = [html.unescape(re.sub("<[^>]*>", "", t)) for t in re.findall('<td class="t">(.*?)</td>', page, re.DOTALL)]
    assert plain == POLICY.split("\n")
    margin = dict(re.findall('<td class="n">([0-9]+)</td><td class="m">(.)</td>', page))
    line = POLICY[: POLICY.index("      small:")].count("\n") + 1
    assert margin[str(line)] == "◐"
    assert "A/when/small=false: not covered" in html.unescape(page)
    assert "A/when/small=true: 甲" in html.unescape(page)
    for state in ("covered", "partly", "uncovered", "infeasible"):
        assert f'class="{state}"' in page


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), 40))
def test_whatever_names_say_is_text(small: creditrules.Policy, start: int) -> None:
    found = covered(small, case("甲", FIT, more="because: [A, B, C]"))
    known = set(re.findall(r"<[/a-z!?]", coverage_page(found, lang="en")))
    for payload in PAYLOADS[start : start + 40]:
        source = Source(f"{payload}.yaml", f"rules: {payload}\n  - id: {payload}{payload}\n")
        items = tuple(
            replace(
                item, address=f"{payload}/when", cases=(payload,) if number % 2 else (),
                span=Span(source, number % 7, len(source.text) - number % 5),
                infeasible=Text(payload, payload) if number % 3 == 0 else None,
            )
            for number, item in enumerate(found.items[:60])
        )  # fmt: skip
        hostile = replace(found, policy=payload, version=payload, items=items)
        page = coverage_page(hostile, lang="en")
        assert set(re.findall(r"<[/a-z!?]", page)) <= known, payload
        assert page.count("<span") == page.count("</span>")
        assert not re.search(
            r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page + coverage_text(hostile, lang="zh")
        ), payload


def test_codes_are_masked(small: creditrules.Policy) -> None:
    found = covered(small, case("甲", FIT, more="because: [A, B, C]"))
    code = "91999999MA00000A9R"
    source = Source("policy.yaml", f"# {code}\n")
    # Also where a coloured piece begins in the middle of it.
    items = (replace(found.items[0], span=Span(source, 10, 22), cases=(code,), address=code),)
    hostile = replace(found, items=items, policy=code)
    for text in (coverage_page(hostile), coverage_text(hostile), json.dumps(hostile.to_dict())):
        assert code not in re.sub("<[^>]*>", "", text)
