"""Mutated policies and records are loaded, read and decided, or refused with problems that people can use; nothing else comes."""

from __future__ import annotations

import copy
import json
import re
import resource
import shutil
import time
import traceback
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from creditrules import Case, CreditRulesError, PolicyError, load
from creditrules.diagnostics import Diagnostic, Source, mask, printable
from creditrules.documents import plain, read_yaml
from tests.support import depth, mutating, session_seed
from tests.support.mutating import Tree
from tests.support.shipped import FOLDER, shipped_cases, shipped_on

REPOSITORY = Path(__file__).resolve().parent.parent
KEPT = REPOSITORY / ".hypothesis" / "mutated"
GOOD = REPOSITORY / "tests" / "diagnostics" / "good"
MOST_SECONDS = 3.0
DAY = date(2020, 6, 5)
ACCEPTED, REFUSED = True, False


@dataclass
class Mutated:
    """One mutated file: what was done, to what, and what the result is."""

    seed: str
    source: str
    mutator: str
    what: str
    structural: bool
    name: str
    content: bytes
    tree: Tree = None

    def __str__(self) -> str:
        return f"seed {self.seed}: {self.source}: {self.mutator}: {printable(mask(self.what))}"


def tree_of(text: str) -> Tree:
    return plain(read_yaml(Source("source", text)))


def mutate_tree(tree: Tree, random: Random, mutators: list[mutating.Structural]) -> tuple[str, str]:
    """Mutate until something changed; sometimes by two mutators, of which the first gives its name."""
    done: list[tuple[str, str]] = []
    wanted = 1 if random.random() < 0.8 else 2
    while len(done) < wanted:
        mutator = random.choice(mutators)
        what = mutator(tree, random)
        if what is not None:
            done.append((mutator.__name__, what))
    return done[0][0], "; ".join(what for _, what in done)


# Policies


@cache
def policies() -> tuple[tuple[str, str, str], ...]:
    """Folder, file and text of each that is mutated; the shipped policy is drawn twice as often as the small ones together."""
    of = [(f.parent, f.name) for f in FOLDER.glob("*.yaml") if f.name != "cases.yaml"]
    small = [(d, str(f.relative_to(d))) for d in GOOD.iterdir() if d.is_dir() for f in d.rglob("*.yaml")]
    return tuple((str(d), n, (d / n).read_text("utf-8")) for d, n in sorted([*of * 3, *small]))


def mutated_policy(seed: str, *, structural: bool) -> Mutated:
    random = Random(seed)
    folder, name, text = random.choice(policies())
    source = f"{Path(folder).name}/{name}"
    if not structural:
        mutator = random.choice(mutating.TEXTUAL_YAML)
        return Mutated(seed, source, mutator.__name__, "", False, f"{folder}/{name}", mutator(text.encode(), random))
    tree = tree_of(text)
    mutator_name, what = mutate_tree(tree, random, mutating.OF_POLICIES)
    content = mutating.to_yaml(tree)
    return Mutated(seed, source, mutator_name, what, mutating.is_yaml(content), f"{folder}/{name}", encoded(content))


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def load_mutated(mutated: Mutated, place: Path) -> Callable[[], object]:
    folder = next(Path(f) for f, n, _ in policies() if mutated.name == f"{f}/{n}")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(folder, place, ignore=shutil.ignore_patterns("cases.yaml", "examples", "*.md"))
    (place / Path(mutated.name).relative_to(folder)).write_bytes(mutated.content)

    def run() -> object:
        policy = load(place)
        # What loads can also be asked, even where the day or the profile is not one of its own.
        try:
            prepared = policy.prepare(as_of=DAY)
        except PolicyError as error:
            return problems(error.diagnostics, codes=(), placed=False)
        return render_all(prepared.decide(case) for case in examples())

    return run


@cache
def examples() -> tuple[Any, ...]:
    return tuple(Case.read(f) for f in sorted((FOLDER / "examples").glob("0[456]*.yaml")))


