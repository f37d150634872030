"""What a field of a record may hold, and what of it the policy tells apart: the values from which cases are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Protocol, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from creditrules.engines.evaluating import Code, compile_
from creditrules.policy.program import Program
from creditrules.policy.syntax import Expr, StatusOn, walk
from creditrules.policy.syntax import Field as FieldRead
from creditrules.records.binding import SAME_NAME, SELF, Binding, Link
from creditrules.records.history import NO_STATUS, Step, timeline
from creditrules.records.models import Relation
from creditrules.records.schema import FORMER, Field, Kind, Value
from creditrules.records.values import FOREVER, decimal_text
from creditrules.testing.edges import OTHERWISE, Edges, edges

T = TypeVar("T")


class Choose(Protocol):
    """Picks one of some options, of which the simplest comes first."""

    def __call__(self, options: Sequence[T], /) -> T: ...


# Made-up codes, of a region that no place has.
APPLICANT: Mapping[str, str] = {"name": "甲公司", "uscc": "91999999MA00000A9R"}
OTHERS: tuple[Mapping[str, str], ...] = (
    {"name": "乙公司", "uscc": "91999999MA00000B7L"}, {"name": "丙公司", "uscc": "91999999MA00000C5F"},
    {"name": "张某", "id_no": "999999197001010017"},
)  # fmt: skip
NAMESAKE: Mapping[str, str] = {"name": "甲 公司", "uscc": "91999999MA00000D3A"}
ROLES = frozenset(w for info in [Relation.model_fields["role"]] for w in get_args(info.annotation))


class Pools:
    """What is worked out once for a program, so that many cases can be drawn for it."""

    def __init__(self, program: Program) -> None:
        self.program, self.as_of = program, program.as_of
        self.schema = program.vocabulary.schema
        self.edges: Edges = edges(program)
        self.codes: dict[int, Code] = {}
        self._reads: dict[int, frozenset[tuple[str, str]]] = {}
        self._takes: dict[tuple[str, str], TypeAdapter[Any]] = {}

    def code(self, expr: Expr) -> Code:
        # The program keeps each expression, so that none takes the place of another.
        if id(expr) not in self.codes:
            self.codes[id(expr)] = compile_(expr, self.as_of)
        return self.codes[id(expr)]

    def reads(self, expr: Expr) -> frozenset[tuple[str, str]]:
        """The records and fields that an expression reads; a status has no name of its own."""
        if id(expr) not in self._reads:
            leaves = (e for e in walk(expr) if isinstance(e, FieldRead | StatusOn))
            self._reads[id(expr)] = frozenset((e.record, e.name if isinstance(e, FieldRead) else "") for e in leaves)
        return self._reads[id(expr)]

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Days for a field that no condition compares with anything."""
        back_ = [self.as_of - timedelta(days=n) for n in (0, 1, -1, 30, 366, 1000)]
        return (*back_, FOREVER)

    def takes(self, kind: Kind, name: str, value: Value) -> bool:
        """Whether a field can hold a value: not every number, not every day that never comes, of words only those listed."""
        model: Any = kind.model
        outer, _, inner = name.partition(".")
        listed = self.program.vocabulary.words.get(kind.fields[name].listed_in)
        if listed and not set(value if isinstance(value, tuple) else (value,)) <= set(listed):
            return False
        if (kind.name, name) not in self._takes:
            info = model.model_fields[outer]
            if inner:
                nested = next(t for t in types_in(info.annotation) if hasattr(t, "model_fields"))
                info = nested.model_fields[inner]
            whole: Any = Annotated.__class_getitem__((info.annotation, *info.metadata))  # type: ignore[attr-defined]
            self._takes[kind.name, name] = TypeAdapter(whole)
        try:
            self._takes[kind.name, name].validate_python(written(value))
        except ValidationError:
            return False
        return True

    def pool(self, kind: Kind, name: str) -> tuple[Value, ...]:
        """The values that a field is worth having: those that the policy tells apart, or some that it does not."""
        if (kind.name, name) not in self._pools:
            self._pools[kind.name, name] = tuple(
                v for v in self._pool(kind, kind.fields[name]) if self.takes(kind, name, v)
            )
        return self._pools[kind.name, name]

    @cached_property
    def _pools(self) -> dict[tuple[str, str], tuple[Value, ...]]:
        return {}

    def _pool(self, kind: Kind, spec: Field) -> Sequence[Value]:
        found = self.edges.values.get((kind.name, spec.name), ())
        closed = tuple(spec.values) or tuple(self.program.vocabulary.words.get(spec.listed_in, ()))
        match spec.type:
            case "bool":
                return (True, False)
            case "int":
                return [v for v in found if isinstance(v, int)] or (0, 1, 2)
            case "decimal":
                numbers = [v if isinstance(v, Decimal) else Decimal(v) for v in found if isinstance(v, (int, Decimal))]
                return numbers or (Decimal(0), Decimal(1), Decimal("20000.5"))
            case "date":
                return [v for v in found if isinstance(v, date)] or self.days
            case "texts":
                named = [v for v in found if isinstance(v, str) and (not closed or v in closed)]
                every = list(dict.fromkeys((*named, *(closed[:3] if closed else ("甲", "乙", "丙")))))
                lengths = self.edges.lengths.get((kind.name, spec.name), (0, 1, 2))
                lists = [(), *((w,) for w in every), *(tuple(every[:n]) for n in lengths)]
                return list(dict.fromkeys(lists))
        words_ = [v for v in found if isinstance(v, str)]
        return closed or words_ or (OTHERWISE,)


def types_in(annotation: Any) -> Iterator[Any]:
    """Everything inside a type."""
    yield annotation
    for inner in get_args(annotation):
        yield from types_in(inner)


def written(value: Any) -> Any:
    """A value as records write it."""
    if isinstance(value, date):
        return "open" if value == FOREVER else value.isoformat()
    if isinstance(value, Decimal):
        return decimal_text(value)
    return list(value) if isinstance(value, tuple) else value


@dataclass
class Draft:
    """A record in the making. A field that is None in `values` is not known; one that is not there is not yet drawn."""

    kind: Kind
    values: dict[str, Value | None] = field(default_factory=dict)
    statuses: dict[date, str] = field(default_factory=dict)
    person: str = "self"
    link: dict[str, Any] = field(default_factory=dict)
    holder: Mapping[str, str] = field(default_factory=lambda: APPLICANT)
    number: int = 1

    @property
    def role(self) -> str:
        return self.person.removeprefix(FORMER).removesuffix("_of_holder").removeprefix("holder_is_")

    def binding(self) -> Binding:
        """The record as conditions see it so far."""
        values = dict.fromkeys(self.kind.fields, None) | self.values
        history = None
        if self.kind.history is not None:
            steps = [Step(s, d) for d, s in sorted(self.statuses.items()) if s != NO_STATUS] if self.statuses else None
            history = timeline(self.kind.history, values, steps, complete=False)
        link = SELF if self.person == "self" else SAME_NAME
        if self.person not in ("self", "same_name"):
            told = self.link
            link = Link(
                self.person, self.role, told.get("valid_from"), told.get("valid_to"), told.get("evidenced"), "link",
                source=told.get("source"), shareholder=told.get("shareholder"),
            )  # fmt: skip
        return Binding(self.kind.name, self.kind.name, values, history, link)


Scene = Mapping[str, Draft]
"""The records by the names that conditions have for them."""
