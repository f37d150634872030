"""The text of a difference says everything that it names, in both languages, in whole sentences and without codes."""

from __future__ import annotations

import itertools
import os
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import creditrules as cr
from creditrules.decision import Conclusion, Decision, Fallen, Ignored
from creditrules.diagnostics import Lang, Text
from creditrules.difference import Difference
from creditrules.explanation.changes import plain_difference
from tests.support.leaks import codes_in
from tests.support.shipped import shipped, shipped_cases, shipped_on
from tests.test_explain import DEVELOPER_WORDS

HERE = Path(__file__).parent / "explained"
DALIAN = Path(__file__).parent.parent / "policies/dalian-construction/examples"
CODE = "91999999" + "MA00000A9R"


def decided(name: str = "capped", **options: Any) -> Decision:
    given: dict[str, Any] = {"as_of": date(2020, 6, 5), **options}
    return cr.decide(cr.load(HERE / "policy"), cr.Case.read(HERE / f"{name}.yaml"), **given)


def dalian(example: str, **options: Any) -> Decision:
    given: dict[str, Any] = {"as_of": date(2020, 6, 5), **options}
    return cr.decide(shipped(), cr.Case.read(DALIAN / example), **given)


def permit(as_of: date) -> Decision:
    case = cr.Dossier.read(DALIAN.parents[2] / "docs/examples/dossier.yaml").cases()[0]
    return cr.decide(shipped(), case, as_of=as_of)


@cache
def differences() -> dict[str, Difference]:
    return {
        "profiles": decided().diff(decided(profile="literal")),
        "repaired": dalian("09-repaired-entry.yaml", as_of=date(2020, 6, 2)).diff(dalian("09-repaired-entry.yaml")),
        "answered": dalian("08-source-timed-out.yaml").diff(dalian("04-black-listed.yaml")),
        "later": permit(date(2020, 6, 5)).diff(permit(date(2026, 1, 5))),
        "scope": decided("scope", params={"told": ["市丙局"]}).diff(decided("undetermined")),
    }


NAMES = tuple(differences())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_difference_reads_as_it_did_when_somebody_last_read_it(name: str, lang: Lang) -> None:
    """The texts lie beside the cases; CREDITRULES_GOLDEN=write writes them anew, to be read before they are kept."""
    golden = HERE / f"changes.{name}.{lang}.txt"
    text = plain_difference(differences()[name], lang=lang) + "\n"
    if os.environ.get("CREDITRULES_GOLDEN") == "write":
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


def test_every_line_is_whole_sentences_without_words_of_developers() -> None:
    decisions = [shipped_on(one.as_of, one.profile).decide(one.case) for one in shipped_cases()[::40]]
    pairs = [a.diff(b) for a, b in itertools.pairwise(decisions)]
    for found in (*differences().values(), *pairs, *(d.diff(d) for d in decisions[:1])):
        for line in plain_difference(found).splitlines():
            assert line.endswith(("。", "。）")), line
            assert DEVELOPER_WORDS.findall(re.sub("`[^`]*`|told", "", line)) == []
        for line in plain_difference(found, lang="en").splitlines():
            assert line.endswith((".", ".)")), line


def test_two_equal_decisions_are_said_to_be_so() -> None:
    found = decided().diff(decided())
    assert plain_difference(found) == "除版本、判断日和摘要外，两个决定相同。"
    later = decided().diff(replace(decided(), as_of=date(2020, 6, 6)))
    assert plain_difference(later, lang="en").splitlines() == [
        "The day was 2020-06-05 and is 2020-06-06.",
        "The two decisions are the same but for versions, days and digests.",
    ]


def test_what_no_part_names_is_hinted_at() -> None:
    decision = decided()
    worded = replace(decision, conclusions=tuple(replace(c, title=Text("另", "other")) for c in decision.conclusions))
    assert plain_difference(decision.diff(worded)) == "结果没有变化。\n此外，措辞、所读的事实或者次序有不同。"


def test_what_fell_and_what_is_ignored_is_told_both_ways() -> None:
    decision = decided()
    other = replace(
        decision, fell=(Fallen("rule", "R-9", ("法 1",)),), ignored=(Ignored("entry/E-9", "authority", ""),)
    )
    assert "现在因依据不在施行期间而没有适用：规则 R-9（依据：法 1）。" in plain_difference(decision.diff(other))
    assert "不再因依据不在施行期间而没有适用：规则 R-9" in plain_difference(other.diff(decision))
    assert "现在没有计入：记录 E-9：" in plain_difference(decision.diff(other))
    assert "不再列在没有计入的记录中：记录 E-9：" in plain_difference(other.diff(decision))


def test_a_word_of_the_law_that_changes_is_said() -> None:
    decision = decided()
    softer = replace(decision, conclusions=tuple(replace(c, mode="may") for c in decision.conclusions))
    text = plain_difference(decision.diff(softer))
    assert "编为“应当”" in text
    assert "编为“可以”" in text


@pytest.mark.parametrize("hidden", ["\u202e", "\x1b[31m", "\u200b"])
def test_codes_are_masked_and_no_character_acts_on_the_reader(hidden: str) -> None:
    decision = decided()

    def named(c: Conclusion) -> Conclusion:
        return replace(c, record=f"entry/{CODE}", title=Text(f"甲{hidden}乙", f"x{hidden}y"), rule=f"R{CODE}")

    other = replace(
        decision, conclusions=tuple(map(named, decision.conclusions)), outcome=CODE, outcome_title=Text(f"{hidden}{CODE}", CODE),
        measures=(CODE,), policy=replace(decision.policy, name=CODE, title=Text(CODE, CODE), version=CODE, profile_title=Text(CODE, CODE), profile="x"),
        ignored=(Ignored(f"entry/{CODE}", "authority", CODE),), fell=(Fallen("rule", CODE, (CODE,)),),
    )  # fmt: skip
    for found in (decision.diff(other), other.diff(decision)):
        for lang in ("zh", "en"):
            text = plain_difference(found, lang=lang)
            assert list(codes_in(text)) == []
            assert hidden not in text


def test_it_is_the_same_of_decisions_that_were_read_from_json() -> None:
    a, b = decided(), decided(profile="literal")
    read = Decision.from_json(a.to_json()).diff(Decision.from_json(b.to_json()))
    assert plain_difference(read) == plain_difference(a.diff(b))
