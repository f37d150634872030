"""Judge what is due once the outcome is known: follow-ups with their clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, cast

from creditrules.decision import Clock, Conclusion, FactValue, FollowUp, MissingFact
from creditrules.engines.evaluating import Code, Env
from creditrules.engines.telling import Teller, json_value
from creditrules.policy.afterwards import CONCLUSION
from creditrules.policy.calendar import Calendar, ClockUnit, due
from creditrules.policy.program import Atom, Program, ProgramFollowUp
from creditrules.policy.syntax import Expr
from creditrules.policy.truth import Truth, all_
from creditrules.records.binding import Binding
from creditrules.records.schema import Value
from creditrules.records.values import FOREVER

Given = tuple[Conclusion, Binding | None]
"""A conclusion that is established, with the record and link that it is about."""


@dataclass(frozen=True)
class _Clock:
    from_: Code
    days: Code
    extension: Code | None
    unit: Code

    @property
    def parts(self) -> list[Code]:
        return [self.from_, self.days, self.unit, *([self.extension] if self.extension is not None else [])]


@dataclass(frozen=True)
class Compiled:
    """A follow-up with its code."""

    rule: ProgramFollowUp
    tests: tuple[tuple[Atom, Code], ...]
    arguments: Mapping[str, Code]
    clock: _Clock | None


def compiled(program: Program, code: Callable[[Expr], Code]) -> tuple[Compiled, ...]:
    """The follow-ups of a program, ready to run; `code` compiles what other rules have compiled already but once."""
    found = []
    for rule in program.follow_ups:
        clock = None
        if rule.clock is not None:
            extension = None if rule.clock.extension is None else code(rule.clock.extension)
            clock = _Clock(code(rule.clock.from_), code(rule.clock.days), extension, code(rule.clock.unit))
        tests = tuple((a, code(a.test)) for a in rule.atoms)
        found.append(Compiled(rule, tests, {n: code(e) for n, e in rule.arguments.items()}, clock))
    return tuple(found)


def conclusion_binding(conclusion: Conclusion) -> Binding:
    """A conclusion as a record that conditions can read."""
    values: dict[str, Value | None] = {
        "rule": conclusion.rule, "measure": conclusion.measure, "asked": conclusion.capped_from or conclusion.measure,
        "reasons": len(conclusion.reasons), "cited": len(conclusion.provisions) + conclusion.ours,
        "until": _day(conclusion.arguments.get("until")),
    }  # fmt: skip
    return Binding(CONCLUSION.name, CONCLUSION.name, MappingProxyType(values), None)


def _day(value: FactValue) -> date | None:
    """The day that an argument tells; one that never comes is known, too. An argument of that name need not be a day."""
    if value in _NEVER:
        return FOREVER
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


_NEVER = ("open", "pending")


def follow_ups(
    prepared: Sequence[Compiled], given: Sequence[Given], *, kind: str, matter: str, env: Env, tell: Teller,
    calendar: Calendar | None,
) -> tuple[FollowUp, ...]:  # fmt: skip
    """What is due after what was `given`, the established burdens and facilitations first; equal ones are one."""
    found: dict[tuple[str, ...], FollowUp] = {}
    for follow_up in prepared:
        rule = follow_up.rule
        for occasion in occasions(rule, given, kind=kind, matter=matter, env=env):
            truth = all_(code.run(occasion.env) for _, code in follow_up.tests)
            if truth is False:
                continue
            made = _follow_up(follow_up, truth, occasion, tell, calendar)
            key = (
                made.id,
                made.record,
                made.link.address if made.link else "",
                repr(sorted(made.arguments.items())),
                made.status,
                repr(made.clock),
            )
            first = found.get(key)
            found[key] = made if first is None else _united(first, made)
    return tuple(found[key] for key in sorted(found))


def _united(first: FollowUp, other: FollowUp) -> FollowUp:
    """Two equal ones as one, which follows all rules and waits for every fact that either does."""
    missing = {m.address: m for m in (*first.missing, *other.missing)}
    after = tuple(sorted({*first.after, *other.after}))
    return replace(first, after=after, missing=tuple(missing[address] for address in sorted(missing)))


@dataclass(frozen=True)
class Occasion:
    """One time that a follow-up is due, if its conditions hold: the record that it is about, and the rules that it follows."""

    env: Env
    binding: Binding | None
    after: tuple[str, ...]


def occasions(rule: ProgramFollowUp, given: Sequence[Given], *, kind: str, matter: str, env: Env) -> Iterator[Occasion]:
    """The times that a follow-up is due for what was concluded, if its conditions hold."""
    if rule.decides != kind or (rule.matters is not None and matter not in rule.matters):
        return
    if any(c.measure in rule.unless for c, _ in given):
        return
    followed = [(c, b) for c, b in given if rule.after is None or c.measure in rule.after]
    if not rule.each:
        if rule.after is None or followed:
            yield Occasion(env, None, () if rule.after is None else tuple(sorted({c.rule for c, _ in followed})))
        return
    for conclusion, binding in followed:
        if binding is not None and binding.kind == rule.each:
            more = {rule.each: binding, "link": binding, CONCLUSION.name: conclusion_binding(conclusion)}
            yield Occasion({**env, **more}, binding, (conclusion.rule,))


def _follow_up(
    follow_up: Compiled, truth: Truth, occasion: Occasion, tell: Teller, calendar: Calendar | None
) -> FollowUp:
    env, binding = occasion.env, occasion.binding
    rule = follow_up.rule
    measure = tell.vocabulary.measures[rule.measure]
    record, link = (binding.address, binding.link) if binding is not None else ("", None)
    where = (record, link.person if link else "")
    reasons = tuple(tell.reason(rule.id, a, code, env, cited=rule.cited, where=where) for a, code in follow_up.tests)
    read = dict(follow_up.arguments)
    if follow_up.clock is not None:
        read["clock"] = Code(follow_up.clock.from_.run, tuple(follow_up.clock.parts))
    # Where it is due, only what its clock waits for is missing.
    waiting = [code for _, code in follow_up.tests] if truth is None else []
    waiting += follow_up.clock.parts if follow_up.clock is not None else []
    addresses = sorted({tell.missing_fact(read, env) for code in waiting for read in code.unknown(env)})
    missing = tuple(MissingFact(a, *tell.noted[a], (rule.id,)) for a in addresses)
    return FollowUp(
        rule.id, rule.title, "established" if truth else "undetermined", rule.mode, cast("Any", measure.group), rule.measure, measure.title,
        {name: tell.argument(code, env) for name, code in follow_up.arguments.items()}, record, tell.link(link) if link else None, occasion.after,
        _started(follow_up.clock, env, tell, calendar), tell.provisions(rule.cited), rule.ours, reasons, missing,
        measure.tells, measure.remedy, tell.withheld(read, env),
    )  # fmt: skip


def _started(clock: _Clock | None, env: Env, tell: Teller, calendar: Calendar | None) -> Clock | None:
    """The clock of a follow-up, with its last days as far as they are known."""
    if clock is None:
        return None
    start, days, unit = clock.from_.run(env), clock.days.run(env), clock.unit.run(env)
    extension = clock.extension.run(env) if clock.extension is not None else None
    plain = cast("str | None", tell.argument(clock.from_, env))
    if start is None or days is None or unit is None:
        return Clock(plain, days, extension, unit, None, None, None, ())
    first = due(calendar, start, days=days, unit=cast("ClockUnit", unit))
    last = due(calendar, start, days=days + extension, unit=cast("ClockUnit", unit)) if extension is not None else first
    ends = [None if d.day is None else cast("str", json_value(d.day)) for d in (first, last)]
    return Clock(
        plain, days, extension, unit, ends[0], ends[1] if extension is not None else None,
        first.missing_year or last.missing_year, last.numbers if last.day else first.numbers,
    )  # fmt: skip
