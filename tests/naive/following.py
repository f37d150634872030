"""What is due once the outcome is known, naively: from a policy as it was written, or from a program.

Slow and plain, like the interpreter, whose readings of records and expressions it shares; days are counted one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel

from creditrules.policy import model
from creditrules.policy.afterwards import CONCLUSION
from creditrules.policy.calendar import Calendar
from creditrules.policy.program import Atom, Program, ProgramClock, ProgramFollowUp, ProgramRule
from creditrules.policy.vocabulary import Vocabulary
from creditrules.records.case import BaseCase
from tests.naive.interpreter import (
    _and,
    _Asked,
    _atoms,
    _concluded,
    _join,
    _judged,
    _known,
    _matter,
    _Reading,
    _Record,
    _rule,
    _Scene,
    _some,
    _stands,
    _statuses,
    _steps,
    _value,
    _words,
    _written,
)

Counted = tuple[
    date | None, int | None, tuple[str, ...]
]  # the last day, the first year not known, the notices counted by


@dataclass(frozen=True)
class Clock:
    """A period and its last days."""

    from_: date | None
    days: int | None
    extension: int | None
    unit: str | None
    due: date | None
    extended_due: date | None
    missing_year: int | None
    calendar: tuple[str, ...]


@dataclass(frozen=True)
class Due:
    """One follow-up; equal ones are one, after the rules of all of them and waiting for what any of them waits for."""

    id: str
    status: str
    mode: str
    measure: str
    arguments: tuple[tuple[str, Any], ...]
    record: str
    link: tuple[str, str]
    clock: Clock | None
    after: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()


class _Told(BaseModel):
    """That a conclusion is there to be read."""


@dataclass(frozen=True)
class _Rules:
    """The rules that apply, the tests of the scope rules that do, and on how much each rule rests."""

    rules: Sequence[ProgramRule]
    tests: Mapping[str, tuple[Atom, ...]]
    cited: Mapping[str, int]


@dataclass(frozen=True)
class _Given:
    """An established conclusion, as a condition may read it, with the record that it is about."""

    measure: str
    rule: str
    told: _Record
    record: _Record | None


def of_program(program: Program, case: BaseCase) -> list[Due]:
    """What is due under a program."""
    kind, first, matter = case.decided[0].name, case.schema_.decided[0], _matter(case)

    def applies(x: Any) -> bool:
        return x.matters is None or matter in x.matters

    tests = {s.id: s.atoms for s in program.scopes.values() if kind == first and applies(s)}
    rules = [r for r in program.rules if r.decides == kind and applies(r)]
    due = [f for f in program.follow_ups if f.decides == kind and applies(f)]
    asked = _Asked(case, case.identity(case.person) if case.person else "", program.feeds, program.as_of)
    cited = {r.id: len(r.cited) + r.ours for r in program.rules}
    return _follow(program.vocabulary, program.calendar, asked, _Rules(rules, tests, cited), due)


def of_policy(
    policy: model.Policy, case: BaseCase, *, as_of: date, profile: str | None = None, params: Mapping[str, object] | None = None
) -> list[Due]:  # fmt: skip
    """What is due under a policy as it was written."""
    reading = _Reading(policy, as_of, policy.profiles[profile or policy.default_profile], params or {}, _matter(case))
    kind, first = case.decided[0].name, case.schema_.decided[0]

    def applies(x: Any) -> bool:
        return _stands(x, as_of) and (x.matters is None or reading.matter in _words(reading, x.matters))

    scopes = [s for s in policy.scope if kind == first and applies(s)]
    written = [r for r in policy.rules if r.decides == kind and applies(r)]
    rules = [_rule(reading, r, scopes) for r in written]
    tests = {s.id: _atoms(reading, s.id, s.when, {}) for s in scopes}
    due = [_follow_up(reading, f) for f in policy.follow_ups if f.decides == kind and applies(f)]
    asked = _Asked(case, case.identity(case.person) if case.person else "", policy.feeds, as_of)
    cited = {r.id: len({b.name for b in r.foundation.bases}) + r.foundation.ours for r in written}
    return _follow(policy.vocabulary, policy.calendar, asked, _Rules(rules, tests, cited), due)


def _follow_up(reading: _Reading, f: model.FollowUp) -> ProgramFollowUp:
    """A follow-up of a policy, written out."""

    def out(expr: Any) -> Any:
        return None if expr is None else _written(reading, expr, {}, {})

    def measures(words: Iterable[str]) -> frozenset[str]:
        known = reading.policy.vocabulary.measures.values()
        return frozenset(m.name for word in words for m in known if word in (m.name, m.group))

    clock = None
    if f.clock is not None:
        clock = ProgramClock(*map(out, (f.clock.from_, f.clock.days, f.clock.extension, f.clock.unit)))
    arguments = {name: out(x) for name, x in f.arguments.items()}
    return ProgramFollowUp(
        f.id, f.title, f.mode, f.decides, None, f.each, measures(f.after) if f.after else None, measures(f.unless),
        _atoms(reading, f.id, f.when, {}), f.measure, arguments, clock, (), f.foundation.ours,
    )  # fmt: skip


def _follow(
    vocabulary: Vocabulary, calendar: Calendar | None, asked: _Asked, rules: _Rules, due: Sequence[ProgramFollowUp]
) -> list[Due]:  # fmt: skip
    """Everything that is due, or may be."""
    once, bound = _known(asked)
    scene = _Scene(asked.as_of, _matter(asked.case), once, bound)
    given = list(_given(vocabulary, scene, rules))
    found: list[Due] = []
    for follow_up in due:
        found += _due(follow_up, given, scene, calendar)
    merged: dict[str, Due] = {}
    for one in found:
        key = repr(replace(one, after=frozenset(), missing=frozenset()))
        same = merged.get(key, one)
        merged[key] = replace(one, after=one.after | same.after, missing=one.missing | same.missing)
    return list(merged.values())


def _given(vocabulary: Vocabulary, scene: _Scene, rules: _Rules) -> Iterator[_Given]:
    """The established conclusions of every group."""
    scopes = {name: _some((), atoms, scene) for name, atoms in rules.tests.items()}
    for rule in rules.rules:
        for record in [None] if rule.each is None else [r for r in scene.bound if r.kind.name == rule.each.kind]:
            more = {rule.each.alias: record, "link": record} if rule.each and record else {}
            inside = replace(scene, records={**scene.records, **more})
            for c in _concluded(vocabulary, rule, record, inside, scopes):
                if c.status == "established":
                    measure, capped_from, arguments = c.identity[4], c.identity[5], dict(c.arguments)
                    values = {
                        "rule": rule.id, "measure": measure, "asked": capped_from or measure, "reasons": len(rule.atoms),
                        "cited": rules.cited[rule.id], "until": arguments.get("until"),
                    }  # fmt: skip
                    yield _Given(measure, rule.id, _Record(CONCLUSION, "conclusion", values, _Told()), record)


def _due(follow_up: ProgramFollowUp, given: Sequence[_Given], scene: _Scene, calendar: Calendar | None) -> list[Due]:
    """What one follow-up comes to."""
    if any(g.measure in follow_up.unless for g in given):
        return []
    causes = [g for g in given if follow_up.after is not None and g.measure in follow_up.after]
    if not follow_up.each:
        if follow_up.after is not None and not causes:
            return []
        return _once(follow_up, scene, None, frozenset(g.rule for g in causes), calendar)
    found: list[Due] = []
    for cause in causes:
        record = cause.record
        if record is not None and record.kind.name == follow_up.each:
            more = {follow_up.each: record, "link": record, "conclusion": cause.told}
            inside = replace(scene, records={**scene.records, **more})
            found += _once(follow_up, inside, record, frozenset({cause.rule}), calendar)
    return found


def _once(
    follow_up: ProgramFollowUp, scene: _Scene, record: _Record | None, after: frozenset[str], calendar: Calendar | None
) -> list[Due]:
    """One occasion of a follow-up: nothing, something established, or something that may be due."""
    truth, missing = _join(_and, [_judged(a.test, scene) for a in follow_up.atoms])
    if truth is False:
        return []
    link = record.link if record else None
    arguments = tuple(sorted((name, _value(x, scene)) for name, x in follow_up.arguments.items()))
    clock = None if follow_up.clock is None else _started(follow_up.clock, scene, calendar)
    if follow_up.clock is not None:
        parts = (follow_up.clock.from_, follow_up.clock.days, follow_up.clock.unit, follow_up.clock.extension)
        missing = missing.union(*(_judged(x, scene)[1] for x in parts if x is not None))
    return [
        Due(
            follow_up.id, "established" if truth else "undetermined", follow_up.mode, follow_up.measure, arguments,
            record.address if record else "", (link.person, link.address) if link else ("", ""), clock, after, missing,
        )
    ]  # fmt: skip


def _started(clock: ProgramClock, scene: _Scene, calendar: Calendar | None) -> Clock:
    """The clock; what is not known of it leaves its ends open."""
    start, days, unit = (_value(x, scene) for x in (clock.from_, clock.days, clock.unit))
    extension = None if clock.extension is None else _value(clock.extension, scene)
    if None in (start, days, unit):
        return Clock(start, days, extension, unit, None, None, None, ())
    due, year, notices = _counted(calendar, start, days, unit)
    if extension is None:
        return Clock(start, days, extension, unit, due, None, year, notices)
    extended, later, more = _counted(calendar, start, days + extension, unit)
    return Clock(
        start, days, extension, unit, due, extended, later if year is None else year, notices if extended is None else more
    )  # fmt: skip


def _counted(calendar: Calendar | None, start: date, days: int, unit: str) -> Counted:
    """Day after day from the day after `start`, until so many of them count."""
    if start == date.max:
        return None, None, ()
    day, left, notices = start, days, []
    while left > 0 and day < date.max:
        day += timedelta(days=1)
        if unit == "calendar_days":
            left -= 1
            continue
        year = calendar.years.get(day.year) if calendar else None
        if year is None:
            return None, day.year, tuple(notices)
        notices += [n for n in year.numbers if n not in notices]
        if day in year.days_worked or (day.isoweekday() <= 5 and day not in year.days_off):
            left -= 1
    return day, None, tuple(notices)


def past_their_term(
    policy: model.Policy, case: BaseCase, as_of: date, profile: str, params: Mapping[str, object]
) -> Iterator[tuple[str, frozenset[str]]]:
    """The delivered records whose term has passed while their own end has not come, and the bases of the term.

    What was repaired or removed meanwhile is no record any more that a term could close.
    """
    reading = _Reading(policy, as_of, policy.profiles[profile], params, _matter(case))
    asked = _Asked(case, case.identity(case.person) if case.person else "", policy.feeds, as_of)
    once, bound = _known(asked)
    for term in policy.terms:
        for record in bound if _stands(term, as_of) else ():
            namesake = record.link is not None and record.link.person == "same_name"
            if record.kind.name != term.of or record.exists is not True or namesake:
                continue
            scene = _Scene(as_of, _matter(case), {**once, term.of: record}, bound)
            where, until = (_value(_written(reading, x, {}, {}), scene) for x in (term.where, term.until))
            own, (steps, _) = record.values[record.kind.ends], _steps(record)
            going = not steps or steps[0].status in _statuses(record, as_of)
            if where is True and until is not None and until < as_of and (own is None or own >= as_of) and going:
                yield record.address, frozenset(b.name for b in term.foundation.bases)
