"""Say what a run read, what it missed and what it relied on, in the words of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from creditrules.decision import Fact, FactValue, Link, Provision, Reason
from creditrules.diagnostics import Text
from creditrules.engines.evaluating import LINK_FIELDS, Code, Env, Read, address
from creditrules.policy.afterwards import AFTERWARDS
from creditrules.policy.program import Atom, Cited, Program
from creditrules.policy.syntax import unparse
from creditrules.policy.vocabulary import NONE
from creditrules.records.binding import Link as RecordLink
from creditrules.records.models import About, Relation
from creditrules.records.schema import FORMER, Field, Kind, Supplier, Value
from creditrules.records.values import FOREVER, decimal_text

_UNKNOWN = Text("未知", "not known")
_YES, _NO = Text("是", "yes"), Text("否", "no")
EMPTY = Text("无", "none")
_LASTS = Text("仍在持续", "still lasting")
_FOREVER = {"open": Text("无期限", "open-ended"), "pending": Text("尚未发生", "has not happened")}
_ABOUT = {n: next(m for m in info.metadata if isinstance(m, About)) for n, info in Relation.model_fields.items()}
_RELATION = {name: Text(about.zh, about.en) for name, about in _ABOUT.items()}


class Teller:
    """The words for one run; it keeps the titles of all facts that were found missing in `noted`.

    `names` are what the persons of the case are called, by position.
    """

    def __init__(self, program: Program, names: Mapping[str, str]) -> None:
        self.program, self.names = program, names
        self.vocabulary = program.vocabulary
        self.kinds: Mapping[str, Kind] = {**program.vocabulary.schema.kinds, **AFTERWARDS}
        self.noted: dict[str, tuple[str, Text, Supplier]] = {}

    def note(self, where: str, record: str, title: Text, supplier: Supplier) -> str:
        self.noted.setdefault(where, (record, title, supplier))
        return where

    def source(self, where: str) -> str:
        return self.note(where, where, self.source_title(where), "register")

    def source_title(self, where: str) -> Text:
        name, _, person = where.removeprefix("source/").rpartition("/")
        feed = next(
            (f.title for f in self.program.feeds if f.name == name), Text(f"来源 `{name}`", f"the source `{name}`")
        )
        who = (
            Text("申请主体", "the subject")
            if person == "subject"
            else Text(f"关系人 {self.called(person)}", f"the related {self.called(person)}")
        )
        return Text(f"{feed.zh}中有关{who.zh}的查询结果", f"the reply of {feed.en} about {who.en}")

    def called(self, position: str) -> str:
        """A person by name; where nobody gave one, by the position that stands for the code."""
        person, slash, number = position.partition("/")
        return self.names.get(person, person) + (slash + number)

    def missing_fact(self, read: Read, env: Env) -> str:
        binding = env[read.record]
        where = address(read, env)
        if where == binding.missing and where:
            return self.source(where)
        if read.record == "link":
            link = env[read.record].link
            field = LINK_FIELDS[read.field]
            return (
                self.link_field(link, field)
                if link is not None
                else self.note(where, where, _RELATION[field], "register")
            )
        return self.note(where, binding.address, self.title(read, env), self.supplier(read, env))

    def title(self, read: Read, env: Env) -> Text:
        if read.record == "link":
            return _RELATION[LINK_FIELDS[read.field]]
        kind = self.kinds[env[read.record].kind]
        if read.field in kind.fields:
            return kind.fields[read.field].title
        present = kind.fields.get(kind.history.present) if kind.history else None
        return present.title if present else Text("状态", "status")

    def supplier(self, read: Read, env: Env) -> Supplier:
        kind = self.kinds[env[read.record].kind]
        found = kind.fields.get(read.field)
        if found is None and kind.history is not None:
            named = [kind.history.present, *kind.history.steps.values()]
            found = next((kind.fields[n] for n in named if n in kind.fields), None)
        return found.supplied_by if found else "register"

    def link_field(self, link: RecordLink, name: str) -> str:
        """A field of a relation that is not known, with the relation that it is of."""
        person, position, field = (
            self.vocabulary.schema.persons[link.person],
            link.address.split("/", 2)[-1],
            _RELATION[name],
        )
        title = Text(
            f"{person.zh}（{self.called(position)}）的{field.zh}", f"{field.en} ({person.en}, {self.called(position)})"
        )
        return self.note(f"{link.address}/{name}", link.address, title, "register")

    def reason(
        self, rule: str, atom: Atom, code: Code, env: Env, *, cited: Iterable[Cited], where: tuple[str, str]
    ) -> Reason:
        """What a condition of a rule came to; `where` are the record that the rule binds and its link."""
        basis = tuple(c.name for c in cited)
        return Reason(
            rule, atom.id, atom.label, unparse(atom.test), code.run(env), self.facts(code, env), *where, basis, self.provisions(atom.cited),
        )  # fmt: skip

    def facts(self, code: Code, env: Env) -> tuple[Fact, ...]:
        found: dict[tuple[str, date | None], Fact] = {}
        for read in code.reads():
            binding = env[read.record]
            if binding.unknown or (read.record == "link" and binding.link is not None and not binding.link.address):
                continue
            where = address(read, env)
            value = read.run(env)
            on = read.on(env) if read.on else None
            shown = self.shown(value, read, env)
            found.setdefault(
                (where, on),
                Fact(where, self.title(read, env), json_value(value, word=self.forever(read, env)), shown, on),
            )
        return tuple(found.values())

    def shown(self, value: Value | None, read: Read, env: Env) -> Text:
        if value is None:
            return _UNKNOWN
        if isinstance(value, bool):
            return _YES if value else _NO
        kind = self.kinds[env[read.record].kind]
        field: Field | None = kind.fields.get(read.field) if read.record != "link" else None
        words: Mapping[str, Text] = {}
        if kind.name in AFTERWARDS:
            words = {**{m.name: m.title for m in self.vocabulary.measures.values()}, **self.vocabulary.outcomes}
        elif field is not None and field.name == kind.source:
            words = {f.name: f.title for f in self.program.feeds}
        elif field is not None:
            words = field.values or self.vocabulary.words.get(field.listed_in, {})
        elif read.record == "link":
            words = self.vocabulary.schema.roles
        elif kind.history is not None:
            words = kind.history.statuses
        if isinstance(value, tuple):
            named = [words.get(v, Text(v, v)) for v in value]
            return Text("、".join(t.zh for t in named), ", ".join(t.en for t in named)) if named else EMPTY
        if isinstance(value, date):
            forever = _LASTS if read.record == "link" else _FOREVER[self.forever(read, env)]
            return forever if value == FOREVER else Text(value.isoformat(), value.isoformat())
        text = words.get(str(value)) if isinstance(value, str) else None
        unit = field.unit if field is not None and field.unit else Text("", "")
        plain = decimal_text(value) if isinstance(value, Decimal) else str(value)
        return text or Text(f"{plain} {unit.zh}".strip(), f"{plain} {unit.en}".strip())

    def provisions(self, cited: Iterable[Cited]) -> tuple[Provision, ...]:
        return tuple(Provision(c.name, c.instrument, c.number, c.level, c.says, c.checked, c.in_force) for c in cited)

    def measure_title(self, measure: str) -> Text:
        return EMPTY if measure == NONE else self.vocabulary.measures[measure].title

    def link(self, link: RecordLink) -> Link:
        persons = self.vocabulary.schema.persons
        ended = f"{FORMER}{link.person}" if link.to is not None and link.to < self.program.as_of else ""
        title = persons.get(ended) or persons.get(link.person, Text("尚不清楚的关系", "a link that is not known"))
        days = [json_value(d) if isinstance(d, date) and d != date.min else None for d in (link.from_, link.to)]
        from_, to = (d if isinstance(d, str) else None for d in days)
        return Link(link.person, title, link.address, from_, to, link.evidenced)

    def withheld(self, codes: Mapping[str, Code], env: Env) -> tuple[str, ...]:
        """Which of some values, by name, read of somebody's record more than what people know it by, or of a link."""

        def tells(read: Read) -> bool:
            if read.record == "link":
                return True
            kind = self.kinds[env[read.record].kind]
            field = kind.fields.get(read.field)
            return bool(kind.held_by) and (field is None or field.told != "named")

        return tuple(sorted(name for name, code in codes.items() if any(map(tells, code.reads()))))

    def argument(self, code: Code, env: Env) -> FactValue:
        """The value of an argument; a day that has not happened is `pending`, an end that lies open `open`."""
        return json_value(code.run(env), word=self.forever(code.read, env) if code.read else "pending")

    def forever(self, read: Read, env: Env) -> Literal["open", "pending"]:
        """Which of the two words the last day of the calendar stands for: an end that lies open, or what has not happened."""
        if read.record == "link":
            return "open"
        return "open" if self.kinds[env[read.record].kind].ends == read.field else "pending"


def json_value(value: Any, *, word: Literal["open", "pending"] = "open") -> FactValue:
    """A value as JSON has it."""
    if isinstance(value, date):
        return word if value == FOREVER else value.isoformat()
    if isinstance(value, Decimal):
        return decimal_text(value)
    found: FactValue = value
    return found
