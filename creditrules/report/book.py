"""The policy book: everything that a policy says, by clause of its source, for a lawyer to check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib.metadata import version
from typing import get_args

from creditrules.diagnostics import Lang
from creditrules.explanation.wording import say
from creditrules.policy.model import (
    Binder,
    Check,
    Coverage,
    FollowUp,
    Instrument,
    Interval,
    NotEncoded,
    Parameter,
    Policy,
    Profile,
    Rule,
    RuleException,
    Scope,
)
from creditrules.policy.vocabulary import Measure
from creditrules.report.parts import Parts
from creditrules.report.sheets import Book, Chapter, Entry, Fact, Line, Link, Point, Table
from creditrules.testing.accounting import SECTIONS, Account, Cap, Row, founded
from creditrules.testing.cases import Outcome


def book(
    policy: Policy, *, lang: Lang = "zh", as_of: date | None = None, outcomes: Iterable[Outcome] | None = None
) -> Book:
    """The book of a policy: by clause where a `source.yaml` stands beside it, otherwise by rule.

    `outcomes` are those of its cases, for what they cover; without them the book says that it tells nothing of it. With
    `as_of`, what is not in force on that day is marked; the measures that no basis carries are told for that day, or for the
    first day of the policy. Raises ValueError for a language that there is not, PolicyError where `source.yaml` cannot be read
    or the policy is not in force on the day.
    """
    if lang not in get_args(Lang):
        raise ValueError(f"no such language: {lang}; there are {', '.join(get_args(Lang))}")
    writing = _Writing(policy, lang, as_of, None if outcomes is None else tuple(outcomes))
    title = say("book.title", lang, title=writing.clean(policy.title))
    return Book(lang, title, say("book.contents", lang), tuple(writing.chapters()))


class _Writing(Parts):
    """The chapters of one policy; `book` is its only user."""

    # Chapters

    def chapters(self) -> Iterator[Chapter]:
        yield self.about()
        if self.accounted is not None:
            yield self.all_rows(self.accounted)
        yield from self.rules()
        yield from self.chapter("book.exceptions", [self.exception(e) for e in self.all_exceptions()])
        yield from self.chapter("book.scope", [self.scope(s) for s in self.policy.scope])
        yield from self.chapter("book.definitions", [*self.definitions()])
        yield from self.chapter("book.terms", [*self.terms()], note="book.terms.note")
        yield from self.chapter("book.lists", [*self.lists()], note="book.lists.note")
        yield from self.feeds()
        follow_ups = [self.follow_up(f) for f in self.policy.follow_ups]
        yield from self.chapter("book.follow_ups", follow_ups, note="book.follow_ups.note")
        yield from self.chapter("book.checks", [self.check(c) for c in self.policy.checks], note="book.checks.note")
        yield from self.parameters()
        yield from self.chapter("book.law", [*self.law()])
        yield from self.open_questions()
        yield from self.left_out()
        yield self.vocabulary_used()
        yield from self.calendar()

    def chapter(self, title: str, entries: list[Entry], *, note: str = "") -> Iterator[Chapter]:
        if entries:
            notes = (self.say(note),) if note else ()
            anchor = self.anchor(f"part-{title.partition('.')[2]}")
            yield Chapter(anchor, self.say(title), passages=notes, entries=tuple(entries))

    def about(self) -> Chapter:
        policy = self.policy
        passages = [self.say("book.disclaimer"), self.say("book.proposals"), self.say("book.how")]
        passages += [self.say("book.unchecked.note"), self.say("book.ours.note")]
        if self.as_of is not None:
            passages.append(self.say("book.day.note", day=self.day(self.as_of)))
        if self.accounted is None:
            passages.append(self.say("book.by_rule"))
        if self.outcomes is None:
            passages.append(self.say("book.coverage.none"))
        else:
            differing = sum(bool(o.differences) for o in self.outcomes)
            cases = len({o.case.name for o in self.outcomes})
            passages.append(self.say("book.coverage", cases=cases, runs=len(self.outcomes), differing=differing))
        counts = {
            "rules": len(policy.rules), "exceptions": len(self.all_exceptions()), "scope": len(policy.scope),
            "follow_ups": len(policy.follow_ups), "checks": len(policy.checks), "definitions": len(policy.definitions),
            "parameters": len(policy.parameters), "law": len(policy.law), "provisions": sum(len(i.provisions) for i in policy.law.values()),
        }  # fmt: skip
        levels = self.joined(self.say(f"book.level.{level}") for level in policy.carries_burden)
        facts = [
            Fact(self.say("book.policy"), self.clean(policy.title), (self.clean(policy.name),)),
            Fact(self.say("book.version"), self.clean(policy.version)),
            Fact(self.say("book.in_force"), self.days(policy.in_force)),
            Fact(self.say("book.digest"), code=(policy.digest,)),  # not cleaned: it would be masked as a code
            Fact(self.say("book.program"), self.say("book.program.version", version=version("creditrules"))),
            Fact(self.say("book.counts"), self.say("book.counts.text", **counts)),
            Fact(self.say("book.carry"), levels),
            Fact(self.say("book.profiles"), points=tuple(map(self.about_profile, policy.profiles.values()))),
        ]
        return Chapter(self.anchor("part-about"), self.say("book.about"), passages=tuple(passages), facts=tuple(facts))

    def about_profile(self, profile: Profile) -> Point:
        points = [Point(self.say("book.profile.capped" if profile.cap_by_basis else "book.profile.uncapped"))]
        if profile.name == self.policy.default_profile:
            points.insert(0, Point(self.say("book.profile.default")))
        if profile.set:
            titles = self.joined(self.clean(self.policy.parameters[name].title) for name in profile.set)
            links = tuple(self.link("parameter", name) for name in profile.set)
            points.append(Point(self.say("book.profile.sets", params=titles), links=links))
        return Point(self.clean(profile.title), (self.clean(profile.name),), points=tuple(points))

    # What must be accounted for

    def all_rows(self, accounted: Account) -> Chapter:
        tables = []
        for section in SECTIONS:
            rows = [row for row in accounted.rows if row.section == section]
            if rows:
                tables.append(self.rows_table(section, rows))
        return Chapter(self.anchor("part-rows"), self.say("book.rows"), tables=tuple(tables))

    def rows_table(self, section: str, rows: list[Row]) -> Table:
        head: tuple[str, ...] = ("book.row", "book.row.title", "book.row.encoded")
        widths: tuple[int, ...] = (9, 37, 54)
        if self.cases is not None:
            head, widths = (*head, "book.row.cases"), (9, 35, 47, 9)
        lines = []
        for row in rows:
            cells = [Point("", (self.clean(row.id),)), Point(self.clean(row.title)), self.encoded(row)]
            if self.cases is not None:
                cells.append(Point(str(len(row.cases))))
            lines.append(self.line(*cells, anchor=self.row_places[row.id]))
        return self.table(f"book.rows.{section}", head, widths, lines)

    def encoded(self, row: Row) -> Point:
        """Where a row is encoded, and why not where it is not."""
        sentence = "book.row.not_encoded.part" if row.encoded else "book.row.not_encoded"
        why = [self.say(sentence, why=self.clean(why)) for _, why in row.not_encoded]
        if not why and not row.encoded:
            why = [self.say("book.row.open")]
        return Point(self.say("clauses").join(why), links=self.encoding(row))

    def encoding(self, row: Row) -> tuple[Link, ...]:
        return tuple(dict.fromkeys(self.link(item.what, item.id) for item in row.encoded))

    # Rules

    def rules(self) -> Iterator[Chapter]:
        """The rules under the first clause or row that each encodes; those of none follow."""
        told: set[str] = set()
        for row in self.accounted.rows if self.accounted else ():
            if row.section not in ("clauses", "rows"):
                continue
            names = {item.id for item in row.encoded if item.what == "rule"} - told
            # A clause is told also where no rule encodes it; of rows, the table has said it.
            if not names and row.section != "clauses":
                continue
            told |= names
            facts = []
            if row.encoded:
                facts.append(Fact(self.say("book.clause.encoded"), links=self.encoding(row)))
            if row.not_encoded:
                whys = tuple(Point(self.clean(why)) for _, why in row.not_encoded)
                facts.append(Fact(self.say("book.clause.not_encoded"), points=whys))
            entries = tuple(self.rule(r) for r in self.policy.rules if r.id in names)
            anchor, title = self.anchor(f"part-{row.section}"), self.clean(row.title)
            yield Chapter(anchor, title, (self.clean(row.id),), facts=tuple(facts), entries=entries)
        title = self.say("book.rules.other" if told else "book.rules")
        others = tuple(self.rule(r) for r in self.policy.rules if r.id not in told)
        if others:
            yield Chapter(self.anchor("part-rules"), title, entries=others)

    def rule(self, rule: Rule) -> Entry:
        records = self.records(rule.with_)
        facts = [
            self.place(rule.span),
            Fact(
                self.say("book.mode"), self.say(f"book.mode.{rule.mode}") + self.not_standing(stands=self.stands(rule))
            ),
            self.measure(rule.measure, rule.arguments, records),
            *self.cap(rule),
            *self.decides(rule.decides),
            self.matters(rule.matters),
            self.whose(rule),
            self.when(self.say("book.when"), rule.when, records),
            self.exceptions(rule, records),
            self.foundation(rule.foundation),
            *self.contested(rule),
            *self.in_force(rule.in_force),
            *self.last_facts("rule", rule.id, rule),
        ]
        return Entry(self.anchors[id(rule)], self.clean(rule.title), (self.clean(rule.id),), tuple(facts))

    def cap(self, rule: Rule) -> Iterator[Fact]:
        """Whether what it rests on carries a burden, under each profile on the day."""
        if self.vocabulary.measures[rule.measure].group != "burden" or rule.measure == self.vocabulary.cap:
            return
        day, points = self.day(self.day_of_caps), []
        for name in self.policy.profiles:
            profile = self.profile(name)
            reduced = self.caps[name].get(rule.id, [])
            points += [
                Point(
                    self.say(
                        "book.cap.reduced",
                        profile=profile,
                        day=day,
                        measure=self.measure_title(cap.measure),
                        left=self.measure_title(cap.left),
                        matters=self.matters_of(cap),
                    )
                )
                for cap in reduced
            ] or [Point(self.say("book.cap.kept", profile=profile, day=day))]
        yield Fact(self.say("book.cap"), points=tuple(points))

    def matters_of(self, cap: Cap) -> str:
        matters = self.vocabulary.matters
        return self.joined(self.clean(matters[m].title) for m in cap.matters if m in matters) or self.say("none.named")

    def decides(self, kind: str) -> Iterator[Fact]:
        if len(self.vocabulary.schema.decided) > 1:
            yield Fact(self.say("book.decides"), self.title(kind))

    def whose(self, rule: Rule) -> Fact:
        points = [Point(self.say("book.records.none"))]
        if rule.each and rule.persons is None:
            points = [Point(self.say("book.records.each", kind=self.title(rule.each)))]
        elif rule.each and rule.persons is not None:
            persons = self.listed(rule.persons, self.persons)
            text = self.say("book.records.of", kind=self.title(rule.each), persons=persons)
            points = [Point(text, links=self.parameters_of(rule.persons))]
        return Fact(self.say("book.records"), points=(*points, *map(self.further, rule.with_)))

    def further(self, binder: Binder) -> Point:
        if binder.persons is None:
            return Point(self.say("book.records.further.each", kind=self.bound(binder)))
        persons = self.listed(binder.persons, self.persons)
        text = self.say("book.records.further", kind=self.bound(binder), persons=persons)
        return Point(text, links=self.parameters_of(binder.persons))

    def exceptions(self, rule: Rule, records: Mapping[str, str]) -> Fact:
        """The exceptions of a rule with their conditions in words; each has an entry of its own with the rest."""
        points = []
        for exception in self.policy.exceptions_of(rule):
            own = {**records, **self.records(exception.with_)}
            title, instead = self.clean(exception.title), self.measure_title(exception.instead)
            further = [Point(self.further(b).text) for b in exception.with_]
            conditions = [
                Point(self.say("book.exceptions.condition", label=self.clean(c.label), words=self.words(c.test, own)))
                for c in exception.when
            ]
            points.append(
                Point(
                    self.say("book.exceptions.leaves", title=title, instead=instead),
                    links=(
                        Link(self.say("book.item.exception"), self.anchors[id(exception)], (self.clean(exception.id),)),
                    ),
                    points=(*further, *conditions),
                )
            )
        return Fact(
            self.say("book.exceptions"), "" if points else self.say("book.exceptions.none"), points=tuple(points)
        )

    def contested(self, rule: Rule) -> Iterator[Fact]:
        if rule.contested:
            points = []
            for position in rule.contested:
                cited = self.cited(position.basis)
                says, name = self.clean(position.says), self.provision_name(cited)
                text = self.say("contested.position", says=says, name=name) + self.marks(cited)
                link = Link(self.say("book.see"), self.places["law", position.basis.name])
                points.append(Point(text + self.not_standing(stands=self.stands(position.basis)), links=(link,)))
            yield Fact(self.say("book.contested"), points=tuple(points))

    def in_force(self, interval: Interval) -> Iterator[Fact]:
        """The days of its own, where something has any beside those of what it rests on."""
        if interval != Interval():
            yield Fact(self.say("book.in_force"), self.days(interval))

    # Exceptions, scope, definitions, terms, authorities

    def exception(self, exception: RuleException) -> Entry:
        served = [r for r in self.policy.rules if exception in self.policy.exceptions_of(r)]
        records = {alias: kind for r in served for alias, kind in self.records(r.with_).items()}
        further = tuple(map(self.further, exception.with_))
        facts = [
            self.place(exception.span),
            Fact(
                self.say("book.instead"),
                self.measure_title(exception.instead) + self.not_standing(stands=self.stands(exception)),
            ),
            Fact(self.say("book.serves"), links=self.rule_links(served)),
            *([Fact(self.say("book.records"), points=further)] if further else []),
            self.when(self.say("book.when"), exception.when, records | self.records(exception.with_)),
            self.foundation(exception.foundation),
            *self.in_force(exception.in_force),
            *self.last_facts("exception", exception.id, exception),
        ]
        title, code = self.clean(exception.title), (self.clean(exception.id),)
        return Entry(self.anchors[id(exception)], title, code, tuple(facts))

    def rule_links(self, rules: Iterable[Rule]) -> tuple[Link, ...]:
        return tuple(Link(self.say("book.item.rule"), self.anchors[id(r)], (self.clean(r.id),)) for r in rules)

    def scope(self, scope: Scope) -> Entry:
        off = [r for r in self.policy.rules if set(r.groups) & set(scope.switches_off)]
        facts = [
            self.place(scope.span),
            Fact(
                self.say("book.scope.off"),
                self.not_standing(stands=self.stands(scope)),
                links=self.rule_links(off),
            ),
            self.matters(scope.matters),
            self.when(self.say("book.when"), scope.when, {}),
            self.foundation(scope.foundation),
            *self.in_force(scope.in_force),
            *self.last_facts("scope", scope.id, scope),
        ]
        return Entry(self.anchors[id(scope)], self.clean(scope.title), (self.clean(scope.id),), tuple(facts))

    def definitions(self) -> Iterator[Entry]:
        for name, definition in self.policy.definitions.items():
            of = self.joined(
                self.say("book.definition.day") if kind == "day" else self.title(kind) for kind in definition.of
            )
            facts = [
                self.place(definition.span),
                Fact(self.say("book.definition.of"), of or self.say("none.named")),
                Fact(self.say("book.definition.body"), points=self.expression(definition.body, {})),
                self.foundation(definition.foundation),
                *self.last_facts("definition", name, definition),
            ]
            yield Entry(self.anchors[id(definition)], self.clean(definition.label), (self.clean(name),), tuple(facts))

    def terms(self) -> Iterator[Entry]:
        for number, term in enumerate(self.policy.terms, 1):
            known_by = ", ".join(sorted(b.name for b in term.foundation.bases))
            facts = [
                self.place(term.span),
                Fact(self.say("book.term.where"), points=self.expression(term.where, {})),
                Fact(self.say("book.term.until"), points=self.expression(term.until, {})),
                self.foundation(term.foundation),
                *self.last_facts("term", known_by, term, together=True),
            ]
            title = self.say("book.term", kind=self.title(term.of), number=number)
            yield Entry(self.anchors[id(term)], title, (), tuple(facts))

    def lists(self) -> Iterator[Entry]:
        for row in self.policy.lists:
            where = (
                Fact(self.say("book.list.where"), self.say("book.list.otherwise"))
                if row.where is None
                else Fact(self.say("book.list.where"), points=self.expression(row.where, {}))
            )
            facts = [
                self.place(row.competent.span),
                where,
                Fact(self.say("book.list.competent"), points=self.expression(row.competent.test, {})),
                self.foundation(row.foundation),
                *self.last_facts("list", row.competent.label.zh, row, together=True),
            ]
            yield Entry(self.anchors[id(row)], self.clean(row.competent.label), (), tuple(facts))

    def feeds(self) -> Iterator[Chapter]:
        lines = []
        for feed in self.policy.feeds:
            fields = self.vocabulary.schema.kinds[feed.kind].fields if feed.kind else {}
            covers = []
            for name, words in feed.covers.items():
                named = self.names.fields.get((feed.kind, name))
                titles = (named.words if named else None) or {}
                field = self.clean(fields[name].title) if name in fields else self.clean(name)
                covers.append(self.say("book.feed.covers.field", field=field, words=self.constant(words, titles)))
            lines.append(
                self.line(
                    Point(self.clean(feed.title), (self.clean(feed.name),)),
                    Point(self.title(feed.kind) if feed.kind else self.say("book.feed.relations")),
                    Point(self.say("clauses").join(covers)),
                    Point("" if feed.max_age is None else str(feed.max_age)),
                )
            )
        if lines:
            head = ("book.feed", "book.feed.of", "book.feed.covers", "book.feed.age")
            table = self.table("", head, (28, 16, 42, 14), lines)
            yield Chapter(self.anchor("part-feeds"), self.say("book.feeds"), tables=(table,))

    # What comes after, and what must hold

    def follow_up(self, follow_up: FollowUp) -> Entry:
        measure = self.vocabulary.measures[follow_up.measure]
        mode = self.say(f"book.mode.{follow_up.mode}") + self.not_standing(stands=self.stands(follow_up))
        facts = [
            self.place(follow_up.span),
            Fact(self.say("book.mode"), mode),
            self.measure(follow_up.measure, follow_up.arguments, {}),
            Fact(self.say("book.tells"), self.tells(measure) or self.say("book.tells.nobody")),
            *self.decides(follow_up.decides),
            self.matters(follow_up.matters),
            Fact(self.say("book.after"), points=tuple(self.after(follow_up))),
            self.when(self.say("book.when"), follow_up.when, {}),
            *self.runs(follow_up),
            self.foundation(follow_up.foundation),
            *self.in_force(follow_up.in_force),
            *self.last_facts("follow_up", follow_up.id, follow_up),
        ]
        title, code = self.clean(follow_up.title), (self.clean(follow_up.id),)
        return Entry(self.anchors[id(follow_up)], title, code, tuple(facts))

    def tells(self, measure: Measure) -> str:
        """What the person decided upon is told, with the titles of arguments for their values."""
        return self.filled(
            measure.tells, {n: f"〔{t.in_(self.lang)}〕" for n, t in measure.argument_titles.items()}, {}
        )

    def after(self, follow_up: FollowUp) -> Iterator[Point]:
        if follow_up.after:
            yield Point(self.say("book.after.any", measures=self.measures(follow_up.after)))
        else:
            yield Point(self.say("book.after.always"))
        if follow_up.unless:
            yield Point(self.say("book.after.unless", measures=self.measures(follow_up.unless)))
        if follow_up.each:
            yield Point(self.say("book.after.each", kind=self.title(follow_up.each)))

    def runs(self, follow_up: FollowUp) -> Iterator[Fact]:
        """The clock of a follow-up, in words."""
        clock = follow_up.clock
        if clock is None:
            return
        day, days, unit = (self.words(e, {}) for e in (clock.from_, clock.days, clock.unit))
        points = [
            Point(
                self.say("book.clock.text", day=day, days=days, unit=unit),
                links=self.used(clock.from_, clock.days, clock.unit),
            )
        ]
        if clock.extension is not None:
            text = self.say("book.clock.extension", days=self.words(clock.extension, {}))
            points.append(Point(text, links=self.used(clock.extension)))
        yield Fact(self.say("book.clock"), points=tuple(points))

    def check(self, check: Check) -> Entry:
        of = [Point(self.say("book.check.conclusions", measures=self.measures(check.of)))] if check.of else []
        of += [Point(self.say("book.check.records", kind=self.title(check.each)))] if check.each else []
        allowed = tuple(
            Point(self.say("book.check.allowed.profile", profile=self.profile(name), why=self.clean(why)))
            for name, why in check.allowed.items()
        )
        facts = [
            self.place(check.span),
            Fact(
                self.say("book.check.of"),
                self.not_standing(stands=self.stands(check)),
                points=tuple(of or [Point(self.say("book.check.decision"))]),
            ),
            *self.decides(check.decides),
            self.matters(check.matters),
            *([self.when(self.say("book.check.when"), check.when, {})] if check.when else []),
            Fact(self.say("book.check.must"), points=(self.condition(check.must, {}),)),
            *([Fact(self.say("book.check.allowed"), points=allowed)] if allowed else []),
            self.foundation(check.foundation),
            *self.in_force(check.in_force),
            *self.covered(check),
        ]
        return Entry(self.anchors[id(check)], self.clean(check.title), (self.clean(check.id),), tuple(facts))

    # Parameters

    def parameters(self) -> Iterator[Chapter]:
        profiles = self.policy.profiles.values()
        lines = [self.parameter(p) for p in self.policy.parameters.values()]
        if not lines:
            return
        head = (
            self.say("book.parameter"),
            self.say("book.bases"),
            *(self.profile(p.name) for p in profiles),
        )
        each = 46 // max(1, len(profiles))
        table = Table("", head, (30, 24, *(each for _ in profiles)), tuple(lines))
        yield Chapter(self.anchor("part-parameters"), self.say("book.parameters"), tables=(table,))

    def parameter(self, parameter: Parameter) -> Line:
        ours = self.say("book.ours") if parameter.foundation.ours else ""
        links = (*map(self.short, parameter.foundation.bases), *self.rows_of(parameter))
        cells = [Point(self.clean(parameter.title), (self.clean(parameter.name),)), Point(ours, links=links)]
        for profile in self.policy.profiles.values():
            value = self.chosen(parameter, profile)
            own = parameter.name in profile.set
            cells.append(Point(self.say("book.parameter.own", value=value) if own else value))
        return self.line(*cells, anchor=self.anchors[id(parameter)])

    # Law

    def users(self) -> Mapping[str, tuple[Link, ...]]:
        """What relies on each provision, or speaks against a rule by it."""
        found: dict[str, dict[Link, None]] = defaultdict(dict)
        for what, name, _, foundation, _ in founded(self.policy):
            for basis in foundation.bases:
                found[basis.name][self.link(what, name)] = None
        for rule in self.policy.rules:
            for position in rule.contested:
                found[position.basis.name][self.link("rule", rule.id)] = None
        return {name: tuple(links) for name, links in found.items()}

    def law(self) -> Iterator[Entry]:
        users = self.users()
        head = ("book.provision", "book.provision.says", "book.provision.checked", "book.provision.used")
        for instrument in self.policy.law.values():
            facts = [Fact(self.say("book.law.short"), self.clean(instrument.name))]
            if instrument.number:
                facts.append(Fact(self.say("book.law.number"), self.clean(instrument.number)))
            facts.append(Fact(self.say("book.law.level"), self.level(instrument)))
            stands = self.as_of is None or self.as_of in instrument.in_force
            days = self.days(instrument.in_force) + self.not_standing(stands=stands)
            facts.append(Fact(self.say("book.in_force"), days))
            if instrument.review_by is not None:
                day = self.day(instrument.review_by)
                late = self.as_of is not None and instrument.review_by < self.as_of
                facts.append(Fact(self.say("book.law.review"), self.say("book.law.overdue", day=day) if late else day))
            if instrument.carries_if:
                parameter = self.policy.parameters[instrument.carries_if]
                link = self.link("parameter", parameter.name)
                facts.append(Fact(self.say("book.law.carries_if"), self.clean(parameter.title), links=(link,)))
            facts += self.carried(instrument)
            if instrument.name in users:
                facts.append(Fact(self.say("book.provision.used"), links=users[instrument.name]))
            lines = [self.provision_line(instrument, name, users) for name in instrument.provisions]
            tables = (self.table("", head, (15, 43, 16, 26), lines),) if lines else ()
            if not lines:
                facts.append(Fact(self.say("book.provision"), self.say("book.law.none")))
            anchor = self.places["law", instrument.name]
            yield Entry(anchor, self.clean(instrument.title), (), tuple(facts), tables)

    def provision_line(self, instrument: Instrument, name: str, users: Mapping[str, tuple[Link, ...]]) -> Line:
        provision, cited = instrument.provisions[name], f"{instrument.name} {name}"
        checked = self.say(f"book.checked.{provision.checked}")
        if provision.in_force != Interval():
            checked = self.say("clauses").join((checked, self.days(provision.in_force)))
        stands = self.as_of is None or self.as_of in provision.in_force
        article = self.article(name)
        if provision.checked == "unchecked":
            article = self.say("book.unchecked", name=article)
        return self.line(
            Point(article),
            Point(self.clean(provision.says)),
            Point(checked + self.not_standing(stands=stands)),
            Point("" if cited in users else self.say("none.named"), links=users.get(cited, ())),
            anchor=self.places["law", cited],
        )

    def carried(self, instrument: Instrument) -> Iterator[Fact]:
        """The burdens that provisions of an instrument carry."""
        points = [
            Point(
                self.say("book.provision.carries.by", name=self.article(name), what=self.coverage(coverage)),
                links=self.parameters_of(coverage.matters, coverage.persons),
            )
            for name, provision in instrument.provisions.items()
            for coverage in provision.carries
        ]
        if points:
            yield Fact(self.say("book.provision.carries"), points=tuple(points))

    def coverage(self, coverage: Coverage) -> str:
        return self.say(
            "book.provision.covers",
            measures=self.measures(coverage.measures),
            matters=self.matters_text(coverage.matters),
            persons=self.listed(coverage.persons, self.persons),
        )

    # What is open, and what was left out

    def open_questions(self) -> Iterator[Chapter]:
        tables = [t for t in (self.contested_table(), self.unchecked_table(), self.caps_table()) if t.lines]
        questions = [r for r in (self.accounted.rows if self.accounted else ()) if r.section == "questions"]
        if questions:
            lines = [
                self.line(
                    Point("", links=(Link("", self.row_places[r.id], (self.clean(r.id),)),)),
                    Point(self.clean(r.title)),
                    self.encoded(r),
                )
                for r in questions
            ]
            head = ("book.row", "book.row.title", "book.row.encoded")
            tables.insert(0, self.table("book.rows.questions", head, (9, 37, 54), lines))
        if tables:
            yield Chapter(self.anchor("part-open"), self.say("book.open"), tables=tuple(tables))

    def contested_table(self) -> Table:
        lines = [
            self.line(
                Point(self.clean(rule.title), links=self.rule_links([rule])),
                Point(self.clean(position.says)),
                Point("", links=(self.short(position.basis),)),
            )
            for rule in self.policy.rules
            for position in rule.contested
        ]
        return self.table(
            "book.open.contested", ("book.open.rule", "book.open.position", "book.bases"), (35, 43, 22), lines
        )

    def unchecked_table(self) -> Table:
        users = self.users()
        lines = []
        for instrument in self.policy.law.values():
            for name, provision in instrument.provisions.items():
                if provision.checked == "unchecked":
                    cited = f"{instrument.name} {name}"
                    shown = self.say("book.unchecked", name=self.clean(cited))
                    link = Link(shown, self.places["law", cited])
                    says, used = Point(self.clean(provision.says)), Point("", links=users.get(cited, ()))
                    lines.append(self.line(Point("", links=(link,)), says, used))
        head = ("book.provision", "book.provision.says", "book.provision.used")
        return self.table("book.open.unchecked", head, (25, 42, 33), lines)

    def caps_table(self) -> Table:
        rules = {rule.id: rule for rule in reversed(self.policy.rules)}
        lines = [
            self.line(
                Point(self.profile(profile)),
                Point(self.clean(rules[name].title), links=self.rule_links([rules[name]])),
                Point(self.measure_title(cap.measure)),
                Point(self.measure_title(cap.left)),
                Point(self.matters_of(cap)),
            )
            for profile, by_rule in self.caps.items()
            for name, found in by_rule.items()
            for cap in found
        ]
        head = ("book.open.profile", "book.open.rule", "book.measure", "book.open.left", "book.matters")
        title = self.say("book.open.caps", day=self.day(self.day_of_caps))
        return Table(title, tuple(map(self.say, head)), (10, 34, 18, 14, 24), tuple(lines))

    def left_out(self) -> Iterator[Chapter]:
        lines = [self.left_out_line(n) for n in self.policy.not_encoded]
        if lines:
            head = ("book.left_out.clause", "book.covers", "book.left_out.why", "book.left_out.by")
            table = self.table("", head, (24, 12, 42, 22), lines)
            yield Chapter(self.anchor("part-left-out"), self.say("book.left_out"), tables=(table,))

    def left_out_line(self, left_out: NotEncoded) -> Line:
        rows = tuple(Link("", self.row_places[n], (self.clean(n),)) for n in left_out.covers if n in self.row_places)
        clause, why, by = self.clean(left_out.clause), self.clean(left_out.why), self.clean(left_out.decided_by)
        return self.line(Point(clause), Point("", links=rows), Point(why), Point(by))

    # What the policy may speak of

    def vocabulary_used(self) -> Chapter:
        measures = []
        for measure in self.vocabulary.measures.values():
            notes = [self.clean(measure.note)] if measure.note.zh else []
            notes += [self.say("book.words.cap")] if measure.name == self.vocabulary.cap else []
            measures.append(
                self.line(
                    Point(self.clean(measure.title), (self.clean(measure.name),)),
                    Point(self.say(f"book.group.{measure.group}")),
                    Point(self.say("clauses").join(notes)),
                )
            )
        head = ("book.measure", "book.words.group", "book.words.note")
        tables = [self.table("book.words.measures", head, (40, 20, 40), measures)]
        matters = [
            self.line(Point(self.clean(m.title), (self.clean(m.name),))) for m in self.vocabulary.matters.values()
        ]
        if matters:
            tables.append(self.table("book.words.matters", ("book.matters",), (100,), matters))
        return Chapter(self.anchor("part-words"), self.say("book.words"), tables=tuple(tables))

    def calendar(self) -> Iterator[Chapter]:
        if self.policy.calendar is None:
            return
        lines = [
            self.line(
                Point(str(year.year)),
                Point(self.say("clauses").join([self.clean(year.title), *map(self.clean, year.numbers)])),
                Point(self.say(f"book.checked.{year.checked}")),
            )
            for year in self.policy.calendar.years.values()
        ]
        head = ("book.calendar.year", "book.calendar.notice", "book.provision.checked")
        table = self.table("", head, (12, 68, 20), lines)
        yield Chapter(self.anchor("part-calendar"), self.say("book.calendar"), tables=(table,))
