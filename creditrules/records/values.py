"""The kinds of value that a record may hold, and how each is read from text without guessing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Discriminator, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from creditrules.diagnostics import Text, mask_code
from creditrules.documents import Plain
from creditrules.records import identifiers

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
_DATE_HINT = Text(
    "日期请写成 2026-02-08；带时刻的须带时区", "write a date like 2026-02-08; a time of day needs its zone"
)


_OPEN_HINT = Text(
    "写成 2026-02-08，带时刻的须带时区；长期有效写 `open`，尚未发生写 `pending`，不知道则不写",
    "write a date like 2026-02-08, a time of day with its zone; `open` for no end, `pending` for not yet, nothing where it is not known",
)


def civil_date(value: object, *, hint: Text = _DATE_HINT) -> date | None:
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
        raise refuse("CR-R043", Text("没有这一天或这一时刻", "there is no such day or time"), hint) from None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise refuse("CR-R043", Text("需要一个日期", "a date is expected"), hint)


def _open_date(value: object) -> date | None:
    return FOREVER if isinstance(value, str) and value in ("open", "pending") else civil_date(value, hint=_OPEN_HINT)


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
            "需要非负数（不写单位和千位分隔符，小数不超过六位）",
            "a number that is not negative is expected, without unit or separator, at most six decimals",
        ),
        Text(
            "只写数字，按字段的单位换算（8000万元写 80000000）；Python 中用 Decimal",
            "write digits only, in the unit of the field (80000000 for 8000万元); in Python a Decimal",
        ),
    )


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


def _text(value: object, *, most: int = MOST_TEXT) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise refuse("CR-R046", Text("需要文本", "text is expected"), Text("请加引号", "put it in quotes"))
    if all(c.isspace() or unicodedata.category(c) in ("Cf", "Zl", "Zp") for c in value):
        raise refuse("CR-R046", Text("文本是空的", "the text is empty"), Text("不知道时整项不写", "leave the field out where it is not known"))  # fmt: skip
    if len(value) > most:
        raise refuse("CR-R046", Text(f"文本有 {len(value)} 字，上限 {most} 字", f"a text of {len(value)} characters, more than {most}"), _SHORTER)  # fmt: skip
    odd = next((c for c in value if unicodedata.category(c) in ("Cs", "Cc")), None)
    if odd is not None:
        name = f"U+{ord(odd):04X}"
        raise refuse(
            "CR-R046",
            Text(f"文本含不允许的字符 {name}", f"the text holds the character {name}, which is not allowed"),
            Text("删除该字符", "delete it"),
        )
    return str(value)


_SHORTER = Text("写短些，或查是否把几项并在了一处", "shorten it, or see whether several fields ran together")


class Code(str):  # noqa: SLOT000 - a subtype of `str` can have no slots with something in them
    """An identity code, normalised. It prints masked in every `repr`, so that no log or traceback shows it whole."""

    kind: identifiers.Kind = "other"
    changed: bool = False
    """Whether it was written otherwise: full-width, spaced, in lower case."""

    def __repr__(self) -> str:
        return repr(mask_code(str(self)))


def code_of(value: object, kind: identifiers.Kind) -> Code | None:
    """The code of a kind, out of what a record gives. Raises for what identifies nothing, saying why."""
    if value is None:
        return None
    always_text = Text("代码一律写成文本", "codes are always text")
    if not isinstance(value, str):
        raise refuse("CR-R040", Text("代码是数字类型，可能已丢失精度", "a code as a number may have lost digits"), always_text)  # fmt: skip
    damage = identifiers.damage(value)
    if damage is not None:
        raise refuse("CR-R038", damage, identifiers.RESTORE)
    code = Code(identifiers.normalised(value))
    if not code:
        raise refuse(
            "CR-R036",
            Text("代码是空的", "the code is empty"),
            Text("不知道时整项不写", "leave the field out where it is not known"),
        )
    wrong = next((r for r in identifiers.remarks(code, kind) if r.refuses), None)
    if wrong is not None:
        raise refuse(wrong.code, wrong.message, wrong.hint)
    # Hyphens belong to the groups of a project code as it is published.
    code.kind, code.changed = kind, code != (value.replace("-", "") if kind == "project_code" else value)
    return code


TEXT_OR_OTHER = Discriminator(lambda value: "text" if isinstance(value, str) else "other")
"""Tells a word from an object in a union whose members are tagged `text` and `other`, so that one problem is one message."""


def _validated(read: Callable[[object], Any]) -> BeforeValidator:
    return BeforeValidator(read)


# What JSON Schema says of each kind of value: as records and policies write it, not as Python holds it.
_DAY = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9:.,]+([Zz]|[+-][0-9:]+))?$"}
_OPEN_DAY = {"anyOf": [_DAY, {"enum": ["open", "pending"]}]}
_AMOUNT = {
    "anyOf": [
        {"type": "number", "minimum": 0, "exclusiveMaximum": 10**16},
        {"type": "string", "pattern": r"^[0-9]{1,16}(\.[0-9]{1,6})?$"},
    ]
}
_WORDED = {"type": "string", "minLength": 1}

Date = Annotated[date, _validated(civil_date), PlainSerializer(_write_date, when_used="json"), WithJsonSchema(_DAY)]
OpenDate = Annotated[
    date, _validated(_open_date), PlainSerializer(_write_date, when_used="json"), WithJsonSchema(_OPEN_DAY)
]
Money = Annotated[Decimal, _validated(_money), PlainSerializer(decimal_text, when_used="json"), WithJsonSchema(_AMOUNT)]
Whole = Annotated[
    int, _validated(_whole), WithJsonSchema({"type": "integer", "minimum": -MOST_INT, "maximum": MOST_INT})
]
Flag = Annotated[bool, _validated(_flag)]
Str = Annotated[str, _validated(_text), WithJsonSchema(_WORDED | {"maxLength": MOST_TEXT})]
Named = Annotated[str, _validated(partial(_text, most=200)), WithJsonSchema(_WORDED | {"maxLength": 200})]
"""The name of a person or company."""
Numbered = Annotated[str, _validated(partial(_text, most=64)), WithJsonSchema(_WORDED | {"maxLength": 64})]
"""The number or key under which a register keeps a record, or a matter."""
# Plain validators, because pydantic would make an ordinary `str` of a `Code`, and that prints whole. A schema sees no more
# of a code than that it is text, since it may be spaced, hyphenated, full-width or in lower case.
_CODE = WithJsonSchema(_WORDED)
CodeText = Annotated[str, PlainValidator(partial(code_of, kind="other")), _CODE]
Uscc = Annotated[str, PlainValidator(partial(code_of, kind="uscc")), _CODE]
OrgCode = Annotated[str, PlainValidator(partial(code_of, kind="org_code")), _CODE]
ProjectCode = Annotated[str, PlainValidator(partial(code_of, kind="project_code")), _CODE]
PermitNo = Annotated[str, PlainValidator(partial(code_of, kind="permit_no")), _CODE]
