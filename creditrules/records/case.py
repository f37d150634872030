"""A case: everything that is known for one decision, validated at one entrance."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, Tag, ValidationError, create_model, model_validator

from creditrules.diagnostics import Diagnostic, PolicyError, RecordError, Source, Text, one_of, shown
from creditrules.documents import Node, at, plain, read_json, read_yaml
from creditrules.records import models
from creditrules.records.complaints import complaints
from creditrules.records.describing import fields_of
from creditrules.records.history import Step, timeline
from creditrules.records.models import (
    MANY,
    Application,
    Finding,
    ListEntry,
    Party,
    Record,
    Relation,
    SourceAnswer,
    Subject,
)
from creditrules.records.schema import History, Kind, Schema
from creditrules.records.values import TEXT_OR_OTHER, refuse


class BaseCase(Record):
    """What the cases of every vocabulary share. `about` names the record that is decided upon.

    `sources` says which feeds were asked about whom and answered; `"all"` says that every feed which the policy names
    answered about everybody in the case. A case that does not say was asked nowhere.
    """

    schema_: ClassVar[Schema]
    about: Annotated[Annotated[str, Tag("text")] | Annotated[dict[str, str], Tag("other")], TEXT_OR_OTHER] = ""
    relations: Annotated[tuple[Relation, ...], MANY] = ()
    sources: (
        Annotated[
            Annotated[Literal["all"], Tag("text")] | Annotated[tuple[SourceAnswer, ...], MANY, Tag("other")],
            TEXT_OR_OTHER,
        ]
        | None
    ) = None

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a case from a YAML or JSON file.

        Raises RecordError, with every problem at its place, when the file cannot be read or does not fit.
        """
        file = Path(path)
        try:
            text = file.read_bytes().decode("utf-8-sig")
        except OSError as error:
            message = Text("文件无法读取", f"the file cannot be read: {(error.strerror or 'unknown reason').lower()}")
            raise RecordError([Diagnostic("CR-R001", message, path=file.name)]) from None
        except UnicodeDecodeError:
            message = Text("文件不是 UTF-8", "the file is not UTF-8")
            raise RecordError([Diagnostic("CR-R002", message, path=file.name)]) from None
        if file.suffix.lower() == ".json":
            return cls.from_dict(read_json(text, name=file.name))
        try:
            node = read_yaml(Source(file.name, text))
        except PolicyError as error:
            raise RecordError(error.diagnostics) from None
        return cls.from_node(node)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a case from JSON text. Raises RecordError."""
        return cls.from_dict(read_json(text))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make a case from plain data as JSON has it (dates as text, codes as text). Raises RecordError."""
        return cls._validate(data, None)

    @classmethod
    def from_node(cls, node: Node) -> Self:
        """Make a case from a node of a document, so that problems show their place in it. Raises RecordError."""
        return cls._validate(plain(node), node)

    @classmethod
    def _validate(cls, data: Any, node: Node | None) -> Self:
        if isinstance(data, Mapping) and "format" in data:
            if data["format"] not in (1, "1"):
                message = Text("只认识 `format: 1` 的案件", "only cases of `format: 1` are known")
                raise RecordError(
                    [Diagnostic("CR-R048", message, at(node, ("format",)) if node else None, path="format")]
                )
            data = {k: v for k, v in data.items() if k != "format"}
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            problems = complaints(error, cls, data, node)
        except RecursionError:
            problems = [Diagnostic("CR-R010", Text("记录嵌套过深", "the record is nested too deeply"))]
        # Raised out here, so that the validator's own error, which quotes keys, is not its context.
        raise RecordError(problems)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        kind, key = self._about
        if kind not in self.schema_.decided:
            hint = one_of(kind, self.schema_.decided)
            raise refuse(
                "CR-R022",
                Text(f"不能就 `{shown(kind)}` 作出决定", f"nothing is decided about `{shown(kind)}`"),
                hint,
                at=("about",),
            )
        candidates = [r for r in self.of_kind(kind) if key in ("", self._key(kind, r))]
        if len(candidates) != 1 or (isinstance(self.about, dict) and len(self.about) != 1):
            message = Text("`about` 未指明唯一的一条记录", "`about` does not name exactly one record")
            hint = Text(f"写成 `about: {{{kind}: 编号}}`", f"write `about: {{{kind}: ID}}`")
            raise refuse("CR-R023", message, hint, at=("about",))
        for spec in self.schema_.kinds.values():
            keys = [self._key(spec.name, r) for r in self.of_kind(spec.name)] if spec.key else []
            twice = sorted(k for k, times in Counter(keys).items() if times > 1)
            if twice:
                message = Text(f"`{shown(twice[0])}` 出现不止一次", f"`{shown(twice[0])}` occurs more than once")
                second = [n for n, k in enumerate(keys) if k == twice[0]][1]
                raise refuse("CR-R047", message, at=(spec.many, second, spec.key))
            for number, one in enumerate(self.of_kind(spec.name)):
                contradiction = _contradiction(spec, one)
                if contradiction:
                    message = Text("现状态与这一日期矛盾", "the present status contradicts this day")
                    where = (spec.many, number) if spec.many else (spec.name,)
                    raise refuse("CR-R028", message, _CORRECT, at=(*where, contradiction))
        known_fields = {name for spec in self.schema_.kinds.values() if spec.held_by for name in spec.fields}
        for number, answer in enumerate(self.sources if isinstance(self.sources, tuple) else ()):
            for name in sorted(set(answer.covers or ()) - known_fields):
                # A name that is no field would narrow nothing, and let the answer pass for a whole one.
                message = Text(f"没有字段 `{shown(name)}`", f"there is no field `{shown(name)}`")
                raise refuse("CR-R034", message, one_of(name, known_fields), at=("sources", number, "covers", name))
        person = self.person
        held_by = self.schema_.kinds[kind].held_by
        if self.schema_.subject and person is None:
            raise refuse("CR-R024", Text(f"缺少 `{self.schema_.subject}`", f"`{self.schema_.subject}` is missing"))
        if person is not None and held_by and getattr(candidates[0], held_by).code != person.code:
            name = self.schema_.subject
            message = Text(
                f"`{name}` 与所决定的记录的主体不是同一人", f"`{name}` is not the person of the record decided upon"
            )
            raise refuse("CR-R025", message, at=(name,))
        return self

    @property
    def _about(self) -> tuple[str, str]:
        about = self.about or self.schema_.decided[0]
        return (about, "") if isinstance(about, str) else next(iter(about.items()), ("", ""))

    def _key(self, kind: str, record: BaseModel) -> str:
        return str(getattr(record, self.schema_.kinds[kind].key or "_", ""))

    @property
    def decided(self) -> tuple[Kind, BaseModel]:
        """The record that is decided upon, and its kind."""
        kind, key = self._about
        return self.schema_.kinds[kind], next(r for r in self.of_kind(kind) if key in ("", self._key(kind, r)))

    def of_kind(self, kind: str) -> tuple[BaseModel, ...]:
        """All records of a kind, in the order in which they were given."""
        spec = self.schema_.kinds[kind]
        found = getattr(self, spec.many or spec.name)
        return found if spec.many else () if found is None else (found,)

    @property
    def person(self) -> Party | None:
        """The person decided upon, to whom links run."""
        return getattr(self, self.schema_.subject) if self.schema_.subject else None

    @cached_property
    def positions(self) -> Mapping[str, str]:
        """A name for each person that shows no code: `subject`, `person-1`, ... in the order of the codes."""
        codes = {p.code for p in _parties(self)}
        anchor = self.person.code if self.person else ""
        others = sorted(codes - {anchor})
        named: dict[str, str] = {anchor: "subject"} if anchor else {}
        return named | {code: f"person-{n}" for n, code in enumerate(others, 1)}

    def digest(self, key: bytes | None = None) -> str:
        """A digest of the case that does not give its codes away.

        Codes are replaced by their position among the codes of the case; with a `key`, by their keyed hash.
        """
        names = {
            code.rsplit(":", 1)[1]: hmac.new(key, code.encode(), hashlib.sha256).hexdigest() if key else position
            for code, position in self.positions.items()
        }

        def clean(value: Any) -> Any:
            if isinstance(value, dict):
                return {k: steps(v) if k == "history" else clean(v) for k, v in value.items() if v is not None}
            if isinstance(value, list):
                return sorted((clean(v) for v in value), key=_canonical)
            return names.get(value, value) if isinstance(value, str) else value

        def steps(value: Any) -> Any:
            # Steps without a day lie in the order in which they were given; with their days, the days order them.
            dated = all(step["from"] is not None for step in value)
            return [clean(step) for step in (sorted(value, key=lambda step: step["from"]) if dated else value)]

        return hashlib.sha256(_canonical(clean(self.model_dump(mode="json"))).encode()).hexdigest()

    def check_words(self, lists: Mapping[str, Collection[str]]) -> None:
        """Check the fields that the vocabulary closes against its lists. Raises RecordError naming the nearest word."""
        problems = []
        for kind in self.schema_.kinds.values():
            for index, record in enumerate(self.of_kind(kind.name)):
                for field in kind.fields.values():
                    if field.listed_in not in lists or "." in field.name:
                        continue
                    value = getattr(record, field.name)
                    for word in value if isinstance(value, tuple) else () if value is None else (value,):
                        if word not in lists[field.listed_in]:
                            where = f"{kind.many}[{index}]" if kind.many else kind.name
                            message = Text(
                                f"`{shown(word)}` 不在政策的词表中",
                                f"`{shown(word)}` is not a word of the policy's vocabulary",
                            )
                            problems.append(
                                Diagnostic(
                                    "CR-R026",
                                    message,
                                    help=one_of(word, lists[field.listed_in]),
                                    path=f"{where}.{field.name}",
                                )
                            )
        if problems:
            raise RecordError(problems)


