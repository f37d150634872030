"""A case: everything that is known for one decision."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, Tag, create_model, model_validator

from creditrules.diagnostics import Diagnostic, RecordError, Text, one_of, shown
from creditrules.documents import MOST_FOUND, Node, at, spelled
from creditrules.records import models
from creditrules.records.describing import fields_of
from creditrules.records.entrance import Entrance
from creditrules.records.history import Step, timeline
from creditrules.records.identifiers import Remark, remarks, same
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
from creditrules.records.values import FOREVER, TEXT_OR_OTHER, Code, refuse

Path_ = tuple[str | int, ...]
"""Where in a record something stands."""

Relations = Annotated[tuple[Relation, ...], MANY]
Sources = (
    Annotated[
        Annotated[Literal["all"], Tag("text")] | Annotated[tuple[SourceAnswer, ...], MANY, Tag("other")], TEXT_OR_OTHER
    ]
    | None
)


class BaseCase(Entrance):
    """What the cases of every vocabulary share. `about` names the record that is decided upon.

    `sources` says which feeds were asked about whom and answered; `"all"` says that every feed which the policy names
    answered about everybody in the case. A case that does not say was asked nowhere.
    """

    schema_: ClassVar[Schema]
    called: ClassVar[Text] = Text("案件", "case")
    about: Annotated[Annotated[str, Tag("text")] | Annotated[dict[str, str], Tag("other")], TEXT_OR_OTHER] = ""
    relations: Relations = ()
    sources: Sources = None

    @cached_property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What is odd about the codes of the case, although it is decided all the same: spellings, regions, days of birth."""
        found = _remarks(self)
        node = self._node() if found else None
        problems = (
            Diagnostic(
                r.code, r.message, at(node, path) if node else None, r.hint, path=spelled(path), severity="warning"
            )
            for path, r in found
        )
        return tuple(sorted(problems, key=lambda d: d.order))

    @model_validator(mode="after")
    def _whole(self) -> Self:
        kind, key = self._about
        if kind not in self.schema_.decided:
            hint = one_of(kind, self.schema_.decided)
            raise refuse(
                "CR-R022",
                Text(f"不能就 `{shown(kind)}` 作出判定", f"nothing is decided about `{shown(kind)}`"),
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
                    message = (
                        Text("最后一日早于起始日", "the last day lies before the first")
                        if contradiction == spec.ends
                        else Text("现状态与这一日期矛盾", "the present status contradicts this day")
                    )
                    holder = (spec.many, number) if spec.many else (spec.name,)
                    raise refuse("CR-R028", message, _CORRECT, at=(*holder, contradiction))
        known_fields = {name for spec in self.schema_.kinds.values() if spec.held_by for name in spec.fields}
        for number, answer in enumerate(self.sources if isinstance(self.sources, tuple) else ()):
            for name in sorted(set(answer.covers or ()) - known_fields):
                # A name that is no field would narrow nothing, and let the answer pass for a whole one.
                message = Text(f"没有字段 `{shown(name)}`", f"there is no field `{shown(name)}`")
                raise refuse("CR-R034", message, one_of(name, known_fields), at=("sources", number, "covers", name))
        for where, party, code in self._codes:
            if where[-1] == "org_code" and isinstance(party, Party) and len(self._companies.get(code, ())) > 1:
                # Whose record it is cannot be told, and a guess would put it on somebody.
                message = Text(
                    "一个组织机构代码对应案件中不止一个主体", "one organisation code is that of more than one organisation in the case"
                )  # fmt: skip
                hint = Text("改填统一社会信用代码", "give the unified social credit code instead")
                raise refuse("CR-R056", message, hint, at=where)
        person = self.person
        held_by = self.schema_.kinds[kind].held_by
        if self.schema_.subject and person is None:
            raise refuse("CR-R024", Text(f"缺少 `{self.schema_.subject}`", f"`{self.schema_.subject}` is missing"))
        if person is not None and held_by and self.identity(getattr(candidates[0], held_by)) != self.identity(person):
            name = self.schema_.subject
            message = Text(
                f"`{name}` 与所判定的记录的主体不是同一人", f"`{name}` is not the person of the record decided upon"
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
    def _codes(self) -> tuple[tuple[Path_, Record, Code], ...]:
        """Every identity code of the case: where it stands, and in which record."""
        return tuple(_codes(self, ()))

    @property
    def _parties(self) -> tuple[Party, ...]:
        """Every person that the case names, as often as it does: each has exactly one code."""
        return tuple(record for _, record, _ in self._codes if isinstance(record, Party))

    @cached_property
    def _companies(self) -> Mapping[str, tuple[str, ...]]:
        """The unified social credit codes of the case by the organisation code inside each."""
        found: dict[str, set[str]] = {}
        for party in self._parties:
            if party.uscc is not None:
                found.setdefault(party.uscc[8:17], set()).add(party.uscc)
        return {inner: tuple(sorted(codes)) for inner, codes in found.items()}

    def identity(self, party: Party) -> Code:
        """Who a person of the case is.

        That is its own code, or, where a register gives an organisation code only, that of the company in the case whose
        unified code holds it.
        """
        whole = self._companies.get(party.org_code, ()) if party.org_code is not None else ()
        return Code(f"uscc:{whole[0]}") if whole else party.code

    @cached_property
    def positions(self) -> Mapping[str, str]:
        """A name for each person that shows no code: `subject`, `person-1`, ... in the order of the codes."""
        codes = {self.identity(p) for p in self._parties}
        anchor = self.identity(self.person) if self.person else ""
        others = sorted(codes - {anchor})
        named: dict[str, str] = {anchor: "subject"} if anchor else {}
        return named | {code: f"person-{n}" for n, code in enumerate(others, 1)}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What the persons of the case are called, by position; of several names the first in their order."""
        found: dict[str, str] = {}
        for party in self._parties:
            if party.name:
                position = self.positions[self.identity(party)]
                found[position] = min(party.name, found.get(position, party.name))
        return found

    @cached_property
    def _spellings(self) -> frozenset[str]:
        """Every code by which the case calls a person, as it stands in the case."""
        found = {code for p in self._parties for code in (p.uscc, p.org_code, p.id_no) if code is not None}
        answers = self.sources if isinstance(self.sources, tuple) else ()
        return frozenset(found | {code for a in answers if not isinstance(a.about, str) for code in a.about})

    def digest(self, key: bytes | None = None) -> str:
        """A digest of the case that does not give its codes away.

        Codes are replaced by their position among the codes of the case; with a `key`, by their keyed hash.
        """
        names: dict[str, str] = {}
        for identity, position in self.positions.items():
            name = hmac.new(key, identity.encode(), hashlib.sha256).hexdigest() if key else position
            names |= {code: name for code in self._spellings if same(identity, code)}

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
        found: list[tuple[Path_, str, Collection[str]]] = []
        for kind in self.schema_.kinds.values():
            for index, record in enumerate(self.of_kind(kind.name)):
                for field in kind.fields.values():
                    if field.listed_in not in lists or "." in field.name:
                        continue
                    value = getattr(record, field.name)
                    for word in value if isinstance(value, tuple) else () if value is None else (value,):
                        if word not in lists[field.listed_in]:
                            where = (kind.many, index) if kind.many else (kind.name,)
                            found.append(((*where, field.name), word, lists[field.listed_in]))
        if found:
            node = self._node()
            raise RecordError([_unknown_word(node, *one) for one in found[:MOST_FOUND]])


def _unknown_word(node: Node | None, path: Path_, word: str, known: Collection[str]) -> Diagnostic:
    message = Text(f"`{shown(word)}` 不在政策的词表中", f"`{shown(word)}` is not a word of the policy's vocabulary")
    return Diagnostic("CR-R026", message, at(node, path) if node else None, one_of(word, known), path=spelled(path))


_NORMALISED = Remark(
    "semantics",
    "CR-R037",
    Text(
        "代码已规范化：去除了全角、空格、连字符或小写",
        "the code was normalised: it had full-width characters, spaces, hyphens or lower case",
    ),
)


def _codes(record: Record, path: Path_) -> Iterator[tuple[Path_, Record, Code]]:
    for name in type(record).model_fields:
        value = getattr(record, name)
        for step, item in enumerate(value) if isinstance(value, tuple) else ((None, value),):
            here = (*path, name) if step is None else (*path, name, step)
            if isinstance(item, Code):
                yield here, record, item
            elif isinstance(item, Record):
                yield from _codes(item, here)


def _remarks(case: BaseCase) -> list[tuple[Path_, Remark]]:
    found = []
    day = _first_day(case)
    for path, record, code in case._codes:  # noqa: SLF001 - a part of the case, kept out of its face
        if code.changed:
            found.append((path, _NORMALISED))
        kind = record.id_kind if isinstance(record, Party) and path[-1] == "id_no" else code.kind
        found += [(path, remark) for remark in remarks(code, kind, by=day)]
    return found


def _first_day(case: BaseCase) -> date | None:
    """The first day of the record decided upon, on which everybody whom it names must have been born."""
    kind, record = case.decided
    days = [getattr(record, field, None) for field in (kind.history.steps.values() if kind.history else ())]
    return min((d for d in days if d is not None and d != FOREVER), default=None)


_CORRECT = Text(
    "向来源核实，更正日期或状态，或给出完整的 `history`",
    "ask the source; correct the day or the status, or give the whole `history`",
)


def _contradiction(kind: Kind, record: BaseModel) -> str:
    """The field that contradicts another: the day of a later status that the source knew, or an end before the begin.

    An entry whose last day lies before its first counts on no day, and two columns that changed places would clear anybody.
    A source that has the day of a repair and still says `active` has told two things, of which only one can be so.
    """
    spec = kind.history
    if spec is None:
        return ""
    begins = getattr(record, spec.dated_by.get(next(iter(spec.statuses)), "_"), None)
    last = getattr(record, kind.ends or "_", None)
    if begins is not None and last is not None and last < begins:
        return kind.ends
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


APPLICATION = Kind(
    "application", Text("申请", "application"), fields_of(Application), Application, several="applications", decided=True, key="id",
    matter="matter",
    history=History(models.APPLICATION_STATUSES, steps={"received": "received_on", "accepted": "accepted_on"}, complete=True),
)  # fmt: skip
SUBJECT = Kind("subject", Text("申请主体", "subject"), fields_of(Subject), Subject)
ENTRY = Kind(
    "entry", Text("名单记录", "list entry"), fields_of(ListEntry), ListEntry, many="entries", held_by="subject", key="id",
    source="source", fetched="fetched_at", ends="valid_to",
    history=History(
        models.ENTRY_STATUSES, present="status", since="status_since",
        dated_by={"active": "effective_from", "repaired": "repaired_on"}, ends={"suspended": "suspended_until"}, known_by="fetched_at",
        over=("repaired", "removed", "revoked"),
    ),
)  # fmt: skip
FINDING = Kind(
    "finding", Text("违法行为认定", "finding"), fields_of(Finding), Finding, many="findings", decided=True, held_by="subject", key="id",
    history=History(models.FINDING_STATUSES, steps={"effective": "effective_on"}, complete=True, over=("revoked",)),
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

    @model_validator(mode="after")
    def _documents_agree(self) -> Self:
        """One document says one thing of one person's conduct in one matter; what two records know of it cannot differ."""
        seen: dict[tuple[object, ...], Finding] = {}
        for number, finding in enumerate(self.findings):
            if finding.document_no is None:
                continue
            same_thing = (self.identity(finding.subject), *(getattr(finding, name) for name in _ONE_THING))
            first = seen.setdefault(same_thing, finding)
            for name in set(Finding.model_fields) - {"id", "subject", *_ONE_THING}:
                one, other = getattr(first, name), getattr(finding, name)
                if one is not None and other is not None and one != other:
                    message = Text(
                        "同一文书、主体和行为，内容却不一致",
                        "the same document, person and conduct with other contents",
                    )
                    raise refuse("CR-R029", message, _ONE_DOCUMENT, at=("findings", number, "document_no"))
        return self


_ONE_THING = ("document_no", "capacity", "conduct", "phase", "application", "permit_no", "matter")
_ONE_DOCUMENT = Text("核对文书，删除或更正其中一条", "look at the document, and delete or correct one of the two")


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
