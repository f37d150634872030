"""The shape of the files that people write: which keys there are, which of them must be there, and what they hold."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    WithJsonSchema,
)

from creditrules.diagnostics import Text
from creditrules.documents import Plain
from creditrules.policy.ambiguity import LOSES_A_DIGIT, QUOTE_IT, loses_a_digit
from creditrules.records.values import MOST_TEXT, TEXT_OR_OTHER, Flag, OpenDate, Whole, refuse

LANGUAGE = 1
"""The version of the policy language that this library reads."""

Level = Literal[
    "law", "regulation", "central_policy", "ministry_rule", "normative", "local_regulation", "judicial", "report"
]
Checked = Literal["official", "republished", "unchecked"]
Mode = Literal["shall", "may", "must_not"]

Language = Annotated[
    Literal[1], BeforeValidator(lambda v: int(v) if isinstance(v, Plain) and v == str(LANGUAGE) else v)
]


def _prose(value: object) -> object:
    """Text as authors write it: an expression or a sentence may run over several lines."""
    if not isinstance(value, str) or not value.strip():
        raise refuse("CR-R046", Text("需要文本", "text is expected"))
    if len(value) > MOST_TEXT:
        raise refuse("CR-P028", Text(f"文本超过 {MOST_TEXT} 字", f"a text of more than {MOST_TEXT} characters"))
    if isinstance(value, Plain) and loses_a_digit(value):
        raise refuse("CR-P017", LOSES_A_DIGIT, QUOTE_IT)
    return str(value)


Str = Annotated[
    str, BeforeValidator(_prose), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MOST_TEXT})
]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
Name = Annotated[Str, StringConstraints(max_length=64)]
Choice = Literal["ours"]


class Shape(BaseModel):
    """What all shapes share: closed, frozen, spelled by alias (`is`, `with`, `from`, `for` are words of Python)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Title(Shape):
    """A wording in both languages."""

    zh: Str
    en: Str

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class Interval(Shape):
    """From a day to an inclusive last day; either may be left open."""

    from_: OpenDate = Field(default=date.min, alias="from")
    to: OpenDate = date.max


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


_LISTED = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
Words = Annotated[tuple[Str, ...], BeforeValidator(_listed), WithJsonSchema(_LISTED)]
"""Words of the vocabulary, or `param.x` for the words that a parameter lists."""


class Founded(Shape):
    """What rests on a legal basis, or is marked as a choice of the policy's makers."""

    basis: tuple[Str, ...] = ()
    choice: Choice | None = None
    covers: tuple[Str, ...] = ()


class Coverage(Shape):
    """Which measures a provision carries, in which matters (`all`, or a list), for whom: the subject itself unless said."""

    measures: tuple[Word, ...]
    matters: Words | None = None
    persons: Words = ("self",)


class Provision(Shape):
    """One article, paragraph or item, in our own words."""

    says: Title
    checked: Checked
    carries: tuple[Coverage, ...] = ()
    in_force: Interval = Interval()


class Instrument(Shape):
    """A law, regulation, rule, notice, interpretation or report."""

    title: Str
    en: Str | None = None
    number: Str | None = None
    level: Level
    in_force: Interval
    review_by: OpenDate | None = None
    carries_if: Str | None = None
    provisions: dict[Name, Provision] = {}


ParameterValue = Any
"""What stands in the file; `reading.py` makes a constant of it, by whether it stood in quotes."""


class Change(Shape):
    """The value of a parameter from a day on."""

    from_: OpenDate = Field(alias="from")
    value: ParameterValue = None
    default: ParameterValue = None
    values: dict[Name, ParameterValue] = {}


class Parameter(Founded):
    """A number, word or list that a policy chooses: fixed, keyed by a field, dated, or a choice between fields."""

    title: Title
    by: Str | None = None
    value: ParameterValue = None
    default: ParameterValue = None
    values: dict[Name, ParameterValue] = {}
    changes: tuple[Change, ...] = ()
    choose: dict[Word, Str] = {}


class Profile(Shape):
    """A named choice of parameters. Without the cap by legal basis its decisions are hypothetical."""

    title: Title
    cap_by_basis: Flag
    set: dict[Word, ParameterValue] = {}


class Labelled(Shape):
    """A condition and what people call it."""

    zh: Str
    en: Str
    is_: Str = Field(alias="is")


ConditionShape = Annotated[Annotated[Labelled, Tag("other")] | Annotated[Str, Tag("text")], TEXT_OR_OTHER]
"""A labelled condition, or a definition's use, which brings the definition's label."""


class Definition(Founded):
    """A named condition, used by many rules."""

    label: Title
    of: tuple[Word, ...]
    is_: Str = Field(alias="is")


class Term(Founded):
    """期限: the longest that a record of some category can count. It closes, never opens."""

    of: Word
    where: dict[Str, Words]
    until: Str


