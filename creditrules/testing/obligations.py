"""What the cases of a policy ought to reach, read from its text: rules, exceptions, sides of conditions, boundaries, members.

Everything is named by an address that does not change when lines move, and counts once however often it is used: a
comparison in a definition is one, although forty rules use the definition.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from creditrules.diagnostics import Span
from creditrules.policy.afterwards import AFTERWARDS
from creditrules.policy.model import (
    Binder,
    Foundation,
    Interval,
    Policy,
    RuleException,
    Words,
)
from creditrules.policy.syntax import (
    AsOf,
    Call,
    Compare,
    Expr,
    Field,
    In,
    Literally,
    Name,
    Operator,
    Param,
    Shift,
    Size,
    StatusOn,
    constant_text,
    unparse,
    walk,
)  # fmt: skip
from creditrules.policy.typing import LINK, all_values

Figure = Literal["rules", "exceptions", "sides", "boundaries", "members"]
FIGURES: tuple[Figure, ...] = ("rules", "exceptions", "sides", "boundaries", "members")
Key = tuple[str, int, int]
"""Where a comparison stands: file, and its first and last character."""
Measured = Literal["days", "units", "words"]
Token = tuple[str, str]
"""A thing of a policy that may be in play: what it is, and its name."""

OTHER = "other"
"""The member that stands for every value outside a list."""
SIDES: Mapping[str, bool | None] = {"true": True, "false": False, "unknown": None}
STEPS = ("-1", "0", "+1")


@dataclass(frozen=True)
class Obligation:
    """One thing that a case ought to reach, counted in one of the figures, with the place of the text that asks for it."""

    figure: Figure
    address: str
    span: Span


@dataclass(frozen=True)
class Comparison:
    """A comparison in the text: of days or numbers, which ought to be seen at its boundary, or of words with their members."""

    address: str
    span: Span
    measured: Measured
    operator: Operator | Literal["in"]
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A day on which something begins (`from`) or ceases (`to`) to be in force, and what shows that it was in play."""

    address: str
    span: Span
    in_force: date
    """The day at the boundary on which it is in force."""
    days: Mapping[str, date]
    """The days on which a case ought to be decided, by the end of their addresses."""
    users: frozenset[Token]


@dataclass
class Obligations:
    """All that a policy's cases ought to reach, and where in its text each comparison stands."""

    all: dict[str, Obligation] = field(default_factory=dict)
    comparisons: dict[Key, Comparison] = field(default_factory=dict)
    periods: set[Key] = field(default_factory=set)
    """The ends of terms: lowering writes them into other comparisons, and they are told apart by these."""
    owners: dict[Key, set[Token]] = field(default_factory=lambda: defaultdict(set))
    changes: list[Change] = field(default_factory=list)
    keyed: dict[Key, str] = field(default_factory=dict)
    """The parameters that are looked up by a key, by the place of their use."""
    numbered: dict[Key, int] = field(default_factory=dict)
    """The number of each part of a condition within it."""
    parts: dict[str, tuple[Key | None, ...]] = field(default_factory=dict)
    """Where the parts of each condition stand, by its address."""
    names: Counter[str] = field(default_factory=Counter)

    def add(self, figure: Figure, address: str, span: Span) -> None:
        self.all[address] = Obligation(figure, address, span)

    def comparison(self, condition: str, key: Key) -> Comparison | None:
        """The comparison that stands at a place, met in a condition.

        A program writes out once what many rules ask in the same words: it stands where one of them has it, and is meant
        where this one does.
        """
        number = self.numbered.get(key)
        if number is not None and condition in self.parts:
            key = self.parts[condition][number] or key
        return self.comparisons.get(key)

    def named(self, address: str) -> str:
        """The address, with a number where the same text stands twice."""
        self.names[address] += 1
        return address if self.names[address] == 1 else f"{address}#{self.names[address]}"


def key_of(span: Span) -> Key:
    """The key of a place in the text."""
    return span.source.name, span.start, span.end


