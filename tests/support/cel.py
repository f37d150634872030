"""Random conditions written twice, in our language and in CEL, to be judged by the engine and by Google's CEL runtime.

The two texts are made side by side, so that nothing of the library stands between them: ours is read, checked, lowered and
run by the library, and the other one by `cel-expr-python`. What CEL lacks is lowered or declared to it first:

* dates are integers (days since the first of January of year 1), and `date("…")` is such a number;
* decimals are integers of millionths, since CEL has floating point only; a whole number compared with one is multiplied;
* `years`, `months` and `days` are functions declared to CEL, with a body of their own below;
* `status_on(record, day)` is the list of statuses possible on that day; a comparison holds if all of them satisfy it, fails
  if none does, and is an error otherwise;
* parameters are written out as constants, a keyed parameter as a conditional on the field that keys it;
* a definition is written out with its day put in.

The logic, comparisons, membership, `size`, `has` and what a missing leaf does to them are CEL's own: a missing key of a map
is an error there, which `&&` and `||` absorb where the other side settles the matter.
"""

from __future__ import annotations

import calendar
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cel_expr_python import cel

AS_OF = date(2020, 6, 5)
STATUSES = ("fresh", "stale", "gone")

VOCABULARY = """\
language: 1
vocabulary: things
kinds:
  thing:
    title: {zh: 事物, en: thing}
    decided: true
    fields:
      f1: {type: bool, title: {zh: 真一, en: f1}}
      f2: {type: bool, title: {zh: 真二, en: f2}}
      n1: {type: int, title: {zh: 数一, en: n1}}
      n2: {type: int, title: {zh: 数二, en: n2}}
      m1: {type: decimal, title: {zh: 额一, en: m1}}
      m2: {type: decimal, title: {zh: 额二, en: m2}}
      w1: {type: text, title: {zh: 词一, en: w1}}
      w2: {type: text, title: {zh: 词二, en: w2}}
      w3: {type: text, title: {zh: 词三, en: w3}, values: {red: {zh: 红, en: red}, blue: {zh: 蓝, en: blue}, green: {zh: 绿, en: green}}}
      l1: {type: texts, title: {zh: 表一, en: l1}}
      l2: {type: texts, title: {zh: 表二, en: l2}}
      d1: {type: date, title: {zh: 日一, en: d1}}
      d2: {type: date, title: {zh: 日二, en: d2}}
    history: {statuses: {fresh: {zh: 新, en: fresh}, stale: {zh: 旧, en: stale}, gone: {zh: 无, en: gone}}}
measures: {advise: {group: advice, title: {zh: 提示, en: advise}}, review: {group: burden, rank: 1, title: {zh: 审核, en: review}}}
cap: review
ordinary: {thing: {outcome: ordinary, title: {zh: 正常, en: ordinary}}}
undetermined: {zh: 待核实, en: undetermined}
not_applicable: {zh: 不适用, en: not applicable}
"""

POLICY = """\
language: 1
policy: things
version: "1"
title: {zh: 事物, en: things}
in_force: {from: 2020-01-01}
carries_burden: [law]
profiles: {only: {title: {zh: 唯一, en: only}, cap_by_basis: true}}
default_profile: only
parameters:
  whole: {title: {zh: 数, en: whole}, choice: ours, value: 2}
  amount: {title: {zh: 额, en: m}, choice: ours, value: 0.30}
  word: {title: {zh: 词, en: w}, choice: ours, value: red}
  words: {title: {zh: 表, en: l}, choice: ours, value: [red, blue]}
  then: {title: {zh: 日, en: d}, choice: ours, value: 2020-02-29}
  keyed: {title: {zh: 按词, en: by word}, choice: ours, by: thing.w3, default: 1, values: {red: 3, blue: 0}}
definitions:
  current: {label: {zh: 当时, en: current}, of: [thing, day], choice: ours, is: thing.d1 <= day && (thing.f1 || day <= thing.d2)}
  plain: {label: {zh: 简单, en: plain}, of: [thing], choice: ours, is: '!thing.f2 || thing.n1 > 1'}
rules:
"""

