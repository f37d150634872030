"""The documentation says what is so: its examples run, and its picture of the tree is the tree."""

from __future__ import annotations

import ast
import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCTESTED = sorted(p.relative_to(ROOT) for p in (ROOT / "docs").rglob("*.md") if ">>>" in p.read_text("utf-8"))


@pytest.mark.parametrize("page", DOCTESTED, ids=str)
def test_examples_of_a_page_give_what_the_page_says(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(
        str(ROOT / page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE, encoding="utf-8"
    )
    assert result.attempted > 0
    assert result.failed == 0


MEANING = ("docs/meaning.md", "docs/meaning.zh.md")


def numbered_sections(page: str) -> dict[str, str]:
    """The numbered sections of a page by their numbers."""
    return dict(re.findall(r"(?ms)^## (\d+)\. (.*?)(?=^## |\Z)", (ROOT / page).read_text("utf-8")))


@pytest.mark.parametrize("page", MEANING)
def test_the_page_of_the_meaning_has_an_example_for_each_sentence(page: str) -> None:
    sections = numbered_sections(page)
    assert list(sections) == [str(n) for n in range(1, 11)]
    assert all(">>>" in s for s in sections.values())


def test_both_languages_of_the_meaning_show_the_same_examples_in_the_same_sections() -> None:
    """Titles are printed, and comments written, in the language of the page; nothing else of the code differs."""

    def code(section: str) -> list[str]:
        examples = doctest.DocTestParser().get_examples(section)
        return [re.sub(r" +#.*", "", e.source).replace(".zh", ".en") for e in examples]

    texts = [(ROOT / page).read_text("utf-8") for page in MEANING]
    assert [len(re.findall(r"(?m)^#+ ", t)) for t in texts] == [12, 12]
    assert code(texts[0]) == code(texts[1])
    english, chinese = map(numbered_sections, MEANING)
    for number, section in english.items():
        assert code(section) == code(chinese[number]), number
    assert "(meaning.zh.md)" in texts[0]
    assert "(meaning.md)" in texts[1]


def test_every_module_is_drawn_with_the_sentence_it_begins_with() -> None:
    """The page lists `path  sentence` for each file of the package; nothing is missing and nothing is gone."""
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    drawn = dict(re.findall(r"(?m)^\| `(creditrules/[\w/]+\.py)` \| (.+?) \|$", page))
    actual = {}
    for path in sorted((ROOT / "creditrules").rglob("*.py")):
        sentence = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n\n")[0].replace("\n", " ")
        actual[str(path.relative_to(ROOT))] = sentence
    assert drawn == actual


@pytest.mark.parametrize(
    "module",
    sorted(p.relative_to(ROOT) for p in (ROOT / "creditrules").rglob("*.py") if ">>>" in p.read_text("utf-8")),
    ids=str,
)
def test_examples_in_docstrings_give_what_they_say(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import import_module

    monkeypatch.chdir(ROOT)
    name = ".".join(module.with_suffix("").parts).removesuffix(".__init__")
    result = doctest.testmod(import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
