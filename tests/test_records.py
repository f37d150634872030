"""The entrance of records: what is read, what is refused, and that no code of a person is ever shown whole."""

from __future__ import annotations

import copy
import json
import pickle
import re
import traceback
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from creditrules.decision import Decision
from creditrules.diagnostics import Diagnostic, RecordError
from creditrules.records.case import CONSTRUCTION, Case, case_model
from creditrules.records.models import Party
from creditrules.records.values import FOREVER, MOST_INT, MOST_ITEMS

COMPANY, OTHER = "91999999MA00000A9R", "91999999MA00000B7L"
HEAD = "999999197001010017"

BASE: dict[str, Any] = {
    "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01"},
    "subject": {"uscc": COMPANY, "name": "甲公司", "kind": "legal"},
    "sources": "all",
}
ENTRY: dict[str, Any] = {"id": "E-1", "subject": {"uscc": COMPANY}, "source": "black_list", "fetched_at": "2020-06-01"}


def data(**parts: Any) -> dict[str, Any]:
    """A case's data with some parts put in; `application`, `subject` and `entry` add to what is there."""
    made = copy.deepcopy(BASE)
    for name in ("application", "subject"):
        made[name] |= parts.pop(name, {})
    if "entry" in parts:
        made["entries"] = [ENTRY | parts.pop("entry")]
    return made | parts


def case(**parts: Any) -> Case:
    return Case.from_dict(data(**parts))


def refused(make: Callable[[], object]) -> tuple[Diagnostic, ...]:
    with pytest.raises(RecordError) as error:
        make()
    return error.value.diagnostics


def codes(**parts: Any) -> list[tuple[str, str]]:
    """The code and the path of everything that is wrong."""
    return [(d.code, d.path) for d in refused(lambda: case(**parts))]


class TestDates:
    @pytest.mark.parametrize(
        "given",
        [
            1772236800,
            "1772236800",
            1772236800.0,
            "2026/2/8",
            "2026-2-8",
            "20260208",
            "2026年2月8日",
            "2026-02-08T16:30:00",  # a time of day without a zone
            "2026-02-29",
            "2026-13-01",
            "0000-01-01",
            "2026-02-08 ",
            "２０２６-０２-０８",
            "",
            "today",
            True,
            ["2026-02-08"],
            datetime(2026, 2, 8, 16, 30),  # noqa: DTZ001
        ],
    )
    def test_what_is_not_plainly_a_day_is_refused(self, given: object) -> None:
        assert codes(application={"accepted_on": given}) == [("CR-R043", "application.accepted_on")]

    @pytest.mark.parametrize(
        ("given", "day"),
        [
            ("2026-02-08", date(2026, 2, 8)),
            ("2024-02-29", date(2024, 2, 29)),
            ("2026-02-08T15:59:59Z", date(2026, 2, 8)),
            ("2026-02-08T16:00:00Z", date(2026, 2, 9)),
            ("2026-02-08 00:00:00+08:00", date(2026, 2, 8)),
            ("2026-02-08T16:00:00.000Z", date(2026, 2, 9)),
            (date(2026, 2, 8), date(2026, 2, 8)),
            (datetime(2026, 2, 8, 16, tzinfo=timezone.utc), date(2026, 2, 9)),  # noqa: UP017
            (datetime(2026, 2, 9, 5, tzinfo=timezone(timedelta(hours=14))), date(2026, 2, 8)),
        ],
    )
    def test_a_day_or_an_instant_with_its_zone_is_read(self, given: object, day: date) -> None:
        read = case(application={"accepted_on": given}).application
        assert read is not None
        assert read.accepted_on == day

    @pytest.mark.parametrize("word", ["open", "pending"])
    def test_open_and_pending_lie_for_ever_ahead(self, word: str) -> None:
        assert case(entry={"valid_to": word}).entries[0].valid_to == FOREVER

    @pytest.mark.parametrize("word", ["Open", "none", "长期", "permanent"])
    def test_no_other_word_is_a_day(self, word: str) -> None:
        assert codes(entry={"valid_to": word}) == [("CR-R043", "entries[0].valid_to")]

    @pytest.mark.parametrize(
        ("parts", "path"),
        [
            ({"application": {"received_on": "open"}}, "application.received_on"),
            ({"application": {"received_on": None}}, "application.received_on"),
            ({"entry": {"fetched_at": "pending"}}, "entries[0].fetched_at"),
        ],
    )
    def test_receipt_and_fetching_happened_on_a_real_day(self, parts: dict[str, Any], path: str) -> None:
        assert [p for _, p in codes(**parts)] == [path]

    def test_an_instant_beyond_the_calendar_is_refused(self) -> None:
        assert codes(application={"accepted_on": "9999-12-31T23:00:00Z"}) == [("CR-R043", "application.accepted_on")]