RULE = """\
  - id: R-{number}
    title: {{zh: 甲, en: a}}
    choice: ours
    mode: may
    when:
      first: {{zh: 一, en: one, is: thing.d1 <= as_of}}
      second: {{zh: 二, en: two, is: thing.d2 <= as_of}}
      asked: {{zh: 问, en: asked, is: {expression}}}
    then: {{measure: advise}}
"""

LEAVES = {
    "bool": ("f1", "f2"), "int": ("n1", "n2"), "decimal": ("m1", "m2"), "text": ("w1", "w2"), "texts": ("l1", "l2"), "date": ("d1", "d2"),
}  # fmt: skip
MAPS = {"bool": "bools", "int": "ints", "decimal": "decimals", "text": "words", "texts": "lists", "date": "dates"}
"""In which map CEL finds the leaves of each type; a leaf that is not known is no key of it."""
WORDS = ("red", "blue", "甲", 'a"b\\c')
WHOLES = (-2, 0, 1, 2, 3, 9007199254740991)
AMOUNTS = (Decimal(0), Decimal("0.3"), Decimal("0.300001"), Decimal(2), Decimal("8000000000.5"))
DAYS = (
    date(2019, 3, 31),
    date(2020, 1, 31),
    date(2020, 2, 29),
    date(2020, 6, 4),
    AS_OF,
    date(2020, 6, 6),
    date(9998, 12, 31),
    date.max,
)


PERIODS = (1, 2, 6, 6, 11, 0, 99999)


def number_of(day: date) -> int:
    return (day - date(1, 1, 1)).days


LAST = number_of(date.max)


def plus(day: int, unit: str, count: int) -> int:
    """The day that many years, months or days later, by the words of the law: the corresponding day, or the month's last."""
    if day == LAST:
        return LAST
    if unit == "days":
        return min(max(day + count, 0), LAST)
    given = date(1, 1, 1) + timedelta(days=day)
    months = (given.month - 1) + count * {"years": 12, "months": 1}[unit]
    year, month = given.year + months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        return LAST if year > 9999 else 0
    for last in (given.day, calendar.monthrange(year, month)[1]):
        try:
            return number_of(date(year, month, last))
        except ValueError:
            continue
    raise AssertionError(day)


@dataclass(frozen=True)
class Twin:
    """One condition in both languages, what it is made of, and the leaves that it reads."""

    ours: str
    cel: str
    uses: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    binds: int = 9
    """How tightly it binds, so that brackets can be left out where neither language needs them."""

    near: tuple[tuple[str, str, str, int], ...] = ()
    """Periods of a leaf that another leaf is compared with: facts that lie at their ends tell most."""

    def __or__(self, other: Twin) -> tuple[frozenset[str], frozenset[str]]:
        return self.uses | other.uses, self.reads | other.reads


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def millionths(amount: Decimal | int) -> int:
    return int(amount * 1_000_000)


