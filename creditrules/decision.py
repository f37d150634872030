"""What was concluded about a case on a day, and why: frozen data that prints, compares and travels as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, cast

from pydantic import Field, TypeAdapter, ValidationError

from creditrules.diagnostics import Diagnostic, RecordError, Source, Text, mask
from creditrules.documents import read_json
from creditrules.records.complaints import complaints

if TYPE_CHECKING:
    from creditrules.difference import Difference

FORMAT = 1

Status = Literal["established", "undetermined"]
FactValue = bool | int | str | tuple[str, ...] | None
"""A value as JSON has it: dates as text (`open` for one without end), amounts as text, what is not known as None."""


_NO_NOTE = Text("", "")


class Part:
    """What all parts of a decision share: they print as dataclasses do, with whatever may be an identity code masked.

    An entry or an application can have such a code for its id. JSON keeps ids as they are, because others look them up.
    """

    def __repr__(self) -> str:
        shown = ", ".join(f"{f.name}={_printed(f.name, getattr(self, f.name))}" for f in fields(cast("Any", self)))
        return f"{type(self).__name__}({shown})"


def _printed(name: str, value: object) -> str:
    if isinstance(value, str):
        return repr(value if name.endswith("digest") else mask(value))
    if isinstance(value, tuple) and not isinstance(value, Text):
        return "(" + "".join(f"{_printed(name, v)}, " for v in value).rstrip() + ")"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k!r}: {_printed(name, v)}" for k, v in value.items()) + "}"
    return repr(value)


@dataclass(frozen=True, repr=False)
class Fact(Part):
    """A value that a condition read: where it stands, what it is called, what it was."""

    address: str
    title: Text
    value: FactValue
    shown: Text
    """The value as people call it; 未知 / not known where it is None."""
    on: date | None = None
    """For a status: the day on which it was asked."""


@dataclass(frozen=True, repr=False)
class Person(Part):
    """A person as a decision tells of it: the name that the records give, and the code, of which only the ends are kept."""

    name: str
    code: str

    def __repr__(self) -> str:
        return f"Person(code={self.code!r})"


@dataclass(frozen=True, repr=False)
class RecordUsed(Part):
    """A record that something in the decision is about, or that a condition read: whose it is, and what people know it by.

    `stands` is false of one that is repaired, removed, revoked, over, or has not begun on the day, and None where that is
    not known. `named` are the fields by which people know it, the list and the document; `described` what else it says.
    """

    address: str
    title: Text
    holder: Person | None
    own: bool
    """Whether it belongs to the person decided upon, or to nobody."""
    stands: bool | None
    named: tuple[Fact, ...]
    described: tuple[Fact, ...]


@dataclass(frozen=True, repr=False)
class Provision(Part):
    """A basis relied on, how its text was checked, and whether it is in force on the day of the decision."""

    basis: str
    instrument: Text
    number: str
    level: str
    says: Text
    checked: Literal["official", "republished", "unchecked"]
    in_force: bool


@dataclass(frozen=True, repr=False)
class Position(Part):
    """A position against a rule, and what it rests on."""

    provision: Provision
    says: Text


@dataclass(frozen=True, repr=False)
class Link(Part):
    """How the holder of a record stands to the person decided upon."""

    person: str
    title: Text
    address: str
    from_: Annotated[str | None, Field(alias="from")]
    to: str | None
    evidenced: bool | None


@dataclass(frozen=True, repr=False)
class Reason(Part):
    """One labelled condition of a rule, what it came to, and the values that it read."""

    rule: str
    condition: str
    label: Text
    expression: str
    holds: bool | None
    facts: tuple[Fact, ...]
    record: str
    link: str
    basis: tuple[str, ...]
    provisions: tuple[Provision, ...] = ()
    """What the definitions that the condition uses rest on, besides the bases of the rule."""


@dataclass(frozen=True, repr=False)
class Exempted(Part):
    """An exception that applied (`holds` true), or may apply (None), and what it leaves."""

    id: str
    title: Text
    holds: bool | None
    instead: str
    instead_title: Text
    provisions: tuple[Provision, ...]
    ours: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, repr=False)
class Conclusion(Part):
    """What follows from one rule for one record and link."""

    rule: str
    title: Text
    status: Status
    mode: Literal["shall", "may", "must_not"]
    group: Literal["burden", "facilitation", "procedural", "advice"]
    measure: str
    measure_title: Text
    capped_from: str
    """The measure that the rule asked for and no basis covers; empty where nothing was capped."""
    capped_from_title: Text
    arguments: Mapping[str, FactValue]
    record: str
    link: Link | None
    exceptions: tuple[Exempted, ...]
    provisions: tuple[Provision, ...]
    ours: bool
    """Whether the rule is marked as a choice of the policy's makers."""
    contested: tuple[Position, ...]
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    """Addresses of the facts that leave it undetermined; they are described in `Decision.missing`."""
    withheld: tuple[str, ...] = ()
    """The arguments that tell more of the record than what people know it by; nobody but its holder and the office reads them."""

    @property
    def fell(self) -> tuple[str, ...]:
        """The bases of the rule that are not in force on the day."""
        return tuple(p.basis for p in self.provisions if not p.in_force)


