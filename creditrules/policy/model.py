"""A policy as it was written: rules, law, parameters and definitions, resolved but for no particular day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from creditrules.diagnostics import Span, Text
from creditrules.policy.calendar import Calendar
from creditrules.policy.shapes import Checked, Level, Mode
from creditrules.policy.syntax import Constant, Expr, Field
from creditrules.policy.vocabulary import Vocabulary
from creditrules.records.binding import Feed

if TYPE_CHECKING:
    from creditrules.policy.program import Program


@dataclass(frozen=True)
class Interval:
    """From a day to an inclusive last day."""

    from_: date = date.min
    to: date = date.max

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.from_ <= day <= self.to

    def meets(self, other: Interval) -> bool:
        """Whether some day lies in both."""
        return self.from_ <= other.to and other.from_ <= self.to


@dataclass(frozen=True)
class Words:
    """Words, and parameters that list further words."""

    words: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Coverage:
    """Which measures a provision carries, in which matters (None: in all), for which persons."""

    measures: tuple[str, ...]
    matters: Words | None
    persons: Words


@dataclass(frozen=True)
class Provision:
    """An article, paragraph or item: what it says in our words, how that was checked, which burdens it carries."""

    name: str
    says: Text
    checked: Checked
    carries: tuple[Coverage, ...]
    in_force: Interval


@dataclass(frozen=True)
class Instrument:
    """A law, regulation, rule, notice, interpretation or report, with its level and the days on which it is in force.

    `carries_if` names a parameter; where that is false the instrument carries no burden, whatever its level.
    """

    name: str
    title: Text
    number: str
    level: Level
    in_force: Interval
    review_by: date | None
    carries_if: str
    provisions: Mapping[str, Provision]


@dataclass(frozen=True)
class Basis:
    """A provision relied on. Without a provision it is the instrument as a whole, which carries no burden."""

    instrument: Instrument
    provision: Provision | None
    span: Span = field(compare=False)

    @property
    def name(self) -> str:
        """As people cite it: `许可法 69(2)`."""
        return f"{self.instrument.name} {self.provision.name}" if self.provision else self.instrument.name

    @property
    def checked(self) -> Checked:
        """How the text relied on was checked."""
        return self.provision.checked if self.provision else "unchecked"

    def stands(self, day: date) -> bool:
        """Whether the provision is in force on the day."""
        return day in self.instrument.in_force and (self.provision is None or day in self.provision.in_force)


@dataclass(frozen=True)
class Foundation:
    """What something rests on: legal bases, or a choice of the policy's makers."""

    bases: tuple[Basis, ...]
    ours: bool

    def stands(self, day: date) -> bool:
        """Whether one of the bases is in force, or it is a choice of ours."""
        return self.ours or any(b.stands(day) for b in self.bases)


class _Dated:
    """What stands on the days of its own interval on which what it rests on stands."""

    foundation: Foundation
    in_force: Interval

    def stands(self, day: date) -> bool:
        """Whether it applies on the day at all."""
        return day in self.in_force and self.foundation.stands(day)


@dataclass(frozen=True)
class Values:
    """The value of a parameter from a day on; with `table`, by the word of the field `Parameter.by`."""

    from_: date
    value: Constant
    table: Mapping[str, Constant]


def values_on(rows: Iterable[Values], day: date) -> Values:
    """The values that hold on a day, of rows in the order of their days."""
    return [row for row in rows if row.from_ <= day][-1]


@dataclass(frozen=True)
class Parameter:
    """What a policy chooses, with its values in the order of their days, or the expressions it chooses between."""

    name: str
    title: Text
    foundation: Foundation
    by: Field | None
    values: tuple[Values, ...]
    choose: Mapping[str, Expr]
    covers: tuple[str, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True)
class Profile:
    """A named choice of parameters; without the cap it prints the source's words and is hypothetical."""

    name: str
    title: Text
    cap_by_basis: bool
    set: Mapping[str, tuple[Values, ...]]


@dataclass(frozen=True)
class Definition:
    """A named condition. `of` are its parameters: kinds of record, and `day`."""

    name: str
    label: Text
    of: tuple[str, ...]
    body: Expr
    foundation: Foundation
    covers: tuple[str, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True)
class Term:
    """`until` is the last day on which a record of `of` can count if `where` holds of it."""

    of: str
    where: Expr
    until: Expr
    foundation: Foundation
    covers: tuple[str, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True)
class Condition:
    """A labelled test; `id` is its stable address within its rule."""

    id: str
    label: Text
    test: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True)
class Competence:
    """If `where` holds of a record of `of` (None: if no other row's does), its authority must pass `competent`."""

    of: str
    where: Expr | None
    competent: Condition
    foundation: Foundation
    covers: tuple[str, ...]


@dataclass(frozen=True)
class Binder:
    """A further record that must exist: its kind, and whose it may be (None where the kind is nobody's)."""

    alias: str
    kind: str
    persons: Words | None