def obligations(policy: Policy) -> Obligations:
    """What the cases of a policy ought to reach."""
    found = Obligations()
    kinds = {k: k for k in policy.vocabulary.schema.kinds}
    _rules(found, policy, kinds)
    for definition in policy.definitions.values():
        _text(found, policy, definition.name, definition.body, kinds)
        _owned(found, definition.body, ("definition", definition.name))
    for number, term in enumerate(policy.terms, 1):
        owner = f"term/{term.of}/{number}"
        _text(found, policy, owner, term.where, kinds)
        _period(found, owner, f"[{unparse(term.until)}]", term.until)
        _owned(found, term.where, ("term", owner))
        _owned(found, term.until, ("term", owner))
    for number, row in enumerate(policy.lists, 1):
        owner = f"lists/{row.of}/{number}"
        _text(found, policy, owner, row.competent.test, kinds)
        _owned(found, row.competent.test, ("list", owner))
        if row.where is not None:
            _text(found, policy, owner, row.where, kinds)
            _owned(found, row.where, ("list", owner))
    for parameter in policy.parameters.values():
        owner = f"param/{parameter.name}"
        for name, option in parameter.choose.items():
            _text(found, policy, f"{owner}/{name}", option, kinds)
        rows = [*parameter.values, *(v for p in policy.profiles.values() for v in p.set.get(parameter.name, ()))]
        if parameter.by is not None:
            for word in (*sorted({key for row in rows for key in row.table}), OTHER):
                found.add("members", f"{owner}/key={word}", parameter.span)
    _options(found, policy)
    _changes(found, policy)
    return found


def _rules(found: Obligations, policy: Policy, kinds: Mapping[str, str]) -> None:
    """The rules, exceptions, scope rules and follow-ups, with the sides of their conditions."""
    for rule in policy.rules:
        own = {**kinds, **_aliases(rule.with_)}
        found.add("rules", rule.id, rule.span)
        _conditions(found, policy, rule.id, [(c.id, c.test, c.span) for c in rule.when], own)
        _listed(found, policy, f"{rule.id}/matters", rule.matters, rule.span)
        _listed(found, policy, f"{rule.id}/persons", rule.persons, rule.span)
        for exception in rule.unless:
            _exception(found, policy, exception, own)
    for shared in policy.exceptions:
        _exception(found, policy, shared.exception, kinds)
    for scope in policy.scope:
        found.add("rules", scope.id, scope.span)
        _conditions(found, policy, scope.id, [(c.id, c.test, c.span) for c in scope.when], kinds)
        _listed(found, policy, f"{scope.id}/matters", scope.matters, scope.span)
    for follow_up in policy.follow_ups:
        found.add("rules", follow_up.id, follow_up.span)
        _conditions(found, policy, follow_up.id, [(c.id, c.test, c.span) for c in follow_up.when], kinds)
        _listed(found, policy, f"{follow_up.id}/matters", follow_up.matters, follow_up.span)


def _exception(found: Obligations, policy: Policy, exception: RuleException, kinds: Mapping[str, str]) -> None:
    for how in ("applied", "not_applied"):
        found.add("exceptions", f"{exception.id}={how}", exception.span)
    own = {**kinds, **_aliases(exception.with_)}
    _conditions(found, policy, exception.id, [(c.id, c.test, c.span) for c in exception.when], own)


def _aliases(binders: Iterable[Binder]) -> dict[str, str]:
    return {b.alias: b.kind for b in binders}


def _conditions(
    found: Obligations, policy: Policy, owner: str, when: Iterable[tuple[str, Expr, Span]], kinds: Mapping[str, str]
) -> None:
    for name, test, span in when:
        for side in SIDES:
            found.add("sides", f"{owner}/when/{name}={side}", span)
        keys = tuple(None if node.span is None else key_of(node.span) for node in walk(test))
        found.parts[f"{owner}/when/{name}"] = keys
        found.numbered.update((key, number) for number, key in enumerate(keys) if key is not None)
        _text(found, policy, f"{owner}/when/{name}", test, kinds)


