"""The plain text of a difference: what changed from one decision to another, in complete sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from creditrules.decision import FollowUp, MissingFact, Procedure, Prospect, Provision
from creditrules.diagnostics import Lang, Text
from creditrules.difference import Difference, RuleChange, Standing
from creditrules.explanation.phrases import Phrases


def plain_difference(difference: Difference, *, lang: Lang = "zh") -> str:
    """A difference as an officer reads it, in Chinese or in English; what the second decision has is what is so now.

    Identity codes are masked, and characters that would act on the reader's screen are written out.
    """
    return "\n".join(_Changes(difference, lang).lines())


class _Changes(Phrases):
    """One difference in one language; `plain_difference` is its only user."""

    def __init__(self, difference: Difference, lang: Lang) -> None:
        super().__init__(lang)
        self.difference = difference
        # A measure is gained or lost by some rule, which knows what it is called.
        standings = [s for r in difference.rules for s in (*r.before, *r.after)]
        self.measures = {s.measure: s.measure_title for s in standings if s.measure}

    def lines(self) -> Iterator[str]:
        changed = self.difference
        yield from self.head()
        if not changed:
            yield self.say("change.none")
            return
        for measure in changed.measures_gained:
            yield self.say("change.measure.gained", measure=self.measure(measure))
        for measure in changed.measures_lost:
            yield self.say("change.measure.lost", measure=self.measure(measure))
        for rule in (*changed.scope, *changed.rules):
            yield from self.rule(rule)
        yield from self.instruments()
        yield from self.rest()
        if self.unsaid():
            yield self.say("change.other")

    def head(self) -> Iterator[str]:
        changed = self.difference
        if changed.outcome_title:
            yield self.pair("change.outcome", changed.outcome_title)
        elif changed:
            yield self.say("change.outcome.same")
        if changed.policy:
            was, is_ = changed.policy
            if was.name != is_.name:
                yield self.pair("change.policy", (was.title, is_.title))
            elif changed.version:
                yield self.pair("change.version", changed.version)
            elif changed.policy_digest:
                yield self.say("change.digest")
            if changed.profile:
                yield self.pair("change.profile", (was.profile_title, is_.profile_title))
        if changed.as_of:
            yield self.say("change.as_of", before=changed.as_of[0], after=changed.as_of[1])
        if changed.about:
            was_about, is_about = changed.about
            if changed.matter:
                yield self.pair("change.matter", (was_about.matter_title, is_about.matter_title))
            if (was_about.kind, was_about.address) != (is_about.kind, is_about.address):
                yield self.say("change.about")
        if changed.case_digest:
            yield self.say("change.case")
        if changed.hypothetical:
            yield self.say("change.hypothetical" if changed.hypothetical[1] else "change.hypothetical.before")
        if changed.overridden:
            was_params, is_params = ([self.clean(o.title) for o in side] for side in changed.overridden)
            none = self.say("none.named")
            before, after = self.joined(was_params) or none, self.joined(is_params) or none
            yield self.say("change.overridden", before=before, after=after)

    def pair(self, sentence: str, pair: tuple[str | Text, str | Text]) -> str:
        return self.say(sentence, before=self.clean(pair[0]), after=self.clean(pair[1]))

    def measure(self, measure: str) -> str:
        return self.clean(self.measures.get(measure, measure))

    def record(self, address: str) -> str:
        """The record as people know it; empty where the case has but one of its kind."""
        return "" if address.startswith("relation/") else self.clean(address.partition("/")[2])

    # Rules

    def rule(self, change: RuleChange) -> Iterator[str]:
        name = self.say("rule", title=self.clean(change.title), rule=self.clean(change.rule))
        link = next((s.link for s in (*change.after, *change.before) if s.link), None)
        source = change.record.startswith("source/")
        record = "" if source else self.record(change.record)
        if record and link:
            name = self.say("change.rule.linked", rule=name, record=record, link=self.clean(link.title))
        elif record:
            name = self.say("change.rule.record", rule=name, record=record)
        elif source:
            name = self.say("change.rule.unanswered", rule=name)
        # The word of the law is said where it is what changed.
        was, is_ = ({s.mode for s in side if s.mode} for side in (change.before, change.after))
        modes = bool(was) and bool(is_) and was != is_
        before, after = (self.standings(side, modes=modes) for side in (change.before, change.after))
        sentence = "change.rule.same" if before == after else "change.rule"
        yield self.capital(self.say(sentence, rule=name, before=before, after=after))
        if change.before and change.after:
            yield from self.cited("change.rule.gained", change.provisions_gained)
            yield from self.cited("change.rule.lost", change.provisions_lost)

    def cited(self, sentence: str, provisions: Iterable[Provision]) -> Iterator[str]:
        names = self.joined(map(self.provision_name, provisions))
        if names:
            yield "- " + self.say(sentence, names=names)

    def standings(self, standings: tuple[Standing, ...], *, modes: bool) -> str:
        found = [self.standing(s, modes=modes) for s in standings]
        return self.say("clauses").join(found) or self.say("change.absent")

    def standing(self, standing: Standing, *, modes: bool) -> str:
        sentence = f"change.{standing.status}"
        if standing.status != "lifted" and not standing.measure:
            sentence += ".scope"
        elif standing.capped_from:
            sentence += ".capped"
        text = self.say(
            sentence,
            measure=self.clean(standing.measure_title),
            from_=self.clean(standing.capped_from_title),
        )
        if standing.arguments:
            text += self.say("change.arguments", values=self.values(standing.arguments.values()))
        return text + (self.say(f"change.mode.{standing.mode}") if modes and standing.mode else "")

    # The rest

    def instruments(self) -> Iterator[str]:
        for change in self.difference.instruments:
            provision = change.after or change.before
            if provision is not None:
                text = self.say(f"change.{change.what}", name=self.provision_name(provision))
                newly_without_force = change.what == "newly_cited" and not provision.in_force
                yield text + (self.say("not_in_force") if newly_without_force else "")

    def rest(self) -> Iterator[str]:
        changed = self.difference
        for sentence, texts in (
            ("change.procedure.gained", map(self.procedure, changed.procedures_gained)),
            ("change.procedure.lost", map(self.procedure, changed.procedures_lost)),
            ("change.prospect.gained", map(self.prospect, changed.could_become_gained)),
            ("change.prospect.lost", map(self.prospect, changed.could_become_lost)),
            ("change.missing.gained", map(self.missing, changed.missing_gained)),
            ("change.missing.lost", map(self.missing, changed.missing_lost)),
            ("change.fell.gained", map(self.fallen, changed.fell_gained)),
            ("change.fell.lost", map(self.fallen, changed.fell_lost)),
            ("change.ignored.gained", (self.ignored_record(i, self.record(i.record)) for i in changed.ignored_gained)),
            ("change.ignored.lost", (self.ignored_record(i, self.record(i.record)) for i in changed.ignored_lost)),
            ("change.follow_up.gained", map(self.follow_up, changed.follow_ups_gained)),
            ("change.follow_up.lost", map(self.follow_up, changed.follow_ups_lost)),
        ):
            yield from (self.say(sentence, what=text) for text in texts)

    def procedure(self, procedure: Procedure) -> str:
        values, measure = self.values(procedure.arguments.values()), self.clean(procedure.title)
        text = self.say("procedure.with" if values else "procedure", measure=measure, values=values)
        open_ = self.say("procedure.undetermined") if procedure.status == "undetermined" else ""
        return f"{text}{'' if self.lang == 'zh' or not open_ else ' '}{open_}"

    def follow_up(self, one: FollowUp) -> str:
        name = self.say("rule", title=self.clean(one.title), rule=self.clean(one.id))
        record = self.record(one.record)
        if record and one.link:
            name = self.say("change.rule.linked", rule=name, record=record, link=self.clean(one.link.title))
        open_ = [self.say("follow_up.undetermined")] if one.status == "undetermined" else []
        sentences = [self.say("change.follow_up", what=name), *open_, *self.clock(one.clock)]
        return ("" if self.lang == "zh" else " ").join(sentences)

    def prospect(self, prospect: Prospect) -> str:
        return self.clean(prospect.title)

    def missing(self, missing: MissingFact) -> str:
        # The answer of a source is no fact of a record, and its title says all.
        record = self.record(missing.record) if missing.record != missing.address else ""
        return self.say("fact.missing.of" if record else "fact.missing", record=record, title=self.clean(missing.title))

    def unsaid(self) -> bool:
        """Whether something differs in a part of the decision of which nothing was said."""
        d = self.difference
        said = {
            "policy": d.policy, "about": d.about, "outcome": d.outcome_title, "outcome_title": d.outcome_title,
            "measures": d.measures_gained or d.measures_lost, "conclusions": d.rules or d.instruments, "lifted": d.rules or d.instruments,
            "scope": d.scope or d.instruments,
            "procedures": d.procedures_gained or d.procedures_lost, "could_become": d.could_become_gained or d.could_become_lost,
            "missing": d.missing_gained or d.missing_lost, "fell": d.fell_gained or d.fell_lost,
            "ignored": d.ignored_gained or d.ignored_lost, "hypothetical": d.hypothetical,
            "overridden": d.overridden, "follow_ups": d.follow_ups_gained or d.follow_ups_lost,
        }  # fmt: skip
        return any(not said.get(section) for section in d.sections)
