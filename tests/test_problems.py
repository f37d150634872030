"""What is said of each diagnostic code is so: its example gives the code, and what to write instead does not."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from creditrules.cli import app
from creditrules.diagnostics import CreditRulesError, Lang
from creditrules.explanation.problems import (
    Problem,
    codes,
    near_codes,
    problem,
    problem_index,
    problem_page,
    problem_text,
)

ROOT = Path(__file__).parent.parent
PACKAGE = Path(sys.modules["creditrules"].__file__ or "").parent
PAGES = ROOT / "docs/problems"
POLICY = (ROOT / "tests/diagnostics/good/guarded-day/policy.yaml").read_text("utf-8")
CASE = """\
application: {id: 办件甲, matter: construction_permit, received_on: 2020-06-01}
subject: {uscc: 91999999MA00000A9R, kind: legal}
sources: all
"""
CASES = """\
cases:
  - name: 示例
    as_of: 2020-06-05
    given:
      application: {id: 办件甲, matter: construction_permit, received_on: 2020-06-01, accepted_on: 2020-06-01}
      subject: {uscc: 91999999MA00000A9R, kind: legal}
      entries:
        - {id: E-1, colour: black, category: tax_violation, status: active, effective_from: 2019-03-01, valid_to: open,
           subject: {uscc: 91999999MA00000A9R}, authority: {body: tax}, source: black_list, fetched_at: 2020-06-05}
      sources: all
"""
DAY = "2020-06-05"
MORE = "not_encoded: []\n"

RAISED = {c for p in PACKAGE.rglob("*.py") for c in re.findall(r'"(CR-[PR]\d{3})"', p.read_text("utf-8"))}
RAISED |= {f"CR-R1{code[-2:]}" for code in RAISED if "CR-P001" <= code <= "CR-P012"}
"""The codes that the package's source names; those of the text of a case file are made from those of policies."""

UNSHOWN = {
    "CR-P052": "needs a source.yaml beside the policy",
    "CR-P056": "needs cases and a coverage.yaml beside the policy",
    "CR-P007": "a file that is too large",
    "CR-P050": "a file that is not UTF-8",
    "CR-R002": "a file that is not UTF-8",
    "CR-R003": "a record that is too large",
    "CR-R024": "needs a vocabulary of one's own",
    "CR-R027": "needs two vocabularies",
    "CR-R057": "needs some thousands of records",
    "CR-R107": "a file that is too large",
}
"""The codes that no snippet can show; their tests stand elsewhere."""

ALL = [p for c in codes() if (p := problem(c)) is not None]
SHOWN = [p for p in ALL if p.example]


class Told(NamedTuple):
    """What a snippet gave: whether it went well, and the codes that were told."""

    fine: bool
    codes: frozenset[str]
    text: str


def laid_over(base: str, snippet: str, indent: str = "") -> str:
    """The text with each key of the snippet in place of the same key, or after the others."""

    def blocks(text: str) -> dict[str, str]:
        found = {}
        for block in re.split(r"(?m)^(?=\S)", text):
            if block:
                found[re.match(r"[^\s:：]+", block)[0]] = block if block.endswith("\n") else block + "\n"  # type: ignore[index]
        return found

    lines = [line.removeprefix(indent) for line in base.splitlines(keepends=True)]
    text = "".join((blocks("".join(lines)) | blocks(snippet)).values())
    return "".join(indent + line for line in text.splitlines(keepends=True))


def in_policy(found: Problem, snippet: str) -> str:
    if found.part == "file":
        return snippet + "\n"
    if found.part == "section":
        return laid_over(POLICY, snippet)
    head, rule = POLICY.split("  - id: B-1\n")
    return head + "  - id: B-1\n" + laid_over(rule, snippet, "    ")


