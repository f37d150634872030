"""Calendar periods: the corresponding day, or the last day of a shorter month (民法典 第二百零二条)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from creditrules.policy.syntax import Unit
from creditrules.records.values import FOREVER


def shift(day: date, unit: Unit, count: int) -> date:
    """`count` years, months or days after `day`; beyond the calendar it is for ever, and for ever stays for ever.

    A negative count of a record shifts back, to the first day of the calendar at most.

    >>> shift(date(2024, 2, 29), "years", 1)
    datetime.date(2025, 2, 28)
    """
    if day == FOREVER:
        return FOREVER
    if unit == "days":
        number = day.toordinal() + count
        return FOREVER if number > FOREVER.toordinal() else day + timedelta(days=count) if number > 0 else date.min
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "years" else 1)
    year, month = months // 12, months % 12 + 1
    if year > FOREVER.year:
        return FOREVER
    if year < date.min.year:
        return date.min
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
