"""Compare what the engine decided with what the naive interpreter found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from creditrules.decision import Conclusion, Decision, FollowUp
from creditrules.engines.telling import json_value
from tests.naive.following import Due
from tests.naive.interpreter import Result


def identity(conclusion: Conclusion) -> tuple[str, ...]:
    link = conclusion.link
    person, address = (link.person, link.address) if link else ("", "")
    return conclusion.rule, conclusion.record, person, address, conclusion.measure, conclusion.capped_from


def plain(value: Any) -> Any:
    """A value as a decision has it; the two words for a day that never comes are one here."""
    found = json_value(tuple(value) if isinstance(value, list) else value)
    return "open" if found == "pending" else found


def differences(decision: Decision, result: Result, *, two_records: frozenset[str]) -> Iterator[str]:
    """What the two do not agree on. Facts of rules that bind a second record, named here, are not compared."""
    established = frozenset(map(identity, decision.established))
    undetermined = frozenset(map(identity, decision.undetermined))
    waited_for = tuple(m.address for m in decision.missing if m.rules)
    procedures = frozenset(
        (p.measure, tuple(sorted((k, plain(v)) for k, v in p.arguments.items())), p.status) for p in decision.procedures
    )  # fmt: skip
    theirs = frozenset(
        (m, tuple(sorted((k, plain(v)) for k, v in arguments)), s) for m, arguments, s in result.procedures
    )
    for name, mine, other in (
        ("outcome", decision.outcome, result.outcome),
        ("measures", frozenset(decision.measures), result.measures),
        ("established", established, result.established),
        ("undetermined", undetermined, result.undetermined),
        ("procedures", procedures, theirs),
        ("could_become", frozenset(p.measure for p in decision.could_become), result.could_become),
        ("missing", waited_for, result.missing),
    ):
        if mine != other:
            yield f"{name}: {_told(mine, other)}"
    for conclusion in decision.undetermined:
        mine, other = frozenset(conclusion.missing), result.missing_of.get(identity(conclusion))
        if other is not None and mine != other:
            yield f"missing of {identity(conclusion)}: {_told(mine, other)}"
    for conclusion in decision.established:
        other = result.facts_of.get(identity(conclusion))
        if other is not None and conclusion.rule not in two_records:
            theirs = frozenset((c, a, plain(v)) for c, a, v in other if not a.startswith("/"))
            mine = frozenset((r.condition, f.address, plain(f.value)) for r in conclusion.reasons for f in r.facts)
            if mine != theirs:
                yield f"facts of {identity(conclusion)}: {_told(mine, theirs)}"
    scope = {a for p in decision.could_become if p.measure == "not_applicable" for a in p.missing}
    listed = {m.address for m in decision.missing if not m.rules}
    if not listed <= scope or not scope <= listed | set(waited_for):
        yield f"missing of scope rules: {listed} of {scope}"


def _told(mine: Any, other: Any) -> str:
    if isinstance(mine, frozenset) and isinstance(other, frozenset):
        return f"engine alone {sorted(mine - other, key=str)}, naive alone {sorted(other - mine, key=str)}"
    return f"engine {mine}, naive {other}"


def differing_follow_ups(decision: Decision, due: Iterable[Due]) -> Iterator[str]:
    """The follow-ups on which the two do not agree."""
    mine, theirs = sorted(map(_of_decision, decision.follow_ups), key=str), sorted(map(_of_due, due), key=str)
    if mine != theirs:
        alone, other = [x for x in mine if x not in theirs], [x for x in theirs if x not in mine]
        yield f"follow_ups: engine alone {alone}, naive alone {other}, of {len(mine)} and {len(theirs)}"


def _of_decision(f: FollowUp) -> tuple[Any, ...]:
    link = (f.link.person, f.link.address) if f.link else ("", "")
    arguments, missing = {k: plain(v) for k, v in f.arguments.items()}, sorted(m.address for m in f.missing)
    clock = None if f.clock is None else [plain(getattr(f.clock, name.name)) for name in fields(f.clock)]
    return f.id, f.status, f.mode, f.measure, sorted(arguments.items()), f.record, link, sorted(f.after), clock, missing


def _of_due(due: Due) -> tuple[Any, ...]:
    arguments = sorted((k, plain(v)) for k, v in due.arguments)
    clock = None if due.clock is None else [plain(getattr(due.clock, name.name)) for name in fields(due.clock)]
    rest = sorted(due.after), clock, sorted(due.missing)
    return due.id, due.status, due.mode, due.measure, arguments, due.record, due.link, *rest
