"""Judge identity codes level by level: length, characters, check digit, and what the digits say.

Length, characters and check digit are errors: such a code identifies nobody. What the digits say (a region, a day of birth)
is only remarked upon, because registers hold true codes that look odd. The structures are those of GB 32100-2015 (unified
social credit code), GB 11714 (organisation code) and GB 11643-1999 (resident ID); lists of regions and of registering
departments are general knowledge, which is why they never refuse anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from creditrules.diagnostics import Text

Level = Literal["length", "charset", "checksum", "semantics"]
Kind = Literal["uscc", "org_code", "resident_id", "residence_permit", "project_code", "permit_no", "other"]


@dataclass(frozen=True)
class Remark:
    """What is wrong with a code, or odd about it; never with the code itself, nor with the check digit it should have."""

    level: Level
    code: str
    message: Text
    hint: Text | None = None

    @property
    def refuses(self) -> bool:
        """Whether the code identifies nobody; what the digits say refuses nothing."""
        return self.level != "semantics"


MOST_CHARACTERS = 64
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]")
_FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def normalised(given: str) -> str:
    """A code without what people and keyboards add to it: full width, spaces, hyphens, lower case.

    >>> normalised("９１９９９９９９ ma00-000a 9r")
    '91999999MA00000A9R'
    """
    return _SEPARATORS.sub("", given.translate(_FULL_WIDTH)).upper()


def damage(given: str) -> Text | None:
    """What a spreadsheet did to a code: exponents and decimal points never belong to one. None where it looks whole.

    >>> damage("9.19999E+17").en
    'scientific notation: digits of the code are lost'
    """
    text = given.translate(_FULL_WIDTH).strip()
    if re.fullmatch(r"-?[0-9]+\.[0-9]*\s*[eE]\s*[+-]?\s*[0-9]{1,3}|[0-9][eE]\+?[0-9]{1,3}", text):
        return Text("科学计数法：代码的数字已丢失", "scientific notation: digits of the code are lost")
    if re.fullmatch(r"[0-9]+\.0*", text):
        return Text("代码被当作小数处理过", "the code was treated as a number with decimals")
    if re.match(r"['=\"‘’“”]", text):
        return Text("代码前有表格软件的引号或等号", "the code begins with a spreadsheet's quote or equals sign")
    if re.fullmatch(r"#+", text):
        return Text("代码显示为 #，列宽不够", "the code is shown as `#`, because its column was too narrow")
    return None


RESTORE = Text(
    "从原系统重新导出，该列设为文本", "export it anew from the system it came from, with this column as text"
)

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MISREAD = {"O": "0", "I": "1", "Z": "2", "S": "5"}
_DEPARTMENTS = "123456789ANY"
# fmt: off
_PROVINCES = (
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46",
    "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
)
# fmt: on
_MADE_UP = "999999"
"""The region of codes that are made up for examples and tests; no place has it."""


def remarks(code: str, kind: Kind, *, by: date | None = None) -> Iterator[Remark]:
    """What is wrong with a normalised code, the gravest first; behind an error nothing more is said.

    `by` is a day on which the person or paper must already have existed; only the reading of days uses it.
    """
    visible = "".join(c for c in code if unicodedata.category(c)[0] not in "CZ")
    found = [*_characters(code, visible), *_JUDGED[kind](code, by)]  # what is not seen first: the length looks right
    wrong = [r for r in found if r.refuses]
    yield from wrong[:1] or found


def _uscc(code: str, by: date | None) -> Iterator[Remark]:  # noqa: ARG001 - it holds no day
    if len(code) == 9 and _org_digit(code[:8]) == code[8:]:
        yield _length_remark(
            code,
            "18",
            hint=Text("这是组织机构代码，写在 `org_code`", "this is an organisation code; give it as `org_code`"),
        )
    yield from _of_length(code, (18,))
    yield from _characters(code, _USCC)
    yield from _characters(code, "0123456789", slice(2, 8))
    if _uscc_digit(code) != code[17:]:
        message = Text("统一社会信用代码的校验位（第 18 位）不符", "the check digit (character 18) of the unified social credit code is wrong")  # fmt: skip
        yield _wrong_digit("CR-R035", message, code)
    if code[:1] not in _DEPARTMENTS:
        yield _odd(
            "CR-R052",
            Text(
                "登记管理部门代码（第 1 位）不在已知之列",
                "the registering department (the first character) is not a known one",
            ),
        )
    yield from _region(code[2:8], also=("10",))
    if _org_digit(code[8:16]) != code[16:17]:
        message = Text("所含组织机构代码（第 9 至 17 位）校验位不符", "the organisation code inside (characters 9–17) has a wrong check digit")  # fmt: skip
        yield _odd("CR-R050", message)


def _uscc_digit(code: str) -> str:
    """The check digit of a unified social credit code; empty where the code has characters that none has."""
    if len(code) != 18 or set(code) - set(_USCC):
        return ""
    return _USCC[-sum(_USCC.index(c) * w for c, w in zip(code, _USCC_WEIGHTS, strict=False)) % 31]


def _org_code(code: str, by: date | None) -> Iterator[Remark]:  # noqa: ARG001 - it holds no day
    if re.fullmatch(r"[0-9]{5,8}", code):
        message = Text("组织机构代码不足 9 位，可能丢了开头的零", "an organisation code of fewer than 9 characters may have lost leading zeros")  # fmt: skip
        yield Remark("length", "CR-R038", message, RESTORE)
    if is_whole(code, "uscc"):
        yield _length_remark(
            code,
            "9",
            hint=Text("这是统一社会信用代码，写在 `uscc`", "this is a unified social credit code; give it as `uscc`"),
        )
    yield from _of_length(code, (9,))
    yield from _characters(code, _ORG)
    if _org_digit(code[:8]) != code[8:]:
        message = Text("组织机构代码的校验位（第 9 位）不符", "the check digit (character 9) of the organisation code is wrong")  # fmt: skip
        yield _wrong_digit("CR-R055", message, code)


def _org_digit(body: str) -> str:
    """The check digit of the eight characters of an organisation code; empty where they hold others."""
    if len(body) != 8 or set(body) - set(_ORG):
        return ""
    return "0123456789X0"[11 - sum(_ORG.index(c) * w for c, w in zip(body, _ORG_WEIGHTS, strict=True)) % 11]


def _resident_id(code: str, by: date | None) -> Iterator[Remark]:
    yield from _of_length(code, (15, 18))
    yield from _characters(code, "0123456789", slice(0, 15 if len(code) == 15 else 17))
    yield from _characters(code, "0123456789X", slice(17, 18))
    if len(code) == 18 and _id_digit(code) != code[17:]:
        message = Text(
            "居民身份证（或港澳台居民居住证）号码的校验位（第 18 位）不符",
            "the check digit (character 18) of the resident identity or residence permit number is wrong",
        )
        yield _wrong_digit("CR-R039", message, code)
    yield from _region(code[:6], also=("83", "91"))  # permits of Taiwan's residents, and of foreign permanent residents
    if len(code) == 15 and code[12:] >= "996":
        message = Text(
            "15 位号码的顺序码为 996 至 999，属百岁老人，无法与 18 位号码对应",
            "orders 996 to 999 were those of centenarians: this number of 15 digits cannot be matched with one of 18",
        )
        yield _odd("CR-R059", message)
    born = _day(code[6:14] if len(code) == 18 else f"19{code[6:12]}")
    if born is None:
        yield _odd("CR-R049", Text("出生日期不是日历上的一天", "the day of birth is no day of the calendar"))
    elif by is not None and born > by:
        yield _odd("CR-R049", Text(f"出生日期晚于 {by}", f"the day of birth lies after {by}"))


def _id_digit(code: str) -> str:
    if not re.fullmatch(r"[0-9]{17}.", code):
        return ""
    return "10X98765432"[sum(int(c) * w for c, w in zip(code, _ID_WEIGHTS, strict=False)) % 11]


def _residence_permit(code: str, by: date | None) -> Iterator[Remark]:
    if not re.match("8[123]", code):
        message = Text("港澳台居民居住证号码以 81、82 或 83 开头", "the number of a residence permit begins with 81, 82 or 83")  # fmt: skip
        yield Remark("charset", "CR-R036", message)
    yield from _of_length(code, (18,))  # there never were permits of 15 digits
    yield from _resident_id(code, by)


def _permit_no(code: str, by: date | None) -> Iterator[Remark]:
    # Only papers of the shape that is known are read; older and electronic ones may have others.
    yield from _other(code, by)
    found = re.fullmatch(r"([0-9]{6})([0-9]{8})[0-9]{4}[A-Z]?", code)
    if found is None:
        return
    filed = _day(found[2])
    if filed is None:
        yield _odd("CR-R053", Text("许可证编号中的日期不是日历上的一天", "the date in the permit number is no day of the calendar"))  # fmt: skip
    elif by is not None and filed > by:
        yield _odd("CR-R053", Text(f"许可证编号中的日期晚于 {by}", f"the date in the permit number lies after {by}"))


def _project_code(code: str, by: date | None) -> Iterator[Remark]:
    yield from _other(code, by)
    # `2011` is a year in the older shape and November 2020 in the newer one, so only the day of the record can tell.
    as_year = re.fullmatch(r"(19|20)[0-9]{18}", code) is not None
    as_month = re.fullmatch(r"[0-9]{2}(0[1-9]|1[0-2])[0-9]{15}[0-9A-Z]", code) is not None
    if as_month and by is not None:
        as_month = (2000 + int(code[:2]), int(code[2:4])) <= (by.year, by.month)
    if as_year and by is not None:
        as_year = int(code[:4]) <= by.year
    if not as_year and not as_month:
        yield _odd("CR-R054", Text("项目代码不合新旧任何一种编码规则", "the project code has neither the older nor the newer shape"))  # fmt: skip


def _other(code: str, by: date | None) -> Iterator[Remark]:  # noqa: ARG001 - nothing more is known of it
    if not 1 <= len(code) <= MOST_CHARACTERS:
        yield _length_remark(code, f"1–{MOST_CHARACTERS}")
    yield from _characters(code, _ORG)


_JUDGED: Mapping[Kind, Callable[[str, date | None], Iterator[Remark]]] = {
    "uscc": _uscc,
    "org_code": _org_code,
    "resident_id": _resident_id,
    "residence_permit": _residence_permit,
    "project_code": _project_code,
    "permit_no": _permit_no,
    "other": _other,
}


def _of_length(code: str, lengths: tuple[int, ...]) -> Iterator[Remark]:
    if len(code) not in lengths:
        yield _length_remark(code, " or ".join(map(str, lengths)))


def _length_remark(code: str, wanted: str, *, hint: Text | None = None) -> Remark:
    message = Text(
        f"应为 {wanted.replace(' or ', ' 或 ')} 位，这里有 {len(code)} 位",
        f"{wanted} characters are expected, there are {len(code)}",
    )
    return Remark("length", "CR-R036", message, hint)


def _characters(code: str, allowed: str, part: slice = slice(None)) -> Iterator[Remark]:
    start = part.start or 0
    for place, character in enumerate(code[part], start + 1):
        if character in allowed:
            continue
        shown = f"U+{ord(character):04X}" if unicodedata.category(character)[0] in "CZ" else character
        digit = _MISREAD.get(character, "")
        yield Remark(
            "charset", "CR-R036",
            Text(f"第 {place} 位 `{shown}` 不是此处可用的字符", f"`{shown}`, the character at place {place}, cannot stand there"),
            Text(f"是否为数字 {digit}？", f"is it the digit {digit}?") if digit and digit in allowed else None,
        )  # fmt: skip


def _wrong_digit(problem: str, message: Text, code: str) -> Remark:
    # A number keeps 15 digits, so a spreadsheet that took the code for one left zeros at its end.
    if re.fullmatch(r"[0-9]{15}0{3}", code):
        message = Text(
            f"{message.zh}，末尾的零像是精度丢失所致", f"{message.en}; the zeros at its end look like lost digits"
        )
        return Remark("checksum", "CR-R038", message, RESTORE)
    return Remark("checksum", problem, message, Text("与证照核对", "compare it with the document"))


def _region(region: str, *, also: tuple[str, ...]) -> Iterator[Remark]:
    if region != _MADE_UP and region[:2] not in _PROVINCES and region[:2] not in also:
        yield _odd("CR-R051", Text("行政区划不在已知之列", "the region is not a known one"))


def _odd(code: str, message: Text) -> Remark:
    return Remark("semantics", code, message)


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def of_18_digits(resident_id: str) -> str:
    """The number of 18 characters that took the place of a resident ID of 15 digits; other numbers stay as they are.

    The orders 996 to 999 were those of people older than a hundred, whose century is not known; they stay too.

    >>> of_18_digits("999999700101001")
    '999999197001010017'
    """
    if not re.fullmatch(r"[0-9]{15}", resident_id) or resident_id[12:] >= "996":
        return resident_id
    longer = f"{resident_id[:6]}19{resident_id[6:]}"
    return longer + _id_digit(longer + "0")


def is_whole(code: str, kind: Kind) -> bool:
    """Whether a code of 18 characters is one of that kind, its check digit included."""
    return len(code) == 18 and not any(r.refuses for r in _JUDGED[kind](code, None))


def same(identity: str, spelled: str) -> bool:
    """Whether a code is a spelling of an identity as `Party.code` gives it: `uscc:…`, `org_code:…`, `resident_id:…`.

    Characters 9 to 17 of a unified social credit code are the organisation code of the same subject (GB 32100).

    >>> same("uscc:91999999MA00000A9R", "MA00000A9"), same("resident_id:999999197001010017", "999999700101001")
    (True, True)
    """
    scheme, _, code = identity.partition(":")
    if spelled == code:
        return True
    match scheme:
        case "uscc":
            return spelled == code[8:17]
        case "org_code":
            return len(spelled) == 18 and spelled[8:17] == code
        case "resident_id" | "residence_permit":
            return of_18_digits(spelled) == code
        case _:
            return False
