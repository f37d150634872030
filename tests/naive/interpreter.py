"""A naive interpreter of policies and programs: slow, plain, and written without a look at lowering or the engines."""

from __future__ import annotations

import calendar
import operator
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import chain, product
from typing import Any

from pydantic import BaseModel

from creditrules.policy import model, syntax
from creditrules.policy.program import Atom, Bound, Given, Program, ProgramException, ProgramRule
from creditrules.policy.syntax import And, Compare, Expr, Field, Literally, Name, Not, Or, StatusOn
from creditrules.policy.vocabulary import NONE, NOT_APPLICABLE, UNDETERMINED, Vocabulary
from creditrules.records.binding import Feed, Link
from creditrules.records.case import BaseCase
from creditrules.records.describing import values_of
from creditrules.records.history import Step
from creditrules.records.identifiers import same
from creditrules.records.models import SourceAnswer
from creditrules.records.schema import Kind

Truth = bool | None
Judged = tuple[Truth, frozenset[str]]  # where it is unknown: with the addresses of what is missing
Identity = tuple[str, str, str, str, str, str]  # rule, record, link's person and address, measure, capped from


@dataclass(frozen=True)
class Result:
    """What follows from a case."""

    outcome: str
    measures: frozenset[str]
    established: frozenset[Identity]
    undetermined: frozenset[Identity]
    procedures: frozenset[tuple[Any, ...]]
    could_become: frozenset[str]
    missing: tuple[str, ...]
    missing_of: Mapping[Identity, frozenset[str]]
    facts_of: Mapping[Identity, frozenset[tuple[str, str, Any]]]


# Truth and days: Kleene's three values, and periods.
_and = partial(min, key=(False, None, True).index, default=True)
_or = partial(max, key=(False, None, True).index, default=False)
_NOT: Mapping[Truth, Truth] = {True: False, None: None, False: True}


def _join(how: Callable[[Iterable[Truth]], Truth], parts: Sequence[Judged]) -> Judged:
    """Several judgements as one; if it is unknown, its unknown parts say what is missing."""
    truth = how(t for t, _ in parts)
    return truth, frozenset(chain.from_iterable(m for t, m in parts if t is None) if truth is None else ())