def run(found: Problem, snippet: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.chdir(folder)
    if found.place == "python":
        try:
            exec(compile(snippet, found.code, "exec"), {})  # the snippets are our own
        except CreditRulesError as error:
            return Told(False, frozenset(re.findall(r"\[(CR-.\d{3})\]", str(error))), str(error))
        return Told(True, frozenset(), "")
    policy = Path("policy")
    policy.mkdir(exist_ok=True)
    (policy / "policy.yaml").write_text(in_policy(found, snippet) if found.place == "policy" else POLICY, "utf-8")
    (policy / "more.yaml").write_text(MORE, "utf-8")
    case = Path("case.json" if found.place == "json" else "case.yaml")
    text = CASE if found.place != "case" else snippet + "\n" if found.part == "file" else laid_over(CASE, snippet)
    case.write_text(snippet if found.place == "json" else text, "utf-8")
    if found.place == "command":
        arguments = shlex.split(snippet)[1:]
    elif found.place == "cases":
        text = CASES + "".join(f"    {line}\n" for line in snippet.splitlines())
        (policy / "cases.yaml").write_text(text, "utf-8")
        arguments = ["test", "./policy"]
    elif found.place == "policy":
        arguments = ["check", "./policy", *(["--as-of", str(found.as_of)] if found.as_of else [])]
    else:
        arguments = ["decide", str(case), "--policy", "./policy", "--as-of", DAY]
    done = CliRunner().invoke(app, arguments)
    return Told(done.exit_code == 0, frozenset(re.findall(r"\[(CR-.\d{3})\]", done.output)), done.output)


def test_the_codes_of_the_catalogue_are_those_of_the_library() -> None:
    assert set(codes()) == RAISED


@pytest.mark.parametrize("found", SHOWN, ids=lambda p: p.code)
def test_the_example_gives_the_code(found: Problem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run(found, found.example, tmp_path, monkeypatch)
    assert found.code in told.codes, told.text
    assert told.codes == {found.code}, told.text
    assert told.fine == (found.severity == "warning"), told.text


@pytest.mark.parametrize("found", SHOWN, ids=lambda p: p.code)
def test_what_to_write_instead_is_right(found: Problem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not give the code; a warning of another kind may be left."""
    told = run(found, found.instead, tmp_path, monkeypatch)
    assert found.code not in told.codes, told.text
    assert told.fine, told.text


def test_only_what_no_snippet_can_show_has_no_example() -> None:
    assert {p.code for p in ALL if p.unshown} == set(UNSHOWN)
    assert all(bool(p.example) == bool(p.instead) != bool(p.unshown) for p in ALL)


def test_an_example_differs_from_what_to_write_instead() -> None:
    assert [p.code for p in SHOWN if p.example == p.instead] == []


@pytest.mark.parametrize("found", ALL, ids=lambda p: p.code)
def test_the_texts_are_sentences_in_both_languages(found: Problem) -> None:
    for text in (found.finds, found.why, found.remedy, found.unshown):
        if text is not None:
            assert text.zh.endswith("。")
            assert text.en.endswith(".")
            assert re.search(r"[\u4e00-\u9fff]", text.zh)
            assert not re.search(r"[\u4e00-\u9fff，。；：！？]", re.sub(r"`[^`]*`|“[^”]*”", "", text.en))
    assert not found.title.zh.endswith("。")
    assert not found.title.en.endswith(".")
    assert not re.search(r"[\u4e00-\u9fff]", found.title.en)
    for text in (found.title, found.finds, found.why):
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
        assert re.search(r"[a-z]", text.en)


@pytest.mark.parametrize("found", [p for p in ALL if p.severity == "warning"], ids=lambda p: p.code)
def test_a_warning_says_that_the_case_is_decided_all_the_same(found: Problem) -> None:
    assert "案件照常判定" in found.why.zh
    assert "decided all the same" in found.why.en


@pytest.mark.parametrize("found", ALL, ids=lambda p: p.code)
def test_codes_in_examples_are_made_up(found: Problem) -> None:
    """Every long code is of the region 999999, or is the example of a code that has no such region."""
    for snippet in (found.example, found.instead):
        for code in re.findall(r"\b[0-9A-Z]{15,}\b", snippet):
            assert "999999" in code[:8] or found.code == "CR-R051"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("found", ALL, ids=lambda p: p.code)
def test_the_text_of_a_code_shows_all_of_it(found: Problem, lang: Lang) -> None:
    text = problem_text(found, lang=lang)
    assert text.startswith(f"{found.code} {found.title.in_(lang)}")
    for part in (found.finds, found.why, found.remedy, found.unshown):
        assert part is None or part.in_(lang) in text
    assert text.count("\n    ") >= (2 if found.example else 0)
    assert text == "".join(c for c in text if c == "\n" or c.isprintable())


@pytest.mark.parametrize("spelled", ["CR-P001", "cr-p001", "P001", "p001", " P001 ", "ＣＲ－Ｐ００１"])
def test_a_code_is_found_however_it_is_typed(spelled: str) -> None:
    found = problem(spelled)
    assert found is not None
    assert found.code == "CR-P001"


@pytest.mark.parametrize("unknown", ["", "CR-", "P", "CR-P000", "CR-X001", "P0012", "名单", "P001 P002"])
def test_an_unknown_code_is_none(unknown: str) -> None:
    assert problem(unknown) is None


def test_near_codes_are_those_beside_it() -> None:
    assert near_codes("p027")[:2] == ("CR-P026", "CR-P028")
    assert near_codes("CR-P0001")[0] == "CR-P001"
    assert set(near_codes("CR-X001")) >= {"CR-P001", "CR-R001"}
    assert near_codes("名单") == ()


def test_a_problem_of_a_case_file_says_what_the_same_problem_of_a_policy_says() -> None:
    for number in range(1, 13):
        policy, case = problem(f"CR-P0{number:02}"), problem(f"CR-R1{number:02}")
        assert policy is not None
        assert case is not None
        assert case.place == "case"
        assert case.title == policy.title or number == 7


# The command


def test_the_command_has_help() -> None:
    done = CliRunner().invoke(app, ["explain-error", "--help"])
    assert done.exit_code == 0
    assert "CODE" in done.stdout


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_prints_the_text(lang: Lang) -> None:
    done = CliRunner().invoke(app, ["explain-error", "p001", "--lang", lang])
    found = problem("CR-P001")
    assert found is not None
    assert (done.exit_code, done.stdout) == (0, problem_text(found, lang=lang) + "\n")


@pytest.mark.parametrize(
    ("code", "lang", "said"),
    [
        ("CR-P027", "zh", "没有代码 `CR-P027`；相近的有：CR-P026"),
        ("CR-P027", "en", "there is no code `CR-P027`; near it are CR-P026"),
        ("名单", "en", "codes are written like CR-P001"),
    ],
)
def test_an_unknown_code_is_a_mistake_of_usage_that_names_near_ones(code: str, lang: Lang, said: str) -> None:
    done = CliRunner().invoke(app, ["explain-error", code, "--lang", lang], env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


# The pages


def pages() -> dict[str, str]:
    return {"README.md": problem_index()} | {f"{p.code}.md": problem_page(p) for p in ALL}


@pytest.mark.parametrize("name", pages())
def test_the_page_is_what_the_catalogue_says(name: str) -> None:
    """CREDITRULES_GOLDEN=write writes the pages anew."""
    file, text = PAGES / name, pages()[name]
    if os.environ.get("CREDITRULES_GOLDEN") == "write":
        PAGES.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    assert file.is_file(), "write it with CREDITRULES_GOLDEN=write"
    assert text == file.read_text("utf-8")


def test_there_are_no_other_pages() -> None:
    assert {p.name for p in PAGES.iterdir()} == set(pages())
