"""A condition as a sentence, from its tree: no two conditions give the same one.

What comes out can be read back, which is why it is never ambiguous: titles that could be taken for a part of a sentence are
quoted, equal titles have their names added, and what is nested stands in brackets.
"""

from __future__ import annotations

import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, reduce
from typing import Literal, TypeVar, get_args

from pydantic import BaseModel

from creditrules.diagnostics import Lang, Text
from creditrules.explanation.wording import SENTENCES, both, say
from creditrules.policy.afterwards import AFTERWARDS
from creditrules.policy.calendar import UNITS
from creditrules.policy.model import Binder, Parameter, Policy
from creditrules.policy.syntax import (
    And,
    AsOf,
    Call,
    Compare,
    Constant,
    Expr,
    Field,
    Has,
    In,
    Keyed,
    Literally,
    Name,
    Not,
    Or,
    Param,
    Shift,
    Size,
    StatusOn,
    constant_text,
    walk,
)  # fmt: skip
from creditrules.policy.typing import LINK, all_values
from creditrules.policy.vocabulary import Vocabulary
from creditrules.records import schema
from creditrules.records.values import FOREVER

_Key = TypeVar("_Key")
_Sort = Literal["bool", "number", "text", "date", "list", ""]
"""What kind of value an expression has, as far as wording goes; empty where that is not evident."""
_SORTS: Mapping[str, _Sort] = {
    "bool": "bool", "int": "number", "decimal": "number", "text": "text", "code": "text", "date": "date", "texts": "list",
}  # fmt: skip


@dataclass(frozen=True)
class Named:
    """What something is called within a sentence, and what its values are: their sort, their titles, their unit."""

    shown: Text
    sort: _Sort = ""
    words: Mapping[str, Text] | None = None
    unit: Text | None = None


@dataclass(frozen=True)
class Names:
    """What everything that a condition may name is called; equal titles have been told apart.

    `titles` are those of the kinds before that: a record with a name of its own bears it, so its kind needs none.
    """

    kinds: Mapping[str, Text]
    titles: Mapping[str, Text]
    fields: Mapping[tuple[str, str], Named]
    parameters: Mapping[str, Named]
    definitions: Mapping[str, Text]
    statuses: Mapping[str, Mapping[str, Text]]
    words: Mapping[str, Text]
    """The words of all enumerations, for constants of which it is not evident to which they belong."""

    @cached_property
    def taken(self) -> Mapping[Lang, frozenset[str]]:
        """What such words are shown as; a text that would be shown so is no word."""
        return {lang: frozenset(title.in_(lang) for title in self.words.values()) for lang in get_args(Lang)}


def in_words(expr: Expr, names: Names, *, lang: Lang, records: Mapping[str, str] | None = None) -> str:
    """An expression in words, without a full stop: a condition as a sentence, a value as its name.

    `records` are the records that go by names of their own, with their kinds (alias -> kind).
    """
    writer = _Writer(names, lang, {k: k for k in names.kinds} | dict(records or {}))
    return writer.condition(expr) if writer.sort(expr) == "bool" else writer.value(expr)


# Names

_LINK = schema.Kind(
    "link",
    both("expr.link"),
    {n: schema.Field(n, "text" if t.base == "anything" else t.base, both(f"expr.link.{n}")) for n, t in LINK.items()},
    BaseModel,
)


def names_of(policy: Policy) -> Names:
    """What everything that the conditions of a policy may name is called."""
    vocabulary = policy.vocabulary
    kinds = {**vocabulary.schema.kinds, **AFTERWARDS, "link": _LINK}
    enumerations = _enumerations(policy, vocabulary.schema.kinds.values())
    plain = _Plain.now()
    titles = {name: plain.record(kind.title) for name, kind in kinds.items()}
    fields: dict[tuple[str, str], Named] = {}
    for kind in kinds.values():
        for f, shown in _called(kind.fields.values(), plain):
            words = _words_of(f, kind, policy)
            unit = plain.title(f.unit) if f.unit else None
            fields[kind.name, f.name] = Named(shown, _SORTS[f.type], words and _words(words), unit)
    names = Names(
        _told_apart({n: k.title for n, k in kinds.items()}, plain.record),
        titles,
        fields,
        {},
        _told_apart({n: d.label for n, d in policy.definitions.items()}, _quoted_title),
        {name: _words(kind.history.statuses) for name, kind in kinds.items() if kind.history},
        _all_words(enumerations),
    )
    return replace(names, parameters=_parameters(policy, names, enumerations=[_words(e) for e in enumerations]))


