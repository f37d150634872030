"""Find what a case expects and no decision could meet: unknown words, contradictions, rules that cannot apply on its day.

A case that cannot fail, or that cannot pass, would tell nothing of the policy; it is refused before it is run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from creditrules.diagnostics import Diagnostic, Span, Text, near, one_of, shown
from creditrules.policy.model import FollowUp, Policy, Rule, RuleException
from creditrules.policy.vocabulary import EXACT, NONE, NOT_APPLICABLE, UNDETERMINED
from creditrules.records.case import BaseCase
from creditrules.testing.expectations import CaseInProfile, ProcedureExpected

EXACT_LISTS = (
    "because", "undetermined", "exceptions", "lifted", "missing", "capped", "ignored", "fell", "follow_ups",
)  # fmt: skip
"""The lists that name all that there may be, each once."""
At = Callable[..., Span]
"""Where something stands that a case expects: its field, and the item or key within it; with `key`, the key of a value."""


@dataclass(frozen=True)
class Words:
    """The names that the expectations of the cases of one policy may use."""

    policy: Policy

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        return {r.id: r for r in self.policy.rules}

    @cached_property
    def follow_ups(self) -> Mapping[str, FollowUp]:
        return {f.id: f for f in self.policy.follow_ups}

    @cached_property
    def exceptions(self) -> Mapping[str, list[RuleException]]:
        """By id; several rules may have an exception of one id."""
        found: dict[str, list[RuleException]] = defaultdict(list)
        for rule in self.policy.rules:
            for exception in self.policy.exceptions_of(rule):
                found[exception.id].append(exception)
        return found

    @cached_property
    def outcomes(self) -> frozenset[str]:
        vocabulary = self.policy.vocabulary
        return frozenset({*self._measures(*EXACT), *vocabulary.outcomes})

    @cached_property
    def burdens(self) -> frozenset[str]:
        return self._measures("burden")

    @cached_property
    def exact(self) -> frozenset[str]:
        return self._measures(*EXACT)

    @cached_property
    def procedures(self) -> frozenset[str]:
        return self._measures("procedural", "advice")

    @cached_property
    def standing(self) -> frozenset[str]:
        """Everything that can fall with its bases; terms and lists go by the kind of record that they are about."""
        policy = self.policy
        kinds = {t.of for t in policy.terms} | {c.of for c in policy.lists}
        return frozenset({*self.rules, *self.exceptions, *self.follow_ups, *(s.id for s in policy.scope), *kinds})

    def _measures(self, *groups: str) -> frozenset[str]:
        return frozenset(m.name for m in self.policy.vocabulary.measures.values() if m.group in groups)

    def given_by(self, rule: Rule) -> frozenset[str]:
        """Every measure that a rule may conclude: its own, what exceptions leave, and what the cap leaves of either."""
        found = {rule.measure, *(e.instead for e in self.policy.exceptions_of(rule))}
        if found & self.burdens:
            found.add(self.policy.vocabulary.cap)
        return frozenset(found - {NONE})


def unmeetable(
    expected: CaseInProfile, case: BaseCase, *, words: Words, as_of: date, place: At
) -> Iterator[Diagnostic]:
    """Every problem of what a case expects under a profile, at the place of the word that is wrong."""
    yield from _Expected(expected, case, words, as_of, place).problems()


def expects_nothing(expected: CaseInProfile) -> bool:
    """Whether no decision at all could differ from what is expected.

    Lists that name all that there may be hold something also where they are empty.
    """
    inner = expected.expect
    if inner is not None and (inner.outcome, inner.measures, inner.could_become) != (None, None, None):
        return False
    fields = set(CaseInProfile.model_fields) - {"expect", "not_because", "modes", "clocks"}
    if any(getattr(expected, name) is not None for name in fields):
        return False
    return not (expected.not_because or expected.modes or expected.clocks)


@dataclass(frozen=True)
class _Expected:
    """What one case expects under one profile; `unmeetable` is its only user."""

    expected: CaseInProfile
    case: BaseCase
    words: Words
    as_of: date
    place: At

    def problems(self) -> Iterator[Diagnostic]:
        if self.expected.refused is not None:
            yield from self.refused(self.expected.refused)
            return
        unknown = list(self.unknown())
        yield from unknown
        yield from self.contradictions()
        yield from self.stray("rules", ("because", "undetermined", "capped", "lifted", "modes"), self.words.rules)
        yield from self.stray("follow_ups", ("follow_ups", "clocks"), self.words.follow_ups)
        yield from self.exceptions()
        yield from self.clocks()
        yield from self.addresses()
        if not unknown:
            yield from self.outcome()

    def named(self, field: str) -> Iterator[tuple[str, Span]]:
        """The words under a field, each with its place."""
        found = getattr(self.expected, field) or ()
        if isinstance(found, Mapping):
            yield from ((word, self.place(field, word, key=True)) for word in found)
        else:
            yield from ((word, self.place(field, index)) for index, word in enumerate(found))

    def expect(self, field: Literal["measures", "could_become"]) -> Iterator[tuple[str, Span]]:
        inner = self.expected.expect
        found = (getattr(inner, field) or ()) if inner is not None else ()
        yield from ((word, self.place("expect", field, index)) for index, word in enumerate(found))

    def impossible(self, zh: str, en: str, span: Span, hint: Text | None = None) -> Diagnostic:
        return Diagnostic("CR-P053", Text(zh, en), span, hint)

    # One word alone

    def refused(self, code: str) -> Iterator[Diagnostic]:
        if not (code.startswith("CR-P") and code[4:].isdigit() and len(code) == 7):
            message = Text(
                f"`{shown(code)}` 不是政策问题的代码", f"`{shown(code)}` is no code of a problem of a policy"
            )
            yield Diagnostic("CR-P034", message, self.place("refused"), Text("如 CR-P034", "as in CR-P034"))
        others = [f for f in CaseInProfile.model_fields if f != "refused" and getattr(self.expected, f) is not None]
        for field in others:
            yield self.impossible(
                f"政策拒绝受理参数时没有决定，不能再期望 `{field}`",
                f"where the policy refuses there is no decision, so `{field}` cannot be expected",
                self.place(field, key=True),
            )

    def unknown(self) -> Iterator[Diagnostic]:
        words = self.words
        named: list[tuple[str, Span, Iterable[str]]] = []
        lists: tuple[tuple[tuple[str, ...], Iterable[str]], ...] = (
            (("because", "not_because", "undetermined", "capped", "lifted", "modes"), words.rules),
            (("follow_ups", "clocks"), words.follow_ups),
            (("exceptions",), words.exceptions),
            (("fell",), words.standing),
        )
        for fields, known in lists:
            named += [(word, span, known) for field in fields for word, span in self.named(field)]
        inner = self.expected.expect
        if inner is not None and inner.outcome is not None:
            named.append((inner.outcome, self.place("expect", "outcome"), words.outcomes))
        named += [(word, span, words.exact) for word, span in self.expect("measures")]
        could_become = {*words.exact, NOT_APPLICABLE}
        named += [(word, span, could_become) for word, span in self.expect("could_become")]
        for index, procedure in enumerate(self.expected.procedures or ()):
            named.append((procedure.measure, self.place("procedures", index, "measure"), words.procedures))
            named += self.arguments(index, procedure)
        for word, span, known in named:
            if word not in known:
                message = Text(f"`{shown(word)}` 没有定义", f"`{shown(word)}` is not defined")
                yield Diagnostic("CR-P034", message, span, one_of(word, known))

    def arguments(self, index: int, procedure: ProcedureExpected) -> Iterator[tuple[str, Span, Iterable[str]]]:
        measure = self.words.policy.vocabulary.measures.get(procedure.measure)
        if measure is not None:
            for name in procedure.arguments:
                yield name, self.place("procedures", index, "arguments", name, key=True), measure.arguments

    # Rules, exceptions and follow-ups that cannot apply

    def stray(
        self,
        what: Literal["rules", "follow_ups"],
        fields: Iterable[str],
        known: Mapping[str, Rule] | Mapping[str, FollowUp],
    ) -> Iterator[Diagnostic]:
        """What is for another kind or matter, or does not stand on the day."""
        kind, record = self.case.decided
        matter = getattr(record, kind.matter, None) if kind.matter else None
        for field in fields:
            for word, span in self.named(field):
                one = known.get(word)
                if one is None:
                    continue
                name = Text("规则", "the rule") if what == "rules" else Text("后续事项", "the follow-up")
                zh, en = f"{name.zh} `{word}`", f"{name.en} `{word}`"
                if not one.stands(self.as_of):
                    yield self.impossible(
                        f"{zh} 在 {self.as_of} 不适用：期间不含该日，或依据均未施行",
                        f"{en} does not stand on {self.as_of}: its own period or that of its bases leaves the day out",
                        span,
                    )
                elif one.decides != kind.name:
                    yield self.impossible(
                        f"{zh} 判定的是 `{one.decides}`，本案判定的是 `{kind.name}`",
                        f"{en} decides upon `{one.decides}`, the case upon `{kind.name}`",
                        span,
                    )
                # What parameters list depends on the profile; what is written out does not.
                elif one.matters is not None and not one.matters.params and matter not in (None, *one.matters.words):
                    yield self.impossible(f"{zh} 不涉及事项 `{matter}`", f"{en} is not for the matter `{matter}`", span)

    def exceptions(self) -> Iterator[Diagnostic]:
        for word, span in self.named("exceptions"):
            alike = self.words.exceptions.get(word)
            if alike and not any(one.stands(self.as_of) for one in alike):
                yield self.impossible(
                    f"除外情形 `{word}` 在 {self.as_of} 不适用：期间不含该日，或依据均未施行",
                    f"the exception `{word}` does not stand on {self.as_of}: its own period or that of its bases leaves the day out",
                    span,
                )

    def clocks(self) -> Iterator[Diagnostic]:
        for word, span in self.named("clocks"):
            one = self.words.follow_ups.get(word)
            if one is not None and one.clock is None:
                yield self.impossible(f"后续事项 `{word}` 没有期限", f"the follow-up `{word}` has no clock", span)

    def addresses(self) -> Iterator[Diagnostic]:
        """Addresses that name no record of the case."""
        if not (self.expected.missing or self.expected.ignored):
            return
        kinds = tuple(self.case.schema_.kinds.values())
        records = {
            f"{kind.name}/{getattr(one, kind.key)}" if kind.many else kind.name
            for kind in kinds
            for one in (self.case.of_kind(kind.name) or (() if kind.many or kind.decided else (None,)))
        }
        sources = {feed.name for feed in self.words.policy.feeds}
        sources |= {str(getattr(r, k.source)) for k in kinds if k.source for r in self.case.of_kind(k.name)}
        starts = [f"source/{name}/" for name in sources]
        starts += [f"relation/{person}/" for person in self.case.schema_.persons]
        starts += [f"{record}/" for record in records]
        for field in ("missing", "ignored"):
            for word, span in self.named(field):
                if not (word.startswith(tuple(starts)) if field == "missing" else word in records):
                    listed = ", ".join(f"`{shown(r)}`" for r in sorted(records))
                    yield self.impossible(
                        f"案件中没有 `{shown(word)}` 所指的记录",
                        f"the case has no record that `{shown(word)}` could mean",
                        span,
                        near(word, records) or Text(f"案件中的记录：{listed}", f"the records of the case: {listed}"),
                    )

    # What one expectation says against another

    def contradictions(self) -> Iterator[Diagnostic]:
        expected = self.expected
        because = expected.because
        for field in EXACT_LISTS:
            seen = set()
            for word, span in self.named(field):
                if word in seen:
                    yield self.impossible(f"`{shown(word)}` 列了两次", f"`{shown(word)}` is listed twice", span)
                seen.add(word)
        for word, span in self.named("not_because"):
            if word in (because or ()):
                yield self.impossible(
                    f"规则 `{shown(word)}` 同时列入 `because`，既须成立又不应成立",
                    f"the rule `{shown(word)}` is under `because` too: it cannot both be established and not be",
                    span,
                )
        if because is not None:
            for word, span in self.named("capped"):
                if word not in because:
                    yield self.impossible(
                        f"规则 `{shown(word)}` 须成立才可能降级，却不在 `because` 中",
                        f"the rule `{shown(word)}` must be established to be capped, but is not under `because`",
                        span,
                    )
        if because is not None and expected.undetermined is not None:
            for word, span in self.named("modes"):
                if word not in (*because, *expected.undetermined):
                    yield self.impossible(
                        f"规则 `{shown(word)}` 既不在 `because` 也不在 `undetermined` 中，因而没有强度",
                        f"the rule `{shown(word)}` is under neither `because` nor `undetermined`, so it has no mode",
                        span,
                    )

    def outcome(self) -> Iterator[Diagnostic]:
        """An outcome, measures and rules of which one does not go with another."""
        inner, words = self.expected.expect, self.words
        if inner is None:
            return
        because = None if self.expected.because is None else [words.rules[r] for r in self.expected.because]
        if because is not None:
            reachable = {m for rule in because for m in words.given_by(rule)}
            for measure, span in self.expect("measures"):
                if measure not in reachable:
                    yield self.impossible(
                        f"`because` 中没有规则能给出措施 `{measure}`",
                        f"no rule under `because` can give the measure `{measure}`",
                        span,
                    )
        outcome = inner.outcome
        if outcome is None:
            return
        span = self.place("expect", "outcome")
        measures = None if inner.measures is None else set(inner.measures)
        if (measures is not None and (zh_en := self.not_heaviest(outcome, measures))) or (
            because is not None and (zh_en := self.not_given(outcome, because))
        ):
            yield self.impossible(*zh_en, span)
        elif outcome == UNDETERMINED and self.expected.undetermined == ():
            yield self.impossible(
                "结果待核实，`undetermined` 却没有列出任何规则",
                "the outcome is undetermined, but no rule is expected under `undetermined`",
                span,
            )

    def not_heaviest(self, outcome: str, measures: set[str]) -> tuple[str, str] | None:
        """Why an outcome does not follow from the measures that are expected."""
        weight = self.words.policy.vocabulary.weight
        burdens = measures & self.words.burdens
        heaviest = max(burdens or measures, key=weight, default=None)
        follows = outcome in self.words.exact or burdens or (measures and outcome != UNDETERMINED)
        if not follows or outcome == heaviest:
            return None
        if heaviest is None:
            return f"期望没有措施，结果却是 `{outcome}`", f"no measure is expected, but the outcome `{outcome}`"
        return (
            f"结果 `{outcome}` 与所列措施不符，其中 `{heaviest}` 决定结果",
            f"the outcome `{outcome}` does not follow from the measures expected, of which `{heaviest}` decides it",
        )

    def not_given(self, outcome: str, because: list[Rule]) -> tuple[str, str] | None:
        """Why an outcome does not follow from the rules that are expected to be established."""
        words = self.words
        if outcome in words.exact:
            if not any(outcome in words.given_by(rule) for rule in because):
                return (
                    f"`because` 中没有规则能得出结果 `{outcome}`",
                    f"no rule under `because` can give the outcome `{outcome}`",
                )
            return None
        against = words.burdens if outcome == UNDETERMINED else words.exact
        for rule in because:
            if words.given_by(rule) <= against:
                return (
                    f"规则 `{rule.id}` 成立时，结果不会是 `{outcome}`",
                    f"where the rule `{rule.id}` is established the outcome is never `{outcome}`",
                )
        return None
