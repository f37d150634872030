"""Faults that somebody who ports the evaluator could make, each planted in a copy of the naive interpreter."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.naive import interpreter

_SOURCE = Path(str(interpreter.__file__)).read_text("utf-8")


@dataclass(frozen=True)
class Fault:
    """A mistake: the level that must find it, and what stands instead of what in the interpreter."""

    level: str
    name: str
    right: str
    wrong: str


def _of(level: str, *faults: tuple[str, str, str]) -> tuple[Fault, ...]:
    return tuple(Fault(level, *one) for one in faults)


_DAY_AFTER = "date(year, month + 1, 1) + timedelta(days=day.day - 1)"
_CLAMPED = "date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))"
_LIGHTEST = "return min([rule.gives[scene.matter, person], *instead], key=lambda g: vocabulary.weight(g.measure))"
FAULTS: tuple[Fault, ...] = (
    *_of(
        "core",
        ("`<` for `<=`", '"<=": operator.le', '"<=": operator.lt'),
        ("`>=` for `>`", '">": operator.gt', '">": operator.ge'),
        ("numbers as binary fractions", "_COMPARE[e.operator](a, b)", "_COMPARE[e.operator](*(float(x) if not isinstance(x, (str, date, bool)) else x for x in (a, b)))"),
        ("texts without case", "_COMPARE[e.operator](a, b)", "_COMPARE[e.operator](*(x.lower() if isinstance(x, str) else x for x in (a, b)))"),
        ("texts without width and accents", "_COMPARE[e.operator](a, b)", '_COMPARE[e.operator](*(unicodedata.normalize("NFKC", x) if isinstance(x, str) else x for x in (a, b)))'),
        ("texts without spaces at the ends", "_COMPARE[e.operator](a, b)", "_COMPARE[e.operator](*(x.strip() if isinstance(x, str) else x for x in (a, b)))"),
        ("texts up to the basic plane", "_COMPARE[e.operator](a, b)", '_COMPARE[e.operator](*("".join(c if ord(c) < 65536 else "?" for c in x) if isinstance(x, str) else x for x in (a, b)))'),
        ("part of a text is in a list", "items: item in items", "items: any(item in x for x in items)"),
        ("the size of a list without its repetitions", "items: len(items)", "items: len(set(items))"),
        ("or as and", "case Or():\n            return _or(", "case Or():\n            return _and("),
        ("not forgotten", "Not: lambda _, x: not x", "Not: lambda _, x: x"),
        ("a key that is not listed finds nothing", "dict(e.table).get(key, e.default)", "dict(e.table).get(key, e.table[0][1])"),
        ("of equals the one named last", "outcome = max(burdens or facilitations, key=vocabulary.weight, default=otherwise)", "outcome = max(burdens or facilitations, key=lambda m: (vocabulary.rank(m), vocabulary.measures[m].order), default=otherwise)"),
        ("a facilitation before a burden", "max(burdens or facilitations,", "max(facilitations or burdens,"),
        ("a facilitation makes no outcome", "max(burdens or facilitations,", "max(burdens,"),
        ("a scope rule wins whatever else holds", "outcome = max(burdens or facilitations, key=vocabulary.weight, default=otherwise)", "outcome = otherwise if True in truths else max(burdens or facilitations, key=vocabulary.weight, default=otherwise)"),
        ("a scope rule switches nothing off", "(_NOT[off], unsettled)", "(True, unsettled)"),
        ("a scope rule for every matter", "scopes = [s for s in policy.scope if kind == first and applies(s)]", "scopes = [s for s in policy.scope if kind == first]"),
        ("a rule for every matter", "x.matters is None or reading.matter in _words(reading, x.matters)", "True"),
        ("parameters among matters forgotten", "return (*words.words, *chain.from_iterable(listed))", "return words.words"),
        ("only the first record", "for record in [None] if rule.each is None else [r for r in bound if r.kind.name == rule.each.kind]:", "for record in [None] if rule.each is None else [r for r in bound if r.kind.name == rule.each.kind][:1]:"),
        ("a link in the wrong direction", '(of, f"{role}_of_holder") if person == asked.anchor else (person, f"holder_is_{role}")', '(of, f"holder_is_{role}") if person == asked.anchor else (person, f"{role}_of_holder")'),
        ("evidence of a link forgotten", '(link.evidenced, "evidenced")]', '(True, "evidenced")]'),
        ("a name for a code", "return [_SAME_NAME] if len(keys)", "return [_SELF] if len(keys)"),
        ("a namesake although linked", "if code == asked.anchor or code in linked:", "if code == asked.anchor:"),
        ("links of strangers", "if person == of or asked.anchor not in (person, of):", "if person == of:"),
        ("relations told twice count twice", "told[asked.case.identity(r.person), asked.case.identity(r.of), r.model_dump_json(exclude={\"person\", \"of\"})] = r", "told[asked.case.identity(r.person), asked.case.identity(r.of), r.model_dump_json(exclude={\"person\", \"of\"}) + str(len(told))] = r"),
        ("any authority will do", "parts.append(_judged(bound.competent.test, scene))", "pass"),
        ("the second record may be any", "parts = [*(_counts(b, r, inside) for b, r in pairs), *(_judged(a.test, inside) for a in atoms)]", "parts = [_judged(a.test, replace(scene, records={**scene.records, **{b.alias: (scene.records.get(b.kind) or r) for b, r in pairs}})) for a in atoms]"),
    ),
    *_of(
        "dates",
        ("the day that does not exist is in the next month", _CLAMPED, _DAY_AFTER),
        ("every month ends on the 28th", _CLAMPED, "date(year, month + 1, min(day.day, 28))"),
        ("the last day of a month stays the last", _CLAMPED, "date(year, month + 1, calendar.monthrange(year, month + 1)[1] if day.day == calendar.monthrange(day.year, day.month)[1] else min(day.day, calendar.monthrange(year, month + 1)[1]))"),
        ("a year of 365 days", 'if unit == "days":\n            return day + timedelta(days=count)', 'if unit in ("days", "years"):\n            return day + timedelta(days=count * (365 if unit == "years" else 1))'),
        ("a month of 30 days", 'if unit == "days":\n            return day + timedelta(days=count)', 'if unit in ("days", "months"):\n            return day + timedelta(days=count * (30 if unit == "months" else 1))'),
        ("the day that never comes is moved", "if day == date.max:", "if False:"),
        ("the last day is outside", '"<=": operator.le', '"<=": operator.lt'),
        ("a step begins the day after", "(s.from_ <= day,)", "(s.from_ < day,)"),
        ("a step's last day is outside", "if s.until is None or day <= s.until", "if s.until is None or day < s.until"),
        ("what a step has ended is gone for good", "possible |= {going[-1].status} if going else earlier", "possible |= {going[-1].status} if going and going[-1] is started[-1] else earlier"),
        ("steps as they are listed", "return sorted(steps, key=lambda s: s.from_ or date.min) if all(s.from_ for s in steps) else steps, earlier", "return steps, earlier"),
        ("a repair without its day", "begin = values.get(spec.dated_by.get(present))", "begin = None"),
        ("a relation ends the day before its last", '(end and day <= end, "valid_to")', '(end and day < end, "valid_to")'),
        ("a relation begins the day after its first", '(begin and begin <= day, "valid_from")', '(begin and begin < day, "valid_from")'),
        ("a relation that has ended is none", '[(end and end < day, "valid_to")]', '[(False, "valid_to")]'),
        ("terms forgotten", "if not terms or", "if terms or"),
        ("only the first term", "tests = [Or((Not(here(t.where)), Compare(\"<=\", day, here(t.until)))) for t in terms]", "tests = [Or((Not(here(t.where)), Compare(\"<=\", day, here(t.until)))) for t in terms[:1]]"),
        ("a term opens as well", "inside = And((Compare(\"<=\", day, last), *tests))", "inside = And(tuple(tests))"),
        ("a term whose law has fallen", "if t.of == name and _stands(t, reading.as_of)]", "if t.of == name]"),
        ("a rule outside its days", 'within = day in getattr(thing, "in_force", model.Interval())', "within = True"),
        ("a rule whose law has fallen", "return within and (thing.foundation.ours or any(_stands(b, day) for b in thing.foundation.bases))", "return within"),
        ("all of the bases must stand", "any(_stands(b, day) for b in thing.foundation.bases)", "all(_stands(b, day) for b in thing.foundation.bases)"),
        ("an article without days of its own", "for part in (thing.instrument, thing.provision) if part is not None", "for part in (thing.instrument,)"),
        ("the first value of a parameter", "return max((v for v in values if v.from_ <= reading.as_of), key=lambda v: v.from_)", "return values[0]"),
        ("the last value of a parameter", "return max((v for v in values if v.from_ <= reading.as_of), key=lambda v: v.from_)", "return values[-1]"),
        ("the profile's values forgotten", "reading.profile.set.get(name, reading.policy.parameters[name].values)", "reading.policy.parameters[name].values"),
    ),
    *_of(
        "exceptions",
        ("exceptions forgotten", "instead = [e.instead[scene.matter, person] for e, truth, _ in exceptions if truth in truths]", "instead: list[Any] = []"),
        ("only the first exception", "for e, truth, _ in exceptions if truth in truths]", "for e, truth, _ in exceptions[:1] if truth in truths]"),
        ("the heaviest of exceptions", _LIGHTEST, "return max(instead, key=lambda g: vocabulary.weight(g.measure)) if instead else rule.gives[scene.matter, person]"),
        ("shared exceptions forgotten", "for e in (*rule.unless, *shared):", "for e in rule.unless:"),
        ("shared exceptions of rules, not of groups", "if {rule.id, *rule.groups} & set(s.for_)]", "if {rule.id} & set(s.for_)]"),
        ("shared exceptions of everything", "if {rule.id, *rule.groups} & set(s.for_)]", "]"),
        ("an exception outside its days", "if _stands(e, reading.as_of):", "if True:"),
        ("one condition of an exception is enough", "atoms = _atoms(reading, e.id, e.when,", "atoms = _atoms(reading, e.id, e.when[:1],"),
        ("a lifted burden is still given", 'if holds is True and certain.measure != NONE:', 'certain = rule.gives[scene.matter, person] if certain.measure == NONE else certain\n    if holds is True:'),
        ("the second record of an exception forgotten", "exceptions = [(e, *_some(e.with_, e.atoms, scene))", "exceptions = [(e, *(_some((), (), scene) if e.with_ else _some(e.with_, e.atoms, scene)))"),
    ),
    *_of(
        "unknown",
        ("unknown is false", "return None if (value := _value(expr, scene)) is None else frozenset({value})", "return frozenset({value}) if (value := _value(expr, scene)) is not None else frozenset({False})"),
        ("an unknown condition fails", "if holds is False:\n        return", "if not holds:\n        return"),
        ("an unknown condition holds", "if holds is True and certain.measure != NONE:", "if holds is not False and certain.measure != NONE:"),
        ("false does not absorb unknown", "_and = partial(min, key=(False, None, True).index, default=True)", "_and = partial(min, key=(None, False, True).index, default=True)"),
        ("true does not absorb unknown", "_or = partial(max, key=(False, None, True).index, default=False)", "_or = partial(max, key=(False, True, None).index, default=False)"),
        ("an unknown exception does not apply", "certain, possible = lightest(person, (True, None)), lightest(person, (True,))", "certain, possible = lightest(person, (True,)), lightest(person, (True,))"),
        ("an unknown exception applies", "certain, possible = lightest(person, (True, None)), lightest(person, (True,))", "certain, possible = lightest(person, (True, None)), lightest(person, (True, None))"),
        ("undetermined although a burden is known", "if of(\"undetermined\", \"burden\") and not burdens:", "if of(\"undetermined\", \"burden\"):"),
        ("what is undetermined forgotten", "if of(\"undetermined\", \"burden\") and not burdens:", "if False:"),
        ("an undetermined facilitation leaves all undetermined", "if of(\"undetermined\", \"burden\") and not burdens:", "if of(\"undetermined\", \"burden\", \"facilitation\") and not burdens:"),
        ("an unknown scope is none", "(_NOT[off], unsettled)", "(off is not True, frozenset())"),
        ("an unknown scope is no prospect", "if None in truths or unreached else set()", "if unreached else set()"),
        ("a source that failed told that there is nothing", "for feed in asked.feeds if asked.anchor else ():", "for feed in ():"),
        ("a source of any age", "return fetched is not None and (feed.max_age is None or (asked.as_of - fetched).days <= feed.max_age)", "return fetched is not None"),
        ("a source one day too old", "(asked.as_of - fetched).days <= feed.max_age)", "(asked.as_of - fetched).days <= feed.max_age + 1)"),
        ("a source that gave no answer answered", "if a.name == feed.name and a.answered and", "if a.name == feed.name and"),
        ("an answer about another is one about all", 'if a.about == "everybody" or any(same(code, x) for x in a.about)]', "]"),
        ("an answer covers all", "if not any(all(n not in c or v in c[n] for n, v in known.items()) for c in covers):", "if not covers:"),
        ("no answer about linked persons is needed", "links = {asked.anchor: [_SELF], **_linked(asked)} if feed.kind else elsewhere", "links = {asked.anchor: [_SELF]} if feed.kind else elsewhere"),
        ("a register of relations is always there", "elsewhere = {asked.anchor: [Link(\"?\", None, None, None, None, \"\")]}", "elsewhere: dict[str, list[Link]] = {}"),
        ("a record of a source that failed is certain", "return replace(record, exists=None, missing=f\"source/{name}/{asked.case.positions[holder]}\")", "return record"),
        ("a day that is not known never comes", "return address, record.values[name]\n", 'return address, record.values[name] if record.values[name] is not None or record.kind.fields[name].type != "date" else date.max\n'),
        ("earlier days were active", "anything = {\"\", *spec.statuses}", "anything = {next(iter(spec.statuses))}"),
        ("a step without day has begun", "return steps[i].from_ is not None or begun[i] == must or (begun[i] and may)", "return steps[i].from_ is not None or begun[i]"),
        ("a suspension without end lasts", "present in spec.ends and end is None)", "False)"),
        ("every unknown leaf is missing", "if (value := _value(expr, scene)) is not None:\n        return value, frozenset()", "value = _value(expr, scene)"),
        ("missing facts in the order of their names", "key=lambda address: (-named.count(address), address)", "key=lambda address: address"),
        ("has is not known where the fact is not", "return _value(expr.operand, scene) is not None", "return True if _value(expr.operand, scene) is not None else None"),
        ("an unknown authority is competent", "parts.append(_judged(bound.competent.test, scene))", "parts.append((_judged(bound.competent.test, scene)[0] is not False, frozenset()))"),
        ("an unknown link is none", '(link.evidenced, "evidenced")]', '(bool(link.evidenced), "evidenced")]'),
    ),
    *_of(
        "basis-cap",
        ("no cap", "capped = heavy and reading.profile.cap_by_basis and", "capped = False and"),
        ("a cap in every profile", "capped = heavy and reading.profile.cap_by_basis and", "capped = heavy and"),
        ("a text that was not checked carries", 'if provision.checked != "unchecked" else ()', ""),
        ("a law of any level carries", "if able and instrument.level in policy.carries_burden and provision and", "if able and provision and"),
        ("a law that is not in force carries", "and provision and _stands(basis, reading.as_of):", "and provision:"),
        ("carries_if forgotten", "able = not instrument.carries_if or _setting(reading, instrument.carries_if).value is True", "able = True"),
        ("for every measure", "if measure in c.measures and (", "if ("),
        ("in every matter", "(c.matters is None or matter in _words(reading, c.matters))", "True"),
        ("for every person", "capped and (p or \"self\") not in covered for p in persons", "capped and not covered for p in persons"),
        ("for the person itself is for all", "covered |= set(_words(reading, c.persons))", "covered |= set(_words(reading, c.persons)) | (set(persons) if \"self\" in _words(reading, c.persons) else set())"),
        ("only the first basis", "for basis in bases:\n        instrument", "for basis in bases[:1]:\n        instrument"),
        ("bases cover in pieces", "if measure in c.measures and (", "if any(measure in d.measures for b in bases for d in (b.provision.carries if b.provision else ())) and ("),
        ("a review is capped as well", "heavy = vocabulary.rank(measure) > vocabulary.rank(vocabulary.cap)", "heavy = True"),
        ("facilitations are capped", 'capped = heavy and reading.profile.cap_by_basis and vocabulary.measures[measure].group == "burden"', "capped = heavy and reading.profile.cap_by_basis"),
        ("what an exception leaves is not capped", "given = _given(reading, e.instead, (*rule.foundation.bases, *e.foundation.bases), persons)", "given = {(reading.matter, p.removeprefix('former_')): Given(e.instead) for p in persons}"),
        ("an exception's own basis forgotten", "given = _given(reading, e.instead, (*rule.foundation.bases, *e.foundation.bases), persons)", "given = _given(reading, e.instead, rule.foundation.bases, persons)"),
        ("the rule's basis forgotten for its exceptions", "given = _given(reading, e.instead, (*rule.foundation.bases, *e.foundation.bases), persons)", "given = _given(reading, e.instead, e.foundation.bases, persons)"),
        ("the cap is review whatever the vocabulary says", "Given(vocabulary.cap, measure) if x", 'Given("review", measure) if x'),
        ("what was asked for is not told", "Given(vocabulary.cap, measure) if x", "Given(vocabulary.cap) if x"),
        ("nobody knows whose record: the lightest", "person = max(others, key=", "person = min(others, key="),
    ),
)  # fmt: skip


@contextmanager
def planted(fault: Fault) -> Iterator[Any]:
    """A copy of the interpreter with the fault in it."""
    assert fault.right in _SOURCE, f"{fault.name}: the interpreter does not say {fault.right!r}"
    module = ModuleType("tests.naive.faulty")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    try:
        exec(compile(_SOURCE.replace(fault.right, fault.wrong), "faulty interpreter", "exec"), module.__dict__)
        yield module
    finally:
        del sys.modules[module.__name__]
