"""The kinds of value that a record may hold, and how each is read from text without guessing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Discriminator, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from creditrules.diagnostics import Text, mask_code
from creditrules.documents import Plain

BEIJING = ZoneInfo("Asia/Shanghai")
FOREVER = date.max
"""What `open` (no end) and `pending` (has not happened) read as, so that comparisons need no special case."""

MOST_INT = 2**53 - 1
MOST_TEXT = 4096
MOST_ITEMS = 10_000


def refuse(
    code: str, message: Text, hint: Text | None = None, *, at: tuple[str | int, ...] = ()
) -> PydanticCustomError:
    """The error of a validator, in both languages; `at` is where the problem lies below what is validated."""
    context = {"code": code, "en": message.en, "message": message, "hint": hint, "at": at}
    return PydanticCustomError("creditrules", "{en}", context)


_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_HINT = Text("日期请写成 2026-02-08；带时刻的须带时区", "write a date as 2026-02-08; a time of day needs its zone")


def civil_date(value: object) -> date | None:
    """A date, or the civil date in Asia/Shanghai of an instant with a zone.

    >>> civil_date("2026-02-28T16:30:00Z")
    datetime.date(2026, 3, 1)
    """
    if value is None:
        return None
    try:
        if isinstance(value, str) and _ISO.fullmatch(value):
            return date.fromisoformat(value)
        if isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:", value):
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(BEIJING).date()
    except (ValueError, OverflowError):
        raise refuse("CR-R043", Text("没有这一天", "there is no such day"), _DATE_HINT) from None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise refuse("CR-R043", Text("需要一个日期", "a date is expected"), _DATE_HINT)


def _open_date(value: object) -> date | None:
    return FOREVER if isinstance(value, str) and value in ("open", "pending") else civil_date(value)


def _write_date(value: date | None) -> str | None:
    return None if value is None else "open" if value == FOREVER else value.isoformat()


def _money(value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,16}(\.[0-9]{1,6})?", value):
        return Decimal(value)
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        number = Decimal(value)
        exponent = number.as_tuple().exponent
        if number.is_finite() and 0 <= number < 10**16 and isinstance(exponent, int) and exponent >= -6:
            return number
    raise refuse(
        "CR-R045",
        Text(
            "需要不为负的数（不写单位和千分号，小数不超过六位）",
            "a number that is not negative is expected, without unit or separator, at most six decimals",
        ),
        Text("写成 80000000 或 \"0.10\"；Python 中用 Decimal", 'write 80000000 or "0.10"; in Python a Decimal'),
    )  # fmt: skip


def decimal_text(value: Decimal) -> str:
    """One spelling for each number, whatever trailing zeros it came with.

    >>> decimal_text(Decimal("20000.50"))
    '20000.5'
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _whole(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, Plain) and re.fullmatch(r"0|-?[1-9][0-9]{0,15}", value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_INT:
        return value
    raise refuse("CR-R044", Text("需要整数", "a whole number is expected"))


def _flag(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Plain) and value in ("true", "false"):
        return value == "true"
    raise refuse("CR-R042", Text("需要 true 或 false", "true or false is expected"))


def _text(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise refuse("CR-R046", Text("需要文本", "text is expected"), Text("请加引号", "put it in quotes"))
    if not value.strip() or len(value) > MOST_TEXT or any(unicodedata.category(c) in ("Cs", "Cc") for c in value):
        raise refuse(
            "CR-R046", Text(f"文本为空、过长（上限 {MOST_TEXT} 字）或含控制字符", f"text that is empty, longer than {MOST_TEXT} or holds control characters")
        )  # fmt: skip
    return str(value)


class Code(str):
    """An identity code. It prints masked in every `repr`, so that no log or traceback shows it whole."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(mask_code(str(self)))


def _code(value: object) -> Code | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise refuse(
            "CR-R040", Text("代码是数字类型，可能已丢失精度", "a code as a number may have lost digits"), Text("代码一律写成文本", "codes are always text")
        )  # fmt: skip
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", value)).upper()
    if not re.fullmatch(r"[0-9A-Z]{1,64}", code):
        raise refuse("CR-R036", Text("代码只能有数字和字母", "a code has digits and letters only"))
    return Code(code)


TEXT_OR_OTHER = Discriminator(lambda value: "text" if isinstance(value, str) else "other")
"""Tells a word from an object in a union whose members are tagged `text` and `other`, so that one problem is one message."""


def _validated(read: Callable[[object], Any]) -> BeforeValidator:
    return BeforeValidator(read)


Date = Annotated[date, _validated(civil_date), PlainSerializer(_write_date, when_used="json")]
OpenDate = Annotated[date, _validated(_open_date), PlainSerializer(_write_date, when_used="json")]
Money = Annotated[Decimal, _validated(_money), PlainSerializer(decimal_text, when_used="json")]
Whole = Annotated[int, _validated(_whole)]
Flag = Annotated[bool, _validated(_flag)]
Str = Annotated[str, _validated(_text)]
CodeText = Annotated[str, PlainValidator(_code, json_schema_input_type=str)]
# A plain validator, because pydantic would make an ordinary `str` of a `Code`, and that prints whole.
