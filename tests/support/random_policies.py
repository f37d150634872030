"""Random policies on the construction vocabulary: plain data, its YAML text, and what the real reader makes of it.

Everything is drawn from a `random.Random`, so a seed is a policy. Hypothesis may drive the same code with `st.randoms()`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from creditrules.diagnostics import Source
from creditrules.engines.python import Prepared
from creditrules.policy.calendar import UNITS
from creditrules.policy.loading import shipped_calendar
from creditrules.policy.model import Policy
from creditrules.policy.reading import read_policy
from creditrules.policy.vocabulary import read_vocabulary
from creditrules.records.case import CONSTRUCTION
from creditrules.records.schema import Field

_VOCABULARY = Source(
    "construction.yaml",
    (Path(__file__).resolve().parents[2] / "policies" / "vocabularies" / "construction.yaml").read_text("utf-8"),
)
VOCABULARY = read_vocabulary(_VOCABULARY)

BASE_DAYS = (date(2024, 2, 29), date(2021, 3, 31), date(2020, 6, 5), date(2023, 12, 31))
MATTERS = ("construction_permit", "contract_filing", "qualification")
ROLES = ("legal_representative", "actual_controller", "other")
OPEN_TEXTS = ("A-1", "A-2", "图纸")
"""Words of the fields that no list closes."""
FEEDS = ("black_list", "red_list", "all_lists", "finding_list", "relations", "old_relations")
BURDENS = ("deny", "bar", "restrict", "review")
GROUPS = ("burden", "facilitation", "procedural", "advice")
LIGHTER: Mapping[str, tuple[str, ...]] = {
    "deny": ("restrict", "review"), "bar": ("restrict", "review"), "restrict": ("review",), "tolerant_acceptance": ("green_channel",),
}  # fmt: skip
EVERYBODY = tuple(p for p in CONSTRUCTION.persons if p != "same_name" and not p.startswith("former_"))
LEVELS = ("law", "regulation", "central_policy", "ministry_rule", "normative", "local_regulation", "judicial", "report")


def title(text: str) -> dict[str, str]:
    return {"zh": f"甲{text}", "en": text}


def words_of(field: Field) -> tuple[str, ...]:
    """The first words of a closed text, few enough that conditions and cases meet; some words for an open one."""
    known = tuple(field.values) or tuple(VOCABULARY.words.get(field.listed_in, ()))
    return MATTERS if field.listed_in == "matters" else known[:4] or OPEN_TEXTS


# Text


def policy_text(value: Any) -> str:
    """Plain data as YAML in flow style; what is no text stands without quotes, as the reader of parameters wants it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {policy_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(policy_text, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def load_data(data: Mapping[str, Any]) -> Policy:
    """The policy of plain data, through the real reader. Raises PolicyError.

    A calendar `cn_2020_2021` is that of those years of the shipped one.
    """
    named = str(data.get("calendar", "")).split("_")[1:]
    years = [source for source in _calendar() if source.name[-9:-5] in named]
    return read_policy(Source("policy.yaml", policy_text(data)), (), _VOCABULARY, calendar=years, runner=Prepared)


@cache
def _calendar() -> tuple[Source, ...]:
    return tuple(shipped_calendar("cn"))


# Expressions


@dataclass(frozen=True)
class Context:
    """What an expression may name; as in the checker, but with the days that are guarded as text."""

    records: Mapping[str, str]
    link: bool = False
    day: bool = False
    has: bool = False
    days: tuple[str, ...] = ()
    conclusion: bool = False


@dataclass(frozen=True)
class Parameter:
    """What a parameter holds: `text`, `texts`, `int`, `decimal`, `bool`, `date`, `dates`; of which words; which record its key is of."""

    type: str
    words: tuple[str, ...] = ()
    needs: str = ""
    draw: Callable[[], Any] = field(default=lambda: None, compare=False)
    keyed: bool = False


@dataclass(frozen=True)
class Definition:
    of: tuple[str, ...]
    has: bool


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@dataclass
class Writer:
    """Writes conditions that have types, over the parameters and definitions that exist so far."""

    random: random.Random
    today: date
    termed: bool = False
    parameters: dict[str, Parameter] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, values: Sequence[Any], least: int = 1, most: int = 3) -> list[Any]:
        return self.random.sample(list(values), min(len(values), self.random.randint(least, most)))

    def day(self) -> date:
        return self.today + timedelta(days=self.random.choice((-400, -30, -1, 0, 0, 1, 30)))

    def field(self, context: Context, *types: str) -> tuple[str, Field] | None:
        """A field of some record, under its dotted name; the end of validity is left to `within` where terms close it."""
        found = [
            (f"{alias}.{f.name}", f) for alias, kind in context.records.items() for f in CONSTRUCTION.kinds[kind].fields.values()
            if f.type in types and not f.personal and not (self.termed and kind == "entry" and f.name == "valid_to")
        ]  # fmt: skip
        return self.random.choice(found) if found else None

    def param(self, context: Context, type_: str, words: Iterable[str] = ()) -> str | None:
        found = [
            name for name, p in self.parameters.items()
            if p.type == type_ and set(p.words) <= set(words) and (not p.needs or p.needs in context.records)
        ]  # fmt: skip
        return f"param.{self.random.choice(found)}" if found else None

    def count(self, context: Context) -> str:
        return (self.chance(0.25) and self.param(context, "int")) or str(self.random.choice((0, 1, 1, 6, 12)))

    def instant(self, context: Context) -> str:
        """An expression of a day that is no period's end."""
        options = [lambda: "as_of"] * 3 + [lambda: self.named(context, "date")] * 4
        options += [lambda: f'date("{self.day()}")', lambda: self.param(context, "date")]
        if context.day:
            options += [lambda: "day"] * 3
        if context.link:
            options += [lambda: self.random.choice(("link.from", "link.to"))]
        if context.conclusion:
            options += [lambda: "conclusion.until"]
        return self.random.choice(options)() or "as_of"

    def named(self, context: Context, *types: str) -> str | None:
        found = self.field(context, *types)
        return found[0] if found else None

    def shifted(self, context: Context, day: str | None = None) -> str:
        unit = self.random.choice(("years", "months", "months", "days"))
        return f"{day or self.instant(context)} + {unit}({self.count(context)})"

    def expression(self, context: Context, depth: int = 2) -> str:
        if depth == 0 or self.chance(0.55):
            return self.atom(context)
        form = self.random.choice(
            ("!({0})", "({0}) && ({1})", "({0}) && ({1})", "({0}) || ({1})", "({0}) || ({1}) || ({2})")
        )
        if form.startswith("!") and self.chance(0.2) and (flag := self.named(context, "bool")):
            form = "({0}) == " + flag
        return form.format(*(self.expression(context, depth - 1) for _ in range(3)))

    def atom(self, context: Context) -> str:
        kinds = [
            self.of_text, self.of_text, self.of_day, self.of_day, self.of_day, self.of_number, self.of_flag, self.of_list, self.of_status,
            self.of_status, self.of_definition, self.of_definition, self.within,
        ]  # fmt: skip
        kinds += [self.of_link] if context.link else []
        kinds += [self.of_has] * 2 if context.has else []
        kinds += [self.of_conclusion] * 4 if context.conclusion else []
        for _ in range(20):
            found = self.random.choice(kinds)(context)
            if found:
                return found
        return self.random.choice(("true", "as_of == as_of"))

    def of_text(self, context: Context) -> str | None:
        found = self.field(context, "text")
        if found is None:
            return None
        name, spec = found
        words = words_of(spec)
        form = self.random.randrange(6)
        if form == 0:
            other = self.field(context, "text")
            alike = other is not None and (set(words) & set(words_of(other[1])))
            return f"{name} {self.random.choice(('==', '!='))} {other[0]}" if other and alike else None
        if form == 1:
            listed = self.param(context, "texts", words)
            return listed and f"{name} in {listed}"
        if form == 2:
            word = self.param(context, "text", words)
            return word and f"{name} == {word}"
        if form == 3:
            return f"{name} in [{', '.join(map(quoted, self.some(words)))}]"
        word = quoted(self.random.choice(words))
        return f"{name} == {word}" if form == 4 else f"{word} {self.random.choice(('==', '!='))} {name}"

    def of_day(self, context: Context) -> str | None:
        left, right = self.instant(context), self.instant(context)
        if left == right or self.chance(0.45):
            swapped = self.chance(0.2)
            end = self.shifted(context, self.shifted(context, right) if self.chance(0.15) else right)
            return (
                f"{end} {self.random.choice(('<', '>=', '=='))} {left}"
                if swapped
                else f"{left} {self.random.choice(('<=', '<=', '>', '!='))} {end}"
            )
        if self.chance(0.08):
            days = self.param(context, "dates") or f'[date("{self.day()}"), date("{self.day()}")]'
            return f"{left} in {days}"
        return f"{left} {self.random.choice(('<=', '<', '>=', '>', '==', '!='))} {right}"

    def within(self, context: Context) -> str | None:
        """A day within the validity of an entry, in all four spellings."""
        found = [alias for alias, kind in context.records.items() if kind == "entry"]
        if not found:
            return None
        end, day = f"{self.random.choice(found)}.valid_to", self.instant(context)
        return self.random.choice(
            (f"{day} <= {end}", f"{day} <= {end}", f"{end} >= {day}", f"{day} > {end}", f"{end} < {day}")
        )

    def of_number(self, context: Context) -> str | None:
        found = self.field(context, "int", "decimal")
        if found is None:
            return None
        name, spec = found
        same = (self.chance(0.2) and self.named(context, spec.type)) or None
        number = same or (self.chance(0.4) and self.param(context, self.random.choice(("int", spec.type)))) or None
        if number is None:
            number = self.random.choice(("0", "1", "2") if spec.type == "int" else ("300", "300.5", "0.10", "20000"))
        return f"{name} {self.random.choice(('<=', '<', '>=', '>', '==', '!='))} {number}"

    def of_flag(self, context: Context) -> str | None:
        name, flag = self.named(context, "bool"), self.param(context, "bool")
        if name is None:
            return flag
        return self.random.choice(
            (
                name,
                name,
                f"{name} == {self.random.choice(('true', 'false'))}",
                f"{name} != {flag or 'true'}",
                flag or name,
            )
        )

    def of_list(self, context: Context) -> str | None:
        found = self.field(context, "texts")
        listed = found[0] if found else self.param(context, "texts", (*OPEN_TEXTS, *VOCABULARY.words["categories"]))
        if listed is None:
            return None
        if self.chance(0.5):
            return f"size({listed}) {self.random.choice(('==', '<=', '>', '!='))} {self.random.choice((0, 1, 2))}"
        return found and f"{quoted(self.random.choice(words_of(found[1])))} in {found[0]}"

    def of_status(self, context: Context) -> str | None:
        found = [(alias, h) for alias, kind in context.records.items() if (h := CONSTRUCTION.kinds[kind].history)]
        if not found:
            return None
        alias, history = self.random.choice(found)
        words = tuple(history.statuses)[:4]
        status = f"status_on({alias}, {self.safe_day(context)})"
        word = self.param(context, "text", words) if self.chance(0.2) else None
        word = word or quoted(self.random.choice(words))
        form = self.random.randrange(4)
        if form == 0:
            listed = (
                self.chance(0.4) and self.param(context, "texts", words)
            ) or f"[{', '.join(map(quoted, self.some(words)))}]"
            return f"{status} in {listed}"
        return (f"{status} == {word}", f"{word} == {status}", f"{status} != {word}")[form - 1]

    def safe_day(self, context: Context) -> str:
        """A day that does not lie ahead."""
        options = ["as_of", *(["day"] * 3 if context.day else []), *(d for d in context.days for _ in range(3))]
        return self.random.choice(options)

    def of_definition(self, context: Context) -> str | None:
        found = [
            name for name, d in self.definitions.items()
            if (context.has or not d.has) and all(of == "day" or of in context.records.values() for of in d.of)
        ]  # fmt: skip
        if not found:
            return None
        name = self.random.choice(found)
        arguments = [
            self.safe_day(context) if of == "day" else self.random.choice([a for a, k in context.records.items() if k == of])
            for of in self.definitions[name].of
        ]  # fmt: skip
        return f"{name}({', '.join(arguments)})"

    def of_link(self, context: Context) -> str:
        role = quoted(self.random.choice(("self", "same_name", *ROLES)))
        return self.random.choice(
            (f"link.role == {role}", f"link.role in [{role}, \"legal_representative\"]", "link.evidenced", "link.shareholder",
             'link.source == "relations"', f"link.from <= {self.instant(context)}",
             f"{self.instant(context)} <= link.to", f"as_of > {self.shifted(context, 'link.from')}")
        )  # fmt: skip

    def of_conclusion(self, _: Context) -> str:
        measure = self.random.choice(tuple(VOCABULARY.measures))
        return self.random.choice(
            (f'conclusion.measure == "{measure}"', f'conclusion.measure != "{measure}"', f'conclusion.asked in ["{measure}", "deny"]',
             f'conclusion.rule != "R-{self.random.randrange(4)}"', f"conclusion.reasons > {self.random.randrange(3)}",
             f"conclusion.cited <= {self.random.randrange(4)}", "as_of <= conclusion.until", "has(conclusion.until)")
        )  # fmt: skip

    def of_has(self, context: Context) -> str | None:
        found = self.field(context, "text", "date", "bool", "decimal", "texts")
        return found and f"has({found[0]})"

    def mostly(self, context: Context) -> str:
        """A condition that holds of most records, lest nothing ever follow from a rule."""
        name, spec = self.field(context, "text") or ("as_of", None)
        if spec is None or self.chance(0.3):
            return self.random.choice(
                ('as_of >= date("2000-01-01")', "true", f"as_of <= {self.shifted(context, 'as_of')}")
            )
        words = words_of(spec)
        return f"{name} in [{', '.join(map(quoted, words))}]" if self.chance(0.6) else f"{name} != {quoted(words[0])}"

    def conditions(self, context: Context, most: int = 2) -> dict[str, Any]:
        """What stands under `when`; sometimes a day is guarded in one condition and used in another."""
        found: dict[str, Any] = {}
        day = self.named(context, "date") if self.chance(0.3) else None
        if day is None and self.chance(0.3):
            day = self.param(context, "date")
        if day:
            guard = self.random.choice((f"{day} <= as_of", f"as_of >= {day}"))
            context = replace(context, days=(day,))
            found["guard"] = self.labelled(
                f"({self.of_status(context) or 'true'}) && {guard}" if self.chance(0.3) else guard
            )
            test = self.of_status(context) if self.chance(0.5) else self.of_definition(context)
            if test:
                found["then"] = self.labelled(test)
        for index in range(self.random.randint(0 if found else 1, most - 1 if found else most)):
            test = self.mostly(context) if self.chance(0.4) else self.expression(context)
            bare = test.partition("(")[0] in self.definitions and test.endswith(")") and test.count("(") == 1
            found[f"c{index}"] = test if bare and self.chance(0.7) else self.labelled(test)
        return found

    def labelled(self, test: str) -> dict[str, Any]:
        return {**title("condition"), "is": test}


# Policies


class _Maker:
    """One policy in the making; `policy_data` is its only user."""

    def __init__(self, random_: random.Random, *, has: bool) -> None:
        self.random, self.has = random_, has
        self.today = random_.choice(BASE_DAYS)
        self.writer = Writer(random_, self.today)
        self.chance, self.some, self.day = self.writer.chance, self.writer.some, self.writer.day
        self.law: dict[str, Any] = {}
        self.bases: list[str] = []
        self.data: dict[str, Any] = {}

    def make(self) -> dict[str, Any]:
        self.writer.termed = self.chance(0.5)
        parameters = self.make_parameters()
        self.make_law()
        definitions = self.make_definitions()
        rules: list[dict[str, Any]] = []
        for number in range(self.random.randint(3, 7)):
            rules += self.make_rule(f"R-{number}")
        rules += [self.make_plain(f"P-{number}") for number in range(self.random.choice((0, 1, 1, 2)))]
        served = {name for rule in rules for name in (rule["id"], *rule["groups"])}
        exceptions = [self.make_shared(f"X-{n}", rules, sorted(served)) for n in range(self.random.randint(0, 3))]
        groups = sorted({g for rule in rules for g in rule["groups"]})
        scope = [x for n in range(self.random.randint(0, 2)) if groups for x in self.make_scope(f"S-{n}", groups)]
        follow_ups = [x for n in range(self.random.randint(1, 5)) for x in self.make_follow_up(f"F-{n}")]
        year = self.today.year
        years = self.random.choice(((), (year,), (year - 1, year), (year, year + 1), (year + 1,)))
        named = "_".join(("cn", *(str(y) for y in years if y >= 2020)))
        return {
            **({"calendar": named} if named != "cn" else {}),
            "language": 1, "policy": "random", "version": "1", "use": "construction", "title": title("random"),
            "in_force": {"from": self.today - timedelta(days=self.random.choice((1, 400)))},
            "carries_burden": ["law", *self.some(LEVELS[1:], 0, 4)],
            "profiles": {
                "lawful": {"title": title("lawful"), "cap_by_basis": True, "set": self.make_settings()},
                "printed": {"title": title("printed"), "cap_by_basis": False, "set": self.make_settings()},
            },
            "default_profile": "lawful", "law": self.law, "parameters": parameters, "definitions": definitions,
            "terms": self.make_terms(), "feeds": self.make_feeds(), "lists": self.make_lists(), "rules": rules,
            "exceptions": exceptions, "scope": scope, "follow_ups": follow_ups,
        }  # fmt: skip

    def interval(self) -> dict[str, date]:
        """Days on which something is in force, often with an edge at today."""
        if self.chance(0.65):
            return {}
        first, last = sorted((self.day(), self.day()))
        return self.random.choice(({"from": first}, {"to": last}, {"from": first, "to": last}))

    def founded(self, *, sure: bool = False) -> dict[str, Any]:
        """A basis, or a choice of ours; `sure` if it must stand on every day."""
        if self.chance(0.45):
            return {"choice": "ours", **({"basis": self.some(self.bases, 1, 2)} if self.chance(0.3) else {})}
        return {"basis": [*(["FULL 1"] if sure or self.chance(0.3) else []), *self.some(self.bases, 1, 3)]}

    # Parameters and law

    def make_parameters(self) -> dict[str, Any]:
        categories = words_of(CONSTRUCTION.kinds["entry"].fields["category"])
        statuses = tuple(CONSTRUCTION.kinds["entry"].history.statuses)[:4]  # type: ignore[union-attr]
        pick, some = self.random.choice, self.some
        near = ["self", *(f"{r}_of_holder" for r in ROLES)]
        wide = [*near, *(f"holder_is_{r}" for r in ROLES)]
        kinds: dict[str, tuple[str, tuple[str, ...], Callable[[], Any]]] = {
            "flag": ("bool", (), lambda: pick((True, False))),
            "carried": ("bool", (), lambda: pick((True, True, False))),
            "months": ("int", (), lambda: pick((0, 1, 1, 6, 12))),
            "most": ("int", (), lambda: pick((0, 1, 300, 20000))),
            "period": ("int", (), lambda: pick((0, 1, 5, 7, 20))),
            "unit": ("text", UNITS, lambda: pick(UNITS)),
            "area": ("decimal", (), lambda: pick((Decimal("300.5"), Decimal("0.10"), Decimal("20000.0")))),
            "start": ("date", (), self.day),
            "holidays": ("dates", (), lambda: [self.day() for _ in range(pick((1, 2)))]),
            "category": ("text", categories, lambda: pick(categories)),
            "categories": ("texts", categories, lambda: some(categories, 0, 3)),
            "statuses": ("texts", statuses, lambda: some(statuses, 1, 2)),
            "status": ("text", statuses, lambda: pick(statuses)),
            "matters": ("matters", (), lambda: some(MATTERS, 0, 3)),
            "near": ("persons", (), lambda: some(near, 0, 3)),
            "wide": ("wide", (), lambda: some(wide, 0, 4)),
        }
        found = {}
        for name, (type_, words, draw) in kinds.items():
            whole = type_ in ("matters", "persons", "wide") or name == "carried"
            by = (
                None
                if whole
                else pick(
                    (
                        None,
                        None,
                        None,
                        "matter",
                        "application.matter_kind",
                        "entry.grade",
                        "entry.category",
                        "subject.kind",
                    )
                )
            )
            found[name] = self.make_parameter(by, draw)
            needs = "" if by is None else "application" if by == "matter" else by.partition(".")[0]
            self.writer.parameters[name] = Parameter(type_, words, needs, draw, by is not None)
        for record in ("application", "entry", "finding"):
            fields = [
                f.name for f in CONSTRUCTION.kinds[record].fields.values() if f.type == "date" and f.name != "valid_to"
            ]
            options = {f"o{n}": f"{record}.{name}" for n, name in enumerate(some(fields, 2, 3))}
            if self.chance(0.4):
                options["o0"] += " + days(1)"
            draw = self.drawing(sorted(options))
            found[f"of_{record}"] = {**self.make_parameter(None, draw), "choose": options}
            self.writer.parameters[f"of_{record}"] = Parameter("date", (), record, draw)
        return found

    def drawing(self, options: list[str]) -> Callable[[], Any]:
        return lambda: self.random.choice(options)

    def make_parameter(self, by: str | None, draw: Callable[[], Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"title": title("parameter"), "choice": "ours"} | ({"by": by} if by else {})
        if self.chance(0.7):
            return found | self.make_values(by, draw)
        days = sorted({self.today - timedelta(days=1000), self.day(), self.day()})
        return found | {"changes": [{"from": day, **self.make_values(by, draw)} for day in days]}

    def make_values(self, by: str | None, draw: Callable[[], Any]) -> dict[str, Any]:
        if by is None:
            return {"value": draw()}
        record, _, name = ("application.matter" if by == "matter" else by).partition(".")
        keys = words_of(CONSTRUCTION.kinds[record].fields[name])
        return {"default": draw(), "values": {key: draw() for key in self.some(keys, 0, 3)}}

    def make_settings(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in self.some(sorted(self.writer.parameters), 0, 3):
            parameter = self.writer.parameters[name]
            found[name] = parameter.draw()
            if parameter.keyed and self.chance(0.5):
                found[name] = {"default": found[name], "values": {}}
        return found

    def make_law(self) -> None:
        everything = {"measures": list(BURDENS), "matters": "all", "persons": list(EVERYBODY)}
        full = {"says": title("all"), "checked": "official", "carries": [everything]}
        self.law["FULL"] = {
            "title": "FULL",
            "level": "law",
            "in_force": {"from": date(1990, 1, 1)},
            "provisions": {"第1条": full},
        }
        only = {"says": title("heavy"), "checked": "official", "carries": [everything | {"measures": ["deny", "bar"]}]}
        self.law["HEAVY"] = {"title": "HEAVY", "level": "law", "in_force": {}, "provisions": {"第1条": only}}
        for number in range(self.random.randint(2, 4)):
            provisions = {}
            for article in range(1, self.random.randint(2, 3)):
                provisions[f"第{article}条"] = {
                    "says": title("says"), "checked": self.random.choice(("official", "republished", "republished", "unchecked")),
                    "carries": [self.make_coverage() for _ in range(self.random.choice((0, 1, 1, 2)))], "in_force": self.interval(),
                }  # fmt: skip
                self.bases.append(f"I{number} {article}")
            self.bases.append(f"I{number}")
            self.law[f"I{number}"] = {
                "title": "instrument", "number": f"{number}号", "level": self.random.choice(LEVELS[:4] if self.chance(0.7) else LEVELS),
                "in_force": self.interval() or {"from": date(2000, 1, 1)}, "provisions": provisions,
                **({"carries_if": "param.carried"} if self.chance(0.45) else {}),
            }  # fmt: skip
        self.bases.append("FULL 1")

    def make_coverage(self) -> dict[str, Any]:
        found: dict[str, Any] = {"measures": self.some(BURDENS, 1, 4)}
        some = self.some((*MATTERS, "param.matters"), 1, 3)
        found["matters"] = some if self.chance(0.5) else "all"
        if self.chance(0.7):
            found["persons"] = self.persons("review", wide=True)
        return found

    # Definitions, terms, feeds, lists

    def make_definitions(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        shapes = (("entry", "day"), ("entry", "day"), ("entry",), ("finding", "day"), ("application",), ("application", "day"), ("subject",),
                  ("entry", "application"), ())  # fmt: skip
        for number in range(self.random.randint(2, 5)):
            of = shapes[0] if number == 0 else self.random.choice(shapes)
            context = Context({k: k for k in of if k != "day"}, day="day" in of, has=self.has and self.chance(0.2))
            body = self.writer.expression(context)
            if number == 0 and self.chance(0.7):
                body = 'status_on(entry, day) in ["active", "disputed"] && entry.effective_from <= day && day <= entry.valid_to'
            calls = [d for name, d in self.writer.definitions.items() if f"{name}(" in body]
            name = f"d{number}"
            found[name] = {"label": title(name), "of": list(of), "is": body, **self.founded(sure=True)}
            self.writer.definitions[name] = Definition(of, "has(" in body or any(d.has for d in calls))
        return found

    def make_terms(self) -> list[dict[str, Any]]:
        found = []
        for _ in range(self.random.randint(1, 2) if self.writer.termed else 0):
            start = self.writer.named(Context({"entry": "entry"}), "date") or "as_of"
            where = self.make_where()
            found.append(
                {
                    "of": "entry",
                    "where": where,
                    "until": self.writer.shifted(Context({"entry": "entry"}), start),
                    **self.founded(),
                }
            )
        return found

    def make_where(self) -> dict[str, Any]:
        fields = CONSTRUCTION.kinds["entry"].fields
        found: dict[str, Any] = {}
        for name in self.some(("category", "grade", "colour"), 1, 2):
            found[name] = self.some(words_of(fields[name]), 1, 3)
            needs = self.writer.parameters["categories"].needs
            if name == "category" and needs in ("", "entry") and self.chance(0.4):
                found[name] += ["param.categories"]
        return found

    def make_feeds(self) -> dict[str, Any]:
        colours, categories = (words_of(CONSTRUCTION.kinds["entry"].fields[n]) for n in ("colour", "category"))
        found: dict[str, Any] = {}
        for name in self.some(FEEDS, 0, 4):
            found[name] = {
                "title": title(name),
                **({"max_age": self.random.choice((0, 7))} if self.chance(0.6) else {}),
            }
            if "relations" in name:
                found[name]["relations"] = True
                continue
            found[name]["of"] = "finding" if name == "finding_list" else "entry"
            if name == "black_list":
                found[name]["covers"] = {"colour": ["black"], "category": self.some(categories, 1, 2)}
            elif name == "red_list":
                found[name]["covers"] = {"colour": {"except": [c for c in colours if c != "red"]}}
        return found

    def make_lists(self) -> list[dict[str, Any]]:
        rows = []
        for of in ("entry", "entry", "finding"):
            if self.chance(0.3):
                where = self.make_where() if of == "entry" else {"conduct": ["deception", "bribery"]}
                rows.append({"of": of, "where": where})
        rows += [{"of": of, "otherwise": True} for of in sorted({r["of"] for r in rows}) if self.chance(0.4)]
        for row in rows:
            body = 'entry.authority.body in ["court", "tax"]' if row["of"] == "entry" else "finding.reasoned"
            test = body if self.chance(0.6) else self.writer.expression(Context({row["of"]: row["of"]}), 1)
            row |= {"competent": self.writer.labelled(test), **self.founded()}
        return rows

    # Rules

    def persons(self, measure: str, *, wide: bool = False) -> list[str]:
        """Links that a rule with this measure may name; `wide` where a basis covers them all, or only advice is given."""
        group = VOCABULARY.measures[measure].group
        wide = wide or group == "advice"
        roles = ROLES if self.chance(0.8) else tuple(CONSTRUCTION.roles)
        known = ["self", "self", "self", *(f"{r}_of_holder" for r in roles), *(f"holder_is_{r}" for r in roles if wide)]
        if group == "advice":
            known += ["same_name", "same_name", *(f"former_{r}_of_holder" for r in ROLES)]
        if self.chance(0.12):
            return ["param.wide" if wide else "param.near", *(["self"] if self.chance(0.3) else [])]
        return sorted(set(self.some(known, 1, 4)) | ({"self"} if self.chance(0.6) else set()))

    def bound(self, records: Iterable[str], measure: str, *, wide: bool) -> dict[str, Any]:
        """One more record, rarely two, under names that are free."""
        found: dict[str, Any] = {}
        for alias in ("other", "second")[: 2 if self.chance(0.1) else 1]:
            kind = self.random.choice(("entry", "entry", "finding"))
            name = kind if kind not in records and kind not in found and self.chance(0.4) else alias
            found[name] = {"each": kind, "persons": self.persons(measure, wide=wide)}
        return found

    def make_rule(self, name: str) -> list[dict[str, Any]]:
        """One rule, sometimes in two versions."""
        measure = self.random.choice(
            ("deny", "deny", "bar", "restrict", "restrict", "review", "tolerant_acceptance", "tolerant_acceptance", "green_channel", "notify", "refer",
             "advise", "advise")
        )  # fmt: skip
        rule = self.make_version(name, measure)
        if self.chance(0.12):
            later = self.make_version(name, measure)
            later |= {"in_force": {"from": self.today}, "groups": rule["groups"]}
            return [rule | {"in_force": {"to": self.today - timedelta(days=1)}}, later]
        return [rule | {"in_force": self.interval() if self.chance(0.4) else {}}]

    def make_plain(self, name: str) -> dict[str, Any]:
        """A rule that holds of most entries, or of most findings, lest nothing ever follow what was given."""
        measure = self.random.choice(("bar", "deny", "review", "tolerant_acceptance", "notify", "advise"))
        each = self.random.choice(("entry", "entry", "entry", "finding"))
        records = {"application": "application", "subject": "subject", each: each}
        context = Context(records, link=True)
        return {
            "id": name, "title": title(name), "mode": "shall", "choice": "ours", "basis": ["FULL 1"], "groups": [], "each": each,
            "persons": ["self", *(f"{r}_of_holder" for r in ROLES)], "when": {"c": self.writer.labelled(self.writer.mostly(Context({each: each})))},
            "then": {"measure": measure, "arguments": self.make_arguments(measure, context)},
        }  # fmt: skip

    def make_version(self, name: str, measure: str) -> dict[str, Any]:
        group = VOCABULARY.measures[measure].group
        asks = group in ("procedural", "advice")
        decides = "finding" if self.chance(0.2) else "application"
        wide = group == "advice" or (group == "burden" and self.chance(0.25))
        rule: dict[str, Any] = {
            "id": name,
            "title": title(name),
            "mode": self.random.choice(("shall", "may", "must_not")),
            **self.founded(),
        }
        if wide and group == "burden":
            rule["basis"] = ["FULL 1", *rule.get("basis", [])]
        elif measure in ("deny", "bar") and self.chance(0.3):
            # What covers the measure does not cover what its exceptions leave.
            rule["basis"] = ["HEAVY 1"]
        elif group == "burden" and self.chance(0.5):
            # One provision alone says whether the measure is covered.
            rule["basis"] = [self.random.choice([b for b in self.bases if " " in b])]
        rule["groups"] = self.some(("g1", "g2", "g3"), 0, 2)
        if decides == "finding":
            rule["decides"] = "finding"
        elif self.chance(0.4):
            rule["matters"] = self.some((*MATTERS, *MATTERS, "param.matters"), 2, 4)
        records = {decides: decides, "subject": "subject"}
        each = self.random.choice((None, "entry", "entry", "entry", "finding"))
        if each and each != decides:
            rule |= {"each": each, "persons": self.persons(measure, wide=wide)}
            records[each] = each
        context = Context(records, link="each" in rule, has=self.has and asks)
        if asks and self.chance(0.4):
            rule["with"] = self.bound(records, measure, wide=wide)
        own = replace(context, records=records | {a: b["each"] for a, b in rule.get("with", {}).items()})
        rule["when"] = self.writer.conditions(own)
        rule["then"] = {"measure": measure, "arguments": self.make_arguments(measure, replace(context, days=()))}
        rule["unless"] = [
            self.make_exception(f"{name}-e{n}", context, measure, [measure], wide=wide) for n in range(self.random.choice((0, 0, 1, 1, 2)))
        ]  # fmt: skip
        if self.chance(0.1):
            rule["contested"] = [{"basis": self.random.choice(self.bases), "says": title("against")}]
        return rule

    def make_arguments(self, measure: str, context: Context) -> dict[str, Any]:
        writer, found = self.writer, {}
        for name, type_ in VOCABULARY.measures[measure].arguments.items():
            if type_ == "date":
                found[name] = writer.shifted(context) if self.chance(0.5) else writer.instant(context)
            elif type_ == "text" and context.conclusion and self.chance(0.4):
                found[name] = self.random.choice(("conclusion.measure", "conclusion.asked", "conclusion.rule"))
            elif type_ == "texts":
                listed = writer.param(context, "texts", VOCABULARY.words["categories"]) if self.chance(0.3) else None
                found[name] = listed or (self.chance(0.4) and writer.named(context, "texts")) or '["a", "b"]'
            else:
                word = writer.param(context, "text", VOCABULARY.words["categories"]) if self.chance(0.3) else None
                found[name] = word or (self.chance(0.6) and writer.named(context, "text")) or '"a"'
        return found

    def make_exception(
        self, name: str, context: Context, measure: str, measures: list[str], *, wide: bool, taken: Iterable[str] = ()
    ) -> dict[str, Any]:
        lighter = [m for m in LIGHTER.get(measure, ()) if all(m in LIGHTER.get(other, ()) for other in measures)]
        found: dict[str, Any] = {"id": name, "title": title(name), **self.founded()}
        if self.chance(0.3):
            found["with"] = self.bound(taken or context.records, measure, wide=wide)
            context = replace(context, records={**context.records, **{a: b["each"] for a, b in found["with"].items()}})
        found["when"] = self.writer.conditions(context, 2)
        found["instead"] = self.random.choice((*lighter, *lighter, "none"))
        found["in_force"] = self.interval() if self.chance(0.3) else {}
        return found

    def make_shared(self, name: str, rules: list[dict[str, Any]], served: list[str]) -> dict[str, Any]:
        """An exception of several rules: what all of them can see, and lighter than each of them."""
        for_ = self.some(served, 1, 3)
        of = [r for r in rules if {r["id"], *r["groups"]} & set(for_)]
        measures = [r["then"]["measure"] for r in of]
        groups = {VOCABULARY.measures[m].group for m in measures}
        seen = [{"subject", r.get("decides", "application"), *({r["each"]} if "each" in r else ())} for r in of]
        context = Context(
            {k: k for k in sorted(set.intersection(*seen))}, link=all("each" in r for r in of),
            has=self.has and not groups & {"burden", "facilitation"},
        )  # fmt: skip
        # The strictest of the rules says which persons a further record may be of.
        strict = next((m for m in measures if VOCABULARY.measures[m].group != "advice"), measures[0])
        taken = set.union(*seen)
        return {
            "for": for_,
            **self.make_exception(name, context, strict, measures, wide=groups == {"advice"}, taken=taken),
        }

    # What comes after the outcome

    def make_follow_up(self, name: str) -> list[dict[str, Any]]:
        """What is due afterwards, sometimes in two versions."""
        if self.chance(0.12):
            earlier, later = self.make_due(name), self.make_due(name)
            return [
                earlier | {"in_force": {"to": self.today - timedelta(days=1)}},
                later | {"in_force": {"from": self.today}},
            ]
        return [self.make_due(name) | {"in_force": self.interval() if self.chance(0.3) else {}}]

    def make_due(self, name: str) -> dict[str, Any]:
        words = (*GROUPS, *GROUPS, *VOCABULARY.measures)
        measure = self.random.choice(("notify", "refer", "advise"))
        found: dict[str, Any] = {
            "id": name, "title": title(name), "mode": self.random.choice(("shall", "may", "must_not")), **self.founded(),
        }  # fmt: skip
        decides = "finding" if self.chance(0.1) else "application"
        if decides == "finding":
            found["decides"] = decides
        elif self.chance(0.3):
            found["matters"] = self.some((*MATTERS, *MATTERS, "param.matters"), 2, 4)
        records = {decides: decides, "subject": "subject"}
        each = self.random.choice((None, None, "entry", "entry", "entry", "finding"))
        each = None if each == decides else each
        if each or self.chance(0.7):
            found["after"] = list(dict.fromkeys(self.some(words, 2, 6)))
        if each:
            found["each"] = each
            records[each] = each
        if self.chance(0.25):
            found["unless"] = self.some(tuple(VOCABULARY.measures) if self.chance(0.7) else GROUPS, 1, 2)
        context = Context(records, link=each is not None, has=self.has, conclusion=each is not None)
        if self.chance(0.6):
            found["when"] = self.writer.conditions(context, 1 if self.chance(0.6) else 2)
        plain = replace(context, days=())
        found["then"] = {"measure": measure, "arguments": self.make_arguments(measure, plain)}
        if self.chance(0.6):
            found["clock"] = self.make_clock(plain)
        return found

    def make_clock(self, context: Context) -> dict[str, Any]:
        """A period from a day that may not be known, as may its length."""
        writer = self.writer

        def number() -> str:
            if context.conclusion and self.chance(0.3):
                return self.random.choice(("conclusion.reasons", "conclusion.cited"))
            return (self.chance(0.4) and writer.param(context, "int")) or str(self.random.choice((0, 1, 5, 7, 20, 30)))

        unit = (self.chance(0.3) and writer.param(context, "text", UNITS)) or quoted(self.random.choice(UNITS))
        found = {
            "from": writer.instant(context) if self.chance(0.8) else writer.shifted(context),
            "days": number(),
            "unit": unit,
        }
        return found | ({"extension": number()} if self.chance(0.4) else {})

    def make_scope(self, name: str, groups: list[str]) -> list[dict[str, Any]]:
        context = Context({"application": "application", "subject": "subject"})
        found: dict[str, Any] = {
            "id": name, "title": title(name), **self.founded(), "when": self.writer.conditions(context, 2), "switches_off": self.some(groups, 1, 2),
        }  # fmt: skip
        if self.chance(0.4):
            found["matters"] = self.some((*MATTERS, "param.matters"), 1, 3)
        if self.chance(0.15):
            later = found | {"when": self.writer.conditions(context, 2), "in_force": {"from": self.today}}
            return [found | {"in_force": {"to": self.today - timedelta(days=1)}}, later]
        return [found | {"in_force": self.interval() if self.chance(0.3) else {}}]


@dataclass(frozen=True)
class RandomPolicy:
    """A policy as plain data, the day around which its dates lie, and what can be given for its parameters."""

    data: dict[str, Any]
    today: date
    draws: Mapping[str, Callable[[], Any]]


def random_policy(random_: random.Random, *, has: bool = True) -> RandomPolicy:
    """A policy; without `has`, no condition asks whether a fact is known."""
    maker = _Maker(random_, has=has)
    data = maker.make()
    return RandomPolicy(data, maker.today, {name: p.draw for name, p in maker.writer.parameters.items()})
