"""Small changes of a condition's tree, with types or without: what a slip of the hand, or of a program, would make of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

from creditrules.policy.syntax import (
    And,
    AsOf,
    Call,
    Compare,
    Expr,
    Field,
    Has,
    In,
    Keyed,
    Literally,
    Name,
    Node,
    Not,
    Operator,
    Or,
    Param,
    Shift,
    Size,
    StatusOn,
    Unit,
    children,
)  # fmt: skip
from creditrules.records.values import decimal_text


def identity(tree: Any) -> Any:
    """What tells two trees apart. Python takes `1`, `1.0` and `true` for equal; a policy does not."""
    if isinstance(tree, Node):
        return (type(tree).__name__, *(identity(value) for name, value in vars(tree).items() if name != "span"))
    if isinstance(tree, tuple):
        return tuple(map(identity, tree))
    return (type(tree).__name__, decimal_text(tree) if isinstance(tree, Decimal) else tree)


def changed(expr: Expr, others: list[Field]) -> Iterator[Expr]:
    """The trees that differ from this one in one place; `others` are fields that may stand instead of one."""
    yield from _here(expr, others)
    for index, child in enumerate(children(expr)):
        for other in changed(child, others):
            if isinstance(other, Field) or not isinstance(expr, Has | Keyed):
                yield with_child(expr, index, other)


def with_child(expr: Expr, index: int, child: Any) -> Expr:
    match expr:
        case Not() | Has() | Size():
            return replace(expr, operand=child)
        case And() | Or():
            return replace(expr, operands=(*expr.operands[:index], child, *expr.operands[index + 1 :]))
        case Compare():
            return replace(expr, **{("left", "right")[index]: child})
        case In():
            return replace(expr, **{("item", "list")[index]: child})
        case Shift():
            return replace(expr, **{("day", "count")[index]: child})
        case StatusOn():
            return replace(expr, day=child)
        case Call():
            return replace(expr, arguments=(*expr.arguments[:index], child, *expr.arguments[index + 1 :]))
        case Keyed():
            return replace(expr, by=child)
    raise AssertionError(expr)


def _here(expr: Expr, others: list[Field]) -> Iterator[Expr]:
    yield from (Not(expr), And((expr,)), Or((expr,)), Size(expr), Compare("==", expr, Literally(True)))
    match expr:
        case Not() | Size() | Has():
            yield expr.operand
        case And() | Or():
            yield from _regrouped(expr)
        case Compare():
            yield from (replace(expr, operator=o) for o in get_args(Operator) if o != expr.operator)
            yield from (
                replace(expr, left=expr.right, right=expr.left),
                In(expr.left, expr.right),
                expr.left,
                expr.right,
            )
            if isinstance(expr.right, Literally) and not isinstance(expr.right.value, tuple):
                yield In(expr.left, Literally((expr.right.value,)))  # type: ignore[arg-type]
        case In():
            yield from (In(expr.list, expr.item), Compare("==", expr.item, expr.list), expr.item, expr.list)
        case Literally():
            yield from map(Literally, _other_values(expr.value))
        case Field():
            yield from (
                *others,
                Name(expr.record),
                Param(expr.name),
                Literally(f"{expr.record}.{expr.name}"),
                Has(expr),
            )
            yield StatusOn(expr.record, AsOf())
            yield Keyed(expr, (), "a")
        case Param():
            yield from (
                Param(f"{expr.name}0"),
                Param("p0"),
                Param("p1"),
                Name(expr.name),
                Literally(expr.name),
                Call(expr.name, ()),
            )
        case AsOf():
            yield from (Name("day"), Name("as_of"), Literally("判断日"), Literally("as_of"), Literally(date.max))
        case Name():
            yield from (
                Name("entry"),
                Name("earlier"),
                Name("permit"),
                Name("day"),
                Param(expr.name),
                Literally(expr.name),
            )
        case Shift(day=day, count=count):
            yield from (replace(expr, unit=u) for u in get_args(Unit) if u != expr.unit)
            yield from (day, replace(expr, day=expr), replace(expr, day=count, count=day))
        case StatusOn():
            yield from (StatusOn(r, expr.day) for r in ("entry", "earlier", "permit") if r != expr.record)
            yield from (Field(expr.record, "status"), Name(expr.record))
        case Call(arguments=arguments):
            yield from (
                replace(expr, arguments=arguments[::-1]),
                replace(expr, arguments=arguments[1:]),
                replace(expr, arguments=()),
            )
            yield from (replace(expr, name=n) for n in ("d0", "d1", "d2"))
        case Keyed(table=table, default=default):
            yield from (replace(expr, default=v) for v in _other_values(default))
            yield from (
                replace(expr, table=table[1:]),
                replace(expr, table=table[::-1]),
                replace(expr, table=(*table, ("c", default))),
            )


def _regrouped(expr: And | Or) -> Iterator[Expr]:
    xs = expr.operands
    same, other = (And, Or) if isinstance(expr, And) else (Or, And)
    yield from (other(xs), same(xs[::-1]), same(xs[1:]), same(xs[:-1]), same(()), *xs)
    if len(xs) > 1:
        yield from (same((same(xs[:-1]), xs[-1])), same((xs[0], same(xs[1:]))), other((same(xs[:-1]), xs[-1])))
        yield from (same((Not(xs[0]), *xs[1:])), Not(same((Not(xs[0]), *xs[1:]))))
    for index, x in enumerate(xs):
        if isinstance(x, And | Or):
            # `a && (b || c)` and `(a && b) || c`, whatever the two operators are.
            yield same((*xs[:index], *x.operands, *xs[index + 1 :]))
            inner = (*xs[:index], x.operands[0]) if x.operands else ()
            yield type(x)((same(inner), *x.operands[1:], *xs[index + 1 :]))


def _other_values(value: Any) -> Iterator[Any]:
    match value:
        case bool():
            yield from (
                not value,
                int(value),
                str(value).lower(),
                "是" if value else "否",
                "真" if value else "假",
                (value,),
            )
        case int():
            yield from (value + 1, value - 1, -value, Decimal(value), str(value), (value,), value == 1)
        case Decimal():
            yield from (value + 1, value + Decimal("0.1"), decimal_text(value), int(value), (value,))
        case str():
            yield from (
                f"{value}”",
                f"“{value}",
                f"{value}\\",
                f"`{value}`",
                value + " ",
                value + "\n",
                (value,),
                "",
                "空白",
                "blank",
            )
            yield f"{value}”，且“{value}"
            yield f"{value}”、“{value}"
            yield f"{value}’"
        case date():
            yield from (value.isoformat(), (value,), date.max, value.year)
            if value < date.max:
                yield value + timedelta(days=1)
        case tuple():
            yield from (value[1:], value[::-1], (), (*value, *value), tuple(map(str, value)))
            yield from value
            yield "、".join(f"“{v}”" for v in value)