class Maker:
    """Makes conditions; the state is its source of randomness."""

    def __init__(self, random_: random.Random) -> None:
        self.random = random_

    def bracketed(self, twin: Twin, above: int) -> Twin:
        """In brackets where they are needed, and now and then where they are not."""
        if twin.binds > above and self.random.random() < 0.7:
            return twin
        return replace(twin, ours=f"({twin.ours})", cel=f"({twin.cel})", binds=9)

    def truth(self, depth: int) -> Twin:
        kind = self.random.choice(
            ("and", "or", "and", "or", "not") if depth > 0 and self.random.random() < 0.75 else ("atom",)
        )
        if kind in ("and", "or"):
            sign, level = ("&&", 2) if kind == "and" else ("||", 1)
            parts = [self.bracketed(self.truth(depth - 1), level) for _ in range(self.random.choice((2, 2, 3)))]
            return Twin(
                f" {sign} ".join(p.ours for p in parts), f" {sign} ".join(p.cel for p in parts),
                frozenset({sign}).union(*(p.uses for p in parts)), frozenset().union(*(p.reads for p in parts)), level,
                tuple(n for p in parts for n in p.near),
            )  # fmt: skip
        if kind == "not":
            inner = self.bracketed(self.truth(depth - 1), 5)
            return replace(inner, ours="!" + inner.ours, cel="!" + inner.cel, uses=inner.uses | {"!"}, binds=6)
        return self.random.choice(
            (self.leaf_truth, self.compared, self.compared, self.period, self.period, self.member, self.known, self.status, self.status,
             self.defined, self.sized)
        )()  # fmt: skip

    def leaf(self, kind: str) -> Twin:
        name = self.random.choice(LEAVES[kind])
        return Twin(f"thing.{name}", f'{MAPS[kind]}["{name}"]', frozenset({"field"}), frozenset({name}))

    def leaf_truth(self) -> Twin:
        if self.random.random() < 0.25:
            word = self.random.choice(("true", "false"))
            return Twin(word, word, frozenset({"literal bool"}))
        return self.leaf("bool")

    def literal(self, kind: str) -> Twin:
        uses = frozenset({f"literal {kind}"})
        match kind:
            case "int":
                whole = self.random.choice(WHOLES)
                return Twin(str(whole), str(whole), uses)
            case "decimal":
                amount = self.random.choice(AMOUNTS)
                return Twin(f"{amount:f}" if "." in f"{amount:f}" else f"{amount:f}.0", str(millionths(amount)), uses)
            case "text":
                word = self.random.choice(WORDS)
                return Twin(quoted(word), quoted(word), uses)
            case _:
                day = self.random.choice(DAYS)
                return Twin(f'date("{day}")', str(number_of(day)), uses)

    def parameter(self, kind: str) -> Twin:
        if kind == "int" and self.random.random() < 0.7:
            key = 'words["w3"]'
            return Twin(
                "param.keyed",
                f'({key} == "red" ? 3 : {key} == "blue" ? 0 : 1)',
                frozenset({"param keyed"}),
                frozenset({"w1"}),
            )
        name, text = {
            "int": ("whole", "2"), "decimal": ("amount", "300000"), "text": ("word", '"red"'), "date": ("then", str(number_of(date(2020, 2, 29)))),
        }[kind]  # fmt: skip
        return Twin(f"param.{name}", text, frozenset({"param"}))

    def value(self, kind: str) -> Twin:
        makers = [self.leaf, self.leaf, self.literal, self.parameter]
        if kind == "date":
            makers += [lambda _: Twin("as_of", "as_of", frozenset({"as_of"}))]
        return self.random.choice(makers)(kind)

    def shifted(self, of: str) -> Twin:
        """A day and a period; `of` is the leaf that it will be compared with."""
        day, unit = self.value("date"), self.random.choice(("years", "months", "days"))
        count = self.random.choice(PERIODS)
        counted = self.leaf("int") if self.random.random() < 0.3 else Twin(str(count), str(count))
        uses, reads = day | counted
        base = next(iter(day.reads), "")
        near = ((of, base, unit, count),) if base not in ("", of) and not counted.reads else ()
        return Twin(
            f"{day.ours} + {unit}({counted.ours})",
            f"plus_{unit}({day.cel}, {counted.cel})",
            uses | {unit},
            reads,
            4,
            near,
        )

    def compared(self) -> Twin:
        kind = self.random.choice(("int", "decimal", "text", "date", "date", "bool"))
        sign = self.random.choice(("==", "!=") if kind in ("text", "bool") else ("==", "!=", "<", "<=", ">", ">="))
        if kind == "bool":
            left, right = self.leaf("bool"), self.leaf_truth()
        else:
            left, right = self.leaf(kind), self.value(kind)
        if kind == "decimal" and self.random.random() < 0.4:
            whole = self.random.choice((0, 1, 2, 8000000000))
            right = Twin(str(whole), str(millionths(whole)), frozenset({"literal int", "int with decimal"}))
        uses, reads = left | right
        return Twin(f"{left.ours} {sign} {right.ours}", f"{left.cel} {sign} {right.cel}", uses | {sign}, reads, 3)

    def period(self) -> Twin:
        """A period includes its last day, so the language has two of the four orders for its end."""
        left, sign = self.leaf("date"), self.random.choice(("<=", ">", "<=", ">", "==", "!="))
        right = self.shifted(next(iter(left.reads)))
        uses, reads = left | right
        return Twin(
            f"{left.ours} {sign} {right.ours}", f"{left.cel} {sign} {right.cel}", uses | {sign}, reads, 3, right.near
        )

    def member(self) -> Twin:
        if self.random.random() < 0.4:
            item, list_ = self.value("text"), self.leaf("texts")
        else:
            kind = self.random.choice(("text", "int", "date", "decimal"))
            item = self.leaf(kind)
            if kind == "text" and self.random.random() < 0.4:
                list_ = Twin("param.words", '["red", "blue"]', frozenset({"param"}))
            else:
                made = [self.literal(kind) for _ in range(self.random.choice((1, 2, 3)))]
                list_ = Twin(
                    f"[{', '.join(m.ours for m in made)}]",
                    f"[{', '.join(m.cel for m in made)}]",
                    frozenset({"literal list"}),
                )
        uses, reads = item | list_
        return Twin(f"{item.ours} in {list_.ours}", f"{item.cel} in {list_.cel}", uses | {"in"}, reads, 3)

    def known(self) -> Twin:
        kind = self.random.choice(tuple(LEAVES))
        name = self.random.choice(LEAVES[kind])
        return Twin(f"has(thing.{name})", f'("{name}" in {MAPS[kind]})', frozenset({"has"}), frozenset({name}))

    def sized(self) -> Twin:
        list_, sign = self.leaf("texts"), self.random.choice(("==", "!=", "<", "<=", ">", ">="))
        count = self.random.choice((Twin("0", "0"), Twin("1", "1"), Twin("2", "2"), self.leaf("int")))
        uses, reads = list_ | count
        return Twin(
            f"size({list_.ours}) {sign} {count.ours}",
            f"size({list_.cel}) {sign} {count.cel}",
            uses | {"size", sign},
            reads,
            3,
        )

    def status(self) -> Twin:
        name = self.random.choice((*LEAVES["date"], ""))
        day = Twin(f"thing.{name}", f'dates["{name}"]', reads=frozenset({name})) if name else Twin("as_of", "as_of")
        possible = f"possible({day.cel})"
        form = self.random.choice(("==", "!=", "in"))
        if form == "in":
            words = self.random.sample(STATUSES, self.random.choice((1, 2)))
            right = f"[{', '.join(map(quoted, words))}]"
        else:
            right = quoted(self.random.choice(STATUSES))
        lowered = f'({possible}.all(s, s {form} {right}) ? true : {possible}.exists(s, s {form} {right}) ? never["mixed"] : false)'
        return Twin(
            f"status_on(thing, {day.ours}) {form} {right}",
            lowered,
            frozenset({f"status_on {form}"}),
            day.reads | {"status"},
            3,
        )

    def defined(self) -> Twin:
        if self.random.random() < 0.4:
            return Twin(
                "plain(thing)", '(!bools["f2"] || ints["n1"] > 1)', frozenset({"definition"}), frozenset({"f2", "n1"})
            )
        name = self.random.choice((*LEAVES["date"], ""))
        ours, theirs = (f"thing.{name}", f'dates["{name}"]') if name else ("as_of", "as_of")
        body = f'(dates["d1"] <= {theirs} && (bools["f1"] || {theirs} <= dates["d2"]))'
        return Twin(
            f"current(thing, {ours})",
            body,
            frozenset({"definition", "definition of a day"}),
            frozenset({"d1", "f1", "d2"}),
        )