class TestNotKnownAndKnownToBeNone:
    @pytest.mark.parametrize("absent", [{}, {"valid_to": None}])
    def test_null_and_a_missing_key_both_mean_not_known(self, absent: dict[str, Any]) -> None:
        assert case(entry=absent).entries[0].valid_to is None

    def test_none_says_that_a_pledge_or_a_permission_does_not_exist(self) -> None:
        read = case(application={"tolerance_pledge": "none", "court_permission": "none"}).application
        assert read is not None
        assert (read.tolerance_pledge, read.court_permission) == ("none", "none")

    @pytest.mark.parametrize("word", ["None", "no", "无", ""])
    def test_no_other_word_says_so(self, word: str) -> None:
        assert codes(application={"tolerance_pledge": word}) == [("CR-R032", "application.tolerance_pledge")]

    def test_an_empty_list_is_known_to_be_empty(self) -> None:
        known, unknown = case(application={"tags": []}).application, case().application
        assert known is not None
        assert unknown is not None
        assert (known.tags, unknown.tags) == ((), None)

    def test_missing_entries_relations_and_findings_are_none_at_all(self) -> None:
        read = case()
        assert (read.entries, read.relations, read.findings) == ((), (), ())

    def test_a_case_that_does_not_say_which_sources_answered_was_asked_nowhere(self) -> None:
        silent = data()
        del silent["sources"]
        assert Case.from_dict(silent).sources is None

    def test_what_is_missing_follows_from_the_list_of_papers(self) -> None:
        papers = [
            {"name": "申请表", "primary": True, "present": True},
            {"name": "图纸", "primary": True, "present": False},
            {"name": "复印件", "primary": False},
        ]
        read = case(application={"materials": papers}).application
        assert read is not None
        assert (read.missing_primary, read.missing_secondary) == (("图纸",), None)

    def test_a_list_of_papers_that_contradicts_what_is_said_to_be_missing_is_refused(self) -> None:
        papers = [{"name": "图纸", "primary": True, "present": True}]
        found = codes(application={"materials": papers, "missing_primary": ["图纸"]})
        assert found == [("CR-R021", "application.missing_primary")]

    @pytest.mark.parametrize("given", [5, [1, "图纸"], {"图纸": True}])
    def test_missing_papers_that_are_no_list_of_names_are_refused(self, given: object) -> None:
        papers = [{"name": "图纸", "primary": True, "present": True}]
        found = codes(application={"materials": papers, "missing_primary": given})
        assert {path.split("[")[0] for _, path in found} == {"application.missing_primary"}

    def test_a_mistake_in_a_paper_is_told_at_that_paper(self) -> None:
        papers = [{"name": "申请表", "primary": True}, {"name": "图纸", "primary": "yes"}]
        assert codes(application={"materials": papers}) == [("CR-R042", "application.materials[1].primary")]


class TestMoney:
    @pytest.mark.parametrize(
        ("given", "amount"),
        [
            (80000000, "80000000"),
            ("80000000", "80000000"),
            ("0.10", "0.10"),
            (Decimal("0.1"), "0.1"),
            (0, "0"),
            ("0.000001", "0.000001"),
            ("9999999999999999", "9999999999999999"),
        ],
    )
    def test_amounts_are_exact(self, given: object, amount: str) -> None:
        read = case(application={"investment_cny": given}).application
        assert read is not None
        assert isinstance(read.investment_cny, Decimal)
        assert read.investment_cny == Decimal(amount)

    @pytest.mark.parametrize(
        "given",
        [
            -1, "-1", 0.1, 1e6, True, "80,000,000", "8000万元", "8000 万", "8e7", "1_000", " 1", "", ".5", "1.", "0.0000001",
            10**16, "10000000000000000", Decimal("NaN"), Decimal("Infinity"), Decimal("-0.1"), Decimal("0.0000001"),
            float("nan"), [1], "٣٠٠",
        ],
    )  # fmt: skip
    def test_negative_inexact_or_decorated_amounts_are_refused(self, given: object) -> None:
        assert codes(application={"investment_cny": given}) == [("CR-R045", "application.investment_cny")]

    def test_json_numbers_with_a_point_are_decimals(self) -> None:
        text = json.dumps(data()).replace('"received_on"', '"area_m2": 20000.10, "received_on"')
        read = Case.from_json(text).application
        assert read is not None
        assert read.area_m2 == Decimal("20000.10")

    def test_one_amount_has_one_spelling(self) -> None:
        one, other = (case(application={"area_m2": a}) for a in ("20000.50", Decimal("20000.5")))
        assert one.digest() == other.digest()
        assert one.model_dump_json() == other.model_dump_json()


