"""See what one case reaches of what its policy's cases ought to reach, not counting what something else settles.

A side of a condition counts only in a trial where each of its two other values would have changed what came of the trial:
so for true and unknown the record counts, nothing is out of scope and every other condition is true; for false it is enough
that none of these is false. With an unknown one beside it, true and unknown come to the same and neither was put to the
test. The conditions of an exception count only where its rule holds or may hold for the record. A comparison inside a
condition is seen where its being true or false would have changed what came of the trial.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from creditrules.engines.evaluating import Code, Env, compile_
from creditrules.engines.python import BoundRecord, Concluding, Prepared
from creditrules.engines.tracing import Trial, trace
from creditrules.policy.program import Atom
from creditrules.policy.syntax import And, Compare, Expr, In, Keyed, Literally, Not, Or, StatusOn, children, walk
from creditrules.policy.truth import Truth, all_, any_, not_
from creditrules.records.case import BaseCase
from creditrules.records.schema import FORMER
from creditrules.testing.obligations import (
    OTHER,
    SIDES,
    Comparison,
    Key,
    Obligations,
    Token,
    key_of,
    member_text,
    unit_of,
)

_SIDE = {truth: name for name, truth in SIDES.items()}


@dataclass
class Seen:
    """What one case reaches: addresses, what was in play, and the pairs of an exception and a rule."""

    addresses: set[str] = field(default_factory=set)
    tokens: set[Token] = field(default_factory=set)
    established: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str, str]] = field(default_factory=set)
    """Exception, rule, and whether it was `applied` or `not_applied`."""


class Observer:
    """Looks at cases under one prepared program."""

    def __init__(self, prepared: Prepared, wanted: Obligations) -> None:
        self.prepared, self.wanted = prepared, wanted
        self.codes: dict[int, Code] = {}
        self.kept: list[Expr] = []
        self.leaves: dict[tuple[str, int], _Leaf] = {}
        self.rules = {r.rule.id: r for r in prepared.rules}

    def observe(self, case: BaseCase) -> Seen:
        """What a case reaches. Raises RecordError where it does not fit the policy's vocabulary."""
        seen = Seen()
        # An exception is looked at for each record that its rule binds, after the rule's own trials for it.
        concluding: dict[tuple[str, int], Truth] = {}
        exceptions: dict[tuple[str, str, int], list[Trial]] = defaultdict(list)
        for trial in trace(self.prepared, case):
            where = (trial.rule, id(trial.binding))
            if trial.what == "exception":
                if concluding.get(where) is not False:
                    exceptions[trial.id, *where].append(trial)
                    self._trial(trial, seen, out=True)
                continue
            if trial.what == "rule":
                concluding[where] = any_([concluding.get(where, False), trial.holds])
            self._trial(trial, seen, out=not_(trial.out_of_scope))
        for (name, rule, binding), trials in exceptions.items():
            if concluding[rule, binding] is True:
                self._exception(name, rule, any_(t.holds for t in trials), seen)
        return seen

    def _exception(self, name: str, rule: str, truth: Truth, seen: Seen) -> None:
        how = {True: "applied", False: "not_applied"}.get(truth) if truth is not None else None
        if how is not None:
            seen.addresses.add(f"{name}={how}")
            seen.pairs.add((name, rule, how))

    def _trial(self, trial: Trial, seen: Seen, *, out: Truth) -> None:
        truths = list(trial.truths)
        factors = [trial.counts, out, *truths]
        holds = all_(factors)
        if holds is not False:
            self._in_play(trial, seen, established=holds is True)
        elif sum(t is False for t in factors) > 1:
            # Two of them are false: neither would change anything, but the test of an authority may stand alone.
            return
        for number, test in enumerate(trial.tests):
            others = [*factors[: number + 2], *factors[number + 3 :]]
            rest = all_(others)
            if rest is False:
                continue
            truth, condition = truths[number], address_of(trial.id, test.atom)
            if rest is True or truth is False:
                seen.addresses.add(f"{condition}={_SIDE[truth]}")
            self._inside(test.atom.test, trial.env, seen, condition)
        self._authorities(trial, truths, out, seen)

    def _in_play(self, trial: Trial, seen: Seen, *, established: bool) -> None:
        """What is in play where a rule holds or may hold: itself, the matter, and the person by whose link it holds."""
        seen.tokens.add((trial.what, trial.id))
        if trial.what == "exception":
            return
        if established:
            seen.established.add(trial.id)
        seen.addresses.add(f"{trial.id}/matters={trial.run.matter}")
        link = trial.binding.link if trial.binding is not None else None
        if link is not None and trial.what == "rule":
            ended = link.to is not None and link.to < self.prepared.program.as_of
            seen.addresses.add(f"{trial.id}/persons={FORMER if ended else ''}{link.person}")

    def _authorities(self, trial: Trial, truths: Sequence[Truth], out: Truth, seen: Seen) -> None:
        """The tests of the authorities that made the records: a record counts only if it passes."""
        if trial.what != "rule" or trial.binding is None or out is False or False in truths:
            return
        rule: Concluding = self.rules[trial.rule]
        bound = [b for b in (rule.each, *rule.with_) if b is not None]
        for one in bound:
            if one.competent is None:
                continue
            rest = all_(self._counts(b, trial, authority=b is not one) for b in bound)
            if rest is not False:
                self._inside(one.competent.atom.test, trial.env, seen, one.competent.atom.id)

    def _counts(self, bound: BoundRecord, trial: Trial, *, authority: bool) -> Truth:
        binding = trial.env[bound.bound.alias]
        if authority:
            return trial.run.counts(bound, binding, trial.env)
        return all_([binding.exists, trial.run.persons(bound.bound, binding)])

    # Inside a condition

    def _code(self, expr: Expr) -> Code:
        if id(expr) not in self.codes:
            self.codes[id(expr)] = compile_(expr, self.prepared.program.as_of)
            self.kept.append(expr)
        return self.codes[id(expr)]

    def _inside(self, expr: Expr, env: Env, seen: Seen, condition: str) -> None:
        """What is told apart inside a condition that itself was put to the test."""
        match expr:
            case Not(operand=operand):
                self._inside(operand, env, seen, condition)
            case And(operands=operands) | Or(operands=operands):
                settling = isinstance(expr, Or)
                truths = [self._code(o).run(env) for o in operands]
                settled = sum(t is settling for t in truths)
                for operand, truth in zip(operands, truths, strict=True):
                    if settled == (truth is settling):
                        self._inside(operand, env, seen, condition)
            case _:
                key = condition, id(expr)
                if key not in self.leaves:
                    self.leaves[key] = self._leaf(expr, condition)
                    self.kept.append(expr)
                leaf = self.leaves[key]
                seen.tokens |= leaf.tokens
                seen.addresses |= leaf.options
                for tell in leaf.tells:
                    seen.addresses.update(tell(env))

    def _leaf(self, expr: Expr, condition: str) -> _Leaf:
        """What is told by a comparison, a field or a constant, wherever it stands."""
        wanted = self.wanted
        tokens = {t for n in walk(expr) if n.span is not None for t in wanted.owners.get(key_of(n.span), ())}
        options = frozenset(f"param/{name}" for what, name in tokens if what == "option")
        tells: list[Callable[[Env], Iterable[str]]] = [
            self._keyed(wanted.keyed[key_of(node.span)], node)
            for node in walk(expr)
            if isinstance(node, Keyed) and node.span is not None and key_of(node.span) in wanted.keyed
        ]
        found = self._comparison(expr, condition)
        if found is not None and isinstance(expr, Compare | In):
            if found.measured == "words":
                tells.append(self._words(found, expr))
            elif isinstance(expr, Compare):
                tells.append(self._steps(found, expr))
        return _Leaf(frozenset(tokens), options, tuple(tells))

    def _comparison(self, expr: Expr, condition: str) -> Comparison | None:
        """The comparison of the text that this is; one with the end of a term is that of the term."""
        spans = [c.span for c in children(expr) if c.span is not None]
        ends: list[Key] = [key_of(s) for s in spans if key_of(s) in self.wanted.periods]
        if ends:
            return self.wanted.comparisons[ends[0]]
        return None if expr.span is None else self.wanted.comparison(condition, key_of(expr.span))

    def _keyed(self, name: str, node: Keyed) -> Callable[[Env], Iterable[str]]:
        by, words = self._code(node.by), {key for key, _ in node.table}

        def tell(env: Env) -> Iterator[str]:
            value = by.run(env)
            if value is not None:
                yield f"param/{name}/key={value if value in words else OTHER}"

        return tell

    def _words(self, comparison: Comparison, expr: Compare | In) -> Callable[[Env], Iterable[str]]:
        left, right = (expr.left, expr.right) if isinstance(expr, Compare) else (expr.item, expr.list)
        if isinstance(left, StatusOn) or isinstance(right, StatusOn):
            read = self._code(expr).read
            assert read is not None  # noqa: S101 - a comparison of a status is a leaf
            return self._told(comparison, read.run)
        if isinstance(expr, In) and isinstance(left, Literally):
            # `"word" in record.words`: the word is there, or it is not.
            code, member = self._code(expr), member_text(left.value)
            return self._told(comparison, lambda env: None if (t := code.run(env)) is None else member if t else OTHER)
        return self._told(comparison, self._code(right if isinstance(left, Literally) else left).run)

    def _told(self, comparison: Comparison, run: Callable[[Env], Any]) -> Callable[[Env], Iterable[str]]:
        members = frozenset(comparison.members)

        def tell(env: Env) -> Iterator[str]:
            value = run(env)
            if value is not None:
                word = member_text(value)
                yield f"{comparison.address}={word if word in members else OTHER}"

        return tell

    def _steps(self, comparison: Comparison, expr: Compare) -> Callable[[Env], Iterable[str]]:
        left, right = self._code(expr.left), self._code(expr.right)
        # Lowering writes the end of validity as `day <= end`, however the policy has it.
        turned = expr.operator == "<=" and comparison.operator in (">=", "<")

        def tell(env: Env) -> Iterator[str]:
            a, b = left.run(env), right.run(env)
            if a is None or b is None:
                return
            if comparison.measured == "days":
                steps = (a - b).days if isinstance(a, date) else None
            else:
                unit = unit_of(b if isinstance(expr.right, Literally | Keyed) else a)
                steps = {-unit: -1, 0: 0, unit: 1}.get(Decimal(a) - Decimal(b))
            if steps in (-1, 0, 1):
                yield f"{comparison.address}={-steps if turned else steps:+d}".replace("=+0", "=0")

        return tell


def address_of(owner: str, atom: Atom) -> str:
    """The address of a condition of a rule, or of an exception, which has the same for every rule that it serves."""
    return f"{owner}/when/{atom.id.rsplit('/', 1)[1]}"


@dataclass(frozen=True)
class _Leaf:
    tokens: frozenset[Token]
    options: frozenset[str]
    tells: tuple[Callable[[Env], Iterable[str]], ...]
