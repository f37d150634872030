"""Hold one decision against what must hold of every decision, whatever its rules say.

Two kinds of checks are made. Those of the policy (`checks:` in its files) say what its law demands, in the language of its
conditions; they read the conclusions, the records that those are about, and the decision. Those of this module hold under
every policy, and are computed from the case as it was given, without a look at how the engine linked its records:

    C01  nothing heavier is established than the rule gives on the day, after the cap
    C04  nothing rests on a record of somebody who merely bears the same name, and each link is there by code
    C10  nothing rests on a person whom the rule does not name
    C13  nothing is imposed or given without a reason, and a basis or the mark of a choice; the headline says what the
         conclusions say
    C14  the decision is a proposal to an officer
    C17  nothing is established on what a source did not deliver, or on a fact that is not known
    C21  no identity code of the case stands in what the decision prints
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from creditrules.decision import Conclusion, Decision, Fact, Part, Provision
from creditrules.diagnostics import Diagnostic, PolicyError, RecordError, Text
from creditrules.engines.evaluating import Code, Env, compile_
from creditrules.engines.following import conclusion_binding
from creditrules.engines.python import load
from creditrules.engines.telling import Teller
from creditrules.policy.afterwards import CONCLUSION, DECISION
from creditrules.policy.lower import lower
from creditrules.policy.model import Policy
from creditrules.policy.program import Atom, Program, ProgramCheck, ProgramRule
from creditrules.policy.truth import Truth, all_
from creditrules.policy.vocabulary import EXACT, NOT_APPLICABLE, UNDETERMINED
from creditrules.records.binding import Binding, Facts, bind
from creditrules.records.case import BaseCase
from creditrules.records.schema import FORMER, Value


@dataclass(frozen=True, repr=False)
class Violation(Part):
    """A check that a decision does not pass: which, where, and what would have to hold.

    `holds` is False where it does not hold, and None where that is not known. `allowed` is the policy's reason why it may
    fail under the profile, or None.
    """

    check: str
    title: Text
    must: Text
    holds: bool | None
    rule: str
    record: str
    facts: tuple[Fact, ...]
    provisions: tuple[Provision, ...]
    allowed: Text | None


def check_decision(
    decision: Decision, case: BaseCase, *, policy: Policy | None = None, params: Mapping[str, Any] | None = None
) -> tuple[Violation, ...]:
    """Everything about a decision that must not be; nothing means that it passes.

    `policy` is the one that decided; a shipped one is found by its name. `params` are those that the decision was made with,
    if any. A violation with `allowed` is one that the policy itself expects, and says why. Raises RecordError where the
    decision was not made about this case, PolicyError where it was not made by this policy or with these parameters.
    """
    if policy is None:
        policy = load(decision.policy.name)
    checks = Checks(lower(policy, as_of=decision.as_of, profile=decision.policy.profile, params=params))
    return checks.violations(decision, case)


@dataclass(frozen=True)
class _Check:
    check: ProgramCheck
    tests: tuple[Code, ...]
    must: Code
    competent: Code | None


class Checks:
    """The checks of one program, ready for many decisions. It holds no state of any of them."""

    def __init__(self, program: Program) -> None:
        def code(atom: Atom) -> Code:
            return compile_(atom.test, program.as_of)

        self.program = program
        self.checks = tuple(
            _Check(c, tuple(map(code, c.atoms)), code(c.must), code(c.competent) if c.competent else None)
            for c in program.checks
        )

    def violations(self, decision: Decision, case: BaseCase) -> tuple[Violation, ...]:
        """What `check_decision` finds."""
        self._belongs(decision, case)
        facts = bind(case, feeds=self.program.feeds, as_of=self.program.as_of)
        found = [*self._of_policy(decision, facts), *_of_every_policy(decision, case, self.program)]
        return tuple(sorted(found, key=lambda v: (v.check, v.rule, v.record)))

    def _belongs(self, decision: Decision, case: BaseCase) -> None:
        program, used = self.program, decision.policy
        made = (used.digest, used.profile, decision.as_of, [(o.name, o.value) for o in decision.overridden])
        if made != (program.digest, program.profile, program.as_of, [(n, v) for n, _, v in program.overridden]):
            message = Text(
                "决定不是按这一政策、方案、日期或参数作出的",
                "the decision was not made by this policy, profile, day or parameters",
            )
            hint = Text("给出作出决定时所用的政策和参数", "give the policy and the parameters that it was made with")
            raise PolicyError([Diagnostic("CR-P046", message, help=hint)])
        if decision.case_digest != case.digest():
            message = Text("决定不是就这一案件作出的", "the decision was not made about this case")
            raise RecordError([Diagnostic("CR-R060", message)])

    def _of_policy(self, decision: Decision, facts: Facts) -> Iterator[Violation]:
        once = {**facts.single, DECISION.name: _decision_binding(decision)}
        for check in self.checks:
            one = check.check
            if one.decides != decision.about.kind or (
                one.matters is not None and decision.about.matter not in one.matters
            ):
                continue
            for conclusion, env in _occasions(check, decision, facts, once):
                due = all_(t.run(env) for t in check.tests)
                holds = check.must.run(env)
                if due is True and holds is not True:
                    yield self._violation(check, conclusion, env, holds)

    def _violation(self, check: _Check, conclusion: Conclusion | None, env: Env, holds: Truth) -> Violation:
        one, tell = check.check, Teller(self.program, {})
        rule = conclusion.rule if conclusion else ""
        record = conclusion.record if conclusion else env[one.each].address if one.each else ""
        facts = (*(f for t in check.tests for f in tell.facts(t, env)), *tell.facts(check.must, env))
        known = {(f.address, f.on): f for f in facts}
        return Violation(
            one.id, one.title, one.must.label, holds, rule, record, tuple(known.values()), tell.provisions(one.cited), one.allowed
        )  # fmt: skip


def _occasions(check: _Check, decision: Decision, facts: Facts, once: Env) -> Iterator[tuple[Conclusion | None, Env]]:
    """Each thing of which a check must hold, with what its conditions see."""
    one = check.check
    if one.of is None:
        if not one.each:
            yield None, once
        for binding in facts.many[one.each] if one.each else ():
            env = {**once, one.each: binding, "link": binding}
            competent = check.competent is None or check.competent.run(env) is True
            if binding.exists is True and competent and not binding.by_name_only:
                yield None, env
        return
    for conclusion in decision.established:
        if conclusion.measure not in one.of:
            continue
        env = {**once, CONCLUSION.name: conclusion_binding(conclusion)}
        if not one.each:
            yield conclusion, env
            continue
        for binding in facts.many[one.each]:
            if _is_about(conclusion, binding):
                yield conclusion, {**env, one.each: binding, "link": binding}


def _is_about(conclusion: Conclusion, binding: Binding) -> bool:
    link = conclusion.link
    here = (binding.link.person, binding.link.address) if binding.link else ("", "")
    return binding.address == conclusion.record and here == ((link.person, link.address) if link else ("", ""))


def _decision_binding(decision: Decision) -> Binding:
    """A decision as a record that conditions can read."""

    def names(measures: Iterator[str]) -> tuple[str, ...]:
        return tuple(sorted(set(measures)))

    values: dict[str, Value | None] = {
        "outcome": decision.outcome, "measures": decision.measures, "proposal": decision.proposal,
        "procedures": names(p.measure for p in decision.procedures if p.status == "established"),
        "follow_ups": names(f.measure for f in decision.follow_ups if f.status == "established"),
    }  # fmt: skip
    return Binding(DECISION.name, DECISION.name, MappingProxyType(values), None)


# What holds under every policy

_RULES = {
    "C01": (
        Text("措施不重于规则依法给出的", "a measure is no heavier than its rule gives by law"),
        Text(
            "措施是规则或者其除外情形在该日给出的",
            "the measure is one that the rule or an exception of it gives on the day",
        ),
    ),
    "C04": (
        Text("不按名称认定主体", "nobody is matched by name"),
        Text("记录所属主体以代码与申请主体相联", "the holder of the record is linked to the subject by code"),
    ),
    "C10": (
        Text("不及于规则未列的人员", "nobody is reached whom the rule does not name"),
        Text("规则列有这种关系", "the rule names such a link"),
    ),
    "C13": (
        Text("结论有理由和依据", "a conclusion has reasons and a basis"),
        Text("写明理由，并有依据或注明是选择", "there is a reason, and a basis or the mark of a choice"),
    ),
    "C14": (
        Text("决定只是建议", "a decision is a proposal"),
        Text("标明是建议", "it is marked as a proposal"),
    ),
    "C17": (
        Text("缺少的事实不产生后果", "what is not known has no effect"),
        Text("记录已取得，条件都已查明", "the record was delivered, and every condition is known to hold"),
    ),
    "C21": (
        Text("身份代码须遮盖", "identity codes are masked"),
        Text("打印的内容中没有完整代码", "no whole code stands in what is printed"),
    ),
}


def _of_every_policy(decision: Decision, case: BaseCase, program: Program) -> Iterator[Violation]:
    def violation(check: str, conclusion: Conclusion | None = None) -> Violation:
        rule, record = (conclusion.rule, conclusion.record) if conclusion else ("", "")
        return Violation(check, *_RULES[check], False, rule, record, (), (), None)

    rules = {r.id: r for r in program.rules}
    for conclusion in decision.established:
        if conclusion.group == "advice":
            continue  # a note to the officer may name whatever he should look at
        rule = rules.get(conclusion.rule)
        if conclusion.measure not in _given(rule, decision.about.matter):
            yield violation("C01", conclusion)
        if not _linked_by_code(conclusion, case, decision):
            yield violation("C04", conclusion)
        persons = (rule.each.persons or ()) if rule is not None and rule.each is not None else ()
        if conclusion.link is not None and conclusion.link.person not in persons:
            yield violation("C10", conclusion)
        if not conclusion.reasons or not (conclusion.provisions or conclusion.ours):
            yield violation("C13", conclusion)
        unknown = conclusion.missing or any(r.holds is not True for r in conclusion.reasons)
        if unknown or conclusion.record.startswith("source/"):
            yield violation("C17", conclusion)
    if not _headline(decision, program):
        yield violation("C13")
    if decision.proposal is not True:
        yield violation("C14")
    # What is printed holds no more than the data does, in which an id may be a code; masking all of it takes long.
    codes = [code.partition(":")[2] for code in case.positions]
    data = decision.to_json()
    if any(code in data for code in codes):
        printed = repr(decision)
        if any(code in printed for code in codes):
            yield violation("C21")


def _given(rule: ProgramRule | None, matter: str) -> set[str]:
    """What a rule may establish in the matter: its measure after the cap, and what its exceptions leave."""
    given = (rule.gives, *(e.instead for e in rule.exceptions)) if rule is not None else ()
    return {g.measure for each in given for (of, _), g in each.items() if of == matter}


def _headline(decision: Decision, program: Program) -> bool:
    """Whether outcome and measures are those of the conclusions."""
    weight = program.vocabulary.weight
    given = {g: {c.measure for c in decision.established if c.group == g} for g in EXACT}
    if set(decision.measures) != given["burden"] | given["facilitation"]:
        return False
    if given["burden"]:
        return decision.outcome == max(given["burden"], key=weight)
    if any(c.group == "burden" for c in decision.undetermined):
        return decision.outcome == UNDETERMINED
    if given["facilitation"]:
        return decision.outcome == max(given["facilitation"], key=weight)
    return decision.outcome in (NOT_APPLICABLE, program.vocabulary.ordinary.get(decision.about.kind))


def _linked_by_code(conclusion: Conclusion, case: BaseCase, decision: Decision) -> bool:
    """Whether the record's holder is the subject, or one to whom a relation of the case leads, as the conclusion says."""
    name, _, key = conclusion.record.partition("/")
    kind = case.schema_.kinds.get(name)
    if kind is None or not kind.held_by:
        return conclusion.link is None
    if conclusion.link is None or case.person is None:
        return False
    held = [getattr(r, kind.held_by) for r in case.of_kind(name) if str(getattr(r, kind.key)) == key]
    subject, person, day = case.identity(case.person), conclusion.link.person.removeprefix(FORMER), decision.as_of
    for holder in map(case.identity, held):
        if person == "self" and holder == subject:
            return True
        for relation in case.relations:
            of, who = case.identity(relation.of), case.identity(relation.person)
            linked = (who, of) == (subject, holder) and person == f"{relation.role}_of_holder"
            linked = linked or ((who, of) == (holder, subject) and person == f"holder_is_{relation.role}")
            begin, end = relation.valid_from, relation.valid_to
            if linked and relation.evidenced and begin is not None and end is not None and begin <= day <= end:
                return True
    return False
