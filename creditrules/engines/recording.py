"""Say which records a decision tells of: whose they are, what people know them by, and whether they stand on the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from creditrules.decision import (
    Conclusion,
    Fact,
    FollowUp,
    Ignored,
    Lifted,
    MissingFact,
    Person,
    Reason,
    RecordUsed,
    Scope,
)
from creditrules.diagnostics import mask_code
from creditrules.engines.evaluating import Code, Env, Read, Run
from creditrules.engines.telling import Teller, json_value
from creditrules.policy.program import ProgramTerm
from creditrules.policy.truth import Truth, all_
from creditrules.records.binding import Binding, Facts
from creditrules.records.case import BaseCase
from creditrules.records.models import Party
from creditrules.records.schema import Kind, Told, Value

Term = tuple[ProgramTerm, Code, Code]
"""A term with the code of which records it is for, and of their last day."""
Telling = Conclusion | Scope | Lifted | Ignored | FollowUp | MissingFact
"""A part of a decision that may be about a record."""


def person_told(party: Party, case: BaseCase) -> Person:
    """A person as decisions tell of it: by the one code that it has, however a record spells it."""
    return Person(party.name or "", mask_code(case.identity(party).partition(":")[2]))


def records_used(
    parts: Iterable[Telling], case: BaseCase, *, facts: Facts, tell: Teller, terms: Sequence[Term]
) -> tuple[RecordUsed, ...]:
    """The records of which some part of a decision tells, of the kinds that a case may have several of."""
    told = {address for part in parts for address in _addresses(part)}
    found: dict[str, RecordUsed] = {}
    for kind in tell.vocabulary.schema.kinds.values() if told else ():
        holders = (
            {f"{kind.name}/{getattr(r, kind.key)}": getattr(r, kind.held_by, None) for r in case.of_kind(kind.name)}
            if kind.many and kind.held_by
            else {}
        )
        for binding in facts.many.get(kind.name, ()):
            if binding.address in told and not binding.unknown and binding.address not in found:
                holder = holders.get(binding.address)
                own = holder is None or case.person is None or case.identity(holder) == case.identity(case.person)
                env = {**facts.single, kind.name: binding, "link": binding}
                found[binding.address] = RecordUsed(
                    binding.address,
                    kind.title,
                    None if holder is None else person_told(holder, case),
                    own,
                    stands(kind, binding, as_of=tell.program.as_of, last_days=_last_days(kind, terms, env)),
                    tuple(_facts(kind, binding, tell, "named")),
                    tuple(_facts(kind, binding, tell, "described")),
                )
    return tuple(found[address] for address in sorted(found))


def _addresses(part: Telling) -> Iterator[str]:
    if not isinstance(part, Scope):
        yield part.record
    reasons: list[Reason] = [] if isinstance(part, Ignored | MissingFact) else list(part.reasons)
    if isinstance(part, FollowUp):
        yield from (m.record for m in part.missing)
    if isinstance(part, Conclusion | Lifted):
        reasons += [r for e in part.exceptions for r in e.reasons]
    for reason in reasons:
        for fact in reason.facts:
            yield fact.address.rpartition("/")[0]


def _last_days(kind: Kind, terms: Sequence[Term], env: Env) -> Iterator[tuple[Truth, date | None]]:
    """For each term of a kind of record: whether it is for this one, and its last day."""
    for term, where, until in terms:
        if term.kind == kind.name:
            yield where.run(env), until.run(env)


def stands(
    kind: Kind, binding: Binding, *, as_of: date, last_days: Iterable[tuple[Truth, date | None]] = ()
) -> bool | None:
    """Whether a record stands on a day: begun, neither over nor repaired, removed or revoked; None where that is not known."""
    truths: list[Truth] = []
    if kind.ends:
        last = binding.values[kind.ends]
        truths.append(None if not isinstance(last, date) else as_of <= last)
        for applies, until in last_days:
            past = None if until is None else until < as_of
            over = all_([applies, past])
            truths.append(None if over is None else not over)
    history = kind.history
    if history is not None:
        first = binding.values.get(history.dated_by.get(next(iter(history.statuses)), ""))
        if isinstance(first, date):
            truths.append(first <= as_of)
        possible = binding.timeline.status_on(as_of) if binding.timeline is not None else frozenset(history.statuses)
        over_ = {status in history.over for status in possible}
        truths.append(None if len(over_) != 1 else over_ == {False})
    return all_(truths)


def _value(value: Value) -> Run:
    return lambda _: value


def _facts(kind: Kind, binding: Binding, tell: Teller, told: Told) -> Iterator[Fact]:
    env = {kind.name: binding}
    for name, field in kind.fields.items():
        value = binding.values.get(name)
        if field.told == told and value is not None:
            read = Read(kind.name, name, _value(value))
            shown = tell.shown(value, read, env)
            yield Fact(f"{binding.address}/{name}", field.title, json_value(value, word=tell.forever(read, env)), shown)
    possible = binding.timeline.status_on(tell.program.as_of) if binding.timeline is not None else frozenset()
    if told == "described" and len(possible) == 1:
        (status,) = possible
        read = Read(kind.name, "history", _value(status))
        if status:
            yield Fact(
                f"{binding.address}/history",
                tell.title(read, env),
                status,
                tell.shown(status, read, env),
                tell.program.as_of,
            )