class TestFlagsAndNumbers:
    @pytest.mark.parametrize("given", ["是", "Y", "yes", "true", "false", 1, 0, "1", 1.0])
    def test_only_true_and_false_are_truth_values(self, given: object) -> None:
        assert codes(application={"luxury_fitout": given}) == [("CR-R042", "application.luxury_fitout")]

    @pytest.mark.parametrize("given", [True, False, None])
    def test_true_false_and_not_known(self, given: bool | None) -> None:
        read = case(application={"luxury_fitout": given}).application
        assert read is not None
        assert read.luxury_fitout is given

    @pytest.mark.parametrize("given", [True, "3", 3.0, "3年", MOST_INT + 1, Decimal(3)])
    def test_only_whole_numbers_are_whole_numbers(self, given: object) -> None:
        assert codes(entry={"extension_years": given}) == [("CR-R044", "entries[0].extension_years")]

    def test_a_whole_number_is_read(self) -> None:
        assert case(entry={"extension_years": 3}).entries[0].extension_years == 3


class TestText:
    @pytest.mark.parametrize("given", [5, True, "", "   ", "甲\x00公司", "甲\ud800", "甲" * 4097, ["甲"]])
    def test_text_is_text_that_can_be_shown(self, given: object) -> None:
        assert codes(subject={"name": given}) == [("CR-R046", "subject.name")]

    def test_full_width_brackets_of_a_name_stay_as_they_are(self) -> None:
        assert case(subject={"name": "大连（甲）公司"}).subject.name == "大连（甲）公司"

    def test_a_word_that_is_not_of_the_list_is_refused_with_the_nearest(self) -> None:
        (problem,) = refused(lambda: case(entry={"colour": "blck"}))
        assert (problem.code, problem.path) == ("CR-R032", "entries[0].colour")
        assert problem.help is not None
        assert problem.help.zh == "是否想写 `black`？"

    def test_a_list_is_bounded(self) -> None:
        assert codes(application={"tags": ["t"] * (MOST_ITEMS + 1)}) == [("CR-R033", "application.tags")]


class TestCodes:
    @pytest.mark.parametrize(
        "spelled",
        [COMPANY, COMPANY.lower(), f" {COMPANY} ", "9199 9999 MA00 000A 9R", "９１９９９９９９ＭＡ０００００Ａ９Ｒ"],
    )
    def test_one_code_has_one_spelling(self, spelled: str) -> None:
        assert case(subject={"uscc": spelled}).subject.code == f"uscc:{COMPANY}"

    @pytest.mark.parametrize("given", [999999197001010017, 9.99e17, True])
    def test_a_code_as_a_number_may_have_lost_digits(self, given: object) -> None:
        found = codes(subject={"uscc": None, "id_no": given})
        assert ("CR-R040", "subject.id_no") in found

    @pytest.mark.parametrize("given", ["", "  ", "9199*", "甲", "A" * 65])
    def test_a_code_has_digits_and_letters(self, given: str) -> None:
        assert codes(subject={"uscc": given}) == [("CR-R036", "subject.uscc")]

    @pytest.mark.parametrize("subject", [{"uscc": None}, {"id_no": HEAD}])
    def test_a_person_has_exactly_one_code(self, subject: dict[str, Any]) -> None:
        assert codes(subject=subject) == [("CR-R020", "subject")]

    def test_codes_in_yaml_are_text_without_quotes(self, tmp_path: Path) -> None:
        file = tmp_path / "case.yaml"
        file.write_text(
            f"application: {{id: 007, matter: construction_permit, received_on: 2020-06-01, permit_no: 0123E4}}\n"
            f"subject: {{id_no: {HEAD}, kind: natural}}\n",
            "utf-8",
        )
        read = Case.read(file)
        assert read.application is not None
        assert (read.subject.code, read.application.id, read.application.permit_no) == (
            f"resident_id:{HEAD}",
            "007",
            "0123E4",
        )


