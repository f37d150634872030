"""Identity codes against python-stdnum and against an arithmetic of their own, and who is who by which spelling."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength, ValidationError

from creditrules import Case, RecordError
from creditrules.records.identifiers import (
    Kind,
    damage,
    normalised,
    of_18_digits,
    remarks,
    same,
)
from tests.support import depth

KINDS: tuple[Kind, ...] = (
    "uscc", "org_code", "resident_id", "residence_permit", "project_code", "permit_no", "other",
)  # fmt: skip
SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def refused(code: str, kind: Kind) -> str:
    """The diagnostic that refuses a code; empty where it is taken."""
    return next((r.code for r in remarks(code, kind) if r.refuses), "")


def odd(code: str, kind: Kind, by: date | None = None) -> list[str]:
    assert refused(code, kind) == ""
    return [r.code for r in remarks(code, kind, by=by)]


def with_digit(body: str, kind: Kind) -> str:
    """The body with the one last character that is not refused, which shows that there is exactly one."""
    (found,) = [body + c for c in "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ" if not refused(body + c, kind)]
    return found


class TestAgainstStdnum:
    """python-stdnum is a second witness. Where it says otherwise, the test says so and why we differ."""

    @given(
        st.text(SYMBOLS, min_size=1, max_size=1),
        st.text("0123456789", min_size=7, max_size=7),
        st.text(SYMBOLS, min_size=9, max_size=9),
    )
    def test_the_check_digit_of_a_unified_code(self, department: str, digits: str, subject: str) -> None:
        body = department + digits + subject
        code = with_digit(body, "uscc")
        assert code[-1] == uscc.calc_check_digit(body)
        if department.isdigit():
            assert uscc.validate(code) == code
        else:
            # Deviation 1: stdnum asks for eight digits at the beginning, and GB 32100 gives N, Y, A and others.
            with pytest.raises(InvalidFormat):
                uscc.validate(code)

    @given(st.text(SYMBOLS, min_size=18, max_size=18))
    def test_what_stdnum_takes_for_a_unified_code_is_taken(self, code: str) -> None:
        if uscc.is_valid(code):
            assert refused(code, "uscc") == ""

    @given(st.text("0123456789", min_size=17, max_size=17))
    def test_the_check_digit_of_a_resident_id(self, body: str) -> None:
        code = with_digit(body, "resident_id")
        assert code[-1] == ric.calc_check_digit(body + "0")

    @pytest.mark.parametrize(
        ("body", "stdnums", "why"),
        [
            ("N2999999MA00000A9", InvalidFormat, "rural collective organisations"),
            ("Y1999999MA00000A9", InvalidFormat, "registered by other departments"),
            ("A1999999MA00000A9", InvalidFormat, "registered by the army"),
            ("91999999MA00000A8", None, "wrong inner organisation code: stdnum does not look, we remark upon it"),
        ],
    )
    def test_unified_codes_of_which_stdnum_says_otherwise(
        self, body: str, stdnums: type[ValidationError] | None, why: str
    ) -> None:
        code = with_digit(body, "uscc")
        assert refused(code, "uscc") == "", why
        if stdnums is None:
            assert uscc.validate(code) == code
            assert odd(code, "uscc") == ["CR-R050"]
        else:
            with pytest.raises(stdnums):
                uscc.validate(code)

    @pytest.mark.parametrize(
        ("body", "kind", "stdnums", "why"),
        [
            ("21020219620101001", "resident_id", InvalidComponent, "a district of Dalian, born before it had this code"),
            ("21020219750101001", "resident_id", InvalidComponent, "the same"),
            ("21020219820101001", "resident_id", InvalidComponent, "the same"),
            ("21021319830101001", "resident_id", InvalidComponent, "the district of registration, not that of birth"),
            ("21028119880101001", "resident_id", InvalidComponent, "the same"),
            ("21021420000101001", "resident_id", InvalidComponent, "the same"),
            ("21029819800101001", "resident_id", KeyError, "a district that stdnum's table stumbles over"),
            ("81000019940823002", "residence_permit", InvalidComponent, "Hong Kong"),
            ("82000019940823002", "residence_permit", InvalidComponent, "Macau"),
            ("83000019940823002", "residence_permit", InvalidComponent, "Taiwan"),
            ("81000019940823002", "resident_id", InvalidComponent, "a permit that a register files as a resident ID"),
            ("99999919700101001", "resident_id", InvalidComponent, "made up for examples; no place has the region"),
        ],
    )  # fmt: skip
    def test_ids_that_stdnum_rejects_and_registers_hold(
        self, body: str, kind: Kind, stdnums: type[Exception], why: str
    ) -> None:
        code = body + ric.calc_check_digit(body + "0")
        assert refused(code, kind) == "", why
        assert odd(code, kind) == [], why
        with pytest.raises(stdnums):
            ric.validate(code)

    def test_an_id_of_15_digits_is_taken_although_stdnum_asks_for_18(self) -> None:
        assert refused("999999700101001", "resident_id") == ""
        with pytest.raises(InvalidLength):
            ric.validate("999999700101001")

    def test_a_birth_in_the_future_is_remarked_upon_although_stdnum_takes_it(self) -> None:
        body = "11010120990101001"
        code = body + ric.calc_check_digit(body + "0")
        assert ric.validate(code) == code
        assert odd(code, "resident_id", by=date(2020, 6, 1)) == ["CR-R049"]
        assert odd(code, "resident_id") == []  # without a day to compare with, nothing is said

    def test_a_letter_that_is_none_is_told_where_stdnum_fails(self) -> None:
        """`calc_check_digit` raises a bare ValueError for I, O, S, V and Z."""
        for letter in "IOSVZ":
            body = f"91999999MA0000{letter}A9"
            with pytest.raises(ValueError, match="substring"):
                uscc.calc_check_digit(body)
            assert refused(body + "0", "uscc") == "CR-R036"

    def test_both_refuse_a_wrong_check_digit(self) -> None:
        with pytest.raises(InvalidChecksum):
            uscc.validate("91999999MA00000A9T")
        assert refused("91999999MA00000A9T", "uscc") == "CR-R035"


class TestLevels:
    @given(st.text(SYMBOLS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(SYMBOLS))
    def test_one_wrong_character_of_a_unified_code_is_always_noticed(self, body: str, place: int, other: str) -> None:
        body = body[:2] + "999999" + body[8:]
        code = with_digit(body, "uscc")
        if code[place] != other:
            assert refused(code[:place] + other + code[place + 1 :], "uscc") in ("CR-R035", "CR-R036", "CR-R038")

    @given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 15))
    def test_two_neighbours_that_changed_places_in_an_id_are_always_noticed(self, body: str, place: int) -> None:
        code = with_digit(body, "resident_id")
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if swapped != code:
            assert refused(swapped, "resident_id") in ("CR-R039", "CR-R038")

    @given(st.text(min_size=0, max_size=40), st.sampled_from(KINDS))  # fmt: skip
    def test_whatever_is_given_is_judged_and_never_quoted(self, text: str, kind: Kind) -> None:
        code = normalised(text)
        for remark in remarks(code, kind, by=date(2020, 6, 1)):
            assert len(code) < 3 or code not in remark.message.zh + remark.message.en

    @pytest.mark.parametrize(
        ("code", "kind", "expected"),
        [
            ("91999999MA00000A9", "uscc", "CR-R036"),
            ("91999999MA00000A9R1", "uscc", "CR-R036"),
            ("91A99999MA00000A9R", "uscc", "CR-R036"),
            ("", "uscc", "CR-R036"),
            ("91999999MA00000A9R\u200b", "uscc", "CR-R036"),
            ("99999919700101001", "resident_id", "CR-R036"),
            ("9999991970010100Y7", "resident_id", "CR-R036"),
            ("99999970010100X", "resident_id", "CR-R036"),
            ("999999197001010000", "resident_id", "CR-R038"),
            ("MA00000A8", "org_code", "CR-R055"),
            ("1234567", "org_code", "CR-R038"),
            ("MA00000A", "org_code", "CR-R036"),
            ("999999197001010017", "residence_permit", "CR-R036"),
            ("", "other", "CR-R036"),
            ("A" * 65, "other", "CR-R036"),
            ("A" * 65, "permit_no", "CR-R036"),
            ("甲", "project_code", "CR-R036"),
        ],
    )  # fmt: skip
    def test_each_level_has_its_own_code(self, code: str, kind: Kind, expected: str) -> None:
        assert refused(code, kind) == expected

    @pytest.mark.parametrize("code", ["00000001X", "MA00000A9", "D21436590", "000000019"])
    def test_organisation_codes(self, code: str) -> None:
        """The arithmetic of GB 11714, written once more."""
        weights = (3, 7, 9, 10, 5, 8, 4, 2)
        total = sum(int(c, 36) * w for c, w in zip(code, weights, strict=False))
        digit = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
        assert (refused(code, "org_code") == "") == (digit == code[8])

    @pytest.mark.parametrize(
        ("code", "by", "expected"),
        [
            ("20209999994703000123", date(2020, 6, 1), []),  # the older shape: a year
            ("20119999990101123459", date(2020, 11, 30), []),  # the newer one: November 2020, or the year 2011
            ("20199999994703000123", date(2020, 6, 1), []),
            ("21129999990101123459", date(2021, 12, 1), []),
            ("21129999990101123459", date(2021, 11, 30), ["CR-R054"]),  # a month that had not come
            ("21139999990101123459", None, ["CR-R054"]),
            ("2020999999470300012", None, ["CR-R054"]),
            ("210299999901011234X", date(2022, 1, 1), ["CR-R054"]),
        ],
    )
    def test_the_two_shapes_of_project_codes(self, code: str, by: date | None, expected: list[str]) -> None:
        assert odd(code, "project_code", by=by) == expected

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("999999202005310101", []),
            ("999999202005310101S", []),
            ("999999202006020101", ["CR-R053"]),
            ("999999202002300101", ["CR-R053"]),
            ("大建许".encode().hex().upper(), []),
        ],
    )
    def test_the_date_in_a_permit_number(self, code: str, expected: list[str]) -> None:
        assert odd(code, "permit_no", by=date(2020, 6, 1)) == expected


def test_a_character_that_is_not_seen_is_named_although_the_length_is_wrong_too() -> None:
    (remark,) = remarks("91999999MA00000A9R\u200b", "uscc")
    assert "U+200B" in remark.message.en


@pytest.mark.parametrize(
    ("code", "kind", "field"), [("MA00000A9", "uscc", "org_code"), ("91999999MA00000A9R", "org_code", "uscc")]
)
def test_the_right_code_in_the_wrong_field_is_told_where_it_belongs(code: str, kind: Kind, field: str) -> None:
    (remark,) = remarks(code, kind)
    assert remark.hint is not None
    assert f"`{field}`" in remark.hint.en


def test_a_number_that_cannot_be_lengthened_is_remarked_upon() -> None:
    assert odd("999999100101996", "resident_id") == ["CR-R059"]


class TestNormalising:
    @pytest.mark.parametrize(
        "text",
        [
            "91999999ma00000a9r",
            "９１９９９９９９ＭＡ０００００Ａ９Ｒ",
            " 9199 9999-MA00 000A—9R\t",
            "91999999\u3000MA00000A9R",
        ],
    )
    def test_spellings_of_one_code(self, text: str) -> None:
        assert normalised(text) == "91999999MA00000A9R"

    @pytest.mark.parametrize("text", ["９１①", "²³", "Ⅸ", "\u200b91"])
    def test_nothing_is_made_into_a_digit_that_is_none(self, text: str) -> None:
        assert refused(normalised(text), "other") == "CR-R036"

    @given(st.text(max_size=30))
    def test_normalising_twice_changes_nothing(self, text: str) -> None:
        assert normalised(normalised(text)) == normalised(text)

    @pytest.mark.parametrize(
        "text",
        [
            "9.19999E+17",
            "9.19999e17",
            "1E+17",
            "９.1E+17",
            "999999197001010017.0",
            "5.",
            "'91999999MA00000A9R",
            '="91999999MA00000A9R"',
            "12.5E16",
            "9.1E 17",
            "-1.2E+17",
            "#######",
        ],
    )
    def test_what_a_spreadsheet_left_is_named(self, text: str) -> None:
        assert damage(text) is not None

    @pytest.mark.parametrize("text", ["91999999MA00000A9R", "E12345678", "1E5X", "", "大建许〔2020〕1号"])
    def test_what_is_whole_is_not(self, text: str) -> None:
        assert damage(text) is None


def of_15_digits(resident_id: str) -> str:
    """The number that a resident ID of 18 had before; empty where there was none."""
    return resident_id[:6] + resident_id[8:17] if len(resident_id) == 18 and resident_id[6:8] == "19" else ""


class TestGenerations:
    @given(st.text("0123456789", min_size=15, max_size=15))
    def test_an_id_of_15_digits_and_the_one_that_took_its_place_are_one(self, old: str) -> None:
        new = of_18_digits(old)
        if old[12:] >= "996":
            assert new == old
            return
        assert refused(new, "resident_id") == ""
        assert of_15_digits(new) == old
        assert same(f"resident_id:{new}", old)

    def test_a_person_born_in_this_century_had_none(self) -> None:
        assert of_15_digits("999999200001010016") == ""


APPLICATION = {
    "id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01", "accepted_on": "2020-06-01", "work_type": "new",
    "purpose": "operating", "area_m2": 20000, "investment_cny": 80000000, "tags": [], "missing_primary": [], "missing_secondary": [],
    "tolerance_pledge": "none", "court_permission": "none",
}  # fmt: skip
COMPANY = "91999999MA00000A9R"


def decided(case: dict[str, object], decide: object) -> tuple[str, ...]:
    return decide(Case.from_dict(case)).measures  # type: ignore[operator]


@pytest.fixture(scope="module")
def decide() -> object:
    from creditrules import load

    return load("dalian-construction").prepare(as_of=date(2020, 6, 5), profile="literal").decide


class TestWhoIsWho:
    """An entry that names the applicant by another spelling of its code is the applicant's entry."""

    def case(self, subject: dict[str, str], holder: dict[str, str], **more: object) -> dict[str, object]:
        entry = {
            "id": "E-1", "colour": "black", "category": "tax_violation", "subject": holder, "status": "active", "valid_to": "open",
            "effective_from": "2019-01-01", "source": "black_list", "fetched_at": "2020-06-05", "grade": "serious", "prior_notice": True,
            "authority": {"body": "tax", "level": "municipal", "own": False, "elsewhere": False}, "basis_documents": ["税罚〔2019〕1号"],
        }  # fmt: skip
        kind = "natural" if "id_no" in subject else "legal"
        return {
            "application": APPLICATION,
            "subject": subject | {"kind": kind},
            "entries": [entry],
            "sources": "all",
        } | more

    @pytest.mark.parametrize(
        ("subject", "holder"),
        [
            ({"uscc": COMPANY}, {"uscc": COMPANY}),
            ({"uscc": COMPANY}, {"org_code": "MA00000A-9"}),
            ({"org_code": "MA00000A9"}, {"uscc": COMPANY}),
            ({"org_code": "MA00000A9"}, {"org_code": "ma00000a9"}),
            ({"id_no": "999999197001010017"}, {"id_no": "999999700101001"}),
            ({"id_no": "999999700101001"}, {"id_no": "999999197001010017"}),
            ({"id_no": "810000199408230021"}, {"id_no": "810000199408230021", "id_type": "residence_permit"}),
            ({"id_no": "999999197001010017"}, {"id_no": "999999197001010017", "id_type": "passport"}),
            ({"id_no": "999999197001010017"}, {"id_no": "999999700101001", "id_type": "other"}),
            ({"id_no": "830000700101001"}, {"id_no": of_18_digits("830000700101001")}),
            ({"uscc": COMPANY}, {"id_no": COMPANY, "id_type": "other"}),
        ],
    )
    def test_the_entry_is_the_applicants(self, subject: dict[str, str], holder: dict[str, str], decide: object) -> None:
        assert decided(self.case(subject, holder), decide) == ("restrict",)

    @pytest.mark.parametrize(
        ("subject", "holder"),
        [
            ({"uscc": COMPANY}, {"org_code": "MA00000B7"}),
            ({"uscc": COMPANY}, {"uscc": "91999999MA00000B7L"}),
            ({"id_no": "999999197001010017"}, {"id_no": "999999750202002"}),
            ({"id_no": "E12345678", "id_type": "passport"}, {"id_no": "E12345678", "id_type": "other"}),
        ],
    )
    def test_the_entry_is_anothers(self, subject: dict[str, str], holder: dict[str, str], decide: object) -> None:
        assert decided(self.case(subject, holder), decide) == ()

    @pytest.mark.parametrize("asked", ["91999999MA00000A9R", "MA00000A9"])
    def test_a_source_that_was_asked_by_either_code_was_asked(self, asked: str, decide: object) -> None:
        sources = [
            {"name": name, "answered": True, "about": [asked], "fetched_at": "2020-06-05"}
            for name in ("red_list", "black_list", "judgment_defaulters", "relations")
        ]
        case = self.case({"uscc": COMPANY}, {"uscc": "91999999MA00000B7L"}, sources=sources)
        assert decide(Case.from_dict(case)).outcome == "normal"  # type: ignore[operator]

    def test_two_companies_with_one_organisation_code_are_not_told_apart_by_it(self) -> None:
        other = with_digit("92999999MA00000A9", "uscc")
        relation = {"person": {"uscc": other}, "role": "other", "of": {"uscc": COMPANY}}
        with pytest.raises(RecordError, match="CR-R056"):
            Case.from_dict(self.case({"uscc": COMPANY}, {"org_code": "MA00000A9"}, relations=[relation]))

    def test_the_digest_does_not_tell_which_spelling_was_used_for_a_person(self) -> None:
        one = Case.from_dict(self.case({"id_no": "999999700101001"}, {"id_no": "999999197001010017"}))
        other = Case.from_dict(self.case({"id_no": "999999197001010017"}, {"id_no": "999999700101001"}))
        assert one.digest() == other.digest()
        assert one.digest(key=b"k") == other.digest(key=b"k") != one.digest()

    def test_a_changed_copy_works_its_persons_out_anew(self) -> None:
        case = Case.from_dict(self.case({"uscc": COMPANY}, {"org_code": "MA00000A9"}))
        assert len(case.positions) == 1
        assert case.warnings == ()
        stranger = case.entries[0].model_copy(
            update={"subject": Case.from_dict(self.case({"uscc": "91999999MA00000B7L"}, {"uscc": COMPANY})).subject}
        )
        assert len(case.model_copy(update={"entries": (stranger,)}).positions) == 2


