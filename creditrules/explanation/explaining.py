"""Tell in whole sentences what is proposed, why, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import get_args

from creditrules.decision import (
    Conclusion,
    Decision,
    Exempted,
    Fact,
    FactValue,
    FollowUp,
    Lifted,
    Link,
    MissingFact,
    Procedure,
    Provision,
    Reason,
)
from creditrules.diagnostics import Lang, Text
from creditrules.explanation.auditing import Audit, Written, audit, check_policy
from creditrules.explanation.levels import seen_by
from creditrules.explanation.paper import Explanation, Item, Level, Passage, Section
from creditrules.explanation.phrases import Phrases
from creditrules.policy.model import Policy
from creditrules.policy.shapes import Mode
from creditrules.policy.vocabulary import EXACT, NONE, NOT_APPLICABLE, UNDETERMINED


def explain(
    decision: Decision, lang: Lang = "zh", *, level: Level = "officer", policy: Policy | None = None
) -> Explanation:
    """Why a decision is what it is, for one reader: a value with sections, which prints as text, Markdown and HTML.

    The `applicant` is told what an applicant may lawfully see, without codes, advice and the records that no longer count; the
    `officer` the entries with their documents and the word of the law; the `auditor` every condition with its value and
    place, digests, parameters and who chose them. It needs nothing but the decision, which may come from JSON; an auditor
    also reads the policy that decided: the shipped one of that name and digest, or `policy`.

    Raises ValueError for a language or level that there is not, PolicyError where `policy` is not the one that decided,
    TypeError where it is no policy.
    """
    if lang not in get_args(Lang) or level not in get_args(Level):
        known = ", ".join((*get_args(Lang), *get_args(Level)))
        raise ValueError(f"no such language or level: {lang}, {level}; there are {known}")
    if policy is not None:
        check_policy(decision, policy)
    behind = audit(decision, policy) if level == "auditor" else None
    return Explanation(lang, level, tuple(_Explaining(seen_by(decision, level), lang, level, behind).sections()))


class _Explaining(Phrases):
    """One decision, seen by one reader, in one language; `explain` is its only user."""

    def __init__(self, decision: Decision, lang: Lang, level: Level, audit: Audit | None) -> None:
        super().__init__(lang)
        self.decision, self.level, self.audit = decision, level, audit
        self.missing = {m.address: m for m in decision.missing}
        self.records = {r.address: r for r in decision.records}
        self.official = level != "applicant"
        named = [f for r in decision.records for f in (*r.named, *r.described)]
        self.words = {str(f.value): self.clean(f.shown) for f in named if isinstance(f.value, str)}
        self.words |= {c.measure: self.clean(c.measure_title) for c in decision.conclusions}
        """What the values that name something are called."""

    def line(self, sentence: str, *points: Passage, **values: object) -> Passage:
        return Passage(self.say(sentence, **values), points)

    def for_reader(self, sentence: str) -> str:
        """The sentence of this name that is for the applicant, where the applicant reads."""
        return sentence if self.official else f"{sentence}.you"

    # Sections

    def sections(self) -> Iterator[Section]:
        parts: list[tuple[str, list[Item]]] = [
            ("scope", self.scope("established")),
            ("reasons", self.established()),
            ("scope.open", self.scope("undetermined")),
            ("undetermined", self.undetermined()),
            ("could_become", self.prospects()),
            ("capped", self.capped()),
            ("exceptions", self.exceptions()),
            ("missing", self.missing_facts()),
            ("procedures", [*self.procedures("procedural"), *self.follow_ups(self.is_step)]),
            ("clocks", self.follow_ups(lambda f: f.clock is not None)),
            ("remedies", self.follow_ups(lambda f: f.remedy and f.clock is None)),
            (
                "advice",
                [*self.procedures("advice"), *self.follow_ups(lambda f: f.group == "advice" and f.clock is None)],
            ),
            ("ignored", self.ignored()),
            ("fell", self.fell()),
        ]
        title = self.say("outcome", outcome=self.clean(self.decision.outcome_title))
        yield Section("outcome", title, tuple(self.outcome()))
        for name, items in parts:
            if items:
                title = self.say(self.for_reader("part.procedures") if name == "procedures" else f"part.{name}")
                yield Section(name, title, items=tuple(items))
        yield Section("versions", self.say("part.versions"), tuple(self.versions()))
        if self.audit is not None and self.audit.at_hand:
            yield Section("definitions", self.say("part.definitions"), items=tuple(self.definitions()))
            yield Section("parameters", self.say("part.parameters"), items=tuple(self.parameters()))

    def outcome(self) -> Iterator[Passage]:
        decision = self.decision
        note = self.say("outcome.note", note=self.clean(decision.outcome_note)) if decision.outcome_note.zh else ""
        if note:
            yield Passage(self.capital(note))
        yield Passage(self.hypothetical()) if decision.hypothetical else self.line(self.for_reader("proposal"))
        if decision.outcome == UNDETERMINED:
            yield self.line("undetermined")
        elif self.of_status("undetermined"):
            yield self.line("open")
        if decision.person is not None:
            name, code = self.clean(decision.person.name), decision.person.code
            yield self.line("person" if name else "person.unnamed", name=name, code=code)
        yield self.line("matter", matter=self.clean(decision.about.matter_title))
        record = self.record(decision.about.address)
        if record:
            yield self.line("about", record=record)
        yield self.line("as_of", day=decision.as_of)
        if decision.outcome == NOT_APPLICABLE:
            yield self.line("not_applicable")
        elif not decision.measures and not decision.procedures:
            yield self.line("nothing")

    def hypothetical(self) -> str:
        decision = self.decision
        if decision.overridden:
            params = self.joined(self.clean(o.title) for o in decision.overridden)
            return self.sentences(self.say("hypothetical"), self.say("hypothetical.params", params=params))
        profile = self.clean(decision.policy.profile_title)
        return self.sentences(self.say("hypothetical"), self.say("hypothetical.profile", profile=profile))

    # Conclusions

    def of_status(self, status: str) -> list[Conclusion]:
        return [c for c in self.decision.conclusions if c.status == status and c.group in EXACT]

    def established(self) -> list[Item]:
        return [(self.rule(c.title, c.rule), *self.measure(c), *self.grounds(c)) for c in self.of_status("established")]

    def undetermined(self) -> list[Item]:
        """What is open. Where the same record already gives something by the same rule, its grounds are not told twice."""
        told = {(c.rule, c.record, c.link): n for n, c in enumerate(self.of_status("established"), 1)}
        found: list[Item] = []
        for c in self.of_status("undetermined"):
            number = told.get((c.rule, c.record, c.link))
            grounds = self.grounds(c) if number is None else self.what_is_open(c, number)
            found.append((self.considered(c.title, c.rule), *self.measure(c), *grounds))
        return found

    def considered(self, title: Text, rule: str) -> Passage:
        """A rule of which it is not known whether it applies: its title alone would read like a finding."""
        return Passage(self.say("rule.open", rule=self.rule(title, rule).text))

    def what_is_open(self, conclusion: Conclusion, number: int) -> Iterator[Passage]:
        yield self.line("as_above", part=self.say("part.reasons"), number=number)
        yield from self.to_verify_line(conclusion.missing)

    def measure(self, conclusion: Conclusion) -> Iterator[Passage]:
        sentence = "measure" if conclusion.status == "established" else "measure.possible"
        measure = self.say(sentence, measure=self.clean(conclusion.measure_title))
        if any(e.holds for e in conclusion.exceptions):
            measure = self.sentences(measure, self.say("measure.excepted", part=self.say("part.exceptions")))
        if conclusion.capped_from:
            # What a measure that no law covers would have said, until when it bars for one, is not said.
            yield Passage(self.sentences(measure, self.say("measure.capped", part=self.say("part.capped"))))
            return
        arguments = (
            self.say("arguments", values=self.told(conclusion.arguments, conclusion.measure))
            if conclusion.arguments
            else ""
        )
        mode = self.say(f"mode.{conclusion.mode}") if self.official and conclusion.group in EXACT else ""
        yield Passage(self.sentences(measure, arguments, mode))

    def grounds(self, conclusion: Conclusion) -> Iterator[Passage]:
        """Why a conclusion follows: the record, the conditions, the provisions, and the positions against the rule."""
        if conclusion.group == "advice":
            yield self.line("mode.advice")
        yield from self.audited_mode(conclusion.mode)
        yield from self.concerned(conclusion.record, conclusion.link)
        # Of a record that may not exist, no condition can be said to be met.
        yield from self.conditions(() if conclusion.record in self.missing else conclusion.reasons, conclusion.record)
        of_conditions = (p for r in conclusion.reasons for p in r.provisions)
        named = {p.basis: p for p in (*conclusion.provisions, *of_conditions)}
        yield from self.bases(tuple(named.values()), ours=conclusion.ours)
        if conclusion.contested:
            yield self.line(
                "contested",
                *(
                    Passage(
                        self.capital(
                            self.say(
                                "contested.position", says=self.clean(p.says), name=self.provision_name(p.provision)
                            )
                        )
                        + self.marks(p.provision)
                    )
                    for p in conclusion.contested
                ),
            )
        yield from self.to_verify_line(conclusion.missing)

    def rule(self, title: Text, rule: str) -> Passage:
        told = self.clean(title)
        return Passage(self.capital(self.say("rule", title=told, rule=self.clean(rule)) if self.official else told))

    def concerned(self, address: str, link: Link | None) -> Iterator[Passage]:
        """The record that something is about, whose it is, and what it says."""
        if address in self.missing:
            yield self.line("unanswered", source=self.record(address))
            return
        told, record = self.records.get(address), self.record(address)
        if told is None:
            if record:
                yield self.line("record.only", record=record)
            return
        kind = self.clean(told.title)
        named = self.facts(told.named) or self.say("none.named")
        if told.own or told.holder is None:
            sentence = self.say("record.own", kind=kind, record=record, named=named)
        else:
            holder = self.named(told.holder)
            sentence = self.say(
                "record.other" if self.official else "record.other.short",
                kind=kind,
                record=record,
                named=named,
                holder=holder,
            )
        linked = ""
        if link is not None and link.address:
            ends = (("from", link.from_), ("to", link.to))
            told_ends = (self.say(f"link.{end}", day=day) for end, day in ends if day not in (None, "open", "pending"))
            linked = self.sentences(self.say("link", link=self.clean(link.title)), *told_ends)
        described = (
            self.say("record.described", facts=self.facts(told.described)) if self.official and told.described else ""
        )
        yield Passage(self.sentences(sentence, linked, described))

    # Conditions

    def conditions(self, reasons: Iterable[Reason], record: str) -> Iterator[Passage]:
        points = tuple(self.condition(r, record) for r in reasons)
        if points:
            yield self.line("conditions", *points)

    def condition(self, reason: Reason, record: str) -> Passage:
        words = {True: "true", False: "false", None: "unknown"}
        condition = self.capital(self.say(f"condition.{words[reason.holds]}", label=self.clean(reason.label)))
        # What is not known of a settled condition did not matter.
        known = [f for f in reason.facts if f.value is not None or reason.holds is None or self.audit is not None]
        facts = self.say("clauses").join(self.fact(f, record) for f in known)
        text = self.say("condition.facts" if facts else "condition.bare", condition=condition, facts=facts)
        return Passage(text, tuple(self.audited(reason)))

    def audited(self, reason: Reason) -> Iterator[Passage]:
        """Where a condition stands, as it is written and in words, and where its values come from."""
        if self.audit is None:
            return
        condition = self.audit.conditions.get(reason.condition)
        if condition is not None:
            yield from self.written(condition, reason.condition)
        else:
            yield self.line("audit.id", id=reason.condition)
        yield self.line("audit.run", expression=self.as_written(reason.expression))
        if reason.facts:
            yield self.line("audit.addresses", addresses=self.joined(self.clean(f.address) for f in reason.facts))

    def written(self, written: Written, address: str) -> Iterator[Passage]:
        """Where an expression stands, in words and as it is written."""
        yield self.line("audit.place", place=written.place, id=address)
        yield self.line("audit.words", words=self.as_written(written.words(self.lang)))
        yield self.line("audit.written", expression=self.as_written(written.text))

    def audited_mode(self, mode: Mode) -> Iterator[Passage]:
        """The word of the rule, whatever was left of its measure."""
        if self.audit is not None:
            yield self.line("audit.mode", mode=self.say(f"audit.mode.{mode}"))

    def fact(self, fact: Fact, record: str) -> str:
        """A value that was read; the record is named where it is not the one that is spoken of."""
        where = self.record(fact.address.rpartition("/")[0])
        named = {"title": self.clean(fact.title), "value": self.clean(fact.shown), "day": fact.on, "record": where}
        of = where and not fact.address.startswith(f"{record}/")
        if fact.on is None:
            return self.say("fact.of" if of else "fact", **named)
        return self.say("fact.of_on" if of else "fact.on", **named)

    def facts(self, facts: Iterable[Fact]) -> str:
        return self.say("clauses").join(
            self.say("fact", title=self.clean(f.title), value=self.clean(f.shown)) for f in facts
        )

    def record(self, address: str) -> str:
        """The record as people know it; empty where the case has but one of its kind.

        A record of somebody else has a number that only its source and the office know; the applicant reads its list and document.
        """
        if address in self.missing:
            return self.clean(self.missing[address].title)
        told = self.records.get(address)
        if told is not None and not told.own and not self.official:
            return self.joined(self.clean(f.shown) for f in told.named) or self.clean(told.title)
        kind, slash, name = address.partition("/")
        # A relation is told by its persons: its title has them.
        return self.clean(name) if slash and kind != "relation" else ""

    # Provisions

    def bases(self, provisions: tuple[Provision, ...], *, ours: bool, of: str = "") -> Iterator[Passage]:
        """What a rule, or an exception, rests on; what is not in force is told apart."""
        relied_on = [p for p in provisions if p.in_force]
        if relied_on:
            yield self.line(f"{of}bases", *(Passage(self.capital(self.provision(p))) for p in relied_on))
        if len(relied_on) < len(provisions) and self.official:
            names = self.say("names").join(self.provision_name(p) for p in provisions if not p.in_force)
            yield self.line("bases.not_in_force", names=names)
        if ours:
            yield self.line(f"{of}ours.also" if relied_on else f"{of}ours")

    # What was capped, what exceptions did

    def capped(self) -> list[Item]:
        found: list[Item] = []
        for c in self.decision.conclusions:
            if c.capped_from and c.group in EXACT:
                from_, measure = self.clean(c.capped_from_title), self.clean(c.measure_title)
                sentence = "capped" if c.status == "established" else "capped.possible"
                item = self.rule(c.title, c.rule), self.line(sentence, from_=from_, measure=measure)
                if item not in found:
                    found.append(item)
        return found

    def exceptions(self) -> list[Item]:
        """The exceptions that applied or may apply, under the rule and the record for which they do."""
        found: list[Item] = []
        parts: list[Conclusion | Lifted] = [*self.decision.lifted, *self.decision.conclusions]
        for part in parts:
            exceptions = [
                e
                for e in part.exceptions
                # Where even the most that may follow is no more than what the exception leaves, it does not matter yet.
                if isinstance(part, Lifted) or part.status == "established" or e.holds or e.instead != part.measure
            ]
            if exceptions:
                told = (p for e in exceptions for p in self.exception(e, part.record))
                head = (self.line("lifted"),) if isinstance(part, Lifted) else ()
                open_ = isinstance(part, Conclusion) and part.status == "undetermined"
                title = self.considered(part.title, part.rule) if open_ else self.rule(part.title, part.rule)
                item = (title, *head, *self.concerned(part.record, part.link), *told)
                if item not in found:
                    found.append(item)
        return found

    def exception(self, exception: Exempted, record: str) -> Iterator[Passage]:
        sentence = "exception.true" if exception.holds else "exception.unknown"
        sentence += ".none" if exception.instead == NONE else ""
        title, instead = self.clean(exception.title), self.clean(exception.instead_title)
        yield self.line(sentence, title=title, instead=instead)
        yield from self.conditions(() if record in self.missing else exception.reasons, record)
        yield from self.bases(exception.provisions, ours=exception.ours, of="exception.")

    # Scope

    def scope(self, status: str) -> list[Item]:
        """The rules by which the policy does not reach the application, or may not."""
        return [
            (
                self.rule(scope.title, scope.rule),
                *self.conditions(scope.reasons, self.decision.about.address),
                *self.bases(scope.provisions, ours=scope.ours),
                *self.to_verify_line(scope.missing),
            )
            for scope in self.decision.scope
            if scope.status == status
        ]

    # What is missing

    def missing_fact(self, missing: MissingFact) -> str:
        record = self.record(missing.record) if missing.record != missing.address else ""
        return self.say("fact.missing.of" if record else "fact.missing", record=record, title=self.clean(missing.title))

    def to_verify(self, addresses: Iterable[str]) -> str:
        facts = (self.missing_fact(self.missing[a]) for a in addresses if a in self.missing)
        return self.say("names").join(dict.fromkeys(facts))

    def to_verify_line(self, addresses: Iterable[str]) -> Iterator[Passage]:
        facts = self.to_verify(addresses)
        if facts:
            yield self.line("to_verify", facts=facts)

    def missing_facts(self) -> list[Item]:
        found: list[Item] = []
        for missing in self.decision.missing:
            supplier = self.say(self.for_reader(f"supplier.{missing.supplied_by}"))
            rules = self.joined(map(self.clean, missing.rules))
            waiting = self.say("missing.rules", rules=rules) if rules else self.say("missing.scope")
            address = self.say("missing.address", address=missing.address) if self.audit is not None else ""
            fact = self.say("missing.fact", fact=self.missing_fact(missing), supplier=supplier)
            text = self.sentences(fact, waiting if self.official else "", address)
            item = (Passage(self.capital(text)),)
            if item not in found:  # of a record of somebody else several facts may be missing, which are told as one
                found.append(item)
        return found

    def prospects(self) -> list[Item]:
        return [
            (
                self.line(
                    self.for_reader("prospect"),
                    measure=self.clean(p.title),
                    rules=self.joined(map(self.clean, p.rules)),
                    facts=self.to_verify(p.missing) or self.say("facts.others"),
                ),
            )
            for p in self.decision.could_become
            if p.measure not in self.decision.measures
        ]

    # What is to be done

    @staticmethod
    def is_step(follow_up: FollowUp) -> bool:
        return follow_up.clock is None and not follow_up.remedy and follow_up.group == "procedural"

    def procedures(self, group: str) -> list[Item]:
        return [tuple(self.procedure(p)) for p in self.decision.procedures if p.group == group]

    def procedure(self, procedure: Procedure) -> Iterator[Passage]:
        if procedure.group == "advice" and not procedure.arguments:
            pass  # the heading says that it is advice
        elif self.official:
            values, measure = self.told(procedure.arguments, procedure.measure), self.clean(procedure.title)
            yield self.line("procedure.with" if values else "procedure", measure=self.capital(measure), values=values)
        else:
            told = self.filled(procedure.tells, procedure.arguments, self.words)
            open_ = self.say("procedure.undetermined") if procedure.status == "undetermined" else ""
            yield Passage(self.sentences(open_, told))
        if procedure.status == "undetermined" and self.official:
            yield self.line("procedure.undetermined")
        for c in self.decision.conclusions:
            if (c.measure, c.status, c.arguments) == (procedure.measure, procedure.status, procedure.arguments):
                # A rule's title tells an office what to do.
                yield from (self.rule(c.title, c.rule),) if self.official else ()
                yield from self.grounds(c)

    def follow_ups(self, of: Callable[[FollowUp], bool]) -> list[Item]:
        """What is due once the outcome is known, with its clock."""
        return [tuple(self.follow_up(f)) for f in self.decision.follow_ups if of(f)]

    def follow_up(self, one: FollowUp) -> Iterator[Passage]:
        open_ = ""
        if one.status == "undetermined":
            open_ = self.say("follow_up.undetermined" if one.clock is None else "follow_up.undetermined.clock")
        if self.official:
            yield self.rule(one.title, one.id)
            yield from (Passage(open_),) if open_ else ()
        else:
            yield Passage(self.sentences(open_, self.filled(one.tells, one.arguments, self.words)))
        if open_:
            facts = self.joined(self.missing_fact(m) for m in one.missing)
            if facts:
                yield self.line("to_verify", facts=facts)
        record = self.record(one.record)
        if record and one.link is not None:
            yield self.line("record.only", record=record)
        arguments = {name: v for name, v in one.arguments.items() if v != record}
        if arguments and self.official:
            yield self.line("arguments", values=self.told(arguments, one.measure))
        clock = self.sentences(*self.clock(one.clock, as_of=self.decision.as_of))
        if clock:
            yield Passage(clock)
        if self.audit is not None and one.clock is not None and one.clock.calendar:
            yield self.line("audit.calendar", notices=self.joined(map(self.clean, one.clock.calendar)))
        yield from self.audited_mode(one.mode)
        if self.audit is not None:
            yield from self.conditions(one.reasons, one.record)
        yield from self.bases(one.provisions, ours=one.ours)

    def told(self, arguments: Mapping[str, FactValue], measure: str) -> str:
        return self.arguments(arguments, self.decision.argument_titles.get(measure, {}), self.words)

    # What had no effect

    def ignored(self) -> list[Item]:
        return [
            (
                Passage(self.capital(self.ignored_record(i, self.record(i.record)))),
                *self.bases(i.provisions, ours=False),
            )
            for i in self.decision.ignored
        ]

    def fell(self) -> list[Item]:
        # Terms and lists that fell concern whatever records there might be; only the auditor asks for them.
        fallen = [f for f in self.decision.fell if self.audit is not None or f.what not in ("term", "list")]
        return [(Passage(text),) for text in dict.fromkeys(map(self.fallen, fallen))]

    # Versions

    def versions(self) -> Iterator[Passage]:
        decision, policy = self.decision, self.decision.policy
        profile = self.clean(policy.profile_title)
        yield self.line("policy", title=self.clean(policy.title), version=self.clean(policy.version), profile=profile)
        if self.audit is None:
            return
        yield self.line("audit.names", policy=self.clean(policy.name), profile=self.clean(policy.profile))
        yield self.line("audit.digest", digest=policy.digest)
        yield self.line("audit.case_digest", digest=decision.case_digest)
        yield self.line("audit.format", format=decision.format)
        if not self.audit.at_hand:
            yield self.line("audit.no_policy")

    def definitions(self) -> Iterator[Item]:
        for one in self.audit.definitions if self.audit is not None else ():
            yield (
                Passage(self.capital(self.say("audit.definition", label=self.clean(one.label), name=one.name))),
                *self.written(one.written, one.name),
            )

    def parameters(self) -> Iterator[Item]:
        for chosen in self.audit.parameters if self.audit is not None else ():
            text = self.say(
                "audit.parameter", title=self.clean(chosen.title), name=chosen.name, value=self.clean(chosen.value)
            )
            by = self.say(f"audit.by.{chosen.by}", profile=self.clean(self.decision.policy.profile_title))
            on = self.say("audit.on", bases=self.joined(map(self.clean, chosen.bases))) if chosen.bases else ""
            ours = self.say("audit.ours.also" if on else "audit.ours") if chosen.ours else ""
            yield (Passage(self.capital(self.sentences(text, by, on, ours))),)
