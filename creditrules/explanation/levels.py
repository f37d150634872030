"""What a reader may see of a decision: for the applicant, everything else is taken out before a word is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

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
    Prospect,
    Reason,
    RecordUsed,
)
from creditrules.explanation.paper import Level
from creditrules.policy.vocabulary import EXACT, NOT_APPLICABLE

_About = TypeVar("_About", Conclusion, Lifted, FollowUp)


def seen_by(decision: Decision, level: Level) -> Decision:
    """The decision with what readers of this level may see; the officer and the auditor see all of it.

    The applicant sees no record that is repaired, removed, revoked, over or not begun, nor one without effect; of another
    person's record no more than the link, the name, the list and the document; no advice, and no procedure that is the
    office's own; and no position against a rule.
    """
    return _Applicant(decision).decision() if level == "applicant" else decision


class _Applicant:
    """One decision as the person decided upon may see it; `seen_by` is its only user."""

    def __init__(self, decision: Decision) -> None:
        self.whole = decision
        self.records = {r.address: r for r in decision.records if r.stands is not False}
        self.hidden = {r.address for r in decision.records} - set(self.records)
        self.ids = {r.address.partition("/")[2] for r in decision.records if r.address not in self.records or not r.own}

    def decision(self) -> Decision:
        whole = self.whole
        procedures = tuple(p for p in whole.procedures if self.asked(p))
        asked = {p.measure for p in procedures}
        conclusions = tuple(self.conclusion(c) for c in whole.conclusions if c.group in EXACT or c.measure in asked)
        open_ = {c.rule for c in conclusions if c.status == "undetermined"}
        return replace(
            whole,
            conclusions=conclusions,
            scope=tuple(replace(s, reasons=self.reasons(s.reasons)) for s in whole.scope),
            lifted=tuple(self.about(x) for x in whole.lifted if self.shown(x.record)),
            procedures=tuple(replace(p, arguments=self.arguments(p.arguments)) for p in procedures),
            could_become=tuple(p for p in whole.could_become if self.possible(p, open_)),
            missing=tuple(m for m in whole.missing if self.waited_for(m, open_)),
            fell=(),
            ignored=(),
            follow_ups=tuple(self.about(f) for f in whole.follow_ups if f.tells.zh and self.shown(f.record)),
            records=tuple(map(self.record, self.records.values())),
        )

    def shown(self, record: str) -> bool:
        """Whether a part may be told that is about this record; what is about none, or about a source, may."""
        return record not in self.hidden

    def asked(self, procedure: Procedure) -> bool:
        """Whether a procedure is for the applicant, and rests on something that may be told."""
        if procedure.group != "procedural" or not procedure.tells.zh:
            return False
        grounds = [c for c in self.whole.conclusions if c.measure == procedure.measure and c.rule in procedure.rules]
        return any(self.shown(c.record) for c in grounds)

    def possible(self, prospect: Prospect, rules: Iterable[str]) -> bool:
        return prospect.measure == NOT_APPLICABLE or not set(rules).isdisjoint(prospect.rules)

    def waited_for(self, missing: MissingFact, rules: Iterable[str]) -> bool:
        """Whether something that the applicant is told waits for a fact; what no rule waits for is waited for by the scope."""
        return (not missing.rules or not set(rules).isdisjoint(missing.rules)) and self.shown(missing.record)

    def record(self, record: RecordUsed) -> RecordUsed:
        return record if record.own else replace(record, described=())

    def conclusion(self, conclusion: Conclusion) -> Conclusion:
        return replace(self.about(conclusion), contested=())

    def about(self, part: _About) -> _About:
        """A part that may be about a record, without what may not be seen of it."""
        shown = self.shown(part.record)
        kept: dict[str, Any] = {"reasons": self.reasons(part.reasons), "link": self.link(part.link)}
        if not shown:
            kept |= {"record": "", "link": None}
        if isinstance(part, Conclusion | Lifted):
            kept["exceptions"] = tuple(map(self.exempted, part.exceptions))
        if isinstance(part, Conclusion | FollowUp):
            kept["arguments"] = self.arguments(part.arguments)
        return replace(part, **kept)

    def link(self, link: Link | None) -> Link | None:
        # How it came about and how long it lasted is the business of the other person, too.
        return None if link is None else replace(link, from_=None, to=None, evidenced=None)

    def exempted(self, exception: Exempted) -> Exempted:
        return replace(exception, reasons=self.reasons(exception.reasons))

    def reasons(self, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        return tuple(replace(r, facts=tuple(f for f in r.facts if self.fact(f))) for r in reasons)

    def fact(self, fact: Fact) -> bool:
        """Whether a value may be told: of what occurs once in a case, of one's own records, or what others' are known by."""
        where = fact.address.rpartition("/")[0]
        if "/" not in where:
            return True
        record = self.records.get(where)
        return record is not None and (record.own or fact.address in {f.address for f in record.named})

    def arguments(self, arguments: Mapping[str, FactValue]) -> Mapping[str, FactValue]:
        return {name: value for name, value in arguments.items() if value not in self.ids}