class TestThreeWaysIn:
    """YAML, JSON and plain data give the same case."""

    FULL = {
        "application": {"luxury_fitout": False, "area_m2": "300.5", "accepted_on": "pending", "tags": ["rescue"]},
        "entry": {
            "colour": "black",
            "category": "tax_violation",
            "effective_from": "2019-01-01",
            "valid_to": "open",
            "extension_years": 2,
            "authority": {"body": "tax", "own": False, "elsewhere": False},
            "history": [{"status": "active", "from": "2019-01-01"}, {"status": "repaired", "from": None}],
        },
        "relations": [{"person": {"id_no": HEAD}, "role": "principal", "of": {"uscc": COMPANY}, "evidenced": True}],
        "sources": [{"name": "black_list", "answered": True, "about": "everybody", "fetched_at": "2020-06-01"}],
    }

    def yaml(self, value: Any) -> str:
        """The value as people write it in YAML, without any quotes."""
        if isinstance(value, dict):
            return "{" + ", ".join(f"{k}: {self.yaml(v)}" for k, v in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.yaml(v) for v in value) + "]"
        words = {None: "null", True: "true", False: "false"}
        return words[value] if value is None or isinstance(value, bool) else str(value)

    def test_they_agree(self, tmp_path: Path) -> None:
        plain = data(**copy.deepcopy(self.FULL))
        (tmp_path / "case.yaml").write_text(self.yaml(plain), "utf-8")
        (tmp_path / "case.json").write_text(json.dumps(plain), "utf-8-sig")
        one = Case.from_dict(plain)
        assert one == Case.read(tmp_path / "case.yaml") == Case.read(tmp_path / "case.json")
        assert one == Case.from_json(json.dumps(plain)) == Case.from_dict(MappingProxyType(plain))

    def test_a_case_that_is_written_out_reads_as_itself(self) -> None:
        one = Case.from_dict(data(**copy.deepcopy(self.FULL)))
        assert Case.from_json(one.model_dump_json()) == one

    def test_quotes_make_text_of_what_looks_like_a_number_or_a_truth_value(self, tmp_path: Path) -> None:
        file = tmp_path / "case.yaml"
        file.write_text(self.yaml(data(application={"luxury_fitout": '"true"'})), "utf-8")
        (problem,) = refused(lambda: Case.read(file))
        assert problem.code == "CR-R042"
        assert problem.span is not None
        assert problem.span.source.text[problem.span.start : problem.span.end] == '"true"'

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ('{"a": 1, "a": 2}', "CR-R041"),
            ('{"application": NaN}', "CR-R041"),
            ('{"application": Infinity}', "CR-R041"),
            ('{"application": -Infinity}', "CR-R041"),
            ("{", "CR-R010"),
            ("", "CR-R010"),
            ("[" * 100_000, "CR-R010"),
            ("[]", "CR-R031"),
            ("null", "CR-R031"),
        ],
    )
    def test_json_that_is_no_case_is_refused(self, text: str, code: str) -> None:
        assert [d.code for d in refused(lambda: Case.from_json(text))] == [code]

    def test_a_repeated_key_is_shown_at_both_places(self, tmp_path: Path) -> None:
        file = tmp_path / "case.yaml"
        file.write_text("application: {id: A-1}\nsubject: {}\napplication: {id: A-2}\n", "utf-8")
        (problem,) = refused(lambda: Case.read(file))
        assert (problem.code, str(problem.span), str(problem.related[0][0])) == (
            "CR-R101",
            "case.yaml:3:1",
            "case.yaml:1:1",
        )

    def test_a_file_that_is_not_there_or_not_utf8(self, tmp_path: Path) -> None:
        (tmp_path / "gb.yaml").write_bytes("名单".encode("gb18030"))
        assert [d.code for d in refused(lambda: Case.read(tmp_path / "none.yaml"))] == ["CR-R001"]
        assert [d.code for d in refused(lambda: Case.read(tmp_path / "gb.yaml"))] == ["CR-R002"]
        assert str(tmp_path) not in str(refused(lambda: Case.read(tmp_path / "none.yaml")))

    def test_the_format_is_known_or_refused_by_its_name(self) -> None:
        assert case(format=1) == case()
        (problem,) = refused(lambda: case(format=2))
        assert problem.path == "format"
        assert "format" in problem.message.en


