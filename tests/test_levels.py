"""What each reader sees of a decision: nothing that is not his, and everything that is."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

import creditrules as cr
from creditrules.decision import Decision
from creditrules.diagnostics import Lang, Text
from creditrules.explanation.levels import seen_by
from creditrules.explanation.paper import Explanation, Level
from creditrules.explanation.wording import SENTENCES
from creditrules.records.case import Case
from creditrules.testing.cases import PolicyCase
from tests.support import depth, session_seed
from tests.support.leaks import codes_in
from tests.support.random_cases import blanked, perturbed
from tests.support.shipped import prepared_for, shipped, shipped_cases, shipped_on

DAYS = (date(2020, 6, 5), date(2021, 8, 1), date(2024, 6, 1), date(2026, 10, 1))
LANGS: tuple[Lang, ...] = get_args(Lang)
LEVELS: tuple[Level, ...] = get_args(Level)
CHUNKS = depth(1, 4)


def texts(told: Explanation) -> str:
    return "\n".join((str(told), told.markdown().replace("\\", ""), told.html()))


# Every case of the policy


@pytest.mark.timeout(depth(120, 1800))
def test_every_case_reads_at_every_level_in_both_languages_and_from_json() -> None:
    random_ = random.Random(f"{session_seed()} levels")
    cases = shipped_cases()
    for case in random_.sample(cases, depth(40, len(cases))):
        decision = prepared_for(case).decide(case.case)
        again = Decision.from_json(decision.to_json())
        for level in LEVELS:
            for lang in LANGS:
                told = cr.explain(decision, lang=lang, level=level, policy=shipped() if level == "auditor" else None)
                assert told == cr.explain(again, lang=lang, level=level), case.name
                assert told.lang == lang
                assert "outcome" in told
                assert "versions" in told
                printed = texts(told)
                assert "None" not in printed, case.name
                assert not re.search(r"\{\w*\}", str(told)) or level == "auditor", case.name
                assert list(codes_in(printed)) == [], case.name


# What the applicant may not see


def marked(data: dict[str, Any]) -> dict[str, Any]:
    """A case in which whatever must not be seen is a word of its own, which no other text has."""
    for number, entry in enumerate(data["entries"]):
        entry["id"] = f"QZ{number}ID"
        entry["basis_documents"] = None if entry["basis_documents"] is None else [f"QZ{number}DOC"]
        entry["request_id"] = f"QZ{number}REQ"
        entry["authority"]["name"] = f"QZ{number}ORG"
        entry["subject"]["name"] = f"QZ{number}NAME"
    return data


def over(entry: dict[str, Any], day: date) -> bool:
    """Whether an entry is repaired, removed, revoked, expired or not begun on a day, by its plain fields alone."""
    when = day.isoformat()
    if entry["valid_to"] not in (None, "open", "pending") and entry["valid_to"] < when:
        return True
    if entry["effective_from"] not in (None, "open", "pending") and entry["effective_from"] > when:
        return True
    if entry["history"] is not None or entry["status"] not in ("repaired", "removed", "revoked"):
        return False
    since = entry["repaired_on"] if entry["status"] == "repaired" else entry["status_since"]
    return since not in (None, "open", "pending") and since <= when


def random_decisions(label: str, count: int) -> Iterator[tuple[dict[str, Any], Case, Decision]]:
    policy, cases = shipped(), shipped_cases()
    random_ = random.Random(f"{session_seed()} {label}")
    for _ in range(count):
        one: PolicyCase = random_.choice(cases)
        given = perturbed(random_, one.case.model_dump(mode="json", by_alias=True), feeds=policy.feeds, as_of=one.as_of)
        if random_.random() < 0.3:
            given = blanked(random_, given, share=0.15)
        day, profile = random_.choice((one.as_of, one.as_of, *DAYS)), random_.choice(("lawful", "lawful", "literal"))
        case = Case.from_dict(marked(given))
        data = case.model_dump(mode="json", by_alias=True)
        yield data, case, shipped_on(day, profile).decide(case)


@pytest.mark.timeout(depth(120, 1800))
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_what_the_applicant_may_not_see_does_not_occur(chunk: int) -> None:
    hidden = strange = 0
    for data, case, decision in random_decisions(f"applicant {chunk}", depth(100, 8_000) // CHUNKS):
        told = {lang: texts(cr.explain(decision, lang=lang, level="applicant")) for lang in LANGS}
        if not decision.hypothetical:
            for lang in LANGS:
                notice = cr.notice(decision, lang=lang, allow_unchecked=True)
                told[lang] += notice.html() + notice.markdown().replace("\\", "")
        records = {r.address for r in decision.records}
        waiting = (*decision.missing, *(m for f in decision.follow_ups for m in f.missing))
        assert {m.record for m in waiting if m.record.startswith(("entry/", "finding/"))} <= records
        for number, entry in enumerate(data["entries"]):
            own = case.identity(case.entries[number].subject) == case.identity(case.subject)
            gone = over(entry, decision.as_of)
            ignored = [i for i in decision.ignored if i.record == f"entry/QZ{number}ID"]
            used = [c for c in decision.conclusions if c.record == f"entry/QZ{number}ID"]
            forbidden = [f"QZ{number}REQ"]
            if gone or (ignored and not used):
                forbidden += [f"QZ{number}ID", f"QZ{number}DOC", f"QZ{number}ORG"]
                hidden += 1
            elif not own:
                forbidden += [f"QZ{number}ID", f"QZ{number}ORG"]
                strange += 1
            for lang in LANGS:
                assert [f for f in forbidden if f in told[lang]] == [], (number, entry, told[lang])
        for lang in LANGS:
            text = told[lang]
            assert list(codes_in(text)) == []
            advice = {c.title.in_(lang).rstrip(".。") for c in decision.conclusions if c.group == "advice"}
            advice |= {f.title.in_(lang).rstrip(".。") for f in decision.follow_ups if f.group == "advice"}
            shown = {c.title.in_(lang).rstrip(".。") for c in decision.conclusions if c.group != "advice"}
            assert [a for a in advice - shown if a in text] == []
            internal = {p.title.in_(lang) for p in decision.procedures if not p.tells.zh}
            internal |= {f.measure_title.in_(lang) for f in decision.follow_ups if not f.tells.zh}
            # The law itself may speak of a warning; an item of the list that begins with it would be the office's.
            assert [i for i in internal if re.search(rf"(?im)^\d+\. {re.escape(i)}", text)] == []
            assert SENTENCES["contested"].in_(lang) not in text
            assert decision.policy.digest not in text
            assert decision.case_digest not in text
            rules = {c.rule for c in decision.conclusions} | {f.id for f in decision.follow_ups}
            assert [r for r in rules if re.search(rf"(?<![0-9A-Za-z]){re.escape(r)}(?![0-9A-Za-z-])", text)] == []
    assert hidden
    assert strange


def test_what_is_taken_out_is_found_where_it_is_left_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The property above can fail: told of the whole decision, the same texts show what they must not."""
    monkeypatch.setattr("creditrules.explanation.explaining.seen_by", lambda decision, _: decision)
    with pytest.raises(AssertionError):
        test_what_the_applicant_may_not_see_does_not_occur(0)


