"""How often the constructs of the language and the sentences of the meaning took part in what the tests compared.

A construct counts for a pair of policy and case if a rule that concluded something there is written with it; a sentence, if
the decision shows that it was applied. The summary of the test run prints the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from creditrules.decision import Conclusion, Decision, FollowUp
from creditrules.policy import model
from creditrules.policy.syntax import (
    And,
    AsOf,
    Call,
    Compare,
    Expr,
    Field,
    Has,
    In,
    Literally,
    Not,
    Or,
    Param,
    Shift,
    Size,
    StatusOn,
    children,
    walk,
)
from tests.support import DEPTH

PAIRS: Counter[str] = Counter()
"""How many pairs each comparison has made."""
WANTED: dict[str, int] = {}
"""How many pairs a whole run compares, as the tests that compare them say."""
SEEN: Counter[str] = Counter()

CONSTRUCTS = (
    "field", "as_of", "text", "number", "date", "list", "parameter", "parameter of a list", "keyed parameter", "choosing parameter", "dated parameter",
    "parameter of a profile", "parameter of the caller",
    "!", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "in a list", "in a field", "has", "size", "years", "months", "days",
    "status_on ==", "status_on !=", "status_on in", "status_on another day", "status_on a parameter", "link.role", "link.from", "link.to", "link.evidenced",
    "definition", "definition in a definition", "end of validity", "term", "term with a parameter",
    "competence", "competence otherwise", "competence of findings", "feed of entries", "feed of findings", "feed of relations", "covers", "max_age",
    "decides application", "decides finding", "matters", "matters of a parameter", "each nothing", "each entry", "each finding",
    "persons self", "persons of_holder", "persons holder_is", "persons same_name", "persons of a parameter",
    "with", "with two records", "two versions", "rule for a time", "arguments", "contested", "choice: ours", "basis", "carries_if",
    "unless", "unless with", "shared exception", "shared exception with", "exception for a time", "instead: none", "instead: lighter",
    "scope rule", "scope rule of matters", "shall", "may", "must_not", "burden", "facilitation", "procedural", "advice",
    "follow-up", "follow-up of matters", "follow-up of a finding", "follow-up for a time", "follow-up on a basis", "follow-up with conditions",
    "follow-up after nothing", "follow-up after a measure", "follow-up after a group", "follow-up unless", "follow-up each entry", "follow-up each finding",
    "argument of a follow-up", "argument conclusion", "conclusion.measure", "conclusion.asked", "conclusion.rule", "conclusion.reasons",
    "conclusion.cited", "conclusion.until", "clock", "clock of working_days", "clock of calendar_days", "clock from conclusion", "extension",
    "days of a parameter", "unit of a parameter", "calendar",
)  # fmt: skip
SENTENCES = (
    "1 unknown condition", "1 settled although a fact is missing",
    "2 exception applies", "2 two or more exceptions apply", "2 exception unknown", "2 exception unknown under a known burden",
    "2 exception unknown under a known facilitation", "2 exception unknown that would lift all",
    "3 established and undetermined", "3 failed source", "3 failed register of relations", "3 record in doubt", "3 relation in doubt",
    "4 capped burden", "4 capped result of an exception", "4 carried burden", "4 something fell", "4 hypothetical",
    "5 burden", "5 facilitation", "5 undetermined", "5 ordinary", "5 not applicable", "5 undetermined scope",
    "5 not applicable unless a burden proves true", "5 facilitation beside a review", "5 facilitation beside undetermined",
    "6 several facts missing", "6 more rules wait for one fact than for another",
    "7 due", "7 undetermined", "7 after several rules", "7 not due after something given", "7 not due with something given", "7 not due on conditions",
    "7 fell", "7 last day", "7 last day if extended", "7 last day by notices", "7 day not known", "7 length or unit not known", "7 year not known",
    "7 year not known if extended", "7 day that never comes",
)  # fmt: skip
COMMON = (
    "field", "as_of", "text", "number", "date", "list", "parameter", "keyed parameter", "choosing parameter", "dated parameter",
    "!", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "in a list", "years", "months", "days",
    "status_on ==", "status_on !=", "status_on in", "status_on another day", "definition", "end of validity", "competence",
    "feed of entries", "feed of relations", "covers", "max_age", "decides application", "matters", "each nothing", "each entry", "each finding",
    "persons self", "persons of_holder", "persons holder_is", "rule for a time", "arguments", "choice: ours", "basis", "carries_if",
    "unless", "shared exception", "instead: none", "instead: lighter", "shall", "may", "must_not", "burden", "facilitation", "procedural", "advice",
    "1 unknown condition", "2 exception unknown", "2 exception unknown that would lift all", "3 failed source", "3 failed register of relations",
    "3 record in doubt", "4 carried burden", "4 hypothetical", "5 undetermined", "5 ordinary", "5 not applicable", "5 undetermined scope",
    "6 several facts missing", "6 more rules wait for one fact than for another",
    "follow-up", "follow-up on a basis", "follow-up with conditions", "follow-up after a group", "argument of a follow-up", "clock",
    "7 due", "7 not due after something given",
)  # fmt: skip
"""At least a fifth of the random policies exercise each of these, so that seventy policies are enough."""


def note(comparison: str, policy: model.Policy, decision: Decision, params: Mapping[str, Any]) -> None:
    """Count one pair. The table is of random policies: what the shipped one lacks must not seem to have been tested."""
    PAIRS[comparison] += 1
    if comparison != "shipped policy":
        SEEN.update(_Told(policy, decision, params).found())


class _Told:
    """What one pair exercised; `note` is its only user."""

    def __init__(self, policy: model.Policy, decision: Decision, params: Mapping[str, Any]) -> None:
        self.policy, self.decision, self.params = policy, decision, params
        self.day, self.profile = decision.as_of, policy.profiles[decision.policy.profile]

    def found(self) -> set[str]:
        found = set(self.sentences())
        for rule in self.policy.rules:
            concluded = [c for c in self.decision.conclusions if c.rule == rule.id]
            if concluded and rule.stands(self.day):
                found |= set(self.of_rule(rule, concluded))
        for follow_up in self.policy.follow_ups:
            if follow_up.decides == self.decision.about.kind and follow_up.stands(self.day):
                told = [f for f in self.decision.follow_ups if f.id == follow_up.id]
                found |= set(self.of_follow_up(follow_up, told))
        return found

    # Constructs

    def of_rule(self, rule: model.Rule, concluded: list[Conclusion]) -> Iterator[str]:
        policy = self.policy
        yield from ("decides " + rule.decides, "each " + (rule.each or "nothing"), rule.mode, concluded[0].group)
        yield from self.where(
            {
                "matters": rule.matters is not None, "with": rule.with_, "with two records": len(rule.with_) > 1, "arguments": rule.arguments,
                "contested": rule.contested, "choice: ours": rule.foundation.ours, "basis": rule.foundation.bases,
                "matters of a parameter": rule.matters and rule.matters.params, "rule for a time": rule.in_force != model.Interval(),
                "two versions": sum(r.id == rule.id for r in policy.rules) > 1,
                "carries_if": any(b.instrument.carries_if for b in rule.foundation.bases),
            }
        )  # fmt: skip
        for binder in (model.Binder(rule.each, rule.each, rule.persons), *rule.with_) if rule.each else rule.with_:
            yield from self.of_binder(binder)
        for expr in (*(c.test for c in rule.when), *rule.arguments.values()):
            yield from self.of_expression(expr)
        for scope in policy.scope:
            reached = scope.matters is None or self.decision.about.matter in scope.matters.words
            if set(scope.switches_off) & set(rule.groups) and scope.stands(self.day) and reached:
                yield "scope rule" if scope.matters is None else "scope rule of matters"
                for condition in scope.when:
                    yield from self.of_expression(condition.test)
        told = {e.id for c in concluded for e in c.exceptions}
        for exception in policy.exceptions_of(rule):
            if exception.id in told:
                yield from self.of_exception(exception, own=exception in rule.unless)

    def of_follow_up(self, follow_up: model.FollowUp, told: list[FollowUp]) -> Iterator[str]:
        given = {c.measure for c in self.decision.established}
        measures = self.policy.vocabulary.measures
        after, unless = (
            {m.name for m in measures.values() if {m.name, m.group} & set(words)} for words in (follow_up.after, follow_up.unless)
        )  # fmt: skip
        if not told:
            reached = follow_up.matters is None or self.decision.about.matter in follow_up.matters.words
            free = reached and not given & unless
            yield from self.where(
                {
                    "7 not due after something given": free and given and after and not given & after,
                    "7 not due with something given": reached and given & unless and (not after or given & after),
                    "7 not due on conditions": free and follow_up.when and not follow_up.each and (not after or given & after),
                }
            )  # fmt: skip
            return
        clock = follow_up.clock
        parts = (clock.from_, clock.days, clock.unit, *([clock.extension] if clock.extension else [])) if clock else ()
        arguments = [e for x in follow_up.arguments.values() for e in walk(x)]
        yield from self.where(
            {
                "follow-up": True, "follow-up of matters": follow_up.matters is not None, "follow-up of a finding": follow_up.decides == "finding",
                "follow-up for a time": follow_up.in_force != model.Interval(), "follow-up on a basis": not follow_up.foundation.ours,
                "follow-up with conditions": follow_up.when, "follow-up after nothing": not follow_up.after,
                "follow-up after a measure": set(follow_up.after) & set(measures), "follow-up after a group": set(follow_up.after) - set(measures),
                "follow-up unless": unless, f"follow-up each {follow_up.each}": follow_up.each, "argument of a follow-up": follow_up.arguments,
                "argument conclusion": any(isinstance(e, Field) and e.record == "conclusion" for e in arguments), "clock": clock,
                "extension": clock and clock.extension, "calendar": self.policy.calendar,
                "days of a parameter": clock and isinstance(clock.days, Param), "unit of a parameter": clock and isinstance(clock.unit, Param),
                "clock from conclusion": clock and any(isinstance(e, Field) and e.record == "conclusion" for e in walk(clock.from_)),
            }
        )  # fmt: skip
        for expr in (*(c.test for c in follow_up.when), *follow_up.arguments.values(), *parts):
            yield from (f"conclusion.{e.name}" for e in walk(expr) if isinstance(e, Field) and e.record == "conclusion")
            yield from self.of_expression(expr)
        for f in told:
            yield from self.of_due(f)

    def of_due(self, f: FollowUp) -> Iterator[str]:
        clock = f.clock
        yield from self.where(
            {"7 due": f.status == "established", "7 undetermined": f.status == "undetermined", "7 after several rules": len(f.after) > 1}
        )  # fmt: skip
        if clock is not None:
            never = clock.from_ in ("open", "pending")
            known = None not in (clock.from_, clock.days, clock.unit)
            yield from self.where(
                {
                    f"clock of {clock.unit}": clock.unit, "7 last day": clock.due, "7 last day if extended": clock.extended_due,
                    "7 last day by notices": clock.due and clock.calendar, "7 day not known": clock.from_ is None,
                    "7 length or unit not known": None in (clock.days, clock.unit), "7 year not known": known and clock.missing_year and not clock.due,
                    "7 year not known if extended": clock.due and clock.missing_year, "7 day that never comes": never,
                }
            )  # fmt: skip

    def of_exception(self, exception: model.RuleException, *, own: bool) -> Iterator[str]:
        kind = "unless" if own else "shared exception"
        yield from (kind, "instead: none" if exception.instead == "none" else "instead: lighter")
        yield from self.where(
            {f"{kind} with": exception.with_, "exception for a time": exception.in_force != model.Interval()}
        )
        for binder in exception.with_:
            yield from self.of_binder(binder)
        for condition in exception.when:
            yield from self.of_expression(condition.test)

    def of_binder(self, binder: model.Binder) -> Iterator[str]:
        persons = binder.persons or model.Words()
        for name in ("of_holder", "holder_is", "same_name", "self"):
            if any(name in p for p in persons.words):
                yield f"persons {name}"
        rows = [r for r in self.policy.lists if r.of == binder.kind and r.foundation.stands(self.day)]
        feeds = [f for f in self.policy.feeds if f.kind in ("", binder.kind)]
        yield from self.where(
            {
                "persons of a parameter": persons.params, "competence": rows, "competence otherwise": any(r.where is None for r in rows),
                "competence of findings": rows and binder.kind == "finding", "covers": any(f.covers for f in feeds),
                "max_age": any(f.max_age is not None for f in feeds),
            }
        )  # fmt: skip
        plural = {"": "relations", "entry": "entries", "finding": "findings"}
        yield from (f"feed of {plural[f.kind]}" for f in feeds)
        for row in rows:
            yield from self.of_expression(row.competent.test)

    def of_expression(self, expr: Expr, *, inside: bool = False) -> Iterator[str]:
        for e in walk(expr):
            yield from self.of_node(e)
            match e:
                case Call():
                    yield from ("definition", *(["definition in a definition"] if inside else []))
                    yield from self.of_expression(self.policy.definitions[e.name].body, inside=True)
                case Field(name="valid_to"):
                    yield "end of validity"
                    for term in self.policy.terms:
                        if term.foundation.stands(self.day):
                            yield "term"
                            yield from self.where(
                                {"term with a parameter": any(isinstance(x, Param) for x in walk(term.until))}
                            )
                case Param():
                    yield from self.of_parameter(self.policy.parameters[e.name])

    def of_node(self, e: Expr) -> Iterator[str]:
        names = {Not: "!", And: "&&", Or: "||", Has: "has", Size: "size", AsOf: "as_of", Field: "field"}
        yield from (name for type_, name in names.items() if isinstance(e, type_))
        statuses = [x for x in children(e) if isinstance(x, StatusOn)]
        match e:
            case Compare():
                yield f"status_on {e.operator}" if statuses else e.operator
            case In():
                yield "status_on in" if statuses else "in a field" if isinstance(e.list, Field) else "in a list"
            case Shift():
                yield e.unit
            case StatusOn() if not isinstance(e.day, AsOf):
                yield "status_on another day"
            case Field(record="link"):
                yield f"link.{e.name}"
            case Literally(value=tuple()):
                yield "list"
            case Literally():
                yield {"str": "text", "date": "date", "bool": "truth"}.get(type(e.value).__name__, "number")
        if statuses and any(isinstance(x, Param) for x in children(e)):
            yield "status_on a parameter"

    def of_parameter(self, parameter: model.Parameter) -> Iterator[str]:
        name = parameter.name
        yield from self.where(
            {
                "parameter": True, "keyed parameter": parameter.by, "choosing parameter": parameter.choose, "dated parameter": len(parameter.values) > 1,
                "parameter of a profile": name in self.profile.set, "parameter of the caller": name in self.params,
                "parameter of a list": parameter.values and isinstance(parameter.values[0].value, tuple),
            }
        )  # fmt: skip

    @staticmethod
    def where(names: Mapping[str, Any]) -> Iterator[str]:
        yield from (name for name, true in names.items() if true)

    # Sentences

    def sentences(self) -> Iterator[str]:
        decision = self.decision
        for c in decision.conclusions:
            yield from self.of_conclusion(c)
        pairs = [{(c.rule, c.record, c.link) for c in found} for found in (decision.established, decision.undetermined)]
        groups = {
            name: {c.group for c in found}
            for name, found in (("e", decision.established), ("u", decision.undetermined))
        }
        exact = [c for c in decision.conclusions if c.group in ("burden", "facilitation")]
        prospect = next((set(p.missing) for p in decision.could_become if p.measure == "not_applicable"), None)
        # Of the two reasons for this prospect, the second waits for every fact that any burden or facilitation waits for.
        burden_open = (
            prospect == {m for c in exact for m in c.missing}
            and decision.outcome == "undetermined"
            and not decision.measures
        )
        waiting = {len(m.rules) for m in decision.missing}
        measures = self.policy.vocabulary.measures
        facilitated = "facilitation" in groups["e"]
        ordinary = decision.outcome in self.policy.vocabulary.ordinary.values()
        yield from self.where(
            {
                "3 established and undetermined": pairs[0] & pairs[1], "4 something fell": decision.fell,
                "7 fell": any(f.what == "follow_up" for f in decision.fell), "4 hypothetical": decision.hypothetical,
                "5 burden": "burden" in groups["e"], "5 facilitation": decision.outcome in measures and measures[decision.outcome].group == "facilitation",
                "5 undetermined": decision.outcome == "undetermined", "5 ordinary": ordinary, "5 not applicable": decision.outcome == "not_applicable",
                "5 undetermined scope": prospect is not None and not burden_open,
                "5 not applicable unless a burden proves true": burden_open,
                "5 facilitation beside a review": facilitated and decision.outcome == "review",
                "5 facilitation beside undetermined": facilitated and decision.outcome == "undetermined",
                "6 several facts missing": len(decision.missing) > 1, "6 more rules wait for one fact than for another": len(waiting - {0}) > 1,
            }
        )  # fmt: skip

    def of_conclusion(self, c: Conclusion) -> Iterator[str]:
        facts = [f for r in c.reasons for f in r.facts]
        asked = {r.measure for r in self.policy.rules if r.id == c.rule}
        true, unknown = ([e for e in c.exceptions if e.holds is truth] for truth in (True, None))
        established = c.status == "established"
        doubted = [m for m in c.missing if m.startswith("source/")]
        person = c.link.person if c.link else ""
        delivered = not c.record.startswith("source/")
        yield from self.where(
            {
                "1 unknown condition": any(r.holds is None for r in c.reasons),
                "1 settled although a fact is missing": established and any(f.value is None for f in facts),
                "2 exception applies": true, "2 two or more exceptions apply": len(true) > 1, "2 exception unknown": unknown,
                "2 exception unknown under a known burden": established and unknown and c.group == "burden",
                "2 exception unknown under a known facilitation": unknown and c.group == "facilitation" and all(r.holds for r in c.reasons),
                "2 exception unknown that would lift all": any(e.instead == "none" for e in unknown),
                "3 failed source": not delivered, "3 failed register of relations": person == "?",
                "3 record in doubt": delivered and c.record and doubted,
                "3 relation in doubt": delivered and c.link and c.link.address and any("relations" in m for m in doubted),
                "4 capped burden": c.capped_from, "4 capped result of an exception": c.capped_from and c.capped_from not in asked,
                "4 carried burden": c.group == "burden" and c.measure in ("deny", "bar", "restrict"),
            }
        )  # fmt: skip


def table() -> Iterator[str]:
    """The lines of the table, in three columns."""
    yield "pairs compared: " + (", ".join(f"{name} {count}" for name, count in sorted(PAIRS.items())) or "none")
    for names in (CONSTRUCTS, SENTENCES):
        width, columns = (26, 5) if names is CONSTRUCTS else (50, 2)
        cells = [f"{SEEN[name]:>6} {name:<{width}}" for name in names]
        rows = -(-len(cells) // columns)
        yield from ("".join(cells[row::rows]).rstrip() for row in range(rows))


def not_seen(names: Iterable[str]) -> list[str]:
    """Those of the names that no pair exercised."""
    return [name for name in names if not SEEN[name]]


def lacking() -> list[str]:
    """What a whole run should have exercised and did not: at quick depth, those that are common.

    Nothing where not all the pairs were compared, as in a run of some of the tests.
    """
    if not WANTED or any(PAIRS[name] < count for name, count in WANTED.items()):
        return []
    return not_seen((*CONSTRUCTS, *SENTENCES) if DEPTH == "full" else COMMON)
