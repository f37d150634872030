"""The command that shows decisions of the shipped policy on made-up data."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import typer

from creditrules.cli.given import Language
from creditrules.cli.telling import telling
from creditrules.diagnostics import Text
from creditrules.explanation.wording import say

if TYPE_CHECKING:
    from creditrules.policy.model import Policy
    from creditrules.records.case import BaseCase

commands = typer.Typer(rich_markup_mode=None)


class _Shown(NamedTuple):
    """A decision of the demonstration: a shipped example, on a day, under a profile."""

    title: Text
    example: str
    as_of: date
    profile: str = "lawful"


_DEMO_POLICY = "dalian-construction"
_DAY = date(2020, 6, 5)
_DEMO = (
    _Shown(Text("A级纳税人，走绿色通道", "an A-level taxpayer: the green channel"), "02-red-listed.yaml", _DAY),
    _Shown(
        Text(
            "A级纳税人缺一份次要材料并承诺补正，容缺受理",
            "a secondary paper is missing and promised: tolerant acceptance",
        ),
        "03-tolerant-acceptance.yaml",
        _DAY,
    ),
    _Shown(
        Text(
            "税收黑名单企业申请施工许可：没有法律依据支持限制，从严审核",
            "a tax black list: no law covers a restriction, so a review",
        ),
        "04-black-listed.yaml",
        _DAY,
    ),
    _Shown(
        Text("同一案件，按报道字面", "the same case, by the report as printed"), "04-black-listed.yaml", _DAY, "literal"
    ),
    _Shown(
        Text("黑名单来源没有答复，待核实", "the black lists did not answer: undetermined"),
        "08-source-timed-out.yaml",
        _DAY,
    ),
    _Shown(
        Text("失信被执行人为自己新建住宅", "a judgment defaulter's new house for himself"),
        "05-defaulter-own-house.yaml",
        _DAY,
    ),
    _Shown(
        Text("失信被执行人建房而用途不明，至少从严审核", "the same, but of unknown purpose: a review at least"),
        "07-purpose-unknown.yaml",
        _DAY,
    ),
    _Shown(
        Text("黑名单记录于6月3日修复：修复之前", "an entry that was repaired on 3 June: before its repair"),
        "09-repaired-entry.yaml",
        date(2020, 6, 2),
    ),
    _Shown(Text("同一案件，修复之后", "the same case, after its repair"), "09-repaired-entry.yaml", _DAY),
)


@commands.command(
    short_help="演示 / made-up cases, decided",
    help="演示：用虚构数据判定若干案件，说明理由和依据 / decide made-up cases of the shipped policy, with reasons",
)
def demo(*, lang: Language = "zh") -> None:
    """Show decisions of the shipped policy on made-up data; needs no files."""
    with telling(lang):
        from creditrules.engines.python import load
        from creditrules.explanation.explaining import explain
        from creditrules.testing.judging import Judge

        policy = load(_DEMO_POLICY)
        decide_case = Judge(policy).decide
        typer.echo(say("demo", lang))
        for number, one in enumerate(_DEMO, 1):
            decision = decide_case(policy, _example(policy, one.example), as_of=one.as_of, profile=one.profile)
            title = say("demo.case", lang, number=number, title=one.title.in_(lang))
            typer.echo(f"\n{'─' * 20}\n{title}\n{'─' * 20}\n{explain(decision, lang=lang)}")


def _example(policy: Policy, name: str) -> BaseCase:
    from creditrules.documents import read_yaml
    from creditrules.records.case import case_model
    from creditrules.testing.cases import beside

    node = read_yaml(beside(policy, f"examples/{name}"))
    return case_model(policy.vocabulary.schema).from_node(node)
