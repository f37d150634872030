"""One policy with more than thirty mistakes of different kinds: one run lists all of them at their places, in both languages.

The table below was written from the files of `thirty/`, not from what the library says. Mistakes that keep a file from being
read at all, or keep an included file from being found, have no place in it: where a file is lost, the names that it may
define cannot be held against the others, so only shapes are checked (`diagnostics/bad/several-files-of-one-stage`).
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from creditrules import PolicyError, load
from creditrules.cli import app
from creditrules.diagnostics import MOST_PROBLEMS, Diagnostic

HERE = Path(__file__).resolve().parent / "thirty"

# What is wrong, the code, the file, and a piece of one line in which `^` stands before the place that is pointed at.
MISTAKES = [
    ("a field that does not exist", "CR-P013", "policy.yaml", "^jurisdiction: 大连"),
    ("a parameter of a profile that does not exist", "CR-P034", "policy.yaml", "set: {^pledge_day: 5}"),
    ("a truth value in Chinese", "CR-P031", "policy.yaml", "cap_by_basis: ^否"),
    ("a default profile that does not exist", "CR-P034", "policy.yaml", "default_profile: ^lawfull"),
    ("a level of law that does not exist", "CR-P032", "law.yaml", "level: ^laws"),
    ("a number without quotes that other tools read otherwise", "CR-P017", "law.yaml", "number: ^2020E5"),
    ("one provision under two spellings", "CR-P023", "law.yaml", '^"5": {says'),
    ("what is carried, without matters", "CR-P030", "law.yaml", "carries: [^{measures: [restrict]}]"),
    ("a day that the calendar lacks", "CR-P018", "choices.yaml", "changes: [{from: ^2026-02-29"),
    ("changes that are out of order", "CR-P019", "choices.yaml", "en: backwards}, choice: ours, ^changes:"),
    ("a table without its default", "CR-P031", "choices.yaml", "without_default: ^{"),
    ("a parameter without a value", "CR-P030", "choices.yaml", "without_value: ^{"),
    ("values of two types", "CR-P016", "choices.yaml", "of_two_types: ^{"),
    ("a value for a matter that does not exist", "CR-P034", "choices.yaml", "of_no_matter: ^{"),
    ("a parameter without basis", "CR-P020", "choices.yaml", "without_basis: ^{"),
    ("a source of nothing", "CR-P031", "choices.yaml", "of_nothing: ^{"),
    ("a definition that uses itself", "CR-P041", "choices.yaml", "^round:"),
    ("an exception for a group that does not exist", "CR-P034", "choices.yaml", "for: [^blacks]"),
    ("one sign for equality", "CR-P015", "rules.yaml", "entry.colour ^= "),
    ("a field of a record that does not exist", "CR-P014", "rules.yaml", "^entry.colur"),
    ("a rule that reads who somebody is", "CR-P014", "rules.yaml", "^entry.subject.uscc"),
    ("a parameter that does not exist", "CR-P014", "rules.yaml", "entry.colour in ^param.colours"),
    ("text compared with a number", "CR-P016", "rules.yaml", "^entry.colour == 3"),
    ("a word that does not exist", "CR-P034", "rules.yaml", 'entry.colour == ^"blck"'),
    ("a number that is too large", "CR-P026", "rules.yaml", "<= ^99999999999999999"),
    ("a negative period", "CR-P026", "rules.yaml", "days(^-3)"),
    ("a period without its unit", "CR-P042", "rules.yaml", "entry.document_date + ^30"),
    ("too many parentheses", "CR-P028", "rules.yaml", "is: '" + "(" * 32 + "^("),
    ("`has` in a burden", "CR-P035", "rules.yaml", "^has(entry.grade)"),
    ("a status on a day that may lie ahead", "CR-P036", "rules.yaml", "status_on(entry, ^application.accepted_on)"),
    ("a period without its last day", "CR-P037", "rules.yaml", "^as_of < entry.document_date + months(6)"),
    ("a parameter that has no value yet", "CR-P040", "rules.yaml", "^id: unset"),
    ("a measure that does not exist", "CR-P034", "rules.yaml", "measure: ^restrikt"),
    ("a bar without its end", "CR-P030", "rules.yaml", "^id: until"),
    ("a law that does not exist", "CR-P021", "rules.yaml", "basis: [^许可发 38]"),
    ("an article that does not exist", "CR-P021", "rules.yaml", "basis: [^许可法 39]"),
    ("records of which it is not said whose they are", "CR-P043", "rules.yaml", "id: persons_missing … each: ^entry"),
    ("a burden for a record of the same name", "CR-P039", "rules.yaml", "^persons: [self, same_name]"),
    ("a rule without its mode", "CR-P030", "rules.yaml", "^id: mode_missing"),
    ("an id in Chinese", "CR-P031", "rules.yaml", "id: ^规则"),
    ("a last day before the first", "CR-P019", "rules.yaml", "^in_force: {from: 2022-01-01, to: 2021-01-01}"),
    ("an exception that is heavier than its rule", "CR-P038", "rules.yaml", "^id: noticed"),
    ("a rule that is there twice", "CR-P023", "rules.yaml", "id: twice … ^id: twice"),
    ("a condition without a label", "CR-P030", "rules.yaml", "when: {listed: ^entry.prior_notice}"),
    ("a rule without conditions", "CR-P030", "rules.yaml", "^when: {}"),
]


def place(file: str, fragment: str) -> tuple[int, int]:
    """Line and column of what stands behind `^`; behind `…` the search goes on, without it the fragment occurs once."""
    text = (HERE / file).read_text("utf-8")
    first, _, last = fragment.rpartition(" … ")
    start = text.index(first) + len(first)
    plain = last.replace("^", "")
    assert first or text.count(plain) == 1, f"`{plain}` occurs {text.count(plain)} times"
    offset = text.index(plain, start) + last.index("^")
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


@pytest.fixture(scope="module")
def found() -> tuple[Diagnostic, ...]:
    with pytest.raises(PolicyError) as error:
        load(HERE)
    return error.value.diagnostics


def test_there_are_thirty_kinds() -> None:
    assert len(MISTAKES) >= 30
    assert len({what for what, *_ in MISTAKES}) == len({m[1:] for m in MISTAKES}) == len(MISTAKES)
    assert len({code for _, code, *_ in MISTAKES}) >= 25
    assert len(MISTAKES) <= MOST_PROBLEMS  # or the command would not print all


def test_one_run_finds_all_of_them_and_nothing_else(found: tuple[Diagnostic, ...]) -> None:
    expected = Counter((code, file, *place(file, fragment)) for _, code, file, fragment in MISTAKES)
    actual = Counter((d.code, d.span.source.name, d.span.line, d.span.column) for d in found if d.span)
    assert expected - actual == Counter()
    assert actual - expected == Counter()
    assert len(found) == len(MISTAKES)


def test_they_stand_in_the_order_of_files_and_positions(found: tuple[Diagnostic, ...]) -> None:
    places = [(d.span.source.name, d.span.start) for d in found if d.span]
    assert places == sorted(places)


@pytest.mark.parametrize(("lang", "word", "helps"), [("zh", "错误", "  = 改法: "), ("en", "error", "  = help: ")])
def test_each_is_told_in_both_languages_with_help(
    found: tuple[Diagnostic, ...], lang: str, word: str, helps: str
) -> None:
    for one in found:
        lines = one.render(lang).splitlines()  # type: ignore[arg-type]
        head = re.fullmatch(rf"{re.escape(str(one.span))}: {word}\[{one.code}\]: (.+)", lines[0])
        assert head is not None
        assert bool(re.search(r"[一-鿿]", re.sub(r"`[^`]*`", "", head[1]))) == (lang == "zh"), head[1]
        assert sum(line.startswith(helps) and len(line) > len(helps) for line in lines) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_prints_all_of_them(lang: str) -> None:
    done = CliRunner().invoke(app, ["check", str(HERE), "--lang", lang])
    assert done.exit_code == 4
    printed = re.findall(r"^(\S+\.yaml):(\d+):(\d+): \S+\[(CR-P\d{3})\]", done.output, re.MULTILINE)
    expected = sorted((file, *place(file, fragment), code) for _, code, file, fragment in MISTAKES)
    assert sorted((f, int(n), int(c), code) for f, n, c, code in printed) == expected
    assert str(len(MISTAKES)) in done.output.splitlines()[-1]
