"""The tree of a condition. There is one: the parser builds it, the checker reads it, lowering rewrites it, engines run it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from creditrules.diagnostics import Span
from creditrules.records.values import decimal_text

Constant = (
    bool
    | int
    | Decimal
    | str
    | date
    | tuple[bool, ...]
    | tuple[int, ...]
    | tuple[Decimal, ...]
    | tuple[str, ...]
    | tuple[date, ...]
)
Unit = Literal["years", "months", "days"]


@dataclass(frozen=True)
class Node:
    """What all nodes share: where they stand. Two nodes are equal when they say the same, wherever they stand."""

    span: Span | None = field(default=None, compare=False, kw_only=True)


@dataclass(frozen=True)
class Literally(Node):
    """A constant, or a list of constants; parameters become these when a policy is prepared."""

    value: Constant


@dataclass(frozen=True)
class AsOf(Node):
    """The day of the decision."""


@dataclass(frozen=True)
class Name(Node):
    """A bare name: a record, or a parameter of the definition in which it stands. Lowering leaves none of the latter."""

    name: str


@dataclass(frozen=True)
class Field(Node):
    """A field of a record under its dotted name: `entry.valid_to`, `link.role`."""

    record: str
    name: str


@dataclass(frozen=True)
class Param(Node):
    """`param.x`; gone after lowering."""

    name: str


@dataclass(frozen=True)
class Keyed(Node):
    """The value of a keyed parameter: looked up by a field, with a value for every other key. Made by lowering."""

    by: Field
    table: tuple[tuple[str, Constant], ...]
    default: Constant


@dataclass(frozen=True)
class Not(Node):
    """`!x`."""

    operand: Expr


@dataclass(frozen=True)
class And(Node):
    """`a && b && c`."""

    operands: tuple[Expr, ...]


@dataclass(frozen=True)
class Or(Node):
    """`a || b || c`."""

    operands: tuple[Expr, ...]


Operator = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Compare(Node):
    """`a == b` and the other five comparisons."""

    operator: Operator
    left: Expr
    right: Expr


@dataclass(frozen=True)
class In(Node):
    """`x in list`."""

    item: Expr
    list: Expr


@dataclass(frozen=True)
class Has(Node):
    """`has(x)`: whether a fact is known; itself never unknown."""

    operand: Field


@dataclass(frozen=True)
class Size(Node):
    """`size(list)`."""

    operand: Expr


@dataclass(frozen=True)
class Shift(Node):
    """`date + years(n)`: the corresponding day, or the last of its month."""

    day: Expr
    unit: Unit
    count: Expr


@dataclass(frozen=True)
class StatusOn(Node):
    """`status_on(record, day)`: the status that the record had on the day. Stands only in `==`, `!=` and `in`."""

    record: str
    day: Expr


@dataclass(frozen=True)
class Call(Node):
    """A definition used by its name; gone after lowering."""

    name: str
    arguments: tuple[Expr, ...]


Expr = (
    Literally | AsOf | Name | Field | Param | Keyed | Not | And | Or | Compare | In | Has | Size | Shift | StatusOn | Call
)  # fmt: skip


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside an expression."""
    match expr:
        case Not() | Has() | Size():
            return (expr.operand,)
        case And() | Or():
            return expr.operands
        case Compare():
            return (expr.left, expr.right)
        case In():
            return (expr.item, expr.list)
        case Shift():
            return (expr.day, expr.count)
        case StatusOn():
            return (expr.day,)
        case Call():
            return expr.arguments
        case Keyed():
            return (expr.by,)
        case _:
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """An expression and everything inside it, outermost first."""
    yield expr
    for child in children(expr):
        yield from walk(child)


def rewrite(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with `change` applied to every node, innermost first."""

    def again(e: Expr) -> Expr:
        return rewrite(e, change)

    def field_of(e: Field) -> Field:
        # A field stays a field: definitions rename its record, nothing replaces it.
        changed = again(e)
        return changed if isinstance(changed, Field) else e

    match expr:
        case Not(operand=x):
            expr = Not(again(x), span=expr.span)
        case Size(operand=x):
            expr = Size(again(x), span=expr.span)
        case Has(operand=x):
            expr = Has(field_of(x), span=expr.span)
        case Keyed(by=x):
            expr = Keyed(field_of(x), expr.table, expr.default, span=expr.span)
        case And(operands=xs):
            expr = And(tuple(again(x) for x in xs), span=expr.span)
        case Or(operands=xs):
            expr = Or(tuple(again(x) for x in xs), span=expr.span)
        case Compare(operator=o, left=a, right=b):
            expr = Compare(o, again(a), again(b), span=expr.span)
        case In(item=a, list=b):
            expr = In(again(a), again(b), span=expr.span)
        case Shift(day=a, unit=u, count=n):
            expr = Shift(again(a), u, again(n), span=expr.span)
        case StatusOn(record=r, day=d):
            expr = StatusOn(r, again(d), span=expr.span)
        case Call(name=n, arguments=xs):
            expr = Call(n, tuple(again(x) for x in xs), span=expr.span)
    return change(expr)


_BINDING: Mapping[type, int] = {Or: 1, And: 2, Compare: 3, In: 3, Shift: 4, Not: 5}


def unparse(expr: Expr, above: int = 0) -> str:
    """The text of an expression, in one spelling for each tree."""
    level = _BINDING.get(type(expr), 6)
    text = _text(expr, level)
    return f"({text})" if level < above else text


def _text(expr: Expr, level: int) -> str:
    match expr:
        case Literally(value=v):
            return constant_text(v)
        case AsOf():
            return "as_of"
        case Name(name=n):
            return n
        case Field(record=r, name=n):
            return f"{r}.{n}"
        case Param(name=n):
            return f"param.{n}"
        case Keyed(by=b, table=t, default=d):
            rows = ", ".join(f"{constant_text(k)}: {constant_text(v)}" for k, v in t)
            return f"{unparse(b)} ? {{{rows}}} : {constant_text(d)}"
        case Not(operand=x):
            return "!" + unparse(x, level)
        case And(operands=xs):
            return " && ".join(unparse(x, level + 1) for x in xs)
        case Or(operands=xs):
            return " || ".join(unparse(x, level + 1) for x in xs)
        case Compare(operator=o, left=a, right=b):
            return f"{unparse(a, level + 1)} {o} {unparse(b, level + 1)}"
        case In(item=a, list=b):
            return f"{unparse(a, level + 1)} in {unparse(b, level + 1)}"
        case Has(operand=x):
            return f"has({unparse(x)})"
        case Size(operand=x):
            return f"size({unparse(x)})"
        case Shift(day=d, unit=u, count=n):
            return f"{unparse(d, level)} + {u}({unparse(n)})"
        case StatusOn(record=r, day=d):
            return f"status_on({r}, {unparse(d)})"
        case Call(name=n, arguments=xs):
            return f"{n}({', '.join(unparse(x) for x in xs)})"


def constant_text(value: Constant) -> str:
    """A constant as it is written in a condition."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(constant_text(v) for v in value)}]"
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, Decimal):
        text = decimal_text(value)
        return text if "." in text else f"{text}.0"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
