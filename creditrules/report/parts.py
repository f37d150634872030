"""What the chapters of the policy book have in common: anchors, references, conditions in words, provisions, values of parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol, get_args

from creditrules.decision import Provision
from creditrules.diagnostics import Lang, Span, Text
from creditrules.explanation.conditions import in_words, names_of
from creditrules.explanation.phrases import Phrases
from creditrules.policy.model import (
    Basis,
    Binder,
    Check,
    Condition,
    FollowUp,
    Foundation,
    Instrument,
    Interval,
    Parameter,
    Policy,
    Profile,
    Rule,
    RuleException,
    Scope,
    Words,
)
from creditrules.policy.syntax import Call, Constant, Expr, Literally, Name, Param, constant_text, unparse, walk
from creditrules.policy.vocabulary import NONE, Group
from creditrules.report.sheets import Fact, Line, Link, Point, Table
from creditrules.testing.accounting import Account, Cap, account, caps, reached, read_source
from creditrules.testing.cases import Outcome, beside

SHOWN_CASES = 3
"""How many cases are named where some reach an item; their number is always given."""


class Rooted(Protocol):
    """What rests on something and accounts for rows of the source."""

    @property
    def foundation(self) -> Foundation: ...
    @property
    def covers(self) -> tuple[str, ...]: ...


class Parts(Phrases):
    """One policy in one language, and where in its book each thing stands."""

    def __init__(self, policy: Policy, lang: Lang, as_of: date | None, outcomes: tuple[Outcome, ...] | None) -> None:
        super().__init__(lang)
        self.policy, self.as_of, self.outcomes = policy, as_of, outcomes
        self.day_of_caps = as_of or policy.in_force.from_
        self.names = names_of(policy)
        self.vocabulary = policy.vocabulary
        self.kinds = {kind: kind for kind in self.names.kinds}
        self.persons = self.vocabulary.schema.persons
        self.cases = None if outcomes is None else reached(policy, outcomes)
        self.order = {o.case.name: n for n, o in reversed([*enumerate(outcomes or ())])}
        self.accounted = self.account()
        self.caps = {name: self.caps_by_rule(name) for name in policy.profiles}
        self.taken: set[str] = set()
        self.places: dict[tuple[str, str], str] = {}
        """The anchor of each item by what it is and its id: of several versions of one, that of the first."""
        self.anchors: dict[int, str] = {}
        """The anchor of each version, by the object."""
        self.row_places: dict[str, str] = {}
        self.place_all()

    def account(self) -> Account | None:
        folder = self.policy.folder
        if folder is None or not folder.joinpath("source.yaml").is_file():
            return None
        file, node = read_source(beside(self.policy, "source.yaml"))
        return account(self.policy, file, node, outcomes=self.outcomes or ())

    def caps_by_rule(self, profile: str) -> Mapping[str, list[Cap]]:
        found: dict[str, list[Cap]] = defaultdict(list)
        for cap in caps(self.policy, as_of=self.day_of_caps, profile=profile):
            found[cap.rule].append(cap)
        return found

    # Anchors: letters, digits and hyphens, with a dot before the number of a repeated one, so that Markdown escapes nothing in them

    def anchor(self, name: str) -> str:
        plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in name)
        found, number = plain, 1
        while found in self.taken:
            number += 1
            found = f"{plain}.{number}"
        self.taken.add(found)
        return found

    def place_all(self) -> None:
        policy = self.policy
        placed: list[tuple[str, str, object]] = [("rule", r.id, r) for r in policy.rules]
        placed += [("exception", e.id, e) for e in self.all_exceptions()]
        placed += [("scope", s.id, s) for s in policy.scope]
        placed += [("follow_up", f.id, f) for f in policy.follow_ups]
        placed += [("check", c.id, c) for c in policy.checks]
        placed += [("definition", d.name, d) for d in policy.definitions.values()]
        placed += [("parameter", p.name, p) for p in policy.parameters.values()]
        placed += [("term", ", ".join(sorted(b.name for b in t.foundation.bases)), t) for t in policy.terms]
        placed += [("list", row.competent.label.zh, row) for row in policy.lists]
        numbers: dict[str, int] = defaultdict(int)
        for what, name, item in placed:
            numbers[what] += 1
            # Terms and lists have no names of their own.
            anchor = self.anchor(f"{what}-{numbers[what] if what in ('term', 'list') else name}")
            self.anchors[id(item)] = anchor
            self.places.setdefault((what, name), anchor)
        for number, instrument in enumerate(policy.law.values(), 1):
            self.places["law", instrument.name] = self.anchor(f"law-{number}")
            for index, provision in enumerate(instrument.provisions, 1):
                self.places["law", f"{instrument.name} {provision}"] = self.anchor(f"law-{number}-{index}")
        for number, row in enumerate(self.accounted.rows if self.accounted else (), 1):
            self.row_places[row.id] = self.anchor(f"row-{number}")

    def all_exceptions(self) -> list[RuleException]:
        own = (e for rule in self.policy.rules for e in rule.unless)
        return [*own, *(s.exception for s in self.policy.exceptions)]

    # Small parts

    def title(self, kind: str) -> str:
        found = self.vocabulary.schema.kinds.get(kind)
        return self.clean(found.title) if found else self.clean(self.names.kinds.get(kind, Text(kind, kind)))

    def day(self, day: date) -> str:
        return self.words(Literally(day), {})

    def days(self, interval: Interval) -> str:
        first, last = self.day(interval.from_), self.day(interval.to)
        if interval.from_ == date.min:
            return self.say("book.days.always") if interval.to == date.max else self.say("book.days.to", last=last)
        if interval.to == date.max:
            return self.say("book.days.from", first=first)
        return self.say("book.days.both", first=first, last=last)

    def not_standing(self, *, stands: bool) -> str:
        """A mark on what is not in force on the day, if one was given."""
        return "" if stands or self.as_of is None else self.say("book.day.not", day=self.day(self.as_of))

    def stands(self, part: Basis | Rule | Scope | FollowUp | Check | RuleException) -> bool:
        return self.as_of is None or part.stands(self.as_of)

    def words(self, expr: Expr, records: Mapping[str, str]) -> str:
        return self.as_written(in_words(expr, self.names, lang=self.lang, records={**self.kinds, **records}))

    def place(self, span: Span) -> Fact:
        return Fact(self.say("book.place"), code=(self.clean(f"{span.source.name}:{span.line}"),))

    def yes(self, *, truth: bool) -> str:
        return self.say("book.yes" if truth else "book.no")

    def link(self, what: str, name: str) -> Link:
        target = self.places[what, name]
        if what == "term":
            bases = self.joined(self.short_name(b) for t in self.policy.terms for b in self.bases_named(t, name))
            return Link(self.say("book.item.term", bases=bases), target)
        if what == "list":
            label = next(row.competent.label for row in self.policy.lists if row.competent.label.zh == name)
            return Link(self.say("book.item.list", label=self.clean(label)), target)
        return Link(self.say(f"book.item.{what}"), target, (self.clean(name),))

    def bases_named(self, term: Rooted, name: str) -> tuple[Basis, ...]:
        """The bases of a term if it is the first that goes by them; those that do are told as one."""
        same = self.anchors[id(term)] == self.places["term", name]
        return term.foundation.bases if same else ()

    def rows_of(self, part: Rooted) -> tuple[Link, ...]:
        """The rows and clauses for which something accounts."""
        clauses = [
            b.provision.name
            for b in part.foundation.bases
            if b.provision is not None and b.instrument.level == "report"
        ]
        named = dict.fromkeys((*clauses, *part.covers))
        return tuple(Link("", self.row_places[n], (self.clean(n),)) for n in named if n in self.row_places)

    def used(self, *exprs: Expr) -> tuple[Link, ...]:
        """The definitions and parameters that some expressions name."""
        found: dict[tuple[str, str], None] = {}
        for node in (n for e in exprs for n in walk(e)):
            if isinstance(node, Call) and node.name in self.policy.definitions:
                found["definition", node.name] = None
            if isinstance(node, Param) and node.name in self.policy.parameters:
                found["parameter", node.name] = None
        return tuple(self.link(*item) for item in found)

    def covered(self, part: Rooted) -> Iterator[Fact]:
        rows = self.rows_of(part)
        if rows:
            yield Fact(self.say("book.covers"), links=rows)

    def cases_of(self, what: str, name: str, *, together: bool = False) -> Iterator[Fact]:
        if self.cases is None:
            return
        found = sorted(self.cases.get((what, name), ()), key=lambda case: self.order.get(case, 0))
        if not found:
            yield Fact(self.say("book.cases"), self.say("book.cases.none"))
            return
        sentence = "book.cases.together" if together else "book.cases.some"
        names = self.say("clauses").join(map(self.clean, found[:SHOWN_CASES]))
        yield Fact(self.say("book.cases"), self.say(sentence, count=len(found), names=names))

    def last_facts(self, what: str, name: str, part: Rooted, *, together: bool = False) -> Iterator[Fact]:
        yield from self.covered(part)
        yield from self.cases_of(what, name, together=together)

    # Law

    def cited(self, basis: Basis) -> Provision:
        """A basis as a decision would cite it."""
        i, p = basis.instrument, basis.provision
        says = p.says if p is not None else Text("", "")
        # What is not in force on a day is marked with that day, beside it.
        return Provision(basis.name, i.title, i.number, i.level, says, basis.checked, in_force=True)

    def basis(self, basis: Basis) -> Point:
        """A basis in full: what it says, how that was checked, its level and its days."""
        standing = self.say(
            "book.bases.standing", level=self.level(basis.instrument), days=self.days(self.common(basis))
        )
        mark = self.not_standing(stands=self.stands(basis))
        text = self.sentences(self.provision(self.cited(basis)), standing) + mark
        return Point(text, links=(Link(self.say("book.see"), self.places["law", basis.name]),))

    def short(self, basis: Basis) -> Link:
        return Link(self.short_name(basis), self.places["law", basis.name])

    def short_name(self, basis: Basis) -> str:
        """The name by which the policy cites a basis, marked where nobody checked it."""
        name = self.clean(basis.name)
        return self.say("book.unchecked", name=name) if basis.checked == "unchecked" else name

    def level(self, instrument: Instrument) -> str:
        return self.say(f"book.level.{instrument.level}")

    @staticmethod
    def common(basis: Basis) -> Interval:
        """The days on which both the instrument and the provision are in force."""
        whole, part = basis.instrument.in_force, basis.provision.in_force if basis.provision else Interval()
        return Interval(max(whole.from_, part.from_), min(whole.to, part.to))

    def foundation(self, foundation: Foundation) -> Fact:
        points = [self.basis(b) for b in foundation.bases]
        if foundation.ours:
            points.append(Point(self.say("audit.ours.also" if points else "audit.ours")))
        return Fact(self.say("book.bases"), points=tuple(points))

    # Conditions

    def condition(self, condition: Condition, records: Mapping[str, str]) -> Point:
        return Point(self.clean(condition.label), points=self.expression(condition.test, records))

    def expression(self, expr: Expr, records: Mapping[str, str]) -> tuple[Point, ...]:
        """What is written, in words and as it stands, with the definitions and parameters that it names."""
        return (
            Point(self.say("audit.words", words=self.words(expr, records)), links=self.used(expr)),
            Point(self.say("book.written"), code=(self.as_written(unparse(expr)),)),
        )

    def when(self, label: str, conditions: tuple[Condition, ...], records: Mapping[str, str]) -> Fact:
        how = "book.when.none" if not conditions else "book.when.one" if len(conditions) == 1 else "book.when.all"
        return Fact(label, self.say(how), points=tuple(self.condition(c, records) for c in conditions))

    @staticmethod
    def records(binders: tuple[Binder, ...]) -> dict[str, str]:
        return {b.alias: b.kind for b in binders}

    def bound(self, binder: Binder) -> str:
        """A further record, by the name that the words of conditions give it."""
        return self.words(Name(binder.alias, span=None), {binder.alias: binder.kind})

    # What the words of a policy list

    def listed(self, words: Words, titles: Mapping[str, Text]) -> str:
        told = [self.clean(titles[w]) if w in titles else self.clean(w) for w in words.words]
        for name in words.params:
            parameter = self.policy.parameters[name]
            title, values = self.clean(parameter.title), self.by_profile(parameter)
            told.append(self.say("book.parameter.listed", title=title, values=values))
        return self.joined(told) or self.say("none.named")

    def parameters_of(self, *words: Words | None) -> tuple[Link, ...]:
        named = dict.fromkeys(p for w in words if w is not None for p in w.params)
        return tuple(self.link("parameter", name) for name in named)

    def matters(self, matters: Words | None) -> Fact:
        return Fact(self.say("book.matters"), self.matters_text(matters), links=self.parameters_of(matters))

    def matters_text(self, matters: Words | None) -> str:
        if matters is None:
            return self.say("book.matters.all")
        return self.listed(matters, {name: m.title for name, m in self.vocabulary.matters.items()})

    def measure_title(self, measure: str) -> str:
        return self.say("book.measure.none") if measure == NONE else self.clean(self.vocabulary.title(measure))

    def measures(self, words: Iterable[str]) -> str:
        """Measures, or groups of them."""
        groups = get_args(Group)
        return self.joined(self.say(f"book.group.any.{w}") if w in groups else self.measure_title(w) for w in words)

    def measure(self, measure: str, arguments: Mapping[str, Expr], records: Mapping[str, str]) -> Fact:
        found = self.vocabulary.measures[measure]
        text = self.say(
            "book.measure.of", measure=self.measure_title(measure), group=self.say(f"book.group.{found.group}")
        )
        points = []
        for name, expr in arguments.items():
            title = self.clean(found.argument_titles[name]) if name in found.argument_titles else self.clean(name)
            told = self.say("book.argument", title=title, value=self.words(expr, records))
            points.append(Point(told, links=self.used(expr)))
        if found.note.zh:
            points.append(Point(self.clean(found.note)))
        return Fact(self.say("book.measure"), text, points=tuple(points))

    # Values of parameters

    def constant(self, value: Constant, titles: Mapping[str, Text]) -> str:
        match value:
            case tuple():
                return self.joined(self.constant(v, titles) for v in value) or self.say("none.named")
            case bool():
                return self.yes(truth=value)
            case date():
                return self.day(value)
            case int() | Decimal():
                return self.clean(constant_text(value))
        for known in (titles, self.names.words, self.persons):
            if value in known:
                return self.clean(known[value])
        return self.clean(value)

    def chosen(self, parameter: Parameter, profile: Profile) -> str:
        """What a profile chooses: from which day what, by which word what."""
        rows = profile.set.get(parameter.name) or parameter.values
        told = []
        for row in rows:
            text = self.chosen_row(parameter, row.value, row.table)
            dated = row.from_ != date.min
            told.append(self.say("book.parameter.from", day=self.day(row.from_), value=text) if dated else text)
        return self.say("clauses").join(told)

    def chosen_row(self, parameter: Parameter, value: Constant, table: Mapping[str, Constant]) -> str:
        if parameter.choose:
            others = self.joined(self.words(e, {}) for name, e in parameter.choose.items() if name != value)
            picked = self.words(parameter.choose[str(value)], {})
            return self.say("book.parameter.choice", value=picked, others=others or self.say("none.named"))
        titles = self.names.parameters[parameter.name].words or {}
        if not table:
            return self.constant(value, titles)
        field = self.names.fields.get((parameter.by.record, parameter.by.name)) if parameter.by else None
        keys = (field.words if field else None) or {}
        by_key = [
            self.say("book.parameter.by", key=self.constant(key, keys), value=self.constant(given, titles))
            for key, given in table.items()
        ]
        return self.say("clauses").join(
            [*by_key, self.say("book.parameter.otherwise", value=self.constant(value, titles))]
        )

    def by_profile(self, parameter: Parameter) -> str:
        """The choices of all profiles: one where they agree, otherwise each under its name."""
        chosen = {p.name: self.chosen(parameter, p) for p in self.policy.profiles.values()}
        if len(set(chosen.values())) == 1:
            return next(iter(chosen.values()))
        return self.say("clauses").join(
            self.say("book.parameter.profile", profile=self.profile(name), value=value)
            for name, value in chosen.items()
        )

    def profile(self, name: str) -> str:
        return self.clean(self.policy.profiles[name].title)

    # Tables

    def table(self, title: str, head: tuple[str, ...], widths: tuple[int, ...], lines: Iterable[Line]) -> Table:
        return Table(self.say(title) if title else "", tuple(map(self.say, head)), widths, tuple(lines))

    def line(self, *cells: Point, anchor: str = "") -> Line:
        return Line(anchor or self.anchor("line"), cells)