_CORRECT = Text("更正状态，或给出完整的 `history`", "correct the status, or give the whole `history`")


def _contradiction(kind: Kind, record: BaseModel) -> str:
    """The field that contradicts the present status: the day of a later one that the source knew, or an end before the begin.

    A source that has the day of a repair and still says `active` has told two things, of which only one can be so.
    """
    spec = kind.history
    if spec is None:
        return ""
    present, known_by, since = (getattr(record, f or "_", None) for f in (spec.present, spec.known_by, spec.since))
    given = getattr(record, "history", None)
    later = {name: status for status, name in spec.dated_by.items() if status != next(iter(spec.statuses))}
    told = [n for n in later if (d := getattr(record, n, None)) is not None and known_by is not None and d <= known_by]
    if given is not None:
        steps = tuple(Step(s.status, s.from_, None, s.until) for s in given)
        history = timeline(spec, {spec.known_by: known_by}, steps, complete=False)
        if present is not None and known_by is not None and present not in history.status_on(known_by):
            return spec.present
        return next((n for n in told if later[n] not in {s.status for s in steps}), "")
    ends = spec.ends.get(str(present), "")
    end = getattr(record, ends or "_", None)
    if end is not None and since is not None and end < since:
        return ends
    return next((n for n in told if present == next(iter(spec.statuses))), "")


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _parties(record: object) -> list[Party]:
    found = [record] if isinstance(record, Party) else []
    if isinstance(record, BaseModel):
        for name in type(record).model_fields:
            found += _parties(getattr(record, name))
    elif isinstance(record, tuple):
        for item in record:
            found += _parties(item)
    return found


