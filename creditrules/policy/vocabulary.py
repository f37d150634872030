"""What a policy can talk about, as data: kinds of record, matters, measures with their ranks, and closed lists of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, Tag, create_model

from creditrules.diagnostics import Diagnostic, PolicyError, Source, Text, one_of, shown
from creditrules.documents import at
from creditrules.policy.files import read_shape
from creditrules.policy.parser import RESERVED
from creditrules.policy.shapes import Language, Shape, Title, Word
from creditrules.records.case import CONSTRUCTION
from creditrules.records.describing import fields_of
from creditrules.records.models import MANY, About, Party, Record, Step, Strs
from creditrules.records.schema import History, Kind, Schema, Supplier
from creditrules.records.values import TEXT_OR_OTHER, CodeText, Flag, Money, OpenDate, Str, Whole

Group = Literal["burden", "facilitation", "procedural", "advice"]
EXACT: tuple[Group, ...] = ("burden", "facilitation")
"""The groups whose measures make the outcome; the others stand beside it."""
ArgumentType = Literal["text", "texts", "date", "int"]

NO_NOTE = Text("", "")
NONE = "none"
"""The result of an exception that lifts a measure wholly."""
NOT_APPLICABLE = "not_applicable"
UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Measure:
    """What may follow from a rule. The rank orders burdens, and facilitations, among themselves; `order` breaks ties.

    `note` says to the officer what the measure means, and what it does not. `tells` is what the person decided upon is told
    of a procedure, with its arguments as `{gaps}`; one without it is the office's own. A `remedy` tells how a decision can be
    challenged or a record be put right.
    """

    name: str
    title: Text
    group: Group
    rank: int
    order: int
    arguments: Mapping[str, ArgumentType]
    argument_titles: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    note: Text = NO_NOTE
    tells: Text = NO_NOTE
    remedy: bool = False


@dataclass(frozen=True)
class Matter:
    """What is applied for, and whether that is a licence, a filing, a service ..."""

    name: str
    title: Text
    kind: str


@dataclass(frozen=True)
class Vocabulary:
    """Everything that a policy may name. `cap` is the measure that is left of a burden which no law covers."""

    name: str
    schema: Schema
    matters: Mapping[str, Matter]
    measures: Mapping[str, Measure]
    cap: str
    words: Mapping[str, Mapping[str, Text]]
    ordinary: Mapping[str, str]
    """For each decided kind: the outcome where nothing is established and nothing undetermined."""
    outcomes: Mapping[str, Text]
    lists: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    """The words of each closed list, matters included, as cases are checked against them."""

    def weight(self, measure: str) -> tuple[int, int]:
        """How heavy a measure is, for ordering: `none` least, then by rank; of equals the one named first is heavier."""
        if measure == NONE:
            return (-1, 0)
        found = self.measures[measure]
        return (found.rank, -found.order)

    def rank(self, measure: str) -> int:
        """The rank of a measure; that of `none` lies under all others."""
        return -1 if measure == NONE else self.measures[measure].rank

    def title(self, outcome: str) -> Text:
        """The title of an outcome or a measure."""
        return self.outcomes[outcome] if outcome in self.outcomes else self.measures[outcome].title


_GAP = re.compile(r"\{(\w+)\}")
TAKEN = ("conclusion", "decision")
"""What conditions may name once the outcome is known; no kind of record has such a name."""


class _Field(Shape):
    type: Literal["bool", "int", "decimal", "text", "texts", "date", "code", "person"]
    title: Title
    supplied_by: Supplier = Field(default="register", alias="from")
    values: dict[Word, Title] | None = None
    listed_in: Word | None = None
    personal: Flag = False
    remedy: Flag = False
    unit: Title | None = None
    required: Flag = False
    told: Literal["named", "described"] | None = None


class _History(Shape):
    statuses: dict[Word, Title]
    present: Word | None = None
    since: Word | None = None
    dated_by: dict[Word, Word] = {}
    ends: dict[Word, Word] = {}
    known_by: Word | None = None
    steps: dict[Word, Word] = {}
    complete: Flag = False
    over: list[Word] = []


class _Kind(Shape):
    title: Title
    fields: dict[Word, _Field]
    many: Word | None = None
    several: Word | None = None
    decided: Flag = False
    person: Flag = False
    held_by: Word | None = None
    key: Word | None = None
    source: Word | None = None
    fetched: Word | None = None
    ends: Word | None = None
    matter: Word | None = None
    history: _History | None = None


class _Argument(Shape):
    type: ArgumentType
    title: Title


class _Measure(Shape):
    title: Title
    group: Group
    rank: Whole = 0
    arguments: dict[
        Word, Annotated[Annotated[_Argument, Tag("other")] | Annotated[ArgumentType, Tag("text")], TEXT_OR_OTHER]
    ] = {}
    note: Title | None = None
    tells: Title | None = None
    remedy: Flag = False


class _Matter(Shape):
    title: Title
    kind: Word


class _Ordinary(Shape):
    outcome: Word
    title: Title


class VocabularyFile(Shape):
    """The shape of `vocabulary.yaml`."""

    language: Language
    vocabulary: Word
    records: Literal["construction"] | None = None
    kinds: dict[Word, _Kind] | None = None
    roles: dict[Word, Title] = {}
    words: dict[Word, dict[Word, Title]] = {}
    matters: dict[Word, _Matter] = {}
    measures: dict[Word, _Measure]
    cap: Word
    ordinary: dict[Word, _Ordinary]
    undetermined: Title
    not_applicable: Title


def vocabulary_of(file: VocabularyFile) -> Vocabulary:
    """The vocabulary that a file describes; its kinds are the typed ones of construction, or made from the file."""
    schema = CONSTRUCTION if file.kinds is None else _schema(file)
    outcomes = {o.outcome: o.title.text for o in file.ordinary.values()}
    outcomes |= {UNDETERMINED: file.undetermined.text, NOT_APPLICABLE: file.not_applicable.text}
    words = {name: {w: t.text for w, t in titles.items()} for name, titles in file.words.items()}
    words["matters"] = {name: m.title.text for name, m in file.matters.items()}
    return Vocabulary(
        file.vocabulary,
        schema,
        {name: Matter(name, m.title.text, m.kind) for name, m in file.matters.items()},
        {
            name: Measure(
                name,
                m.title.text,
                m.group,
                m.rank,
                order,
                {n: a.type if isinstance(a, _Argument) else a for n, a in m.arguments.items()},
                {n: a.title.text for n, a in m.arguments.items() if isinstance(a, _Argument)},
                m.note.text if m.note else NO_NOTE,
                m.tells.text if m.tells else NO_NOTE,
                m.remedy,
            )
            for order, (name, m) in enumerate(file.measures.items())
        },
        file.cap,
        words,
        {kind: o.outcome for kind, o in file.ordinary.items()},
        outcomes,
        {name: frozenset(titles) for name, titles in words.items() if titles},
    )


_VALUE_TYPES: Mapping[str, Any] = {
    "bool": Flag, "int": Whole, "decimal": Money, "text": Str, "texts": Strs, "date": OpenDate, "code": CodeText, "person": Party,
}  # fmt: skip


def _schema(file: VocabularyFile) -> Schema:
    kinds: dict[str, Kind] = {}
    subject = ""
    for name, kind in (file.kinds or {}).items():
        parts: dict[str, Any] = {}
        for field_name, f in kind.fields.items():
            base: Any = _VALUE_TYPES[f.type]
            if f.values:
                base = Literal[tuple(f.values)]
            about = About(
                f.title.zh, f.title.en, f.supplied_by, f.personal or f.type in ("code", "person"), f.remedy,
                f.unit.text if f.unit else None, {w: t.text for w, t in (f.values or {}).items()}, f.listed_in or "",
                f.told or "",
            )  # fmt: skip
            required = f.required or field_name in (kind.key, kind.held_by, kind.source, kind.fetched, kind.matter)
            parts[field_name] = (Annotated[base, about], ...) if required else (Annotated[base | None, about], None)
        if kind.history is not None:
            status: Any = Literal[tuple(kind.history.statuses)]
            step: Any = create_model("Step", __base__=Step, status=(status, ...))
            parts["history"] = (Annotated[tuple.__class_getitem__((step, ...)), MANY] | None, None)
        model: type[BaseModel] = create_model(name, __base__=Party if kind.person else Record, **parts)
        subject = name if kind.person else subject
        history = None
        if kind.history is not None:
            h = kind.history
            statuses = {w: t.text for w, t in h.statuses.items()}
            history = History(
                statuses,
                h.present or "",
                h.since or "",
                dict(h.dated_by),
                dict(h.ends),
                h.known_by or "",
                dict(h.steps),
                h.complete,
                tuple(h.over),
            )
        kinds[name] = Kind(
            name, kind.title.text, fields_of(model), model, kind.many or "", kind.decided, kind.held_by or "", kind.key or "",
            kind.source or "", kind.fetched or "", kind.ends or "", history, kind.matter or "",
            kind.several or "",
        )  # fmt: skip
    return Schema(file.vocabulary, kinds, subject, {w: t.text for w, t in file.roles.items()})


def read_vocabulary(source: Source) -> Vocabulary:
    """Read a vocabulary file. Raises PolicyError."""
    file, node = read_shape(source, VocabularyFile)
    try:
        found = vocabulary_of(file)
    except (TypeError, ValueError, NameError) as error:
        raise PolicyError(
            [Diagnostic("CR-P031", Text("词表无法成立", f"the vocabulary does not hold: {shown(error)}"), node.span)]
        ) from None
    problems: list[Diagnostic] = []

    def unknown(path: tuple[str | int, ...], word: str, known: Iterable[str]) -> None:
        message = Text(f"`{shown(word)}` 没有定义", f"`{shown(word)}` is not defined")
        problems.append(Diagnostic("CR-P034", message, at(node, path), one_of(word, known)))

    for name in file.kinds or {}:
        if name in TAKEN or name in RESERVED:
            message = Text(f"名称 `{name}` 已被占用", f"the name `{name}` is taken")
            hint = Text(
                "条件里这个名称另有所指；给这种记录另取名称",
                "it means something else in conditions; name the kind otherwise",
            )
            problems.append(Diagnostic("CR-P023", message, at(node, ("kinds", name), key=True), hint))
    for name, measure in found.measures.items():
        for lang, told in zip(("zh", "en"), measure.tells, strict=True):
            for gap in _GAP.findall(told):
                if gap not in measure.arguments:
                    unknown(("measures", name, "tells", lang), gap, measure.arguments)
    for name, spec in found.schema.kinds.items():
        for number, status in enumerate(spec.history.over if spec.history else ()):
            if spec.history and status not in spec.history.statuses:
                unknown(("kinds", name, "history", "over", number), status, spec.history.statuses)
    if file.cap != "none" and (file.cap not in found.measures or found.measures[file.cap].group != "burden"):
        unknown(("cap",), file.cap, [n for n, m in found.measures.items() if m.group == "burden"])
    for kind in found.schema.decided:
        if kind not in found.ordinary:
            unknown(("ordinary",), kind, found.ordinary)
    taken = {"about", "format", "relations", "sources", *(k.many or k.name for k in found.schema.kinds.values())}
    for name, kind_ in found.schema.kinds.items():
        if kind_.several and (kind_.many or not kind_.decided or kind_.several in taken):
            message = Text(
                "`several` 用于一个案件只有一条的可判定的记录，且须是未用过的名称",
                "`several` is for what is decided and of which a case has one, and is a name not used otherwise",
            )
            problems.append(Diagnostic("CR-P031", message, at(node, ("kinds", name, "several"))))
        for ability in ("held_by", "key", "source", "fetched", "ends", "matter"):
            word = getattr(kind_, ability)
            if word and word not in kind_.model.model_fields:
                unknown(("kinds", name, ability), word, kind_.fields)
    if problems:
        raise PolicyError(problems)
    return found