def _called(fields: Iterable[schema.Field], plain: _Plain) -> Iterator[tuple[schema.Field, Text]]:
    """The fields of a kind with what they are called. What is answered by yes or no is quoted: its title is a question."""
    known = {f.name: f for f in fields}
    questions = _told_apart({n: f.title for n, f in known.items()}, _quoted_title)
    others = _told_apart({n: f.title for n, f in known.items()}, plain.title)
    for name, f in known.items():
        yield f, (questions if f.type == "bool" else others)[name]


def _words_of(field: schema.Field, kind: schema.Kind, policy: Policy) -> Mapping[str, Text] | None:
    """The titles of the words that a field may hold, where it is closed to some."""
    vocabulary = policy.vocabulary
    measures = {name: m.title for name, m in vocabulary.measures.items()}
    if kind.name in AFTERWARDS:
        if field.name in ("measure", "asked", "measures", "procedures", "follow_ups"):
            return measures
        return measures | dict(vocabulary.outcomes) if field.name == "outcome" else None
    if field.name == kind.source:
        return _feeds(policy)
    if kind is _LINK:
        return {"role": _roles(vocabulary), "source": _feeds(policy)}.get(field.name)
    return field.values or vocabulary.words.get(field.listed_in) or None


def _roles(vocabulary: Vocabulary) -> Mapping[str, Text]:
    persons = vocabulary.schema.persons
    return {**vocabulary.schema.roles, "self": persons["self"], "same_name": persons["same_name"]}


def _feeds(policy: Policy) -> Mapping[str, Text] | None:
    return {feed.name: feed.title for feed in policy.feeds} or None


def _enumerations(policy: Policy, kinds: Iterable[schema.Kind]) -> list[Mapping[str, Text]]:
    vocabulary = policy.vocabulary
    found = [*vocabulary.words.values(), _roles(vocabulary), vocabulary.outcomes]
    found += [{name: m.title for name, m in vocabulary.measures.items()}]
    found += [{unit: both(f"clock.{unit}") for unit in UNITS}]
    for kind in kinds:
        found += [f.values for f in kind.fields.values()]
        found += [kind.history.statuses] if kind.history else []
    return found


def _all_words(enumerations: Iterable[Mapping[str, Text]]) -> Mapping[str, Text]:
    """Every word that has one title, however many enumerations know it."""
    found: dict[str, set[Text]] = {}
    for titles in enumerations:
        for word, title in titles.items():
            found.setdefault(word, set()).add(title)
    return _words({word: next(iter(titles)) for word, titles in found.items() if len(titles) == 1})


def _parameters(policy: Policy, names: Names, *, enumerations: list[Mapping[str, Text]]) -> Mapping[str, Named]:
    """What parameters are called. Their words are those of what they are compared with, or else of what they list."""
    called = _told_apart({n: p.title for n, p in policy.parameters.items()}, _quoted_title)
    beside: dict[str, list[Mapping[str, Text] | None]] = {name: [] for name in policy.parameters}
    for expr, records in _expressions(policy):
        writer = _Writer(names, "zh", {k: k for k in names.kinds} | dict(records))
        for node in walk(expr):
            match node:
                case Compare(left=Param(name=name), right=other) | Compare(left=other, right=Param(name=name)):
                    pass
                case In(item=other, list=Param(name=name)) | In(item=Param(name=name), list=other):
                    pass
                case _:
                    continue
            if isinstance(other, Field | StatusOn) and name in beside:
                about = writer.about(other)
                beside[name].append(about.words if about else None)
    found = {}
    for name, parameter in policy.parameters.items():
        values = {
            v for value in all_values(policy, parameter) for v in (value if isinstance(value, tuple) else (value,))
        }
        listing = [e for e in enumerations if values and values <= set(e)]
        found[name] = Named(called[name], _sort_of(parameter, names), _same(beside[name] or listing))
    return found


