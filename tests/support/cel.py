"""The oracle of conditions: the same condition written as ordinary CEL, and answered by Google's C++ implementation of it.

Nothing here looks at lowering, `unparse`, periods or truth values of creditrules. What CEL has, it answers by its own rules:
`!`, `&&`, `||`, the six comparisons, `in`, `size`, `has`, fields, text, whole numbers, truth values, lists. What is not known
is a key that its record lacks; reading it is an error in CEL, which `&&` and `||` absorb where the other side settles the
matter. So true and false are CEL's, and unknown is CEL's error of a missing key; any other error fails the test.

What CEL lacks is written out first, or declared to it:

*   dates are texts like "2020-02-29", whose order is that of the days, up to "9999-12-31";
*   decimals are whole numbers of millionths, never floating point; a whole number beside one is written in millionths too;
*   `day + years(n)` is the declared function `years(day, n)`, and so for months and days; they are written anew here from the
    rule: the corresponding day, else the last of its month, never beyond the calendar, and what never ends stays so;
*   `status_on(r, d)` compared with a constant becomes `all` and `exists` over the declared `statuses(r.history, d)`, which
    enumerates when the steps without a day may have begun: true if it is true of each status, false if of none, else the error;
*   `param.x` becomes its values: conditions on `as_of` where they differ by day, a map where they differ by key (read only if
    there is one), the chosen expression where it chooses;
*   a definition becomes its body, read with the records and the day that it was given;
*   the intermediate records of `a.b.c` are always there, so that only a leaf can be missing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from cel_expr_python import cel

from creditrules.policy.model import Policy, Values
from creditrules.policy.syntax import (
    And,
    AsOf,
    Call,
    Compare,
    Expr,
    Field,
    Has,
    In,
    Literally,
    Name,
    Not,
    Or,
    Param,
    Shift,
    Size,
    StatusOn,
)  # fmt: skip
from creditrules.records.history import Timeline
from tests.support.random_expressions import CONSTRUCTS, RECORDS, Example, Facts, Leaf, static

SEEN: Counter[str] = Counter()
"""In how many evaluations each construct took part, and how many gave each answer."""

_FIRST, _LAST = "0001-01-01", "9999-12-31"
_MILLION = 1_000_000
_INT64 = 2**63

# Days, as texts. The calendar is written out, because the functions of Python would be those that creditrules uses.


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _month_length(year: int, month: int) -> int:
    return 29 if month == 2 and _leap(year) else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _parts(day: str) -> tuple[int, int, int]:
    year, month, number = day.split("-")
    return int(year), int(month), int(number)


def _to_number(day: str) -> int:
    """How many days have passed since the first of the calendar."""
    year, month, number = _parts(day)
    before = year - 1
    months = sum(_month_length(year, m) for m in range(1, month))
    return before * 365 + before // 4 - before // 100 + before // 400 + months + number - 1


def _of_number(number: int) -> str:
    year = number // 366 + 1  # never too late a year; the loop finds the right one
    while _to_number(f"{year + 1:04}-01-01") <= number:
        year += 1
    number -= _to_number(f"{year:04}-01-01")
    month = 1
    while number >= _month_length(year, month):
        number -= _month_length(year, month)
        month += 1
    return f"{year:04}-{month:02}-{number + 1:02}"


def days(day: str, count: int) -> str:
    """So many days later."""
    number = _to_number(day) + count
    if day == _LAST or number > _to_number(_LAST):
        return _LAST
    return _FIRST if number < 0 else _of_number(number)


def months(day: str, count: int) -> str:
    """The corresponding day so many months later, or the last day of that month."""
    if day == _LAST:
        return _LAST
    year, month, number = _parts(day)
    year, month = year + (month - 1 + count) // 12, (month - 1 + count) % 12 + 1
    if not 1 <= year <= 9999:
        return _LAST if year > 9999 else _FIRST
    while number > _month_length(year, month):
        number -= 1
    return f"{year:04}-{month:02}-{number:02}"


def years(day: str, count: int) -> str:
    """The corresponding day so many years later; 29 February has one in leap years only."""
    if day == _LAST:
        return _LAST
    year, month, number = _parts(day)
    if not 1 <= year + count <= 9999:
        return _LAST if count > 0 else _FIRST
    if (month, number) == (2, 29) and not _leap(year + count):
        number = 28
    return f"{year + count:04}-{month:02}-{number:02}"


# Statuses


def statuses(history: Mapping[str, Any], day: str) -> list[str]:
    """Every status that the record may have had on the day: that of each world that agrees with its history.

    A world says when each step began, in their order, and which of those that may be over were. Where a day is not known,
    it may have been any, but not after the source was asked.
    """
    steps: Sequence[Mapping[str, Any]] = history["steps"]
    edges = {"0000", "never", day, *(s[k] for s in steps for k in ("from", "by") if k in s)}
    begins = [[s["from"]] if "from" in s else [e for e in edges if e <= s.get("by", "never")] for s in steps]
    found: set[str] = set()
    for begun in product(*begins):
        if list(begun) != sorted(begun):
            continue
        ends = [(False, True) if s["perhaps_over"] and b < day else (False,) for s, b in zip(steps, begun, strict=True)]
        for over in product(*ends):
            lasting = [
                s["status"]
                for s, b, o in zip(steps, begun, over, strict=True)
                if b <= day <= s.get("until", "never") and not o
            ]
            found |= {lasting[-1]} if lasting else set(history["earlier"])
    return sorted(found)


def _history(timeline: Timeline) -> dict[str, Any]:
    return {
        "steps": [
            {"status": s.status, "perhaps_over": s.perhaps_over}
            | {
                name: _plain(day)
                for name, day in (("from", s.from_), ("by", s.by), ("until", s.until))
                if day is not None
            }
            for s in timeline.steps
        ],
        "earlier": sorted(timeline.earlier),
    }


# The text


@dataclass(frozen=True)
class _Scope:
    """How a definition reads what it names: its records by the names of the caller, its day as text in CEL."""

    records: Mapping[str, str]
    day: str = ""


@dataclass
class _Printer:
    """Prints one condition and notes the leaves that it reads; `to_cel` is its only user."""

    policy: Policy
    leaves: set[Leaf] = field(default_factory=set)
    keys: set[Leaf] = field(default_factory=set)

    def text(self, expr: Expr, scope: _Scope, *, decimal: bool = False) -> str:
        """The condition in CEL; `decimal` has whole numbers written in millionths."""

        def inner(e: Expr) -> str:
            return self.text(e, scope)

        match expr:
            case Literally(value=value):
                return _constant(value, decimal=decimal)
            case AsOf():
                return "as_of"
            case Name():
                return scope.day
            case Field():
                return self.leaf(expr, scope)
            case Not():
                return f"!({inner(expr.operand)})"
            case And():
                return "(" + " && ".join(map(inner, expr.operands)) + ")"
            case Or():
                return "(" + " || ".join(map(inner, expr.operands)) + ")"
            case Compare(left=StatusOn() as status, right=other) | Compare(left=other, right=StatusOn() as status):
                return self.status(status, f"s {expr.operator} {inner(other)}", scope)
            case Compare():
                both = self.decimal(expr.left, expr.right)
                left, right = (self.text(e, scope, decimal=both) for e in (expr.left, expr.right))
                return f"({left} {expr.operator} {right})"
            case In(item=StatusOn() as status):
                return self.status(status, f"s in {inner(expr.list)}", scope)
            case In():
                both = self.decimal(expr.item, expr.list)
                item, list_ = (self.text(e, scope, decimal=both) for e in (expr.item, expr.list))
                return f"({item} in {list_})"
            case Has():
                return f"has({inner(expr.operand)})"
            case Size():
                return f"size({inner(expr.operand)})"
            case Shift():
                return f"{expr.unit}({inner(expr.day)}, {inner(expr.count)})"
            case Param():
                return self.param(expr.name, scope, decimal=decimal)
            case Call():
                return self.call(expr, scope)
            case _:
                raise TypeError(f"no CEL for {expr}")

    def decimal(self, *sides: Expr) -> bool:
        return any(static(e, self.policy) == "decimal" for e in sides)

    def leaf(self, read: Field, scope: _Scope) -> str:
        record = scope.records.get(read.record, read.record)
        self.leaves.add((record, read.name))
        return f"{record}.{read.name}"

    def status(self, status: StatusOn, test: str, scope: _Scope) -> str:
        record = scope.records[status.record]
        self.leaves.add((record, "history"))
        possible = f"statuses({record}.history, {self.text(status.day, scope)})"
        return f"({possible}.all(s, {test}) || ({possible}.exists(s, {test}) && nothing.known))"

    def param(self, name: str, scope: _Scope, *, decimal: bool) -> str:
        parameter = self.policy.parameters[name]
        rows = self.policy.profiles["lawful"].set.get(name) or parameter.values
        if parameter.by is not None:
            self.keys.add((scope.records.get(parameter.by.record, parameter.by.record), parameter.by.name))

        def value(row: Values) -> str:
            if parameter.choose:
                return self.text(parameter.choose[str(row.value)], scope, decimal=decimal)
            default = _constant(row.value, decimal=decimal)
            if parameter.by is None or not row.table:
                return default
            key = self.leaf(parameter.by, scope)
            table = ", ".join(f"{_constant(k)}: {_constant(v, decimal=decimal)}" for k, v in row.table.items())
            return f"({key} in {{{table}}} ? {{{table}}}[{key}] : {default})"

        text = value(rows[0])
        for row in rows[1:]:
            text = f"(as_of >= {_constant(row.from_)} ? {value(row)} : {text})"
        return text

    def call(self, call: Call, scope: _Scope) -> str:
        definition = self.policy.definitions[call.name]
        records, day = {}, ""
        for of, argument in zip(definition.of, call.arguments, strict=True):
            if of == "day":
                day = self.text(argument, scope)
            elif isinstance(argument, Name):
                records[of] = scope.records[argument.name]
        return self.text(definition.body, _Scope(records, day))


def _plain(value: Any, *, decimal: bool = False) -> Any:
    """A value as CEL is given it."""
    if isinstance(value, tuple):
        return [_plain(v, decimal=decimal) for v in value]
    if isinstance(value, date):
        return f"{value.year:04}-{value.month:02}-{value.day:02}"
    if isinstance(value, Decimal) or (decimal and isinstance(value, int)):
        millionths = Decimal(value) * _MILLION
        assert millionths == int(millionths), f"{value} has more than six decimals"
        return int(millionths)
    return value


def _constant(value: Any, *, decimal: bool = False) -> str:
    """A constant as CEL writes it, which but for dates and decimals is how JSON does."""
    return json.dumps(_plain(value, decimal=decimal), ensure_ascii=False)


@dataclass(frozen=True)
class Written:
    """A condition as CEL, the leaves that it reads, and the keys of its parameters, which it reads only if it has to."""

    text: str
    leaves: tuple[Leaf, ...]
    keys: tuple[Leaf, ...]


def to_cel(example: Example) -> Written:
    """The condition of an example, with whatever CEL lacks written out."""
    printer = _Printer(example.policy)
    text = printer.text(example.expr, _Scope({r: r for r in RECORDS}))
    return Written(text, tuple(sorted(printer.leaves)), tuple(sorted(printer.keys)))


# The answer

_RAISED: list[Exception] = []


def _total(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with what it raises kept: as an error of CEL it could be absorbed like a missing key."""

    def run(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Exception as error:
            _RAISED.append(error)
            raise

    return run


def _declared(name: str, parameters: Sequence[cel.Type], result: cel.Type, run: Callable[..., Any]) -> cel.FunctionDecl:
    return cel.FunctionDecl(
        name, [cel.Overload(f"{name}_of", return_type=result, parameters=parameters, impl=_total(run))]
    )


_MAP = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
_ENV = cel.NewEnv(
    variables={"as_of": cel.Type.STRING, "nothing": _MAP, "link": _MAP, **dict.fromkeys(RECORDS, _MAP)},
    functions=[
        *(
            _declared(f.__name__, [cel.Type.STRING, cel.Type.INT], cel.Type.STRING, f)
            for f in (years, months, days)
        ),
        _declared("statuses", [_MAP, cel.Type.STRING], cel.Type.List(cel.Type.STRING), statuses),
    ],
)  # fmt: skip


def _data(facts: Facts) -> dict[str, Any]:
    """The facts as CEL is given them: a known leaf is a key, a missing one is none."""
    records: dict[str, Any] = {name: {} for name in (*RECORDS, "link", "nothing")}
    for (record, name), value in facts.values.items():
        *path, last = name.split(".")
        place = records[record]
        for step in path:
            place = place.setdefault(step, {})
        if value is not None:
            place[last] = _plain(value)
            assert not isinstance(place[last], int) or abs(place[last]) < _INT64
    for record, timeline in facts.timelines.items():
        if timeline is not None:
            records[record]["history"] = _history(timeline)
    return records


def answer(text: str, as_of: date, facts: Facts) -> bool | None:
    """What CEL says of a condition; None if it cannot say because a key is missing."""
    _RAISED.clear()
    result = _ENV.compile(text).eval(data={"as_of": _plain(as_of), **_data(facts)})
    assert not _RAISED, (text, _RAISED)
    if result.type() == cel.Type.BOOL:
        return bool(result.value())
    assert result.type() == cel.Type.ERROR and "Key not found in map" in str(result.value()), (text, result.value())  # noqa: PT018
    return None


def table() -> Iterator[str]:
    """The lines of the table: how many evaluations gave what, and how many used which construct."""
    counted = (
        "evaluations",
        "true",
        "false",
        "unknown",
        "a leaf missing",
        "missing, yet settled",
        "plain CEL as it stands",
    )
    yield ", ".join(f"{name} {SEEN[name]}" for name in counted)
    cells = [f"{SEEN[name]:>6} {name:<22}" for name in CONSTRUCTS]
    rows = -(-len(cells) // 5)
    yield from ("".join(cells[row::rows]).rstrip() for row in range(rows))
