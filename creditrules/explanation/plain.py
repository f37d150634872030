"""The plain text of a decision: what is proposed, by which rules and provisions, on which facts, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from creditrules.decision import (
    Conclusion,
    Decision,
    Exempted,
    Fact,
    FactValue,
    MissingFact,
    Procedure,
    Provision,
    Reason,
)
from creditrules.diagnostics import Lang
from creditrules.explanation.phrases import Phrases
from creditrules.policy.vocabulary import EXACT, NONE, NOT_APPLICABLE, UNDETERMINED


def plain_text(decision: Decision, *, lang: Lang = "zh") -> str:
    """A decision as an officer reads it, in Chinese or in English.

    It needs nothing but the decision, so one that was read from JSON gives the same text. Identity codes are masked, and
    characters that would act on the reader's screen are written out.
    """
    return "\n".join(_Page(decision, lang).lines())


class _Page(Phrases):
    """One decision in one language; `plain_text` is its only user."""

    def __init__(self, decision: Decision, lang: Lang) -> None:
        super().__init__(lang)
        self.decision = decision
        self.missing = {m.address: m for m in decision.missing}

    # Parts of sentences

    def record(self, address: str) -> str:
        """The record as people know it; empty where the case has but one of its kind."""
        if address in self.missing:
            return self.clean(self.missing[address].title)
        kind, slash, name = address.partition("/")
        # A relation is told by its persons: its title has them.
        return self.clean(name) if slash and kind != "relation" else ""

    def fact(self, fact: Fact, record: str) -> str:
        """A value that was read; the record is named where it is not the one that the conclusion is about."""
        where = self.record(fact.address.rpartition("/")[0])
        named = {"title": self.clean(fact.title), "value": self.clean(fact.shown), "day": fact.on, "record": where}
        of = ".of" if where and not fact.address.startswith(f"{record}/") else ""
        if fact.on is None:
            return self.say("fact.of" if of else "fact", **named)
        return self.say("fact.of_on" if of else "fact.on", **named)

    def missing_fact(self, missing: MissingFact) -> str:
        record = self.record(missing.record) if missing.record != missing.address else ""
        return self.say("fact.missing.of" if record else "fact.missing", record=record, title=self.clean(missing.title))

    def to_verify(self, addresses: Iterable[str]) -> str:
        return self.joined(self.missing_fact(self.missing[a]) for a in addresses if a in self.missing)

    # Parts of the page

    def lines(self) -> Iterator[str]:
        yield from self.head()
        parts = [
            ("scope", self.scope("established")),
            ("established", self.established()),
            ("undetermined", self.undetermined()),
            ("lifted", self.lifted()),
            ("scope.open", self.scope("undetermined")),
            ("could_become", self.prospects()),
            ("missing", self.missing_facts()),
            ("procedures", self.procedures("procedural")),
            ("follow_ups", self.follow_ups()),
            ("advice", self.procedures("advice")),
            ("ignored", self.ignored()),
            ("fell", self.fell()),
        ]
        for name, blocks in parts:
            if blocks:
                yield ""
                yield f"== {self.say(f'part.{name}')} =="
            for number, block in enumerate(blocks, 1):
                first, *rest = block
                yield f"{number}. {first}"
                yield from (f"   {line}" for line in rest)

    def head(self) -> Iterator[str]:
        decision, policy = self.decision, self.decision.policy
        yield self.say("outcome", outcome=self.clean(decision.outcome_title))
        if decision.outcome_note.zh:
            yield self.say("outcome.note", note=self.clean(decision.outcome_note))
        yield self.say("proposal")
        if decision.hypothetical:
            yield self.say("hypothetical")
            if decision.overridden:
                yield self.say(
                    "hypothetical.params", params=self.joined(self.clean(o.title) for o in decision.overridden)
                )
            else:
                yield self.say("hypothetical.profile", profile=self.clean(policy.profile_title))
        if decision.outcome == UNDETERMINED:
            yield self.say("undetermined")
        elif self.of_status("undetermined"):
            yield self.say("open")
        yield ""
        profile = self.clean(policy.profile_title)
        yield self.say("policy", title=self.clean(policy.title), version=self.clean(policy.version), profile=profile)
        yield self.say("matter", matter=self.clean(decision.about.matter_title))
        record = self.record(decision.about.address)
        if record:
            yield self.say("about", record=record)
        yield self.say("as_of", day=decision.as_of)
        if decision.outcome == NOT_APPLICABLE:
            yield self.say("not_applicable")
        elif not decision.measures:
            yield self.say("nothing")

    def established(self) -> list[list[str]]:
        return [[self.rule(c), *self.measure(c), *self.grounds(c)] for c in self.of_status("established")]

    def undetermined(self) -> list[list[str]]:
        """What is open. Where the same record already gives something by the same rule, its grounds are not told twice."""
        told = {(c.rule, c.record, c.link): n for n, c in enumerate(self.of_status("established"), 1)}
        found = []
        for c in self.of_status("undetermined"):
            number = told.get((c.rule, c.record, c.link))
            grounds = self.grounds(c) if number is None else self.what_is_open(c, number)
            found.append([self.rule(c), *self.measure(c), *grounds])
        return found

    def of_status(self, status: str) -> list[Conclusion]:
        return [c for c in self.decision.conclusions if c.status == status and c.group in EXACT]

    def what_is_open(self, conclusion: Conclusion, number: int) -> Iterator[str]:
        yield self.say("as_above", number=number)
        for exception in conclusion.exceptions:
            if exception.holds is None:
                yield self.exempted(exception)
        yield self.say("to_verify", facts=self.to_verify(conclusion.missing))

    def rule(self, conclusion: Conclusion) -> str:
        return self.capital(self.say("rule", title=self.clean(conclusion.title), rule=self.clean(conclusion.rule)))

    def measure(self, conclusion: Conclusion) -> Iterator[str]:
        measure = self.clean(conclusion.measure_title)
        sentence = "measure" if conclusion.status == "established" else "measure.possible"
        yield self.say(sentence, measure=measure)
        # What a measure that no law covers would have said, until when it bars for one, is not said.
        if conclusion.arguments and not conclusion.capped_from:
            yield self.say("arguments", values=self.told(conclusion.arguments))
        if conclusion.capped_from:
            yield self.say("capped", from_=self.clean(conclusion.capped_from_title), measure=measure)

    def grounds(self, conclusion: Conclusion) -> Iterator[str]:
        """Why a conclusion follows: the word of the law, the record, the conditions, the exceptions, the provisions."""
        if conclusion.group == "advice":
            yield self.say("mode.advice")
        elif not conclusion.capped_from:
            yield self.say(f"mode.{conclusion.mode}")
        yield from self.concerned(conclusion)
        # Of a record that may not exist, no condition can be said to be met.
        yield from self.conditions(() if self.unanswered(conclusion) else conclusion.reasons, conclusion.record)
        for exception in conclusion.exceptions:
            # Where even the most that may follow is no more than what the exception leaves, it does not matter yet.
            if conclusion.status == "established" or exception.holds or exception.instead != conclusion.measure:
                yield from self.exception(exception)
        of_conditions = (p for r in conclusion.reasons for p in r.provisions)
        named = {p.basis: p for p in (*conclusion.provisions, *of_conditions)}
        yield from self.bases(tuple(named.values()), ours=conclusion.ours)
        if conclusion.contested:
            yield self.say("contested")
            for position in conclusion.contested:
                name = self.provision_name(position.provision)
                text = self.say("contested.position", says=self.clean(position.says), name=name)
                yield "- " + text + self.marks(position.provision)
        facts = self.to_verify(conclusion.missing)
        if facts:
            yield self.say("to_verify", facts=facts)

    def conditions(self, reasons: Iterable[Reason], record: str) -> Iterator[str]:
        words = {True: "true", False: "false", None: "unknown"}
        for number, reason in enumerate(reasons):
            if number == 0:
                yield self.say("conditions")
            condition = self.say(f"condition.{words[reason.holds]}", label=self.clean(reason.label))
            # What is not known of a settled condition did not matter.
            known = [f for f in reason.facts if f.value is not None or reason.holds is None]
            facts = self.say("clauses").join(self.fact(f, record) for f in known)
            sentence = "condition.facts" if facts else "condition.bare"
            yield "- " + self.say(sentence, condition=condition, facts=facts)

    def bases(self, provisions: tuple[Provision, ...], *, ours: bool) -> Iterator[str]:
        relied_on = [p for p in provisions if p.in_force]
        if relied_on:
            yield self.say("bases")
            yield from (f"- {self.provision(p)}" for p in relied_on)
        if len(relied_on) < len(provisions):
            names = self.joined(self.provision_name(p) for p in provisions if not p.in_force)
            yield self.say("bases.not_in_force", names=names)
        if ours:
            yield self.say("ours.also" if relied_on else "ours")

    def lifted(self) -> list[list[str]]:
        found = []
        for lifted in self.decision.lifted:
            block = [self.capital(self.say("rule", title=self.clean(lifted.title), rule=self.clean(lifted.rule)))]
            record = self.record(lifted.record)
            if record and lifted.link is not None:
                block.append(self.say("record", record=record, link=self.clean(lifted.link.title)))
            found.append(block + [line for e in lifted.exceptions for line in self.exception(e)])
        return found

    def scope(self, status: str) -> list[list[str]]:
        """The rules by which the policy does not reach the application, or may not."""
        found = []
        for scope in self.decision.scope:
            if scope.status == status:
                block = [self.capital(self.say("rule", title=self.clean(scope.title), rule=self.clean(scope.rule)))]
                block += [
                    *self.conditions(scope.reasons, self.decision.about.address),
                    *self.bases(scope.provisions, ours=scope.ours),
                ]
                facts = self.to_verify(scope.missing)
                found.append(block + ([self.say("to_verify", facts=facts)] if facts else []))
        return found

    def unanswered(self, conclusion: Conclusion) -> bool:
        """Whether the conclusion is about what a source might have told, and about no record that anybody delivered."""
        return conclusion.record in self.missing

    def concerned(self, conclusion: Conclusion) -> Iterator[str]:
        record, link = self.record(conclusion.record), conclusion.link
        if self.unanswered(conclusion):
            yield self.say("unanswered", source=record)
            return
        if not record or link is None:
            if record:
                yield self.say("record.only", record=record)
            return
        sentences = [self.say("record", record=record, link=self.clean(link.title))]
        if link.address:
            sentences += [self.say("link.from", day=link.from_)] if link.from_ not in (None, "open", "pending") else []
            sentences += [self.say("link.to", day=link.to)] if link.to not in (None, "open", "pending") else []
        yield ("" if self.lang == "zh" else " ").join(sentences)

    def exception(self, exception: Exempted) -> Iterator[str]:
        yield self.exempted(exception)
        if exception.provisions:
            yield self.say("exception.bases")
            yield from (f"- {self.provision(p)}" for p in exception.provisions)
        if exception.ours:
            yield self.say("exception.ours.also" if exception.provisions else "exception.ours")

    def exempted(self, exception: Exempted) -> str:
        sentence = "exception.true" if exception.holds else "exception.unknown"
        sentence += ".none" if exception.instead == NONE else ""
        title, instead = self.clean(exception.title), self.clean(exception.instead_title)
        return self.say(sentence, title=title, instead=instead)

    def provision(self, provision: Provision) -> str:
        name, says = self.provision_name(provision), self.clean(provision.says)
        text = self.say("provision", name=name, says=says) if says else self.say("provision.bare", name=name)
        return text + self.marks(provision)

    def marks(self, provision: Provision) -> str:
        """How the text of a provision was checked, and whether it is in force."""
        text = self.say(f"checked.{provision.checked}") if provision.checked != "official" else ""
        return text if provision.in_force else text + self.say("not_in_force")

    def prospects(self) -> list[list[str]]:
        return [
            [
                self.say(
                    "prospect",
                    measure=self.clean(p.title),
                    rules=self.joined(map(self.clean, p.rules)),
                    facts=self.to_verify(p.missing),
                )
            ]
            for p in self.decision.could_become
        ]

    def missing_facts(self) -> list[list[str]]:
        found = []
        for missing in self.decision.missing:
            supplier = self.say(f"supplier.{missing.supplied_by}")
            rules = self.joined(map(self.clean, missing.rules))
            for_ = self.say("missing.rules", rules=rules) if rules else self.say("missing.scope")
            text = self.say("missing", fact=self.missing_fact(missing), supplier=supplier, rules=for_)
            found.append([self.capital(text)])
        return found

    def procedures(self, group: str) -> list[list[str]]:
        return [self.procedure(p) for p in self.decision.procedures if p.group == group]

    def procedure(self, procedure: Procedure) -> list[str]:
        values, measure = self.told(procedure.arguments), self.clean(procedure.title)
        block = [self.say("procedure.with" if values else "procedure", measure=measure, values=values)]
        if procedure.status == "undetermined":
            block.append(self.say("procedure.undetermined"))
        for c in self.decision.conclusions:
            if (c.measure, c.status, c.arguments) == (procedure.measure, procedure.status, procedure.arguments):
                block += [self.rule(c), *self.grounds(c)]
        return block

    def follow_ups(self) -> list[list[str]]:
        """What is due once the outcome is known, with its clock."""
        found = []
        for one in self.decision.follow_ups:
            block = [self.capital(self.say("rule", title=self.clean(one.title), rule=self.clean(one.id)))]
            if one.status == "undetermined":
                facts = self.joined(self.missing_fact(m) for m in one.missing)
                block += [self.say("follow_up.undetermined"), self.say("to_verify", facts=facts)]
            record = self.record(one.record)
            if record and one.link is not None:
                block.append(self.say("record", record=record, link=self.clean(one.link.title)))
            arguments = {name: v for name, v in one.arguments.items() if v != record}
            if arguments:
                block.append(self.say("arguments", values=self.told(arguments)))
            block += [*self.clock(one.clock, as_of=self.decision.as_of), *self.bases(one.provisions, ours=one.ours)]
            found.append(block)
        return found

    def told(self, arguments: Mapping[str, FactValue]) -> str:
        titles = {c.measure: self.clean(c.measure_title) for c in self.decision.conclusions}
        return self.arguments(arguments, self.decision.argument_titles, titles)

    def ignored(self) -> list[list[str]]:
        return [
            [self.capital(self.ignored_record(i, self.record(i.record))), *self.bases(i.provisions, ours=False)]
            for i in self.decision.ignored
        ]

    def fell(self) -> list[list[str]]:
        # Terms and lists that fell concern whatever records there might be; they stand in the data.
        return [[self.fallen(f)] for f in self.decision.fell if f.what not in ("term", "list")]