@dataclass(frozen=True)
class Facts:
    """What is known of the thing: a value for each known leaf, and its possible statuses from one day on after another."""

    values: Mapping[str, Any]
    steps: tuple[tuple[int, frozenset[str]], ...]

    def status_on(self, day: date) -> frozenset[str]:
        """As the engine asks it."""
        return self.possible(number_of(day))

    def possible(self, day: int) -> frozenset[str]:
        return [statuses for start, statuses in self.steps if start <= day][-1]


def facts(random_: random.Random, *, missing: float, near: tuple[tuple[str, str, str, int], ...]) -> Facts:
    """Facts of which that share is not known; days lie at the end of one of the periods `near`, or beside it."""
    domains = {
        "bool": (True, False), "int": WHOLES, "decimal": AMOUNTS, "text": WORDS, "date": DAYS,
        "texts": ((), ("red",), ("blue", "甲"), ("red", "a\"b\\c", "x")),
    }  # fmt: skip
    values = {
        n: random_.choice(domains[kind]) for kind, names in LEAVES.items() for n in names if random_.random() >= missing
    }
    if random_.random() >= missing:
        values["w3"] = random_.choice(("red", "blue", "green"))
    if near and {"d1", "d2"} <= set(values):
        later, first, unit, count = random_.choice(near)
        end = plus(number_of(values[first]), unit, count)
        values[later] = date(1, 1, 1) + timedelta(days=min(max(end + random_.choice((-1, 0, 0, 1)), 0), LAST))
    days = sorted(random_.sample([number_of(d) for d in DAYS[:-1]], random_.choice((0, 1, 2))))
    sets = [frozenset({s}) for s in STATUSES] * 3 + [frozenset({"fresh", "stale"}), frozenset(STATUSES)]
    return Facts(values, tuple((day, random_.choice(sets)) for day in (0, *days)))