def _same(words: Iterable[Mapping[str, Text] | None]) -> Mapping[str, Text] | None:
    """The one enumeration among some; None if they differ."""
    first, *others = [*words] or [None]
    return first if all(w == first for w in others) else None


def _sort_of(parameter: Parameter, names: Names) -> _Sort:
    writer = _Writer(names, "zh", {k: k for k in names.kinds})
    values: list[Expr] = [Literally(v) for row in parameter.values for v in (row.value, *row.table.values())]
    sorts = {writer.sort(expr) for expr in parameter.choose.values() or values}
    return sorts.pop() if len(sorts) == 1 else ""


def _expressions(policy: Policy) -> Iterator[tuple[Expr, Mapping[str, str]]]:
    """Every expression in which a parameter may be compared with something, and the records with names of their own."""

    def further(binders: tuple[Binder, ...]) -> dict[str, str]:
        return {b.alias: b.kind for b in binders}

    for rule in policy.rules:
        for test in (*(c.test for c in rule.when), *rule.arguments.values()):
            yield test, further(rule.with_)
        for exception in policy.exceptions_of(rule):
            for condition in exception.when:
                yield condition.test, further(exception.with_)
    for scope in policy.scope:
        yield from ((c.test, {}) for c in scope.when)
    for definition in policy.definitions.values():
        yield definition.body, {}
    for term in policy.terms:
        yield term.where, {}
    for row in policy.lists:
        yield from ((e, {}) for e in (row.where, row.competent.test) if e is not None)
    for follow_up in policy.follow_ups:
        yield from ((c.test, {}) for c in follow_up.when)
    for check in policy.checks:
        yield from ((c.test, {}) for c in (*check.when, check.must))


def _each(made: Callable[[Lang], str]) -> Text:
    return Text(made("zh"), made("en"))


def _told_apart(titles: Mapping[_Key, Text], show: Callable[[Text], Text]) -> dict[_Key, Text]:
    """The titles as they are shown; with the name added, in each language, where several things are called the same."""

    def in_(lang: Lang) -> dict[_Key, str]:
        often = Counter(title.in_(lang) for title in titles.values())
        shown = {name: show(title).in_(lang) for name, title in titles.items()}
        return {
            name: _with_name(shown[name], str(name), lang) if often[title.in_(lang)] > 1 else shown[name]
            for name, title in titles.items()
        }

    zh, en = in_("zh"), in_("en")
    return {name: Text(zh[name], en[name]) for name in titles}


def _words(titles: Mapping[str, Text]) -> Mapping[str, Text]:
    return _told_apart(titles, _quoted_title)


def _quoted_title(title: Text) -> Text:
    return _each(lambda lang: _quoted(title.in_(lang), lang))


def _with_name(shown: str, name: str, lang: Lang) -> str:
    return say("expr.named", lang, title=shown, name=_escaped(name, _BACKQUOTE))


# Quotation

_INNER = {"“": "‘", "”": "’", "‘": "\\‘", "’": "\\’", "\\": "\\\\"}
_BACKQUOTE = {"`": "\\`", "\\": "\\\\"}


def _quoted(text: str, lang: Lang) -> str:
    """Text in quotation marks; those inside it become single ones, and what cannot be seen is written out."""
    return say("expr.quoted", lang, text=_escaped(text, _INNER))


def _name(name: str, lang: Lang) -> str:
    return say("expr.name", lang, name=_escaped(name, _BACKQUOTE))


def _escaped(text: str, marks: Mapping[str, str]) -> str:
    return "".join(marks.get(c, c if c.isprintable() else f"\\u{{{ord(c):x}}}") for c in text)


_NUMBERS = {"number", "year", "month"}
_TITLES = ("expr.link", "expr.month.")
_SIGNS = " -'/·"