class TestUnknownFields:
    @pytest.mark.parametrize(
        ("parts", "path", "nearest"),
        [
            ({"application": {"acepted_on": "2020-06-01"}}, "application.acepted_on", "accepted_on"),
            ({"aplication": {}}, "aplication", "application"),
            ({"entry": {"validto": "open"}}, "entries[0].validto", "valid_to"),
            ({"entry": {"authority": {"bodi": "tax"}}}, "entries[0].authority.bodi", "body"),
            ({"application": {"tolerance_pledge": {"signed": "2020-06-01"}}}, "application.tolerance_pledge.signed", "signed_on"),
            ({"entry": {"history": [{"status": "active", "form": "2020-06-01"}]}}, "entries[0].history[0].form", "from"),
        ],
    )  # fmt: skip
    def test_the_nearest_field_is_named(self, parts: dict[str, Any], path: str, nearest: str) -> None:
        (problem,) = refused(lambda: case(**parts))
        assert (problem.code, problem.path) == ("CR-R034", path)
        assert problem.help is not None
        assert problem.help.en == f"did you mean `{nearest}`?"

    def test_the_message_names_the_field_and_not_its_value(self) -> None:
        (problem,) = refused(lambda: case(application={"acepted_on": "2020-06-01"}))
        assert problem.message.en == "there is no such field: `acepted_on`"
        assert problem.message.zh == "没有这个字段：`acepted_on`"

    def test_the_caret_stands_under_the_field(self, tmp_path: Path) -> None:
        file = tmp_path / "case.yaml"
        file.write_text(
            f"application:\n  id: 办件甲\n  matter: construction_permit\n  received_on: 2020-06-01\n  acepted_on: 2020-06-01\n"
            f"subject: {{uscc: {COMPANY}}}\n",
            "utf-8",
        )
        (problem,) = refused(lambda: Case.read(file))
        assert problem.span is not None
        assert problem.span.source.text[problem.span.start : problem.span.end] == "acepted_on"

    def test_a_missing_field_is_named(self) -> None:
        made = data()
        del made["application"]["received_on"]
        (problem,) = refused(lambda: Case.from_dict(made))
        assert (problem.code, problem.path) == ("CR-R030", "application.received_on")
        assert problem.message.en == "this is missing: `received_on`"

    def test_all_problems_come_at_once_in_the_order_of_the_file(self, tmp_path: Path) -> None:
        file = tmp_path / "case.yaml"
        file.write_text(
            f"""application:
  id: 办件甲
  matter: construction_permit
  received_on: 2020-06-31
  luxury_fitout: 是
  area_m2: -300
subject: {{uscc: {COMPANY}, kind: 法人}}
entries:
  - {{id: 名单甲, subject: {{uscc: 代码}}, source: black_list, fetched_at: 2020-06-01, extension_years: 两年}}
""",
            "utf-8",
        )
        assert [(d.code, d.span.line if d.span else 0) for d in refused(lambda: Case.read(file))] == [
            ("CR-R043", 4),
            ("CR-R042", 5),
            ("CR-R045", 6),
            ("CR-R032", 7),
            ("CR-R036", 9),
            ("CR-R044", 9),
        ]