class Oracle:
    """Google's CEL with what was declared to it."""

    def __init__(self) -> None:
        self.facts: Facts | None = None
        kinds = {"bool": cel.Type.BOOL, "int": cel.Type.INT, "decimal": cel.Type.INT, "text": cel.Type.STRING, "date": cel.Type.INT,
                 "texts": cel.Type.List(cel.Type.STRING)}  # fmt: skip
        variables = {MAPS[kind]: cel.Type.Map(cel.Type.STRING, t) for kind, t in kinds.items()}
        variables |= {"as_of": cel.Type.INT, "never": cel.Type.Map(cel.Type.STRING, cel.Type.BOOL)}
        functions = [
            cel.FunctionDecl(
                f"plus_{unit}",
                [cel.Overload(f"plus_{unit}", cel.Type.INT, [cel.Type.INT, cel.Type.INT], impl=self.adding(unit))],
            )
            for unit in ("years", "months", "days")
        ]
        statuses = cel.Overload("possible", cel.Type.List(cel.Type.STRING), [cel.Type.INT], impl=self.possible)
        self.env = cel.NewEnv(variables=variables, functions=[*functions, cel.FunctionDecl("possible", [statuses])])

    def adding(self, unit: str) -> Any:
        return lambda day, count: plus(int(day), unit, int(count))

    def possible(self, day: Any) -> list[str]:
        assert self.facts is not None
        return sorted(self.facts.possible(int(day)))

    def compiled(self, text: str) -> Any:
        return self.env.compile(text)

    def judge(self, expression: Any, given: Facts) -> bool | None:
        """True, false, or None for an error."""
        self.facts = given
        data: dict[str, Any] = {"as_of": number_of(AS_OF), "never": {}}
        for kind, names in LEAVES.items():
            data[MAPS[kind]] = {n: _plain(kind, given.values[n]) for n in names if n in given.values}
        data["words"] |= {"w3": given.values["w3"]} if "w3" in given.values else {}
        value = expression.eval(data=data)
        return None if value.type() in (cel.Type.ERROR, cel.Type.UNKNOWN) else bool(value.value())


def _plain(kind: str, value: Any) -> Any:
    match kind:
        case "decimal":
            return millionths(value)
        case "date":
            return number_of(value)
        case "texts":
            return list(value)
        case _:
            return value


USED: Counter[str] = Counter()
"""In how many evaluations of this run each operator and function occurred."""
RESULTS: Counter[str] = Counter()


def table() -> list[str]:
    """The counts, for the end of a run."""
    cells = [f"{count:>7} {name:<22}" for name, count in sorted(USED.items())]
    rows = ["".join(cells[i : i + 4]).rstrip() for i in range(0, len(cells), 4)]
    return [*rows, " · ".join(f"{name} {count}" for name, count in sorted(RESULTS.items()))]