def render_all(decisions: Iterable[Any]) -> None:
    for decision in decisions:
        json.dumps(decision.to_dict(), ensure_ascii=False)


# Records


@cache
def records() -> tuple[tuple[str, str], ...]:
    """Name and YAML of the examples of the shipped policy, and JSON of some of its cases."""
    files = [(f.name, f.read_text("utf-8")) for f in sorted((FOLDER / "examples").glob("*.yaml"))]
    cases = shipped_cases()[::23]
    return (*files, *((f"cases.yaml/{c.name}", c.case.model_dump_json(exclude_unset=True)) for c in cases))


def mutated_record(seed: str, *, structural: bool) -> Mutated:
    random = Random(seed)
    name, text = random.choice(records())
    how = random.choice(["case.yaml", "case.json", "from_json", "from_dict"])
    if not structural:
        json_text = json.dumps(mutating.to_data(tree_of(text)), ensure_ascii=False) if how != "case.yaml" else text
        mutator = random.choice(mutating.TEXTUAL_YAML if how == "case.yaml" else mutating.TEXTUAL_JSON)
        how = "case.json" if how == "from_dict" else how
        return Mutated(seed, name, mutator.__name__, how, False, how, mutator(json_text.encode(), random))
    tree = tree_of(text)
    if how != "case.yaml":
        tree = mutating.to_data(tree)
    mutator_name, what = mutate_tree(tree, random, mutating.OF_RECORDS)
    if how == "case.yaml":
        content = mutating.to_yaml(tree)
        return Mutated(seed, name, mutator_name, f"{what} ({how})", mutating.is_yaml(content), how, encoded(content))
    tree = mutating.to_data(tree)
    content = mutating.to_json(tree)
    return Mutated(seed, name, mutator_name, f"{what} ({how})", mutating.is_json(content), how, encoded(content), tree)


def read_mutated(mutated: Mutated, place: Path) -> Callable[[], object]:
    profile = Random(mutated.seed).choice(["lawful", "literal"])
    prepared = shipped_on(DAY, profile)

    def read() -> Case:
        if mutated.name == "from_dict":
            return Case.from_dict(mutated.tree)
        if mutated.name == "from_json":
            return Case.from_json(mutated.content.decode("utf-8", "surrogateescape"))
        place.mkdir(exist_ok=True)
        (place / mutated.name).write_bytes(mutated.content)
        return Case.read(place / mutated.name)

    def run() -> object:
        case = read()
        wrong = problems(case.warnings, codes=codes_of(mutated), placed=False)
        render_all([prepared.decide(case)])
        return wrong

    return run


def codes_of(mutated: Mutated) -> tuple[str, ...]:
    """What may be an identity code in a record, wherever it stands and however it is spelled."""
    text = normal(mutated.content.decode("utf-8", "replace"))
    found = set(re.findall(r"(?=([0-9][0-9A-Z]{16}[0-9A-Z]))", text))
    return tuple(code for code in found if sum(c.isdigit() for c in code) >= 8)


def normal(text: str) -> str:
    return re.sub(r"[\s\-‐‑–—]", "", unicodedata.normalize("NFKC", text).upper())


# What is asked of a problem


def problems(found: tuple[Diagnostic, ...], *, codes: tuple[str, ...], placed: bool) -> list[str]:
    """What is wrong with the problems that were told."""
    wrong = []
    if list(found) != sorted(found, key=lambda d: d.order):
        wrong.append("not sorted by position")
    for one in found[:60]:
        zh, en = one.render("zh"), one.render("en")
        told = json.dumps(one.to_dict(), ensure_ascii=False)
        if not re.fullmatch(r"CR-[PR]\d{3}", one.code):
            wrong.append(f"the code {one.code}")
        if "= 改法: " not in zh or "= help: " not in en:
            wrong.append(f"{one.code} has no help: {mask(one.message.en)}")
        if not re.search(r"[一-鿿]", one.message.zh) or not one.message.en.strip():
            wrong.append(f"{one.code} is not told in both languages")
        if placed and one.span is None:
            wrong.append(f"{one.code} has no position: {mask(one.message.en)}")
        shown = normal(zh + en + told)
        wrong += [f"{one.code} shows a whole code" for code in codes if code in shown]
    return wrong


