"""Prove that no case can reach something, from the finite values that the conditions of a policy tell apart.

A proof errs on one side only: every comparison of days, and every value that is not finite, is taken to be free. What cannot
be reached even so cannot be reached by any case, on any day and under any profile of the policy; of the rest nothing is said.
Parameters that a case chose count as well.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from creditrules.diagnostics import Text
from creditrules.policy.checking import breakpoints
from creditrules.policy.lower import lower
from creditrules.policy.model import Policy
from creditrules.policy.program import Atom, Bound, Program
from creditrules.policy.syntax import And, AsOf, Compare, Expr, In, Keyed, Literally, Not, Or, children, unparse
from creditrules.policy.truth import Truth
from creditrules.testing.obligations import (
    OTHER,
    SIDES,
    Comparison,
    Obligation,
    Obligations,
    key_of,
    member_text,
    unit_of,
)
from creditrules.testing.observing import address_of
from creditrules.testing.values import ELSEWHERE, KNOWN, Values, Want, constants, satisfiable

_TRUE, _OPEN = frozenset({True}), frozenset({True, None})

ALWAYS_KNOWN = Text("条件所读的事实从不缺少", "the condition reads only what is never missing")
ALONE = Text("条件本身没有这种取值", "the condition alone never comes to this")
JOINTLY = Text("其他条件都符合时没有这种取值", "where the other conditions hold it never comes to this")
NO_VALUE = Text("没有记录能有这个取值而又影响结果", "no record can have this value where it matters")
NEVER = Text("任何施行日和方案下都不适用", "it stands on no day and under no profile of the policy")
OUTSIDE = Text("该日不在政策的施行期间", "the day lies outside those of the policy")


@dataclass(frozen=True)
class _Group:
    """The conditions that are judged together: of a rule, or of an exception with those of the rule that it serves."""

    owner: str
    atoms: tuple[Atom, ...]
    beside: tuple[Atom, ...]
    kinds: Mapping[str, str]
    each: Bound | None
    matters: frozenset[str] | None
    decides: str


class Feasibility:
    """The conditions of a policy in every form that its days, profiles and cases give them."""

    def __init__(self, policy: Policy, wanted: Obligations) -> None:
        self.policy, self.wanted = policy, wanted
        self.days = breakpoints(policy)
        self.taken: set[tuple[int, str, str]] = set()
        self.groups: dict[tuple[str, ...], _Group] = {}
        self.texts: dict[int, tuple[Expr, str]] = {}

    def add(self, program: Program, *, params: str = "") -> None:
        """Take in a program; one that differs from an earlier one by its day alone says nothing new."""
        key = (bisect_right(self.days, program.as_of), program.profile, params)
        if key in self.taken:
            return
        self.taken.add(key)
        for group in _groups(program):
            tests = tuple(self._text(a.test) for a in (*group.atoms, *group.beside))
            persons = group.each.persons if group.each is not None else ()
            known = (group.owner, *tests, "", *(persons or ()), "", *sorted(group.matters or ()))
            self.groups.setdefault(known, group)

    def _text(self, expr: Expr) -> str:
        if id(expr) not in self.texts:
            self.texts[id(expr)] = (expr, unparse(expr))
        return self.texts[id(expr)][1]

    def reasons(self, open_: Iterable[Obligation]) -> Mapping[str, Text]:
        """Why some of what no case reaches cannot be reached, by address."""
        asked = list(open_)
        if not asked:
            return {}
        for day in self.days:
            for profile in self.policy.profiles:
                if (bisect_right(self.days, day), profile, "") not in self.taken:
                    self.add(lower(self.policy, as_of=day, profile=profile))
        by_owner: dict[str, list[_Group]] = defaultdict(list)
        for group in self.groups.values():
            by_owner[group.owner].append(group)
        found: dict[str, Text] = {}
        owned = {owner for owner in self._owners() if owner not in by_owner}
        for one in asked:
            owner = re.split(r"/(?:when|matters|persons)|=|/from|/to", one.address)[0]
            if owner in owned:
                found[one.address] = NEVER
            elif one.figure == "sides":
                condition, side = one.address.rsplit("=", 1)
                name = condition.split("/when/", 1)[1]
                why = _side(by_owner[owner], name, SIDES[side], self.policy)
                if why is not None:
                    found[one.address] = why
        told = {o.address for o in asked if o.address not in found and o.figure in ("boundaries", "members")}
        return {**found, **self._values(told)}

    def _owners(self) -> set[str]:
        """Everything with conditions, whether or not it stands on some day."""
        policy = self.policy
        exceptions = [*(e for r in policy.rules for e in r.unless), *(s.exception for s in policy.exceptions)]
        others = [*(s.id for s in policy.scope), *(f.id for f in policy.follow_ups)]
        return {*(r.id for r in policy.rules), *(e.id for e in exceptions), *others}

    def _values(self, asked: set[str]) -> Mapping[str, Text]:
        """What is asked of the comparisons: whether some occurrence of each can have the value."""
        targets = {
            comparison.address: ends
            for comparison in self.wanted.comparisons.values()
            if (ends := [e for e in _ends(comparison) if f"{comparison.address}={e}" in asked])
        }
        possible: set[str] = set()
        met: set[str] = set()
        outside: set[str] = set()
        for group in self.groups.values():
            values = Values(self.policy.vocabulary, group, strict=False)
            for number, atom in enumerate(group.atoms):
                rest = [a.test for a in (*group.atoms[:number], *group.atoms[number + 1 :], *group.beside)]
                for leaf, path in _leaves(atom.test, ()):
                    condition = address_of(group.owner, atom)
                    comparison = self.wanted.comparison(condition, key_of(leaf.span)) if leaf.span is not None else None
                    if comparison is None:
                        continue
                    for end in targets.get(comparison.address, ()):
                        address = f"{comparison.address}={end}"
                        if address in possible:
                            continue
                        met.add(address)
                        if comparison.measured == "days":
                            if self._within(leaf, end):
                                possible.add(address)
                            else:
                                outside.add(address)
                        elif satisfiable(
                            values,
                            [*_wanted(comparison, leaf, end), *path, *(Want(e, _OPEN.__contains__) for e in rest)],
                        ):
                            possible.add(address)
        return {a: OUTSIDE if a in outside else NO_VALUE for a in met - possible}

    def _within(self, leaf: Expr, end: str) -> bool:
        """Whether the day of a comparison with a fixed day lies within those of the policy."""
        match leaf:
            case Compare(left=AsOf(), right=Literally(value=date() as day)):
                return day + timedelta(int(end)) in self.policy.in_force
            case Compare(left=Literally(value=date() as day), right=AsOf()):
                return day - timedelta(int(end)) in self.policy.in_force
        return True


def _groups(program: Program) -> Iterator[_Group]:
    kinds = {k: k for k in program.vocabulary.schema.kinds}
    for rule in program.rules:
        bound = [*([rule.each] if rule.each is not None else []), *rule.with_]
        own = kinds | {b.alias: b.kind for b in bound}
        yield _Group(rule.id, rule.atoms, (), own, rule.each, rule.matters, rule.decides)
        for exception in rule.exceptions:
            more = own | {b.alias: b.kind for b in exception.with_}
            yield _Group(exception.id, exception.atoms, rule.atoms, more, rule.each, rule.matters, rule.decides)
    first = program.vocabulary.schema.decided[0]
    for scope in program.scopes.values():
        yield _Group(scope.id, scope.atoms, (), kinds, None, scope.matters, first)
    for follow_up in program.follow_ups:
        yield _Group(follow_up.id, follow_up.atoms, (), kinds, None, follow_up.matters, follow_up.decides)


def _side(groups: Iterable[_Group], name: str, side: Truth, policy: Policy) -> Text | None:
    """Why no form of a condition can come to a side while nothing else settles the result; None where one perhaps can."""
    alone = True
    for group in groups:
        # Where the others must be true the record counts, so what every record has is known.
        values = Values(policy.vocabulary, group, strict=side is not False)
        rest = _OPEN if side is False else _TRUE
        for number, atom in enumerate(group.atoms):
            if atom.id.rsplit("/", 1)[1] != name:
                continue
            own = Want(atom.test, lambda value: value is side)
            others = [Want(a.test, rest.__contains__) for n, a in enumerate(group.atoms) if n != number]
            others += [Want(a.test, _OPEN.__contains__) for a in group.beside]
            if satisfiable(values, [own]):
                alone = False
                if satisfiable(values, [own, *others]):
                    return None
    if not alone:
        return JOINTLY
    return ALWAYS_KNOWN if side is None else ALONE


def _ends(comparison: Comparison) -> tuple[str, ...]:
    return (*comparison.members, OTHER) if comparison.measured == "words" else ("-1", "0", "+1")


def _leaves(expr: Expr, path: tuple[Want, ...]) -> Iterator[tuple[Expr, tuple[Want, ...]]]:
    """The leaves of a condition, each with what must hold beside it for it to matter."""
    match expr:
        case Not(operand=operand):
            yield from _leaves(operand, path)
        case And(operands=operands) | Or(operands=operands):
            settling = isinstance(expr, Or)
            for number, operand in enumerate(operands):
                others = (o for n, o in enumerate(operands) if n != number)
                yield from _leaves(operand, (*path, *(Want(o, _unsettled(settling)) for o in others)))
        case Compare() | In():
            yield expr, path
        case _:
            for child in children(expr):
                yield from _leaves(child, path)


def _unsettled(settling: bool) -> Callable[[Any], bool]:  # noqa: FBT001 - the truth that settles it
    return lambda value: value is not settling


def _wanted(comparison: Comparison, leaf: Expr, end: str) -> tuple[Want, ...]:
    """What must be so of a comparison for it to be seen at one of its ends; it is looked at itself, for its constants."""
    itself = Want(leaf, lambda _: True)
    if comparison.measured == "words":
        operand = _operand(leaf)
        if operand is None:
            return (Want(leaf, lambda value: value is (end != OTHER)),)
        return itself, Want(operand, _is(end, frozenset(comparison.members)))
    assert isinstance(leaf, Compare)  # noqa: S101 - only these are measured
    constant, other, sign = leaf.right, leaf.left, 1
    if isinstance(leaf.left, Literally | Keyed):
        constant, other, sign = leaf.left, leaf.right, -1
    numbers = constants(constant)
    near = {Decimal(n) + sign * int(end) * unit_of(n) for n in numbers}
    return itself, Want(other, lambda value: isinstance(value, int | Decimal) and Decimal(value) in near)


def _operand(leaf: Expr) -> Expr | None:
    """The operand whose value is told; None where a word is looked for in a list that is no constant."""
    if isinstance(leaf, In):
        return None if isinstance(leaf.item, Literally) else leaf.item
    if isinstance(leaf, Compare):
        return leaf.right if isinstance(leaf.left, Literally | Keyed) else leaf.left
    return None


def _is(end: str, members: frozenset[str]) -> Callable[[Any], bool]:
    def ok(value: Any) -> bool:
        if isinstance(value, frozenset):  # the statuses that are possible
            return len(value) == 1 and ok(next(iter(value)))
        if value is None:
            return False
        if value is KNOWN:
            return True
        if value is ELSEWHERE:
            return end == OTHER
        return member_text(value) not in members if end == OTHER else member_text(value) == end

    return ok
