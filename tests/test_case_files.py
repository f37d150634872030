"""Mistakes in files of cases are told where they stand, and what a case can expect is held against the decision."""

from __future__ import annotations

import os
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import creditrules as cr
from creditrules.diagnostics import Diagnostic, Lang, PolicyError, Source
from creditrules.documents import Plain
from creditrules.policy.model import Policy
from creditrules.testing.cases import PolicyCase, cases_beside, read_beside, read_cases
from creditrules.testing.expectations import CaseInProfile, Expectation, _same
from creditrules.testing.judging import Judge, differences

HERE = Path(__file__).parent / "failing"
BAD = HERE / "bad.yaml"
GIVEN = BAD.read_text("utf-8").partition("bases:")[2].partition("cases:")[0]


@cache
def policy() -> Policy:
    return cr.load(HERE / "policy")


@cache
def judge() -> Judge:
    return Judge(policy())


def read(cases: str, *, head: str = "") -> list[PolicyCase]:
    return read_cases([Source("cases.yaml", f"{head}bases:{GIVEN}cases:\n{cases}")], policy())


def one(rest: str, *, head: str = "", use: str = "listed", day: str = "2020-06-05") -> list[PolicyCase]:
    return read(f"  - {{name: 甲, as_of: {day}, given: {{use: {use}}}, {rest}}}\n", head=head)