def _listed(found: Obligations, policy: Policy, owner: str, words: Words | None, span: Span) -> None:
    """The words of a list of matters or persons."""
    if words is not None:
        for word in _words(policy, words):
            found.add("members", f"{owner}={word}", words.span or span)


def _words(policy: Policy, words: Words) -> list[str]:
    values = [v for name in words.params for v in all_values(policy, policy.parameters[name])]
    return sorted({*words.words, *(w for v in values if isinstance(v, tuple) for w in v if isinstance(w, str))})


# Comparisons


def _text(found: Obligations, policy: Policy, owner: str, expr: Expr, kinds: Mapping[str, str]) -> None:
    """The comparisons in an expression as it is written."""
    for node in walk(expr):
        if isinstance(node, Param) and node.span is not None:
            found.owners[key_of(node.span)].add(("param", node.name))
            if policy.parameters[node.name].by is not None:
                found.keyed[key_of(node.span)] = node.name
        if isinstance(node, Compare):
            _compare(found, policy, owner, node, kinds)
        elif isinstance(node, In):
            _member(found, policy, owner, node)


def _compare(found: Obligations, policy: Policy, owner: str, node: Compare, kinds: Mapping[str, str]) -> None:
    bases = {_base(node.left, policy, kinds), _base(node.right, policy, kinds)}
    constant = next((e for e in (node.left, node.right) if isinstance(e, Literally | Param)), None)
    if bases == {"date"}:
        _period(found, owner, f"[{unparse(node)}]", node, node.operator)
    elif constant is not None and bases <= {"int", "decimal"}:
        _boundary(found, owner, f"[{unparse(node)}]", node, "units", operator=node.operator)
    elif constant is not None and "text" in bases:
        _membership(found, owner, node, _constants(policy, constant), node.operator)


def _member(found: Obligations, policy: Policy, owner: str, node: In) -> None:
    operands = [e for e in (node.list, node.item) if isinstance(e, Literally | Param)]
    # Of two constants, as `"new" in param.work_types`, the policy itself says whether it is so.
    if len(operands) == 1:
        constant = operands[0]
        _membership(found, owner, node, _constants(policy, constant), "in")


def _constants(policy: Policy, expr: Literally | Param) -> list[str]:
    """Every constant that an operand may be."""
    values = [expr.value] if isinstance(expr, Literally) else all_values(policy, policy.parameters[expr.name])
    return [
        member_text(one)
        for value in values
        for one in (value if isinstance(value, tuple) else (value,))
        if not isinstance(one, bool)
    ]


def member_text(value: object) -> str:
    """A member as it stands in an address."""
    return value if isinstance(value, str) else constant_text(value)  # type: ignore[arg-type]


def _membership(
    found: Obligations, owner: str, node: Expr, members: list[str], operator: Operator | Literal["in"]
) -> None:
    if not members:
        return
    # `where: {category: [param.x, a]}` is two tests at one place: together they are one list.
    before = found.comparisons.get(key_of(_place(node)))
    address = before.address if before is not None else found.named(f"{owner}/[{unparse(node)}]")
    whole = tuple(sorted({*(before.members if before is not None else ()), *members}))
    found.comparisons[key_of(_place(node))] = Comparison(address, _place(node), "words", operator, whole)
    for member in (*whole, OTHER):
        found.add("members", f"{address}={member}", _place(node))


def _period(found: Obligations, owner: str, text: str, node: Expr, operator: Operator = "<=") -> None:
    if not isinstance(node, Compare):
        found.periods.add(key_of(_place(node)))
    _boundary(found, owner, text, node, "days", operator=operator)


