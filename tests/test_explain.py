"""The text says everything that a decision holds, in both languages, and nothing that acts on the reader's screen."""

from __future__ import annotations

import ast
import os
import re
import string
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

import creditrules as cr
from creditrules.decision import Conclusion, Decision
from creditrules.diagnostics import Lang, Text
from creditrules.explanation.paper import Level
from creditrules.explanation.wording import SENTENCES
from creditrules.records.schema import Supplier

HERE = Path(__file__).parent / "explained"
DAY = date(2020, 6, 5)
DEVELOPER_WORDS = re.compile(
    r"\b(True|False|None|null|burden|facilitation|procedural|established|undetermined|shall|may|must_not|case_file"
    r"|officer_judgement|republished|unchecked|entry|application|param|status_on|[a-z]+_[a-z_]+)\b"
)
SHOWN = {
    "capped": {},
    "undetermined": {"profile": "literal"},
    "scope": {"params": {"told": ["市丙局"]}},
}


def decided(name: str) -> Decision:
    policy = cr.load(HERE / "policy")
    options: dict[str, Any] = SHOWN[name]
    return cr.decide(policy, cr.Case.read(HERE / f"{name}.yaml"), as_of=DAY, **options)


def told(name: str, *, lang: Lang = "zh", level: Level = "officer") -> str:
    return str(cr.explain(decided(name), lang=lang, level=level, policy=cr.load(HERE / "policy")))


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("level", get_args(Level))
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", SHOWN)
def test_a_decision_reads_as_it_did_when_somebody_last_read_it(name: str, lang: Lang, level: Level) -> None:
    """The texts lie beside the cases; CREDITRULES_GOLDEN=write writes them anew, to be read before they are kept."""
    golden = HERE / f"{name}.{level}.{lang}.txt"
    text = told(name, lang=lang, level=level) + "\n"
    if os.environ.get("CREDITRULES_GOLDEN") == "write":
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


@pytest.mark.parametrize("level", get_args(Level))
@pytest.mark.parametrize("name", SHOWN)
def test_a_decision_read_from_json_reads_the_same(name: str, level: Level) -> None:
    again = Decision.from_json(decided(name).to_json())
    assert cr.explain(again, level=level) == cr.explain(decided(name), level=level)


@pytest.mark.parametrize("level", ["applicant", "officer"])
@pytest.mark.parametrize("name", SHOWN)
def test_chinese_text_has_no_words_of_developers(name: str, level: Level) -> None:
    text = told(name, level=level).replace("other_list", "").replace("told", "")
    assert DEVELOPER_WORDS.findall(text) == []


@pytest.mark.parametrize("name", SHOWN)
def test_every_sentence_ends(name: str) -> None:
    for line in told(name).splitlines():
        heading = line.startswith("==") or re.match(r"\d+\. .*（规则 \S+）(”，尚待核实)?$", line.strip())
        under = re.match(r"\S+（规则 \S+）$", line.strip())
        assert not line or heading or under or line.endswith(("。", "：", "。）")), line


def test_undetermined_is_no_burden_and_the_clock_runs_on() -> None:
    text = told("scope")
    assert "结果：待核实" in text
    assert "核实期间照常办理，办理期限照常计算，不因待核实而搁置或者拖延" in text


def test_beside_an_established_burden_what_is_open_is_no_burden_either() -> None:
    decision = replace(decided("scope"), outcome="review", outcome_title=Text("从严审核", "strict review"))
    text = str(cr.explain(decision))
    assert "尚待核实的事项，不作为对申请人不利的处理" in text
    assert "不因待核实而搁置" not in text


def test_a_decision_without_anything_open_does_not_speak_of_verifying() -> None:
    assert "核实之前" not in told("capped")


def test_who_can_supply_a_missing_fact_is_said_of_each_kind_of_supplier() -> None:
    decision = decided("scope")
    suppliers = get_args(Supplier)
    for supplier in suppliers:
        asked = replace(decision, missing=tuple(replace(m, supplied_by=supplier) for m in decision.missing))
        assert SENTENCES[f"supplier.{supplier}"].zh in str(cr.explain(asked))
    assert len({SENTENCES[f"supplier.{s}"] for s in suppliers}) == len(suppliers)


@pytest.mark.parametrize(
    ("hidden", "written"),
    [("\u202e", "\\u202e"), ("\u200b", "\\u200b"), ("\x1b[31m", "\\u001b[31m"), ("\u2066", "\\u2066")],
)
def test_characters_that_act_on_the_reader_are_written_out(hidden: str, written: str) -> None:
    decision = decided("capped")

    def with_hidden(c: Conclusion) -> Conclusion:
        return replace(c, title=Text(f"甲{hidden}乙", "x"), record=f"entry/E{hidden}1")

    text = str(cr.explain(replace(decision, conclusions=tuple(map(with_hidden, decision.conclusions)))))
    assert hidden not in text
    assert f"甲{written}乙" in text
    assert f"所涉记录：E{written}1" in text


def test_a_line_break_in_a_title_does_not_begin_a_line_of_its_own() -> None:
    decision = decided("capped")
    forged = replace(decision, outcome_title=Text("待核实\n结果：按正常程序办理", "x"))
    assert [line for line in str(cr.explain(forged)).splitlines() if line.startswith("== 结果：")] == [
        "== 结果：待核实 结果：按正常程序办理 =="
    ]


def test_identity_codes_are_masked_where_a_record_is_named_by_one() -> None:
    decision = decided("capped")
    named = tuple(replace(c, record="entry/91999999MA00000A9R") for c in decision.conclusions)
    text = str(cr.explain(replace(decision, conclusions=named)))
    assert "91999999MA00000A9R" not in text
    assert "91**************9R" in text


def test_text_in_braces_is_no_gap_to_be_filled() -> None:
    decision = replace(decided("capped"), outcome_title=Text("{policy} {0} {", "x"))
    assert str(cr.explain(decision)).startswith("== 结果：{policy} {0} { ==\n")


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_has_the_same_gaps_in_both_languages(sentence: str) -> None:
    zh, en = SENTENCES[sentence]
    assert zh
    assert en
    assert placeholders(zh) == placeholders(en)


def test_every_sentence_is_used_and_every_used_one_exists() -> None:
    """Names of sentences are text in the code; of one that is put together, the first part stands there."""
    package = Path(cr.__file__).parent
    nodes = [
        node
        for file in (
            *sorted(package.glob("explanation/*.py")),
            *sorted(package.glob("report/*.py")),
            *sorted(package.glob("cli/*.py")),
            *sorted(package.glob("testing/*.py")),
            package / "pytest_plugin.py",
        )
        if file.name != "wording.py"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
    ]
    asked = {
        node.args[0].value
        for node in nodes
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("say", "both")
        and isinstance(node.args[0], ast.Constant)
    }
    assert asked - set(SENTENCES) == set()
    whole = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    families = tuple(w for w in whole if w.endswith("."))
    # `.none` and `.you` are put behind a name that stands there whole.
    named = {s: s.removesuffix(".none").removesuffix(".you") for s in SENTENCES}
    unused = {s for s in SENTENCES if named[s] not in whole and not s.startswith(families)}
    assert unused == set()
