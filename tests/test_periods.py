"""Calendar periods end on the corresponding day, or on the last day of a month that has none (民法典 第二百零二条)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditrules import Case, Policy, decide, load
from creditrules.policy.periods import shift

Unit = Literal["years", "months", "days"]
FOREVER = date.max


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "unit", "count", "end"),
    [
        ("2020-02-29", "years", 1, "2021-02-28"),
        ("2020-02-29", "years", 4, "2024-02-29"),
        ("2096-02-29", "years", 4, "2100-02-28"),  # 2100 is no leap year
        ("1996-02-29", "years", 4, "2000-02-29"),  # 2000 was one
        ("2019-02-28", "years", 1, "2020-02-28"),
        ("2020-01-31", "months", 1, "2020-02-29"),
        ("2021-01-31", "months", 1, "2021-02-28"),
        ("2021-01-30", "months", 1, "2021-02-28"),
        ("2021-02-28", "months", 1, "2021-03-28"),  # the corresponding day, not the end of the month
        ("2020-03-31", "months", 6, "2020-09-30"),
        ("2020-11-30", "months", 3, "2021-02-28"),
        ("2020-12-15", "months", 1, "2021-01-15"),
        ("2020-06-05", "months", 0, "2020-06-05"),
        ("2020-12-31", "months", 12, "2021-12-31"),
        ("2020-02-28", "days", 1, "2020-02-29"),
        ("2021-02-28", "days", 1, "2021-03-01"),
        ("2020-06-05", "days", 365, "2021-06-05"),
        ("2020-03-31", "months", -1, "2020-02-29"),
        ("2020-03-01", "days", -1, "2020-02-29"),
    ],
)
def test_a_period_ends_on_the_corresponding_day(start: str, unit: Unit, count: int, end: str) -> None:
    assert shift(day(start), unit, count) == day(end)


@pytest.mark.parametrize("unit", ["years", "months", "days"])
def test_what_has_no_end_keeps_none(unit: Unit) -> None:
    assert shift(FOREVER, unit, 0) == shift(FOREVER, unit, 7) == shift(FOREVER, unit, -7) == FOREVER


@pytest.mark.parametrize(
    ("start", "unit", "count"),
    [
        ("9999-12-30", "days", 2),
        ("9999-12-01", "months", 1),
        ("9000-01-01", "years", 1000),
        ("2020-01-01", "days", 2**53 - 1),
        ("2020-01-01", "months", 2**53 - 1),
        ("2020-01-01", "years", 2**53 - 1),
    ],
)
def test_beyond_the_calendar_a_period_never_ends(start: str, unit: Unit, count: int) -> None:
    assert shift(day(start), unit, count) == FOREVER


@pytest.mark.parametrize("unit", ["years", "months", "days"])
def test_before_the_calendar_a_period_starts_on_its_first_day(unit: Unit) -> None:
    assert shift(day("2020-06-05"), unit, -(2**53 - 1)) == date.min
    assert shift(day("0001-01-01"), unit, -1) == date.min


def months_by_walking(start: date, count: int) -> date:
    """The end of a period of months, found by walking from month to month, independent of the library."""
    year, month = start.year, start.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    last = 31
    while True:
        try:
            end_of_month = date(year, month, last)
        except ValueError:
            last -= 1
        else:
            return min(end_of_month, end_of_month.replace(day=min(start.day, last)))


ordinary_days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(ordinary_days, st.integers(0, 120))
def test_months_agree_with_walking_from_month_to_month(start: date, count: int) -> None:
    assert shift(start, "months", count) == months_by_walking(start, count)


@given(ordinary_days, st.integers(0, 50))
def test_a_year_is_twelve_months(start: date, count: int) -> None:
    assert shift(start, "years", count) == shift(start, "months", 12 * count)


@given(ordinary_days, st.integers(0, 10_000))
def test_days_are_counted_one_by_one(start: date, count: int) -> None:
    assert shift(start, "days", count) - start == timedelta(days=count)


@given(ordinary_days, ordinary_days, st.sampled_from(["years", "months", "days"]), st.integers(0, 100))
def test_a_later_start_never_ends_earlier(one: date, other: date, unit: Unit, count: int) -> None:
    first, second = sorted((one, other))
    assert shift(first, unit, count) <= shift(second, unit, count)


@given(ordinary_days, st.sampled_from(["years", "months", "days"]), st.integers(0, 100))
def test_a_longer_period_ends_later(start: date, unit: Unit, count: int) -> None:
    assert shift(start, unit, count) < shift(start, unit, count + 1)


@given(ordinary_days, st.integers(0, 120))
def test_only_the_end_of_a_month_stands_in_for_a_day_that_is_missing(start: date, count: int) -> None:
    end = shift(start, "months", count)
    last = calendar.monthrange(end.year, end.month)[1]
    assert end.day == start.day or (end.day == last and start.day > last)


POLICY = """\
language: 1
policy: periods
version: "1"
use: construction
title: {zh: 期间, en: periods}
in_force: {from: 2020-01-01}
carries_burden: [law]
profiles: {printed: {title: {zh: 原文, en: as printed}, cap_by_basis: false}}
default_profile: printed
terms:
  - {of: entry, where: {grade: [general]}, until: entry.document_date + months(12), choice: ours}
