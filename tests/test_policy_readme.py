"""The two pages beside the shipped policy say what the policy says: its rows, who encodes them, what they give, its terms and days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pytest
import yaml

from creditrules.audit import compliance
from creditrules.policy.lower import lower
from creditrules.policy.model import FollowUp, Policy, Rule, RuleException
from creditrules.policy.program import Program
from creditrules.policy.syntax import Expr, Field, Literally, Param
from creditrules.testing.accounting import Row, account, caps, read_source, unchecked
from creditrules.testing.cases import beside
from tests.support.shipped import FOLDER, shipped

DAYS = tuple(map(date.fromisoformat, ("2020-06-05", "2021-08-01", "2024-06-01", "2026-10-01")))
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Page:
    """A page, and its words for what both pages say."""

    file: str
    not_encoded: str
    same: str
    yes: str
    none: str
    basis: str
    ours: str
    allowed: str
    terms: str
    kinds: tuple[str, ...]

    @property
    def text(self) -> str:
        return (FOLDER / self.file).read_text("utf-8")

    def section(self, number: int) -> str:
        found = re.search(rf"(?ms)^## {number}\. .*?$(.*?)(?=^## |\Z)", self.text)
        assert found is not None, number
        return found[1]

    def tables(self, number: int) -> list[list[list[str]]]:
        """The tables of a section without their heads, as rows of cells."""
        blocks = re.findall(r"(?m)^\|.*\n\|(?:---\|)+\n((?:\|.*\n)+)", self.section(number))
        return [[[c.strip() for c in line[1:-1].split("|")] for line in b.splitlines()] for b in blocks]

    def by_id(self, number: int, table: int = 0) -> dict[str, list[str]]:
        """The rows of a table by the id in their first cell."""
        rows = {CODE.findall(row[0])[0]: row[1:] for row in self.tables(number)[table]}
        assert len(rows) == len(self.tables(number)[table])
        return rows

    def encoded(self, cell: str) -> set[tuple[str, str]]:
        """What a cell names as encoding its row, by kind and id."""
        found = set()
        for part in filter(None, re.split(r"[;；]\s*", cell.partition(self.not_encoded)[0])):
            kind, _, ids = part.partition(" ")
            assert ids, cell
            found |= {(KINDS[self.kinds.index(kind)], name) for name in CODE.findall(ids)}
        return found


KINDS = ("rule", "exception", "scope", "follow_up", "check", "definition", "parameter", "term", "list")
ENGLISH = Page(
    "README.md", "not encoded", "same", "yes", "none", "basis", "choice of ours", "allowed", "terms",
    ("rule", "exception", "scope", "follow-up", "check", "definition", "parameter", "term", "list"),
)  # fmt: skip
CHINESE = Page(
    "README.zh.md", "未编入", "同左", "是", "无", "依据", "本库的选择", "允许不符", "最长期限",
    ("规则", "除外", "范围", "后续事项", "核查", "定义", "参数", "期限", "名单"),
)  # fmt: skip

both = pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=["en", "zh"])


@cache
def accounted() -> dict[str, Row]:
    found = account(shipped(), *read_source(beside(shipped(), "source.yaml")))
    assert found.problems == ()
    return {row.id: row for row in found.rows}


def rows_of(section: str) -> dict[str, Row]:
    return {name: row for name, row in accounted().items() if row.section == section}


def given(name: str) -> dict[str, Any]:
    """A file of the policy as it is written."""
    data: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return data


@cache
def program(profile: str) -> Program:
    return lower(shipped(), as_of=DAYS[-1], profile=profile)


# Both pages


def test_both_pages_have_the_same_headings_and_tables_and_name_each_other() -> None:
    numbers = [re.findall(r"(?m)^(#+ ?\d*)", page.text) for page in (ENGLISH, CHINESE)]
    assert numbers[0] == numbers[1] == ["# ", *(f"## {n}" for n in range(1, 12))]
    assert "](README.zh.md)" in ENGLISH.text.splitlines()[2]
    assert "](README.md)" in CHINESE.text.splitlines()[2]
    for number in range(1, 12):
        tables = [
            [[sorted(CODE.findall(cell)) for cell in row] for table in page.tables(number) for row in table]
            for page in (ENGLISH, CHINESE)
        ]
        assert tables[0] == tables[1], number


@both
def test_every_file_of_the_folder_is_listed(page: Page) -> None:
    listed = {name for row in page.tables(2)[0] for name in CODE.findall(row[0])}
    present = {f.name + "/" * f.is_dir() for f in FOLDER.iterdir()} - {ENGLISH.file, CHINESE.file}
    assert present <= listed
    assert listed - present <= {"cases.yaml", "cases/"}


@both
def test_every_identifier_that_it_shows_is_known(page: Page) -> None:
    """A word in backticks that looks like an identifier stands somewhere in the policy, its vocabulary or the library."""
    written = "".join(f.read_text("utf-8") for f in FOLDER.glob("*.yaml"))
    vocabulary = FOLDER.parent / "vocabularies" / "construction.yaml"
    known = set(re.findall(r"[\w-]+", written + vocabulary.read_text("utf-8") + compliance.__doc__))  # type: ignore[operator]
    shown = {word for word in CODE.findall(page.text) if re.fullmatch(r"[A-Za-z][\w-]*", word)}
    assert shown <= known


# What encodes what


@both
@pytest.mark.parametrize(
    ("number", "section", "column"), [(3, "clauses", 1), (4, "rows", 1), (6, "questions", 1), (8, "checks", 1)]
)
def test_each_is_encoded_where_the_page_says(page: Page, number: int, section: str, column: int) -> None:
    listed = page.by_id(number)
    beyond = {"C17", "C21"} if section == "checks" else set()  # of every policy, so not of this one's source
    assert list(listed) == sorted({*rows_of(section), *beyond}) if beyond else list(listed) == list(rows_of(section))
    for name, row in rows_of(section).items():
        cell = listed[name][column]
        assert page.encoded(cell) == {(i.what, i.id) for i in row.encoded}, name
        assert (page.not_encoded in cell) == bool(row.not_encoded), name


# What each row gives


def gives(policy: Policy, name: str, profile: str) -> tuple[set[str], set[str]]:
    """The measures of what encodes a row: those that it must give, and those that it may."""
    rules = {r.id: r for r in policy.rules}
    exceptions = {e.id: e for r in policy.rules for e in policy.exceptions_of(r)}
    lowered = {r.id: r for r in program(profile).rules}
    must: set[str] = set()
    may: set[str] = set()
    for item in accounted()[name].encoded:
        found: Rule | RuleException | FollowUp
        if item.what == "rule":
            found = rules[item.id]
            if item.id in lowered:
                must |= {g.measure for g in lowered[item.id].gives.values()}
            may |= {found.measure} | {e.instead for e in policy.exceptions_of(found)}
        elif item.what == "exception":
            must |= {exceptions[item.id].instead}
        elif item.what == "follow_up":
            must |= {f.measure for f in policy.follow_ups if f.id == item.id}
    return must - {"none"}, must | may


@both
@pytest.mark.parametrize(("profile", "column"), [("lawful", 2), ("literal", 3)])
def test_each_row_gives_what_the_page_says(page: Page, profile: str, column: int) -> None:
    measures = set(shipped().vocabulary.measures)
    for name, cells in page.by_id(4).items():
        must, may = gives(shipped(), name, profile)
        if cells[column] == page.same:
            assert profile == "literal"
            assert (must, may) == gives(shipped(), name, "lawful"), name
            continue
        said = set(CODE.findall(cells[column])) & measures
        assert must <= said <= must | may, name


# The profiles


@both
def test_the_profiles_differ_in_what_the_page_says(page: Page) -> None:
    literal, lawful = (shipped().profiles[name] for name in ("literal", "lawful"))
    assert (lawful.cap_by_basis, literal.cap_by_basis, dict(lawful.set)) == (True, False, {})
    assert set(page.by_id(5)) == {"cap_by_basis", *literal.set}
    for name, changed in literal.set.items():
        (usual,), (other,) = shipped().parameters[name].values, changed
        cells = page.by_id(5)[name]
        assert set(CODE.findall(cells[0])) == constants(usual.value), name
        assert set(CODE.findall(cells[1])) <= constants(other.value), name
        if isinstance(usual.value, bool):
            assert (cells[0] == page.yes, cells[1] == page.yes) == (usual.value, other.value), name


@both
def test_the_provisions_that_carry_a_burden_are_those_of_the_page(page: Page) -> None:
    carried = sorted(
        ([f"{law.name} {provision.name}"], sorted(c.measures), sorted(words(c.matters)), sorted(words(c.persons)))
        for law in shipped().law.values()
        for provision in law.provisions.values()
        for c in provision.carries
        if law.level in shipped().carries_burden and provision.checked != "unchecked"
    )
    assert sorted(tuple(sorted(CODE.findall(cell)) for cell in row) for row in page.tables(5)[1]) == carried


def words(found: Any) -> set[str]:
    return {*found.words, *found.params} if found is not None else set()


# The questions


def constants(value: Any) -> set[str]:
    """The words that a value names."""
    if isinstance(value, str):
        return {value}
    return set().union(*map(constants, value)) if isinstance(value, tuple) else set()


@both
def test_every_parameter_stands_with_its_values_and_its_basis(page: Page) -> None:
    questions, others = page.by_id(6), page.by_id(6, 1)
    for name, parameter in shipped().parameters.items():
        asked = [c for c in parameter.covers if c in questions]
        assert bool(asked) != (name in others), name
        values = [v for values in parameter.values for v in (values.value, *values.table.values())]
        for chosen, by in [(questions[q][2], questions[q][3]) for q in asked] or [others[name][:2]]:
            said = set(CODE.findall(chosen))
            assert {w for v in values for w in constants(v)} | set(parameter.choose) <= said, name
            assert all(str(v) in chosen for v in values if isinstance(v, int) and not isinstance(v, bool)), name
            assert all(v.from_ < DAYS[0] or str(v.from_) in chosen for v in parameter.values), name
            assert {b.name for b in parameter.foundation.bases} <= set(CODE.findall(by)), name
            assert not parameter.foundation.ours or page.ours in by, name
        if not asked:
            assert {b.name for b in parameter.foundation.bases} == set(CODE.findall(by)), name
            assert parameter.foundation.ours == (page.ours in by), name
    for question, cells in questions.items():
        covering = [p.foundation for p in shipped().parameters.values() if question in p.covers]
        if covering:
            assert set(CODE.findall(cells[3])) == {b.name for f in covering for b in f.bases}, question
            assert (page.ours in cells[3]) == any(f.ours for f in covering), question
            assert (page.basis in cells[3]) == any(f.bases for f in covering), question


@both
def test_a_question_says_where_the_other_profile_chooses_otherwise(page: Page) -> None:
    changed = shipped().profiles["literal"].set
    questions = page.by_id(6).values()
    rows = [({i for what, i in page.encoded(cells[1]) if what == "parameter"}, cells) for cells in questions]
    rows += [({name}, cells) for name, cells in page.by_id(6, 1).items()]
    for parameters, cells in rows:
        for name in parameters & set(changed):
            assert cells[-1] != page.same, name
            new = {w for v in changed[name] for w in constants(v.value)}
            assert new <= set(CODE.findall(" ".join(cells))), name


# Terms and clocks


@both
def test_the_terms_are_those_of_the_policy(page: Page) -> None:
    expected: dict[tuple[tuple[str, ...], str], Any] = {}
    for written, term in zip(given("terms.yaml")["terms"], shipped().terms, strict=True):
        category = tuple(written["where"]["category"])
        if category == ("judgment_defaulter",):  # with its definition, below
            continue
        if category == ("param.categories_with_graded_terms",):
            category = tuple(sorted(constants(shipped().parameters["categories_with_graded_terms"].values[0].value)))
        (grade,) = written["where"].get("grade", [""])
        start, unit, number = re.fullmatch(r"entry\.(\w+) \+ (\w+)\((\d+)\)", written["until"]).groups()  # type: ignore[union-attr]
        first = min(b.instrument.in_force.from_ for b in term.foundation.bases)
        known = expected.setdefault(
            (category, grade), (set(), number, unit, {b.name for b in term.foundation.bases}, first)
        )
        assert known[1:] == (number, unit, {b.name for b in term.foundation.bases}, first)
        known[0].add(start)
    units = {"year": "years", "years": "years", "年": "years", "month": "months", "months": "months", "个月": "months"}
    said = {}
    for row in page.tables(7)[0]:
        categories = tuple(sorted(CODE.findall(row[0])))
        if categories != ("judgment_defaulter",):
            number, unit = row[2].split()
            said[categories, "".join(CODE.findall(row[1]))] = (
                set(CODE.findall(row[3])), number, units[unit], set(CODE.findall(row[4])), date.fromisoformat(row[5]),
            )  # fmt: skip
    assert said == expected


@both
def test_the_term_of_judgment_defaulters_is_that_of_its_definition_and_at_most_that_of_its_term(page: Page) -> None:
    is_ = given("choices.yaml")["definitions"]["defaulter_term_over"]["is"]
    ((written, term),) = [
        (w, t)
        for w, t in zip(given("terms.yaml")["terms"], shipped().terms, strict=True)
        if w["where"]["category"] == ["judgment_defaulter"]
    ]
    graded, open_ = (r for r in page.tables(7)[0] if CODE.findall(r[0]) == ["judgment_defaulter"])
    assert re.findall(r"\d+", graded[2]) == sorted(set(re.findall(r"years\((\d+)\)", is_)))
    listed = re.findall(r'"(ground_\d)"', is_)
    assert written["where"]["ground"] == listed
    (start,), longest = CODE.findall(graded[3]), re.findall(r"\d+", graded[2])[-1]
    assert written["until"] == f"entry.{start} + years({longest})"
    assert CODE.findall(graded[1]) == [listed[0], listed[-1]]
    assert len(listed) == int(listed[-1][-1]) - int(listed[0][-1]) + 1
    assert set(CODE.findall(open_[1])) == set(shipped().vocabulary.words["grounds"]) - set(listed)
    assert open_[2] == page.none
    (basis,) = term.foundation.bases
    for row in (graded, open_):
        assert CODE.findall(row[4]) == [basis.name]
        assert row[5] == str(basis.instrument.in_force.from_)


def shown(value: Expr | None) -> str:
    match value:
        case None:
            return "–"
        case Literally(value=constant):
            return str(constant)
        case Param(name=name):
            return name
        case Field(name=name):
            return name
    raise AssertionError(value)


@both
def test_the_clocks_are_those_of_the_policy(page: Page) -> None:
    rows = page.by_id(7, 1)
    clocks = {f.id: (f, f.clock) for f in shipped().follow_ups if f.clock is not None}
    assert list(rows) == list(clocks)
    for name, (matters, days, longer, unit, start, provisions) in rows.items():
        follow_up, clock = clocks[name]
        assert (days, longer) == (shown(clock.days), shown(clock.extension)), name
        assert CODE.findall(unit)[0] == shown(clock.unit), name
        assert CODE.findall(start) == [shown(clock.from_)], name
        assert CODE.findall(provisions) == [b.name for b in follow_up.foundation.bases], name
        assert set(CODE.findall(matters)) == words(follow_up.matters), name
    (unit,) = shipped().parameters["clock_unit"].values
    assert CODE.findall(rows["E-10-permit"][3]) == ["clock_unit", unit.value]


@both
def test_days_of_remedies_the_calendar_and_the_sources_are_those_of_the_policy(page: Page) -> None:
    text = page.section(7)
    arguments = {
        f.id: {k: shown(v) for k, v in f.arguments.items()}
        for f in shipped().follow_ups
        if f.id in ("E-24", "E-24-finding", "A10", "C25")
    }
    assert arguments["E-24-finding"] == arguments["E-24"]
    days, months = arguments["E-24"]["reconsideration_days"], arguments["E-24"]["litigation_months"]
    hearing, withdrawal = arguments["A10"]["hearing_days"], arguments["C25"]["within_days"]
    (age,) = {feed.max_age for feed in shipped().feeds}
    years = sorted(f.stem[3:] for f in (FOLDER.parent / "calendar").glob("cn-*.yaml"))
    if page is ENGLISH:
        said = [
            f"within {days} days",
            f"within {months} months",
            f"hearing within {hearing} days",
            f"withdrawn within {withdrawal} days",
            f"for {age} days",
            f"{years[0]} to {years[-1]}",
        ]
    else:
        said = [
            f"{days} 日内申请",
            f"{months} 个月内提起",
            f"{hearing} 日内申请听证",
            f"{withdrawal} 日内撤回",
            f"以 {age} 日为限",
            f"{years[0]} 至 {years[-1]} 年",
        ]
    spread = " ".join(text.split())
    assert [s for s in said if s not in spread] == []
    (channels,) = shipped().parameters["repair_channels"].values
    assert constants(channels.value) | set().union(*map(constants, channels.table.values())) <= set(CODE.findall(text))


# Checks


@both
def test_checks_of_every_policy_and_what_a_profile_may_break(page: Page) -> None:
    allowed = {c.covers for c in shipped().checks if c.allowed}
    for name, (_, _, general, remark) in page.by_id(8).items():
        assert (general == page.yes) == (name in compliance._RULES), name
        assert (page.allowed in remark) == any(name in covers for covers in allowed), name
        for check in shipped().checks:
            if name in check.covers:
                assert set(check.allowed) <= set(CODE.findall(remark)), name


# What is open, unchecked, in force


@both
def test_what_the_first_version_leaves_out_is_named(page: Page) -> None:
    clauses = set(rows_of("clauses"))
    of_report = {n for n in shipped().not_encoded if clauses & set(n.clause.split())}
    of_law = [covered for n in shipped().not_encoded if n not in of_report for covered in n.covers]
    assert sorted(re.findall(r"(?m)^- ([A-Z][\w-]+)[:：]", page.section(9))) == sorted(of_law)
    of_report_named = {w for n in of_report for w in n.covers or clauses & set(n.clause.split())}
    (named,) = (sentence for sentence in re.split(r"\.\s|。", page.section(9)) if "P1" in sentence)
    assert set(re.findall(r"[A-Z](?:-\d\d|\d+)", named)) == of_report_named


@both
def test_every_unchecked_provision_is_named_with_what_uses_it(page: Page) -> None:
    law = shipped().law.values()
    marked = {f"{i.name} {p.name}" for i in law for p in i.provisions.values() if p.checked == "unchecked"}
    rows = page.by_id(10)
    assert set(rows) == marked
    used = unchecked(shipped())
    assert set(used) <= marked
    for name, (users, why) in rows.items():
        # The table of terms says which provision each rests on, so that here they are named together.
        relying = set(used.get(name, ()))
        terms = {u for u in relying if u.startswith("term ")}
        assert (page.terms in users) == bool(terms), name
        lists = {f"list {label}" for label in re.findall(rf"{page.kinds[KINDS.index('list')]} `([^`]+)`", users)}
        others = set(CODE.findall(users)) - {label.removeprefix("list ") for label in lists}
        assert lists | others == relying - terms, name
        assert why


@both
def test_the_days_that_it_gives_are_those_of_the_policy(page: Page) -> None:
    for name, (day, _) in page.by_id(10, 1).items():
        first = shipped().law[name].in_force.from_
        assert day == ("–" if first == date.min else str(first)), name
    assert {n for n, i in shipped().law.items() if i.in_force.from_ == date.min} <= set(page.by_id(10, 1))


@both
def test_what_was_in_force_when(page: Page) -> None:
    head = re.search(r"(?m)^\| \w+ \|(.*)\|$", page.section(11))
    assert head is not None
    assert [c.strip() for c in head[1].split("|")] == [str(d) for d in DAYS]
    stood = {name: [d in i.in_force for d in DAYS] for name, i in shipped().law.items()}
    rows = page.by_id(11)
    assert {n: [c == page.yes for c in cells] for n, cells in rows.items()} == {
        n: s for n, s in stood.items() if len(set(s)) > 1
    }
    (always,) = (line for line in page.section(11).splitlines() if line.count("`") > 10 and not line.startswith("|"))
    assert CODE.findall(always) == [n for n, s in stood.items() if all(s)]


def test_what_is_capped_is_the_same_on_all_the_days_of_the_page() -> None:
    first, *others = (caps(shipped(), as_of=day) for day in DAYS)
    assert all(other == first for other in others)