@dataclass(frozen=True, repr=False)
class Lifted(Part):
    """A rule whose conditions all hold for a record, and which exceptions lift wholly."""

    rule: str
    title: Text
    record: str
    link: Link | None
    exceptions: tuple[Exempted, ...]
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, repr=False)
class Scope(Part):
    """A rule by which the policy does not reach the application, or, where it is undetermined, may not reach it."""

    rule: str
    title: Text
    status: Status
    provisions: tuple[Provision, ...]
    ours: bool
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Overridden(Part):
    """A parameter that the caller chose otherwise than the policy; `value` is what was chosen, as JSON has it."""

    name: str
    title: Text
    value: str = ""


@dataclass(frozen=True, repr=False)
class Procedure(Part):
    """A step or advice beside the outcome; equal ones of several rules are one."""

    measure: str
    title: Text
    group: Literal["procedural", "advice"]
    status: Status
    arguments: Mapping[str, FactValue]
    rules: tuple[str, ...]
    tells: Text = _NO_NOTE
    """What the person decided upon is told of it, with its arguments as gaps; empty where it is the office's own."""
    remedy: bool = False
    """Whether it tells how the decision can be challenged, or a record be put right."""


@dataclass(frozen=True, repr=False)
class MissingFact(Part):
    """A fact that is not known: the record it belongs to, what it is, who can supply it, which rules wait for it."""

    address: str
    record: str
    title: Text
    supplied_by: Literal["applicant", "register", "case_file", "officer_judgement"]
    rules: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Clock(Part):
    """A statutory period: it begins after `from_`; `due` is its last day, `extended_due` that if it is prolonged.

    A day that is not known is None: because a fact is missing, or because the count reaches into `missing_year`, whose
    working days are not known. `calendar` names the notices that say which days were counted.
    """

    from_: Annotated[str | None, Field(alias="from")]
    days: int | None
    extension: int | None
    unit: Literal["working_days", "calendar_days"] | None
    due: str | None
    extended_due: str | None
    missing_year: int | None
    calendar: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class FollowUp(Part):
    """What is due once the outcome is known; it never changes it. `after` are the rules that it follows."""

    id: str
    title: Text
    status: Status
    mode: Literal["shall", "may", "must_not"]
    group: Literal["procedural", "advice"]
    measure: str
    measure_title: Text
    arguments: Mapping[str, FactValue]
    record: str
    link: Link | None
    after: tuple[str, ...]
    clock: Clock | None
    provisions: tuple[Provision, ...]
    ours: bool
    reasons: tuple[Reason, ...]
    missing: tuple[MissingFact, ...]
    tells: Text = _NO_NOTE
    """What the person decided upon is told of it, with its arguments as gaps; empty where it is the office's own."""
    remedy: bool = False
    """Whether it tells how the decision can be challenged, or a record be put right."""
    withheld: tuple[str, ...] = ()
    """As for conclusions; `clock` stands for the clock."""


