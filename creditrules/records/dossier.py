"""A dossier: several applications of one person with what is shared between them, giving one case for each."""

from __future__ import annotations

import collections.abc
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import AfterValidator, Field, ValidationError, create_model, model_validator

from creditrules.diagnostics import Text, shown
from creditrules.documents import Mapping, Node, Sequence, spelled
from creditrules.records.case import BaseCase, Case, Relations, Sources
from creditrules.records.entrance import Entrance
from creditrules.records.models import MANY, Application, Finding, ListEntry, Record, Subject
from creditrules.records.schema import Kind, Schema
from creditrules.records.values import MOST_ITEMS, refuse

MOST_TOGETHER = 2_000_000
"""How many values the cases of a dossier may have between them: each application is judged with everything that they share."""


def _some(listed: tuple[Any, ...]) -> tuple[Any, ...]:
    if not listed:
        raise refuse("CR-R030", Text("列表是空的", "the list is empty"))
    return listed


# Not `min_length`, with which a list is also complained of as empty where each of its items is wrong.
SEVERAL = Field(max_length=MOST_ITEMS, json_schema_extra={"minItems": 1})
SOME = AfterValidator(_some)


class BaseDossier(Entrance):
    """What the dossiers of every vocabulary share: they hold what a case holds, with a list of what is decided upon."""

    case_: ClassVar[type[BaseCase]]
    called: ClassVar[Text] = Text("卷宗", "dossier")
    relations: Relations = ()
    sources: Sources = None

    def cases(self) -> tuple[BaseCase, ...]:
        """One case for each of the list, in its order, with everything that is shared."""
        return self._cases

    @classmethod
    def meant_by(cls, data: Any) -> bool:
        """Whether data that has been parsed has the list of a dossier, and is no case."""
        return isinstance(data, collections.abc.Mapping) and _decided(cls.case_.schema_).several in data

    def place(self, number: int) -> str:
        """Where in the dossier stands what the case of this number decides, as problems say it: `applications[0]`."""
        return spelled((_decided(self.case_.schema_).several, number))

    @cached_property
    def _cases(self) -> tuple[BaseCase, ...]:
        kind = _decided(self.case_.schema_)
        shared = {name: getattr(self, name) for name in self.model_fields_set - {kind.several}}
        # A case that does not say what it is about is about the kind named first.
        about = {} if kind.name == self.case_.schema_.decided[0] else {"about": kind.name}
        return tuple(
            self._case(number, {kind.name: one, **shared, **about})
            for number, one in enumerate(getattr(self, kind.several))
        )

    def _case(self, number: int, parts: dict[str, Any]) -> BaseCase:
        kind = _decided(self.case_.schema_)
        try:
            case = self.case_.model_validate(parts)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
        else:
            case.__dict__["_locate"] = lambda **_: _one_of(self._node(), kind, number)
            return case
        # What contradicts what is known by a case; it is told at its place in the dossier.
        context = first["ctx"]
        path = (*first["loc"], *tuple(context["at"]))
        where = (kind.several, number, *path[1:]) if path[0] == kind.name else path
        raise refuse(context["code"], context["message"], context["hint"], at=where)

    @model_validator(mode="after")
    def _each_is_a_case(self) -> Self:
        kind = _decided(self.case_.schema_)
        listed = getattr(self, kind.several)
        shared = sum(_size(getattr(self, name)) for name in self.model_fields_set - {kind.several})
        if len(listed) * shared > MOST_TOGETHER:
            message = Text(
                f"{len(listed)} 件与共用的 {shared} 个值相乘，超过 {MOST_TOGETHER}",
                f"{len(listed)} of them times {shared} shared values are more than {MOST_TOGETHER}",
            )
            raise refuse("CR-R033", message, Text("分成几个卷宗", "make it several dossiers"), at=(kind.several,))
        seen: set[object] = set()
        for number, one in enumerate(listed if kind.key else ()):
            key = getattr(one, kind.key)
            if key in seen:
                message = Text(f"`{shown(key)}` 出现不止一次", f"`{shown(key)}` occurs more than once")
                raise refuse("CR-R047", message, at=(kind.several, number, kind.key))
            seen.add(key)
        _ = self._cases
        return self


def _decided(schema: Schema) -> Kind:
    """The kind of which a dossier lists several."""
    return next(k for k in schema.kinds.values() if k.several)


def _size(value: object) -> int:
    """How many values a record or a list holds, those that are not known included."""
    if isinstance(value, Record):
        return sum(_size(getattr(value, name)) for name in type(value).model_fields)
    return sum(map(_size, value)) if isinstance(value, tuple) else 1


def _one_of(node: Node | None, kind: Kind, number: int) -> Node | None:
    """The nodes of one case: those of the dossier, with one of the list in the place of the list."""
    listed = node.get(kind.several) if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or not isinstance(listed, Sequence):
        return node
    pairs = tuple((replace(k, text=kind.name), listed.items[number]) if v is listed else (k, v) for k, v in node.pairs)
    return Mapping(pairs, node.span)


class Dossier(BaseDossier):
    """A dossier of the construction vocabulary: the applications of one subject, and what is known around them.

    Each application is decided with all entries, relations and findings, those of the other applications included.

    >>> dossier = Dossier.from_dict({
    ...     "applications": [
    ...         {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01"},
    ...         {"id": "A-2", "matter": "completion_filing", "received_on": "2020-06-03"},
    ...     ],
    ...     "subject": {"name": "X 公司", "uscc": "91999999MA00000A9R", "kind": "legal"},
    ...     "sources": "all",
    ... })
    >>> [case.application.matter for case in dossier.cases()]
    ['construction_permit', 'completion_filing']
    """

    case_: ClassVar[type[BaseCase]] = Case

    applications: Annotated[tuple[Application, ...], SEVERAL, SOME]
    subject: Subject
    entries: Annotated[tuple[ListEntry, ...], MANY] = ()
    findings: Annotated[tuple[Finding, ...], MANY] = ()

    def cases(self) -> tuple[Case, ...]:
        """One case for each application, in their order, with everything that is shared."""
        return cast("tuple[Case, ...]", self._cases)


def dossier_model(case: type[BaseCase]) -> type[BaseDossier] | None:
    """The type of the dossiers of a vocabulary, given that of its cases; None where the vocabulary names no list for them."""
    if case is Case:
        return Dossier
    kind = next((k for k in case.schema_.kinds.values() if k.several), None)
    if kind is None:
        return None
    parts: dict[str, Any] = {
        name: (field.annotation, field)
        for name, field in case.model_fields.items()
        if name not in {"about", kind.name, *BaseDossier.model_fields}
    }
    parts[kind.several] = (Annotated[tuple[kind.model, ...], SEVERAL, SOME], ...)  # type: ignore[name-defined]
    made = create_model("Dossier", __base__=BaseDossier, **parts)
    made.case_ = case
    return made
