"""Whose record is it, by which link, and what is not known because a source did not answer.

The engines treat what comes out of here as records. A source that failed becomes *unknown bindings*: records of which only
the covered fields and the link are known, and of which it is not known whether they exist.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from pydantic import BaseModel

from creditrules.diagnostics import Diagnostic, RecordError, Text
from creditrules.records.case import BaseCase
from creditrules.records.describing import values_of
from creditrules.records.history import NO_STATUS, Step, Timeline, timeline
from creditrules.records.identifiers import same
from creditrules.records.models import Relation, SourceAnswer
from creditrules.records.schema import Kind, Value
from creditrules.records.values import FOREVER

NOT_SELF = "?"
"""The person of a link that is one of those other than `self`, when the register of relations did not answer."""


MOST_PAIRS = 20_000
"""How many pairs of a record and a link a case may have: lists multiply where one person has many roles and many entries."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A source that a policy names: the kind whose records it delivers, which values it covers, how old it may be.

    A feed without a `kind` is the register of relations.
    """

    name: str
    title: Text
    kind: str = ""
    covers: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    max_age: int | None = None
    """In days."""


@dataclass(frozen=True, slots=True)
class Link:
    """How a record's holder stands to the person decided upon.

    `person` is one of the schema's persons. The other fields are the relation's; None is not known. `certain` is None where
    the register that delivered the relation is too old; `missing` then names it.
    """

    person: str
    role: str | None
    from_: date | None
    to: date | None
    evidenced: bool | None
    address: str
    certain: bool | None = True
    missing: str = ""
    source: str | None = None
    shareholder: bool | None = None


SELF = Link("self", "self", date.min, FOREVER, True, "", source="self", shareholder=False)
SAME_NAME = Link("same_name", "same_name", date.min, FOREVER, True, "", source="same_name", shareholder=False)
_ELSEWHERE = Link(NOT_SELF, None, None, None, None, "")


@dataclass(frozen=True, slots=True)
class Binding:
    """One record and one link, or an unknown binding; `exists` is None where that is not known, and `missing` says why."""

    kind: str
    address: str
    values: Mapping[str, Value | None]
    timeline: Timeline | None
    link: Link | None = None
    exists: bool | None = True
    missing: str = ""
    unknown: bool = False
    """Whether this stands for what a source did not tell, and is no record that anybody delivered."""

    @property
    def by_name_only(self) -> bool:
        """Whether its holder merely bears the name of the person decided upon."""
        return self.link is not None and self.link.person == SAME_NAME.person


@dataclass(frozen=True, slots=True)
class Facts:
    """What the conditions of a policy can see of a case: the records that occur once, and the bindings of each kind."""

    about: Binding
    single: Mapping[str, Binding]
    many: Mapping[str, tuple[Binding, ...]]


def bind(case: BaseCase, *, feeds: tuple[Feed, ...], as_of: date) -> Facts:
    """Pair every record of a case with each link to the person decided upon, and add what failed sources leave open.

    Raises RecordError where there are more pairs than can be judged.
    """
    pairs = 0
    sources = _Sources(case, feeds, as_of)
    decided, record = case.decided
    single: dict[str, Binding] = {}
    many: dict[str, list[Binding]] = {}
    for kind in case.schema_.kinds.values():
        if not kind.many:
            found = case.of_kind(kind.name)
            if found:
                single[kind.name] = Binding(kind.name, kind.name, *_read(kind, found[0], complete=False))
            elif not kind.decided:
                history = Timeline((), _any_status(kind)) if kind.history else None
                single[kind.name] = Binding(kind.name, kind.name, MappingProxyType(dict.fromkeys(kind.fields)), history)
            continue
        many[kind.name] = []
        for one in case.of_kind(kind.name):
            exists, missing, complete = sources.of_record(kind, one)
            values, history = _read(kind, one, complete=complete)
            address = f"{kind.name}/{getattr(one, kind.key)}"
            if one is record:
                single[kind.name] = Binding(kind.name, address, values, history)
            links = sources.links(kind, one)
            pairs += len(links)
            if pairs > MOST_PAIRS:
                message = Text(
                    f"记录与关系的组合超过 {MOST_PAIRS} 个", f"more than {MOST_PAIRS} pairs of a record and a link"
                )
                hint = Text(
                    "合并重复的关系，去掉与本案无关的记录；不要把案件拆开",
                    "merge repeated relations and leave out what does not concern the case; do not split the case",
                )
                raise RecordError([Diagnostic("CR-R057", message, help=hint, path="relations")])
            for link in links:
                many[kind.name].append(Binding(kind.name, address, values, history, link, exists, missing))
    for unknown in sources.unanswered():
        many[unknown.kind].append(unknown)
    ordered = {name: tuple(sorted(found, key=_order)) for name, found in many.items()}
    return Facts(single[decided.name], MappingProxyType(single), MappingProxyType(ordered))


def _order(binding: Binding) -> tuple[str, str, str, str]:
    link = binding.link or SELF
    return (
        binding.address,
        link.person,
        link.address,
        repr(sorted((k, str(v)) for k, v in binding.values.items() if v is not None)),
    )


def _read(kind: Kind, record: BaseModel, *, complete: bool) -> tuple[Mapping[str, Value | None], Timeline | None]:
    values = values_of(record, kind.fields)
    if kind.history is None:
        return values, None
    given = getattr(record, "history", None)
    steps = None if given is None else [Step(s.status, s.from_, None, s.until) for s in given]
    return values, timeline(kind.history, values, steps, complete=complete)


class _Sources:
    """Which feeds answered about whom on the day; `bind` is its only user."""

    def __init__(self, case: BaseCase, feeds: tuple[Feed, ...], as_of: date) -> None:
        self.case, self.feeds, self.as_of = case, feeds, as_of
        self.anchor = case.identity(case.person) if case.person else ""
        self.kinds = case.schema_.kinds
        self.by_holder: dict[str, list[Link]] = {}
        seen: dict[tuple[str, str], int] = {}
        # By whom and what they say, not by how a code is spelled: the order numbers the links of one person in one role.
        told = {self._told(relation): relation for relation in case.relations}
        for key in sorted(told):
            self._add(told[key], seen)

    def _told(self, relation: Relation) -> tuple[str, str, str]:
        rest = relation.model_dump_json(exclude={"person", "of"})
        return self.case.identity(relation.person), self.case.identity(relation.of), rest

    def _add(self, relation: Relation, seen: dict[tuple[str, str], int]) -> None:
        person, of = self.case.identity(relation.person), self.case.identity(relation.of)
        if person == of or self.anchor not in (person, of):
            return
        holder, name = (
            (of, f"{relation.role}_of_holder") if person == self.anchor else (person, f"holder_is_{relation.role}")
        )
        position = self.case.positions[holder]
        number = seen[name, position] = seen.get((name, position), 0) + 1
        feed = next((f for f in self.feeds if not f.kind and f.name == relation.source), None)
        fresh = feed is None or self._fresh(feed, self.anchor)
        self.by_holder.setdefault(holder, []).append(
            Link(
                name,
                relation.role,
                relation.valid_from,
                relation.valid_to,
                relation.evidenced,
                f"relation/{name}/{position}" + (f"/{number}" if number > 1 else ""),
                True if fresh else None,
                "" if fresh or feed is None else self._address(feed.name, self.anchor),
                relation.source,
                relation.shareholder,
            )
        )

    def _address(self, feed: str, code: str) -> str:
        return f"source/{feed}/{self.case.positions[code]}"

    def _answers(self, feed: Feed, code: str) -> list[SourceAnswer]:
        """The answers of a feed about a code that are young enough on the day."""
        found = []
        given = self.case.sources
        for answer in given if isinstance(given, tuple) else ():
            asked = answer.about == "everybody" or any(same(code, spelled) for spelled in answer.about)
            if answer.name == feed.name and answer.answered and asked and self._young(answer.fetched_at, feed):
                found.append(answer)
        return found

    def _young(self, fetched: date | None, feed: Feed) -> bool:
        return fetched is not None and (feed.max_age is None or (self.as_of - fetched).days <= feed.max_age)

    def _fresh(self, feed: Feed, code: str) -> bool:
        return self.case.sources == "all" or bool(self._answers(feed, code))

    def of_record(self, kind: Kind, record: BaseModel) -> tuple[bool | None, str, bool]:
        """Whether a record exists, what is missing to know it, and whether its history is complete."""
        feeds = [f for f in self.feeds if f.kind == kind.name]
        if not feeds or not kind.source:
            return True, "", False
        holder = self.case.identity(getattr(record, kind.held_by))
        name = getattr(record, kind.source)
        feed = next((f for f in feeds if f.name == name), None)
        if feed is None or not _delivers(feed, kind, record):
            return None, self._address(name, holder), False
        answers = self._answers(feed, holder)
        complete = any(a.history_complete for a in answers)
        if self.case.sources == "all" or answers or self._young(getattr(record, kind.fetched), feed):
            return True, "", complete
        return None, self._address(name, holder), False

    def links(self, kind: Kind, record: BaseModel) -> list[Link | None]:
        """Every link between the holder of a record and the person decided upon; none at all for a stranger's record."""
        if not kind.held_by:
            return [None]
        holder = getattr(record, kind.held_by)
        code = self.case.identity(holder)
        if code == self.anchor:
            return [SELF]
        if code in self.by_holder:
            return list(self.by_holder[code])
        person = self.case.person
        if person is not None and holder.name and person.name and name_key(holder.name) == name_key(person.name):
            return [SAME_NAME]
        return []

    def unanswered(self) -> list[Binding]:
        """The unknown bindings of every feed that was needed and did not answer, or whose answer is too old."""
        if self.case.sources == "all" or not self.anchor:
            return []
        found = []
        for feed in self.feeds:
            if not feed.kind:
                # Links run to the person decided upon only, so its register is asked about nobody else.
                if not self._answers(feed, self.anchor):
                    address = self._address(feed.name, self.anchor)
                    found += [self._unknown(k, {}, _ELSEWHERE, address) for k in self.kinds.values() if k.held_by]
                continue
            names = sorted(feed.covers)
            for code, links in [(self.anchor, [SELF]), *self.by_holder.items()]:
                answers = self._answers(feed, code)
                for combination in itertools.product(*(feed.covers[n] for n in names)):
                    covered = dict(zip(names, combination, strict=True))
                    if not any(_covers(a, covered) for a in answers):
                        found += [
                            self._unknown(self.kinds[feed.kind], covered, x, self._address(feed.name, code))
                            for x in links
                        ]
        return found

    def _unknown(self, kind: Kind, known: Mapping[str, Value | None], link: Link, address: str) -> Binding:
        values = MappingProxyType({name: known.get(name) for name in kind.fields})
        history = Timeline((), _any_status(kind)) if kind.history else None
        return Binding(kind.name, address, values, history, link, None, address, unknown=True)


def _delivers(feed: Feed, kind: Kind, record: BaseModel) -> bool:
    """Whether a record is certainly one that the feed covers; a red entry does not come from the black list."""
    values = values_of(record, {name: kind.fields[name] for name in feed.covers})
    return all(values[name] in words for name, words in feed.covers.items())


def _any_status(kind: Kind) -> frozenset[str]:
    return frozenset(kind.history.statuses if kind.history else ()) | {NO_STATUS}


def _covers(answer: SourceAnswer, combination: Mapping[str, Value]) -> bool:
    return answer.covers is None or all(v in answer.covers.get(n, (v,)) for n, v in combination.items())


def name_key(name: str) -> str:
    """What two spellings of a name have in common: width, case, spaces and invisible characters aside.

    >>> name_key("大连（甲） 公司") == name_key("大连(甲)公司")
    True
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")
