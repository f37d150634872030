"""The command line: results on stdout, talk on stderr, and an exit code that says what went wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal, NamedTuple, NoReturn

import typer

from creditrules.diagnostics import (
    CreditRulesError,
    Lang,
    PolicyError,
    RecordError,
    Text,
    mask,
    printable,
    shown,
)
from creditrules.explanation.wording import both, say

if TYPE_CHECKING:
    from creditrules.decision import Decision
    from creditrules.policy.model import Policy
    from creditrules.records.case import BaseCase
    from creditrules.testing.accounting import Account
    from creditrules.testing.cases import PolicyCase

# What the commands need is imported when they run, so that `--help` does not wait for it.

FAILED, USAGE, BAD_DATA, BAD_POLICY, INTERNAL, INTERRUPTED = 1, 2, 3, 4, 5, 130

app = typer.Typer(
    help="按信用红黑名单政策判定案件，说明理由并引用依据 / decide cases by red-list and black-list policies, with reasons that cite the law",
    epilog="退出码 / exit codes: 0 正常 ok · 1 未通过 failed · 2 用法 usage · 3 数据 bad data · 4 政策 bad policy · 5 内部错误 internal",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Language = Annotated[Lang, typer.Option("--lang", help="输出的语言 / the language of the output")]
OutFile = Annotated[
    str,
    typer.Option("--out", metavar="FILE", help="写入的文件，`-` 为标准输出 / the file to be written, `-` for stdout"),
]
PageFormat = Annotated[
    Literal["html", "md"] | None,
    typer.Option(
        "--format", help="网页或 Markdown，默认看文件名 / HTML or Markdown; by the name of the file unless said"
    ),
]
PolicyName = Annotated[
    str, typer.Argument(metavar="POLICY", help="随库政策的名称，或政策文件夹（写成 ./文件夹） / a shipped policy, or a folder")
]  # fmt: skip


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


def main() -> None:
    """Run the command line, whatever the console's encoding is, and end with an exit code."""
    if sys.stdout is None:  # a decision that nobody can read is none
        if sys.stderr is not None:
            sys.stderr.write("\n".join(both("no_output", why="stdout")) + "\n")
        sys.exit(FAILED)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `creditrules demo | head` ends quietly
    try:
        app(prog_name="creditrules")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except OSError as error:
        if os.environ.get("CREDITRULES_TRACEBACK") == "1":
            raise
        typer.echo("\n".join(both("no_output", why=(error.strerror or type(error).__name__).lower())), err=True)
        _give_up_on_stdout()
    except Exception as error:  # a traceback serves nobody but developers
        if os.environ.get("CREDITRULES_TRACEBACK") == "1":
            raise
        kind = type(error).__name__  # not its message, which may quote a record
        typer.echo("\n".join(both("internal", kind=kind)), err=True)
        sys.exit(INTERNAL)


def _give_up_on_stdout() -> NoReturn:
    """End at once: what is left in the buffer could not be written either, and Python would complain once more."""
    sys.stderr.flush()
    os._exit(FAILED)


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it
    if asked:
        from creditrules.installation import installation

        found = installation()
        typer.echo(f"creditrules {found.version}")
        typer.echo(f"policy language {found.language}")
        for policy in found.policies:
            typer.echo(f"{policy.name} {policy.version} {policy.digest}".rstrip())
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本 / print the version")
    ] = False,
) -> None:
    """Take the options that belong to no command."""


@app.command(
    short_help="演示 / made-up cases, decided",
    help="演示：用虚构数据判定若干案件，说明理由和依据 / decide made-up cases of the shipped policy, with reasons",
)
def demo(*, lang: Language = "zh") -> None:
    """Show decisions of the shipped policy on made-up data; needs no files."""
    with _telling(lang):
        from creditrules.engines.python import load
        from creditrules.explanation.explaining import explain

        policy = load(_DEMO_POLICY)
        decide_case = _Judge(policy).decide
        typer.echo(say("demo", lang))
        for number, one in enumerate(_DEMO, 1):
            decision = decide_case(policy, _example(policy, one.example), as_of=one.as_of, profile=one.profile)
            title = say("demo.case", lang, number=number, title=one.title.in_(lang))
            typer.echo(f"\n{'─' * 20}\n{title}\n{'─' * 20}\n{explain(decision, lang=lang)}")