SELF = {"uscc": "91999999MA00000A9R", "name": "甲公司"}
OTHER = {"uscc": "91999999MA00000B7L", "name": "乙公司"}


def entry(**more: Any) -> dict[str, Any]:
    return {
        "id": "E-1", "colour": "black", "category": "judgment_defaulter", "subject": SELF, "status": "active", "effective_from": "2019-03-01",
        "valid_to": "open", "source": "judgment_defaulters", "fetched_at": "2020-06-05", "basis_documents": ["执1号"],
        "authority": {"name": "某法院", "body": "court", "level": "county"}, "prior_notice": True,
    } | more  # fmt: skip


def decided(*entries: dict[str, Any], **more: Any) -> Decision:
    application = {
        "id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01", "accepted_on": "2020-06-01",
        "area_m2": 20000, "investment_cny": 80000000, "work_type": "new", "purpose": "consumption", "court_permission": "none",
    }  # fmt: skip
    case = Case.from_dict(
        {"application": application, "subject": SELF | {"kind": "legal"}, "entries": list(entries), "sources": "all"}
        | more
    )
    return shipped_on(date(2020, 6, 5), "lawful").decide(case)


def test_of_another_person_the_applicant_learns_the_link_the_list_the_document_and_the_name() -> None:
    relation = {
        "person": SELF, "role": "actual_controller", "of": OTHER, "valid_from": "2018-01-07", "valid_to": "open",
        "source": "relations", "evidenced": True, "shareholder": False,
    }  # fmt: skip
    text = str(cr.explain(decided(entry(subject=OTHER), relations=[relation]), level="applicant"))
    for seen in ("乙公司", "失信被执行人", "执1号", "记录所属主体的实际控制人"):
        assert seen in text
    for unseen in ("E-1", "某法院", "2019-03-01", "2018-01-07", "无期限", "91999999MA00000B7L"):
        assert unseen not in text
    officer = str(cr.explain(decided(entry(subject=OTHER), relations=[relation]), level="officer"))
    for seen in ("E-1", "某法院", "2019-03-01", "2018-01-07"):
        assert seen in officer