def outcome(run: Callable[[], object], mutated: Mutated, *, policy: bool) -> tuple[bool, list[str]]:
    """Whether it was accepted, and what is wrong with what came."""
    codes = () if policy else codes_of(mutated)
    try:
        return ACCEPTED, run() or []  # type: ignore[return-value]
    except CreditRulesError as error:
        found = getattr(error, "diagnostics", ())
        wrong = problems(found, codes=codes, placed=policy)
        shown = normal(str(error) + repr(error))
        wrong += ["the error shows a whole code" for code in codes if code in shown]
        return REFUSED, wrong if found else [*wrong, f"{type(error).__name__} without problems"]
    except Exception as error:  # noqa: BLE001 - whatever else comes is what is looked for
        where = "".join(traceback.format_tb(error.__traceback__, limit=-2))
        return REFUSED, [mask(f"{type(error).__name__}: {str(error)[:300]}\n{where}").replace(str(REPOSITORY), "")]


def go_through(name: str, count: int, place: Path) -> list[str]:
    """Mutate, try, and note all; three of four mutations are structural. What failed is saved beside the checkout."""
    policy = name == "policies"
    make, prepare = (mutated_policy, load_mutated) if policy else (mutated_record, read_mutated)
    tally = mutating.TALLIES[name] = mutating.Tally()
    failures = []
    for number in range(count):
        seed = f"{session_seed()}-{name}-{number}"
        mutated = make(seed, structural=number % 4 > 0)
        run = prepare(mutated, place)
        try:
            accepted, wrong = REFUSED, ["it did not end"]
            begun = time.process_time()
            accepted, wrong = outcome(run, mutated, policy=policy)
            seconds = time.process_time() - begun
        finally:  # also where the time limit of the test ends it
            saved = save(mutated) if wrong else None
        if seconds > MOST_SECONDS:
            begun = time.process_time()
            outcome(run, mutated, policy=policy)  # once more, as the machine may be slowed by others
            seconds = min(seconds, time.process_time() - begun)
        if seconds > MOST_SECONDS:
            wrong.append(f"took {seconds:.1f} s")
            saved = save(mutated)
        tally.note(mutated.mutator, str(mutated), structural=mutated.structural, accepted=accepted, seconds=seconds)
        failures += [f"{mutated}: {w} (saved as {saved})" for w in dict.fromkeys(wrong)]
    tally.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return failures


def save(mutated: Mutated) -> str:
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{mutated.seed}-{Path(mutated.name).name}"
    file.write_bytes(mutated.content)
    return str(file.relative_to(REPOSITORY))


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("name", "count"), [("policies", depth(16, 500)), ("records", depth(200, 2_000))])
def test_mutated_files_are_accepted_or_refused_with_problems(name: str, count: int, tmp_path: Path) -> None:
    failures = go_through(name, count, tmp_path / "mutated")
    tally = mutating.TALLIES[name]
    assert tally.total == count
    assert tally.structural >= count / 2
    assert not failures, f"{len(failures)} of {count} mutations:\n" + "\n".join(failures)


def test_what_is_not_mutated_is_accepted() -> None:
    """The trees and their writers are sound, so that what is refused is refused for its mutation."""
    for _, name, text in policies():
        assert tree_of(mutating.to_yaml(tree_of(text))) == tree_of(text), name
    for name, text in records():
        tree = tree_of(text)
        case = Case.from_dict(mutating.to_data(copy.deepcopy(tree)))
        assert Case.from_json(mutating.to_json(mutating.to_data(tree))) == case, name
        assert Case.from_node(read_yaml(Source(name, mutating.to_yaml(tree)))) == case, name