APPLICATION = Kind(
    "application", Text("申请", "application"), fields_of(Application), Application, decided=True, matter="matter",
    history=History(models.APPLICATION_STATUSES, steps={"received": "received_on", "accepted": "accepted_on"}, complete=True),
)  # fmt: skip
SUBJECT = Kind("subject", Text("申请主体", "subject"), fields_of(Subject), Subject)
ENTRY = Kind(
    "entry", Text("名单记录", "list entry"), fields_of(ListEntry), ListEntry, many="entries", held_by="subject", key="id",
    source="source", fetched="fetched_at", ends="valid_to",
    history=History(
        models.ENTRY_STATUSES, present="status", since="status_since",
        dated_by={"active": "effective_from", "repaired": "repaired_on"}, ends={"suspended": "suspended_until"}, known_by="fetched_at",
    ),
)  # fmt: skip
FINDING = Kind(
    "finding", Text("违法行为认定", "finding"), fields_of(Finding), Finding, many="findings", decided=True, held_by="subject", key="id",
    history=History(models.FINDING_STATUSES, steps={"effective": "effective_on"}, complete=True),
)  # fmt: skip

CONSTRUCTION = Schema(
    "construction", {k.name: k for k in (APPLICATION, SUBJECT, ENTRY, FINDING)}, subject="subject", roles=models.ROLES
)


class Case(BaseCase):
    """A case of the construction vocabulary: one application, or one finding, and what is known around it.

    >>> case = Case.from_dict({
    ...     "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01"},
    ...     "subject": {"name": "X 公司", "uscc": "91999999MA00000A9R", "kind": "legal"},
    ...     "sources": "all",
    ... })
    >>> case.application.received_on
    datetime.date(2020, 6, 1)
    """

    schema_: ClassVar[Schema] = CONSTRUCTION

    application: Application | None = None
    subject: Subject
    entries: Annotated[tuple[ListEntry, ...], MANY] = ()
    findings: Annotated[tuple[Finding, ...], MANY] = ()


def case_model(schema: Schema) -> type[BaseCase]:
    """The type of the cases of a vocabulary: the typed one of construction, otherwise one made from its kinds."""
    if schema is CONSTRUCTION:
        return Case
    parts: dict[str, Any] = {}
    for kind in schema.kinds.values():
        if kind.many:
            parts[kind.many] = (Annotated[tuple[kind.model, ...], MANY], ())  # type: ignore[name-defined]
        else:
            parts[kind.name] = (kind.model | None, None)
    made = create_model("Case", __base__=BaseCase, **parts)
    made.schema_ = schema
    return made
