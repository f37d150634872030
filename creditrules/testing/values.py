"""The finite values that conditions tell apart, and whether some choice of them makes several conditions come out as wanted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, get_args

from pydantic import BaseModel

from creditrules.engines.evaluating import COMPARISONS
from creditrules.policy.afterwards import AFTERWARDS
from creditrules.policy.program import Bound
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
    children,
    unparse,
    walk,
)  # fmt: skip
from creditrules.policy.truth import not_
from creditrules.policy.vocabulary import Vocabulary
from creditrules.records.history import NO_STATUS
from creditrules.records.schema import FORMER, Kind
from creditrules.testing.obligations import unit_of

KNOWN = object()
"""A value that is known and of which nothing more is said."""
ELSEWHERE = object()
"""A text that is none of the constants with which a field is compared."""
MOST_STEPS = 2_000
"""How many choices are tried before nothing is proven."""
_Possible = frozenset[Any]


@dataclass(frozen=True)
class Want:
    """An expression, and which of its values are wanted."""

    expr: Expr
    ok: Callable[[Any], bool]


class Situation(Protocol):
    """For what the conditions stand: the records by alias, the bound one, the matters and the kind decided upon."""

    @property
    def kinds(self) -> Mapping[str, str]: ...
    @property
    def each(self) -> Bound | None: ...
    @property
    def matters(self) -> frozenset[str] | None: ...
    @property
    def decides(self) -> str: ...


@dataclass(frozen=True)
class Values:
    """The values that the fields of records may have. `strict`: every record exists, so what each must have is known."""

    vocabulary: Vocabulary
    situation: Situation
    strict: bool

    def of(self, field: Field, constants: set[Any]) -> _Possible:
        """The values of a field; `constants` are those with which it is compared."""
        situation = self.situation
        if field.record == "link":
            return self._link(field.name)
        kind = AFTERWARDS.get(field.record) or self.vocabulary.schema.kinds.get(situation.kinds.get(field.record, ""))
        found = kind.fields.get(field.name) if kind is not None else None
        if kind is None or found is None:
            return frozenset({KNOWN, None})
        missing = frozenset() if _required(kind, field.name) and (self.strict or not kind.many) else frozenset({None})
        if field.record == situation.decides and field.name == kind.matter and situation.matters is not None:
            return situation.matters | missing
        words = frozenset(found.values) or self.vocabulary.lists.get(found.listed_in) or frozenset()
        match found.type:
            case "bool":
                return frozenset({True, False}) | missing
            case "text" | "code" if words:
                return frozenset(words) | missing
            case "text" | "code":
                return frozenset({c for c in constants if isinstance(c, str)}) | {ELSEWHERE} | missing
            case "int" | "decimal":
                return _near(constants, negative=found.type == "int") | missing
        return frozenset({KNOWN}) | missing

    def _link(self, name: str) -> _Possible:
        missing = frozenset() if self.strict else frozenset({None})
        if name == "role":
            persons = self.situation.each.persons if self.situation.each is not None else None
            roles = self.vocabulary.schema.roles
            listed = persons if persons is not None else tuple(self.vocabulary.schema.persons)
            return frozenset(_role(p) for p in listed) & {*roles, "self", "same_name"} | missing
        if name in ("evidenced", "shareholder"):
            return frozenset({True, False, None})
        return frozenset({KNOWN, None})

    def status(self, status: StatusOn) -> _Possible:
        """The statuses possible on a day: one, or several between which nothing is known; None where the day is not known."""
        kind = self.vocabulary.schema.kinds.get(self.situation.kinds.get(status.record, ""))
        if kind is None or kind.history is None:
            return frozenset({KNOWN, None})
        one = [*kind.history.statuses, NO_STATUS]
        return frozenset(frozenset(c) for n in range(1, len(one) + 1) for c in itertools.combinations(one, n)) | {None}


def _role(person: str) -> str:
    return person.removeprefix(FORMER).removeprefix("holder_is_").removesuffix("_of_holder")


def _near(constants: set[Any], *, negative: bool) -> _Possible:
    """Just below, at and just above each constant."""
    numbers = [c for c in constants if isinstance(c, int | Decimal) and not isinstance(c, bool)]
    # Halfway, too: between two constants that lie side by side there are still fractions.
    steps = (-1, 0, 1) if negative else (-1, Decimal("-0.5"), 0, Decimal("0.5"), 1)
    found = {Decimal(c) + step * unit_of(c) for c in numbers for step in steps} or {Decimal(0)}
    return frozenset(n for n in found if negative or n >= 0)


def _required(kind: Kind, name: str) -> bool:
    """Whether every record of a kind has the field."""
    model: Any = kind.model
    for step in name.split("."):
        info = model.model_fields.get(step) if isinstance(model, type) and issubclass(model, BaseModel) else None
        if info is None or not info.is_required() or type(None) in get_args(info.annotation):
            return False
        model = info.annotation
    return True


def satisfiable(values: Values, wants: Sequence[Want]) -> bool:
    """Whether some choice of values makes everything come out as wanted; also where too many would have to be tried."""
    return _Search(values, wants).run()


class _Search:
    """One search; `satisfiable` is its only user."""

    def __init__(self, values: Values, wants: Sequence[Want]) -> None:
        self.values, self.wants = values, wants
        self.steps = 0
        self.constants: dict[str, set[Any]] = {}
        for want in wants:
            for node in walk(want.expr):
                self._gather(node)
        self.domains: dict[str, _Possible] = {}
        self.leaves: list[list[str]] = []
        for want in wants:
            before: list[str] = []
            self._possible(want.expr, before)
            self.leaves.append(list(dict.fromkeys(before)))

    def _gather(self, node: Expr) -> None:
        match node:
            case Compare(left=left, right=right):
                for one, other in ((left, right), (right, left)):
                    self.constants.setdefault(unparse(one), set()).update(constants(other))
            case In(item=item, list=listed):
                self.constants.setdefault(unparse(item), set()).update(constants(listed))
            case Keyed(by=by, table=table):
                self.constants.setdefault(unparse(by), set()).update(key for key, _ in table)

    def run(self) -> bool:
        self.steps += 1
        if self.steps > MOST_STEPS:
            return True
        chosen: str | None = None
        for want, leaves in zip(self.wants, self.leaves, strict=True):
            possible = self._possible(want.expr, None)
            fits = [want.ok(value) for value in possible]
            if not any(fits):
                return False
            if chosen is None and not all(fits):
                chosen = next((leaf for leaf in leaves if len(self.domains[leaf]) > 1), None)
        if chosen is None:
            return True
        domain = self.domains[chosen]
        for value in sorted(domain, key=repr):
            self.domains[chosen] = frozenset({value})
            if self.run():
                return True
        self.domains[chosen] = domain
        return False

    def _leaf(self, key: str, domain: Callable[[], _Possible], told: list[str] | None) -> _Possible:
        if key not in self.domains:
            self.domains[key] = domain()
        if told is not None:
            told.append(key)
        return self.domains[key]

    def _possible(self, expr: Expr, told: list[str] | None) -> _Possible:
        """The values that an expression may have, and at first the leaves that it reads."""
        match expr:
            case Literally(value=value):
                return frozenset({KNOWN if isinstance(value, date) else value})
            case AsOf():
                return frozenset({KNOWN})
            case Field():
                key = unparse(expr)
                return self._leaf(key, lambda: self.values.of(expr, self.constants.get(key, set())), told)
            case Keyed(by=by, table=table, default=default):
                rows = dict(table)
                return frozenset(
                    None if k is None else KNOWN if k is KNOWN else rows.get(k, default)
                    for k in self._possible(by, told)
                )
            case Not(operand=operand):
                return frozenset(not_(v) for v in self._possible(operand, told))
            case And(operands=operands):
                return _joined([self._possible(o, told) for o in operands], settling=False)
            case Or(operands=operands):
                return _joined([self._possible(o, told) for o in operands], settling=True)
            case Has(operand=operand):
                return frozenset(v is not None for v in self._possible(operand, told))
            case Size(operand=operand):
                known = self._possible(operand, told)
                key = unparse(expr)
                sizes = self._leaf(key, lambda: _near(self.constants.get(key, set()), negative=False), told)
                return (sizes if known - {None} else frozenset()) | (known & {None})
            case Shift(day=day, count=count):
                both = self._possible(day, told) | self._possible(count, told)
                return frozenset({KNOWN}) | (both & {None})
            case Compare(operator=symbol, left=left, right=right):
                test = COMPARISONS[symbol]
                if isinstance(left, StatusOn):
                    return self._status(expr, left, right, test, told)
                if isinstance(right, StatusOn):
                    return self._status(expr, right, left, lambda s, c: test(c, s), told)
                return self._strict(expr, self._possible(left, told), self._possible(right, told), test, told)
            case In(item=item, list=listed):
                if isinstance(item, StatusOn):
                    return self._status(expr, item, listed, lambda s, c: s in c, told)
                return self._strict(
                    expr, self._possible(item, told), self._possible(listed, told), lambda x, xs: x in xs, told
                )
            case StatusOn():
                self._possible(expr.day, told)
                return self._leaf(unparse(expr), lambda: self.values.status(expr), told)
        raise TypeError(f"no values for {unparse(expr)}")

    def _strict(
        self, expr: Expr, left: _Possible, right: _Possible, test: Callable[[Any, Any], Any], told: list[str] | None
    ) -> _Possible:
        # Of two fields nothing says whether they are alike.
        sides = children(expr)
        free = KNOWN in left or KNOWN in right or not any(isinstance(e, Literally | Keyed) for e in sides)
        found = set(self._leaf(unparse(expr), lambda: frozenset({True, False}), told)) if free else set()
        for a, b in itertools.product(left, right):
            if a is None or b is None:
                found.add(None)
            elif a is not KNOWN and b is not KNOWN:
                found.add(test(a, b))
        if free and None in (left | right) and not ((left - {None}) and (right - {None})):
            found = {None}
        return frozenset(found)

    def _status(
        self, expr: Expr, status: StatusOn, constant: Expr, test: Callable[[Any, Any], Any], told: list[str] | None
    ) -> _Possible:
        sets, others = self._possible(status, told), self._possible(constant, told)
        if KNOWN in sets or KNOWN in others:
            return self._strict(expr, sets, others, test, told) | {None}
        found: set[Any] = set()
        for statuses, other in itertools.product(sets, others):
            results = {None} if statuses is None or other is None else {test(s, other) for s in statuses}
            found.add(results.pop() if len(results) == 1 else None)
        return frozenset(found)


def constants(expr: Expr) -> Iterator[Any]:
    """The constants that an operand may be, those of a list one by one."""
    match expr:
        case Literally(value=value):
            yield from value if isinstance(value, tuple) else (value,)
        case Keyed(table=table, default=default):
            for value in (*(v for _, v in table), default):
                yield from value if isinstance(value, tuple) else (value,)


def _joined(parts: Iterable[_Possible], *, settling: bool) -> _Possible:
    """What a conjunction (settled by false) or disjunction (settled by true) of parts may come to."""
    found: set[Any] = {not settling}
    for part in parts:
        found = {
            settling if a is settling or b is settling else None if a is None or b is None else not settling
            for a, b in itertools.product(found, part)
        }
    return frozenset(found)
