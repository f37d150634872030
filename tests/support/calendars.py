"""What two independent packages say of the working days of China, and the file of a year in which they agree.

`python -m tests.support.calendars 2027 国办发明电〔2026〕…号` writes the file of a year whose notice the packages have taken up;
several numbers where a notice changed another one. It writes nothing where they do not agree.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays

FOLDER = Path(__file__).resolve().parents[2] / "policies" / "calendar"

TEXT = """\
# yaml-language-server: $schema=../schemas/calendar.schema.json
# {year} 年的工作日：周一至周五，除去 `days_off`，加上 `days_worked` 中上班的周六、周日。取自两个软件包，二者逐日一致。
# The working days of {year}: Monday to Friday without `days_off`, and the Saturdays and Sundays in `days_worked`, as two packages
# give them that agree on every day.
language: 1
calendar: cn
year: {year}
title:
  zh: 国务院办公厅关于{year}年部分节假日安排的通知
  en: Notice of the General Office of the State Council on some holidays in {year}
numbers: [{numbers}]
checked: unchecked
days_off:
{days_off}
days_worked:
{days_worked}
"""


def days_of(year: int) -> Iterator[date]:
    """Every day of a year."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def departures(year: int) -> tuple[list[date], list[date]]:
    """The weekdays off and the weekend days worked. Raises ValueError for days on which the packages do not agree.

    Of a year that it does not know, chinesecalendar raises NotImplementedError. The other package then gives the festivals
    alone, without weekends worked instead.
    """
    other = holidays.country_holidays("CN", years=year)
    worked = {day: chinese_calendar.is_workday(day) for day in days_of(year)}
    apart = [day for day in worked if worked[day] != other.is_working_day(day)]
    if apart:
        raise ValueError(f"the packages do not agree on {', '.join(map(str, apart))}")
    return (
        [day for day in worked if day.weekday() < 5 and not worked[day]],
        [day for day in worked if day.weekday() >= 5 and worked[day]],
    )


def by_month(days: list[date]) -> str:
    """The items of a YAML list in flow style, a line for each month."""
    months = sorted({day.month for day in days})
    lines = [", ".join(str(day) for day in days if day.month == month) for month in months]
    return "  [\n" + "".join(f"    {line},\n" for line in lines) + "  ]"


def text_of(year: int, numbers: list[str]) -> str:
    """The file of a year."""
    days_off, days_worked = map(by_month, departures(year))
    return TEXT.format(year=year, numbers=", ".join(numbers), days_off=days_off, days_worked=days_worked)


if __name__ == "__main__":
    (FOLDER / f"cn-{int(sys.argv[1])}.yaml").write_text(text_of(int(sys.argv[1]), sys.argv[2:]), "utf-8")