class TestAbout:
    def finding(self, holder: str = HEAD, key: str = "F-1") -> dict[str, Any]:
        return {"id": key, "subject": {"id_no": holder} if holder == HEAD else {"uscc": holder}}

    def of_findings(self, *findings: dict[str, Any], about: Any = "finding", **parts: Any) -> Case:
        return Case.from_dict({"about": about, "subject": {"id_no": HEAD}, "findings": list(findings), **parts})

    def test_a_finding_needs_no_application(self) -> None:
        kind, record = self.of_findings(self.finding()).decided
        assert (kind.name, getattr(record, "id", "")) == ("finding", "F-1")

    def test_one_of_several_findings_is_named(self) -> None:
        _, record = self.of_findings(self.finding(), self.finding(key="F-2"), about={"finding": "F-2"}).decided
        assert getattr(record, "id", "") == "F-2"

    @pytest.mark.parametrize("about", ["finding", {"finding": "F-9"}])
    def test_a_finding_that_is_not_named_clearly_is_refused(self, about: Any) -> None:
        found = refused(lambda: self.of_findings(self.finding(), self.finding(key="F-2"), about=about))
        assert [d.code for d in found] == ["CR-R023"]

    def test_two_subjects_of_one_decision_are_refused(self) -> None:
        """Which of the two is meant cannot depend on the order of the keys."""
        both = {"application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01"}}
        for about in ({"finding": "F-1", "application": "A-1"}, {"application": "A-1", "finding": "F-1"}):
            found = refused(lambda about=about: self.of_findings(self.finding(), about=about, **both))
            assert [d.code for d in found] == ["CR-R023"]

    def test_nothing_is_decided_about_an_entry(self) -> None:
        (problem,) = refused(lambda: case(about="entry"))
        assert problem.code == "CR-R022"
        assert problem.help is not None
        assert "`finding`" in problem.help.en

    def test_without_an_application_nothing_can_be_decided_about_one(self) -> None:
        assert [d.code for d in refused(lambda: Case.from_dict({"subject": {"uscc": COMPANY}}))] == ["CR-R023"]

    def test_the_subject_is_the_person_of_the_finding(self) -> None:
        assert [d.code for d in refused(lambda: self.of_findings(self.finding(COMPANY)))] == ["CR-R025"]

    def test_where_a_vocabulary_knows_persons_a_case_names_the_one_decided_upon(self) -> None:
        """Construction's own cases always have a subject; the type does not let them lack one."""
        optional = case_model(replace(CONSTRUCTION, name="like construction"))
        data_ = {"application": BASE["application"]}
        assert [d.code for d in refused(lambda: optional.from_dict(data_))] == ["CR-R024"]
        assert [d.code for d in refused(lambda: Case.from_dict(data_))] == ["CR-R030"]

    @pytest.mark.parametrize("text", ["{}", "[]", '{"format": 2}', '{"format": 1}'])
    def test_a_decision_that_is_none_is_refused(self, text: str) -> None:
        assert {d.code for d in refused(lambda: Decision.from_json(text))} <= {"CR-R048", "CR-R030"}

    def test_two_entries_of_one_number_are_refused(self) -> None:
        assert [d.code for d in refused(lambda: case(entries=[ENTRY, {**ENTRY, "grade": "minor"}]))] == ["CR-R047"]

    def test_a_status_that_does_not_exist_is_told_at_its_step(self) -> None:
        (problem,) = refused(lambda: case(entry={"history": [{"status": "actve", "from": "2020-01-01"}]}))
        assert (problem.code, problem.path) == ("CR-R032", "entries[0].history[0].status")

    def test_a_matter_that_the_policy_does_not_know(self) -> None:
        known = {"matters": ["construction_permit", "contract_filing"]}
        with pytest.raises(RecordError) as error:
            case(application={"matter": "construction_permitt"}).check_words(known)
        (problem,) = error.value.diagnostics
        assert (problem.code, problem.path) == ("CR-R026", "application.matter")
        assert problem.help is not None
        assert problem.help.en == "did you mean `construction_permit`?"
        case().check_words(known)


CODES = (COMPANY, OTHER, HEAD)
SPACED = ("9199 9999 MA00 000A 9R", "9199-9999-MA00-000A-9R", "９１９９９９９９ＭＡ０００００Ａ９Ｒ")
EVERYWHERE = data(
    entry={"subject": {"uscc": OTHER, "name": "乙公司"}, "authority": {"code": OTHER, "name": "某局"}},
    relations=[{"person": {"id_no": HEAD, "name": "张三"}, "role": "principal", "of": {"uscc": COMPANY}}],
    findings=[{"id": "F-1", "subject": {"id_no": HEAD}, "permit_no": COMPANY}],
    application={"project_code": OTHER, "permit_no": COMPANY},
    sources=[{"name": "black_list", "answered": True, "about": [COMPANY, HEAD], "fetched_at": "2020-06-01"}],
)


