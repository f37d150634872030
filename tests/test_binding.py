"""Whose record it is, by which link, and what is not known because a source did not answer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditrules.diagnostics import Text
from creditrules.records.binding import NOT_SELF, Binding, Facts, Feed, bind, name_key
from creditrules.records.case import Case
from creditrules.records.values import FOREVER

COMPANY, OTHER, THIRD = "91999999MA00000A9R", "91999999MA00000B7L", "91999999MA00000C5F"
HEAD, WITNESS = "999999197001010017", "999999197502020029"
AS_OF = date(2020, 6, 5)
TITLE = Text("来源", "a source")
BLACK = Feed("black_list", TITLE, "entry", {"colour": ("black",), "category": ("tax_violation", "wage_arrears")}, 7)
RED = Feed("red_list", TITLE, "entry", {"colour": ("red",), "category": ("taxpayer_a",)}, 7)
RELATIONS = Feed("relations", TITLE, max_age=7)


def entry(holder: str = COMPANY, *, key: str = "E-1", **fields: Any) -> dict[str, Any]:
    code = "uscc" if holder.startswith("91") else "id_no"
    subject = {code: holder, **({"name": fields.pop("name")} if "name" in fields else {})}
    return {
        "colour": "black",
        "category": "tax_violation",
        "id": key,
        "subject": subject,
        "source": "black_list",
        "fetched_at": "2020-06-05",
        **fields,
    }


def party(code: str) -> dict[str, str]:
    return {"uscc" if code.startswith("91") else "id_no": code}


def relation(person: str, role: str, of: str, **fields: Any) -> dict[str, Any]:
    return {"person": party(person), "role": role, "of": party(of), **fields}


def answer(name: str = "black_list", **fields: Any) -> dict[str, Any]:
    return {"name": name, "answered": True, "about": "everybody", "fetched_at": "2020-06-05", **fields}


def facts(
    *,
    feeds: Sequence[Feed] = (BLACK,),
    applicant: dict[str, Any] | None = None,
    as_of: date = AS_OF,
    sources: Any = "all",
    **parts: Any,
) -> Facts:
    case = Case.from_dict(
        {
            "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01"},
            "subject": applicant or {"uscc": COMPANY, "name": "大连（甲）公司"},
            "sources": sources,
            **parts,
        }
    )
    return bind(case, feeds=tuple(feeds), as_of=as_of)


def entries(found: Facts) -> list[Binding]:
    return [b for b in found.many["entry"] if not b.unknown]


def persons(found: Facts) -> list[str]:
    return [b.link.person for b in entries(found) if b.link]


def unknown(found: Facts, kind: str = "entry") -> list[tuple[str, str, Any, Any]]:
    """The unknown bindings: missing source, link, and the covered fields."""
    return [
        (b.missing, b.link.person if b.link else "", b.values.get("colour"), b.values.get("category"))
        for b in found.many[kind]
        if b.unknown
    ]


class TestLinks:
    def test_the_applicants_own_record_is_linked_by_its_code(self) -> None:
        (binding,) = entries(facts(entries=[entry()]))
        assert binding.link is not None
        assert (binding.link.person, binding.link.from_, binding.link.to) == ("self", date.min, FOREVER)
        assert (binding.address, binding.exists, binding.link.evidenced) == ("entry/E-1", True, True)

    def test_codes_are_matched_whatever_their_spelling(self) -> None:
        spelled = entry()
        spelled["subject"] = {"uscc": "９１９９９９９９-ma00000a9r "}
        assert persons(facts(entries=[spelled])) == ["self"]

    def test_a_number_of_another_kind_of_document_is_another_person(self) -> None:
        passport = entry()
        passport["subject"] = {"id_type": "passport", "id_no": "E12345678"}
        other = {"id_type": "other", "id_no": "E12345678"}
        assert persons(facts(applicant=other, entries=[passport])) == []

    def test_a_resident_id_is_one_whatever_a_register_calls_it(self) -> None:
        called_otherwise = entry()
        called_otherwise["subject"] = {"id_type": "passport", "id_no": HEAD}
        assert persons(facts(applicant={"id_no": HEAD}, entries=[called_otherwise])) == ["self"]

    def test_the_applicant_who_is_legal_representative_of_the_holder(self) -> None:
        """The direction that the law reaches: the defaulter is the company, the applicant acts for it."""
        found = facts(
            applicant={"id_no": HEAD},
            entries=[entry(OTHER)],
            relations=[relation(HEAD, "legal_representative", OTHER)],
        )
        assert persons(found) == ["legal_representative_of_holder"]

    def test_the_holder_who_is_legal_representative_of_the_applicant(self) -> None:
        """The other direction: the listed person acts for the applicant."""
        found = facts(entries=[entry(HEAD)], relations=[relation(HEAD, "legal_representative", COMPANY)])
        assert persons(found) == ["holder_is_legal_representative"]

    def test_a_link_carries_the_dates_the_role_and_the_evidence_of_its_relation(self) -> None:
        held = relation(HEAD, "principal", COMPANY, valid_from="2019-01-01", valid_to="2019-12-31", evidenced=False)
        (binding,) = entries(facts(entries=[entry(HEAD)], relations=[held]))
        link = binding.link
        assert link is not None
        assert (link.role, link.from_, link.to, link.evidenced) == (
            "principal",
            date(2019, 1, 1),
            date(2019, 12, 31),
            False,
        )

    def test_an_ended_relation_stays_a_link_with_its_dates(self) -> None:
        held = relation(HEAD, "legal_representative", COMPANY, valid_to="2020-06-04")
        (binding,) = entries(facts(entries=[entry(HEAD)], relations=[held]))
        assert binding.link is not None
        assert binding.link.to == date(2020, 6, 4)
        assert binding.link.from_ is None

    def test_what_a_relation_does_not_say_is_not_known(self) -> None:
        (binding,) = entries(facts(entries=[entry(HEAD)], relations=[relation(HEAD, "other", COMPANY)]))
        assert binding.link is not None
        assert (binding.link.from_, binding.link.to, binding.link.evidenced) == (None, None, None)

    def test_two_roles_give_two_bindings_of_one_entry(self) -> None:
        found = facts(
            entries=[entry(HEAD)],
            relations=[relation(HEAD, "actual_controller", COMPANY), relation(HEAD, "legal_representative", COMPANY)],
        )
        assert persons(found) == ["holder_is_actual_controller", "holder_is_legal_representative"]
        assert {b.address for b in entries(found)} == {"entry/E-1"}

    def test_two_terms_of_one_office_are_two_links_with_addresses_of_their_own(self) -> None:
        terms = [
            relation(HEAD, "principal", COMPANY, valid_from="2010-01-01", valid_to="2012-12-31"),
            relation(HEAD, "principal", COMPANY, valid_from="2018-01-01", valid_to="open"),
        ]
        links = [b.link for b in entries(facts(entries=[entry(HEAD)], relations=terms))]
        assert [(x.address, x.from_) for x in links if x] == [
            ("relation/holder_is_principal/person-1", date(2010, 1, 1)),
            ("relation/holder_is_principal/person-1/2", date(2018, 1, 1)),
        ]

    def test_the_same_relation_told_twice_counts_once(self) -> None:
        told = relation(HEAD, "principal", COMPANY, valid_from="2018-01-01")
        assert persons(facts(entries=[entry(HEAD)], relations=[told, told])) == ["holder_is_principal"]

    def test_a_strangers_record_reaches_nobody(self) -> None:
        assert entries(facts(entries=[entry(THIRD)])) == []

    def test_links_do_not_run_over_a_third_person(self) -> None:
        """The head of the applicant also heads a listed company; that company's entry is not the applicant's."""
        found = facts(
            entries=[entry(OTHER)],
            relations=[
                relation(HEAD, "legal_representative", COMPANY),
                relation(HEAD, "legal_representative", OTHER),
            ],
        )
        assert entries(found) == []

    def test_a_relation_with_oneself_adds_no_link(self) -> None:
        assert persons(facts(entries=[entry()], relations=[relation(COMPANY, "other", COMPANY)])) == ["self"]

    def test_links_run_to_the_person_of_the_finding_that_is_decided_upon(self) -> None:
        case = Case.from_dict(
            {
                "about": {"finding": "F-1"},
                "subject": {"id_no": HEAD},
                "findings": [
                    {"id": "F-1", "subject": {"id_no": HEAD}},
                    {"id": "F-2", "subject": {"uscc": OTHER}},
                    {"id": "F-3", "subject": {"uscc": THIRD}},
                ],
                "relations": [relation(HEAD, "legal_representative", OTHER)],
                "sources": "all",
            }
        )
        found = bind(case, feeds=(), as_of=AS_OF)
        assert found.about.address == "finding/F-1"
        assert [(b.address, b.link.person) for b in found.many["finding"] if b.link] == [
            ("finding/F-1", "self"),
            ("finding/F-2", "legal_representative_of_holder"),
        ]

    def test_no_address_shows_a_code(self) -> None:
        found = facts(
            feeds=(BLACK, RELATIONS),
            sources=None,
            entries=[entry(), entry(HEAD, key="E-2"), entry(OTHER, key="E-3")],
            relations=[relation(HEAD, "principal", COMPANY), relation(COMPANY, "other", OTHER)],
        )
        shown = " ".join(f"{b.address} {b.missing} {b.link.address if b.link else ''}" for b in found.many["entry"])
        assert "person-1" in shown
        assert not any(code in shown for code in (COMPANY, HEAD, OTHER))


class TestSameName:
    def test_a_record_of_the_same_name_under_another_code_is_linked_by_name_only(self) -> None:
        found = facts(entries=[entry(OTHER, name="大连(甲)公司")])
        assert persons(found) == ["same_name"]

    @pytest.mark.parametrize("name", ["大连（甲） 公司", "大连(甲)公司", "大连\u200b（甲）公司"])
    def test_width_blanks_and_invisible_characters_do_not_make_another_name(self, name: str) -> None:
        assert name_key(name) == name_key("大连（甲）公司")

    def test_another_name_is_no_link(self) -> None:
        assert entries(facts(entries=[entry(OTHER, name="大连（乙）公司")])) == []

    def test_a_name_that_is_not_known_matches_nothing(self) -> None:
        assert entries(facts(applicant={"uscc": COMPANY}, entries=[entry(OTHER)])) == []

    def test_a_link_by_code_leaves_no_link_by_name(self) -> None:
        found = facts(
            entries=[entry(OTHER, name="大连（甲）公司")], relations=[relation(OTHER, "actual_controller", COMPANY)]
        )
        assert persons(found) == ["holder_is_actual_controller"]

    def test_ones_own_record_is_one_s_own_whatever_name_it_bears(self) -> None:
        assert persons(facts(entries=[entry(name="旧名公司")])) == ["self"]


class TestFailedSources:
    """What a source did not tell is a binding of which only the covered fields and the link are known."""

    def test_a_case_that_names_no_sources_was_asked_nowhere(self) -> None:
        assert unknown(facts(sources=None)) == [
            ("source/black_list/subject", "self", "black", "tax_violation"),
            ("source/black_list/subject", "self", "black", "wage_arrears"),
        ]

    def test_all_sources_answered(self) -> None:
        assert unknown(facts(sources="all", feeds=(BLACK, RED, RELATIONS))) == []

    def test_an_unknown_binding_knows_nothing_but_what_is_covered(self) -> None:
        binding = next(b for b in facts(sources=None).many["entry"] if b.values["category"] == "tax_violation")
        assert (binding.exists, binding.unknown) == (None, True)
        assert {name for name, value in binding.values.items() if value is not None} == {"colour", "category"}
        assert binding.timeline is not None
        assert binding.timeline.status_on(AS_OF) >= {"active", "repaired", ""}

    @pytest.mark.parametrize(
        ("given", "fails"),
        [
            (answer(), False),
            (answer(answered=False), True),
            (answer(about=[COMPANY]), False),
            (answer(about=[OTHER]), True),
            (answer(about=[]), True),
            (answer(fetched_at=None), True),
            (answer("red_list"), True),
        ],
    )
    def test_a_feed_has_answered_if_it_was_asked_about_the_applicant_on_a_known_day(
        self, given: dict[str, Any], fails: bool
    ) -> None:
        assert bool(unknown(facts(sources=[given]))) is fails

    @pytest.mark.parametrize(
        ("fetched", "fails"),
        [("2020-05-28", True), ("2020-05-29", False), ("2020-05-30", False), ("2020-06-06", False)],
    )
    def test_an_answer_counts_up_to_its_greatest_age(self, fetched: str, fails: bool) -> None:
        """Seven days: the answer of 29 May still counts on 5 June."""
        assert bool(unknown(facts(sources=[answer(fetched_at=fetched)]))) is fails

    def test_a_feed_without_a_greatest_age_never_grows_old(self) -> None:
        lasting = Feed("black_list", TITLE, "entry", BLACK.covers)
        assert unknown(facts(feeds=(lasting,), sources=[answer(fetched_at="1999-01-01")])) == []

    def test_a_later_attempt_that_failed_does_not_undo_an_answer(self) -> None:
        assert unknown(facts(sources=[answer(), answer(answered=False)])) == []

    def test_a_case_may_narrow_what_an_answer_covers(self) -> None:
        narrowed = answer(covers={"category": ["tax_violation"]})
        assert unknown(facts(sources=[narrowed])) == [("source/black_list/subject", "self", "black", "wage_arrears")]

    def test_two_narrow_answers_cover_together_what_each_covers(self) -> None:
        both = [answer(covers={"category": [c]}) for c in ("tax_violation", "wage_arrears")]
        assert unknown(facts(sources=both)) == []

    def test_a_case_cannot_widen_what_the_policy_says_a_feed_covers(self) -> None:
        wide = answer(covers={"category": ["tax_violation", "wage_arrears", "taxpayer_a"], "colour": ["black", "red"]})
        assert unknown(facts(feeds=(BLACK, RED), sources=[wide])) == [
            ("source/red_list/subject", "self", "red", "taxpayer_a")
        ]

    def test_linked_persons_are_asked_about_too(self) -> None:
        found = facts(sources=[answer(about=[COMPANY])], relations=[relation(HEAD, "principal", COMPANY)])
        assert {(m, p) for m, p, _, _ in unknown(found)} == {("source/black_list/person-1", "holder_is_principal")}

    def test_a_failed_source_about_a_person_with_two_roles_leaves_both_links_open(self) -> None:
        held = [relation(HEAD, "principal", COMPANY), relation(HEAD, "actual_controller", COMPANY)]
        found = facts(sources=[answer(about=[COMPANY])], relations=held)
        assert {p for _, p, _, _ in unknown(found)} == {"holder_is_principal", "holder_is_actual_controller"}

    def test_strangers_are_not_asked_about(self) -> None:
        found = facts(sources=[answer(about=[COMPANY])], relations=[relation(WITNESS, "principal", OTHER)])
        assert unknown(found) == []

    def test_a_feed_that_covers_nothing_in_particular_leaves_one_binding(self) -> None:
        anything = Feed("black_list", TITLE, "entry", {}, 7)
        assert unknown(facts(feeds=(anything,), sources=None)) == [("source/black_list/subject", "self", None, None)]

    def test_a_feed_of_findings_leaves_unknown_findings(self) -> None:
        own = Feed("own_findings", TITLE, "finding", {"conduct": ("bribery",)})
        found = facts(feeds=(own,), sources=None)
        assert unknown(found) == []
        assert [b.values["conduct"] for b in found.many["finding"]] == ["bribery"]


class TestDeliveredRecords:
    """An entry that was delivered keeps its fields; whether it still exists depends on the age of the delivery."""

    @pytest.mark.parametrize(("fetched", "exists"), [("2020-05-29", True), ("2020-05-28", None)])
    def test_an_entry_of_a_feed_that_was_not_asked_again_exists_until_it_is_too_old(
        self, fetched: str, exists: bool | None
    ) -> None:
        (binding,) = entries(facts(sources=None, entries=[entry(fetched_at=fetched, grade="minor")]))
        assert binding.exists is exists
        assert binding.missing == ("" if exists else "source/black_list/subject")
        assert binding.values["grade"] == "minor"

    def test_a_fresh_answer_vouches_for_an_old_delivery(self) -> None:
        (binding,) = entries(facts(sources=[answer()], entries=[entry(fetched_at="2019-01-01")]))
        assert binding.exists is True

    def test_all_sources_vouch_for_every_entry(self) -> None:
        (binding,) = entries(facts(sources="all", entries=[entry(fetched_at="2019-01-01")]))
        assert binding.exists is True

    def test_an_entry_from_a_source_that_the_policy_does_not_name_is_not_relied_on(self) -> None:
        (binding,) = entries(facts(sources="all", entries=[entry(source="hearsay")]))
        assert (binding.exists, binding.missing) == (None, "source/hearsay/subject")

    def test_without_any_feed_in_the_policy_every_entry_is_taken_as_given(self) -> None:
        (binding,) = entries(facts(feeds=(), sources=None, entries=[entry(source="anything")]))
        assert binding.exists is True

    def test_a_stale_entry_of_a_linked_person_names_that_persons_source(self) -> None:
        found = facts(
            sources=[answer(about=[COMPANY])],
            entries=[entry(HEAD, fetched_at="2019-01-01")],
            relations=[relation(HEAD, "principal", COMPANY)],
        )
        (binding,) = entries(found)
        assert (binding.exists, binding.missing) == (None, "source/black_list/person-1")


class TestRegisterOfRelations:
    def test_a_register_that_did_not_answer_leaves_links_other_than_ones_own(self) -> None:
        found = facts(feeds=(RELATIONS,), sources=None)
        assert unknown(found) == [("source/relations/subject", NOT_SELF, None, None)]
        assert unknown(found, "finding") == [("source/relations/subject", NOT_SELF, None, None)]

    def test_a_register_that_answered_leaves_nothing(self) -> None:
        found = facts(feeds=(RELATIONS,), sources=[answer("relations", about=[COMPANY])])
        assert (unknown(found), unknown(found, "finding")) == ([], [])

    def test_a_register_that_is_too_old_leaves_its_relations_uncertain(self) -> None:
        old = relation(HEAD, "principal", COMPANY, source="relations")
        found = facts(
            feeds=(RELATIONS,),
            sources=[answer("relations", fetched_at="2020-05-28")],
            entries=[entry(HEAD)],
            relations=[old],
        )
        (binding,) = entries(found)
        assert binding.link is not None
        assert (binding.link.certain, binding.link.missing) == (None, "source/relations/subject")

    def test_a_relation_that_the_register_did_not_deliver_is_certain(self) -> None:
        shown = relation(HEAD, "principal", COMPANY, source="case file")
        (binding,) = entries(facts(feeds=(RELATIONS,), sources=None, entries=[entry(HEAD)], relations=[shown]))
        assert binding.link is not None
        assert binding.link.certain is True


class TestSingleRecords:
    def test_a_field_that_is_known_to_be_none_reads_as_a_day_that_has_not_come(self) -> None:
        application = {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01"}
        lacking = facts(application={**application, "tolerance_pledge": "none"}).about.values
        unknown_ = facts(application=application).about.values
        signed = facts(application={**application, "tolerance_pledge": {"signed_on": "2020-06-02"}}).about.values
        key = "tolerance_pledge.signed_on"
        assert (lacking[key], unknown_[key], signed[key]) == (FOREVER, None, date(2020, 6, 2))

    def test_a_finding_is_decided_without_an_application(self) -> None:
        case = Case.from_dict(
            {"about": "finding", "subject": {"id_no": HEAD}, "findings": [{"id": "F-1", "subject": {"id_no": HEAD}}]}
        )
        assert "application" not in bind(case, feeds=(), as_of=AS_OF).single


ROLES = ["legal_representative", "principal", "actual_controller", "other"]
people = st.sampled_from([COMPANY, OTHER, THIRD, HEAD, WITNESS])
dates = st.none() | st.sampled_from(["2019-01-01", "2020-06-05", "open"])


@st.composite
def parts(draw: st.DrawFn) -> dict[str, Any]:
    """Entries, relations and answers among five people."""
    relations = [
        relation(a, r, b, valid_from=f, source=s)
        for a, r, b, f, s in draw(
            st.lists(
                st.tuples(people, st.sampled_from(ROLES), people, dates, st.sampled_from([None, "relations"])),
                max_size=5,
            )
        )
    ]
    held = draw(st.lists(st.tuples(people, st.sampled_from(["2020-05-01", "2020-06-05"])), max_size=4))
    found = [entry(holder, key=f"E-{n}", fetched_at=fetched) for n, (holder, fetched) in enumerate(held)]
    about = st.just("everybody") | st.lists(people, max_size=3)
    given_ = [
        answer(name, about=who, fetched_at=day)
        for name, who, day in draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["black_list", "relations"]), about, st.sampled_from(["2020-05-01", "2020-06-05"])
                ),
                max_size=3,
            )
        )
    ]
    return {"relations": relations, "entries": found, "sources": draw(st.sampled_from([given_, given_, "all", None]))}


@given(parts(), st.randoms(use_true_random=False))
def test_no_order_of_entries_relations_or_answers_matters(given_: dict[str, Any], rng: random.Random) -> None:
    shuffled = {k: rng.sample(v, len(v)) if isinstance(v, list) else v for k, v in given_.items()}
    feeds = [BLACK, RELATIONS]
    assert facts(feeds=feeds, **given_).many == facts(feeds=feeds[::-1], **shuffled).many


@given(parts())
def test_a_record_is_bound_by_its_holders_code_or_not_at_all(given_: dict[str, Any]) -> None:
    """Stated independently: the links of a holder are the relations that name it together with the applicant."""
    found = entries(facts(feeds=(BLACK, RELATIONS), **given_))
    expected = set()
    for one in given_["entries"]:
        (holder,) = one["subject"].values()
        if holder == COMPANY:
            expected.add((one["id"], "self"))
        for r in given_["relations"]:
            (person,), (of,) = r["person"].values(), r["of"].values()
            if holder != COMPANY and (person, of) == (COMPANY, holder):
                expected.add((one["id"], f"{r['role']}_of_holder"))
            if holder != COMPANY and (person, of) == (holder, COMPANY):
                expected.add((one["id"], f"holder_is_{r['role']}"))
    assert {(b.address.removeprefix("entry/"), b.link.person) for b in found if b.link} == expected


@given(parts())
def test_an_answer_that_arrives_never_adds_an_unknown_binding(given_: dict[str, Any]) -> None:
    before = facts(feeds=(BLACK, RELATIONS), **given_)
    known = given_["sources"] if isinstance(given_["sources"], list) else []
    after = facts(feeds=(BLACK, RELATIONS), **{**given_, "sources": [*known, answer()]})
    if given_["sources"] != "all":
        assert set(unknown(after)) <= set(unknown(before))
        assert {b.missing for b in after.many["entry"] if b.unknown} <= {"source/relations/subject"}


class TestFeedsAndWhatTheyCover:
    """A feed vouches for the records that it covers, and for no other."""

    @pytest.mark.parametrize(
        ("fields", "exists"),
        [
            ({}, True),
            ({"colour": "red"}, None),
            ({"colour": None}, None),
            ({"category": "judgment_defaulter"}, None),
        ],
    )
    def test_an_entry_that_its_feed_does_not_cover_is_in_doubt(
        self, fields: dict[str, Any], exists: bool | None
    ) -> None:
        (found,) = entries(facts(entries=[entry(**fields)], feeds=(BLACK,)))
        assert found.exists is exists
