"""The records of which a decision tells: whose they are, what they are called, whether they stand on the day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import creditrules as cr
from creditrules.decision import RecordUsed
from creditrules.engines.recording import stands
from creditrules.records.binding import bind
from creditrules.records.case import ENTRY
from tests.support.shipped import shipped

DAY = date(2020, 6, 5)
SELF = {"uscc": "91999999MA00000A9R", "name": "甲公司"}
OTHER = {"uscc": "91999999MA00000B7L", "name": "乙公司"}
ENTRY_1 = {
    "id": "E-1", "colour": "black", "category": "tax_violation", "subject": SELF, "status": "active", "effective_from": "2019-03-01",
    "valid_to": "open", "source": "black_list", "fetched_at": "2020-06-05", "basis_documents": ["税稽〔2019〕1号"],
    "authority": {"name": "市税务局", "body": "tax", "level": "municipal"}, "grade": "serious",
}  # fmt: skip

DEFAULTER = ENTRY_1 | {
    "category": "judgment_defaulter", "source": "judgment_defaulters",
    "authority": {"name": "某法院", "body": "court", "level": "county"},
}  # fmt: skip


def case(*entries: dict[str, Any], **more: Any) -> cr.Case:
    application = {
        "id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01", "accepted_on": "2020-06-01",
        "area_m2": 20000, "investment_cny": 80000000, "work_type": "new", "purpose": "operating",
    }  # fmt: skip
    return cr.Case.from_dict(
        {"application": application, "subject": SELF | {"kind": "legal"}, "entries": list(entries), "sources": "all"}
        | more
    )


def told(*entries: dict[str, Any], **more: Any) -> tuple[RecordUsed, ...]:
    decision = cr.decide(shipped(), case(*entries, **more), as_of=DAY)
    assert cr.Decision.from_json(decision.to_json()) == decision
    return decision.records


def test_a_record_is_told_by_its_list_and_its_document() -> None:
    (record,) = told(ENTRY_1)
    assert (record.address, record.title.zh, record.own, record.stands) == ("entry/E-1", "名单记录", True, True)
    assert [(f.title.zh, f.shown.zh) for f in record.named] == [
        ("名单性质", "黑名单"), ("名单类别", "重大税收违法失信主体"), ("认定文书", "税稽〔2019〕1号"),
    ]  # fmt: skip
    assert [(f.title.zh, f.shown.zh) for f in record.described] == [
        ("认定机关", "市税务局"), ("有效期起", "2019-03-01"), ("有效期止", "无期限"), ("失信程度", "严重"),
        ("来源", "黑名单（失信被执行人除外）"), ("状态", "在列"),
    ]  # fmt: skip


def test_the_holder_is_told_by_name_and_no_whole_code_stands_in_the_decision() -> None:
    decision = cr.decide(shipped(), case(ENTRY_1), as_of=DAY)
    assert decision.person is not None
    assert (decision.person.name, decision.person.code) == ("甲公司", "91**************9R")
    assert decision.records[0].holder == decision.person
    assert SELF["uscc"] not in decision.to_json()
    assert "甲公司" not in repr(decision)


def test_the_record_of_somebody_else_says_whose_it_is() -> None:
    relation = {
        "person": SELF, "role": "actual_controller", "of": OTHER, "valid_from": "2018-01-01", "valid_to": "open",
        "source": "relations", "evidenced": True, "shareholder": False,
    }  # fmt: skip
    (record,) = told(DEFAULTER | {"subject": OTHER}, relations=[relation])
    assert record.holder is not None
    assert (record.own, record.holder.name) == (False, "乙公司")


def test_a_record_of_which_nothing_is_told_is_not_among_them() -> None:
    assert told(ENTRY_1 | {"status": "repaired", "repaired_on": "2020-06-01"}) == ()
    assert told() == ()


def test_a_record_past_its_term_is_told_as_one_that_does_not_stand() -> None:
    market = ENTRY_1 | {
        "category": "building_market", "effective_from": "2019-03-01",
        "authority": {"name": "市住建局", "body": "housing_construction", "level": "municipal"},
    }  # fmt: skip
    decision = cr.decide(shipped(), case(market), as_of=DAY)
    assert [i.why for i in decision.ignored] == ["term"]
    assert [(r.address, r.stands) for r in decision.records] == [("entry/E-1", False)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"status": "disputed"}, True),
        ({"status": "suspended", "suspended_until": "2020-06-30", "status_since": "2020-06-01"}, True),
        ({"status": "repaired", "repaired_on": "2020-06-05"}, False),
        ({"status": "repaired", "repaired_on": "2020-06-06", "fetched_at": "2020-06-06"}, None),
        ({"status": "removed", "status_since": "2020-06-01"}, False),
        ({"status": "revoked", "status_since": "2020-06-01"}, False),
        ({"status": None}, None),
        ({"valid_to": "2020-06-05"}, True),
        ({"valid_to": "2020-06-04"}, False),
        ({"valid_to": None}, None),
        ({"valid_to": None, "status": "removed", "status_since": "2020-06-01"}, False),
        ({"effective_from": "2020-06-05"}, True),
        ({"effective_from": "2020-06-06"}, False),
        (
            {"status": None, "history": [{"status": "active", "from": "2019-03-01"}, {"status": "repaired", "from": "2020-06-06"}]},
            True,
        ),
    ],
)  # fmt: skip
def test_whether_a_record_stands(change: dict[str, Any], expected: bool | None) -> None:
    facts = bind(case(ENTRY_1 | change), feeds=(), as_of=DAY)
    (binding,) = facts.many["entry"]
    assert stands(ENTRY, binding, as_of=DAY) is expected


def test_the_conditions_of_an_exception_that_applies_are_told_with_their_values() -> None:
    decision = cr.decide(shipped(), case(DEFAULTER), as_of=DAY)
    exceptions = [e for c in decision.conclusions for e in c.exceptions] + [
        e for x in decision.lifted for e in x.exceptions
    ]
    assert exceptions
    for exception in exceptions:
        assert exception.reasons
        assert all(r.holds is exception.holds for r in exception.reasons) or exception.holds is None
    assert any(f.shown.zh == "经营" for e in exceptions for r in e.reasons for f in r.facts)