def shown_whole(text: str) -> list[str]:
    """Which of the codes a text gives away, in whatever spelling."""
    squeezed = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    return [c for c in CODES if c in squeezed]


def traceback_of(make: Callable[[], object]) -> str:
    """All that Python would print, the chain of causes and the local `repr`s of the error included."""
    try:
        make()
    except Exception as error:  # noqa: BLE001
        chain, seen = [], error
        while seen is not None:
            chain += [str(seen), repr(seen), repr(seen.args)]
            seen = seen.__cause__ or seen.__context__
        rendered = error.render("zh") + repr(error.diagnostics) if isinstance(error, RecordError) else ""
        return "\n".join(["".join(traceback.format_exception(error)), *chain, rendered])
    raise AssertionError("nothing was refused")


class TestMasking:
    def test_no_code_and_no_name_of_a_person_stands_in_any_repr(self) -> None:
        whole = Case.from_dict(EVERYWHERE)
        parts = [
            whole,
            whole.subject,
            whole.entries[0],
            whole.relations,
            whole.findings,
            whole.sources,
            whole.application,
        ]
        for part in parts:
            for text in (repr(part), str(part), f"{part}", f"{part!r:}"):
                assert shown_whole(text) == []
                assert not re.search("甲公司|乙公司|张三|某局", text)
        assert "91**************9R" in repr(whole)

    def test_a_copy_and_a_pickle_stay_masked(self) -> None:
        whole = Case.from_dict(EVERYWHERE)
        for again in (copy.deepcopy(whole), whole.model_copy(), pickle.loads(pickle.dumps(whole))):
            assert again == whole
            assert shown_whole(repr(again)) == []

    def test_a_case_made_again_from_its_own_data_stays_masked(self) -> None:
        again = Case.model_validate(Case.from_dict(EVERYWHERE).model_dump())
        assert shown_whole(repr(again)) == []

    @pytest.mark.parametrize("code", [*CODES, *SPACED])
    @pytest.mark.parametrize(
        "spoiled",
        [
            lambda c: {"subject": {"uscc": f"{c}#"}},
            lambda c: {"subject": {"uscc": f"{c}{c}{c}{c}"}},
            lambda c: {"subject": {"uscc": COMPANY, "id_no": c}},
            lambda c: {"subject": {"kind": c}},
            lambda c: {"subject": {c: 1}},
            lambda c: {"subject": {"name": [c]}},
            lambda c: {"application": {"received_on": c}},
            lambda c: {"application": {"area_m2": f"代码{c}"}},
            lambda c: {"application": {"luxury_fitout": c}},
            lambda c: {"about": c},
            lambda c: {"about": {c: c}},
            lambda c: {"sources": c},
            lambda c: {"entries": [{**ENTRY, "id": c}, {**ENTRY, "id": c}]},
            lambda c: {"entries": [{**ENTRY, "history": [{"status": c}]}]},
            lambda c: {"entries": c},
            lambda c: {c: []},
        ],
    )  # fmt: skip
    def test_no_error_shows_a_code_whole(self, spoiled: Callable[[str], dict[str, Any]], code: str) -> None:
        assert shown_whole(traceback_of(lambda: case(**spoiled(code)))) == []

    @pytest.mark.parametrize("short", ["E12345678#", "123456-7890#"])
    def test_a_short_code_that_is_refused_is_masked_too(self, short: str) -> None:
        """In the field of a code everything may be one, whatever its length."""
        text = traceback_of(lambda: case(subject={"uscc": None, "id_no": short}))
        assert short.rstrip("#") not in text

    @pytest.mark.parametrize(
        "line",
        [
            "subject: {{uscc: {code}, kind: 法人}}",
            "subject: {{uscc: {code}, uscc: {code}}}",
            "subject: {{id_no: {code}#}}",
            "subject: {{uscc: {code}",
            "subject: &x {{uscc: {code}}}",
            "subject： {code}",
            "{code}: {code}",
        ],
    )
    @pytest.mark.parametrize("code", [COMPANY, HEAD, SPACED[1]])
    def test_the_line_that_is_shown_with_a_problem_is_masked(self, tmp_path: Path, line: str, code: str) -> None:
        file = tmp_path / "case.yaml"
        file.write_text("application: {id: A-1}\n" + line.format(code=code) + "\n", "utf-8")
        assert shown_whole(traceback_of(lambda: Case.read(file))) == []

    def test_broken_json_does_not_show_its_line(self) -> None:
        text = json.dumps(EVERYWHERE, ensure_ascii=False)
        for cut in range(len(text) - 1, 10, -37):
            assert shown_whole(traceback_of(lambda cut=cut: Case.from_json(text[:cut]))) == []

    def test_the_caret_still_stands_under_the_word_when_the_code_before_it_is_masked(self, tmp_path: Path) -> None:
        file = tmp_path / "case.yaml"
        file.write_text(
            "application: {id: A-1, matter: construction_permit, received_on: 2020-06-01}\n"
            f"subject: {{name: 甲公司, uscc: {COMPANY}, kind: 法人}}\n",
            "utf-8",
        )
        with pytest.raises(RecordError) as error:
            Case.read(file)
        lines = error.value.render("zh").splitlines()
        shown, caret = lines[2], lines[3]
        # 甲公司 takes six columns, so the caret stands three further right than the characters count.
        assert caret.index("^") == shown.index("法人") + 3
        assert caret.count("^") == 4

    def test_the_digest_of_a_case_does_not_depend_on_its_codes(self) -> None:
        text = json.dumps(EVERYWHERE)
        swapped = json.loads(text.replace(HEAD, "999999197502020029"))
        assert Case.from_dict(swapped).digest() == Case.from_dict(EVERYWHERE).digest()
        assert Case.from_dict(swapped).digest(b"key") != Case.from_dict(EVERYWHERE).digest(b"key")
        assert Case.from_dict(EVERYWHERE).digest(b"key") != Case.from_dict(EVERYWHERE).digest(b"another")

    def test_the_digest_does_not_depend_on_the_order_of_entries(self) -> None:
        two = [ENTRY, {**ENTRY, "id": "E-2", "grade": "minor"}]
        assert case(entries=two).digest() == case(entries=two[::-1]).digest()

    def test_two_histories_that_mean_something_else_have_two_digests(self) -> None:
        """Steps without a day keep the order in which they were given, so the order belongs to the case."""
        steps = [{"status": "active"}, {"status": "repaired"}]
        assert case(entry={"history": steps}).digest() != case(entry={"history": steps[::-1]}).digest()


