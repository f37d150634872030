"""Make runnable code of expressions: a truth or a value, the values read on the way, and the facts that were missing."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from creditrules.policy.periods import shift
from creditrules.policy.syntax import (
    And,
    AsOf,
    Compare,
    Expr,
    Field,
    Has,
    In,
    Keyed,
    Literally,
    Not,
    Or,
    Shift,
    Size,
    StatusOn,
    unparse,
)  # fmt: skip
from creditrules.policy.truth import all_, any_, not_
from creditrules.records.binding import NOT_SELF, Binding, Link

Env = Mapping[str, Binding]
"""The records that an expression sees, by alias; `link` is that of the bound record."""

Run = Callable[[Env], Any]

LINK_FIELDS = {
    "role": "role", "from": "valid_from", "to": "valid_to", "evidenced": "evidenced", "source": "source",
    "shareholder": "shareholder",
}  # fmt: skip
"""The fields of `link` and the fields of the relation that they are."""


@dataclass(frozen=True)
class Read:
    """A leaf: a field or a status of a record. `on` gives the day of a status."""

    record: str
    field: str
    run: Run
    on: Run | None = None


@dataclass(frozen=True)
class Code:
    """An expression that can be run; `parts` are what it is made of, `read` the leaf that it is itself."""

    run: Run
    parts: tuple[Code, ...] = ()
    read: Read | None = None

    def reads(self) -> Iterator[Read]:
        """Every leaf, in the order of the text."""
        if self.read is not None:
            yield self.read
        for part in self.parts:
            yield from part.reads()

    def unknown(self, env: Env) -> Iterator[Read]:
        """The leaves that leave the expression unknown; what is settled inside it does not count."""
        if self.run(env) is not None:
            return
        for part in self.parts:
            yield from part.unknown(env)
        if self.read is None:
            return
        # A status is missing where its day is known and the record may have had more than one.
        if self.read.on is None or (self.read.on(env) is not None and self.read.run(env) is None):
            yield self.read


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
"""What each comparison asks of two known values."""


def compile_(expr: Expr, as_of: date) -> Code:
    """The code of an expression on a day."""
    match expr:
        case Literally(value=value):
            return Code(lambda _: value)
        case AsOf():
            return Code(lambda _: as_of)
        case Field(record=record, name=name):
            run = _link_field(name) if record == "link" else _field(record, name)
            return Code(run, read=Read(record, name, run))
        case Keyed(by=by, table=rows, default=default):
            key, table = compile_(by, as_of), dict(rows)
            return Code(lambda env: None if (k := key.run(env)) is None else table.get(k, default), (key,))
        case Not(operand=operand):
            inner = compile_(operand, as_of)
            return Code(lambda env: not_(inner.run(env)), (inner,))
        case And(operands=operands):
            parts = tuple(compile_(o, as_of) for o in operands)
            return Code(lambda env: all_(p.run(env) for p in parts), parts)
        case Or(operands=operands):
            parts = tuple(compile_(o, as_of) for o in operands)
            return Code(lambda env: any_(p.run(env) for p in parts), parts)
        case Compare(operator=symbol, left=left, right=right):
            test = COMPARISONS[symbol]
            if isinstance(left, StatusOn):
                return _status(left, test, compile_(right, as_of), as_of)
            if isinstance(right, StatusOn):
                return _status(right, lambda s, c: test(c, s), compile_(left, as_of), as_of)
            return _strict(test, compile_(left, as_of), compile_(right, as_of))
        case In(item=item, list=list_):
            if isinstance(item, StatusOn):
                return _status(item, lambda s, c: s in c, compile_(list_, as_of), as_of)
            return _strict(lambda x, xs: x in xs, compile_(item, as_of), compile_(list_, as_of))
        case Has(operand=operand):
            inner = compile_(operand, as_of)
            return Code(lambda env: inner.run(env) is not None, (inner,))
        case Size(operand=operand):
            inner = compile_(operand, as_of)
            return Code(lambda env: None if (v := inner.run(env)) is None else len(v), (inner,))
        case Shift(day=day, unit=unit, count=count):
            return _strict(lambda d, n: shift(d, unit, n), compile_(day, as_of), compile_(count, as_of))
    raise TypeError(f"no code for {unparse(expr)}")


def _field(record: str, name: str) -> Run:
    return lambda env: env[record].values[name]


def _link_field(name: str) -> Run:
    attribute = {"from": "from_"}.get(name, name)
    return lambda env: getattr(env["link"].link, attribute)


def _strict(test: Callable[[Any, Any], Any], left: Code, right: Code) -> Code:
    """An operator that is unknown where one of its operands is."""

    def run(env: Env) -> Any:
        a, b = left.run(env), right.run(env)
        return None if a is None or b is None else test(a, b)

    return Code(run, (left, right))


def _status(status: StatusOn, test: Callable[[str, Any], bool], constant: Code, as_of: date) -> Code:
    """A test of a status: unknown only if some of the statuses possible that day satisfy it and some do not."""
    day = compile_(status.day, as_of)
    record = status.record

    def possible(env: Env) -> frozenset[str] | None:
        on, timeline = day.run(env), env[record].timeline
        return None if on is None or timeline is None else timeline.status_on(on)

    def run(env: Env) -> bool | None:
        statuses, other = possible(env), constant.run(env)
        if statuses is None or other is None:
            return None
        results = {test(s, other) for s in statuses}
        return results.pop() if len(results) == 1 else None

    def single(env: Env) -> str | None:
        statuses = possible(env)
        return next(iter(statuses)) if statuses is not None and len(statuses) == 1 else None

    return Code(run, (day, constant), Read(record, "history", single, day.run))


def address(read: Read, env: Env) -> str:
    """Where a leaf stands; whatever is not known of an unknown binding is the source that did not answer."""
    binding = env[read.record]
    if read.record == "link":
        link: Link | None = binding.link
        if link is None or link.person == NOT_SELF:
            return binding.missing
        return f"{link.address}/{LINK_FIELDS[read.field]}"
    return binding.missing if binding.unknown else f"{binding.address}/{read.field}"