class Except(Shape):
    """All words of a closed list but these."""

    except_: tuple[Word, ...] = Field(alias="except")


def _except(value: object) -> str:
    return "except" if isinstance(value, (dict, Except)) else "other"


class Feed(Shape):
    """A source that is asked about codes: what it covers, and how many days old its answer may be."""

    title: Title
    of: Word | None = None
    relations: Flag = False
    covers: dict[
        Word,
        Annotated[Annotated[tuple[Word, ...], Tag("other")] | Annotated[Except, Tag("except")], Discriminator(_except)],
    ] = {}
    max_age: Whole | None = None


class Competence(Founded):
    """Which authority is competent for which records; those of another have no effect."""

    of: Word
    where: dict[Str, Words] = {}
    otherwise: Flag = False
    competent: Labelled


class Binder(Shape):
    """One more record, under a name of its own."""

    each: Word
    persons: Words | None = None


class Then(Shape):
    """The measure that follows, with the arguments that it takes."""

    measure: Word
    arguments: dict[Word, Str] = {}


class Exemption(Founded):
    """An exception that stands under its rule."""

    id: Id
    title: Title
    with_: dict[Word, Binder] = Field(default={}, alias="with")
    when: dict[Word, ConditionShape]
    instead: Word
    in_force: Interval = Interval()


class SharedExemption(Exemption):
    """An exception that serves a group of rules."""

    for_: tuple[Id, ...] = Field(alias="for")


class Contested(Shape):
    """A position against a rule, with what it rests on."""

    basis: Str
    says: Title


class Rule(Founded):
    """Conditions and what follows from them."""

    id: Id
    title: Title
    mode: Mode
    groups: tuple[Word, ...] = ()
    matters: Words | None = None
    decides: Word | None = None
    each: Word | None = None
    persons: Words | None = None
    with_: dict[Word, Binder] = Field(default={}, alias="with")
    when: dict[Word, ConditionShape]
    then: Then
    unless: tuple[Exemption, ...] = ()
    contested: tuple[Contested, ...] = ()
    in_force: Interval = Interval()


class Scope(Founded):
    """Where a policy does not reach: the groups of rules that are switched off."""

    id: Id
    title: Title
    matters: Words | None = None
    when: dict[Word, ConditionShape]
    switches_off: tuple[Word, ...]
    in_force: Interval = Interval()


class Clock(Shape):
    """A statutory period: the day after which it begins, its length, by how much it may be prolonged, in days of which unit."""

    from_: Str = Field(alias="from")
    days: Str
    extension: Str | None = None
    unit: Str


class FollowUp(Founded):
    """What is due once the outcome is known, and never changes it.

    `after` and `unless` name measures or groups of measures: some of those must have been given, none of these. With
    `each` it is due for every record of that kind on which such a measure rests.
    """

    id: Id
    title: Title
    mode: Mode
    matters: Words | None = None
    decides: Word | None = None
    each: Word | None = None
    after: Words = ()
    unless: Words = ()
    when: dict[Word, ConditionShape] = {}
    then: Then
    clock: Clock | None = None
    in_force: Interval = Interval()


class Allowed(Shape):
    """A profile in which a check may fail, and why that is so."""

    profile: Word
    why: Title


class Check(Founded):
    """What must hold of every decision, whatever its rules say: of its conclusions (`of`: measures or groups), or of itself."""

    id: Id
    title: Title
    matters: Words | None = None
    decides: Word | None = None
    of: Words = ()
    each: Word | None = None
    when: dict[Word, ConditionShape] = {}
    must: Labelled
    allowed: tuple[Allowed, ...] = ()
    in_force: Interval = Interval()


class NotEncoded(Shape):
    """A clause that no rule decides, and why."""

    clause: Str
    covers: tuple[Str, ...] = ()
    why: Title
    decided_by: Str


class Part(Shape):
    """The sections that any file of a policy may hold."""

    law: dict[Name, Instrument] = {}
    parameters: dict[Word, Parameter] = {}
    definitions: dict[Word, Definition] = {}
    terms: tuple[Term, ...] = ()
    feeds: dict[Word, Feed] = {}
    lists: tuple[Competence, ...] = ()
    rules: tuple[Rule, ...] = ()
    exceptions: tuple[SharedExemption, ...] = ()
    scope: tuple[Scope, ...] = ()
    not_encoded: tuple[NotEncoded, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    checks: tuple[Check, ...] = ()


class PolicyFile(Part):
    """The shape of `policy.yaml`."""

    language: Language
    policy: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    version: Name
    use: Word | None = None
    calendar: Word | None = None
    title: Title
    in_force: Interval
    include: tuple[Str, ...] = ()
    carries_burden: tuple[Level, ...]
    profiles: dict[Word, Profile]
    default_profile: Word