@app.command(
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
    day = _day(as_of, lang)
    if case.count("-") > 1:
        raise _wrong(say("bad.stdin", lang), "CASE")
    with _telling(lang):
        from creditrules.engines.python import load
        from creditrules.explanation.explaining import explain
        from creditrules.records.case import case_model
        from creditrules.records.streams import read_all

        loaded = load(policy)
        prepared = loaded.prepare(as_of=_within(loaded, day, lang), profile=_profile(loaded, profile, lang))
        decided = bad = 0
        told: set[str] = set()
        for name, read in read_all(case, case_model(loaded.vocabulary.schema), stdin=_stdin()):
            place = f"{_file(Path(name))}:{read.line}" if read.line else _file(Path(name))
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
                print(_json(_outcome(place, read.case, found, error)))  # noqa: T201 - `echo` flushes each line
            if found is None:
                bad += 1
                if error is not None:
                    typer.echo((f"{heading}:\n" if several else "") + _told(error, lang), err=True)
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
                print(_json(found.to_dict()))  # noqa: T201
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


CaseFile = Annotated[
    str,
    typer.Argument(
        metavar="CASE",
        help="一个案件的文件（YAML 或 JSON），`-` 为标准输入 / a file with one case, in YAML or JSON, `-` for stdin",
    ),
]
PolicyOption = Annotated[
    str,
    typer.Option("--policy", metavar="NAME|PATH", help="随库政策的名称，或政策文件夹 / a shipped policy, or a folder"),
]
Day = Annotated[
    str,
    typer.Option("--as-of", metavar="DATE", help="判断日，如 2020-06-05 / the day for which to decide, as 2020-06-05"),
]
ProfileOption = Annotated[
    str | None, typer.Option("--profile", metavar="NAME", help="政策的方案，默认为其默认方案 / a profile of the policy")
]


@app.command(
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
    with _telling(lang):
        from creditrules.explanation.explaining import explain

        loaded, decision = _decided(case, policy=policy, as_of=as_of, profile=profile, lang=lang)
        told = explain(decision, lang=lang, level=level, policy=loaded)
        if output == "html":
            from creditrules.report.page import html_page

            title = told.sections[0].title
            typer.echo(html_page("explanation", lang=lang, title=title, explanations=[told]))
        else:
            typer.echo(told.markdown() if output == "md" else str(told), nl=output == "text")


@app.command(
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
    with _telling(lang):
        from creditrules.report.notice import notice

        _, decision = _decided(case, policy=policy, as_of=as_of, profile=profile, lang=lang)
        made = notice(decision, lang=lang, allow_unchecked=allow_unchecked)
        _write(out, made.markdown() if _is_markdown(out, output) else made.html())


def _decided(case: str, *, policy: str, as_of: str, profile: str | None, lang: Lang) -> tuple[Policy, Decision]:
    """The policy, and the decision of the one case in a file; what is odd about the case is said beside."""
    from creditrules.engines.python import load
    from creditrules.records.case import case_model
    from creditrules.records.streams import read_all

    day = _day(as_of, lang)
    loaded = load(policy)
    prepared = loaded.prepare(as_of=_within(loaded, day, lang), profile=_profile(loaded, profile, lang))
    found = list(islice(read_all([case], case_model(loaded.vocabulary.schema), stdin=_stdin()), 2))
    if len(found) != 1:
        raise _wrong(say("bad.one_case", lang), "CASE")
    _, read = found[0]
    if read.case is None:
        raise read.error or RecordError([])
    for warning in read.case.warnings:
        typer.echo(mask(warning.render(lang)), err=True)
    return loaded, prepared.decide(read.case)


def _is_markdown(out: str, output: str | None) -> bool:
    return output == "md" or (output is None and out.lower().endswith((".md", ".markdown")))


def _write(out: str, text: str) -> None:
    """Write a page to a file, or to standard output for `-`."""
    if out == "-":
        typer.echo(text, nl=not text.endswith("\n"))
    else:
        Path(out).write_text(text, "utf-8")


def _stdin() -> BinaryIO:
    """Standard input as bytes; a process may have been started without one, which is as if it were empty."""
    return sys.stdin.buffer if sys.stdin is not None else BytesIO()


def _outcome(place: str, case: BaseCase | None, decision: Decision | None, error: RecordError | None) -> dict[str, Any]:
    """A line for one case: where it stood, and its decision or what is wrong with it, so that no line goes missing."""
    problems = [*(error.diagnostics if error else ()), *(case.warnings if case is not None else ())]
    return {
        "case": place, "decision": decision.to_dict() if decision else None, "problems": [p.to_dict() for p in problems],
    }  # fmt: skip


@app.command(
    short_help="检查政策 / check a policy", help="检查政策，列出全部问题 / load a policy and list every problem"
)
def check(
    policy: PolicyName,
    *,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="并查该日没有依据施行的规则、过了复核日的规范 / also find rules with no basis in force on this day, instruments due for review",
        ),
    ] = None,
    output: Annotated[
        Literal["text", "json"],
        typer.Option(
            "--format",
            help="text：摘要 a summary · json：来源的每一行在何处编入、由哪些案例触及 where each row of the source is encoded, and the cases that reach it",
        ),
    ] = "text",
    lang: Language = "zh",
) -> None:
    """Load a policy and list its problems, or what it holds."""
    day = None if as_of is None else _day(as_of, lang)
    with _telling(lang):
        from creditrules.engines.python import load
        from creditrules.policy.checking import without_basis
        from creditrules.testing.accounting import overdue, report

        try:
            found = load(policy)
            problems = () if day is None else without_basis(found, _within(found, day, lang))
            accounted = _account(found, cases=output == "json")
            problems += accounted.problems if accounted else ()
        except PolicyError as error:
            problems = error.diagnostics
        if problems:
            typer.echo(_told(PolicyError(problems), lang))
            typer.echo(say("check.problems", lang, count=len(problems)), err=True)
            raise typer.Exit(BAD_POLICY)
        due = {} if day is None else overdue(found, as_of=day)
        for name, reviewed in due.items():
            typer.echo(say("check.overdue", lang, name=mask(printable(name)), day=reviewed), err=True)
        if output == "json":
            typer.echo(_json(report(found, accounted, as_of=day or found.in_force.from_)))
            return
        name, title, version = (mask(printable(t)) for t in (found.name, found.title.in_(lang), found.version))
        typer.echo(say("check.ok", lang, name=name, title=title, version=version))
        counts = {
            "rules": found.rules, "exceptions": found.exceptions, "scope": found.scope, "parameters": found.parameters,
            "definitions": found.definitions, "profiles": found.profiles, "instruments": found.law,
            "provisions": [p for instrument in found.law.values() for p in instrument.provisions],
            "not_encoded": found.not_encoded,
        }  # fmt: skip
        typer.echo(say("check.found", lang, **{what: len(counted) for what, counted in counts.items()}))
        if accounted is not None:
            encoded = sum(bool(r.encoded) for r in accounted.rows)
            typer.echo(say("check.source", lang, rows=len(accounted.rows), encoded=encoded))
        typer.echo(say("check.digest", lang, digest=found.digest))


def _account(policy: Policy, *, cases: bool) -> Account | None:
    """What a policy says of its source, where a `source.yaml` stands beside it; with the cases that reach each row."""
    from creditrules.testing.accounting import account, read_source
    from creditrules.testing.cases import beside, run_cases

    if not policy.folder.joinpath("source.yaml").is_file():
        return None
    file, node = read_source(beside(policy, "source.yaml"))
    return account(
        policy, file, node, outcomes=run_cases(policy, _cases(policy), _Judge(policy).decide) if cases else ()
    )


@app.command(
    "test",
    short_help="运行政策的案例 / run the cases of a policy",
    help="运行政策旁 cases.yaml 中的案例 / run the cases that stand beside a policy",
)
def run_tests(policy: PolicyName, *, lang: Language = "zh") -> None:
    """Run the cases beside a policy and print what differs from what they expect."""
    with _telling(lang):
        from creditrules.engines.python import load

        loaded = load(policy)
        judge = _Judge(loaded)
        passed = failed = 0
        for case in _cases(loaded):
            differences = _differences(judge, case)
            passed, failed = (passed + 1, failed) if not differences else (passed, failed + 1)
            if differences:
                place = f"{case.span.source.name}:{case.span.line}"
                name, profile = mask(printable(case.name)), printable(case.profile)
                typer.echo(say("test.failed", lang, place=place, name=name, profile=profile, day=case.as_of))
            for difference in differences:
                typer.echo(f"  {mask(printable(difference.in_(lang)))}")
        typer.echo(say("test.summary", lang, passed=passed, failed=failed))
        if failed:
            raise typer.Exit(FAILED)


@app.command(
    "book",
    short_help="写出政策全书 / write the policy book",
    help="写出政策全书，供法律审阅：规则、依据、参数和各方案的取值、未核对的条文、案例覆盖，一个 HTML 或 Markdown 文件"
    " / write everything that a policy says for a lawyer to check, as one file of HTML or Markdown",
)
def write_book(
    policy: PolicyName,
    *,
    out: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            help="写入的文件，已有的被覆盖；`-` 为标准输出 / the file to write or overwrite; `-` is stdout",
        ),
    ],
    output: Annotated[
        Literal["html", "md"] | None,
        typer.Option("--format", help="默认依文件名，不是 .md 的为 html / by default as the name of the file ends"),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="注明该日不在施行期间的内容 / mark what is not in force on this day"),
    ] = None,
    no_cases: Annotated[
        bool, typer.Option("--no-cases", help="不运行案例，不写案例覆盖 / run no cases, and tell nothing of coverage")
    ] = False,
    lang: Language = "zh",
) -> None:
    """Write the book of a policy."""
    day = None if as_of is None else _day(as_of, lang)
    with _telling(lang):
        from creditrules.engines.python import load
        from creditrules.report.book import book
        from creditrules.testing.cases import run_cases

        found = load(policy)
        day = None if day is None else _within(found, day, lang)
        judged = not no_cases and found.folder.joinpath("cases.yaml").is_file()
        outcomes = run_cases(found, _cases(found), _Judge(found).decide) if judged else None
        made = book(found, lang=lang, as_of=day, outcomes=outcomes)
    markdown = output == "md" or (output is None and Path(out).suffix.lower() in (".md", ".markdown"))
    text = made.markdown() if markdown else made.html()
    if out == "-":
        typer.echo(text, nl=False)
        return
    try:
        Path(out).write_bytes(text.encode("utf-8"))
    except OSError as error:
        typer.echo(say("no_output", lang, why=(error.strerror or type(error).__name__).lower()), err=True)
        raise typer.Exit(FAILED) from None


