"""Read from pydantic models what their fields mean, giving the `Kind`s that a vocabulary is made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from creditrules.diagnostics import Text
from creditrules.records.models import About
from creditrules.records.schema import Field, FieldType, Value
from creditrules.records.values import FOREVER

_TYPES: Mapping[type, FieldType] = {bool: "bool", int: "int", Decimal: "decimal", str: "text", date: "date"}


def fields_of(model: type[BaseModel], prefix: str = "") -> Mapping[str, Field]:
    """The fields of a model that carry an `About`, those of nested models under dotted names."""
    found: dict[str, Field] = {}
    for name, info in model.model_fields.items():
        about = next((m for m in info.metadata if isinstance(m, About)), None)
        base = _base(info.annotation)
        if isinstance(base, type) and issubclass(base, BaseModel):
            found.update(fields_of(base, f"{prefix}{name}."))
        elif about is not None:
            found[prefix + name] = Field(
                prefix + name,
                "texts" if get_origin(base) is tuple else "text" if get_origin(base) is Literal else _TYPES[base],
                Text(about.zh, about.en),
                about.by,
                MappingProxyType(about.words),
                about.listed_in,
                about.personal,
                about.remedy,
                about.unit,
                about.told,
            )
    return MappingProxyType(found)


def _base(annotation: Any) -> Any:
    """The type behind `| None`, `| Literal["none"]` and `Annotated`."""
    if get_origin(annotation) is Annotated:
        return _base(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        bases = [_base(a) for a in get_args(annotation) if a is not type(None)]
        return next(b for b in bases if get_args(b) != ("none",))
    return annotation


def values_of(record: BaseModel, fields: Mapping[str, Field]) -> Mapping[str, Value | None]:
    """The value of each field; None where it is not known. The dates of an object that is `none` lie for ever ahead."""
    found: dict[str, Value | None] = {}
    for name, field in fields.items():
        value: Any = record
        for step in name.split("."):
            value = getattr(value, step, None) if value != "none" else FOREVER if field.type == "date" else None
            if value is None or value == FOREVER:
                break
        found[name] = value
    return MappingProxyType(found)
