"""Say why a case of a policy failed: every rule that was expected and did not apply, condition by condition, with the values."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from creditrules.decision import Conclusion, Decision, Fact
from creditrules.diagnostics import Lang, Span, mask, printable
from creditrules.engines.python import BoundRecord
from creditrules.engines.tracing import Trial, What, trace
from creditrules.explanation.phrases import Phrases
from creditrules.policy.model import FollowUp, Rule, RuleException, Scope
from creditrules.policy.truth import Truth
from creditrules.testing.cases import Outcome, PolicyCase
from creditrules.testing.expectations import applied
from creditrules.testing.judging import Judge


def failure(judge: Judge, outcome: Outcome, *, lang: Lang, policy: str, file: str = "") -> str:
    """Why a case failed, as text on several lines, and the command that repeats it.

    `policy` is the policy as the user named it, `file` the file of cases if it does not stand beside the policy.
    """
    return "\n".join(_Failure(judge, outcome, lang).lines(command(outcome.case, policy=policy, file=file)))


def command(case: PolicyCase, *, policy: str, file: str = "") -> str:
    """The command that runs one case alone."""
    words = ["creditrules", "test", policy, *([file] if file else []), "--case", case.name, "--profile", case.profile]
    return " ".join(map(shlex.quote, words))


@dataclass(frozen=True)
class _Tested:
    """Something that must hold, what it came to, and the values that were read for it."""

    holds: Truth
    label: str
    facts: tuple[str, ...] = ()
    span: Span | None = None
    inner: tuple[_Tested, ...] = ()


_STATES = {True: "true", False: "false", None: "null"}


class _Failure(Phrases):
    """One failed case in one language; `failure` is its only user."""

    def __init__(self, judge: Judge, outcome: Outcome, lang: Lang) -> None:
        super().__init__(lang)
        self.outcome, self.case, self.policy = outcome, outcome.case, judge.policy
        self.rules: dict[str, Rule] = {r.id: r for r in judge.policy.rules}
        self.scopes: dict[str, Scope] = {s.id: s for s in judge.policy.scope}
        self.follow_ups: dict[str, FollowUp] = {f.id: f for f in judge.policy.follow_ups}
        self.trials: list[Trial] = []
        if outcome.decision is not None:
            self.prepared = judge.prepared(self.case.as_of, self.case.profile, self.case.params or None)
            self.trials = list(trace(self.prepared, self.case.case))

    def lines(self, repeat: str) -> Iterator[str]:
        case = self.case
        yield self.say(
            "test.failed", place=self.clean(case.place), name=self.clean(case.name), profile=self.clean(case.profile),
            day=case.as_of,
        )  # fmt: skip
        yield from (f"  {mask(printable(d.in_(self.lang)))}" for d in self.outcome.differences)
        if self.outcome.decision is not None:
            yield from (f"  {line}" for line in self.why(self.outcome.decision))
        yield "  " + self.say("fail.again", command=mask(printable(repeat)))

    def why(self, decision: Decision) -> Iterator[str]:
        """What was expected and is not so, and what is so and was not expected, each with its conditions."""
        expected = self.case.expected
        established = {c.rule for c in decision.established}
        undetermined = {c.rule for c in decision.undetermined}
        lifted = {x.rule for x in decision.lifted}
        told: set[str] = set()
        for found, wanted, suffix in (
            (established, expected.because, ""),
            (undetermined, expected.undetermined, ".undetermined"),
            (lifted, expected.lifted, ".lifted"),
        ):
            for rule in dict.fromkeys(wanted or ()):
                if rule not in found and rule not in told:
                    told.add(rule)
                    yield self.say(f"fail.absent{suffix}", what=self.rule_name(rule))
                    yield from _indented(self.of_rule(rule, decision))
                    if suffix == ".lifted":
                        yield from _indented(self.not_lifting(rule))
            allowed = found if wanted is None else set(wanted)
            unwelcome = set(expected.not_because or ()) if not suffix else set()
            for rule in sorted(found - allowed | found & unwelcome):
                if rule not in told:
                    told.add(rule)
                    yield self.say(f"fail.present{suffix}", what=self.rule_name(rule))
                    yield from _indented(self.of_rule(rule, decision))
        yield from self.outcome_from(decision, told)
        yield from self.exceptions(decision)
        yield from self.capped(decision)
        yield from self.missing(decision)
        yield from self.due(decision)

    def outcome_from(self, decision: Decision, told: set[str]) -> Iterator[str]:
        """The rules that gave an outcome which was not expected, unless they were told of already."""
        wanted = self.case.expected.expect
        if wanted is None or wanted.outcome in (None, decision.outcome):
            return
        for rule in sorted({c.rule for c in decision.established if c.measure == decision.outcome} - told):
            yield self.say("fail.outcome", what=self.rule_name(rule))
            yield from _indented(self.of_rule(rule, decision))

    # Rules

    def rule_name(self, rule: str) -> str:
        one = self.rules[rule]
        return self.say("fail.rule", id=self.clean(rule), title=self.clean(one.title), place=self.place(one.span))

    def of_rule(self, rule: str, decision: Decision) -> Iterator[str]:
        """How a rule went for the record that comes nearest to what it asks, or why it looked at none."""
        trials = [t for t in self.trials if t.what == "rule" and t.id == rule]
        if not trials:
            yield self.not_tried(self.rules[rule])
            return
        nearest, lines = self.nearest(trials)
        yield from lines
        if nearest.holds is not True:
            return
        address = nearest.binding.address if nearest.binding is not None else ""
        if any(c.rule == rule and c.record == address for c in decision.established):
            return
        own = [t for t in self.trials if t.what == "exception" and t.rule == rule and t.binding is nearest.binding]
        lifting = [t for t in own if t.holds is True] or [t for t in own if t.holds is None]
        for trial in {t.id: t for t in reversed(lifting)}.values():
            sentence = "fail.lifted" if trial.holds is True else "fail.perhaps"
            yield self.say(sentence, what=self.exception_name(trial.id, rule))
            yield from _indented(self.tested(trial))
        if not lifting:
            asked = self.policy.vocabulary.measures[self.rules[rule].measure].title
            yield self.say("fail.capped_away", measure=self.clean(asked))

    def not_lifting(self, rule: str) -> Iterator[str]:
        """The exceptions of a rule, none of which lifted it."""
        for one in self.policy.exceptions_of(self.rules[rule]):
            trials = [t for t in self.trials if t.what == "exception" and (t.rule, t.id) == (rule, one.id)]
            if trials:
                yield self.exception_name(one.id, rule)
                yield from _indented(self.nearest(trials)[1])

    def nearest(self, trials: list[Trial]) -> tuple[Trial, list[str]]:
        """The trial that comes nearest to holding, with its conditions and how many others come as near."""
        tested = [(trial, tuple(self.parts(trial))) for trial in trials]
        ranks = [_distance(parts) for _, parts in tested]
        best = min(ranks)
        trial, parts = tested[ranks.index(best)]
        conditions = list(self.told(parts))
        lines = [*self.record(trial), *(_indented(conditions) if trial.binding is not None else conditions)]
        if ranks.count(best) > 1:
            lines.append(self.say("fail.others", count=ranks.count(best) - 1))
        return trial, lines

    def record(self, trial: Trial) -> Iterator[str]:
        """Which records a trial is about."""
        if trial.binding is not None:
            link = trial.binding.link
            if trial.binding.unknown:
                yield self.say("fail.record.source")
            elif link is None:
                yield self.say("fail.record.nobody", record=self.clean(trial.binding.address))
            else:
                title = trial.run.tell.link(link).title
                yield self.say("fail.record", record=self.clean(trial.binding.address), link=self.clean(title))
        for other in trial.others.values():
            yield self.say("fail.further", record=self.clean(other.address))

    # What must hold

    def tested(self, trial: Trial) -> Iterator[str]:
        return self.told(self.parts(trial))

    def parts(self, trial: Trial) -> Iterator[_Tested]:
        """Everything that must hold in a trial: of the records, if it does not, then each condition, then the scope."""
        for bound in self.bound(trial):
            yield from self.counting(bound, trial)
        for reason, test in zip(trial.reasons(), trial.tests, strict=True):
            facts = tuple(map(self.fact, reason.facts))
            yield _Tested(reason.holds, self.clean(reason.label), facts, test.atom.span)
        if trial.what == "rule" and trial.out_of_scope is not False:
            yield from self.scoped(trial)

    def bound(self, trial: Trial) -> Iterator[BoundRecord]:
        """The records that a rule or an exception binds."""
        for rule in self.prepared.rules:
            if rule.rule.id == trial.rule and trial.what == "rule":
                yield from (() if rule.each is None else (rule.each,))
                yield from rule.with_
            elif rule.rule.id == trial.rule and trial.what == "exception":
                yield from (b for e in rule.exceptions if e.exception.id == trial.id for b in e.with_)

    def counting(self, bound: BoundRecord, trial: Trial) -> Iterator[_Tested]:
        """Why a record does not count, or may not: whether there is one, who made it, whose it is."""
        run, binding = trial.run, trial.env[bound.bound.alias]
        if binding.exists is not True:
            yield _Tested(
                binding.exists, self.say("fail.exists"), (self.clean(binding.missing),) if binding.missing else ()
            )
        if bound.competent is not None:
            reason = run.tell.reason(
                trial.rule, bound.competent.atom, bound.competent.code, trial.env, cited=(), where=("", "")
            )
            if reason.holds is not True:
                facts = tuple(map(self.fact, reason.facts))
                yield _Tested(reason.holds, self.clean(reason.label), facts, bound.competent.atom.span)
        persons = run.persons(bound.bound, binding)
        if persons is not True and binding.link is not None:
            titles = self.policy.vocabulary.schema.persons
            label = self.say(
                "fail.persons", persons=self.joined(self.clean(titles[p]) for p in bound.bound.persons or ())
            )
            yield _Tested(persons, label, (self.say("fail.link", link=self.clean(run.tell.link(binding.link).title)),))

    def scoped(self, trial: Trial) -> Iterator[_Tested]:
        """The scope rules that take a rule out, with their own conditions."""
        (rule,) = (r for r in self.prepared.rules if r.rule.id == trial.rule)
        for one in self.trials:
            if one.what == "scope" and one.id in rule.rule.scope and one.holds is not False:
                scope = self.scopes[one.id]
                name = self.say(
                    "fail.scope", id=self.clean(one.id), title=self.clean(scope.title), place=self.place(scope.span)
                )
                holds = None if one.holds is None else not one.holds
                yield _Tested(holds, self.say("fail.in_scope", what=name), inner=tuple(self.parts(one)))

    def told(self, parts: Iterable[_Tested]) -> Iterator[str]:
        for part in parts:
            state, facts = self.say(f"fail.{_STATES[part.holds]}"), self.say("clauses").join(part.facts)
            place = self.place(part.span) if part.span is not None else ""
            sentence = "fail.condition" if facts else "fail.condition.bare"
            yield self.say(sentence, state=state, label=part.label, facts=facts, place=place).rstrip()
            yield from _indented(self.told(part.inner))

    def fact(self, fact: Fact) -> str:
        title = self.clean(fact.title)
        if fact.value is None:
            return self.say("fail.value.unknown", title=title, address=self.clean(fact.address))
        sentence = "fail.value" if fact.on is None else "fail.value.on"
        return self.say(sentence, title=title, value=self.clean(fact.shown), day=fact.on)

    # Why something was not tried at all

    def not_tried(self, one: Rule | FollowUp) -> str:
        what: What = "rule" if isinstance(one, Rule) else "follow_up"
        if not one.stands(self.case.as_of):
            return self.not_standing(one)
        program, run = self.prepared.program, self.prepared.run(self.case.case)
        lowered = {r.id: r for r in (program.rules if what == "rule" else program.follow_ups)}.get(one.id)
        if lowered is None:
            return self.say("fail.nobody", profile=self.clean(program.profile_title))
        kinds = self.policy.vocabulary.schema.kinds
        if lowered.decides != run.kind.name:
            kind, about = (self.clean(kinds[k].title) for k in (lowered.decides, run.kind.name))
            return self.say("fail.kind", kind=kind, about=about)
        if lowered.matters is not None and run.matter not in lowered.matters:
            return self.say("fail.matter", matter=self.clean(run.matter_title()))
        if isinstance(one, FollowUp):
            return self.nothing_to_follow(one)
        needed = [one.each, *(b.kind for b in one.with_)] if one.each else [b.kind for b in one.with_]
        lacking = next(k for k in needed if not run.facts.many[k])
        return self.say("fail.no_record", kind=self.clean(kinds[lacking].title))

    def not_standing(self, one: Rule | FollowUp | RuleException) -> str:
        day = self.case.as_of
        if day in one.in_force:
            bases = self.joined(self.clean(b.name) for b in one.foundation.bases)
            return self.say("fail.fell", day=day, bases=bases)
        return self.say("fail.not_in_force", day=day, days=self.days(one.in_force.from_, one.in_force.to))

    def days(self, first: date, last: date) -> str:
        if first == date.min:
            return self.say("book.days.to", last=last)
        return (
            self.say("book.days.from", first=first)
            if last == date.max
            else self.say("book.days.both", first=first, last=last)
        )

    def nothing_to_follow(self, one: FollowUp) -> str:
        """Which measure it would have followed, or which keeps it from being due."""
        measures = self.policy.vocabulary.measures
        given = {c.measure for c in self.established}
        (lowered,) = (f for f in self.prepared.program.follow_ups if f.id == one.id)
        for measure in sorted(given & lowered.unless):
            return self.say("fail.unless", measure=self.clean(measures[measure].title))
        if lowered.after is None or given & lowered.after:
            return self.say("fail.no_record", kind=self.clean(self.policy.vocabulary.schema.kinds[one.each].title))
        names = self.joined(self.clean(measures[m].title) for m in sorted(lowered.after))
        return self.say("fail.after", measures=names)

    @property
    def established(self) -> tuple[Conclusion, ...]:
        return self.outcome.decision.established if self.outcome.decision is not None else ()

    # Exceptions, the cap, missing facts, what follows

    def exception_name(self, exception: str, rule: str) -> str:
        (one,) = (e for e in self.policy.exceptions_of(self.rules[rule]) if e.id == exception)
        return self.say(
            "fail.exception",
            rule=self.clean(rule),
            id=self.clean(exception),
            title=self.clean(one.title),
            place=self.place(one.span),
        )

    def exceptions(self, decision: Decision) -> Iterator[str]:
        wanted, found = self.case.expected.exceptions, applied(decision)
        if wanted is None:
            return
        for sentence, names in (
            ("fail.absent.exception", set(wanted) - found),
            ("fail.present.exception", found - set(wanted)),
        ):
            for name in sorted(names):
                served = [r for r in self.policy.rules if any(e.id == name for e in self.policy.exceptions_of(r))]
                trials = [t for t in self.trials if t.what == "exception" and t.id == name]
                if trials:
                    nearest, lines = self.nearest(trials)
                    yield self.say(sentence, what=self.exception_name(name, nearest.rule))
                    yield from _indented(lines)
                    continue
                one = next(e for e in self.policy.exceptions_of(served[0]) if e.id == name)
                yield self.say(sentence, what=self.exception_name(name, served[0].id))
                why = self.say("fail.rule_not_tried", rule=self.joined(self.clean(r.id) for r in served))
                yield from _indented([why if one.stands(self.case.as_of) else self.not_standing(one)])

    def capped(self, decision: Decision) -> Iterator[str]:
        wanted = self.case.expected.capped
        for c in decision.established if wanted is not None else ():
            if bool(c.capped_from) != (c.rule in (wanted or ())):
                sentence = "fail.capped" if c.capped_from else "fail.uncapped"
                measure, from_ = self.clean(c.measure_title), self.clean(c.capped_from_title)
                yield self.say(sentence, id=self.clean(c.rule), measure=measure, from_=from_)

    def missing(self, decision: Decision) -> Iterator[str]:
        wanted = self.case.expected.missing
        if wanted is None:
            return
        for fact in decision.missing:
            if fact.address not in wanted:
                rules = self.joined(map(self.clean, fact.rules)) or self.say("none.named")
                yield self.say(
                    "fail.missing", address=self.clean(fact.address), title=self.clean(fact.title), rules=rules
                )
        for address in sorted(set(wanted) - {m.address for m in decision.missing}):
            yield self.say("fail.not_missing", address=self.clean(address))

    def due(self, decision: Decision) -> Iterator[str]:
        wanted = self.case.expected.follow_ups
        found = {f.id for f in decision.follow_ups if f.status == "established"}
        pairs: tuple[tuple[str, set[str]], ...] = (
            ("fail.absent.follow_up", set(wanted or ()) - found),
            ("fail.present.follow_up", found - set(wanted) if wanted is not None else set()),
        )
        for sentence, names in pairs:
            for name in sorted(names):
                yield self.say(sentence, what=self.follow_up_name(name))
                trials = [t for t in self.trials if t.what == "follow_up" and t.id == name]
                yield from _indented(self.nearest(trials)[1] if trials else [self.not_tried(self.follow_ups[name])])
        for name in self.case.expected.clocks or {}:
            for one in decision.follow_ups:
                if one.id == name and one.clock is not None:
                    sentences = self.sentences(*self.clock(one.clock, as_of=self.case.as_of))
                    yield self.say("fail.clock", what=self.follow_up_name(name), clock=sentences)

    def follow_up_name(self, name: str) -> str:
        one = self.follow_ups[name]
        return self.say("fail.follow_up", id=self.clean(name), title=self.clean(one.title), place=self.place(one.span))

    def place(self, span: Span) -> str:
        return self.clean(f"{span.source.name}:{span.line}")


def _distance(parts: Iterable[_Tested]) -> tuple[int, int]:
    """How far a trial is from holding: first by what fails, then by what is not known."""
    states = [part.holds for part in parts]
    return states.count(False), states.count(None)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
