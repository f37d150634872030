"""The engine of record: one case at a time, with every reason."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from creditrules.decision import (
    Conclusion,
    Decision,
    Exempted,
    FactValue,
    Fallen,
    Ignored,
    Lifted,
    MissingFact,
    Overridden,
    PolicyUsed,
    Position,
    Procedure,
    Prospect,
    Reason,
    Scope,
    Status,
    Subject,
)  # fmt: skip
from creditrules.diagnostics import Diagnostic, RecordError, Text
from creditrules.engines import following
from creditrules.engines.evaluating import Code, Env, compile_
from creditrules.engines.recording import Telling, person_told, records_used
from creditrules.engines.telling import Teller
from creditrules.policy.loading import load_policy
from creditrules.policy.model import Policy
from creditrules.policy.program import Atom, Bound, Cited, Given, Program, ProgramException, ProgramRule, ProgramScope
from creditrules.policy.syntax import Expr
from creditrules.policy.truth import Truth, all_, any_, not_
from creditrules.policy.vocabulary import EXACT, NO_NOTE, NONE, NOT_APPLICABLE, UNDETERMINED
from creditrules.records.binding import NOT_SELF, Binding, Facts, bind
from creditrules.records.binding import Link as RecordLink
from creditrules.records.case import BaseCase
from creditrules.records.schema import FORMER


def load(source: str | Path, *, digest: str | None = None) -> Policy:
    """Load a shipped policy by name, or one from a folder (a Path, or text with a `/`), to be run by this engine.

    With `digest`, refuses a policy that is not the one that was signed off. Raises PolicyError with all problems.
    """
    return load_policy(source, digest=digest, runner=Prepared)


def decide(
    policy: Policy, case: BaseCase, *, as_of: date, profile: str | None = None, params: Mapping[str, Any] | None = None
) -> Decision:
    """Decide one case under a policy as of a day.

    `profile` is the policy's default one unless said; `params` overrides parameters, which makes the decision
    hypothetical. Raises PolicyError where the policy is not in force on the day or does not know profile or parameter,
    RecordError where the case does not fit the policy's vocabulary. A fact that is missing is no error.
    """
    program = policy.prepare(as_of=as_of, profile=profile, params=params)
    return (program if isinstance(program, Prepared) else Prepared(program)).decide(case)


@dataclass(frozen=True)
class Test:
    """A condition with its code."""

    atom: Atom
    code: Code


@dataclass(frozen=True)
class BoundRecord:
    """A bound record with the code of its authority's test."""

    bound: Bound
    competent: Test | None


@dataclass(frozen=True)
class Exempting:
    """An exception with its code. One that is `free` reads nothing of the record that its rule binds."""

    exception: ProgramException
    with_: tuple[BoundRecord, ...]
    tests: tuple[Test, ...]
    free: bool


@dataclass(frozen=True)
class Concluding:
    rule: ProgramRule
    each: BoundRecord | None
    with_: tuple[BoundRecord, ...]
    tests: tuple[Test, ...]
    exceptions: tuple[Exempting, ...]
    arguments: Mapping[str, Code]


@dataclass(frozen=True)
class Scoping:
    scope: ProgramScope
    tests: tuple[Test, ...]