def test_no_spelling_of_a_holder_changes_a_decision() -> None:
    """Random cases of the shipped policy, some of whose persons are then called by an older or a shorter code."""
    from creditrules import load
    from tests.support import session_seed
    from tests.support.random_cases import random_case

    prepared = load("dalian-construction").prepare(as_of=date(2020, 6, 5))
    random_ = random.Random(f"{session_seed()}/spellings")
    changed = 0
    for _ in range(depth(60, 3_000)):
        data, _ = random_case(random_, date(2020, 6, 5))
        respelled = _respelled(data, random_)
        try:
            before, after = Case.from_dict(data), Case.from_dict(respelled)
        except RecordError:
            continue
        changed += respelled != data
        one, other = prepared.decide(before).to_dict(), prepared.decide(after).to_dict()
        assert one | {"case_digest": ""} == other | {"case_digest": ""}
    assert changed > 10


def _respelled(data: dict[str, object], random_: random.Random) -> dict[str, object]:
    whole = {data["subject"].get("uscc")}  # type: ignore[attr-defined]

    def again(value: object) -> object:
        if isinstance(value, list):
            return [again(v) for v in value]
        if isinstance(value, dict) and value.get("uscc") in whole and "kind" not in value and random_.random() < 0.5:
            return {"org_code": value["uscc"][8:17]} | {k: v for k, v in value.items() if k != "uscc"}
        if isinstance(value, dict) and of_15_digits(str(value.get("id_no") or "")) and random_.random() < 0.5:
            return value | {"id_no": of_15_digits(value["id_no"])}
        return {k: again(v) for k, v in value.items()} if isinstance(value, dict) else value

    return {k: v if k in ("subject", "application", "sources") else again(v) for k, v in data.items()}