@dataclass(frozen=True, repr=False)
class Prospect(Part):
    """An outcome that the decision could still become, by which rules, and what is missing to know."""

    measure: str
    title: Text
    rules: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Fallen(Part):
    """A rule, exception, term ... that does not stand on the day, because none of its bases is in force."""

    what: str
    id: str
    bases: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Ignored(Part):
    """A record without effect: made by an authority that is not competent, under a measure that no law covers, past a term.

    `provisions` are those of the term that has passed.
    """

    record: str
    why: Literal["authority", "cap", "term"]
    rule: str
    provisions: tuple[Provision, ...] = ()


@dataclass(frozen=True, repr=False)
class PolicyUsed(Part):
    """Which policy decided, in which version and profile; `digest` is over what its files say."""

    name: str
    version: str
    title: Text
    digest: str
    profile: str
    profile_title: Text


@dataclass(frozen=True, repr=False)
class Subject(Part):
    """The record that was decided upon."""

    kind: str
    address: str
    matter: str
    matter_title: Text


@dataclass(frozen=True, repr=False)
class Decision(Part):
    """A proposal to an officer: the library never refuses anybody by itself.

    `outcome` is the headline; `measures` lists every established burden and facilitation, heaviest first. `hypothetical`
    is true where the source's words were taken as printed or parameters were overridden.
    """

    policy: PolicyUsed
    as_of: date
    about: Subject
    outcome: str
    outcome_title: Text
    measures: tuple[str, ...]
    conclusions: tuple[Conclusion, ...]
    scope: tuple[Scope, ...]
    lifted: tuple[Lifted, ...]
    procedures: tuple[Procedure, ...]
    could_become: tuple[Prospect, ...]
    missing: tuple[MissingFact, ...]
    fell: tuple[Fallen, ...]
    ignored: tuple[Ignored, ...]
    hypothetical: bool
    overridden: tuple[Overridden, ...]
    case_digest: str
    follow_ups: tuple[FollowUp, ...] = ()
    outcome_note: Text = _NO_NOTE
    """What the outcome means for the officer, and what it does not; empty where the vocabulary says nothing."""
    argument_titles: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    """What the arguments of each measure are called."""
    person: Person | None = None
    """The person decided upon, where the case is about one."""
    records: tuple[RecordUsed, ...] = ()
    proposal: Literal[True] = True
    format: Literal[1] = 1

    @property
    def established(self) -> tuple[Conclusion, ...]:
        """The conclusions that are established."""
        return tuple(c for c in self.conclusions if c.status == "established")

    @property
    def undetermined(self) -> tuple[Conclusion, ...]:
        """The conclusions for which a fact is missing."""
        return tuple(c for c in self.conclusions if c.status == "undetermined")

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every condition of what is established: of the scope rules first, then of burdens, then of the rest."""
        scope = tuple(r for s in self.scope if s.status == "established" for r in s.reasons)
        return scope + tuple(r for c in self.established for r in c.reasons)

    def diff(self, other: Decision) -> Difference:
        """What changed from this decision to another. It is false where nothing but versions, days and digests did."""
        from creditrules.difference import difference

        if not isinstance(other, Decision):
            raise TypeError(f"a decision can be compared with another decision, not with a `{type(other).__name__}`")
        return difference(self, other)

    def to_dict(self) -> dict[str, Any]:
        """The decision as plain data."""
        found: dict[str, Any] = _plain(self)
        return found

    def to_json(self) -> str:
        """The decision as canonical JSON: equal decisions give equal bytes."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a decision from JSON. Raises RecordError where it is none of `format: 1`."""
        data = read_json(Source("JSON", text))
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            message = Text("不是 `format: 1` 的决定", "this is not a decision of `format: 1`")
            raise RecordError([Diagnostic("CR-R048", message)])
        try:
            found: Self = _adapter().validate_python(data)
        except ValidationError as error:
            problems = complaints(error, None, data, None)
        else:
            return found
        raise RecordError(problems)


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Decision)


@cache
def _names(kind: Any) -> tuple[tuple[str, str], ...]:
    """The fields of a part of a decision, with the names that JSON has for them."""
    return tuple((f.name, f.name.rstrip("_")) for f in fields(kind))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is Text:
        return {"zh": value.zh, "en": value.en}
    if is_dataclass(value):
        return {name: _plain(getattr(value, field)) for field, name in _names(cast("Any", kind))}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return value.isoformat() if isinstance(value, date) else value


_AS_IT_IS = (str, bool, int, type(None))