@app.command(
    short_help="检查安装 / check the installation",
    help="检查安装：Python、软件包、可选组件及其安装命令、政策摘要 / what is installed, which extras are missing and what brings them",
)
def doctor(*, lang: Language = "zh") -> None:
    """Say what is installed and what is missing."""
    with _telling(lang):
        from creditrules.installation import installation

        found = installation()
        typer.echo(f"creditrules {found.version} · {say('doctor.language', lang)} {found.language}")
        typer.echo(f"Python {found.python} · {found.system}")
        for name, version in found.packages.items():
            typer.echo(f"{name} {version or say('doctor.absent', lang)}")
        for extra, absent in found.extras.items():
            if absent:
                what = ", ".join(absent)
                typer.echo(
                    say(
                        "doctor.extra.missing",
                        lang,
                        extra=extra,
                        absent=what,
                        command=f"pip install 'creditrules[{extra}]'",
                    )
                )
            else:
                typer.echo(say("doctor.extra", lang, extra=extra))
        for policy in found.policies:
            typer.echo(f"{policy.name} {policy.version} {policy.digest}".rstrip())
            if policy.problems:
                typer.echo(_told(PolicyError(policy.problems), lang))
        if not found.policies:
            typer.echo(say("doctor.no_policy", lang))
        typer.echo(say("doctor.sound" if found.sound else "doctor.unsound", lang))
        if not found.sound:
            raise typer.Exit(FAILED)


