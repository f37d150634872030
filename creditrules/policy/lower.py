"""Pick what is in force on a day under a profile, and write definitions, parameters, terms and the cap out, leaving a Program."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from creditrules.diagnostics import Diagnostic, PolicyError, Text, one_of, shown
from creditrules.policy.afterwards import measures_named
from creditrules.policy.checking import check
from creditrules.policy.constants import constant
from creditrules.policy.model import (
    Basis,
    Binder,
    Check,
    Condition,
    FollowUp,
    Foundation,
    Policy,
    Rule,
    RuleException,
    Scope,
    Values,
    Words,
    values_on,
)
from creditrules.policy.program import (
    Atom,
    Bound,
    Cited,
    Disputed,
    Fell,
    Given,
    Program,
    ProgramCheck,
    ProgramClock,
    ProgramException,
    ProgramFollowUp,
    ProgramRule,
    ProgramScope,
    ProgramTerm,
)
from creditrules.policy.syntax import (
    And,
    Call,
    Compare,
    Constant,
    Expr,
    Field,
    Keyed,
    Literally,
    Name,
    Not,
    Or,
    Param,
    StatusOn,
    rewrite,
    unparse,
    walk,
)  # fmt: skip
from creditrules.policy.vocabulary import NONE
from creditrules.records.schema import FORMER

_COMPETENT = Text("由有权机关认定", "recognised by a competent authority")


def lower(
    policy: Policy, *, as_of: date, profile: str | None = None, params: Mapping[str, Any] | None = None
) -> Program:
    """The program of a policy on a day.

    `params` overrides parameters by name, for all days and keys, or with `{"default": ..., "values": {...}}` by key.
    Raises PolicyError where the policy is not in force on the day, where profile or parameters do not exist or fit, and
    where a burden reaches over to a related person without a basis that covers it.
    """
    if type(as_of) is not date:
        raise TypeError(f"as_of must be a date, not {type(as_of).__name__}")
    if profile is not None and not isinstance(profile, str):
        raise TypeError(f"profile must be a name, not {type(profile).__name__}")
    if params is not None and not (isinstance(params, Mapping) and all(isinstance(name, str) for name in params)):
        raise TypeError("params must map names of parameters to values")
    if as_of not in policy.in_force:
        message = Text(
            f"政策 `{policy.name}` 在 {as_of} 未施行", f"the policy `{policy.name}` is not in force on {as_of}"
        )
        raise PolicyError([Diagnostic("CR-P045", message)])
    name = policy.default_profile if profile is None else profile
    if name not in policy.profiles:
        message = Text(f"没有方案 `{shown(name)}`", f"there is no profile `{shown(name)}`")
        raise PolicyError([Diagnostic("CR-P034", message, help=one_of(name, policy.profiles))])
    chosen = dict(policy.profiles[name].set)
    if params:
        chosen |= _overrides(policy, params)
        profile_ = replace(policy.profiles[name], set=chosen)
        # What a caller chooses is held to the same checks as what a policy's own profile chooses.
        problems = check(replace(policy, profiles={**policy.profiles, name: profile_}), whole=False)
        if problems:
            raise PolicyError(problems)
    return _Lowering(policy, as_of, name, chosen, tuple(sorted(params or ()))).program()


def _overrides(policy: Policy, params: Mapping[str, Any]) -> dict[str, tuple[Values, ...]]:
    problems = []
    found: dict[str, tuple[Values, ...]] = {}
    for name, value in params.items():
        if name not in policy.parameters:
            message = Text(f"没有参数 `{shown(name)}`", f"there is no parameter `{shown(name)}`")
            problems.append(Diagnostic("CR-P034", message, help=one_of(name, policy.parameters)))
            continue
        try:
            found[name] = (_values(value),)
        except ValueError:
            message = Text(f"参数 `{name}` 的值不合适", f"the value given for `{name}` does not fit")
            hint = Text(
                "给一个值、一个列表，或 `{default: …, values: {…}}`",
                "give a value, a list, or `{default: ..., values: {...}}`",
            )
            problems.append(Diagnostic("CR-P016", message, help=hint))
    if problems:
        raise PolicyError(problems)
    return found


def _values(value: Any) -> Values:
    if not isinstance(value, Mapping):
        return Values(date.min, constant(value), {})
    if (
        "default" not in value
        or not set(value) <= {"default", "values"}
        or not isinstance(value.get("values", {}), Mapping)
    ):
        raise ValueError(value)
    return Values(
        date.min, constant(value["default"]), {str(k): constant(v) for k, v in value.get("values", {}).items()}
    )


@dataclass
class _Lowering:
    """One run of `lower`, which is its only user."""

    policy: Policy
    as_of: date
    profile: str
    chosen: Mapping[str, tuple[Values, ...]]
    overridden: tuple[str, ...]
    problems: list[Diagnostic] = field(default_factory=list)
    fell: list[Fell] = field(default_factory=list)
    competences: dict[tuple[str, str], Atom | None] = field(default_factory=dict)
    conditions: dict[tuple[Any, ...], tuple[Expr, tuple[Cited, ...]]] = field(default_factory=dict)

    @property
    def kinds(self) -> dict[str, str]:
        """The kinds of the records that go by the names of their kinds."""
        return {k: k for k in self.policy.vocabulary.schema.kinds}

    def program(self) -> Program:
        policy = self.policy
        profile = policy.profiles[self.profile]
        scopes = {
            s.id: self.scope(s)
            for s in policy.scope
            if self.as_of in s.in_force and self.standing("scope", s.id, s.foundation)
        }
        for term in policy.terms:
            self.standing("term", term.of, term.foundation)
        for row in policy.lists:
            self.standing("list", row.of, row.foundation)
        rules = []
        for rule in policy.rules:
            if self.as_of in rule.in_force and self.standing("rule", rule.id, rule.foundation):
                lowered = self.rule(rule)
                if lowered is not None:
                    rules.append(lowered)
        follow_ups = tuple(
            self.follow_up(f)
            for f in sorted(policy.follow_ups, key=lambda f: f.id)
            if self.as_of in f.in_force and self.standing("follow_up", f.id, f.foundation)
        )
        checks = tuple(self.check(c) for c in sorted(policy.checks, key=lambda c: c.id) if c.stands(self.as_of))
        if self.problems:
            raise PolicyError(self.problems)
        overridden = tuple((n, policy.parameters[n].title, told_values(self.chosen[n][0])) for n in self.overridden)
        return Program(
            policy.name, policy.version, policy.digest, policy.title, self.profile, profile.title, self.as_of,
            not profile.cap_by_basis or bool(self.overridden), overridden, policy.vocabulary, policy.feeds,
            tuple(sorted(rules, key=lambda r: r.id)), dict(sorted(scopes.items())), tuple(sorted(set(self.fell), key=lambda f: (f.what, f.id, f.bases))),
            self.terms(), follow_ups, checks, policy.calendar,
        )  # fmt: skip

    def standing(self, what: str, name: str, foundation: Foundation) -> bool:
        """Whether something stands; what falls is kept to be named in the decision."""
        if foundation.stands(self.as_of):
            return True
        self.fell.append(Fell(what, name, tuple(sorted(b.name for b in foundation.bases))))
        return False

    # Expressions

    def values(self, name: str) -> Values:
        return values_on(self.chosen.get(name) or self.policy.parameters[name].values, self.as_of)

    def constant(self, name: str) -> Constant:
        return self.values(name).value

    def words(self, words: Words) -> tuple[str, ...]:
        found = set(words.words)
        for name in words.params:
            value = self.constant(name)
            found |= {v for v in value if isinstance(v, str)} if isinstance(value, tuple) else set()
        return tuple(sorted(found))

    def written_out(self, expr: Expr) -> Expr:
        """The expression without definitions and parameters."""

        def change(node: Expr) -> Expr:
            if isinstance(node, Param):
                return self.param(node)
            if isinstance(node, Call):
                definition = self.policy.definitions[node.name]
                arguments = dict(zip(definition.of, node.arguments, strict=True))
                return _with(self.written_out(definition.body), arguments)
            return node

        return rewrite(expr, change)

    def param(self, node: Param) -> Expr:
        parameter = self.policy.parameters[node.name]
        row = self.values(node.name)
        if parameter.choose:
            return self.written_out(parameter.choose[str(row.value)])
        if parameter.by is None or not row.table:
            # One value for every key: which key it is need not be known.
            return Literally(row.value, span=node.span)
        return Keyed(parameter.by, tuple(sorted(row.table.items())), row.value, span=node.span)

    def test(self, expr: Expr, kinds: Mapping[str, str]) -> Expr:
        """A condition written out, with terms closing the validity of the records it names (alias -> kind)."""

        def change(node: Expr) -> Expr:
            if not isinstance(node, Compare):
                return node
            for end, day, operator in (
                (node.right, node.left, node.operator),
                (node.left, node.right, _MIRRORED[node.operator]),
            ):
                if not isinstance(end, Field) or operator not in ("<=", ">"):
                    continue
                kind = self.policy.vocabulary.schema.kinds.get(kinds.get(end.record, ""))
                if kind is not None and kind.ends == end.name:
                    return self.closed(node, day, end, kind.name, within=operator == "<=")
            return node

        return rewrite(self.written_out(expr), change)

    def closed(self, node: Compare, day: Expr, end: Field, kind: str, *, within: bool) -> Expr:
        """`day <= valid_to` and, for each standing term, `!where || day <= until`; or the negation of all that.

        In Kleene's logic this says by itself what an unknown grade, start or end leaves open.
        """
        terms = [t for t in self.policy.terms if t.of == kind and t.foundation.stands(self.as_of)]
        if not terms:
            return node
        parts: list[Expr] = []
        for term in terms:
            where, until = (_with(self.written_out(e), {kind: Name(end.record)}) for e in (term.where, term.until))
            parts.append(Or((Not(where, span=node.span), Compare("<=", day, until, span=node.span)), span=node.span))
        own = Compare("<=", day, end, span=node.span)
        whole = And((own, *sorted(parts, key=unparse)), span=node.span)
        return whole if within else Not(whole, span=node.span)

    def atoms(self, prefix: str, when: tuple[Condition, ...], kinds: Mapping[str, str]) -> tuple[Atom, ...]:
        return tuple(self.atom(f"{prefix}/{c.id}", c, kinds) for c in sorted(when, key=lambda c: c.id))

    def atom(self, id_: str, condition: Condition, kinds: Mapping[str, str]) -> Atom:
        # Many rules ask the same, of the same records: that is written out once, and so compiled once. The text is part of
        # the key, since `1` and `1.0` are equal in Python and not the same in a policy.
        key = (condition.test, unparse(condition.test), *sorted(kinds.items()))
        if key not in self.conditions:
            self.conditions[key] = (self.test(condition.test, kinds), self.defined_by(condition.test))
        written, cited = self.conditions[key]
        return Atom(id_, condition.label, written, condition.span, cited)

    def defined_by(self, test: Expr) -> tuple[Cited, ...]:
        """What the definitions in a condition rest on, as far as it is in force on the day."""
        used = [self.policy.definitions[e.name] for e in walk(test) if isinstance(e, Call)]
        bases = [b for d in used for b in d.foundation.bases if b.stands(self.as_of)]
        return self.cited(bases)

    # Records

    def bound(self, alias: str, kind: str, persons: Words | None) -> Bound:
        return Bound(alias, kind, None if persons is None else self.words(persons), self.competent(alias, kind))

    def competent(self, alias: str, kind: str) -> Atom | None:
        # Most rules bind a record under the name of its kind: what tests its authority is written out once.
        if (alias, kind) not in self.competences:
            self.competences[alias, kind] = self.competence(alias, kind)
        return self.competences[alias, kind]

    def competence(self, alias: str, kind: str) -> Atom | None:
        rows = [r for r in self.policy.lists if r.of == kind and r.foundation.stands(self.as_of)]
        if not rows:
            return None
        # Written out under the kind's own name first: what a parameter is keyed by is renamed with the rest.
        wheres = [self.written_out(r.where) for r in rows if r.where is not None]
        parts: list[Expr] = []
        for row in rows:
            met = wheres if row.where is None else [Not(self.written_out(row.where), span=row.where.span)]
            parts.append(Or((*met, self.written_out(row.competent.test)), span=row.competent.span))
        span = rows[0].competent.span
        test = self.test(_with(And(tuple(parts), span=span), {kind: Name(alias)}), {alias: kind})
        return Atom(f"lists/{kind}/competent", _COMPETENT, test, rows[0].competent.span)

    # Law

    def cited(self, bases: Iterable[Basis]) -> tuple[Cited, ...]:
        found = {
            b.name: Cited(
                b.name, b.instrument.title, b.instrument.number, b.instrument.level,
                b.provision.says if b.provision else b.instrument.title, b.checked, b.stands(self.as_of),
            )
            for b in bases
        }  # fmt: skip
        return tuple(found[name] for name in sorted(found))

    def covered(self, measure: str, matter: str, person: str, bases: Iterable[Basis]) -> bool:
        """Whether a basis of sufficient level, in force and checked, covers the measure in the matter for the person."""
        for basis in bases:
            instrument, provision = basis.instrument, basis.provision
            if provision is None or provision.checked == "unchecked" or not basis.stands(self.as_of):
                continue
            if instrument.level not in self.policy.carries_burden:
                continue
            if instrument.carries_if and self.constant(instrument.carries_if) is not True:
                continue
            for coverage in provision.carries:
                in_matter = coverage.matters is None or matter in self.words(coverage.matters)
                if measure in coverage.measures and in_matter and (person or "self") in self.words(coverage.persons):
                    return True
        return False

    def given(self, measure: str, matter: str, person: str, bases: tuple[Basis, ...]) -> Given:
        """A measure after the cap."""
        vocabulary = self.policy.vocabulary
        capped = (
            self.policy.profiles[self.profile].cap_by_basis
            and measure != NONE
            and vocabulary.measures[measure].group == "burden"
        )
        if (
            not capped
            or vocabulary.rank(measure) <= vocabulary.rank(vocabulary.cap)
            or self.covered(measure, matter, person, bases)
        ):
            return Given(measure)
        return Given(vocabulary.cap, measure)

    # Rules

    def rule(self, rule: Rule) -> ProgramRule | None:
        kinds = self.kinds
        matters = self.matters(rule.matters)
        each = self.bound(rule.each, rule.each, rule.persons) if rule.each else None
        if matters == frozenset() or (each is not None and each.persons == ()):
            return None
        pairs = self.pairs(rule, matters, each)
        self.reaching_over(rule, pairs)
        exceptions = [
            self.exception(rule, exception, pairs, kinds)
            for exception in self.policy.exceptions_of(rule)
            if self.as_of in exception.in_force and self.standing("exception", exception.id, exception.foundation)
        ]
        groups = set(rule.groups)
        first = self.policy.vocabulary.schema.decided[0]
        scope = [
            s.id
            for s in self.policy.scope
            if rule.decides == first and s.stands(self.as_of) and groups & set(s.switches_off)
        ]
        own = kinds | {b.alias: b.kind for b in rule.with_}
        return ProgramRule(
            rule.id, rule.title, rule.mode, rule.decides, matters, each, self.binders(rule.with_), self.atoms(f"{rule.id}/when", rule.when, own),
            tuple(sorted(scope)), tuple(sorted(exceptions, key=lambda e: e.id)), rule.measure,
            {(m, p): self.given(rule.measure, m, p, rule.foundation.bases) for m, p in pairs},
            {name: self.test(e, own) for name, e in sorted(rule.arguments.items())}, self.cited(rule.foundation.bases), rule.foundation.ours,
            tuple(sorted((Disputed(self.cited([c.basis])[0], c.says) for c in rule.contested), key=lambda d: (d.basis.name, d.says))),
        )  # fmt: skip

    def pairs(self, rule: Rule, matters: frozenset[str] | None, each: Bound | None) -> list[tuple[str, str]]:
        """Every matter and person for which the rule may give its measure."""
        if not self.policy.vocabulary.schema.kinds[rule.decides].matter:
            names: Iterable[str] = ("",)
        else:
            names = sorted(self.policy.vocabulary.matters if matters is None else matters)
        persons = each.persons if each is not None and each.persons is not None else ("",)
        return [(m, p.removeprefix(FORMER)) for m in names for p in persons]

    def reaching_over(self, rule: Rule, pairs: list[tuple[str, str]]) -> None:
        """A burden never follows from the record of a related person unless a basis covers just that."""
        if self.policy.vocabulary.measures[rule.measure].group != "burden":
            return
        for matter, person in pairs:
            if person.startswith("holder_is_") and not self.covered(
                rule.measure, matter, person, rule.foundation.bases
            ):
                message = Text(
                    f"规则 `{rule.id}` 使申请主体因 `{person}` 的记录受限，没有依据涵盖",
                    f"the rule `{rule.id}` burdens the applicant for the record of `{person}`, which no basis covers",
                )
                help_ = Text("去掉该关系，或改为提示", "leave that link out, or make the rule advice")
                self.problems.append(
                    Diagnostic("CR-P039", message, rule.persons.span if rule.persons else rule.span, help_)
                )

    def binders(self, binders: tuple[Binder, ...]) -> tuple[Bound, ...]:
        return tuple(self.bound(b.alias, b.kind, b.persons) for b in sorted(binders, key=lambda b: b.alias))

    def exception(
        self, rule: Rule, exception: RuleException, pairs: list[tuple[str, str]], kinds: Mapping[str, str]
    ) -> ProgramException:
        own = {**kinds, **{b.alias: b.kind for b in exception.with_}}
        bases = (*rule.foundation.bases, *exception.foundation.bases)
        return ProgramException(
            exception.id, exception.title, self.binders(exception.with_), self.atoms(f"{rule.id}/unless/{exception.id}", exception.when, own),
            {(m, p): self.given(exception.instead, m, p, bases) for m, p in pairs}, self.cited(exception.foundation.bases), exception.foundation.ours,
        )  # fmt: skip

    # What comes after the outcome

    def terms(self) -> tuple[ProgramTerm, ...]:
        """The terms that stand, by themselves: so that a decision can say by which of them a record no longer counts."""
        return tuple(
            ProgramTerm(t.of, self.written_out(t.where), self.written_out(t.until), self.cited(t.foundation.bases))
            for t in self.policy.terms
            if t.foundation.stands(self.as_of)
        )

    def matters(self, words: Words | None) -> frozenset[str] | None:
        return None if words is None else frozenset(self.words(words))

    def follow_up(self, follow_up: FollowUp) -> ProgramFollowUp:
        kinds = self.kinds
        clock = follow_up.clock
        started = None
        if clock is not None:
            extension = self.test(clock.extension, kinds) if clock.extension is not None else None
            from_, days, unit = (self.test(e, kinds) for e in (clock.from_, clock.days, clock.unit))
            started = ProgramClock(from_, days, extension, unit)
        vocabulary = self.policy.vocabulary
        return ProgramFollowUp(
            follow_up.id, follow_up.title, follow_up.mode, follow_up.decides, self.matters(follow_up.matters), follow_up.each,
            measures_named(vocabulary, follow_up.after) if follow_up.after else None, measures_named(vocabulary, follow_up.unless),
            self.atoms(f"{follow_up.id}/when", follow_up.when, kinds), follow_up.measure,
            {name: self.test(e, kinds) for name, e in sorted(follow_up.arguments.items())}, started,
            self.cited(follow_up.foundation.bases), follow_up.foundation.ours,
        )  # fmt: skip

    def check(self, check: Check) -> ProgramCheck:
        kinds = self.kinds
        must = Atom(f"{check.id}/must", check.must.label, self.test(check.must.test, kinds), check.must.span)
        return ProgramCheck(
            check.id, check.title, check.decides, self.matters(check.matters), measures_named(self.policy.vocabulary, check.of) if check.of else None,
            check.each, self.atoms(f"{check.id}/when", check.when, kinds), must,
            self.competent(check.each, check.each) if check.each else None, check.allowed.get(self.profile), self.cited(check.foundation.bases),
        )  # fmt: skip

    def scope(self, scope: Scope) -> ProgramScope:
        kinds = self.kinds
        matters = self.matters(scope.matters)
        atoms = self.atoms(f"{scope.id}/when", scope.when, kinds)
        return ProgramScope(
            scope.id, scope.title, matters, atoms, self.cited(scope.foundation.bases), scope.foundation.ours
        )


def told_values(values: Values) -> str:
    """The values of a parameter, as JSON has them."""

    def plain(value: Constant) -> Any:
        if isinstance(value, tuple):
            return sorted((plain(v) for v in value), key=str)
        return value if isinstance(value, bool | int | str) else str(value)

    table = {key: plain(value) for key, value in values.table.items()}
    told = {"default": plain(values.value), "values": table} if table else plain(values.value)
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


_MIRRORED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "==": "==", "!=": "!="}


def _with(expr: Expr, arguments: Mapping[str, Expr]) -> Expr:
    """The expression with records renamed and `day` replaced."""

    def renamed(record: str) -> str:
        argument = arguments.get(record)
        return argument.name if isinstance(argument, Name) else record

    def change(node: Expr) -> Expr:
        match node:
            case Field(record=record, name=name):
                return Field(renamed(record), name, span=node.span)
            case StatusOn(record=record, day=day):
                return StatusOn(renamed(record), day, span=node.span)
            case Name(name=name) if name in arguments:
                return arguments[name]
            case _:
                return node

    return rewrite(expr, change)
