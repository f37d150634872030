"""Statutory clocks run over the working days that the yearly notices give, and say which year's notice they lack.

`calendar/` holds the files of a calendar with mistakes, and in `expected.txt` what is said of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditrules import PolicyError
from creditrules.diagnostics import Source, Span
from creditrules.policy.calendar import Calendar, ClockUnit, Due, Year, due, is_working_day, read_calendar
from creditrules.policy.loading import shipped_calendar
from creditrules.records.values import FOREVER
from tests.support.calendars import FOLDER, days_of, text_of
from tests.test_diagnostics import BETWEEN, compare

HERE = Path(__file__).resolve().parent / "calendar"
SOURCES = shipped_calendar("cn")
CN = read_calendar(SOURCES)
IN_2020 = ("国办发明电〔2019〕16号", "国办发明电〔2020〕1号")


def day(text: str) -> date:
    return date.fromisoformat(text)


def working(start: str, days: int) -> Due:
    return due(CN, day(start), days=days, unit="working_days")


class TestShippedFiles:
    def test_the_years_from_2020_to_2026_are_there(self) -> None:
        assert list(CN.years) == [*range(2020, 2027)]
        assert [s.name for s in SOURCES] == [f"cn-{year}.yaml" for year in CN.years]
        assert {p.name for p in FOLDER.iterdir()} == {s.name for s in SOURCES}

    @pytest.mark.parametrize("year", CN.years)
    def test_both_packages_say_the_same_of_every_day(self, year: int) -> None:
        other = holidays.country_holidays("CN", years=year)
        for each in days_of(year):
            said = {is_working_day(CN, each), chinese_calendar.is_workday(each), other.is_working_day(each)}
            assert len(said) == 1, each

    @pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)
    def test_a_file_is_as_the_script_writes_it(self, source: Source) -> None:
        (year,) = read_calendar([source]).years.values()
        written = text_of(year.year, list(year.numbers))
        assert source.text == written.replace("checked: unchecked", f"checked: {year.checked}")

    def test_a_year_without_notice_is_not_written(self) -> None:
        """The other package gives the festivals of such a year, which alone would look like an answer."""
        with pytest.raises(NotImplementedError):
            text_of(max(CN.years) + 20, ["某〔2045〕1号"])

    def test_the_notices_are_cited(self) -> None:
        assert CN.years[2020].numbers == IN_2020
        assert all(year.numbers and year.title.zh.startswith("国务院办公厅") for year in CN.years.values())

    def test_a_calendar_that_is_not_shipped_is_told_where_it_is_named(self) -> None:
        span = Span(Source("policy.yaml", "calendar: cm\n"), 10, 12)
        with pytest.raises(PolicyError) as error:
            shipped_calendar("cm", span)
        (problem,) = error.value.diagnostics
        assert (problem.code, problem.span) == ("CR-P034", span)
        assert "`cn`" in problem.render("zh")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2020-06-24", True),  # Wednesday
        ("2020-06-25", False),  # 端午, Thursday
        ("2020-06-27", False),  # Saturday
        ("2020-06-28", True),  # Sunday, worked instead
        ("2020-01-31", False),  # Friday, only by the notice that prolonged the Spring Festival
        ("2020-02-01", False),  # Saturday, which the first notice had worked
        ("2019-12-31", None),
        ("2027-01-04", None),
    ],
)
def test_which_days_are_worked(on: str, expected: bool | None) -> None:
    assert is_working_day(CN, day(on)) is expected


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2020-06-01", 5, "2020-06-08"),  # Monday to Monday: 2, 3, 4, 5, 8
        ("2020-06-05", 1, "2020-06-08"),  # Friday to Monday
        ("2020-06-06", 1, "2020-06-08"),  # what begins on a Saturday begins to count on Monday all the same
        ("2020-06-24", 1, "2020-06-28"),  # 25 to 27 June off, Sunday 28 June worked
        ("2020-06-24", 5, "2020-07-02"),  # 28, 29, 30 June, 1, 2 July
        ("2020-06-28", 1, "2020-06-29"),
        ("2020-01-17", 1, "2020-01-19"),  # Friday; Sunday is worked before the Spring Festival
        ("2020-01-22", 1, "2020-01-23"),
        ("2020-01-22", 2, "2020-02-03"),  # 24 January to 2 February off
        ("2020-01-23", 7, "2020-02-11"),  # 3, 4, 5, 6, 7, 10, 11 February
        ("2020-09-25", 1, "2020-09-27"),  # Friday; Sunday is worked before National Day
        ("2020-09-25", 4, "2020-09-30"),  # 27, 28, 29, 30 September
        ("2020-09-25", 5, "2020-10-09"),  # 1 to 8 October off
        ("2020-09-25", 6, "2020-10-10"),  # Saturday, worked
        ("2020-09-25", 7, "2020-10-12"),
        ("2020-09-30", 7, "2020-10-16"),  # 9, 10, 12, 13, 14, 15, 16 October
        ("2019-12-31", 1, "2020-01-02"),  # the day itself is not counted, so its own year need not be known
        ("2020-12-30", 3, "2021-01-05"),  # 31 December; 1 January and a weekend off; 4, 5 January
        ("2026-02-13", 2, "2026-02-24"),  # Saturday 14 February worked; 15 to 23 February off
        ("2026-12-30", 1, "2026-12-31"),
        ("2020-06-01", 45, "2020-08-04"),  # 20 in June, 23 in July; 3, 4 August
    ],
)
def test_working_days_are_counted_over_days_off_and_days_worked_instead(start: str, days: int, last: str) -> None:
    assert working(start, days).day == day(last)
    assert working(start, days).missing_year is None


@pytest.mark.parametrize(
    ("start", "days", "numbers"),
    [
        ("2020-06-01", 5, IN_2020),
        ("2020-12-30", 1, IN_2020),
        ("2020-12-31", 1, ("国办发明电〔2020〕27号",)),
        ("2020-12-30", 3, (*IN_2020, "国办发明电〔2020〕27号")),
        ("2020-06-06", 0, ()),
    ],
)
def test_a_period_names_the_notices_of_the_years_it_ran_through(
    start: str, days: int, numbers: tuple[str, ...]
) -> None:
    assert working(start, days).numbers == numbers


@pytest.mark.parametrize(
    ("start", "days", "missing"),
    [
        ("2026-12-30", 2, 2027),  # 31 December is the first, and nobody knows the second
        ("2026-12-31", 1, 2027),
        ("2026-12-31", 2**53 - 1, 2027),
        ("2020-01-01", 2**53 - 1, 2027),
        ("2019-12-30", 1, 2019),
        ("2019-06-03", 5, 2019),
        ("1000-01-01", 1, 1000),
        ("2030-05-06", 1, 2030),
    ],
)
def test_what_reaches_into_a_year_without_notice_is_unknown_and_says_which_year(
    start: str, days: int, missing: int
) -> None:
    found = working(start, days)
    assert (found.day, found.missing_year) == (None, missing)


def test_the_notices_up_to_the_missing_year_are_named() -> None:
    assert working("2026-12-30", 2) == Due(None, 2027, ("国办发明电〔2025〕7号",))


def test_without_a_calendar_no_year_is_known() -> None:
    assert due(None, day("2020-12-31"), days=1, unit="working_days") == Due(None, 2021)


def test_a_gap_between_known_years_is_told() -> None:
    gap = Calendar("cn", {year: CN.years[year] for year in (2020, 2022)})
    assert due(gap, day("2020-12-30"), days=300, unit="working_days") == Due(None, 2021, IN_2020)


UNITS: tuple[ClockUnit, ...] = ("working_days", "calendar_days")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("start", ["2020-06-06", "2020-06-08", "2040-01-01"])
def test_a_count_of_none_ends_on_the_day_it_starts(unit: ClockUnit, start: str) -> None:
    for calendar in (CN, None):
        assert due(calendar, day(start), days=0, unit=unit) == Due(day(start))
        assert due(calendar, day(start), days=-(2**53), unit=unit) == Due(day(start))


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("days", [-1, 0, 5, 2**53])
def test_what_has_not_happened_starts_no_period(unit: ClockUnit, days: int) -> None:
    assert due(CN, FOREVER, days=days, unit=unit) == Due(None)


def test_beyond_the_calendar_a_period_never_ends() -> None:
    last = Year(9999, CN.years[2020].title, ("某〔9998〕1号",), "unchecked", frozenset(), frozenset())
    calendar = Calendar("cn", {9999: last})
    assert due(calendar, day("9999-12-29"), days=1, unit="working_days").day == day("9999-12-30")
    for days in (2, 3, 2**53 - 1):
        assert due(calendar, day("9999-12-29"), days=days, unit="working_days").day == FOREVER
        assert due(None, day("9999-12-29"), days=days, unit="calendar_days").day == FOREVER


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2020-06-24", 5, "2020-06-29"),
        ("2020-06-24", 1, "2020-06-25"),  # ends on a day off, and is not moved to the next day that is worked
        ("2020-02-28", 2, "2020-03-01"),
        ("2026-12-31", 20, "2027-01-20"),  # no notice is needed
    ],
)
def test_calendar_days_are_counted_plainly(start: str, days: int, last: str) -> None:
    for calendar in (CN, None):
        assert due(calendar, day(start), days=days, unit="calendar_days") == Due(day(last))


STARTS = st.dates(date(2019, 12, 31), date(2026, 12, 31))
COUNTS = st.integers(0, 60) | st.integers(0, 2_000)


def worked(start: date, end: date) -> int:
    """How many days after `start` and up to `end` are worked, as another package has them."""
    later = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(chinese_calendar.is_workday(each) for each in later)


@given(STARTS, COUNTS)
def test_exactly_so_many_working_days_lie_in_a_period_and_its_last_day_is_one(start: date, days: int) -> None:
    found = due(CN, start, days=days, unit="working_days")
    if found.day is None:
        assert found.missing_year == 2027
        assert worked(start, date(2026, 12, 31)) < days
    else:
        assert found.missing_year is None
        assert worked(start, found.day) == days
        assert days == 0 or is_working_day(CN, found.day)


@given(STARTS, STARTS, COUNTS, COUNTS)
def test_a_later_start_or_a_longer_period_never_ends_earlier(one: date, other: date, days: int, more: int) -> None:
    """What is not known because its year lies ahead ends later than all that is known."""
    first, second = (due(CN, s, days=d, unit="working_days") for s, d in zip(
        sorted((one, other)), sorted((days, more)), strict=True))  # fmt: skip
    assert (first.day or FOREVER) <= (second.day or FOREVER)


@given(STARTS, COUNTS)
def test_working_days_never_end_before_as_many_calendar_days(start: date, days: int) -> None:
    plainly = due(CN, start, days=days, unit="calendar_days").day
    assert plainly == start + timedelta(days=days)
    assert (due(CN, start, days=days, unit="working_days").day or FOREVER) >= plainly


@given(STARTS, st.integers(0, 300), st.integers(0, 300))
def test_a_period_may_be_counted_in_two_parts(start: date, days: int, more: int) -> None:
    whole = due(CN, start, days=days + more, unit="working_days")
    part = due(CN, start, days=days, unit="working_days")
    if part.day is None:
        assert whole.day is None
    else:
        assert whole.day == due(CN, part.day, days=more, unit="working_days").day


class TestReading:
    """What stands in the file of a year."""

    SOUND = """\
