"""The commands about cases: decide them, explain a decision, draft its notice."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from creditrules.cli.given import (
    CaseFile,
    Day,
    Language,
    OutFile,
    PageFormat,
    PolicyOption,
    ProfileOption,
    day_in_force,
    day_of,
    is_markdown,
    profile_of,
    stdin,
    write,
    wrong,
)
from creditrules.cli.telling import BAD_DATA, file_name, json_line, telling, told_of
from creditrules.diagnostics import Lang, RecordError, mask
from creditrules.explanation.wording import say

if TYPE_CHECKING:
    from creditrules.decision import Decision
    from creditrules.policy.model import Policy
    from creditrules.records.case import BaseCase

commands = typer.Typer(rich_markup_mode=None)


@commands.command(
    short_help="判定案件 / decide cases",
    help="判定案件，说明理由、依据和缺少的事实 / decide cases, with reasons, legal basis and missing facts",
)
def decide(
    case: Annotated[
        list[str],
        typer.Argument(
            metavar="CASE",
            help="案件或卷宗（多件申请）文件（YAML、JSON，或每行一个的 .jsonl），`-` 为标准输入"
            " / files with a case, or a dossier of several applications, in YAML or JSON, .jsonl with one a line, `-` for stdin",
        ),
    ],
    *,
    policy: Annotated[
        str, typer.Option(metavar="NAME|PATH", help="随库政策的名称，或政策文件夹 / a shipped policy, or a folder")
    ],
    as_of: Annotated[
        str, typer.Option(metavar="DATE", help="判断日，如 2020-06-05 / the day for which to decide, as 2020-06-05")
    ],
    profile: Annotated[
        str | None, typer.Option(metavar="NAME", help="政策的方案，默认为其默认方案 / a profile of the policy")
    ] = None,
    output: Annotated[
        Literal["text", "json", "jsonl"],
        typer.Option(
            "--format",
            help="文本；json：每行一个判定结果；jsonl：每案一行，含出处和问题"
            " / text; json: a decision a line; jsonl: a line for each case with its place and problems",
        ),
    ] = "text",
    on_error: Annotated[
        Literal["skip", "fail"],
        typer.Option(help="遇到有误的案件：跳过并继续，或就此停止 / at a bad case: go on with the next, or stop"),
    ] = "skip",
    lang: Language = "zh",
) -> None:
    """Decide cases as of a day."""
    day = day_of(as_of, lang)
    if case.count("-") > 1:
        raise wrong(say("bad.stdin", lang), "CASE")
    with telling(lang):
        from creditrules.engines.python import load
        from creditrules.explanation.explaining import explain
        from creditrules.records.case import case_model
        from creditrules.records.streams import read_all

        loaded = load(policy)
        prepared = loaded.prepare(as_of=day_in_force(loaded, day, lang), profile=profile_of(loaded, profile, lang))
        decided = bad = 0
        told: set[str] = set()
        for name, read in read_all(case, case_model(loaded.vocabulary.schema), stdin=stdin()):
            place = f"{file_name(Path(name))}:{read.line}" if read.line else file_name(Path(name))
            place += f":{read.within}" if read.within else ""
            several = len(case) > 1 or read.line > 0 or read.within != ""
            heading = say("case", lang, file=place)
            error = read.error
            found: Decision | None = None
            if read.case is not None:
                try:
                    found = prepared.decide(read.case)
                except RecordError as refused:
                    error = refused
            if output == "jsonl":
                print(json_line(_outcome(place, read.case, found, error)))  # noqa: T201 - `echo` flushes each line
            if found is None:
                bad += 1
                if error is not None:
                    typer.echo((f"{heading}:\n" if several else "") + told_of(error, lang), err=True)
                if on_error == "fail":
                    break
                continue
            told = told if read.within else set()
            for warning in read.case.warnings if read.case is not None else ():
                # What is odd about a code that the cases of a dossier share is said once.
                text = mask(warning.render(lang))
                if text not in told:
                    typer.echo(text, err=True)
                told.add(text)
            if output == "json":
                print(json_line(found.to_dict()))  # noqa: T201
            elif output == "text":
                typer.echo(
                    (("\n" if decided + bad else "") + f"── {heading} ──\n" if several else "")
                    + str(explain(found, lang=lang))
                )
            decided += 1
        if decided + bad > 1:
            typer.echo(say("decide.counts", lang, decided=decided, bad=bad), err=True)
        if bad:
            raise typer.Exit(BAD_DATA)


def _outcome(place: str, case: BaseCase | None, decision: Decision | None, error: RecordError | None) -> dict[str, Any]:
    """A line for one case: where it stood, and its decision or what is wrong with it, so that no line goes missing."""
    problems = [*(error.diagnostics if error else ()), *(case.warnings if case is not None else ())]
    return {
        "case": place, "decision": decision.to_dict() if decision else None, "problems": [p.to_dict() for p in problems],
    }  # fmt: skip


@commands.command(
    "explain",
    short_help="向一类读者说明决定 / explain a decision to a reader",
    help="判定一个案件，向申请人、承办人员或者审计人员说明决定 / decide a case and explain it to the applicant, the officer or the auditor",
)
def explain_case(
    case: CaseFile,
    *,
    policy: PolicyOption,
    as_of: Day,
    profile: ProfileOption = None,
    level: Annotated[
        Literal["applicant", "officer", "auditor"],
        typer.Option(
            help="applicant：申请人依法可以知道的 what the applicant may see · officer：承办人员 for the officer"
            " · auditor：全部，含条件的位置和参数 everything, with places and parameters"
        ),
    ] = "officer",
    output: Annotated[
        Literal["text", "md", "html"],
        typer.Option("--format", help="文本、Markdown 或网页 / text, Markdown or a page of HTML"),
    ] = "text",
    lang: Language = "zh",
) -> None:
    """Explain the decision of one case."""
    with telling(lang):
        from creditrules.explanation.explaining import explain

        loaded, decision = _decided(case, policy=policy, as_of=as_of, profile=profile, lang=lang)
        told = explain(decision, lang=lang, level=level, policy=loaded)
        if output == "html":
            from creditrules.report.page import html_page

            title = told.sections[0].title
            typer.echo(html_page("explanation", lang=lang, title=title, explanations=[told]))
        else:
            typer.echo(told.markdown() if output == "md" else str(told), nl=output == "text")


@commands.command(
    "notice",
    short_help="拟制告知书 / draft a notice",
    help="判定一个案件并拟制告知书，供承办人员核对、补全 / decide a case and draft its notice, for the officer to check and complete",
)
def draft_notice(
    case: CaseFile,
    *,
    policy: PolicyOption,
    as_of: Day,
    out: OutFile,
    profile: ProfileOption = None,
    output: PageFormat = None,
    allow_unchecked: Annotated[
        bool,
        typer.Option(
            "--allow-unchecked",
            help="也引用内容尚未核对的条文，并注明 / cite also provisions whose text nobody has checked, and say so",
        ),
    ] = False,
    lang: Language = "zh",
) -> None:
    """Draft the notice of the decision of one case."""
    with telling(lang):
        from creditrules.report.notice import notice

        _, decision = _decided(case, policy=policy, as_of=as_of, profile=profile, lang=lang)
        made = notice(decision, lang=lang, allow_unchecked=allow_unchecked)
        write(out, made.markdown() if is_markdown(out, output) else made.html())


def _decided(case: str, *, policy: str, as_of: str, profile: str | None, lang: Lang) -> tuple[Policy, Decision]:
    """The policy, and the decision of the one case in a file; what is odd about the case is said beside."""
    from creditrules.engines.python import load
    from creditrules.records.case import case_model
    from creditrules.records.streams import read_all

    day = day_of(as_of, lang)
    loaded = load(policy)
    prepared = loaded.prepare(as_of=day_in_force(loaded, day, lang), profile=profile_of(loaded, profile, lang))
    found = list(islice(read_all([case], case_model(loaded.vocabulary.schema), stdin=stdin()), 2))
    if len(found) != 1:
        raise wrong(say("bad.one_case", lang), "CASE")
    _, read = found[0]
    if read.case is None:
        raise read.error or RecordError([])
    for warning in read.case.warnings:
        typer.echo(mask(warning.render(lang)), err=True)
    return loaded, prepared.decide(read.case)