# What mutations have found


def refused(place: Path, file: str, *replacements: tuple[str, str]) -> list[tuple[str, str, Diagnostic]]:
    """Where the shipped policy is refused once a file of it is edited, and the codes."""
    shutil.copytree(FOLDER, place)
    text = (place / file).read_text("utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    (place / file).write_text(text, "utf-8")
    with pytest.raises(PolicyError) as error:
        load(place)
    return [(d.code, str(d.span), d) for d in error.value.diagnostics]


@pytest.mark.parametrize(
    "name", ["facilitated_matters", "advised_persons", "completion_filing_persons", "l3_includes_offices"]
)
def test_a_parameter_with_a_mistake_does_not_break_what_lists_it(name: str, tmp_path: Path) -> None:
    ((code, place, _),) = refused(tmp_path / "p", "choices.yaml", (f"  {name}:\n", f"  {name}:\n    covrs: [A01]\n"))
    assert (code, place.split(":")[0]) == ("CR-P013", "choices.yaml")


@pytest.mark.parametrize("written", ["l3_includes_offices", "param.l3", "param.l3_includes_offices == true"])
def test_an_instrument_that_depends_on_no_parameter_is_told_of(written: str, tmp_path: Path) -> None:
    ((code, place, _),) = refused(
        tmp_path / "p", "law.yaml", ("carries_if: param.l3_includes_offices", f"carries_if: {written}")
    )
    lines = (FOLDER / "law.yaml").read_text("utf-8").splitlines()
    line = 1 + next(number for number, text in enumerate(lines) if text.startswith("    carries_if: "))
    assert (code, place) == ("CR-P034", f"law.yaml:{line}:17")


def test_a_file_of_a_policy_that_cannot_be_read_is_named_as_a_place(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "p")
    (tmp_path / "p" / "law.yaml").write_bytes(b"law: \xff\n")
    with pytest.raises(PolicyError) as error:
        load(tmp_path / "p")
    assert [(d.code, str(d.span)) for d in error.value.diagnostics] == [("CR-P050", "law.yaml:1:1")]


@pytest.mark.parametrize("instead", ["", "use: [construction]\n"])
def test_a_policy_that_does_not_say_which_vocabulary_it_uses(instead: str, tmp_path: Path) -> None:
    ((code, place, problem),) = refused(tmp_path / "p", "policy.yaml", ("use: construction\n", instead))
    assert (code, place) == (("CR-P031", "policy.yaml:7:1") if instead else ("CR-P030", "policy.yaml:4:1"))
    assert instead or "vocabulary" in problem.render("en")


@pytest.mark.parametrize("condition", ["(entry.colour", "entry.colour)", "entry entry", '"x', "entry.colour ==", "`"])
def test_whatever_an_expression_lacks_there_is_help(condition: str, tmp_path: Path) -> None:
    old = 'is: entry.colour == "red" && entry.category in param.red_categories'
    found = refused(tmp_path / "p", "choices.yaml", (old, "is: " + json.dumps(condition)))
    assert [(code, problems((d,), codes=(), placed=True)) for code, _, d in found] == [("CR-P015", [])]


@pytest.mark.parametrize("field", ["nothing", "until", "holder.zzz", "document"])
def test_a_field_like_no_other_gets_a_list_of_those_there_are(field: str, tmp_path: Path) -> None:
    old = 'is: entry.colour == "red" && entry.category in param.red_categories'
    found = refused(tmp_path / "p", "choices.yaml", (old, f'is: entry.{field} == "red"'))
    assert [(code, problems((d,), codes=(), placed=True)) for code, _, d in found] == [("CR-P014", [])]


@pytest.mark.parametrize(
    "text",
    ["", "? [a]\n: b\n", "%YAML 1.1\n---\na: b\n", "a: b\n---\n", f"a: {'[' * 60}{']' * 60}", "a: &b c\n", "a: *b\n"],
)
def test_whatever_the_text_of_a_case_lacks_there_is_help(text: str) -> None:
    with pytest.raises(CreditRulesError) as error:
        Case.from_bytes(text.encode(), name="case.yaml", json=False)
    assert problems(error.value.diagnostics, codes=(), placed=True) == []  # type: ignore[attr-defined]
    assert "include" not in str(error.value)


@pytest.mark.parametrize("key", ["luxury_fitout", "id", "area_m2", "received_on", "work_type", "tags", "nothing"])
@pytest.mark.parametrize("value", [10**5000, [10**5000], {"x": 10**5000}], ids=["alone", "in a list", "in a mapping"])
def test_a_number_that_python_does_not_write_is_refused(key: str, value: object) -> None:
    case = mutating.to_data(tree_of((FOLDER / "examples" / "01-no-entry.yaml").read_text("utf-8")))
    case["application"][key] = value
    with pytest.raises(CreditRulesError) as error:
        Case.from_dict(case)
    assert problems(error.value.diagnostics, codes=(), placed=False) == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("count", "body"),
    [(30, "d{n}(entry) && d{n}(entry)"), (60, "!(" * 6 + "d{n}(entry)" + ")" * 6), (900, "d{n}(entry)")],
    ids=["doubled", "nested", "a long chain"],
)
@pytest.mark.parametrize("used", [False, True])
def test_definitions_that_would_grow_without_end_are_refused(
    count: int, body: str, *, used: bool, tmp_path: Path
) -> None:
    text = (GOOD / "guarded-day" / "policy.yaml").read_text("utf-8")
    if used:
        text = text.replace('status_on(entry, application.accepted_on) == "active"', "d0(entry)")
    bodies = [*(body.format(n=n + 1) for n in range(count - 1)), "entry.prior_notice"]
    text += "definitions:\n" + "".join(
        f"  d{n}: {{label: {{zh: 甲, en: a}}, of: [entry], choice: ours, is: '{b}'}}\n" for n, b in enumerate(bodies)
    )
    (tmp_path / "policy.yaml").write_text(text, "utf-8")
    begun = time.process_time()
    with pytest.raises(PolicyError) as error:
        load(tmp_path)
    assert time.process_time() - begun < MOST_SECONDS
    found = error.value.diagnostics
    assert {d.code for d in found} == {"CR-P028"}
    assert problems(found, codes=(), placed=True) == []
    assert all(d.span is not None and d.span.source.text[d.span.start] in "da" for d in found)