class Prepared:
    """A program ready to decide. It holds no state of any case, so one serves many cases and threads."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.codes: dict[int, Code] = {}
        self.rules = tuple(self._rule(r) for r in program.rules)
        self.scopes = tuple(Scoping(s, self._tests(s.atoms)) for s in program.scopes.values())
        self.follow_ups = following.compiled(program, self._code)
        self.terms = tuple((t, self._code(t.where), self._code(t.until)) for t in program.terms)

    def _tests(self, atoms: Iterable[Atom]) -> tuple[Test, ...]:
        return tuple(Test(a, self._code(a.test)) for a in atoms)

    def _code(self, expr: Expr) -> Code:
        # The program keeps each expression, and rules that share an exception share its conditions.
        if id(expr) not in self.codes:
            self.codes[id(expr)] = compile_(expr, self.program.as_of)
        return self.codes[id(expr)]

    def _bound(self, bound: Bound) -> BoundRecord:
        return BoundRecord(bound, self._tests([bound.competent])[0] if bound.competent else None)

    def _rule(self, rule: ProgramRule) -> Concluding:
        own = {rule.each.alias, "link"} if rule.each else set()
        exceptions = tuple(self._exception(e, own) for e in rule.exceptions)
        arguments = {name: self._code(expr) for name, expr in rule.arguments.items()}
        with_ = tuple(self._bound(b) for b in rule.with_)
        return Concluding(
            rule, self._bound(rule.each) if rule.each else None, with_, self._tests(rule.atoms), exceptions, arguments
        )

    def _exception(self, exception: ProgramException, own: set[str]) -> Exempting:
        tests = self._tests(exception.atoms)
        free = not any(read.record in own for t in tests for read in t.code.reads())
        return Exempting(exception, tuple(self._bound(b) for b in exception.with_), tests, free)

    def decide(self, case: BaseCase) -> Decision:
        """Decide one case. Raises RecordError where it does not fit the policy's vocabulary."""
        return self.run(case).decision()

    def run(self, case: BaseCase) -> Run:
        """A case about to be decided. Raises RecordError where it does not fit the policy's vocabulary."""
        vocabulary = self.program.vocabulary
        if case.schema_ is not vocabulary.schema:
            message = Text(
                f"案件使用词表 `{case.schema_.name}`，政策使用 `{vocabulary.schema.name}`",
                f"the case is of the vocabulary `{case.schema_.name}`, the policy of `{vocabulary.schema.name}`",
            )
            raise RecordError([Diagnostic("CR-R027", message)])
        case.check_words(vocabulary.lists)
        return Run(self, case)

    def decide_many(self, cases: Iterable[BaseCase]) -> Iterator[Decision]:
        """Decide cases one after the other, as they come."""
        return (self.decide(case) for case in cases)


@dataclass(frozen=True)
class _Draft:
    """A conclusion of one binding before equal ones are merged."""

    rule: ProgramRule
    binding: Binding | None
    status: Status
    given: Given
    arguments: Mapping[str, FactValue]
    withheld: tuple[str, ...]
    exceptions: tuple[Exempted, ...]
    reasons: tuple[Reason, ...]
    missing: frozenset[str]
    reachable: frozenset[str]

    @property
    def identity(self) -> tuple[str, ...]:
        link = self.binding.link if self.binding else None
        record = self.binding.address if self.binding else ""
        person, place = (link.person, link.address) if link else ("", "")
        arguments = repr(sorted(self.arguments.items()))
        return self.rule.id, record, person, place, self.status, self.given.measure, self.given.capped_from, arguments