@app.command(
    "schema",
    short_help="输出 JSON Schema / print a JSON Schema",
    help="输出案件、卷宗、决定、政策、政策的被引用文件、案例、词表或日历文件的 JSON Schema / the JSON Schema of a kind of file",
)
def print_schema(
    name: Annotated[
        Literal["case", "dossier", "decision", "policy", "part", "vocabulary", "cases", "calendar", "source"],
        typer.Argument(
            metavar="NAME", help="case | dossier | decision | policy | part | vocabulary | cases | calendar | source"
        ),
    ],
    *,
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|PATH",
            help="案件或卷宗所用的政策：其词表决定字段和取值 / the policy whose vocabulary the cases use",
        ),
    ] = None,
    lang: Language = "zh",
) -> None:
    """Print the schema of a kind of file."""
    if policy is not None and name not in ("case", "dossier"):
        raise _wrong(say("bad.schema_policy", lang), "--policy")
    with _telling(lang):
        from creditrules.engines.python import load
        from creditrules.schemas import schema_text

        vocabulary = load(policy).vocabulary if policy else None
        try:
            text = schema_text(name, vocabulary=vocabulary)
        except KeyError:
            raise _wrong(say("bad.schema_dossier", lang), "NAME") from None
        typer.echo(text, nl=False)