def test_where_a_list_is_too_long_is_told_without_a_look_at_its_items() -> None:
    case = Case.read(FOLDER / "examples" / "04-black-listed.yaml").model_dump(mode="json", exclude_unset=True)
    text = json.dumps(case | {"entries": case["entries"] * 10_001}, ensure_ascii=False)
    begun = time.process_time()
    with pytest.raises(CreditRulesError) as error:
        Case.from_json(text)
    assert time.process_time() - begun < 1
    (problem,) = error.value.diagnostics  # type: ignore[attr-defined]
    assert (problem.code, problem.path) == ("CR-R033", "entries")
    assert problem.span.source.text[problem.span.start : problem.span.end] == '"entries"'


@pytest.mark.parametrize(
    "text", ["the parameter has no value on 2020-05-26", "stands from 2020-05-26 until 2021-01-01 only"]
)
def test_a_day_among_words_is_no_code(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("between", [" ", "-"])
@pytest.mark.parametrize("around", ["{}", "on {} it", "since 2020-05-26 of {} until 2020-05-27"])
def test_a_code_with_a_day_of_birth_in_it_is_still_one(between: str, around: str) -> None:
    code = between.join(("999999", "1970-01-01", "001", "7"))
    assert "1970-01-01" not in mask(around.format(code))