def _shift(day: date, unit: str, count: int) -> date:
    """The corresponding day `count` units later, clamped to the end of its month and to the calendar."""
    if day == date.max:
        return day
    try:
        if unit == "days":
            return day + timedelta(days=count)
        year, month = divmod(day.year * 12 + day.month - 1 + count * {"years": 12, "months": 1}[unit], 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return date.max if count > 0 else date.min


# What is known of a case on a day.
@dataclass(frozen=True)
class _Record:
    """A record under one link, or (`model` None) what a source that did not answer may be keeping from us."""

    kind: Kind
    address: str
    values: Mapping[str, Any]
    model: BaseModel | None
    complete: bool = False
    link: Link | None = None
    exists: Truth = True
    missing: str = ""


@dataclass(frozen=True)
class _Asked:
    """Which case, the code of its person, which feeds, which day."""

    case: BaseCase
    anchor: str
    feeds: tuple[Feed, ...]
    as_of: date


_SELF, _SAME_NAME = (Link(n, n, date.min, date.max, True, "", True, "", n, False) for n in ("self", "same_name"))


def _young(asked: _Asked, feed: Feed, fetched: date | None) -> bool:
    """Whether what was fetched then is young enough for the feed."""
    return fetched is not None and (feed.max_age is None or (asked.as_of - fetched).days <= feed.max_age)


def _answers(asked: _Asked, feed: Feed, code: str) -> list[SourceAnswer]:
    """The fresh answers of a feed about a code."""
    sources = asked.case.sources or ()
    if sources == "all":
        return [SourceAnswer(name=feed.name, answered=True, about="everybody", fetched_at=asked.as_of)]
    told = [a for a in sources if a.name == feed.name and a.answered and _young(asked, feed, a.fetched_at)]
    return [a for a in told if a.about == "everybody" or any(same(code, x) for x in a.about)]


def _linked(asked: _Asked) -> dict[str, list[Link]]:
    """The links that relations make, by the code of the holder at their other end."""
    found: dict[str, list[Link]] = {}
    numbers: dict[str, int] = {}
    for _, relation in sorted({r.model_dump_json(): r for r in asked.case.relations}.items()):
        person, of, role = *map(asked.case.identity, (relation.person, relation.of)), relation.role
        if person == of or asked.anchor not in (person, of):
            continue
        holder, name = (of, f"{role}_of_holder") if person == asked.anchor else (person, f"holder_is_{role}")
        address = f"relation/{name}/{asked.case.positions[holder]}"
        numbers[address] = numbers.get(address, 0) + 1
        numbered = address if numbers[address] == 1 else f"{address}/{numbers[address]}"
        fields = (relation.valid_from, relation.valid_to, relation.evidenced, numbered, True, "")
        link = Link(name, role, *fields, relation.source, relation.shareholder)
        for feed in asked.feeds:
            if not feed.kind and feed.name == relation.source and not _answers(asked, feed, asked.anchor):
                link = replace(link, certain=None, missing=f"source/{feed.name}/subject")
        found.setdefault(holder, []).append(link)
    return found


def _links_of(asked: _Asked, kind: Kind, record: BaseModel) -> Sequence[Link | None]:
    """Every link of a record; none at all for a stranger's."""
    if not kind.held_by:
        return [None]
    holder, linked = getattr(record, kind.held_by), _linked(asked)
    code = asked.case.identity(holder)
    if code == asked.anchor or code in linked:
        return [_SELF] if code == asked.anchor else linked[code]
    names = [unicodedata.normalize("NFKC", p.name or "").casefold() for p in (asked.case.person, holder) if p]
    keys = ["".join(c for c in n if not c.isspace() and unicodedata.category(c) != "Cf") for n in names]
    return [_SAME_NAME] if len(keys) == 2 and all(names) and keys[0] == keys[1] else []


def _record(asked: _Asked, kind: Kind, found: BaseModel) -> _Record:
    """A record as it was delivered: whether it exists, and whether its history is complete."""
    address = f"{kind.name}/{getattr(found, kind.key)}" if kind.many else kind.name
    record = _Record(kind, address, values_of(found, kind.fields), found)
    feeds = {f.name: f for f in asked.feeds if f.kind == kind.name}
    if not feeds or not kind.source:
        return record
    name, holder = getattr(found, kind.source), asked.case.identity(getattr(found, kind.held_by))
    covers = name in feeds and all(record.values[n] in words for n, words in feeds[name].covers.items())
    answers = _answers(asked, feeds[name], holder) if covers else []
    if answers or (covers and _young(asked, feeds[name], getattr(found, kind.fetched))):
        return replace(record, complete=any(a.history_complete for a in answers))
    return replace(record, exists=None, missing=f"source/{name}/{asked.case.positions[holder]}")


def _known(asked: _Asked) -> tuple[dict[str, _Record], list[_Record]]:
    """The records that occur once, by kind; every binding of the others, those that unanswered feeds hide included."""
    once: dict[str, _Record] = {}
    bound: list[_Record] = []
    every = asked.case.schema_.kinds
    for kind in every.values():
        for found in asked.case.of_kind(kind.name):
            record = _record(asked, kind, found)
            if not kind.many or found is asked.case.decided[1]:
                once[kind.name] = record
            bound += [replace(record, link=x) for x in _links_of(asked, kind, found)] if kind.many else []
    for feed in asked.feeds if asked.anchor else ():
        kinds = [every[feed.kind]] if feed.kind else [k for k in every.values() if k.held_by]
        elsewhere = {asked.anchor: [Link("?", None, None, None, None, "")]}
        links = {asked.anchor: [_SELF], **_linked(asked)} if feed.kind else elsewhere
        for code, combination in product(links, product(*feed.covers.values())):
            known = dict(zip(feed.covers, combination, strict=True))
            covers = [a.covers or {} for a in _answers(asked, feed, code)]
            if not any(all(n not in c or v in c[n] for n, v in known.items()) for c in covers):
                address = f"source/{feed.name}/{asked.case.positions[code]}"
                for kind, link in product(kinds, links[code]):
                    values = {name: known.get(name) for name in kind.fields}
                    bound.append(_Record(kind, address, values, None, link=link, exists=None, missing=address))
    return once, bound


def _steps(record: _Record) -> tuple[list[Step], set[str]]:
    """The steps of a record in order, and the statuses possible before the first of them."""
    spec: Any = record.kind.history
    values, given = record.values, getattr(record.model, "history", None)
    anything = {"", *spec.statuses}
    if record.model is None:
        return [], anything
    earlier = {""} if record.complete or spec.complete else anything
    asked, present = values.get(spec.known_by), values.get(spec.present)
    if given is not None:
        steps = [Step(s.status, s.from_, asked, s.until) for s in given]
        return sorted(steps, key=lambda s: s.from_ or date.min) if all(s.from_ for s in steps) else steps, earlier
    if present is not None:
        begin = values.get(spec.dated_by.get(present))
        if begin is None and not (present in spec.dated_by and present == next(iter(spec.statuses))):
            begin = values.get(spec.since)
        end = values.get(spec.ends.get(present))
        step = Step(present, begin, asked, end, present in spec.ends and end is None)
        return [step], {""} if spec.complete else anything
    derived = [Step(status, values[name]) for status, name in spec.steps.items()]
    return derived, {""} if derived else anything


def _statuses(record: _Record, day: date) -> frozenset[str]:
    """The statuses possible on a day: those of every consistent answer to which of the steps had begun."""
    steps, earlier = _steps(record)

    def consistent(begun: Sequence[bool], i: int) -> bool:
        by = steps[i].by
        must = (by is not None and by <= day) or any(begun[i + 1 :])
        may = all(begun[j] for j in range(i) if steps[j].from_ is not None)
        return steps[i].from_ is not None or begun[i] == must or (begun[i] and may)

    possible: set[str] = set()
    for begun in product(*((True, False) if s.from_ is None else (s.from_ <= day,) for s in steps)):
        for over in (False, True) if all(consistent(begun, i) for i in range(len(steps))) else ():
            ended = {s for s in steps if over and s.perhaps_over and s.from_ != day}
            started = [s for s, b in zip(steps, begun, strict=True) if b and s not in ended]
            going = [s for s in started if s.until is None or day <= s.until]
            possible |= {going[-1].status} if going else earlier
    return frozenset(possible)


# What an expression says.
@dataclass(frozen=True)
class _Scene:
    """The day, the matter, the records by their names in conditions (`link`: whose link is meant), and all bindings."""

    as_of: date
    matter: str
    records: Mapping[str, _Record]
    bound: Sequence[_Record]


_COMPARE = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_OPERATORS: Mapping[type, Callable[..., Any]] = {
    syntax.Keyed: lambda e, key: dict(e.table).get(key, e.default),
    Not: lambda _, x: not x,
    Compare: lambda e, a, b: _COMPARE[e.operator](a, b),
    syntax.In: lambda _, item, items: item in items,
    syntax.Size: lambda _, items: len(items),
    syntax.Shift: lambda e, day, count: _shift(day, e.unit, count),
}


def _fact(leaf: Field | StatusOn, scene: _Scene) -> tuple[str, Any]:
    """The address and the value of a leaf; of a status, its value if only one is possible."""
    name = leaf.name if isinstance(leaf, Field) else "history"
    record = scene.records.get(leaf.record)
    if record is None:
        return f"{leaf.record}/{name}", None
    if leaf.record == "link" and record.link is not None:
        field = {"from": "valid_from", "to": "valid_to"}.get(name, name)
        place = record.missing if record.link.person == "?" else f"{record.link.address}/{field}"
        return place, getattr(record.link, "from_" if name == "from" else name)
    address = record.missing if record.model is None else f"{record.address}/{name}"
    if isinstance(leaf, Field):
        return address, record.values[name]
    possible = _possible(leaf, scene) or frozenset()
    return address, next(iter(possible)) if len(possible) == 1 else None


def _possible(expr: Expr, scene: _Scene) -> frozenset[Any] | None:
    """The values that an operand may have; None if it is unknown."""
    if not isinstance(expr, StatusOn):
        return None if (value := _value(expr, scene)) is None else frozenset({value})
    day, record = _value(expr.day, scene), scene.records.get(expr.record)
    return None if day is None or record is None else _statuses(record, day)


def _value(expr: Expr, scene: _Scene) -> Any:
    """The value of an expression, None if it is unknown: if an operand is, or is a status that is not settled."""
    match expr:
        case Literally():
            return expr.value
        case syntax.AsOf():
            return scene.as_of
        case Field() | StatusOn():
            return _fact(expr, scene)[1]
        case And():
            return _and(_value(x, scene) for x in expr.operands)
        case Or():
            return _or(_value(x, scene) for x in expr.operands)
        case syntax.Has():
            return _value(expr.operand, scene) is not None
    operands: list[Any] = [_possible(x, scene) for x in syntax.children(expr)]
    if None in operands:
        return None
    answers = {_OPERATORS[type(expr)](expr, *values) for values in product(*operands)}
    return answers.pop() if len(answers) == 1 else None


def _judged(expr: Expr, scene: _Scene) -> Judged:
    """A condition, with the unknown leaves of its unknown sub-expressions."""
    if (value := _value(expr, scene)) is not None:
        return value, frozenset()
    below = frozenset(chain.from_iterable(_judged(x, scene)[1] for x in syntax.children(expr)))
    if isinstance(expr, Field) or (isinstance(expr, StatusOn) and not below):
        return None, frozenset({_fact(expr, scene)[0]})
    return None, below


# A policy, written out.
@dataclass(frozen=True)
class _Reading:
    """How a policy is read: on which day, under which profile, with which parameters overridden, for which matter."""

    policy: model.Policy
    as_of: date
    profile: model.Profile
    params: Mapping[str, Any]
    matter: str


def _stands(thing: Any, day: date) -> bool:
    """Whether a basis, or what is founded on bases, stands; terms and competence have no days of their own."""
    if isinstance(thing, model.Basis):
        return all(day in part.in_force for part in (thing.instrument, thing.provision) if part is not None)
    within = day in getattr(thing, "in_force", model.Interval())
    return within and (thing.foundation.ours or any(_stands(b, day) for b in thing.foundation.bases))


def _setting(reading: _Reading, name: str) -> model.Values:
    """The value of a parameter on the day."""
    if name in reading.params:
        return model.Values(date.min, reading.params[name], {})
    values = reading.profile.set.get(name, reading.policy.parameters[name].values)
    return max((v for v in values if v.from_ <= reading.as_of), key=lambda v: v.from_)


def _words(reading: _Reading, words: model.Words) -> tuple[str, ...]:
    """Words, with those that parameters list."""
    listed: Any = [_setting(reading, p).value for p in words.params]
    return (*words.words, *chain.from_iterable(listed))


def _written(reading: _Reading, expr: Expr, kinds: Mapping[str, str], names: Mapping[str, Any]) -> Any:
    """An expression with everything written out and `names` replaced; `kinds` are those of records by other names."""

    def change(e: Expr) -> Any:
        match e:
            case Name():
                return names.get(e.name, e)
            case Field() | StatusOn():
                return replace(e, record=names[e.record].name) if e.record in names else e
            case syntax.Call():
                definition = reading.policy.definitions[e.name]
                return _written(reading, definition.body, kinds, dict(zip(definition.of, e.arguments, strict=True)))
            case syntax.Param():
                parameter, setting = reading.policy.parameters[e.name], _setting(reading, e.name)
                if parameter.choose:
                    return _written(reading, parameter.choose[str(setting.value)], kinds, names)
                if parameter.by is None or not setting.table:
                    return Literally(setting.value)
                return syntax.Keyed(change(parameter.by), tuple(setting.table.items()), setting.value)
            case Compare(operator="<=" | ">", left=day, right=Field() as last):
                return closed(e, day, last)
            case Compare(operator=">=" | "<", left=Field() as last, right=day):
                return closed(e, day, last)
        return e

    def closed(e: Compare, day: Expr, last: Field) -> Expr:
        name = kinds.get(last.record, last.record)
        terms = [t for t in reading.policy.terms if t.of == name and _stands(t, reading.as_of)]
        if not terms or reading.policy.vocabulary.schema.kinds[name].ends != last.name:
            return e
        here = partial(_written, reading, kinds=kinds, names={name: Name(last.record)})
        tests = [Or((Not(here(t.where)), Compare("<=", day, here(t.until)))) for t in terms]
        inside = And((Compare("<=", day, last), *tests))
        return inside if e.operator in ("<=", ">=") else Not(inside)

    return syntax.rewrite(expr, change)


def _atoms(reading: _Reading, of: str, when: Iterable[model.Condition], kinds: Mapping[str, str]) -> tuple[Atom, ...]:
    """Conditions, written out."""
    return tuple(Atom(f"{of}/when/{c.id}", c.label, _written(reading, c.test, kinds, {}), c.span) for c in when)


def _bound(reading: _Reading, binder: model.Binder) -> Bound:
    """A binder, with the test of who may have made a record of its kind."""
    here = partial(_written, reading, kinds={binder.alias: binder.kind}, names={binder.kind: Name(binder.alias)})
    rows = [r for r in reading.policy.lists if r.of == binder.kind and _stands(r, reading.as_of)]
    some = Or(tuple(here(r.where) for r in rows if r.where is not None))
    tests = [Or((some if r.where is None else Not(here(r.where)), here(r.competent.test))) for r in rows]
    competent = Atom("", rows[0].competent.label, And(tuple(tests)), None) if rows else None
    persons = None if binder.persons is None else _words(reading, binder.persons)
    return Bound(binder.alias, binder.kind, persons, competent)


def _given(reading: _Reading, measure: str, bases: Sequence[model.Basis], persons: Iterable[str]) -> Any:
    """By matter and person: the measure, or what is left of it where no basis covers it."""
    policy, vocabulary, matter = reading.policy, reading.policy.vocabulary, reading.matter
    covered: set[str] = set()
    for basis in bases:
        instrument, provision = basis.instrument, basis.provision
        able = not instrument.carries_if or _setting(reading, instrument.carries_if).value is True
        if able and instrument.level in policy.carries_burden and provision and _stands(basis, reading.as_of):
            for c in provision.carries if provision.checked != "unchecked" else ():
                if measure in c.measures and (c.matters is None or matter in _words(reading, c.matters)):
                    covered |= set(_words(reading, c.persons))
    heavy = vocabulary.rank(measure) > vocabulary.rank(vocabulary.cap)
    capped = heavy and reading.profile.cap_by_basis and vocabulary.measures[measure].group == "burden"
    lost = {p.removeprefix("former_"): capped and (p or "self") not in covered for p in persons}
    return {(matter, p): Given(vocabulary.cap, measure) if x else Given(measure) for p, x in lost.items()}


def _rule(reading: _Reading, rule: model.Rule, scopes: Iterable[model.Scope]) -> ProgramRule:
    """A rule of a policy, written out for the matter of the case."""
    each = _bound(reading, model.Binder(rule.each, rule.each, rule.persons)) if rule.each else None
    persons = ("",) if each is None or each.persons is None else each.persons
    kinds = {b.alias: b.kind for b in rule.with_}
    shared = [s.exception for s in reading.policy.exceptions if {rule.id, *rule.groups} & set(s.for_)]
    exceptions = []
    for e in (*rule.unless, *shared):
        if _stands(e, reading.as_of):
            atoms = _atoms(reading, e.id, e.when, kinds | {b.alias: b.kind for b in e.with_})
            given = _given(reading, e.instead, (*rule.foundation.bases, *e.foundation.bases), persons)
            with_ = tuple(_bound(reading, b) for b in e.with_)
            exceptions.append(ProgramException(e.id, e.title, with_, atoms, given, (), e.foundation.ours))
    with_, atoms = tuple(_bound(reading, b) for b in rule.with_), _atoms(reading, rule.id, rule.when, kinds)
    gives = _given(reading, rule.measure, rule.foundation.bases, persons)
    arguments = {name: _written(reading, x, kinds, {}) for name, x in rule.arguments.items()}
    return ProgramRule(
        rule.id, rule.title, rule.mode, rule.decides, None, each, with_, atoms,
        tuple(s.id for s in scopes if set(rule.groups) & set(s.switches_off)),
        tuple(exceptions), rule.measure, gives, arguments, (), rule.foundation.ours, (),
    )  # fmt: skip


def _matter(case: BaseCase) -> str:
    """The matter of the record decided upon, or nothing."""
    kind, record = case.decided
    return getattr(record, kind.matter) or "" if kind.matter else ""


def run_policy(
    policy: model.Policy, case: BaseCase, *, as_of: date, profile: str | None = None, params: Mapping[str, object] | None = None
) -> Result:  # fmt: skip
    """What follows from a policy as it was written."""
    reading = _Reading(policy, as_of, policy.profiles[profile or policy.default_profile], params or {}, _matter(case))
    kind, first = case.decided[0].name, case.schema_.decided[0]

    def applies(x: model.Rule | model.Scope) -> bool:
        return _stands(x, as_of) and (x.matters is None or reading.matter in _words(reading, x.matters))

    scopes = [s for s in policy.scope if kind == first and applies(s)]
    rules = [_rule(reading, r, scopes) for r in policy.rules if r.decides == kind and applies(r)]
    tests = {s.id: _atoms(reading, s.id, s.when, {}) for s in scopes}
    asked = _Asked(case, case.identity(case.person) if case.person else "", policy.feeds, as_of)
    return _decide(policy.vocabulary, asked, rules, tests)


def run_program(program: Program, case: BaseCase) -> Result:
    """What follows from a program."""
    kind, first, matter = case.decided[0].name, case.schema_.decided[0], _matter(case)
    reached = [s for s in program.scopes.values() if kind == first and (s.matters is None or matter in s.matters)]
    rules = [r for r in program.rules if r.decides == kind and (r.matters is None or matter in r.matters)]
    asked = _Asked(case, case.identity(case.person) if case.person else "", program.feeds, program.as_of)
    return _decide(program.vocabulary, asked, rules, {s.id: s.atoms for s in reached})


# What follows.
@dataclass(frozen=True)
class _Conclusion:
    """What one binding of a rule gives; `facts` None where they are not compared."""

    identity: Identity
    status: str
    arguments: tuple[tuple[str, Any], ...]
    missing: frozenset[str] = frozenset()
    reachable: frozenset[str] = frozenset()
    facts: frozenset[tuple[str, str, Any]] | None = None


def _counts(bound: Bound, record: _Record, scene: _Scene) -> Judged:
    """Whether a bound record exists, counts, and is of a person listed, by an evidenced link that holds on the day."""
    link, persons, missing = record.link, bound.persons, frozenset({record.missing})
    parts: list[Judged] = [(record.exists, missing)]
    if bound.competent is not None:
        parts.append(_judged(bound.competent.test, scene))
    if persons is None or link is None:
        parts.append((persons is None, frozenset()))
    elif link.person == "?":
        parts.append((None if set(persons) - {"self"} else False, missing))
    else:
        day, begin, end = scene.as_of, link.from_, link.to
        now = [(begin and begin <= day, "valid_from"), (end and day <= end, "valid_to"), (link.evidenced, "evidenced")]
        ways: Mapping[str, list[Any]] = {link.person: now, f"former_{link.person}": [(end and end < day, "valid_to")]}
        told = [[(x, frozenset({f"{link.address}/{f}"})) for x, f in way] for p, way in ways.items() if p in persons]
        parts += [_join(_or, [_join(_and, way) for way in told]), (link.certain, frozenset({link.missing}))]
    return _join(_and, parts)


def _some(binders: Sequence[Bound], atoms: Sequence[Atom], scene: _Scene) -> Judged:
    """Whether for some records, one for each binder, all the conditions hold; without binders, whether they do."""
    combinations = []
    for records in product(*([r for r in scene.bound if r.kind.name == b.kind] for b in binders)):
        pairs = list(zip(binders, records, strict=True))
        inside = replace(scene, records={**scene.records, **{b.alias: r for b, r in pairs}})
        parts = [*(_counts(b, r, inside) for b, r in pairs), *(_judged(a.test, inside) for a in atoms)]
        combinations.append(_join(_and, parts))
    return _join(_or, combinations)


def _concluded(
    vocabulary: Vocabulary, rule: ProgramRule, record: _Record | None, scene: _Scene, scopes: Mapping[str, Judged]
) -> Iterator[_Conclusion]:
    """What one binding of a rule gives: nothing, something established, something undetermined, or both."""
    counts = [_counts(rule.each, record, scene)] if rule.each and record else []
    off, unsettled = _join(_or, [scopes[name] for name in rule.scope if name in scopes])
    holds, missing = _join(_and, [*counts, _some(rule.with_, rule.atoms, scene), (_NOT[off], unsettled)])
    if holds is False:
        return
    exceptions = [(e, *_some(e.with_, e.atoms, scene)) for e in sorted(rule.exceptions, key=lambda e: e.id)]

    def lightest(person: str, truths: tuple[Truth, ...]) -> Given:
        instead = [e.instead[scene.matter, person] for e, truth, _ in exceptions if truth in truths]
        return min([rule.gives[scene.matter, person], *instead], key=lambda g: vocabulary.weight(g.measure))

    link = record.link if record else None
    person = link.person if link else ""
    if person == "?" and rule.each and rule.each.persons:
        others = sorted({p.removeprefix("former_") for p in rule.each.persons} - {"self"})
        person = max(others, key=lambda p: vocabulary.weight(lightest(p, (True,)).measure))
    certain, possible = lightest(person, (True, None)), lightest(person, (True,))
    rank = vocabulary.rank(possible.measure)

    def conclusion(given: Given, status: str, **more: Any) -> _Conclusion:
        of_link = (link.person, link.address) if link else ("", "")
        identity = (rule.id, record.address if record else "", *of_link, given.measure, given.capped_from)
        arguments = tuple(sorted((name, _value(x, scene)) for name, x in rule.arguments.items()))
        return _Conclusion(identity, status, arguments, **more)

    if holds is True and certain.measure != NONE:
        leaves = [(a.id, x) for a in rule.atoms for x in syntax.walk(a.test)] if not rule.with_ else []
        facts = frozenset((i, *_fact(x, scene)) for i, x in leaves if isinstance(x, Field | StatusOn))
        yield conclusion(certain, "established", facts=None if rule.with_ else facts)
    if possible.measure != NONE and (holds is None or rank > vocabulary.rank(certain.measure)):
        unknown = [(e.instead[scene.matter, person].measure, m) for e, truth, m in exceptions if truth is None]
        lighter = [(instead, m) for instead, m in unknown if vocabulary.rank(instead) < rank]
        reachable = {possible.measure, *(m for m, _ in lighter)} - {NONE, certain.measure if holds else NONE}
        missing = missing.union(*(m for _, m in lighter))
        yield conclusion(possible, "undetermined", missing=missing, reachable=frozenset(reachable))


def _decide(
    vocabulary: Vocabulary, asked: _Asked, rules: Iterable[ProgramRule], tests: Mapping[str, tuple[Atom, ...]]
) -> Result:
    """Everything that follows from the rules and scope rules that apply to a case."""
    once, bound = _known(asked)
    scene = _Scene(asked.as_of, _matter(asked.case), once, bound)
    scopes = {name: _some((), atoms, scene) for name, atoms in tests.items()}
    found: list[_Conclusion] = []
    for rule in rules:
        for record in [None] if rule.each is None else [r for r in bound if r.kind.name == rule.each.kind]:
            more = {rule.each.alias: record, "link": record} if rule.each and record else {}
            found += _concluded(vocabulary, rule, record, replace(scene, records={**once, **more}), scopes)

    def of(status: str, *groups: str) -> list[_Conclusion]:
        return [c for c in found if c.status == status and vocabulary.measures[c.identity[4]].group in groups]

    truths = [truth for truth, _ in scopes.values()]
    burdens = {c.identity[4] for c in of("established", "burden")}
    facilitations = {c.identity[4] for c in of("established", "facilitation")}
    otherwise = NOT_APPLICABLE if True in truths else vocabulary.ordinary[asked.case.decided[0].name]
    outcome = max(burdens or facilitations, key=vocabulary.weight, default=otherwise)
    if of("undetermined", "burden") and not burdens:
        outcome = UNDETERMINED
    quiet = [c for status in ("established", "undetermined") for c in of(status, "procedural", "advice")]
    could_become = {m for c in of("undetermined", "burden", "facilitation") for m in c.reachable}
    unreached = True in truths and outcome == UNDETERMINED and not facilitations
    open_ = [c for c in found if c.status == "undetermined"]
    missing_of = {c.identity: frozenset(m for o in open_ if o.identity == c.identity for m in o.missing) for c in open_}
    told = {(o.identity, o.arguments) for o in open_}
    named = [m for t in told for m in {m for o in open_ if (o.identity, o.arguments) == t for m in o.missing}]
    return Result(
        outcome=outcome,
        measures=frozenset(burdens | facilitations),
        established=frozenset(c.identity for c in found if c.status == "established"),
        undetermined=frozenset(missing_of),
        procedures=frozenset((c.identity[4], c.arguments, c.status) for c in quiet),
        could_become=frozenset(could_become | ({NOT_APPLICABLE} if None in truths or unreached else set())),
        missing=tuple(sorted(set(named), key=lambda address: (-named.count(address), address))),
        missing_of=missing_of,
        facts_of={c.identity: c.facts for c in found if c.facts is not None},
    )
