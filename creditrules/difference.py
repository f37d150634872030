"""What changed from one decision to another: by rule, by measure and by instrument (frozen data)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, Literal, TypeVar

from creditrules.decision import (
    Conclusion,
    Decision,
    Fallen,
    FollowUp,
    Ignored,
    Lifted,
    Link,
    MissingFact,
    Overridden,
    Part,
    PolicyUsed,
    Procedure,
    Prospect,
    Provision,
    Scope,
    Subject,
)
from creditrules.decision import FactValue as Value
from creditrules.diagnostics import Text

_NOTHING = Text("", "")
_T = TypeVar("_T")


@dataclass(frozen=True, repr=False)
class Standing(Part):
    """How a rule stands for one record and link. A rule that is lifted, and one of the scope, gives no measure."""

    status: Literal["established", "undetermined", "lifted"]
    title: Text
    """The title of the rule."""
    link: Link | None
    mode: str = ""
    measure: str = ""
    measure_title: Text = _NOTHING
    capped_from: str = ""
    capped_from_title: Text = _NOTHING
    arguments: Mapping[str, Value] | None = None


@dataclass(frozen=True, repr=False)
class RuleChange(Part):
    """What a rule gave for one record and link, and what it gives.

    `before` and `after` hold everything: a rule may give something for certain and perhaps more. Nothing at all is the
    status `absent`. Provisions are those that stand with it: its own, those of its exceptions and of positions against it.
    """

    rule: str
    record: str
    person: str
    relation: str
    """The address of the link."""
    before: tuple[Standing, ...]
    after: tuple[Standing, ...]
    provisions_gained: tuple[Provision, ...]
    provisions_lost: tuple[Provision, ...]

    @property
    def was(self) -> Literal["established", "undetermined", "lifted", "absent"]:
        """The status before: the most certain where there were two."""
        return self.before[0].status if self.before else "absent"

    @property
    def is_(self) -> Literal["established", "undetermined", "lifted", "absent"]:
        """The status after: the most certain where there are two."""
        return self.after[0].status if self.after else "absent"

    @property
    def title(self) -> Text:
        """The title of the rule, as it is called after, or where it is absent there, as it was called."""
        return (self.after or self.before)[0].title


@dataclass(frozen=True, repr=False)
class InstrumentChange(Part):
    """A provision that one of the decisions cites and the other does not, or that is in force on the day of one only."""

    basis: str
    before: Provision | None
    after: Provision | None

    @property
    def what(self) -> Literal["newly_cited", "no_longer_cited", "came_into_force", "ceased"]:
        """What became of it."""
        if self.before is None:
            return "newly_cited"
        if self.after is None:
            return "no_longer_cited"
        return "came_into_force" if self.after.in_force else "ceased"


@dataclass(frozen=True, repr=False)
class Difference(Part):
    """What changed from one decision to another. A pair is what was and what is; it is None where both are the same.

    It is false exactly where the decisions are equal but for the version and the digest of the policy, the day of the
    decision, the days for which facts were asked, and the digest of the case. `sections` names every other part of a
    decision, as JSON has it, in which anything differs: wording, facts that were read and order included. What is gained
    stands in the other decision, what is lost in this one.
    """

    policy: tuple[PolicyUsed, PolicyUsed] | None
    as_of: tuple[date, date] | None
    about: tuple[Subject, Subject] | None
    case_digest: tuple[str, str] | None
    outcome: tuple[str, str] | None
    outcome_title: tuple[Text, Text] | None
    hypothetical: tuple[bool, bool] | None
    overridden: tuple[tuple[Overridden, ...], tuple[Overridden, ...]] | None
    measures_gained: tuple[str, ...]
    measures_lost: tuple[str, ...]
    rules: tuple[RuleChange, ...]
    scope: tuple[RuleChange, ...]
    """Rules by which the policy does not reach the application; they concern no record and give no measure."""
    instruments: tuple[InstrumentChange, ...]
    procedures_gained: tuple[Procedure, ...]
    procedures_lost: tuple[Procedure, ...]
    could_become_gained: tuple[Prospect, ...]
    could_become_lost: tuple[Prospect, ...]
    missing_gained: tuple[MissingFact, ...]
    missing_lost: tuple[MissingFact, ...]
    fell_gained: tuple[Fallen, ...]
    fell_lost: tuple[Fallen, ...]
    ignored_gained: tuple[Ignored, ...]
    ignored_lost: tuple[Ignored, ...]
    follow_ups_gained: tuple[FollowUp, ...]
    follow_ups_lost: tuple[FollowUp, ...]
    """One of which the clock or the record is another is lost, and gained anew."""
    sections: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.sections)

    @property
    def profile(self) -> tuple[str, str] | None:
        """The profiles, where they differ."""
        return self._pair(self.policy, "profile")

    @property
    def version(self) -> tuple[str, str] | None:
        """The versions of the policy, where they differ."""
        return self._pair(self.policy, "version")

    @property
    def policy_digest(self) -> tuple[str, str] | None:
        """The digests of the policy, where they differ."""
        return self._pair(self.policy, "digest")

    @property
    def matter(self) -> tuple[str, str] | None:
        """The matters, where they differ."""
        return self._pair(self.about, "matter")

    @staticmethod
    def _pair(parts: tuple[Any, Any] | None, name: str) -> tuple[str, str] | None:
        return None if parts is None else _changed(getattr(parts[0], name), getattr(parts[1], name))


def difference(before: Decision, after: Decision) -> Difference:
    """What changed from one decision to another; neither needs the policy or the case, so both may come from JSON."""
    cited_before, cited_after = _cited([before]), _cited([after])
    measures = (before.measures, after.measures)
    return Difference(
        policy=_changed(before.policy, after.policy),
        as_of=_changed(before.as_of, after.as_of),
        about=_changed(before.about, after.about),
        case_digest=_changed(before.case_digest, after.case_digest),
        outcome=_changed(before.outcome, after.outcome),
        outcome_title=_changed(before.outcome_title, after.outcome_title),
        hypothetical=_changed(before.hypothetical, after.hypothetical),
        overridden=_changed(before.overridden, after.overridden),
        measures_gained=tuple(m for m in measures[1] if m not in measures[0]),
        measures_lost=tuple(m for m in measures[0] if m not in measures[1]),
        rules=_rules((*before.conclusions, *before.lifted), (*after.conclusions, *after.lifted)),
        scope=_rules(before.scope, after.scope),
        instruments=tuple(_instruments(cited_before, cited_after)),
        **_both("procedures", before.procedures, after.procedures, _asked),
        **_both("could_become", before.could_become, after.could_become, lambda p: p.measure),
        **_both("missing", before.missing, after.missing, lambda m: m.address),
        **_both("fell", before.fell, after.fell, lambda f: f),
        **_both("ignored", before.ignored, after.ignored, lambda i: (i.record, i.why, i.rule)),
        **_both("follow_ups", before.follow_ups, after.follow_ups, _due),
        sections=_sections(before, after),
    )


def _changed(before: _T, after: _T) -> tuple[_T, _T] | None:
    return None if before == after else (before, after)


def _both(name: str, before: tuple[_T, ...], after: tuple[_T, ...], key: Callable[[_T], Hashable]) -> dict[str, Any]:
    """What is gained and what is lost of a section, by what tells its parts from one another."""
    was, is_ = {key(one) for one in before}, {key(one) for one in after}
    return {
        f"{name}_gained": tuple(one for one in after if key(one) not in was),
        f"{name}_lost": tuple(one for one in before if key(one) not in is_),
    }


def _asked(procedure: Procedure) -> Hashable:
    """What a procedure asks for, whichever rules ask for it and whatever it is called."""
    return repr(_sorted(replace(procedure, title=_NOTHING, rules=())))


def _due(one: FollowUp) -> Hashable:
    """What is due for which record by which link, however it is worded, and on whatever it rests."""
    link = (one.link.person, one.link.address) if one.link else ()
    return repr((one.id, one.status, one.mode, one.measure, _sorted(one.arguments), one.record, link, one.clock))


def _sorted(value: Any) -> Any:
    """A part as something that is written the same way whatever the order of its arguments."""
    if isinstance(value, Mapping):
        return sorted((k, _sorted(v)) for k, v in value.items())
    return [(f.name, _sorted(getattr(value, f.name))) for f in fields(value)] if is_dataclass(value) else value


# Rules

_Key = tuple[str, str, str, str]


def _rules(
    before: Iterable[Conclusion | Lifted | Scope], after: Iterable[Conclusion | Lifted | Scope]
) -> tuple[RuleChange, ...]:
    was, is_ = _by_rule(before), _by_rule(after)
    found = []
    for key in sorted({*was, *is_}):
        earlier, later = was.get(key, []), is_.get(key, [])
        then, now = _standings(earlier), _standings(later)
        cited_then, cited_now = _cited(earlier), _cited(later)
        gained = tuple(p for basis, p in sorted(cited_now.items()) if basis not in cited_then)
        lost = tuple(p for basis, p in sorted(cited_then.items()) if basis not in cited_now)
        if gained or lost or list(map(_given, then)) != list(map(_given, now)):
            found.append(RuleChange(*key, then, now, gained, lost))
    return tuple(found)


def _by_rule(parts: Iterable[Conclusion | Lifted | Scope]) -> dict[_Key, list[Conclusion | Lifted | Scope]]:
    found: dict[_Key, list[Conclusion | Lifted | Scope]] = {}
    for part in parts:
        link, record = (None, "") if isinstance(part, Scope) else (part.link, part.record)
        key = (part.rule, record, link.person if link else "", link.address if link else "")
        found.setdefault(key, []).append(part)
    return found


def _standings(parts: Iterable[Conclusion | Lifted | Scope]) -> tuple[Standing, ...]:
    return tuple(sorted(map(_standing, parts), key=_given))


def _standing(part: Conclusion | Lifted | Scope) -> Standing:
    match part:
        case Conclusion():
            return Standing(
                part.status, part.title, part.link, part.mode, part.measure, part.measure_title, part.capped_from,
                part.capped_from_title, part.arguments,
            )  # fmt: skip
        case Lifted():
            return Standing("lifted", part.title, part.link)
        case Scope():
            return Standing(part.status, part.title, None)


def _given(standing: Standing) -> tuple[Any, ...]:
    """What a standing comes to, without words: what is established sorts before what is undetermined or lifted."""
    status = ("established", "undetermined", "lifted").index(standing.status)
    return status, standing.mode, standing.measure, standing.capped_from, repr(_sorted(standing.arguments or {}))


# Instruments


def _cited(value: object) -> dict[str, Provision]:
    """Every provision that stands somewhere in a decision, or in parts of one."""
    return {p.basis: p for p in provisions_in(value)}


def provisions_in(value: object) -> Iterator[Provision]:
    """Every provision that stands somewhere in a decision, or in parts of one, as often as it does."""
    if isinstance(value, Provision):
        yield value
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from provisions_in(one)
    elif is_dataclass(value):
        for f in fields(value):
            yield from provisions_in(getattr(value, f.name))


def _instruments(before: Mapping[str, Provision], after: Mapping[str, Provision]) -> Iterator[InstrumentChange]:
    for basis in sorted({*before, *after}):
        was, is_ = before.get(basis), after.get(basis)
        if was is None or is_ is None or was.in_force != is_.in_force:
            yield InstrumentChange(basis, was, is_)


# What else differs


def _sections(before: Decision, after: Decision) -> tuple[str, ...]:
    was, is_ = _substance(before), _substance(after)
    return tuple(name for name in is_ if was[name] != is_[name])


def _substance(decision: Decision) -> dict[str, Any]:
    """The decision as plain data, without versions, days and digests."""
    found = decision.to_dict()
    for name in ("as_of", "case_digest"):
        del found[name]
    for name in ("version", "digest"):
        del found["policy"][name]
    _without_days(found)
    return found


def _without_days(value: Any) -> None:
    """Take the days for which facts were asked out of plain data."""
    if isinstance(value, dict):
        value.pop("on", None)
        for one in value.values():
            _without_days(one)
    elif isinstance(value, list):
        for one in value:
            _without_days(one)