def test_an_own_entry_that_was_repaired_is_not_shown_to_the_applicant_even_where_advice_reads_it() -> None:
    repaired = decided(entry(status="repaired", repaired_on="2020-06-01"))
    assert repaired.outcome == "normal"
    for lang in LANGS:
        text = texts(cr.explain(repaired, lang=lang, level="applicant"))
        assert "E-1" not in text
        assert "执1号" not in text


@pytest.mark.parametrize(
    "over_",
    [
        {"status": "repaired", "repaired_on": "2020-06-03"},
        {"status": "revoked", "status_since": "2020-06-03"},
        {"valid_to": "2020-06-02"},
    ],
)
def test_a_second_record_of_which_a_fact_is_missing_is_not_shown_where_it_is_over(over_: dict[str, Any]) -> None:
    """A convenience waits for the black entries that may suspend it; of one that is over the day of begin may be unknown, too."""
    red = entry(
        id="R-1", colour="red", category="taxpayer_a", source="red_list", effective_from="2020-01-01",
        authority={"name": "某税务局", "body": "tax", "level": "municipal"},
    )  # fmt: skip
    decision = decided(red, entry(id="E-1", effective_from=None), entry(id="E-OVER", effective_from=None, **over_))
    assert any(m.record == "entry/E-OVER" for m in decision.missing)
    for lang in LANGS:
        notice = cr.notice(decision, lang=lang, allow_unchecked=True)
        assert (
            "E-OVER"
            not in texts(cr.explain(decision, lang=lang, level="applicant")) + notice.html() + notice.markdown()
        )


def test_what_is_missing_of_somebody_elses_record_is_not_told_in_particular() -> None:
    relation = {
        "person": SELF, "role": "actual_controller", "of": OTHER, "valid_from": "2018-01-07", "valid_to": "open",
        "source": "relations", "evidenced": True, "shareholder": False,
    }  # fmt: skip
    decision = decided(entry(id="E-OTH", subject=OTHER, valid_to=None), relations=[relation])
    text = str(cr.explain(decision, level="applicant"))
    assert "有关情况（记录 黑名单、失信被执行人、执1号）" in text
    assert "E-OTH" not in text
    assert "有效期止" not in text


def test_an_address_of_which_the_decision_has_no_record_is_not_told_to_the_applicant() -> None:
    """As in a decision that was stored before decisions told of their records."""
    data = decided(entry()).to_dict()
    del data["records"], data["person"]
    stored = Decision.from_json(json.dumps(data))
    assert "E-1" not in texts(cr.explain(stored, level="applicant"))
    assert "E-1" in str(cr.explain(stored, level="officer"))


def test_the_officer_reads_the_documents_and_the_word_of_the_law() -> None:
    text = str(cr.explain(decided(entry()), level="officer"))
    assert "认定文书：执1号" in text
    assert "认定机关：某法院" in text
    assert "“应当”" in text


@pytest.mark.timeout(depth(120, 900))
def test_the_auditor_reads_everything() -> None:
    for _, _, decision in random_decisions("auditor", depth(25, 1_000)):
        told = cr.explain(decision, lang="en", level="auditor")
        text = str(told)
        assert decision.policy.digest in text
        assert decision.case_digest in text
        unanswered = {m.address for m in decision.missing}
        for conclusion in decision.conclusions:
            assert conclusion.rule in text
            for reason in () if conclusion.record in unanswered else conclusion.reasons:
                assert re.search(rf"At \w+\.yaml:\d+:\d+, under {re.escape(reason.condition)}\.", text), (
                    reason.condition
                )
        for one in decision.overridden:
            assert one.value in text
        assert "Set by" in text


def test_the_auditor_is_told_who_chose_a_parameter() -> None:
    case = Case.read("policies/dalian-construction/examples/05-defaulter-own-house.yaml")
    literal = cr.decide(
        shipped(), case, as_of=date(2020, 6, 5), profile="literal", params={"operating_exception": False}
    )
    told = str(cr.explain(literal, lang="en", level="auditor")["parameters"])
    assert re.search(r"\(operating_exception\): false\. Set by the caller\.", told)
    assert re.search(r"Set by the policy\. Basis: ", told)
    assert re.search(r"Set by the profile “", told)