def problems(cases: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(PolicyError) as error:
        one(cases)
    return error.value.diagnostics


def marked(problem: Diagnostic) -> str:
    assert problem.span is not None
    return problem.span.source.text[problem.span.start : problem.span.end]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_mistake_reads_as_it_did_when_somebody_last_read_it(lang: Lang) -> None:
    """The texts lie beside the file; CREDITRULES_GOLDEN=write writes them anew, to be read before they are kept."""
    with pytest.raises(PolicyError) as error:
        read_cases([Source(BAD.name, BAD.read_text("utf-8"))], policy())
    golden, text = HERE / f"bad.{lang}.txt", error.value.render(lang) + "\n"
    if os.environ.get("CREDITRULES_GOLDEN") == "write":
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
    lines = {d.span.line for d in error.value.diagnostics if d.span}
    first = BAD.read_text("utf-8").splitlines().index("cases:") + 2
    assert lines == set(range(first, first + len(BAD.read_text("utf-8").splitlines()) - first + 1))


@pytest.mark.parametrize(
    ("expected", "code", "word"),
    [
        ("because: [F-2, B-9]", "CR-P034", "B-9"),
        ("because: B-9", "CR-P034", "B-9"),
        ("becuase: [B-1]", "CR-P013", "becuase"),
        ("profiles: {lawful: {because: [F-2, B-9]}}", "CR-P034", "B-9"),
        ("because: [B-9], profiles: {lawful: {undetermined: []}}", "CR-P034", "B-9"),
        ("because: [B-2, F-2]", "CR-P053", "B-2"),
        ("clocks: {D-2: {due: 2020-06-30}}", "CR-P053", "D-2"),
        ("missing: [entry/E-9/valid_to]", "CR-P053", "entry/E-9/valid_to"),
        ("expect: {outcome: review, measures: []}", "CR-P053", "review"),
        ("profile: lawful, profiles: {lawful: {because: [B-1, F-2]}}", "CR-P055", "profile"),
        ("profiles: {lawful: {because: []}, literal: {}}", "CR-P054", "literal"),
        ("procedures: [{measure: notify, arguments: {about: x}}]", "CR-P034", "about"),
        ("expect: {outcome: reveiw}", "CR-P034", "reveiw"),
        ("expect: {outcome: review, measures: [restrict, review]}", "CR-P053", "review"),
        ("expect: {outcome: green_channel, measures: [green_channel, tolerant_acceptance]}", "CR-P053", "green_channel"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_the_very_word(expected: str, code: str, word: str) -> None:
    (problem,) = problems(expected)
    assert (problem.code, marked(problem)) == (code, word)


def test_a_file_without_cases_is_told_to_have_none() -> None:
    with pytest.raises(PolicyError) as error:
        read_cases([Source("cases.yaml", "cases: []\n")], policy())
    assert [(d.code, str(d.span)) for d in error.value.diagnostics] == [("CR-P030", "cases.yaml:1:1")]


def test_an_unknown_field_has_the_nearest_one_for_help() -> None:
    (problem,) = problems("becuase: [B-1]")
    assert problem.help is not None
    assert "because" in problem.help.en


@pytest.mark.parametrize(
    "expected",
    [
        "because: [B-1, F-2]",
        "because: [B-1, F-2], undetermined: [B-1]",  # for one record it may be established, for another open
        "because: [], undetermined: [B-1]",
        "expect: {outcome: undetermined, measures: [green_channel]}, because: [F-2], undetermined: [B-1]",
        "expect: {outcome: review, measures: [review]}, because: [B-1]",
        "expect: {outcome: restrict, measures: [restrict, green_channel]}, because: [B-1, F-2]",
        "expect: {outcome: not_applicable, measures: [], could_become: [not_applicable]}, because: []",
        "expect: {outcome: normal, could_become: []}",
        "expect: {outcome: restrict, measures: [restrict, review]}",
        "expect: {outcome: tolerant_acceptance, measures: [green_channel, tolerant_acceptance]}",
        "missing: [source/black_list/subject, relation/self/x/evidenced, application/tags]",
        "hypothetical: false",
        "procedures: []",
    ],
)  # fmt: skip
def test_what_some_decision_could_meet_is_taken(expected: str) -> None:
    assert len(one(expected)) == 1


def test_a_case_of_a_day_on_which_the_old_rule_stood_is_taken() -> None:
    (case,) = one("because: [B-1, B-2, F-2]", day="2019-06-05")
    assert differences(judge(), case) == ()


def test_a_day_on_which_the_policy_is_not_in_force_is_for_the_run_to_tell() -> None:
    (case,) = one("hypothetical: false", day="2018-06-05")
    assert any("2018-06-05" in text.en for text in differences(judge(), case))


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("modes: {B-1: shall, F-2: may}", "modes: {B-1: must_not}", "mode of B-1: expected [must_not], got [shall]"),
        ("exceptions: []", "exceptions: [small]", "exceptions that applied: expected [small], got []"),
        ("lifted: []", "lifted: [B-1]", "rules lifted: expected [B-1], got []"),
        ("fell: [B-2]", "fell: []", "what fell with its bases: expected [], got [B-2]"),
        ("capped: [B-1]", "capped: []", "rules capped: expected [], got [B-1]"),
        ("follow_ups: [D-1]", "follow_ups: [D-1, D-2]",
         "follow-ups: expected [D-1, D-2], got [D-1] (lacking D-2)"),
        ("clocks: {D-1: {due: 2020-06-30}}", "clocks: {D-1: {due: 2020-06-29}}",
         "last day of D-1: expected 2020-06-29, got 2020-06-30"),
        ("because: [F-2, B-1]", "because: [B-1]", "rules established: expected [B-1], got [B-1, F-2] (in excess F-2)"),
        ("procedures: []", "procedures: [{measure: notify}]", "the procedure notify is not there"),
    ],
)  # fmt: skip
def test_each_expectation_is_held_against_the_decision(right: str, wrong: str, said: str) -> None:
    (case,) = one(right)
    assert differences(judge(), case) == ()
    (case,) = one(wrong)
    assert [text.en for text in differences(judge(), case)] == [said]


SHIPPED = """
cases:
  - name: 欺骗手段取得许可的，列入并推送
    as_of: 2020-06-05
    given:
      about: finding
      subject: {name: 甲建设有限公司, uscc: 91999999MA00000A9R, kind: legal}
      findings:
        - {id: RD-1, subject: {name: 甲建设有限公司, uscc: 91999999MA00000A9R}, capacity: permittee, application: SG-0,
           matter: construction_permit, conduct: deception, phase: application, document_no: 认定书2020-9, decided_on: 2020-06-03,
           effective_on: 2020-06-03, grave_public_harm: false}
      sources: all
    procedures: [PROCEDURE]
"""


@pytest.mark.parametrize(
    ("procedure", "fails"),
    [
        ("{measure: propose_revocation, arguments: {of: RD-1}}", False),
        ("{measure: propose_revocation, arguments: {of: RD-2}}", True),
        ("{measure: propose_revocation, status: undetermined, arguments: {of: RD-1}}", True),
        ("{measure: withdraw_notice}", True),
    ],
)
def test_a_procedure_is_compared_with_its_arguments(procedure: str, fails: bool) -> None:
    shipped = cr.load("dalian-construction")
    (case,) = read_cases([Source("cases.yaml", SHIPPED.replace("PROCEDURE", procedure))], shipped)
    found = differences(Judge(shipped), case)
    assert bool(found) == fails, found
    if "RD-2" in procedure:
        assert "propose_revocation {of: RD-2}" in found[0].en
        assert "established {of: RD-1}" in found[0].en


@pytest.mark.parametrize(
    ("written", "argument", "same"),
    [
        (["甲"], ("甲",), True), (["乙"], ("甲",), False), ([], ("甲",), False), ([], (), True), (["甲"], "甲", False),
        (Plain("60"), 60, True), (Plain("61"), 60, False), ("60", 60, False), (Plain("60"), "60", True), ("甲", "甲", True),
        (Plain("true"), True, True), (Plain("false"), True, False), (None, None, True), (None, "甲", False),
    ],
)  # fmt: skip
def test_an_argument_without_quotes_is_of_the_type_that_the_decision_gives(
    written: Any, argument: Any, same: bool
) -> None:
    assert _same(written, argument) is same


class TestReviewed:
    @pytest.mark.parametrize(
        ("head", "own", "reviewed"),
        [
            ("", "", True),
            ("", "generated: true, ", False),
            ("", "generated: true, reviewed_by: null, ", False),
            ("", "generated: true, reviewed_by: 张三, ", True),
            ("generated: true\n", "", False),
            ("generated: true\nreviewed_by: 张三\n", "", True),
            ("generated: true\n", "reviewed_by: 张三, ", True),
            ("generated: true\n", "generated: false, ", True),
            ("generated: true\nreviewed_by: 张三\n", "reviewed_by: null, ", False),
        ],
    )
    def test_a_generated_case_is_reviewed_once_somebody_says_so(self, head: str, own: str, reviewed: bool) -> None:
        (case,) = one(f"{own}because: [B-1, F-2]", head=head)
        assert case.reviewed is reviewed


class TestBeside:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "policy.yaml").write_bytes((HERE / "policy/policy.yaml").read_bytes())
        (tmp_path / "cases").mkdir()
        return tmp_path

    def write(self, folder: Path, name: str, text: str) -> None:
        (folder / name).write_text(text, "utf-8")

    CASE = "cases:\n  - {name: NAME, as_of: 2020-06-05, given: {use: listed}, because: [B-1, F-2]}\n"

    def test_cases_may_all_stand_in_the_folder(self, folder: Path) -> None:
        self.write(folder, "cases/a.yaml", f"bases:{GIVEN}" + self.CASE)
        assert [c.place for c in cases_beside(cr.load(folder))] == ["cases/a.yaml:16"]

    def test_a_file_with_a_mistake_gives_its_bases_and_spoils_no_other(self, folder: Path) -> None:
        self.write(folder, "cases.yaml", f"bases:{GIVEN}zweck: 1\n" + self.CASE)
        self.write(folder, "cases/a.yaml", self.CASE)
        found, wrong = read_beside(cr.load(folder))
        assert [c.name for c in found] == ["NAME"]
        assert [(d.code, str(d.span)) for d in wrong] == [("CR-P013", "cases.yaml:15:1")]

    def test_a_file_that_cannot_be_read_is_not_blamed_on_those_that_use_its_bases(self, folder: Path) -> None:
        self.write(folder, "cases.yaml", f"bases:{GIVEN}\n  - {{\n")
        self.write(folder, "cases/a.yaml", self.CASE)
        (folder / "cases/b.yaml").write_bytes("名单".encode("gb18030"))
        found, wrong = read_beside(cr.load(folder))
        assert found == []
        assert {(d.code, d.span.source.name if d.span else "") for d in wrong} == {
            ("CR-P050", "cases/b.yaml"),
            ("CR-P008", "cases.yaml"),
        }

    def test_it_names_no_policy(self, folder: Path) -> None:
        self.write(folder, "cases.yaml", f"policy: .\nbases:{GIVEN}" + self.CASE)
        with pytest.raises(PolicyError, match="CR-P055"):
            cases_beside(cr.load(folder))

    def test_a_name_is_used_once_in_all_files(self, folder: Path) -> None:
        self.write(folder, "cases.yaml", f"bases:{GIVEN}" + self.CASE)
        self.write(folder, "cases/a.yaml", self.CASE)
        with pytest.raises(PolicyError) as error:
            cases_beside(cr.load(folder))
        (problem,) = error.value.diagnostics
        assert (problem.code, str(problem.span)) == ("CR-P023", "cases/a.yaml:2:12")
        assert str(problem.related[0][0]).startswith("cases.yaml:16:")


def test_the_cases_of_the_shipped_policy_expect_what_can_be() -> None:
    assert date(2020, 6, 5) in {c.as_of for c in cases_beside(cr.load("dalian-construction"))}


def test_the_cases_that_the_page_on_testing_shows_pass() -> None:
    page = (Path(__file__).parent.parent / "docs/testing.md").read_text("utf-8")
    (shown,) = re.findall(r"(?ms)^```yaml\n(bases:\n.*?)^```$", page)
    shipped = cr.load("dalian-construction")
    cases = read_cases([Source("cases.yaml", shown)], shipped)
    assert [c.profile for c in cases] == ["lawful", "literal"]
    assert [differences(Judge(shipped), c) for c in cases] == [(), ()]


def test_the_page_on_testing_tells_every_expectation() -> None:
    page = (Path(__file__).parent.parent / "docs/testing.md").read_text("utf-8")
    told = {word for row in re.findall(r"(?m)^\| (`.*?) \|", page) for word in re.findall(r"`([\w.]+)`", row)}
    fields = {*CaseInProfile.model_fields} - {"expect"} | {f"expect.{name}" for name in Expectation.model_fields}
    assert told == fields