class TestFrozen:
    def test_a_record_cannot_be_changed(self) -> None:
        read = case()
        with pytest.raises(ValidationError):
            read.subject.name = "乙公司"  # type: ignore[misc]

    def test_a_party_is_equal_by_what_it_says(self) -> None:
        assert Party.model_validate({"uscc": COMPANY}) == Party.model_validate({"uscc": COMPANY.lower()})


@given(st.dates())
def test_every_day_reads_back_as_it_was_written(day: date) -> None:
    read = case(application={"accepted_on": day.isoformat()})
    assert read.application is not None
    assert read.application.accepted_on == day
    assert Case.from_json(read.model_dump_json()) == read


@given(st.decimals(min_value=0, max_value=10**15, places=6))
def test_every_amount_reads_back_as_it_was_written(amount: Decimal) -> None:
    read = case(application={"area_m2": format(amount, "f")})
    assert read.application is not None
    assert read.application.area_m2 == amount
    assert Case.from_json(read.model_dump_json()) == read


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(COMPANY),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=6) | st.sampled_from(sorted(BASE)), inner, max_size=3)
    ),
    max_leaves=8,
)
where = st.sampled_from([
    ("application",), ("application", "materials"), ("application", "history"), ("application", "missing_primary"), ("subject",),
    ("subject", "uscc"), ("entries",), ("relations",), ("findings",), ("sources",), ("about",), ("application", "tolerance_pledge"),
])  # fmt: skip


@given(where, anything)
def test_whatever_stands_anywhere_is_read_or_refused_with_a_reason(path: tuple[str, ...], value: Any) -> None:
    made = data(application={"materials": [{"name": "图纸", "primary": True, "present": True}]})
    target = made
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    refusal: RecordError | None = None
    try:
        Case.from_dict(made)
    except RecordError as error:
        refusal = error
    if refusal is not None:
        assert refusal.diagnostics
        assert shown_whole(str(refusal)) == []