@app.command(
    short_help="解释诊断代码 / explain a diagnostic code",
    help="解释诊断代码：发现什么、为何重要、怎样改 / explain a code: what it finds, why it matters, what to write instead",
)
def explain_error(
    code: Annotated[str, typer.Argument(metavar="CODE", help="诊断代码，如 CR-P001 / a diagnostic code, as CR-P001")],
    *,
    lang: Language = "zh",
) -> None:
    """Print what there is to say about a diagnostic code."""
    from creditrules.explanation.problems import near_codes, problem, problem_text

    found = problem(code)
    if found is None:
        known = ", ".join(near_codes(code))
        message = (
            say("bad.code", lang, given=shown(code), known=known)
            if known
            else say("bad.code.form", lang, given=shown(code))
        )
        raise _wrong(message, "CODE")
    typer.echo(problem_text(found, lang=lang))


class _Judge:
    """What decides the cases of one policy, and holds decisions against its checks, making each program once."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.made: dict[tuple[date, str, str], Any] = {}
        self.checks: dict[int, Any] = {}

    def prepared(self, as_of: date, profile: str, params: Mapping[str, Any] | None) -> Any:
        key = (as_of, profile, repr(params) if params else "")
        if key not in self.made:
            self.made[key] = self.policy.prepare(as_of=as_of, profile=profile, params=params)
        return self.made[key]

    def decide(
        self, _: Policy, case: BaseCase, *, as_of: date, profile: str, params: Mapping[str, Any] | None = None
    ) -> Decision:
        decision: Decision = self.prepared(as_of, profile, params).decide(case)
        return decision

    def violations(self, decision: Decision, case: PolicyCase) -> Iterator[Text]:
        """What a decision violates, but for what the policy allows under the profile."""
        from creditrules.audit.compliance import Checks

        prepared = self.prepared(case.as_of, case.profile, case.params or None)
        if id(prepared) not in self.checks:
            self.checks[id(prepared)] = Checks(prepared.program)
        for found in self.checks[id(prepared)].violations(decision, case.case):
            if found.allowed is None:
                sentence = "test.violation.of" if found.rule or found.record else "test.violation"
                values = {"check": found.check, "rule": found.rule, "record": found.record}
                zh, en = (say(sentence, lang, title=found.title.in_(lang), **values) for lang in _LANGS)
                yield Text(zh, en)


_LANGS: tuple[Lang, Lang] = ("zh", "en")


def _differences(judge: _Judge, case: PolicyCase) -> tuple[Text, ...]:
    """What differs from what a case expects, and what no decision may do; a case that cannot be decided says what is wrong."""
    from creditrules.testing.cases import run_cases

    try:
        (outcome,) = run_cases(judge.policy, [case], judge.decide)
    except (RecordError, PolicyError) as error:
        return tuple(Text(*(f"{d.path}: {t}" if d.path else t for t in d.message)) for d in error.diagnostics)
    if outcome.decision is None:
        return outcome.differences
    return (*outcome.differences, *judge.violations(outcome.decision, case))


# What people gave


def _day(given: str, lang: Lang) -> date:
    """The day in the one spelling that is taken; `date.fromisoformat` alone takes others too."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        with suppress(ValueError):
            return date.fromisoformat(given)
    raise _wrong(say("bad.date", lang, given=shown(given)), "--as-of")


