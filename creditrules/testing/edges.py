"""What a policy tells apart: for each field the values at the edges of its conditions, and the days on which it changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from creditrules.policy.model import Interval, Policy
from creditrules.policy.periods import shift
from creditrules.policy.program import Bound, Program
from creditrules.policy.syntax import (
    AsOf,
    Compare,
    Expr,
    Field,
    Has,
    In,
    Keyed,
    Literally,
    Not,
    Shift,
    Size,
    Unit,
    children,
    walk,
)  # fmt: skip
from creditrules.records.schema import Value
from creditrules.records.values import FOREVER

OTHERWISE = "其他文字"
"""A word of open texts that no policy names."""

Place = tuple[str, str]
"""A kind of record and a field of it."""
_TYPES: Mapping[str, tuple[type, ...]] = {
    "bool": (bool,), "int": (int,), "decimal": (int, Decimal), "text": (str,), "texts": (str,), "code": (str,), "date": (date,),
}  # fmt: skip
Kinds = Mapping[str, str]
"""The kinds of the records that an expression may name, by the names that it has for them."""


def conditions(program: Program) -> Iterator[tuple[Expr, Kinds]]:
    """Every condition of a program with the kinds of the records that it names."""
    once = {name: name for name in (*program.vocabulary.schema.kinds, "link", "conclusion", "decision")}

    def of(kinds: Kinds, binders: Iterable[Bound]) -> Iterator[tuple[Expr, Kinds]]:
        yield from ((b.competent.test, kinds) for b in binders if b.competent is not None)

    for rule in program.rules:
        bound = (*((rule.each,) if rule.each else ()), *rule.with_)
        kinds = once | {b.alias: b.kind for b in bound}
        yield from of(kinds, bound)
        yield from ((a.test, kinds) for a in rule.atoms)
        for exception in rule.exceptions:
            more = kinds | {b.alias: b.kind for b in exception.with_}
            yield from of(more, exception.with_)
            yield from ((a.test, more) for a in exception.atoms)
    for scope in program.scopes.values():
        yield from ((a.test, once) for a in scope.atoms)
    for follow_up in program.follow_ups:
        yield from ((a.test, once) for a in follow_up.atoms)
        clock = follow_up.clock
        yield from ((x, once) for x in ((clock.from_, clock.days, clock.unit) if clock else ()))
    for term in program.terms:
        yield from ((x, once) for x in (term.where, term.until))
    for check in program.checks:
        yield from ((a.test, once) for a in (*check.atoms, check.must))


@dataclass(frozen=True)
class Edges:
    """For each field that a program reads, the values that its conditions tell apart; none where any will do."""

    values: Mapping[Place, tuple[Value, ...]]
    """A list is told apart by the words in it, and by its length."""
    lengths: Mapping[Place, tuple[int, ...]]


def edges(program: Program) -> Edges:
    """What the conditions of a program tell apart."""
    found: dict[Place, set[Any]] = defaultdict(set)
    lengths: dict[Place, set[int]] = defaultdict(set)
    for expr, kinds in conditions(program):
        for e in walk(expr):
            match e:
                case Field(record=record, name=name):
                    found[kinds[record], name].update(())
                case Keyed(by=by, table=table):
                    found[kinds[by.record], by.name].update((*(key for key, _ in table), OTHERWISE))
                case (
                    Compare(left=Size(operand=Field() as field), right=other)
                    | Compare(right=Size(operand=Field() as field), left=other)
                ):
                    counts = (n + k for n in _constants(other) if isinstance(n, int) for k in (-1, 0, 1))
                    lengths[kinds[field.record], field.name].update(n for n in counts if 0 <= n <= 50)
                case Compare(left=left, right=right) | In(item=left, list=right):
                    for one, other in ((left, right), (right, left)):
                        _meet(one, other, program.as_of, kinds, found)
    types = {
        (k.name, f.name): _TYPES[f.type] for k in program.vocabulary.schema.kinds.values() for f in k.fields.values()
    }
    kinds_ = program.vocabulary.schema.kinds.values()
    types = {(k.name, f.name): _TYPES[f.type] for k in kinds_ for f in k.fields.values()}
    # A comparison of two fields adds days and words alike, of which each field takes what it can hold.
    fitting: dict[Place, list[Any]] = {
        p: [v for v in values if isinstance(v, types[p])] for p, values in found.items() if p in types
    }
    return Edges(
        {place: tuple(sorted(values, key=_order)) for place, values in fitting.items()},
        {place: tuple(sorted(ns)) for place, ns in lengths.items()},
    )


def _meet(one: Expr, other: Expr, as_of: date, kinds: Kinds, found: dict[Place, set[Any]]) -> None:
    """Add what makes `one` come close to `other`, whatever stands there."""
    if isinstance(one, Field) and not isinstance(other, Shift):
        near = {v for value in _constants(other) for v in neighbours(value)}
        found[kinds[one.record], one.name] |= near
    days = _days(other, as_of)
    if days:
        for field, on in back(one, days):
            found[kinds[field.record], field.name] |= {FOREVER, *(d for day in on for d in neighbours(day))}


def neighbours(value: Any) -> Iterator[Any]:
    """A constant and what lies beside it."""
    if isinstance(value, bool):
        yield from (value, not value)
    elif isinstance(value, Decimal):
        yield from (value, value - 1, value + 1, value - Decimal("0.01"), value + Decimal("0.01"))
    elif isinstance(value, int):
        yield from (value, value - 1, value + 1)
    elif isinstance(value, date):
        yield from (value, *(value + timedelta(days=n) for n in (-1, 1) if date.min < value < date.max))
    elif isinstance(value, str):
        yield from (value, OTHERWISE)


def _order(value: Any) -> tuple[str, Any]:
    return type(value).__name__, value


def _constants(expr: Expr) -> tuple[Any, ...]:
    """The values that an expression may have whatever the case."""
    match expr:
        case Literally(value=value):
            return value if isinstance(value, tuple) else (value,)
        case Keyed(table=table, default=default):
            rows = (default, *(value for _, value in table))
            return tuple(x for row in rows for x in (row if isinstance(row, tuple) else (row,)))
        case Not() | Has():
            return ()
    return ()


def _days(expr: Expr, as_of: date) -> frozenset[date]:
    """The days that an expression may come to; a field is taken to be the day of the decision."""
    match expr:
        case AsOf() | Field():
            return frozenset({as_of})
        case Shift(day=day, unit=unit, count=count):
            counts = [n for n in _constants(count) if isinstance(n, int)]
            return frozenset(shift(d, unit, n) for d in _days(day, as_of) for n in counts)
    return frozenset(d for d in _constants(expr) if isinstance(d, date))


def back(expr: Expr, days: Iterable[date]) -> Iterator[tuple[Field, frozenset[date]]]:
    """The fields that a day is counted from, with the days that lead to one of some days."""
    match expr:
        case Field():
            yield expr, frozenset(days)
        case Shift(day=day, unit=unit, count=count):
            starts = {s for d in days for n in _constants(count) if isinstance(n, int) for s in starting(d, unit, n)}
            yield from back(day, starts)
        case Keyed() | Literally():
            return
        case _:
            for child in children(expr):
                yield from back(child, ())


def starting(end: date, unit: Unit, count: int) -> frozenset[date]:
    """The days from which a period ends on a day: several at the ends of months, and the nearest where there is none.

    >>> sorted(map(str, starting(date(2023, 2, 28), "months", 1)))
    ['2023-01-28', '2023-01-29', '2023-01-30', '2023-01-31']
    """
    if end in (date.min, date.max):
        return frozenset()
    near = shift(end, unit, -count)
    if near in (date.min, date.max):
        return frozenset()
    around = [
        date.fromordinal(n) for n in range(near.toordinal() - 3, near.toordinal() + 4) if 1 <= n < FOREVER.toordinal()
    ]
    exact = frozenset(d for d in around if shift(d, unit, count) == end)
    return exact or frozenset({near})


def days_of_change(policy: Policy) -> tuple[date, ...]:
    """The days on which a policy changes, those before and after, and those its conditions name; all of them in force.

    They are the first and last days of the rules, exceptions, follow-ups and checks, of the law, of the values of parameters.
    """
    found: set[date] = set()

    def within(interval: Interval) -> None:
        for day in (interval.from_, interval.to):
            found.update(neighbours(day))

    within(policy.in_force)
    for dated in (*policy.rules, *policy.scope, *policy.follow_ups, *policy.checks):
        within(dated.in_force)
    for exception in (*(e for r in policy.rules for e in r.unless), *(s.exception for s in policy.exceptions)):
        within(exception.in_force)
    for instrument in policy.law.values():
        within(instrument.in_force)
        for provision in instrument.provisions.values():
            within(provision.in_force)
    rows = [row for p in policy.parameters.values() for row in p.values]
    rows += [row for p in policy.profiles.values() for values in p.set.values() for row in values]
    for row in rows:
        found.update(neighbours(row.from_))
    tests = [c.test for r in policy.rules for c in (*r.when, *(c for e in r.unless for c in e.when))]
    tests += [d.body for d in policy.definitions.values()]
    for test in tests:
        for e in walk(test):
            if isinstance(e, Literally):
                found.update(d for c in _constants(e) if isinstance(c, date) for d in neighbours(c))
    last = policy.in_force.to
    inside = sorted(d for d in found if d in policy.in_force and date.min < d < date.max)
    return tuple(inside) or ((policy.in_force.from_,) if last >= policy.in_force.from_ else ())