rules:
  - id: WITHIN
    title: {zh: 期间内, en: within}
    choice: ours
    mode: shall
    each: entry
    persons: [self]
    when:
      within: {zh: 未满六个月, en: within six months, is: as_of <= entry.document_date + months(6)}
    then: {measure: restrict}
  - id: AFTER
    title: {zh: 期满后, en: after}
    choice: ours
    mode: shall
    each: entry
    persons: [self]
    when:
      after: {zh: 满六个月, en: six months have passed, is: as_of > entry.document_date + months(6)}
    then: {measure: review}
  - id: VALID
    title: {zh: 有效, en: valid}
    choice: ours
    mode: shall
    each: entry
    persons: [self]
    when:
      valid: {zh: 在有效期内, en: in force, is: entry.effective_from <= as_of && as_of <= entry.valid_to}
    then: {measure: deny}
"""


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    folder = tmp_path_factory.mktemp("periods")
    (folder / "policy.yaml").write_text(POLICY, "utf-8")
    return load(folder)


def told(policy: Policy, as_of: date, **fields: Any) -> dict[str, str]:
    """Which rules say something on a day about a case with one entry, and whether it is established."""
    code = {"uscc": "91999999MA00000A9R"}
    entry = {"id": "E-1", "subject": code, "source": "black_list", "fetched_at": "2020-01-01", **fields}
    case = Case.from_dict(
        {
            "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-01-01"},
            "subject": code,
            "entries": [entry],
            "sources": "all",
        }
    )
    return {c.rule: c.status for c in decide(policy, case, as_of=as_of).conclusions}


@pytest.mark.parametrize(
    ("start", "last"),
    [
        ("2020-03-15", "2020-09-15"),
        ("2020-08-31", "2021-02-28"),
        ("2023-08-31", "2024-02-29"),
        ("2020-02-29", "2020-08-29"),
        ("2020-12-31", "2021-06-30"),
    ],
)
def test_a_period_includes_its_last_day_and_the_next_day_lies_behind_it(policy: Policy, start: str, last: str) -> None:
    end = day(last)
    rules = [set(told(policy, end + timedelta(days=n), document_date=start)) & {"WITHIN", "AFTER"} for n in (-1, 0, 1)]
    assert rules == [{"WITHIN"}, {"WITHIN"}, {"AFTER"}]


@pytest.mark.parametrize("document_date", ["open", "pending"])
def test_a_period_that_starts_never_does_not_end(policy: Policy, document_date: str) -> None:
    assert set(told(policy, day("9999-01-01"), document_date=document_date)) & {"WITHIN", "AFTER"} == {"WITHIN"}


def test_a_period_from_an_unknown_day_is_neither_running_nor_over(policy: Policy) -> None:
    found = told(policy, day("2020-06-05"))
    assert (found["WITHIN"], found["AFTER"]) == ("undetermined", "undetermined")


def test_validity_runs_from_its_first_to_its_last_day(policy: Policy) -> None:
    days = ["2020-02-28", "2020-02-29", "2021-02-28", "2021-03-01"]
    validity = {"effective_from": "2020-02-29", "valid_to": "2021-02-28", "grade": "serious"}
    assert [told(policy, day(d), **validity).get("VALID") for d in days] == [None, "established", "established", None]


class TestTerms:
    """A term of twelve months from 29 February 2020 for general breaches: its last day is 28 February 2021."""

    OPEN = {"document_date": "2020-02-29", "effective_from": "2020-02-29", "valid_to": "open"}

    @pytest.mark.parametrize(
        ("on", "grade", "status"),
        [
            ("2021-02-27", "general", "established"),
            ("2021-02-28", "general", "established"),
            ("2021-03-01", "general", None),
            ("2021-03-01", "serious", "established"),
            ("2021-02-28", None, "established"),  # an unknown grade leaves the end of validity as it is ...
            ("2021-03-01", None, "undetermined"),  # ... until the term would have ended
        ],
    )
    def test_a_term_closes_an_open_validity(
        self, policy: Policy, on: str, grade: str | None, status: str | None
    ) -> None:
        assert told(policy, day(on), grade=grade, **self.OPEN).get("VALID") == status

    @pytest.mark.parametrize(("on", "status"), [("2020-12-31", "established"), ("2021-01-01", None)])
    def test_a_term_never_prolongs_a_shorter_validity(self, policy: Policy, on: str, status: str | None) -> None:
        given_ = {**self.OPEN, "valid_to": "2020-12-31", "grade": "general"}
        assert told(policy, day(on), **given_).get("VALID") == status

    @pytest.mark.parametrize(("on", "status"), [("2021-02-28", "undetermined"), ("2021-03-01", None)])
    def test_an_unknown_end_is_unknown_until_the_term_ends_and_past_after_it(
        self, policy: Policy, on: str, status: str | None
    ) -> None:
        given_ = {**self.OPEN, "valid_to": None, "grade": "general"}
        assert told(policy, day(on), **given_).get("VALID") == status

    def test_a_term_from_an_unknown_day_leaves_it_open_whether_it_has_ended(self, policy: Policy) -> None:
        given_ = {**self.OPEN, "document_date": None, "grade": "general"}
        assert told(policy, day("2021-03-01"), **given_).get("VALID") == "undetermined"
