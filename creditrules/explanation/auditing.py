"""What an auditor asks of the policy behind a decision: where each condition stands, and who chose which parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from creditrules.decision import Decision
from creditrules.diagnostics import Diagnostic, Lang, PolicyError, Span, Text
from creditrules.explanation.conditions import Names, in_words, names_of
from creditrules.policy.loading import load_policy, shipped_names
from creditrules.policy.lower import told_values
from creditrules.policy.model import Condition, FollowUp, Foundation, Policy, Rule, RuleException, Scope, values_on
from creditrules.policy.syntax import Call, Expr, Param, unparse
from creditrules.policy.typing import reach


@dataclass(frozen=True)
class Written:
    """A condition as it stands in the files of the policy; `records` are the kinds of the records that it names."""

    test: Expr
    place: str
    names: Names
    records: Mapping[str, str]

    @property
    def text(self) -> str:
        """The condition as it is written."""
        return unparse(self.test)

    def words(self, lang: Lang) -> str:
        """The condition in words."""
        return in_words(self.test, self.names, lang=lang, records=self.records)


@dataclass(frozen=True)
class Chosen:
    """A parameter that the decision could read: its value on the day, who chose it, and on what that rests."""

    name: str
    title: Text
    value: str
    by: Literal["caller", "profile", "policy"]
    bases: tuple[str, ...]
    ours: bool


@dataclass(frozen=True)
class Defined:
    """A definition that a condition of the decision uses, directly or by way of others."""

    name: str
    label: Text
    written: Written


@dataclass(frozen=True)
class Audit:
    """The policy behind a decision, as far as an auditor asks for it; without the policy all of it is empty."""

    at_hand: bool
    conditions: Mapping[str, Written]
    """By the address that reasons give."""
    definitions: tuple[Defined, ...]
    parameters: tuple[Chosen, ...]


def audit(decision: Decision, policy: Policy | None = None) -> Audit:
    """What the policy says behind a decision: the policy that is given, or the shipped one of that name and digest.

    Raises PolicyError where the policy that is given is not the one that decided.
    """
    if policy is None:
        policy = _shipped(decision.policy.name, decision.policy.digest)
    else:
        check_policy(decision, policy)
    if policy is None or decision.policy.profile not in policy.profiles:
        return Audit(False, {}, (), ())
    behind = _behind(_Same(policy))
    read = list(reach(policy, *_read(decision, policy)))
    defined = {node.name for node in read if isinstance(node, Call)}
    definitions = tuple(one for one in behind.definitions if one.name in defined)
    used = {node.name for node in read if isinstance(node, Param)}
    return Audit(True, behind.conditions, definitions, tuple(_parameters(decision, policy, used)))


def check_policy(decision: Decision, policy: Policy) -> None:
    """Raise PolicyError where this is not the policy that decided, TypeError where it is none."""
    if not isinstance(policy, Policy):
        raise TypeError(f"policy must be a policy, not {type(policy).__name__}")
    if policy.digest != decision.policy.digest or decision.policy.profile not in policy.profiles:
        message = Text("所给政策不是作出该决定的政策", "this is not the policy by which was decided")
        digest = decision.policy.digest
        hint = Text(f"该决定所用政策的摘要为 {digest}", f"the digest of that policy is {digest}")
        raise PolicyError([Diagnostic("CR-P046", message, help=hint)])


class _Same:
    """A policy as the key of what was read out of it: it is the same only where it is the same object, places included."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __hash__(self) -> int:
        return id(self.policy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.policy is self.policy


@lru_cache(8)
def _behind(same: _Same) -> Audit:
    """What is the same for all decisions of a policy."""
    policy = same.policy
    names = names_of(policy)
    kinds = {kind: kind for kind in policy.vocabulary.schema.kinds}
    conditions = {
        address: Written(test, str(span), names, records) for address, test, span, records in _conditions(policy, kinds)
    }
    definitions = tuple(
        Defined(d.name, d.label, Written(d.body, str(d.span), names, kinds)) for d in policy.definitions.values()
    )
    return Audit(True, conditions, definitions, ())


@cache
def _shipped(name: str, digest: str) -> Policy | None:
    if name not in shipped_names():
        return None
    found = load_policy(name)
    return found if found.digest == digest else None


def _conditions(policy: Policy, kinds: Mapping[str, str]) -> Iterator[tuple[str, Expr, Span, Mapping[str, str]]]:
    """Every labelled condition with its address, its place, and the kinds of the records that it names."""

    def of(prefix: str, when: tuple[Condition, ...], records: Mapping[str, str]) -> Iterator[Any]:
        yield from ((f"{prefix}/{c.id}", c.test, c.test.span or c.span, records) for c in when)

    for rule in policy.rules:
        own = {**kinds, **{b.alias: b.kind for b in rule.with_}}
        yield from of(f"{rule.id}/when", rule.when, own)
        for exception in policy.exceptions_of(rule):
            further = own | {b.alias: b.kind for b in exception.with_}
            yield from of(f"{rule.id}/unless/{exception.id}", exception.when, further)
    others: list[Scope | FollowUp] = [*policy.scope, *policy.follow_ups]
    for one in others:
        yield from of(f"{one.id}/when", one.when, kinds)


def _parameters(decision: Decision, policy: Policy, read: set[str]) -> Iterator[Chosen]:
    overridden = {one.name: one.value for one in decision.overridden}
    profile = policy.profiles[decision.policy.profile]
    for name, parameter in policy.parameters.items():
        if name not in read and name not in overridden:
            continue
        rows = profile.set.get(name) or parameter.values
        value = overridden.get(name) or told_values(values_on(rows, decision.as_of))
        by: Literal["caller", "profile", "policy"] = (
            "caller" if name in overridden else "profile" if name in profile.set else "policy"
        )
        # What the policy's own value rests on says nothing of what somebody else put in its place.
        foundation = parameter.foundation if by == "policy" else Foundation((), ours=False)
        bases = tuple(b.name for b in foundation.bases)
        yield Chosen(name, parameter.title, value, by, bases, foundation.ours)


def _read(decision: Decision, policy: Policy) -> Iterator[Expr]:
    """Every expression that could have a part in the decision: of the rules that it names, of terms, and of who is competent."""
    named = (
        {c.rule for c in decision.conclusions} | {s.rule for s in decision.scope} | {x.rule for x in decision.lifted}
    )
    named |= {f.id for f in decision.follow_ups}
    parts: list[Rule | Scope | FollowUp] = [*policy.rules, *policy.scope, *policy.follow_ups]
    for part in parts:
        if part.id not in named:
            continue
        conditions = list(part.when)
        words = [part.matters]
        if isinstance(part, Rule):
            exceptions: tuple[RuleException, ...] = policy.exceptions_of(part)
            conditions += [c for e in exceptions for c in e.when]
            words += [part.persons, *(b.persons for b in part.with_)]
        if not isinstance(part, Scope):
            yield from part.arguments.values()
        if isinstance(part, FollowUp) and part.clock is not None:
            yield from (
                e for e in (part.clock.from_, part.clock.days, part.clock.extension, part.clock.unit) if e is not None
            )
        yield from (c.test for c in conditions)
        yield from (Param(name) for w in words if w is not None for name in w.params)
    for term in policy.terms:
        yield from (term.where, term.until)
    for row in policy.lists:
        yield row.competent.test
        if row.where is not None:
            yield row.where