@dataclass(frozen=True)
class RuleException(_Dated):
    """What defeats a rule wholly (`none`) or leaves a lighter measure."""

    id: str
    title: Text
    foundation: Foundation
    with_: tuple[Binder, ...]
    when: tuple[Condition, ...]
    instead: str
    in_force: Interval
    covers: tuple[str, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True)
class SharedException:
    """An exception and the rules (by id or group) that it serves."""

    exception: RuleException
    for_: tuple[str, ...]


@dataclass(frozen=True)
class Contested:
    """A position against a rule."""

    basis: Basis
    says: Text


@dataclass(frozen=True)
class Rule(_Dated):
    """Conditions and the measure that follows. `each` binds one kind of record; `matters` None means every matter."""

    id: str
    title: Text
    foundation: Foundation
    mode: Mode
    groups: tuple[str, ...]
    matters: Words | None
    decides: str
    each: str
    persons: Words | None
    with_: tuple[Binder, ...]
    when: tuple[Condition, ...]
    measure: str
    arguments: Mapping[str, Expr]
    unless: tuple[RuleException, ...]
    contested: tuple[Contested, ...]
    in_force: Interval
    covers: tuple[str, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True)
class Scope(_Dated):
    """Where it holds, the rules of the groups `switches_off` do not."""

    id: str
    title: Text
    foundation: Foundation
    matters: Words | None
    when: tuple[Condition, ...]
    switches_off: tuple[str, ...]
    in_force: Interval
    covers: tuple[str, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True)
class Clock:
    """A period of `days`, which begins after the day `from_` and may be prolonged; `unit` says which days count."""

    from_: Expr
    days: Expr
    extension: Expr | None
    unit: Expr


@dataclass(frozen=True)
class FollowUp(_Dated):
    """What is due once the outcome is known: after some of the measures or groups `after`, unless one of `unless` was given.

    With `each`, for every record of that kind on which such a measure rests.
    """

    id: str
    title: Text
    foundation: Foundation
    mode: Mode
    matters: Words | None
    decides: str
    each: str
    after: tuple[str, ...]
    unless: tuple[str, ...]
    when: tuple[Condition, ...]
    measure: str
    arguments: Mapping[str, Expr]
    clock: Clock | None
    in_force: Interval
    covers: tuple[str, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True)
class Check(_Dated):
    """What must hold of a decision: of itself, of its conclusions of the measures or groups `of`, or of every record of `each`.

    With both, of those conclusions that are about such a record.

    `allowed` says in which profiles it may fail, and why.
    """

    id: str
    title: Text
    foundation: Foundation
    matters: Words | None
    decides: str
    of: tuple[str, ...]
    each: str
    when: tuple[Condition, ...]
    must: Condition
    allowed: Mapping[str, Text]
    in_force: Interval
    covers: tuple[str, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True)
class NotEncoded:
    """A clause that no rule decides, why, and who decided that."""

    clause: str
    covers: tuple[str, ...]
    why: Text
    decided_by: str


@dataclass(frozen=True)
class Policy:
    """A set of rules with its law, for every day and profile; `prepare` picks one of each.

    `runner` makes something that decides out of a Program; whoever loads the policy says which engine that is.
    """

    name: str
    version: str
    title: Text
    in_force: Interval
    vocabulary: Vocabulary
    carries_burden: tuple[Level, ...]
    law: Mapping[str, Instrument]
    parameters: Mapping[str, Parameter]
    profiles: Mapping[str, Profile]
    default_profile: str
    definitions: Mapping[str, Definition]
    terms: tuple[Term, ...]
    feeds: tuple[Feed, ...]
    lists: tuple[Competence, ...]
    rules: tuple[Rule, ...]
    exceptions: tuple[SharedException, ...]
    scope: tuple[Scope, ...]
    not_encoded: tuple[NotEncoded, ...]
    follow_ups: tuple[FollowUp, ...]
    checks: tuple[Check, ...]
    calendar: Calendar | None
    digest: str
    folder: Any = field(compare=False, repr=False, default=None)
    runner: Callable[[Program], Any] | None = field(compare=False, repr=False, default=None)

    def prepare(self, *, as_of: date, profile: str | None = None, params: Mapping[str, Any] | None = None) -> Any:
        """What decides cases on a day under a profile; made once, it serves many cases and threads.

        Raises PolicyError where the policy is not in force on the day, or profile or parameters do not exist or fit.
        """
        from creditrules.policy.lower import lower

        program = lower(self, as_of=as_of, profile=profile, params=params)
        return program if self.runner is None else self.runner(program)

    def exceptions_of(self, rule: Rule) -> tuple[RuleException, ...]:
        """The exceptions of a rule: its own, and those that serve it or one of its groups."""
        names = {rule.id, *rule.groups}
        return (*rule.unless, *(s.exception for s in self.exceptions if names & set(s.for_)))
