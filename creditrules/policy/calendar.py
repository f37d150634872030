"""The one place where statutory clocks are computed: which days are worked, and on which day a period ends.

The days of a year come from the yearly holiday notice of 国务院办公厅, one file for each year. Nobody knows the working days of
a year before its notice; what reaches into such a year is unknown, and says which year that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from creditrules.diagnostics import Diagnostic, PolicyError, Source, Span, Text
from creditrules.documents import Node, at
from creditrules.policy.files import read_shape
from creditrules.policy.periods import shift
from creditrules.policy.shapes import Checked, Language, Shape, Str, Title, Word
from creditrules.records.values import FOREVER, Date, Whole

ClockUnit = Literal["working_days", "calendar_days"]
UNITS = get_args(ClockUnit)

_SATURDAY = 5


@dataclass(frozen=True)
class Year:
    """How one year departs from the plain week, and the notices that say so."""

    year: int
    title: Text
    numbers: tuple[str, ...]
    """The notice's number, and those of the notices that changed it."""
    checked: Checked
    days_off: frozenset[date]
    """The days from Monday to Friday that are not worked."""
    days_worked: frozenset[date]
    """The Saturdays and Sundays that are."""


@dataclass(frozen=True)
class Calendar:
    """The working days of the years whose notices are known."""

    name: str
    years: Mapping[int, Year]


@dataclass(frozen=True)
class Due:
    """The last day of a period. Without one it has not begun, or, where there is a `missing_year`, is not known."""

    day: date | None
    missing_year: int | None = None
    """The first year that the count reached and the calendar does not have."""
    numbers: tuple[str, ...] = ()
    """The notices that say which days were counted, from the earliest year to the latest."""


def is_working_day(calendar: Calendar, day: date) -> bool | None:
    """Whether a day is worked; None in a year that the calendar does not have."""
    year = calendar.years.get(day.year)
    if year is None:
        return None
    return day in year.days_worked if day.weekday() >= _SATURDAY else day not in year.days_off


def due(calendar: Calendar | None, start: date, *, days: int, unit: ClockUnit) -> Due:
    """The last day of a period of so many days after `start`, which itself is not counted.

    >>> due(None, date(2020, 6, 24), days=5, unit="calendar_days").day
    datetime.date(2020, 6, 29)

    Of working days, only those are counted; days off are passed over, and weekends that are worked count.
    Calendar days are counted plainly: the last of them is not moved to the next working day.
    That is the earlier, stricter reading, a choice of ours. A count of none, or of less, ends on `start`. What has not
    happened (`pending`) starts no period, and one that reaches beyond the year 9999 never ends. Without a calendar no year is
    known.
    """
    if start == FOREVER:
        return Due(None)
    if unit == "calendar_days" or days <= 0:
        return Due(shift(start, "days", max(days, 0)))
    day, left, numbers = start, days, dict[str, None]()  # a dict, as the order of the years is kept
    while left and day < FOREVER:  # which is the last day that there is
        day += timedelta(days=1)
        year = calendar.years.get(day.year) if calendar else None
        if calendar is None or year is None:
            return Due(None, day.year, tuple(numbers))
        numbers |= dict.fromkeys(year.numbers)
        left -= bool(is_working_day(calendar, day))
    return Due(day, None, tuple(numbers))


class CalendarFile(Shape):
    """The shape of the file of one year: the weekdays off, and the Saturdays and Sundays worked."""

    language: Language
    calendar: Word
    year: Whole
    title: Title
    numbers: tuple[Str, ...]
    checked: Checked
    days_off: tuple[Date, ...]
    days_worked: tuple[Date, ...]


def read_calendar(sources: Iterable[Source]) -> Calendar:
    """Read the files of a calendar, one for each year. Raises PolicyError with every problem of all of them."""
    problems: list[Diagnostic] = []
    files: list[tuple[CalendarFile, Node]] = []
    for source in sources:
        try:
            files.append(read_shape(source, CalendarFile))
        except PolicyError as error:
            problems += error.diagnostics
    years: dict[int, Year] = {}
    spans: dict[int, Span] = {}
    for file, node in files:
        problems += _doubts(file, node)
        head, head_node = files[0]
        if file.calendar != head.calendar:
            message = Text(
                f"日历 `{file.calendar}` 与另一文件的 `{head.calendar}` 不同",
                f"the calendar `{file.calendar}` is not `{head.calendar}`, as in another file",
            )
            hint = Text("各年的文件写同一名称", "write one name in the files of all years")
            related = ((at(head_node, ("calendar",)), Text("另一文件", "the other file")),)
            problems.append(Diagnostic("CR-P031", message, at(node, ("calendar",)), hint, related))
        span = at(node, ("year",))
        first = spans.setdefault(file.year, span)
        if first is not span:
            message = Text(f"{file.year} 年有两个文件", f"there are two files for {file.year}")
            hint = Text("改正年份，或删除其中一个", "correct the year, or delete one of them")
            related = ((first, Text("第一个", "the first")),)
            problems.append(Diagnostic("CR-P023", message, span, hint, related))
        years[file.year] = Year(
            file.year, file.title.text, file.numbers, file.checked, frozenset(file.days_off), frozenset(file.days_worked)
        )  # fmt: skip
    if not files and not problems:
        problems.append(Diagnostic("CR-P051", Text("没有日历文件", "there is no file of the calendar")))
    if problems:
        raise PolicyError(problems)
    return Calendar(files[0][0].calendar, dict(sorted(years.items())))


def _doubts(file: CalendarFile, node: Node) -> Iterator[Diagnostic]:
    """What cannot stand in the file of a year: days of another one, days that are as in any week, days listed twice."""
    if not file.numbers:
        message = Text("没有通知的文号", "there is no number of a notice")
        yield Diagnostic("CR-P030", message, at(node, ("numbers",)))
    for key, days, at_weekends in (("days_off", file.days_off, False), ("days_worked", file.days_worked, True)):
        first: dict[date, Span] = {}
        for index, day in enumerate(days):
            span = at(node, (key, index))
            if first.setdefault(day, span) is not span:
                message = Text(f"`{day}` 列了两次", f"`{day}` is listed twice")
                hint = Text("删除或改正其中一处", "delete or correct one of them")
                yield Diagnostic("CR-P023", message, span, hint, ((first[day], Text("第一次", "the first time")),))
            elif day.year != file.year:
                message = Text(f"`{day}` 不在 {file.year} 年", f"`{day}` does not lie in {file.year}")
                hint = Text("写入该年的文件", "write it in the file of its year")
                yield Diagnostic("CR-P031", message, span, hint)
            elif at_weekends and day.weekday() < _SATURDAY:
                message = Text(f"`{day}` 是周一至周五", f"`{day}` is a day from Monday to Friday")
                hint = Text(
                    "`days_worked` 只列上班的周六、周日", "`days_worked` lists Saturdays and Sundays that are worked"
                )
                yield Diagnostic("CR-P031", message, span, hint)
            elif day.weekday() >= _SATURDAY and not at_weekends:
                message = Text(f"`{day}` 是周六或周日", f"`{day}` is a Saturday or a Sunday")
                hint = Text("`days_off` 只列放假的周一至周五", "`days_off` lists days off from Monday to Friday")
                yield Diagnostic("CR-P031", message, span, hint)