def _within(policy: Policy, day: date, lang: Lang) -> date:
    if day not in policy.in_force:
        raise _wrong(say("bad.day", lang, policy=printable(policy.name), day=day), "--as-of")
    return day


def _profile(policy: Policy, name: str | None, lang: Lang) -> str | None:
    if name is not None and name not in policy.profiles:
        known = ", ".join(f"`{printable(p)}`" for p in policy.profiles)
        raise _wrong(say("bad.profile", lang, given=shown(name), known=known), "--profile")
    return name


def _wrong(message: str, option: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint=option)


# What people are told


@contextmanager
def _telling(lang: Lang) -> Iterator[None]:
    """Tell what is wrong with data or a policy, and end with the exit code that says which."""
    try:
        yield
    except RecordError as error:
        _complain(error, lang)
        raise typer.Exit(BAD_DATA) from None
    except CreditRulesError as error:
        _complain(error, lang)
        raise typer.Exit(BAD_POLICY) from None


def _complain(error: CreditRulesError, lang: Lang) -> None:
    typer.echo(_told(error, lang), err=True)


def _told(error: CreditRulesError, lang: Lang) -> str:
    # The line that an error shows is the user's own, codes included.
    return mask(error.render(lang) if isinstance(error, RecordError | PolicyError) else printable(str(error)))


def _json(data: dict[str, Any]) -> str:
    """Canonical JSON; on a terminal, characters that would act on the reader are written as JSON writes them."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not sys.stdout.isatty():
        return text
    return "".join(c if printable(c) == c else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def _file(path: Path) -> str:
    """A file's name as its bytes mean it, also where the console's encoding could not read it."""
    return mask(printable(os.fsencode(path).decode("utf-8", "replace")))


# What lies beside a policy


def _example(policy: Policy, name: str) -> BaseCase:
    from creditrules.documents import read_yaml
    from creditrules.records.case import case_model
    from creditrules.testing.cases import beside

    node = read_yaml(beside(policy, f"examples/{name}"))
    return case_model(policy.vocabulary.schema).from_node(node)


def _cases(policy: Policy) -> list[PolicyCase]:
    from creditrules.testing.cases import cases_beside

    return cases_beside(policy)
