"""A notice says what the applicant may see and must be told, and is made of nothing that may not be served."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.testing import CliRunner

import creditrules as cr
from creditrules.cli import app
from creditrules.decision import Decision
from creditrules.diagnostics import Lang
from creditrules.records.case import Case
from tests.support import depth, session_seed
from tests.support.shipped import prepared_for, shipped, shipped_cases

EXAMPLES = Path("policies/dalian-construction/examples")
DAY = date(2020, 6, 5)
ON = ["--policy", "dalian-construction", "--as-of", "2020-06-05"]
OWN_HOUSE, NO_ENTRY, UNKNOWN = "05-defaulter-own-house.yaml", "01-no-entry.yaml", "08-source-timed-out.yaml"


def decided(example: str, **more: Any) -> Decision:
    return cr.decide(shipped(), Case.read(EXAMPLES / example), as_of=DAY, **more)


@pytest.mark.parametrize("more", [{"profile": "literal"}, {"params": {"operating_exception": False}}])
def test_no_notice_is_made_of_a_hypothetical_decision(more: dict[str, Any]) -> None:
    with pytest.raises(cr.RecordError) as error:
        cr.notice(decided(OWN_HOUSE, **more), allow_unchecked=True)
    assert [d.code for d in error.value.diagnostics] == ["CR-R061"]


def test_no_notice_cites_what_nobody_has_checked_unless_that_is_allowed() -> None:
    with pytest.raises(cr.RecordError) as error:
        cr.notice(decided(OWN_HOUSE))
    assert {d.code for d in error.value.diagnostics} == {"CR-R062"}
    named = [re.search(r"`(.*)`", d.message.zh) for d in error.value.diagnostics]
    assert [m[1] for m in named if m] == ["32号 施工许可", "诉讼法 起诉期限", "辽宁公共信用条例 全文"]
    text = cr.notice(decided(OWN_HOUSE), allow_unchecked=True).markdown()
    assert text.count("（内容尚未核对。）") == 3


def test_what_is_not_in_force_is_not_cited_and_needs_no_check() -> None:
    decision = decided(OWN_HOUSE)
    assert "大连市社会信用条例" in str(cr.explain(decision))
    assert "大连市社会信用条例" not in cr.notice(decision, allow_unchecked=True).markdown()


def test_a_decision_that_rests_on_checked_provisions_alone_needs_no_permission() -> None:
    assert "拟作出的处理：按正常程序办理。" in cr.notice(decided(NO_ENTRY)).markdown()


def test_a_notice_says_facts_reasons_provisions_effect_remedies_repair_and_clock() -> None:
    text = cr.notice(decided(OWN_HOUSE), allow_unchecked=True).markdown().replace("\\", "")
    for told in (
        "# 拟采取信用奖惩措施事先告知书",
        "自然人甲（代码 99**************17）：",
        "关于建筑工程施工许可，根据截至 2020-06-05 的情况，现将有关事项告知如下：",
        "拟作出的处理：建议限制办理。",
        "尚未作出行政决定；在作出决定之前，您有权陈述、申辩，期限和方式见文末。",
        "认定文书：认定书2019-1",
        "（内容据转载文本核对，未核对官方文本。）",
        "您可以自知道该决定之日起60日内申请行政复议，或者自知道或者应当知道该决定之日起6个月内提起行政诉讼。",
        "要申请信用修复、在履行义务后申请移出的，可以通过：执行法院。",
        "届满日是 2020-06-10。",
        "| 文号 | |",
        "| 告知机关（盖章） | |",
        "此前不代表任何机关的意见。",
    ):
        assert told in text, told
    # What is the office's own is not in it.
    for internal in ("反馈", "规则 ", "有不同意见", "裁量"):
        assert internal not in text, internal


def test_what_is_open_is_no_burden_in_a_notice_either() -> None:
    text = cr.notice(decided(UNKNOWN), allow_unchecked=True).markdown()
    assert "有关事实尚待核实，目前没有拟作出的处理。" in text
    assert "办理期限照常计算" in text


@pytest.mark.timeout(depth(120, 900))
@pytest.mark.parametrize("lang", get_args(Lang))
def test_every_decision_of_the_policys_cases_that_may_have_a_notice_has_one(lang: Lang) -> None:
    cases = [c for c in shipped_cases() if c.profile == "lawful" and not c.params]
    for case in random.Random(f"{session_seed()} notice").sample(cases, depth(40, len(cases))):
        decision = prepared_for(case).decide(case.case)
        made = cr.notice(decision, lang=lang, allow_unchecked=True)
        assert made == cr.notice(Decision.from_json(decision.to_json()), lang=lang, allow_unchecked=True)
        assert "None" not in made.html() + made.markdown()


# The command line


def test_the_command_writes_what_the_name_of_the_file_says(tmp_path: Path) -> None:
    html, md = tmp_path / "n.html", tmp_path / "n.md"
    for out in (html, md):
        done = CliRunner().invoke(app, ["notice", str(EXAMPLES / NO_ENTRY), *ON, "--out", str(out)])
        assert (done.exit_code, done.output) == (0, "")
    assert html.read_text("utf-8") == cr.notice(decided(NO_ENTRY)).html()
    assert md.read_text("utf-8") == cr.notice(decided(NO_ENTRY)).markdown()
    done = CliRunner().invoke(
        app, ["notice", str(EXAMPLES / NO_ENTRY), *ON, "--out", "-", "--format", "md", "--lang", "en"]
    )
    assert done.stdout == cr.notice(decided(NO_ENTRY), lang="en").markdown()


def test_the_command_says_why_there_is_no_notice(tmp_path: Path) -> None:
    out = tmp_path / "n.html"
    for more, code in ((["--profile", "literal"], "CR-R061"), ([], "CR-R062")):
        done = CliRunner().invoke(app, ["notice", str(EXAMPLES / OWN_HOUSE), *ON, "--out", str(out), *more])
        assert (done.exit_code, done.stdout) == (3, "")
        assert code in done.stderr
        assert not out.exists()
    done = CliRunner().invoke(app, ["notice", str(EXAMPLES / OWN_HOUSE), *ON, "--out", str(out), "--allow-unchecked"])
    assert done.exit_code == 0
    assert out.exists()


def test_a_notice_is_of_one_case(tmp_path: Path) -> None:
    case = Case.read(EXAMPLES / NO_ENTRY).model_dump_json(exclude_none=True, by_alias=True)
    two = tmp_path / "two.jsonl"
    two.write_text(f"{case}\n{case}\n", "utf-8")
    for command in (["notice", "--out", "-"], ["explain"]):
        done = CliRunner().invoke(app, [command[0], str(two), *ON, *command[1:]])
        assert done.exit_code == 2
        assert "这里只要一个案件" in done.stderr


@pytest.mark.parametrize("level", ["applicant", "officer", "auditor"])
def test_the_command_explains_to_each_reader_in_each_format(level: Any) -> None:
    told = cr.explain(decided(OWN_HOUSE), level=level)
    for output, expected in (("text", f"{told}\n"), ("md", told.markdown())):
        done = CliRunner().invoke(
            app, ["explain", str(EXAMPLES / OWN_HOUSE), *ON, "--level", level, "--format", output]
        )
        assert (done.exit_code, done.stdout) == (0, expected)
    done = CliRunner().invoke(app, ["explain", str(EXAMPLES / OWN_HOUSE), *ON, "--level", level, "--format", "html"])
    assert done.exit_code == 0
    assert done.stdout.startswith("<!DOCTYPE html>")
    assert told.html() in done.stdout


def test_the_command_reads_the_case_from_standard_input_and_says_what_is_wrong_with_it() -> None:
    given = (EXAMPLES / NO_ENTRY).read_bytes()
    done = CliRunner().invoke(app, ["explain", "-", *ON], input=given)
    assert done.exit_code == 0
    assert "== 结果：按正常程序办理 ==" in done.stdout
    done = CliRunner().invoke(app, ["explain", "-", *ON], input=b"subject: {}\n")
    assert (done.exit_code, done.stdout) == (3, "")