class Run:
    """One decision in the making: `Prepared.decide` asks for the decision, `tracing.trace` for how each condition went."""

    def __init__(self, prepared: Prepared, case: BaseCase) -> None:
        self.prepared, self.case = prepared, case
        self.program = prepared.program
        self.vocabulary = prepared.program.vocabulary
        self.facts: Facts = bind(case, feeds=self.program.feeds, as_of=self.program.as_of)
        self.kind, _ = case.decided
        matter = self.facts.about.values.get(self.kind.matter) if self.kind.matter else ""
        self.matter = matter if isinstance(matter, str) else ""
        self.env: dict[str, Binding] = dict(self.facts.single)
        self.tell = Teller(prepared.program, case.names)
        self.ignored: set[Ignored] = set()
        self.lifted: list[Lifted] = []
        self.free: dict[int, Truth] = {}
        self.free_missing: dict[int, set[str]] = {}
        self.scopes: dict[str, Truth] = {
            s.scope.id: all_(t.code.run(self.env) for t in s.tests) for s in self.reaching()
        }
        self.scope_missing = {s.scope.id: self.unknown(s.tests, self.env) for s in self.reaching()}

    def reaching(self) -> Iterator[Scoping]:
        """The scope rules for what is decided."""
        if self.kind.name == self.vocabulary.schema.decided[0]:
            yield from (s for s in self.prepared.scopes if s.scope.matters is None or self.matter in s.scope.matters)

    def concluding(self) -> Iterator[Concluding]:
        """The rules for what is decided."""
        for rule in self.prepared.rules:
            if rule.rule.decides == self.kind.name and (rule.rule.matters is None or self.matter in rule.rule.matters):
                yield rule

    def conclusions(self, merged: list[_Draft]) -> list[tuple[Conclusion, Binding | None]]:
        """What was concluded, the weightiest first, with the record and link that each is about."""
        return sorted(((self.conclusion(d), d.binding) for d in merged), key=lambda c: self.order(c[0]))

    def decision(self) -> Decision:
        program = self.program
        merged = self.drafts()
        drawn = self.conclusions(merged)
        conclusions = tuple(c for c, _ in drawn)
        outcome = self.outcome(conclusions)
        self.past_their_term()
        measures = {c.measure for c in conclusions if c.status == "established" and c.group in EXACT}
        burdens_first = sorted(
            measures, key=lambda m: (self.vocabulary.measures[m].group, *(-w for w in self.vocabulary.weight(m)))
        )
        followed = following.follow_ups(
            self.prepared.follow_ups, [(c, b) for c, b in drawn if c.status == "established"],
            kind=self.kind.name, matter=self.matter, env=self.env, tell=self.tell, calendar=program.calendar,
        )  # fmt: skip
        used = {c.measure for c in conclusions} | {f.measure for f in followed}
        out_of_scope = self.out_of_scope()
        ignored = tuple(sorted(self.ignored, key=lambda i: (i.record, i.why, i.rule)))
        lifted = tuple(sorted(self.lifted, key=lambda x: (x.rule, x.record, x.link.address if x.link else "")))
        missing = self.missing_facts(merged)
        told: tuple[Telling, ...] = (*conclusions, *out_of_scope, *lifted, *ignored, *followed, *missing)
        note = self.vocabulary.measures[outcome].note if outcome in self.vocabulary.measures else NO_NOTE
        return Decision(
            PolicyUsed(
                program.policy, program.version, program.title, program.digest, program.profile, program.profile_title
            ),
            program.as_of,
            Subject(self.kind.name, self.facts.about.address, self.matter, self.matter_title()),
            outcome,
            self.vocabulary.title(outcome),
            tuple(burdens_first),
            conclusions,
            out_of_scope,
            lifted,
            self.procedures(conclusions),
            self.prospects(merged, outcome),
            missing,
            tuple(Fallen(f.what, f.id, f.bases) for f in program.fell),
            ignored,
            program.hypothetical,
            tuple(Overridden(*one) for one in program.overridden),
            self.case.digest(),
            followed,
            note,
            {m: titles for m in sorted(used) if (titles := self.vocabulary.measures[m].argument_titles)},
            None if self.case.person is None else person_told(self.case.person, self.case),
            records_used(told, self.case, facts=self.facts, tell=self.tell, terms=self.prepared.terms),
        )  # fmt: skip

    def past_their_term(self) -> None:
        """The records that would still stand today, had a term not brought their end forward."""
        for term, where, until in self.prepared.terms:
            ends = self.vocabulary.schema.kinds[term.kind].ends
            for binding in self.facts.many.get(term.kind, ()):
                if binding.exists is not True or binding.by_name_only:
                    continue
                env = {**self.env, term.kind: binding, "link": binding}
                own, last = binding.values[ends], until.run(env)
                if where.run(env) is not True or last is None or last >= self.program.as_of:
                    continue
                if isinstance(own, date) and own < self.program.as_of:
                    continue
                steps = binding.timeline.steps if binding.timeline else ()
                # What was repaired or removed is not shown as a record, so neither is its term.
                if (
                    binding.timeline is None
                    or not steps
                    or steps[0].status in binding.timeline.status_on(self.program.as_of)
                ):
                    self.ignored.add(Ignored(binding.address, "term", "", self.tell.provisions(term.cited)))

    def matter_title(self) -> Text:
        found = self.vocabulary.matters.get(self.matter)
        return found.title if found else self.kind.title

    # Rules

    def drafts(self) -> list[_Draft]:
        """What the rules conclude, equal conclusions merged."""
        return _merged(
            [
                draft
                for rule in self.concluding()
                for binding, env in self.bindings(rule)
                for draft in self.binding(rule, binding, env)
            ]
        )

    def bindings(self, rule: Concluding) -> Iterator[tuple[Binding | None, Env]]:
        """Each record and link that a rule looks at, with what its conditions see; once without one where it binds none."""
        if rule.each is None:
            yield None, self.env
            return
        for binding in self.facts.many[rule.each.bound.kind]:
            yield binding, {**self.env, rule.each.bound.alias: binding, "link": binding}

    def binding(self, rule: Concluding, binding: Binding | None, env: Env) -> Iterator[_Draft]:
        """What a rule concludes for one record and link: what is established, and what may be more."""
        counts = True if rule.each is None or binding is None else self.counts(rule.each, binding, env)
        if counts is False:
            return
        matches = [
            (inner, all_([truth, *(t.code.run(inner) for t in rule.tests)])) for inner, truth in self.combinations(rule.with_, env)
        ]  # fmt: skip
        scope = any_(self.scopes.get(s, False) for s in rule.rule.scope)
        holds = all_([counts, any_(truth for _, truth in matches), not_(scope)])
        if holds is False:
            return
        exceptions = [(e, self.exception(e, env)) for e in rule.exceptions]
        certain, possible, through = self.measures(rule, binding, exceptions)
        if possible.measure == NONE:
            lifting = [(e, through[e.exception.id]) for e, truth in exceptions if truth is True]
            if holds is True and any(g.measure == NONE for _, g in lifting):
                witness = next(inner for inner, truth in matches if truth is True)
                applied = tuple(self.exempted(rule, e, True, given=g, binding=binding, env=env) for e, g in lifting)
                self.lifted.append(self.lift(rule, binding, applied, witness))
            elif possible.capped_from and holds is True:
                self.ignored.add(Ignored(binding.address if binding else "", "cap", rule.rule.id))
            return
        rank = self.vocabulary.rank
        true = next((inner for inner, truth in matches if truth is True), None)
        witness = true or next((inner for inner, truth in matches if truth is None), env)
        arguments = {name: self.tell.argument(code, env) for name, code in rule.arguments.items()}
        withheld = self.tell.withheld(rule.arguments, env)
        reasons = self.reasons(rule.rule, rule.tests, binding, witness)
        applied = tuple(
            self.exempted(rule, e, truth, given=through[e.exception.id], binding=binding, env=env)
            for e, truth in exceptions
            if truth is not False
        )
        undecided = [
            e
            for e, truth in exceptions
            if truth is None and rank(through[e.exception.id].measure) < rank(possible.measure)
        ]
        reachable = {possible.measure, *(through[e.exception.id].measure for e in undecided)} - {NONE}
        missing = {a for e in undecided for a in self.unknown_exception(e, env)}
        if holds is True:
            if certain.measure != NONE:
                yield _Draft(
                    rule.rule,
                    binding,
                    "established",
                    certain,
                    arguments,
                    withheld,
                    applied,
                    reasons,
                    frozenset(),
                    frozenset(),
                )
            if rank(possible.measure) > rank(certain.measure):
                yield _Draft(
                    rule.rule, binding, "undetermined", possible, arguments, withheld, applied, reasons, frozenset(missing),
                    frozenset(reachable - {certain.measure}),
                )  # fmt: skip
            return
        if rule.each is not None and binding is not None:
            missing |= self.unknown_record(rule.each, binding, env)
        if any_(truth for _, truth in matches) is None:
            for inner, truth in matches:
                if truth is None:
                    missing |= self.unknown(rule.tests, inner)
                    for other in rule.with_:
                        missing |= self.unknown_record(other, inner[other.bound.alias], inner)
        for scope_id in rule.rule.scope:
            if self.scopes.get(scope_id, False) is None:
                missing |= self.scope_missing[scope_id]
        yield _Draft(
            rule.rule,
            binding,
            "undetermined",
            possible,
            arguments,
            withheld,
            applied,
            reasons,
            frozenset(missing),
            frozenset(reachable),
        )

    def counts(self, bound: BoundRecord, binding: Binding, env: Env) -> Truth:
        """Whether a record exists, was made by a competent authority, and is of one of the persons that count."""
        competent = True if bound.competent is None else bound.competent.code.run(env)
        if competent is False and binding.exists is True:
            self.ignored.add(Ignored(binding.address, "authority", ""))
        return all_([binding.exists, competent, self.persons(bound.bound, binding)])

    def persons(self, bound: Bound, binding: Binding) -> Truth:
        link = binding.link
        if bound.persons is None or link is None:
            return True
        if link.person == NOT_SELF:
            return None if set(bound.persons) - {"self"} else False
        return all_([link.certain, any_(all_(t for t, _ in way) for way in self.ways(bound.persons, link))])

    def ways(self, persons: tuple[str, ...], link: RecordLink) -> list[list[tuple[Truth, str]]]:
        """The ways in which a link may be one of those listed, each the tests that it must pass and the fields they read."""
        day, begin, end = self.program.as_of, link.from_, link.to
        found: list[list[tuple[Truth, str]]] = []
        if link.person in persons:
            begun = None if begin is None else begin <= day
            lasts = None if end is None else day <= end
            found.append([(begun, "valid_from"), (lasts, "valid_to"), (link.evidenced, "evidenced")])
        if f"{FORMER}{link.person}" in persons:
            found.append([(None if end is None else end < day, "valid_to")])
        return found

    def combinations(self, with_: tuple[BoundRecord, ...], env: Env) -> Iterator[tuple[Env, Truth]]:
        """Every choice of further records, with whether those records count."""
        for chosen in itertools.product(*(self.facts.many[b.bound.kind] for b in with_)):
            inner = (
                {**env, **{b.bound.alias: binding for b, binding in zip(with_, chosen, strict=True)}} if with_ else env
            )
            yield inner, all_(self.counts(b, binding, inner) for b, binding in zip(with_, chosen, strict=True))

    def exception(self, exception: Exempting, env: Env) -> Truth:
        # What reads nothing of the bound record is the same for each of them, and looked up once.
        if exception.free and id(exception) in self.free:
            return self.free[id(exception)]
        truth = any_(
            all_([counts, *(t.code.run(inner) for t in exception.tests)])
            for inner, counts in self.combinations(exception.with_, env)
        )
        if exception.free:
            self.free[id(exception)] = truth
        return truth

    def measures(
        self, rule: Concluding, binding: Binding | None, exceptions: list[tuple[Exempting, Truth]]
    ) -> tuple[Given, Given, dict[str, Given]]:
        """What is certain, what is possible, and what each exception leaves: the lightest of what may apply, after the cap."""
        link = binding.link if binding else None
        listed = rule.each.bound.persons if rule.each is not None else None
        persons = [link.person] if link is not None and listed is not None else [""]
        if link is not None and listed is not None and link.person == NOT_SELF:
            # Whoever it is of those, the record could weigh as much as it does for the one that it burdens most.
            persons = [p.removeprefix(FORMER) for p in listed if p != "self"]
        best: tuple[Given, Given, dict[str, Given]] | None = None
        weight = self.vocabulary.weight
        for person in persons:
            key = (self.matter, person)
            own = rule.rule.gives[key]
            through = {e.exception.id: e.exception.instead[key] for e, _ in exceptions}
            perhaps = [own, *(through[e.exception.id] for e, truth in exceptions if truth is not False)]
            surely = [own, *(through[e.exception.id] for e, truth in exceptions if truth is True)]
            found = (
                min(perhaps, key=lambda g: weight(g.measure)),
                min(surely, key=lambda g: weight(g.measure)),
                through,
            )
            if best is None or weight(found[1].measure) > weight(best[1].measure):
                best = found
        assert best is not None  # noqa: S101 - a rule whose list of persons is empty is not in the program
        return best

    # What is missing

    def unknown(self, tests: Iterable[Test], env: Env) -> frozenset[str]:
        return frozenset(self.tell.missing_fact(read, env) for t in tests for read in t.code.unknown(env))

    def unknown_record(self, bound: BoundRecord, binding: Binding, env: Env) -> set[str]:
        """What is missing to know whether a record exists, who made it, and how its holder is linked."""
        found = set()
        if binding.exists is None:
            found.add(self.tell.source(binding.missing))
        if bound.competent is not None:
            found |= self.unknown([bound.competent], env)
        link = binding.link
        if link is None or self.persons(bound.bound, binding) is not None:
            return found
        if link.person == NOT_SELF:
            return found | {self.tell.source(binding.missing)}
        if link.certain is None:
            found.add(self.tell.source(link.missing))
        for way in self.ways(bound.bound.persons or (), link):
            if all_(truth for truth, _ in way) is None:
                found |= {self.tell.link_field(link, name) for truth, name in way if truth is None}
        return found

    def unknown_exception(self, exception: Exempting, env: Env) -> set[str]:
        if exception.free and id(exception) in self.free_missing:
            return self.free_missing[id(exception)]
        found: set[str] = set()
        for inner, truth in self.combinations(exception.with_, env):
            if all_([truth, *(t.code.run(inner) for t in exception.tests)]) is None:
                found |= self.unknown(exception.tests, inner)
                for bound in exception.with_:
                    found |= self.unknown_record(bound, inner[bound.bound.alias], inner)
        if exception.free:
            self.free_missing[id(exception)] = found
        return found

    # What is told

    def reasons(
        self,
        of: ProgramRule | ProgramException,
        tests: tuple[Test, ...],
        binding: Binding | None,
        env: Env,
        rule: str = "",
    ) -> tuple[Reason, ...]:
        link = binding.link if binding else None
        where = (binding.address if binding else "", link.person if link else "")
        return tuple(self.reason(rule or of.id, t, env, of.cited, where) for t in tests)

    def reason(self, rule: str, test: Test, env: Env, cited: tuple[Cited, ...], where: tuple[str, str]) -> Reason:
        return self.tell.reason(rule, test.atom, test.code, env, cited=cited, where=where)

    def out_of_scope(self) -> tuple[Scope, ...]:
        """The scope rules that hold or may hold, with their conditions and provisions."""
        found = []
        for scope in self.prepared.scopes:
            rule, truth = scope.scope, self.scopes.get(scope.scope.id, False)
            if truth is not False:
                reasons = tuple(self.reason(rule.id, t, self.env, rule.cited, ("", "")) for t in scope.tests)
                status: Status = "established" if truth else "undetermined"
                missing = tuple(sorted(self.scope_missing[rule.id]))
                found.append(
                    Scope(rule.id, rule.title, status, self.tell.provisions(rule.cited), rule.ours, reasons, missing)
                )
        return tuple(found)

    def lift(self, rule: Concluding, binding: Binding | None, applied: tuple[Exempted, ...], witness: Env) -> Lifted:
        link = self.tell.link(binding.link) if binding and binding.link else None
        address = binding.address if binding else ""
        return Lifted(
            rule.rule.id, rule.rule.title, address, link, applied, self.reasons(rule.rule, rule.tests, binding, witness)
        )

    def exempted(
        self, rule: Concluding, exception: Exempting, truth: Truth, *, given: Given, binding: Binding | None, env: Env
    ) -> Exempted:
        """An exception that applies or may apply, with its conditions as they are for the records for which it does."""
        one = exception.exception
        witness = next(
            inner
            for inner, counts in self.combinations(exception.with_, env)
            if all_([counts, *(t.code.run(inner) for t in exception.tests)]) is truth
        )
        return Exempted(
            one.id, one.title, truth, given.measure, self.tell.measure_title(given.measure), self.tell.provisions(one.cited), one.ours,
            self.reasons(one, exception.tests, binding, witness, rule=rule.rule.id),
        )  # fmt: skip

    def conclusion(self, draft: _Draft) -> Conclusion:
        rule, given = draft.rule, draft.given
        measure = self.vocabulary.measures[given.measure]
        link = draft.binding.link if draft.binding else None
        return Conclusion(
            rule.id, rule.title, draft.status, rule.mode, measure.group, given.measure, measure.title, given.capped_from,
            self.tell.measure_title(given.capped_from or NONE), draft.arguments, draft.binding.address if draft.binding else "",
            self.tell.link(link) if link else None, draft.exceptions, self.tell.provisions(rule.cited), rule.ours,
            tuple(Position(self.tell.provisions([c.basis])[0], c.says) for c in rule.contested), draft.reasons, tuple(sorted(draft.missing)),
            draft.withheld,
        )  # fmt: skip

    def order(self, conclusion: Conclusion) -> tuple[Any, ...]:
        group = ("burden", "facilitation", "procedural", "advice").index(conclusion.group)
        weight = tuple(-w for w in self.vocabulary.weight(conclusion.measure))
        link = (conclusion.link.person, conclusion.link.address) if conclusion.link else ("", "")
        rest = (conclusion.capped_from, repr(sorted(conclusion.arguments.items())))
        return group, conclusion.status, weight, conclusion.rule, conclusion.record, link, rest

    # The outcome

    def outcome(self, conclusions: tuple[Conclusion, ...]) -> str:
        def heaviest(group: str) -> str:
            found = {c.measure for c in conclusions if c.group == group and c.status == "established"}
            return max(found, key=self.vocabulary.weight) if found else ""

        burden, facilitation = heaviest("burden"), heaviest("facilitation")
        open_ = any(c.group == "burden" and c.status == "undetermined" for c in conclusions)
        if any(self.scopes.values()) and not (burden or open_ or facilitation):
            return NOT_APPLICABLE
        if burden:
            return burden
        if open_:
            return UNDETERMINED
        return facilitation or self.vocabulary.ordinary[self.kind.name]

    def procedures(self, conclusions: tuple[Conclusion, ...]) -> tuple[Procedure, ...]:
        merged: dict[tuple[str, str, str], list[Conclusion]] = defaultdict(list)
        for c in conclusions:
            if c.group not in EXACT:
                merged[c.measure, repr(sorted(c.arguments.items())), c.status].append(c)
        return tuple(
            Procedure(
                c.measure, c.measure_title, c.group, c.status, c.arguments, tuple(sorted({d.rule for d in same})),
                self.vocabulary.measures[c.measure].tells, self.vocabulary.measures[c.measure].remedy,
            )
            for _, same in sorted(merged.items()) for c in same[:1] if c.group in ("procedural", "advice")
        )  # fmt: skip

    def exact(self, draft: _Draft) -> bool:
        """Whether a conclusion counts for the outcome."""
        return self.vocabulary.measures[draft.rule.measure].group in EXACT

    def prospects(self, drafts: list[_Draft], outcome: str) -> tuple[Prospect, ...]:
        """Every measure that an undetermined conclusion could still give, and whether the policy may not reach at all."""
        rules: dict[str, set[str]] = defaultdict(set)
        missing: dict[str, set[str]] = defaultdict(set)
        for draft in drafts:
            if draft.status == "undetermined" and self.exact(draft):
                for measure in draft.reachable:
                    rules[measure].add(draft.rule.id)
                    missing[measure] |= draft.missing
        for scope, truth in self.scopes.items():
            if truth is None:
                rules[NOT_APPLICABLE].add(scope)
                missing[NOT_APPLICABLE] |= self.scope_missing[scope]
            elif (
                truth
                and outcome == UNDETERMINED
                and not any(d.status == "established" for d in drafts if self.exact(d))
            ):
                # The policy does not reach this far unless one of the open burdens outside its scope proves true.
                rules[NOT_APPLICABLE].add(scope)
                missing[NOT_APPLICABLE] |= {a for d in drafts if self.exact(d) for a in d.missing}
        return tuple(
            Prospect(m, self.vocabulary.title(m), tuple(sorted(rules[m])), tuple(sorted(missing[m]))) for m in sorted(rules)
        )  # fmt: skip

    def missing_facts(self, drafts: list[_Draft]) -> tuple[MissingFact, ...]:
        """What is missing, that first for which most undetermined conclusions wait."""
        waiting: dict[str, list[str]] = defaultdict(list)
        for draft in drafts:
            for where in draft.missing:
                waiting[where].append(draft.rule.id)
        for where in (w for s, truth in self.scopes.items() if truth is None for w in self.scope_missing[s]):
            waiting.setdefault(where, [])
        found = []
        for where in sorted(waiting, key=lambda w: (-len(waiting[w]), w)):
            record, title, supplier = self.tell.noted[where]
            found.append(MissingFact(where, record, title, supplier, tuple(sorted(set(waiting[where])))))
        return tuple(found)


def _merged(drafts: list[_Draft]) -> list[_Draft]:
    """Bindings that give the same conclusion are one; what is missing for them is united."""
    found: dict[tuple[str, ...], _Draft] = {}
    for draft in drafts:
        first = found.get(draft.identity)
        if first is None:
            found[draft.identity] = draft
            continue
        found[draft.identity] = _Draft(
            first.rule, first.binding, first.status, first.given, first.arguments, first.withheld, first.exceptions, first.reasons,
            first.missing | draft.missing, first.reachable | draft.reachable,
        )  # fmt: skip
    return list(found.values())