@dataclass(frozen=True)
class _Plain:
    """Which titles need no quotation marks.

    A title ends where the first piece of a pattern begins that may stand after something; so it must contain no such piece,
    nor one's beginning at its end. And the name of a record, with which a sentence may begin, must not begin like another.
    """

    after: Mapping[Lang, frozenset[str]]
    first: Mapping[Lang, frozenset[str]]

    @staticmethod
    def now() -> _Plain:
        after: dict[Lang, frozenset[str]] = {}
        first: dict[Lang, frozenset[str]] = {}
        for lang in get_args(Lang):
            pieces: set[str] = set()
            beginnings: set[str] = set()
            for key, pattern in SENTENCES.items():
                if not key.startswith("expr.") or key.startswith(_TITLES):
                    continue
                before: str | None = None
                for literal, gap, _, _ in string.Formatter().parse(pattern.in_(lang)):
                    if literal and before is None:
                        beginnings.add(literal)
                    elif literal and before not in _NUMBERS:
                        pieces.add(literal)
                    before = gap
            after[lang] = frozenset(pieces)
            first[lang] = frozenset(beginnings)
        return _Plain(after, first)

    def title(self, title: Text) -> Text:
        """A title as it stands where nothing else can begin."""
        return _each(
            lambda lang: title.in_(lang) if self.fits(title.in_(lang), lang) else _quoted(title.in_(lang), lang)
        )

    def record(self, title: Text) -> Text:
        """The title of a record, with which a sentence may begin."""

        def shown(lang: Lang) -> str:
            text = title.in_(lang)
            whole = say("expr.record", lang, title=text)
            own = say("expr.record", lang, title="")
            clash = any(whole.startswith(b) or b.startswith(whole) for b in self.first[lang] - {own})
            if not clash and self.fits(text, lang):
                return text
            # In Chinese no article tells a record from a text in quotation marks.
            return say("expr.record.quoted", lang, title=_quoted(text, lang))

        return _each(shown)

    def fits(self, title: str, lang: Lang) -> bool:
        letters = all(
            c in _SIGNS or unicodedata.category(c)[0] == "L" or unicodedata.category(c) == "No" for c in title
        )
        if not title or not letters or title != title.strip() or "  " in title:
            return False
        ends = (title[start:] for start in range(len(title)))
        return not any(end.startswith(piece) or piece.startswith(end) for end in ends for piece in self.after[lang])


# Sentences

_TRUTHS = (Not, And, Or, Compare, In, Has, Call)
_COMPARISONS: Mapping[str, Mapping[str, str]] = {
    "date": {
        "==": "expr.is", "!=": "expr.is.not", "<": "expr.before", "<=": "expr.after.not", ">": "expr.after", ">=": "expr.before.not",
    },
    "text": {
        "==": "expr.is", "!=": "expr.is.not", "<": "expr.less", "<=": "expr.more.not", ">": "expr.more", ">=": "expr.less.not",
    },
    "": {
        "==": "expr.equals", "!=": "expr.equals.not", "<": "expr.less", "<=": "expr.more.not", ">": "expr.more", ">=": "expr.less.not",
    },
}  # fmt: skip
"""Each wording means one operator, whatever the sort of what is compared; the last row serves all sorts."""


