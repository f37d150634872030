"""What is left of a policy on one day under one profile: conclusions with guards of labelled atoms. Engines read nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from creditrules.diagnostics import Span, Text
from creditrules.policy.calendar import Calendar
from creditrules.policy.shapes import Checked, Mode
from creditrules.policy.syntax import Expr
from creditrules.policy.vocabulary import Vocabulary
from creditrules.records.binding import Feed


@dataclass(frozen=True)
class Cited:
    """A basis as a decision quotes it, and whether it is in force on the day."""

    name: str
    instrument: Text
    number: str
    level: str
    says: Text
    checked: Checked
    in_force: bool


@dataclass(frozen=True)
class Atom:
    """One labelled test, with definitions, parameters and terms written out. `id` is its address: `B-02/when/listed`.

    `cited` is what the definitions that it used rest on.
    """

    id: str
    label: Text
    test: Expr
    span: Span | None = field(compare=False)
    cited: tuple[Cited, ...] = ()


@dataclass(frozen=True)
class Bound:
    """A record that is bound: under which name, of which kind, and by which links (None where the kind is nobody's)."""

    alias: str
    kind: str
    persons: tuple[str, ...] | None
    competent: Atom | None
    """The test of the authority that made the record; it belongs to whether the record counts at all."""


@dataclass(frozen=True)
class Given:
    """A measure after the cap; `capped_from` is what the rule asked for, or empty."""

    measure: str
    capped_from: str = ""


@dataclass(frozen=True)
class Disputed:
    """A position against a rule."""

    basis: Cited
    says: Text


@dataclass(frozen=True)
class ProgramException:
    """An exception of one rule. It holds if, for some records bound by `with_`, all its atoms hold.

    `instead` is what it leaves, after the cap, by matter and person.
    """

    id: str
    title: Text
    with_: tuple[Bound, ...]
    atoms: tuple[Atom, ...]
    instead: Mapping[tuple[str, str], Given]
    cited: tuple[Cited, ...]
    ours: bool


@dataclass(frozen=True)
class ProgramRule:
    """A rule that stands on the day. `matters` None means every matter; `gives` is by matter and person.

    The matter is empty where the decided kind has none, the person where the rule binds no record that is somebody's.
    """

    id: str
    title: Text
    mode: Mode
    decides: str
    matters: frozenset[str] | None
    each: Bound | None
    with_: tuple[Bound, ...]
    atoms: tuple[Atom, ...]
    scope: tuple[str, ...]
    exceptions: tuple[ProgramException, ...]
    measure: str
    gives: Mapping[tuple[str, str], Given]
    arguments: Mapping[str, Expr]
    cited: tuple[Cited, ...]
    ours: bool
    contested: tuple[Disputed, ...]


@dataclass(frozen=True)
class ProgramScope:
    """A scope rule that stands on the day."""

    id: str
    title: Text
    matters: frozenset[str] | None
    atoms: tuple[Atom, ...]
    cited: tuple[Cited, ...]
    ours: bool


@dataclass(frozen=True)
class ProgramTerm:
    """Where `where` holds of a record of `kind`, it cannot count after the day `until`."""

    kind: str
    where: Expr
    until: Expr
    cited: tuple[Cited, ...]


@dataclass(frozen=True)
class ProgramClock:
    """A period that a follow-up starts; every part is an expression, written out."""

    from_: Expr
    days: Expr
    extension: Expr | None
    unit: Expr


@dataclass(frozen=True)
class ProgramFollowUp:
    """What is due once the outcome is known; `after` and `unless` are measures, written out."""

    id: str
    title: Text
    mode: Mode
    decides: str
    matters: frozenset[str] | None
    each: str
    after: frozenset[str] | None
    unless: frozenset[str]
    atoms: tuple[Atom, ...]
    measure: str
    arguments: Mapping[str, Expr]
    clock: ProgramClock | None
    cited: tuple[Cited, ...]
    ours: bool


@dataclass(frozen=True)
class ProgramCheck:
    """What must hold of a decision, of each of its conclusions with one of the measures `of`, or of every record of `each`.

    Of records alone, those count that were delivered and pass `competent`, the test of the authority that made them.
    `allowed` is why it may fail under the profile, or None.
    """

    id: str
    title: Text
    decides: str
    matters: frozenset[str] | None
    of: frozenset[str] | None
    each: str
    atoms: tuple[Atom, ...]
    must: Atom
    competent: Atom | None
    allowed: Text | None
    cited: tuple[Cited, ...]


@dataclass(frozen=True)
class Fell:
    """Something that does not stand on the day, because none of its bases is in force."""

    what: str
    id: str
    bases: tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """Frozen and free of the day it was made for but in what it says; one serves many cases and threads."""

    policy: str
    version: str
    digest: str
    title: Text
    profile: str
    profile_title: Text
    as_of: date
    hypothetical: bool
    overridden: tuple[tuple[str, Text, str], ...]
    """The parameters that the caller chose: name, title, and the value as JSON has it."""
    vocabulary: Vocabulary
    feeds: tuple[Feed, ...]
    rules: tuple[ProgramRule, ...]
    scopes: Mapping[str, ProgramScope]
    fell: tuple[Fell, ...]
    terms: tuple[ProgramTerm, ...] = ()
    follow_ups: tuple[ProgramFollowUp, ...] = ()
    checks: tuple[ProgramCheck, ...] = ()
    calendar: Calendar | None = None