def _boundary(found: Obligations, owner: str, text: str, node: Expr, measured: Measured, *, operator: Operator) -> None:
    address = found.named(f"{owner}/{text}")
    found.comparisons[key_of(_place(node))] = Comparison(address, _place(node), measured, operator)
    for step in STEPS:
        found.add("boundaries", f"{address}={step}", _place(node))


def _options(found: Obligations, policy: Policy) -> None:
    """Each of the days that a parameter chooses between; the comparison in which it stands is told once."""
    for parameter in policy.parameters.values():
        for name in parameter.choose:
            found.add("members", f"param/{parameter.name}={name}", parameter.span)
            option = parameter.choose[name]
            for node in walk(option):
                if node.span is not None:
                    found.owners[key_of(node.span)].add(("option", f"{parameter.name}={name}"))


def _place(node: Expr) -> Span:
    assert node.span is not None  # noqa: S101 - what was read from a file has its place
    return node.span


def _base(expr: Expr, policy: Policy, kinds: Mapping[str, str]) -> str:
    """The type of an operand; empty where it tells nothing apart at a boundary."""
    match expr:
        case AsOf() | Shift():
            return "date"
        case Name(name="day"):
            return "date"
        case Size():
            return "int"
        case StatusOn():
            return "text"
        case Field(record="link", name=name):
            return LINK[name].base
        case Field(record=record, name=name):
            kind = AFTERWARDS.get(record) or policy.vocabulary.schema.kinds.get(kinds.get(record, ""))
            return kind.fields[name].type if kind is not None else ""
        case Literally(value=value):
            return _constant_base(value)
        case Param(name=name):
            parameter = policy.parameters[name]
            if parameter.choose:
                return _base(next(iter(parameter.choose.values())), policy, kinds)
            return _constant_base(parameter.values[0].value)
        case _:
            return ""