@dataclass(frozen=True)
class _Writer:
    """Writes in one language, in sight of some records (alias -> kind)."""

    names: Names
    lang: Lang
    records: Mapping[str, str]

    def say(self, sentence: str, **values: object) -> str:
        return say(sentence, self.lang, **values)

    def chain(self, sentence: str, parts: Iterable[str]) -> str:
        """Parts put together by a sentence of two."""
        return reduce(lambda rest, first: self.say(sentence, first=first, rest=rest), reversed(list(parts)))

    # Conditions

    def condition(self, expr: Expr) -> str:
        match expr:
            case Literally(value=bool(value)):
                return self.say("expr.always" if value else "expr.never")
            case Not(operand=operand):
                return self.negation(operand)
            case And(operands=operands):
                return self.joined("expr.and", operands)
            case Or(operands=operands):
                return self.joined("expr.or", operands)
            case Compare():
                return self.comparison(expr)
            case In():
                return self.membership(expr, "")
            case Has(operand=field):
                return self.say("expr.known", field=self.value(field))
            case Call():
                return self.call(expr, "")
            case _:
                return self.answer(expr, "expr.yes")

    def negation(self, expr: Expr) -> str:
        """The negation of an expression: in its own words where it has some that nothing else has."""
        match expr:
            case In():
                return self.membership(expr, ".not")
            case Has(operand=field):
                return self.say("expr.known.not", field=self.value(field))
            case Call():
                return self.call(expr, ".not")
            case Not() | And() | Or() | Compare() | Literally(value=bool()):
                return self.say("expr.not", condition=self.condition(expr))
            case _:
                return self.answer(expr, "expr.no")

    def answer(self, expr: Expr, sentence: str) -> str:
        field = self.field(expr) if isinstance(expr, Field) else None
        if isinstance(expr, Field) and field is not None and field.sort == "bool":
            return self.say(f"{sentence}.field", record=self.record(expr.record), field=field.shown.in_(self.lang))
        return self.say(sentence, value=self.value(expr))

    def joined(self, sentence: str, operands: tuple[Expr, ...]) -> str:
        if not operands:
            return self.say(f"{sentence}.none")
        if len(operands) == 1:
            return self.say(f"{sentence}.one", condition=self.condition(operands[0]))
        return self.chain(sentence, map(self.operand, operands))

    def operand(self, expr: Expr) -> str:
        told = self.condition(expr)
        return self.say("expr.group", condition=told) if isinstance(expr, And | Or) else told

    def comparison(self, expr: Compare) -> str:
        sorts = {self.sort(expr.left), self.sort(expr.right)} - {""}
        sort = sorts.pop() if len(sorts) == 1 else ""
        sentence = _COMPARISONS.get(sort, _COMPARISONS[""])[expr.operator]
        left = self.value(expr.left, self.about(expr.right))
        return self.say(sentence, left=left, right=self.value(expr.right, self.about(expr.left)))

    def membership(self, expr: In, negated: str) -> str:
        about, item = self.about(expr.item), self.value(expr.item, self.about(expr.list))
        match expr.list:
            case Literally(value=()):
                return self.say(f"expr.in.empty{negated}", item=item)
            case Literally(value=(only,)):
                # A value of a list of one is no kind under which something falls, but that value.
                sentence = "expr.in.one" if isinstance(only, str) else "expr.in.one.value"
                return self.say(f"{sentence}{negated}", item=item, value=self.constant(only, about))
            case Literally(value=tuple(values)):
                told = [self.constant(v, about) for v in values]
                if negated:
                    return self.say("expr.in.several.not", item=item, items=self.chain("expr.items.nor", told))
                last = self.say("expr.items.or", first=told[-2], rest=told[-1])
                return self.say("expr.in.several", item=item, items=self.chain("expr.items", [*told[:-2], last]))
            case Field() | Param() | Keyed():
                place = "field" if isinstance(expr.list, Field) else "parameter"
                fixed = isinstance(expr.item, Literally) and not isinstance(expr.item.value, tuple)
                list_ = self.value(expr.list, about)
                return self.say(f"expr.{'includes' if fixed else 'in'}.{place}{negated}", item=item, list=list_)
            case _:
                return self.say(f"expr.in.other{negated}", item=item, list=self.value(expr.list, about))

    def call(self, expr: Call, negated: str) -> str:
        label = self.names.definitions.get(expr.name)
        told = label.in_(self.lang) if label else _name(expr.name, self.lang)
        if not expr.arguments:
            return self.say(f"expr.call.bare{negated}", label=told)
        arguments = self.chain("expr.arguments", map(self.value, expr.arguments))
        return self.say(f"expr.call{negated}", label=told, arguments=arguments)

    # Values

    def value(self, expr: Expr, about: Named | None = None) -> str:
        """An expression as part of a sentence; a constant in it is told as a value of what it is `about`."""
        match expr:
            case Literally(value=tuple(values)):
                return self.list_(values, about)
            case Literally(value=value):
                return self.constant(value, about)
            case AsOf():
                return self.say("expr.as_of")
            case Name(name="day") if "day" not in self.records:
                return self.say("expr.day")
            case Name(name=name):
                return self.record(name)
            case Field(record=record, name=name):
                field = self.field(expr)
                told = field.shown.in_(self.lang) if field else _name(name, self.lang)
                return self.say("expr.field", record=self.record(record), field=told)
            case Param(name=name):
                parameter = self.names.parameters.get(name)
                title = parameter.shown.in_(self.lang) if parameter else _name(name, self.lang)
                return self.say("expr.parameter", title=title)
            case Keyed(by=by, table=table, default=default):
                rows = self.say("expr.keyed.default", value=self.value(Literally(default), about))
                for key, value in reversed(table):
                    told, given = self.constant(key, self.about(by)), self.value(Literally(value), about)
                    rows = self.say("expr.keyed.row", key=told, value=given, rest=rows)
                return self.say("expr.keyed", by=self.value(by), rows=rows)
            case Size(operand=operand):
                return self.say("expr.size", list=self.value(operand))
            case StatusOn(record=record, day=day):
                return self.say("expr.status_on", record=self.record(record), day=self.value(day))
            case Shift(day=day, unit=unit, count=Literally(value=int(count))) if not isinstance(count, bool):
                one = ".one" if count == 1 else ""
                return self.say(f"expr.shift.{unit}{one}", day=self.value(day), number=count)
            case Shift(day=day, unit=unit, count=counted):
                return self.say(f"expr.shift.{unit}.counted", day=self.value(day), count=self.value(counted))
            case _:
                return self.say("expr.truth", condition=self.condition(expr))

    def record(self, alias: str) -> str:
        kind = self.records.get(alias, "")
        if kind not in self.names.kinds:
            return self.say("expr.record.unknown", name=_escaped(alias, _BACKQUOTE))
        title = (self.names.kinds if alias == kind else self.names.titles)[kind].in_(self.lang)
        return self.say("expr.record", title=title if alias == kind else _with_name(title, alias, self.lang))

    def field(self, field: Field) -> Named | None:
        return self.names.fields.get((self.records.get(field.record, ""), field.name))

    def list_(self, values: tuple[Constant, ...], about: Named | None) -> str:
        if not values:
            return self.say("expr.list.empty")
        return self.say("expr.list", items=self.chain("expr.items", (self.constant(v, about) for v in values)))

    def constant(self, value: Constant, about: Named | None) -> str:
        match value:
            case bool():
                return self.say("expr.true" if value else "expr.false")
            case int() | Decimal():
                number = constant_text(value)
                if about is None or about.unit is None:
                    return number
                unit = about.unit.in_(self.lang)
                return self.say("expr.amount.one" if value == 1 else "expr.amount", number=number, unit=unit)
            case date():
                return self.date(value)
            case str():
                return self.text(value, about)
            case _:
                return self.list_(value, about)

    def date(self, day: date) -> str:
        if day == FOREVER:
            return self.say("expr.forever")
        return self.say("expr.date", year=day.year, month=self.say(f"expr.month.{day.month}"), number=day.day)

    def text(self, text: str, about: Named | None) -> str:
        if not text:
            return self.say("expr.blank")
        if about is None:
            if text in self.names.words:
                return self.names.words[text].in_(self.lang)
            told = _quoted(text, self.lang)
            return self.say("expr.text", text=told) if told in self.names.taken[self.lang] else told
        if about.words is None:
            return _quoted(text, self.lang)
        return about.words[text].in_(self.lang) if text in about.words else _name(text, self.lang)

    # What is evident of an expression

    def about(self, expr: Expr) -> Named | None:
        """What tells how the constants beside an expression are to be read, if it is something that tells it."""
        match expr:
            case Field():
                return self.field(expr)
            case StatusOn(record=record):
                kind = self.records.get(record, "")
                return Named(Text("", ""), words=self.names.statuses[kind]) if kind in self.names.statuses else None
            case Param(name=name):
                parameter = self.names.parameters.get(name)
                return parameter if parameter and parameter.words else None
            case _:
                return None

    def sort(self, expr: Expr) -> _Sort:
        match expr:
            case Literally(value=value) | Keyed(default=value):
                return _sort(value)
            case AsOf() | Shift():
                return "date"
            case Name(name="day") if "day" not in self.records:
                return "date"
            case Size():
                return "number"
            case StatusOn():
                return "text"
            case Field():
                field = self.field(expr)
                return field.sort if field else ""
            case Param(name=name):
                parameter = self.names.parameters.get(name)
                return parameter.sort if parameter else ""
            case Name():
                return ""
            case _:
                return "bool"


def _sort(value: Constant) -> _Sort:
    match value:
        case bool():
            return "bool"
        case int() | Decimal():
            return "number"
        case date():
            return "date"
        case str():
            return "text"
        case _:
            return "list"