language: 1
calendar: cn
year: 2020
title: {zh: 甲, en: a}
numbers: [某〔2019〕1号]
checked: official
days_off: [2020-01-01]
days_worked: [2020-01-19]
"""

    def problems(self, *texts: str) -> list[tuple[str, str]]:
        with pytest.raises(PolicyError) as error:
            read_calendar(Source(f"cn-{n}.yaml", text) for n, text in enumerate(texts))
        return [
            (d.code, d.span.source.text[d.span.start : d.span.end] if d.span else "") for d in error.value.diagnostics
        ]

    def test_a_sound_file_is_read(self) -> None:
        year = read_calendar([Source("cn-2020.yaml", self.SOUND)]).years[2020]
        assert (year.checked, year.numbers) == ("official", ("某〔2019〕1号",))
        assert (year.days_off, year.days_worked) == ({day("2020-01-01")}, {day("2020-01-19")})

    def test_the_order_of_the_files_does_not_matter(self) -> None:
        assert list(read_calendar(reversed(SOURCES)).years) == list(CN.years)

    def test_a_year_may_be_as_any_other(self) -> None:
        text = self.SOUND.replace("2020-01-01", "").replace("2020-01-19", "")
        year = read_calendar([Source("cn-2020.yaml", text)]).years[2020]
        assert not year.days_off | year.days_worked

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (lambda t: t.replace("[2020-01-01]", "[2021-01-01]"), ("CR-P031", "2021-01-01")),
            (lambda t: t.replace("[2020-01-01]", "[2020-01-25]"), ("CR-P031", "2020-01-25")),
            (lambda t: t.replace("[2020-01-19]", "[2020-01-20]"), ("CR-P031", "2020-01-20")),
            (lambda t: t.replace("[2020-01-01]", "[2020-01-01, 2020-01-01]"), ("CR-P023", "2020-01-01")),
            (lambda t: t.replace("[2020-01-01]", "[2020-02-30]"), ("CR-P018", "2020-02-30")),
            (lambda t: t.replace("[2020-01-01]", "[open]"), ("CR-P018", "open")),
            (lambda t: t.replace("[2020-01-01]", "2020-01-01"), ("CR-P031", "2020-01-01")),
            (lambda t: t.replace("[某〔2019〕1号]", "[]"), ("CR-P030", "numbers")),
            (lambda t: t.replace("days_worked", "days_wroked"), ("CR-P013", "days_wroked")),
            (lambda t: t.replace("official", "yes"), ("CR-P032", "yes")),
            (lambda t: t.replace("year: 2020", "year: MMXX"), ("CR-P031", "MMXX")),
            (lambda t: t.replace("calendar: cn", "calendar: 中国"), ("CR-P031", "中国")),
        ],
    )
    def test_a_mistake_is_told_at_its_place(self, change: Callable[[str], str], told: tuple[str, str]) -> None:
        assert told in self.problems(change(self.SOUND))

    def test_two_files_for_one_year(self) -> None:
        assert self.problems(self.SOUND, self.SOUND) == [("CR-P023", "2020")]

    def test_two_calendars_are_not_one(self) -> None:
        other = self.SOUND.replace("2020", "2024").replace("calendar: cn", "calendar: hk").replace("01-19", "02-04")
        assert self.problems(self.SOUND, other) == [("CR-P031", "hk")]

    def test_a_mistake_in_one_file_hides_none_in_another(self) -> None:
        wrong = self.SOUND.replace("2020-01-19", "2020-01-20")
        assert self.problems("year: 2020\n", wrong)[-1] == ("CR-P031", "2020-01-20")

    def test_no_file_is_no_calendar(self) -> None:
        assert self.problems() == [("CR-P051", "")]

    def test_what_is_said_of_the_mistakes(self) -> None:
        with pytest.raises(PolicyError) as error:
            read_calendar(Source(p.name, p.read_text("utf-8")) for p in sorted(HERE.glob("*.yaml")))
        assert all("改法" in d.render("zh") for d in error.value.diagnostics)
        compare(HERE, error.value.render("zh") + BETWEEN + error.value.render("en") + "\n")