def _constant_base(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    return {int: "int", str: "text"}.get(type(value), "date" if isinstance(value, date) else "decimal")


def _owned(found: Obligations, expr: Expr, token: Token) -> None:
    for node in walk(expr):
        if node.span is not None:
            found.owners[key_of(node.span)].add(token)


# Days of force


def _changes(found: Obligations, policy: Policy) -> None:
    """The first and last days of force within the policy's own days, of whatever something rests on."""
    users = _users(policy)
    for token, span, interval in _dated(policy):
        what, name = token
        address = f"{what}/{name}" if what in ("law", "param") else name
        _change(found, policy, f"{address}/from", span=span, day=interval.from_, users=users[token], begins=True)
        if interval.to < date.max:
            _change(found, policy, f"{address}/to", span=span, day=interval.to, users=users[token], begins=False)
    for parameter in policy.parameters.values():
        for row in parameter.values[1:]:
            address = f"param/{parameter.name}/from/{row.from_}"
            _change(
                found,
                policy,
                address,
                span=parameter.span,
                day=row.from_,
                users=users["param", parameter.name],
                begins=True,
            )


def _change(
    found: Obligations, policy: Policy, address: str, *, span: Span, day: date, users: set[Token], begins: bool
) -> None:
    """A boundary of force, where somebody uses it and both its days lie within those of the policy."""
    days = {"before": day - timedelta(1), "on": day} if begins and day > date.min else {}
    days = days if begins else {"on": day, "after": day + timedelta(1)}
    if not users or not days or not all(d in policy.in_force for d in days.values()):
        return
    found.changes.append(Change(address, span, day, days, frozenset(users)))
    for when in days:
        found.add("boundaries", f"{address}={when}", span)


_Dated = tuple[Token, Span, Interval]


def _dated(policy: Policy) -> Iterator[_Dated]:
    for what, items in (("rule", policy.rules), ("scope", policy.scope), ("follow_up", policy.follow_ups)):
        yield from (((what, one.id), one.span, one.in_force) for one in items)
    for exception in _exceptions(policy):
        yield ("exception", exception.id), exception.span, exception.in_force
    spans = {b.name: b.span for f, _ in _founded(policy) for b in f.bases}
    spans |= {b.instrument.name: b.span for f, _ in _founded(policy) for b in f.bases}
    for instrument in policy.law.values():
        if instrument.name in spans:
            yield ("law", instrument.name), spans[instrument.name], instrument.in_force
        for provision in instrument.provisions.values():
            name = f"{instrument.name} {provision.name}"
            if name in spans:
                yield ("law", name), spans[name], provision.in_force


def _exceptions(policy: Policy) -> list[RuleException]:
    return [*(e for r in policy.rules for e in r.unless), *(s.exception for s in policy.exceptions)]


def _founded(policy: Policy) -> Iterator[tuple[Foundation, Token]]:
    """Everything that rests on law, and by which token it is seen to be in play."""
    yield from ((r.foundation, ("rule", r.id)) for r in policy.rules)
    yield from ((e.foundation, ("exception", e.id)) for e in _exceptions(policy))
    yield from ((s.foundation, ("scope", s.id)) for s in policy.scope)
    yield from ((f.foundation, ("follow_up", f.id)) for f in policy.follow_ups)
    yield from ((d.foundation, ("definition", d.name)) for d in policy.definitions.values())
    yield from ((p.foundation, ("param", p.name)) for p in policy.parameters.values())
    yield from ((t.foundation, ("term", f"term/{t.of}/{n}")) for n, t in enumerate(policy.terms, 1))
    yield from ((row.foundation, ("list", f"lists/{row.of}/{n}")) for n, row in enumerate(policy.lists, 1))


def _users(policy: Policy) -> Mapping[Token, set[Token]]:
    """For each thing that begins or ceases, what is in play when it matters."""
    users: dict[Token, set[Token]] = defaultdict(set)
    for what, items in (("rule", policy.rules), ("scope", policy.scope), ("follow_up", policy.follow_ups)):
        for one in items:
            users[what, one.id].add((what, one.id))
            for name in one.matters.params if one.matters is not None else ():
                users["param", name].add((what, one.id))
    for rule in policy.rules:
        for name in rule.persons.params if rule.persons is not None else ():
            users["param", name].add(("rule", rule.id))
        for argument in rule.arguments.values():
            for name in _named(policy, argument):
                users["param", name].add(("rule", rule.id))
    for follow_up in policy.follow_ups:
        clock = follow_up.clock
        parts = [] if clock is None else [e for e in (clock.from_, clock.days, clock.extension, clock.unit) if e]
        for name in (n for e in (*parts, *follow_up.arguments.values()) for n in _named(policy, e)):
            users["param", name].add(("follow_up", follow_up.id))
    for exception in _exceptions(policy):
        users["exception", exception.id].add(("exception", exception.id))
    for parameter in policy.parameters:
        users["param", parameter].add(("param", parameter))
    for foundation, token in _founded(policy):
        for basis in foundation.bases:
            seen = users[token] if token[0] == "param" else {token}
            users["law", basis.name] |= seen
            users["law", basis.instrument.name] |= seen
    for instrument in policy.law.values():
        coverages = [c for p in instrument.provisions.values() for c in p.carries]
        lists = [w for c in coverages for w in (c.matters, c.persons) if w is not None]
        for name in (
            *(n for w in lists for n in w.params),
            *([instrument.carries_if] if instrument.carries_if else ()),
        ):
            users["param", name] |= users["law", instrument.name]
    return users


def _named(policy: Policy, expr: Expr) -> Iterator[str]:
    """The parameters that an expression uses, also by way of definitions."""
    for node in walk(expr):
        if isinstance(node, Param):
            yield node.name
        elif isinstance(node, Call) and node.name in policy.definitions:
            yield from _named(policy, policy.definitions[node.name].body)


def unit_of(constant: int | Decimal) -> Decimal:
    """The step that lies just beside a constant: one of its last digit."""
    exponent = constant.as_tuple().exponent if isinstance(constant, Decimal) else 0
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else Decimal(1)
