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
from creditrules.explanation.wording import both
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
        self.ids = {r.address.partition("/")[2] for r in decision.records if r.address not in self.records or not r.own}

    def decision(self) -> Decision:
        whole = self.whole
        procedures = self.procedures()
        asked = {p.measure for p in procedures}
        conclusions = tuple(self.conclusion(c) for c in whole.conclusions if c.group in EXACT or c.measure in asked)
        open_ = {c.rule for c in conclusions if c.status == "undetermined"}
        return replace(
            whole,
            conclusions=conclusions,
            scope=tuple(replace(s, reasons=self.reasons(s.reasons)) for s in whole.scope),
            lifted=tuple(self.about(x) for x in whole.lifted if self.shown(x.record)),
            procedures=procedures,
            could_become=tuple(p for p in whole.could_become if self.possible(p, open_)),
            missing=tuple(self.missing(m) for m in whole.missing if self.waited_for(m, open_)),
            fell=(),
            ignored=(),
            follow_ups=tuple(self.follow_up(f) for f in whole.follow_ups if f.tells.zh and self.shown(f.record)),
            records=tuple(map(self.record, self.records.values())),
        )

    def shown(self, record: str) -> bool:
        """Whether a part may be told that is about this record: one that stands, one that a case has but once, a source."""
        known = record in self.records or record == self.whole.about.address
        return known or "/" not in record or record.startswith(_NO_RECORDS)

    def own(self, record: str) -> bool:
        """Whether a part may be told with all that it says of this record."""
        return self.shown(record) and (record not in self.records or self.records[record].own)

    def procedures(self) -> tuple[Procedure, ...]:
        """The procedures for the applicant that rest on something that may be told; equal ones are one."""
        found: list[Procedure] = []
        for procedure in self.whole.procedures:
            if procedure.group != "procedural" or not procedure.tells.zh:
                continue
            same = (procedure.measure, procedure.status, procedure.arguments)
            grounds = [
                c for c in self.whole.conclusions if (c.measure, c.status, c.arguments) == same and self.shown(c.record)
            ]
            if not grounds:
                continue
            arguments = self.arguments(grounds[0])
            equal = next(
                (n for n, p in enumerate(found) if (p.measure, p.status, p.arguments) == (*same[:2], arguments)), None
            )
            if equal is None:
                found.append(replace(procedure, arguments=arguments))
            else:
                rules = tuple(sorted({*found[equal].rules, *procedure.rules}))
                found[equal] = replace(found[equal], rules=rules)
        return tuple(found)

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
            kept["arguments"] = self.arguments(part)
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

    def follow_up(self, follow_up: FollowUp) -> FollowUp:
        kept = self.about(follow_up)
        waiting = tuple(self.missing(m) for m in follow_up.missing if self.shown(m.record))
        clock = None if "clock" in kept.withheld and not self.own(follow_up.record) else kept.clock
        return replace(kept, missing=waiting, clock=clock)

    def missing(self, missing: MissingFact) -> MissingFact:
        """Of a record of somebody else it is told that something has to be verified, and not what."""
        return missing if self.own(missing.record) else replace(missing, title=both("missing.particulars"))

    def arguments(self, part: Conclusion | FollowUp) -> Mapping[str, FactValue]:
        if self.own(part.record):
            return part.arguments
        return {n: v for n, v in part.arguments.items() if n not in part.withheld and v not in self.ids}


_NO_RECORDS = ("source/", "relation/")
