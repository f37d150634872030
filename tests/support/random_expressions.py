"""Random conditions that have types, as trees, with the parameters, definitions and facts that they need; a seed is a condition.

The random policies write text for a real vocabulary, where much may not stand. Here everything that has a type may: any
operator over any operand, `has` anywhere, days that no record would give.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel

from creditrules.diagnostics import Source, Span, Text
from creditrules.policy.model import Definition, Foundation, Interval, Parameter, Policy, Profile, Values
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
    Operator,
    Or,
    Param,
    Shift,
    Size,
    StatusOn,
    Unit,
    children,
    walk,
)  # fmt: skip
from creditrules.records import schema
from creditrules.records.history import NO_STATUS, Step, Timeline
from creditrules.records.values import MOST_INT
from tests.support.random_policies import VOCABULARY

STATUSES = ("active", "appealed", "revoked")
ROLES = (*VOCABULARY.schema.roles, "self", "same_name")
RECORDS: Mapping[str, str] = {"entry": "entry", "earlier": "entry", "permit": "permit"}
"""The records of every condition and their kinds: two of one kind, lest a confusion of records go unnoticed."""

# Few values of each type, so that comparisons fall on both sides; and those on which an inexact number, a short month or
# the edge of the calendar would show.
_DAYS = (
    date(2020, 1, 31), date(2020, 2, 29), date(2020, 3, 1), date(2020, 3, 31), date(2021, 2, 28), date(2021, 3, 1), date(2019, 12, 31),
    date.max, date.max, date(9999, 11, 30), date(1, 1, 1),
)  # fmt: skip
_EDGES: tuple[tuple[date, Unit, int, tuple[date, ...]], ...] = (
    (date(2020, 1, 31), "months", 1, (date(2020, 2, 29), date(2020, 3, 1), date(2020, 3, 2))),
    (date(2020, 3, 31), "months", 11, (date(2021, 2, 28), date(2021, 3, 3))),
    (date(2020, 3, 31), "months", 1, (date(2020, 4, 30), date(2020, 5, 1))),
    (date(2020, 2, 29), "months", 1, (date(2020, 3, 29), date(2020, 3, 31))),
    (date(2020, 2, 29), "years", 1, (date(2021, 2, 28), date(2021, 3, 1))),
    (date(2020, 2, 29), "years", 4, (date(2024, 2, 29), date(2024, 2, 28))),
    (date(2096, 2, 29), "years", 4, (date(2100, 2, 28), date(2100, 3, 1))),
    (date(2019, 12, 31), "days", 60, (date(2020, 2, 29), date(2020, 3, 1))),
    (date(9999, 11, 30), "months", 1, (date(9999, 12, 30), date.max)),
    (date(9999, 11, 30), "days", 31, (date(9999, 12, 30), date.max)),
    (date(9999, 11, 30), "years", 1, (date(9999, 12, 30), date.max)),
    (date(2020, 3, 31), "months", -1, (date(2020, 2, 29), date(2020, 3, 2))),
    (date(1, 1, 31), "days", -31, (date(1, 1, 1), date(1, 1, 2))),
    (date(1, 12, 31), "years", -1, (date(1, 1, 1), date(1, 1, 2))),
    (date.max, "months", -1, (date.max, date(9999, 11, 30))),
)
"""Where a period ends on a day of note, or a day beside it; drawn blindly, these would hardly ever meet."""
VALUES: Mapping[str, tuple[Any, ...]] = {
    "bool": (True, False),
    "int": (-13, -1, 0, 1, 2, 12, MOST_INT, -MOST_INT),
    "decimal": tuple(map(Decimal, ("0", "1.0", "0.1", "0.10", "2", "300.5", "4503599627370.496", "4503599627370.496001"))),
    "text": ("a", "b", "图纸", 'a"b', "a\\b"),
    "date": _DAYS,
    "role": ROLES,
    "status": STATUSES,
    "texts": ((), ("a",), ("a", "b"), ("图纸", "b", "b"), ('a"b', "a\\b")),
}  # fmt: skip
_LITERALS = {
    **VALUES, "text": (*VALUES["text"], "a\n\tb"), "decimal": (*VALUES["decimal"], Decimal("-0.5")), "date": (*_DAYS[:7], *_DAYS),
    "count": (0, 1, 1, 1, 1, 2, 12, 13, 30, 365, 99_999),
    "whole": (-1, 0, 1, 2, 12),  # those beside a decimal, which in millionths must still be whole numbers of CEL
}  # fmt: skip
FIELDS: Mapping[str, str] = {
    "flag": "bool", "seen": "bool", "count": "int", "rank": "int", "area": "decimal", "cost": "decimal", "kind": "text", "name": "text",
    "tags": "texts", "starts_on": "date", "valid_to": "date", "paper.number": "text", "paper.signed_on": "date", "paper.sealed": "bool",
}  # fmt: skip
LINK: Mapping[str, str] = {"role": "role", "from": "date", "to": "date", "evidenced": "bool", "shareholder": "bool"}
_TITLE = Text("甲", "a")
_SPAN = Span(Source("random", " "), 0, 1)
_OURS = Foundation((), ours=True)


def _kind(name: str) -> schema.Kind:
    fields = {n: schema.Field(n, t, _TITLE) for n, t in FIELDS.items()}  # type: ignore[arg-type]
    history = schema.History(dict.fromkeys(STATUSES, _TITLE))
    return schema.Kind(name, _TITLE, fields, BaseModel, history=history)


KINDS: Mapping[str, schema.Kind] = {name: _kind(name) for name in ("entry", "permit")}
_PROFILE = Profile("lawful", _TITLE, True, {})
_POLICY = Policy(
    "random", "1", _TITLE, Interval(), VOCABULARY, (), {}, {}, {"lawful": _PROFILE}, "lawful", {}, (), (), (), (), (), (), (), (), (), None, ""
)  # fmt: skip

Leaf = tuple[str, str]
"""A record, or `link`, and a field of it; `history` stands for its statuses."""


@dataclass(frozen=True)
class Facts:
    """What is known: a value for each leaf, None where it is missing, and a timeline for each record."""

    values: Mapping[Leaf, Any]
    timelines: Mapping[str, Timeline | None]

    def without(self, leaves: Sequence[Leaf], timeline: Timeline | None) -> Facts:
        """The same facts without some leaves; what is then known of a history is `timeline`."""
        lost = {record: timeline for record, name in leaves if name == "history"}
        return Facts({k: None if k in leaves else v for k, v in self.values.items()}, {**self.timelines, **lost})


@dataclass(frozen=True)
class Example:
    """A condition, the policy in which it stands, the day, and what is known."""

    seed: str
    expr: Expr
    policy: Policy
    as_of: date
    facts: Facts

    def reached(self) -> Iterator[Expr]:
        """The condition, and every other expression that it uses by a name, each once."""
        found: dict[int, Expr] = {}

        def reach(expr: Expr) -> None:
            if id(expr) in found:
                return
            found[id(expr)] = expr
            for node in walk(expr):
                if isinstance(node, Call):
                    reach(self.policy.definitions[node.name].body)
                if isinstance(node, Param):
                    for option in self.policy.parameters[node.name].choose.values():
                        reach(option)

        reach(self.expr)
        yield from found.values()


@dataclass(frozen=True)
class _Scope:
    """What an expression may name, and how many definitions it may stand inside of."""

    records: Mapping[str, str]
    link: bool = False
    day: bool = False
    calls: int = 2


@dataclass
class _Maker:
    """The state of one example; `example` is its only user."""

    random: random.Random
    as_of: date
    parameters: dict[str, Parameter] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    chosen: dict[str, tuple[Values, ...]] = field(default_factory=dict)
    aimed: dict[Leaf, Any] = field(default_factory=dict)
    """What fields are to hold, so that a comparison falls on an edge."""

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, type_: str, *, least: int = 1) -> tuple[Any, ...]:
        return tuple(self.random.choice(_LITERALS[type_]) for _ in range(self.random.randint(least, 3)))

    # Conditions

    def truth(self, scope: _Scope, depth: int) -> Expr:
        """A condition of at most this depth."""
        if depth > 0 and self.chance(0.6):
            form = self.random.choice((Not, And, And, Or, Or))
            if form is Not:
                return Not(self.truth(scope, depth - 1))
            return form(tuple(self.truth(scope, depth - 1) for _ in range(self.random.choice((2, 2, 3)))))
        make = self.random.choice(
            (self.comparison,) * 8 + (self.membership,) * 4 + (self.status,) * 3 + (self.call,) * 3 + (self.has, self.flag, self.flag)
        )  # fmt: skip
        return make(scope, depth)

    def comparison(self, scope: _Scope, depth: int) -> Expr:
        type_ = self.random.choice(
            ("bool", "int", "int", "decimal", "decimal", "text", "date", "date", "date", "date", "role")
        )
        ordered = type_ in ("int", "decimal", "date")
        operator: Operator = self.random.choice(get_args(Operator) if ordered else ("==", "!="))
        if type_ == "date" and self.chance(0.3):
            return self.edge(operator, scope)
        if type_ == "bool":
            return Compare(operator, self.truth(scope, min(depth, 1) - 1), self.operand("bool", scope))
        left, right = self.operand(type_, scope, settled=False), self.operand(type_, scope)
        if type_ == "decimal" and self.chance(0.3):
            # Beside a number with decimals, a whole one may stand if it is constant.
            right = self.constant("whole", scope)
        return Compare(operator, right, left) if self.chance(0.3) else Compare(operator, left, right)

    def edge(self, operator: Operator, scope: _Scope) -> Expr:
        """A period compared with the day on which it ends, or one beside it."""
        start, unit, number, ends = self.random.choice(_EDGES)
        count = self.aim("int", number, scope) if number < 0 or self.chance(0.2) else Literally(number)
        left: Expr = Shift(self.aim("date", start, scope), unit, count)
        right = self.aim("date", self.random.choice(ends), scope)
        return Compare(operator, right, left) if self.chance(0.3) else Compare(operator, left, right)

    def aim(self, type_: str, value: Any, scope: _Scope) -> Expr:
        """The value, or a field that holds it unless another comparison wants something else of it."""
        found = self.field(type_, scope)
        # A period written in a condition is never negative, but one of a record may be.
        written = self.chance(0.4) and not (type_ == "int" and value < 0)
        if found is None or written:
            return Literally(value)
        self.aimed[found.record, found.name] = value
        return found

    def membership(self, scope: _Scope, depth: int) -> Expr:
        type_ = self.random.choice(("bool", "int", "decimal", "decimal", "text", "text", "text", "date", "role"))
        item = self.truth(scope, min(depth, 1) - 1) if type_ == "bool" else self.operand(type_, scope, settled=False)
        if type_ == "text" and self.chance(0.5):
            item = item if self.chance(0.5) else self.constant("text", scope)
            return In(item, self.field("texts", scope) or Literally(("a",)))
        if type_ == "decimal" and self.chance(0.3):
            if self.chance(0.5):
                item = self.constant("whole", scope)
            else:
                type_ = "whole"
        return In(item, self.constant(type_, scope, many=True))

    def status(self, scope: _Scope, _depth: int) -> Expr:
        day = AsOf() if self.chance(0.4) else self.operand("date", scope)
        status = StatusOn(self.random.choice(list(scope.records)), day)
        if self.chance(0.35):
            return In(status, self.constant("status", scope, many=True, choose=False))
        word = self.constant("status", scope, choose=False)
        operator: Operator = self.random.choice(("==", "!="))
        return Compare(operator, word, status) if self.chance(0.3) else Compare(operator, status, word)

    def has(self, scope: _Scope, _depth: int) -> Expr:
        type_ = self.random.choice((*FIELDS.values(), *(("role",) if scope.link else ())))
        found = self.field(type_, scope)
        return Has(found) if found else Literally(True)

    def flag(self, scope: _Scope, _depth: int) -> Expr:
        return self.operand("bool", scope)

    def call(self, scope: _Scope, depth: int) -> Expr:
        kinds = sorted(set(scope.records.values()))
        known = [d for d in self.definitions.values() if {*d.of} <= {*kinds, "day"}] if scope.calls > 1 else []
        if known and self.chance(0.4):
            definition = self.random.choice(known)
        elif scope.calls == 0:
            return self.comparison(scope, depth)
        else:
            of = [
                *self.random.sample(kinds, self.random.randint(1, len(kinds))),
                *(["day"] if self.chance(0.6) else []),
            ]
            self.random.shuffle(of)
            inner = _Scope({k: k for k in of if k != "day"}, day="day" in of, calls=scope.calls - 1)
            body = self.truth(inner, 1)
            definition = Definition(f"d{len(self.definitions)}", _TITLE, tuple(of), body, _OURS, (), _SPAN)
            self.definitions[definition.name] = definition
        arguments = [
            self.operand("date", scope) if of == "day" else Name(self.random.choice([a for a, k in scope.records.items() if k == of]))
            for of in definition.of
        ]  # fmt: skip
        return Call(definition.name, tuple(arguments))

    # Operands

    def operand(self, type_: str, scope: _Scope, *, settled: bool = True) -> Expr:
        """An expression of the type; what is not settled is no constant, as far as that can be."""
        if type_ == "date" and self.chance(0.45):
            return self.day(scope)
        if type_ == "int" and self.chance(0.2):
            return Size(self.list_(scope))
        if settled and self.chance(0.45):
            return self.constant(type_, scope)
        return self.field(type_, scope) or self.constant(type_, scope)

    def day(self, scope: _Scope) -> Expr:
        if self.chance(0.3):
            return Name("day") if scope.day and self.chance(0.8) else AsOf()
        unit: Unit = self.random.choice(get_args(Unit))
        return Shift(self.operand("date", scope), unit, self.count(scope))

    def count(self, scope: _Scope) -> Expr:
        if self.chance(0.65):
            return Literally(self.random.choice(_LITERALS["count"]))
        if self.chance(0.3):
            return self.param("count", scope, many=False, choose=False)
        return (self.chance(0.6) and self.field("int", scope)) or Size(self.list_(scope))

    def list_(self, scope: _Scope) -> Expr:
        if self.chance(0.7) and (found := self.field("texts", scope)):
            return found
        return self.constant(self.random.choice(("text", "int", "date")), scope, many=True)

    def field(self, type_: str, scope: _Scope) -> Field | None:
        found = [Field(r, n) for r in scope.records for n, t in FIELDS.items() if t == type_]
        found += [Field("link", n) for n, t in LINK.items() if t == type_] if scope.link else []
        return self.random.choice(found) if found else None

    # Constants

    def constant(self, type_: str, scope: _Scope, *, many: bool = False, choose: bool = True) -> Expr:
        if self.chance(0.35):
            # Between whole numbers and others only what is known to be constant may stand, and a choice need not be.
            return self.param(type_, scope, many=many, choose=choose and not many and type_ != "whole")
        return Literally(self.some(type_) if many else self.random.choice(_LITERALS[type_]))

    def param(self, type_: str, scope: _Scope, *, many: bool, choose: bool) -> Param:
        """A new parameter: of one value, of several by day, by key, or a choice between expressions."""
        form = self.random.choice(("plain", "dated", "keyed", "keyed", *(("choose",) * 2 if choose else ())))
        by = self.field("text", scope) if form == "keyed" else None
        options: dict[str, Expr] = {}
        if form == "choose":
            chosen = [self.field(type_, scope), Literally(self.random.choice(_LITERALS[type_]))]
            options = {f"o{n}": e for n, e in enumerate(chosen) if e is not None}
            if type_ == "date":
                options["o9"] = self.day(scope)
        # Only now, for the options may have made parameters of their own.
        name = f"p{len(self.parameters)}"

        def value() -> Any:
            if options:
                return self.random.choice(list(options))
            # An empty list cannot be written in a condition, but a parameter may be one.
            return self.some(type_, least=0 if type_ == "text" else 1) if many else self.random.choice(_LITERALS[type_])

        def rows() -> tuple[Values, ...]:
            days = [date.min, *sorted(self.random.sample(_DAYS[:7], 2))] if form != "plain" else [date.min]
            keys = self.random.sample(VALUES["text"], self.random.randint(0, 3))
            return tuple(Values(day, value(), {k: value() for k in keys} if by else {}) for day in days)

        self.parameters[name] = Parameter(name, _TITLE, _OURS, by, rows(), options, (), _SPAN)
        if self.chance(0.2):
            self.chosen[name] = rows()
        return Param(name)

    # Facts

    def facts(self) -> Facts:
        values: dict[Leaf, Any] = {(r, n): self.random.choice(VALUES[t]) for r in RECORDS for n, t in FIELDS.items()}
        values |= {("link", n): self.random.choice(VALUES[t]) for n, t in LINK.items()}
        return Facts(values | self.aimed, {record: self.timeline() for record in RECORDS})

    def timeline(self) -> Timeline:
        """A timeline of any form that a record can have: of delivered steps, of a present status, of dates, of nothing."""
        nothing, anything = frozenset({NO_STATUS}), frozenset({*STATUSES, NO_STATUS})
        earlier = nothing if self.chance(0.6) else anything
        form = self.random.choice(("steps", "steps", "steps", "present", "dates"))
        # Mostly the status of `as_of` is asked, so that histories often turn on that day.
        near = (*_DAYS, self.as_of, self.as_of, self.as_of)
        days = sorted(self.random.choice(near) for _ in range(self.random.randint(0 if form == "steps" else 1, 3)))
        statuses = [self.random.choice(STATUSES) for _ in days]
        if form == "present":
            ends = self.chance(0.5)
            until = self.random.choice(near) if ends and self.chance(0.5) else None
            start = self.unless_lost(days[0], 0.3)
            return Timeline((Step(statuses[0], start, days[-1], until, ends and until is None),), earlier)
        starts = [self.unless_lost(day, 0.2) for day in days]
        if form == "dates":
            return Timeline(tuple(map(Step, statuses, starts)), nothing)
        # The source was asked when all that it delivers had begun.
        asked = self.unless_lost(max((d for d in starts if d), default=self.as_of), 0.3)
        ends_ = [self.random.choice(near) if self.chance(0.3) else None for _ in days]
        steps = [
            Step(status, start, None if start else asked, until)
            for status, start, until in zip(statuses, starts, ends_, strict=True)
        ]
        return Timeline(tuple(steps), earlier)

    def unless_lost(self, day: date, share: float) -> date | None:
        return None if self.chance(share) else day


def example(seed: str) -> Example:
    """The example of a seed; nothing is missing yet but what its histories leave open."""
    random_ = random.Random(seed)
    maker = _Maker(random_, random_.choice(_DAYS[:7]))
    # Short ones too, in which the answer hangs on every value.
    expr = maker.truth(_Scope(RECORDS, link=True), random_.choice((0, 0, 1, 2, 3)))
    profile = replace(_PROFILE, set=MappingProxyType(maker.chosen))
    policy = replace(
        _POLICY, parameters=maker.parameters, definitions=maker.definitions, profiles={"lawful": profile}
    )  # fmt: skip
    return Example(seed, expr, policy, maker.as_of, maker.facts())


# What an example exercises

CONSTRUCTS = (
    "true, false", "whole number", "decimal", "text", 'date("...")', "list", "field", "field of a field", "link.role", "link.from", "link.to",
    "link.evidenced", "as_of", "day", "has", "!", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "compared: bool", "compared: int",
    "compared: decimal", "compared: text", "compared: date", "decimal with whole", "in a list", "in a field", "in a parameter", "size", "years",
    "months", "days", "period of a fact", "status_on ==", "status_on !=", "status_on in", "status_on another day", "param", "param: list",
    "param: by day", "param: keyed", "param: choice", "param: of profile", "definition", "definition inside",
)  # fmt: skip


def constructs(example: Example) -> set[str]:
    """The constructs of the language that the condition uses, also inside its definitions and parameters."""
    found: set[str] = set()
    for expr in example.reached():
        for node in walk(expr):
            found |= set(_of_node(node, example))
            if isinstance(node, Call) and expr is not example.expr:
                found.add("definition inside")
    return found


def _of_node(node: Expr, example: Example) -> Iterator[str]:
    statuses = [x for x in children(node) if isinstance(x, StatusOn)]
    match node:
        case Literally(value=tuple()):
            yield "list"
        case Literally(value=value):
            names = {bool: "true, false", int: "whole number", Decimal: "decimal", str: "text", date: 'date("...")'}
            yield names[type(value)]
        case Field(record="link"):
            yield f"link.{node.name}"
        case Field():
            yield "field of a field" if "." in node.name else "field"
        case Compare():
            yield f"status_on {node.operator}" if statuses else node.operator
            if not statuses:
                types = {static(x, example.policy) for x in (node.left, node.right)}
                yield from (f"compared: {t}" for t in types)
                yield from ("decimal with whole",) if types == {"int", "decimal"} else ()
        case In():
            place = {Field: "in a field", Param: "in a parameter"}.get(type(node.list), "in a list")
            yield "status_on in" if statuses else place
            if {static(node.item, example.policy), static(node.list, example.policy)} == {"int", "decimal"}:
                yield "decimal with whole"
        case Shift():
            yield node.unit
            if not isinstance(node.count, Literally | Param):
                yield "period of a fact"
        case StatusOn() if not isinstance(node.day, AsOf):
            yield "status_on another day"
        case Name(name="day"):
            yield "day"
        case Param():
            parameter = example.policy.parameters[node.name]
            yield "param"
            ways = {
                "list": isinstance(parameter.values[0].value, tuple), "by day": len(parameter.values) > 1, "keyed": parameter.by is not None,
                "choice": bool(parameter.choose), "of profile": node.name in example.policy.profiles["lawful"].set,
            }  # fmt: skip
            yield from (f"param: {way}" for way, so in ways.items() if so)
        case _:
            names_ = {Not: "!", And: "&&", Or: "||", Has: "has", Size: "size", AsOf: "as_of", Call: "definition"}
            yield from ((names_[type(node)],) if type(node) in names_ else ())


def static(expr: Expr, policy: Policy) -> str:
    """The type of an expression, of a list that of what is in it."""
    match expr:
        case Literally(value=value):
            items = value if isinstance(value, tuple) else (value,)
            names = {bool: "bool", int: "int", Decimal: "decimal", str: "text", date: "date"}
            return names[type(items[0])] if items else "text"
        case Field(record="link"):
            return {"role": "text"}.get(LINK[expr.name], LINK[expr.name])
        case Field():
            return {"texts": "text"}.get(FIELDS[expr.name], FIELDS[expr.name])
        case Param():
            parameter = policy.parameters[expr.name]
            if parameter.choose:
                return static(next(iter(parameter.choose.values())), policy)
            return static(Literally(parameter.values[0].value), policy)
        case AsOf() | Shift():
            return "date"
        case Name():
            return "date" if expr.name == "day" else "record"
        case Size():
            return "int"
        case StatusOn():
            return "text"
        case _:
            return "bool"
