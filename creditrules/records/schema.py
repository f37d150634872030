"""What records are made of, as data: kinds, their fields, and the two abilities that a kind may declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel

from creditrules.diagnostics import Text

Supplier = Literal["applicant", "register", "case_file", "officer_judgement"]
FieldType = Literal["bool", "int", "decimal", "text", "date", "code", "texts"]
Told = Literal["", "named", "described"]
"""How a field tells people of its record: by what they know it (the list, the document), or what else it says of it."""
FORMER = "former_"
"""What marks a link that has ended, among the persons of a rule."""

Value = bool | int | Decimal | str | date | tuple[str, ...]
"""A known value. What is not known is None, everywhere."""


@dataclass(frozen=True)
class Field:
    """One field of a kind, under its dotted name.

    `supplied_by` says who can give the fact when it is missing; `values` closes a text field to an enumeration, and
    `listed_in` closes it to the enumeration of that name in the vocabulary. A `personal` field is never read by rules.
    `told` says whether a decision tells the field of a record that it rests on, and to whom.
    """

    name: str
    type: FieldType
    title: Text
    supplied_by: Supplier = "applicant"
    values: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    listed_in: str = ""
    personal: bool = False
    remedy: bool = False
    unit: Text | None = None
    told: Told = ""


@dataclass(frozen=True)
class History:
    """The ability of a kind to have had a dated status.

    `present` is the field with the status of today, `since` the day from which it holds, `dated_by` the field that dates
    one particular status instead, `ends` the field that ends one by itself, `known_by` the day on which a source was
    asked. `steps` are the fields that make the history of a record which gives none. `complete` says that before its
    first step a record had no status; otherwise earlier days are not known. `over` are the statuses of a record that is
    no longer held against anybody, nor shown to them.
    """

    statuses: Mapping[str, Text]
    present: str = ""
    since: str = ""
    dated_by: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ends: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    known_by: str = ""
    steps: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    complete: bool = False
    over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of record. `many` is the key under which a case lists several; without it a case has one."""

    name: str
    title: Text
    fields: Mapping[str, Field]
    model: type[BaseModel]
    many: str = ""
    decided: bool = False
    held_by: str = ""
    """The field with the person to whom the record belongs, by code; such records reach the applicant by links."""
    key: str = ""
    """The field that names one record among several."""
    source: str = ""
    fetched: str = ""
    ends: str = ""
    """The field with the last day of validity, which a term may bring forward."""
    history: History | None = None
    matter: str = ""
    """For a decided kind: the field with the matter that rules and coverage refer to."""
    several: str = ""
    """For a decided kind of which a case has one: the key under which a dossier lists several."""


@dataclass(frozen=True)
class Schema:
    """All kinds of one vocabulary. `subject` is the kind of the person whom a case is about, if it is about one."""

    name: str
    kinds: Mapping[str, Kind]
    subject: str = ""
    roles: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def decided(self) -> tuple[str, ...]:
        """The kinds that are decided upon; the first is meant where nothing else is said."""
        return tuple(k.name for k in self.kinds.values() if k.decided)

    @property
    def persons(self) -> Mapping[str, Text]:
        """Every link by which a record may reach the person decided upon."""
        found = {"self": Text("本人", "the applicant itself")}
        for role, title in self.roles.items():
            found[f"{role}_of_holder"] = Text(f"记录所属主体的{title.zh}", f"{title.en} of the holder of the record")
            found[f"holder_is_{role}"] = Text(
                f"其{title.zh}为记录所属主体", f"the holder of the record is its {title.en}"
            )
            found[f"{FORMER}{role}_of_holder"] = Text(
                f"记录所属主体的前{title.zh}", f"former {title.en} of the holder of the record"
            )
        found["same_name"] = Text("仅名称相同", "the same name only")
        return found