def test_without_the_policy_the_auditor_is_told_that_it_is_not_at_hand() -> None:
    decision = decided(entry())
    data = decision.to_dict()
    data["policy"]["digest"] = "0" * 64
    unknown = Decision.from_json(json.dumps(data))
    told = cr.explain(unknown, level="auditor")
    assert "手头没有作出该结果的规则集" in str(told["versions"])
    assert "parameters" not in told
    with pytest.raises(cr.PolicyError) as error:
        cr.explain(unknown, level="auditor", policy=shipped())
    assert [d.code for d in error.value.diagnostics] == ["CR-P046"]


@pytest.mark.parametrize("wrong", [{"lang": "fr"}, {"level": "public"}])
def test_a_language_or_level_that_there_is_not(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="applicant"):
        cr.explain(decided(), **wrong)


def test_officer_and_auditor_see_the_decision_itself() -> None:
    decision = decided(entry())
    assert seen_by(decision, "officer") is decision
    assert seen_by(decision, "auditor") is decision
    once = seen_by(decision, "applicant")
    assert seen_by(once, "applicant") == once


RULES = """
  - id: T-8
    title: {zh: 告知期限, en: tell until when}
    choice: ours
    mode: shall
    each: entry
    persons: [self, legal_representative_of_holder]
    when:
      black: {zh: 属于黑名单, en: it is a black list, is: entry.colour == "black"}
    then: {measure: announce_bar, arguments: {until: entry.valid_to, of: entry.id}}
"""
FOLLOW_UPS = """
follow_ups:
  - id: U-1
    title: {zh: 听取意见, en: hear}
    choice: ours
    mode: shall
    each: entry
    after: [burden]
    then: {measure: hear_first, arguments: {of: entry.id}}
    clock: {from: entry.effective_from, days: 10, unit: '"calendar_days"'}
"""


def test_what_an_argument_or_a_clock_reads_of_somebody_elses_record_is_left_out(tmp_path: Path) -> None:
    text = Path("tests/explained/policy/policy.yaml").read_text("utf-8")
    (tmp_path / "policy.yaml").write_text(text.replace("\nscope:", RULES + "\nscope:") + FOLLOW_UPS, "utf-8")
    policy = cr.load(tmp_path)
    case = Case.from_dict(
        {
            "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01", "area_m2": 20000},
            "subject": SELF | {"kind": "legal"},
            "sources": "all",
            "relations": [
                {"person": SELF, "role": "legal_representative", "of": OTHER, "valid_from": "2018-01-07", "valid_to": "open",
                 "source": "relations", "evidenced": True}
            ],
            "entries": [
                entry(id="E-OTH", subject=OTHER, category="tax_violation", source="black_list", authority={"body": "tax"},
                      effective_from="2019-09-19", valid_to="2024-04-24"),
                entry(id="E-OWN", category="tax_violation", source="black_list", authority={"body": "tax"},
                      effective_from="2019-08-18", valid_to="2023-03-23"),
            ],
        }
    )  # fmt: skip
    decision = cr.decide(policy, case, as_of=date(2020, 6, 5))
    officer, told = (str(cr.explain(decision, level=level)) for level in ("officer", "applicant"))
    for seen in ("2024-04-24", "2019-09-19", "E-OTH", "2023-03-23", "2019-08-18"):
        assert seen in officer
    for unseen in ("2024-04-24", "2019-09-19", "E-OTH"):
        assert unseen not in told
    assert "您在 2023-03-23 之前" in told
    assert "您在 （略） 之前" in told
    assert "自 2019-08-18 次日起" in told
    assert told.count("在作出决定之前，您有权陈述、申辩。") == 2


def test_two_measures_may_call_arguments_of_one_name_otherwise() -> None:
    decision = decided(entry())
    (first, *_), until = decision.conclusions, {"until": "2021-06-05"}
    both = tuple(replace(first, measure=m, arguments=until, capped_from="") for m in ("one", "other"))
    titles = {"one": {"until": Text("列入至", "on the list until")}, "other": {"until": Text("支付期限", "due")}}
    text = str(cr.explain(replace(decision, conclusions=both, argument_titles=titles)))
    assert text.count("列入至：2021-06-05") == 1
    assert text.count("支付期限：2021-06-05") == 1
