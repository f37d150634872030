"""The commands about a policy: check it, run its cases, write its book."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from creditrules.cli.coverage import Asked, CoverageFormat, cover, require_coverage
from creditrules.cli.given import (
    Language,
    PolicyName,
    ProfileOption,
    day_in_force,
    day_of,
    is_markdown,
    profile_of,
    wrong,
)
from creditrules.cli.telling import BAD_POLICY, FAILED, file_name, json_line, telling, told_of
from creditrules.diagnostics import Lang, PolicyError, mask, printable, shown
from creditrules.explanation.wording import say

if TYPE_CHECKING:
    from creditrules.policy.model import Policy
    from creditrules.testing.accounting import Account
    from creditrules.testing.cases import PolicyCase

commands = typer.Typer(rich_markup_mode=None)


@commands.command(
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
    day = None if as_of is None else day_of(as_of, lang)
    with telling(lang):
        from creditrules.engines.python import load
        from creditrules.policy.checking import without_basis
        from creditrules.testing.accounting import overdue, report

        try:
            found = load(policy)
            problems = () if day is None else without_basis(found, day_in_force(found, day, lang))
            accounted = _account(found, cases=output == "json")
            problems += accounted.problems if accounted else ()
        except PolicyError as error:
            problems = error.diagnostics
        if problems:
            typer.echo(told_of(PolicyError(problems), lang))
            typer.echo(say("check.problems", lang, count=len(problems)), err=True)
            raise typer.Exit(BAD_POLICY)
        due = {} if day is None else overdue(found, as_of=day)
        for name, reviewed in due.items():
            typer.echo(say("check.overdue", lang, name=mask(printable(name)), day=reviewed), err=True)
        if output == "json":
            typer.echo(json_line(report(found, accounted, as_of=day or found.in_force.from_)))
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
    from creditrules.testing.cases import beside, cases_beside, run_cases
    from creditrules.testing.judging import Judge

    if not policy.folder.joinpath("source.yaml").is_file():
        return None
    file, node = read_source(beside(policy, "source.yaml"))
    return account(
        policy,
        file,
        node,
        outcomes=run_cases(policy, cases_beside(policy), Judge(policy).decide) if cases else (),
    )


@commands.command(
    "test",
    short_help="运行政策的案例 / run the cases of a policy",
    help="运行政策旁 cases.yaml 和 cases/ 中的案例，或者所给文件中的案例；未通过的，逐项说明原因"
    " / run the cases that stand beside a policy, or those of the files given, and say of each that fails why",
)
def run_tests(
    policy: PolicyName,
    file: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE",
            help="只运行这些文件中的案例，如 x.credit-test.yaml / run the cases of these files only",
        ),
    ] = None,
    *,
    case: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="只运行这个名称的案例，可写多次；没有同名的，`*` 代表任意文字 / only the case of this name, may be repeated;"
            " where none has just this name, `*` stands for any text",
        ),
    ] = None,
    profile: ProfileOption = None,
    output: Annotated[
        Literal["text", "json", "junit"],
        typer.Option("--format", help="text · json · junit：供持续集成显示的 XML / XML as CI servers show it"),
    ] = "text",
    coverage: Annotated[
        bool,
        typer.Option(
            "--coverage",
            help="并查案例检验到政策的哪些内容：规则、除外情形、条件的各种结果、界限、所列各项"
            " / also measure what the cases put to the test: rules, exceptions, sides of conditions, boundaries, members",
        ),
    ] = False,
    coverage_format: Annotated[
        CoverageFormat,
        typer.Option(
            "--coverage-format",
            help="覆盖的写法；html：政策文本逐段着色 / how coverage is told; html: the policy's own text in colours",
        ),
    ] = "text",
    out: Annotated[
        str,
        typer.Option(metavar="FILE", help="覆盖写入的文件，`-` 为标准输出 / the file for the coverage, `-` for stdout"),
    ] = "-",
    fail_under: Annotated[
        float | None,
        typer.Option(
            "--fail-under",
            metavar="N",
            help="五项覆盖率有低于 N% 的，退出码为 1 / exit with 1 where one of the five figures lies below N %",
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="全部列出未覆盖的内容 / list everything that is not covered")
    ] = False,
    unreviewed: Annotated[
        bool, typer.Option("--unreviewed", help="未复核的案例也计入覆盖 / count cases that nobody reviewed as well")
    ] = False,
    lang: Language = "zh",
) -> None:
    """Run the cases of a policy and say why those failed that did, and what the cases put to the test."""
    require_coverage(fail_under, coverage=coverage, lang=lang)
    with telling(lang):
        from creditrules.engines.python import load
        from creditrules.testing.judging import Judge
        from creditrules.testing.results import as_json, as_junit, counts, run

        loaded = load(policy)
        chosen = _chosen(_given(loaded, policy, file or [], lang), case or [], profile_of(loaded, profile, lang), lang)
        judge = Judge(loaded)
        # What a program reads of the coverage must not stand among other lines.
        aside = coverage and coverage_format != "text" and out == "-"
        results = []
        for result in run(judge, chosen, policy=policy, lang=lang):
            results.append(result)
            if output == "text" and result.report:
                typer.echo(result.report + "\n", err=aside)
        total = counts(results)
        if output == "json":
            typer.echo(json_line(as_json(results, loaded)), err=aside)
        elif output == "junit":
            typer.echo(as_junit(results, loaded, lang=lang), nl=False, err=aside)
        else:
            typer.echo(say("test.summary", lang, passed=total.passed, failed=total.failed), err=aside)
            if total.unreviewed:
                typer.echo(say("test.unreviewed", lang, count=total.unreviewed), err=aside)
        enough = True
        if coverage:
            asked = Asked(coverage_format, out, fail_under, everything, unreviewed)
            enough = cover(judge, [c for c, _ in chosen], asked, lang=lang)
        judge.forget()  # the end of the process would take its time to do so
        if total.failed or not enough:
            raise typer.Exit(FAILED)


def _given(loaded: Policy, policy: str, files: list[str], lang: Lang) -> list[tuple[PolicyCase, str]]:
    """The cases beside a policy, or those of the files given, each with its file; a file beside the policy is one of its own."""
    from creditrules.testing.cases import case_source, cases_beside, named_policy, read_cases

    if not files:
        return [(case, "") for case in cases_beside(loaded)]
    found: list[tuple[PolicyCase, str]] = []
    folder = Path(str(loaded.folder)).resolve()
    for file in dict.fromkeys(files):
        path = Path(file).resolve()
        name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else ""
        if re.fullmatch(r"cases\.yaml|cases/[^/]+\.yaml", name):
            found += [(case, "") for case in cases_beside(loaded) if case.span.source.name == name]
            continue
        source = case_source(Path(file), name=file)
        named = named_policy(source)
        if named is not None and named not in (loaded.name, policy) and (path.parent / named).resolve() != folder:
            note = say("test.other_policy", lang, file=file_name(Path(file)), named=shown(named), given=shown(policy))
            typer.echo(note, err=True)
        found += [(case, file) for case in read_cases([source], loaded)]
    return found


def _chosen(
    cases: list[tuple[PolicyCase, str]], names: list[str], profile: str | None, lang: Lang
) -> list[tuple[PolicyCase, str]]:
    """Those of some names and of a profile, where they are asked for; that none is left is a mistake of whoever asks."""
    wanted: set[str] = set()
    known = list(dict.fromkeys(case.name for case, _ in cases))
    for name in names:
        alike = [k for k in known if k == name] or [k for k in known if "*" in name and _matches(name, k)]
        if not alike:
            near = get_close_matches(name, known, n=3, cutoff=0.4) or [k for k in known if name in k][:3]
            sentence = "bad.case_name" if near else "bad.case_name.none"
            listed = ", ".join(f"`{shown(n)}`" for n in near)
            raise wrong(say(sentence, lang, given=shown(name), near=listed), "--case")
        wanted.update(alike)
    found = [(c, f) for c, f in cases if (not names or c.name in wanted) and profile in (None, c.profile)]
    if not found:
        raise wrong(say("bad.no_case", lang), "--profile")
    return found


def _matches(pattern: str, name: str) -> bool:
    """Whether a name is of a pattern in which `*` stands for any text, and every other character for itself."""
    return re.fullmatch(".*".join(map(re.escape, re.split(r"\*+", pattern))), name, re.DOTALL) is not None


@commands.command(
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
    day = None if as_of is None else day_of(as_of, lang)
    with telling(lang):
        from creditrules.engines.python import load
        from creditrules.report.book import book
        from creditrules.testing.cases import cases_beside, run_cases
        from creditrules.testing.judging import Judge

        found = load(policy)
        day = None if day is None else day_in_force(found, day, lang)
        judged = not no_cases and found.folder.joinpath("cases.yaml").is_file()
        outcomes = run_cases(found, cases_beside(found), Judge(found).decide) if judged else None
        made = book(found, lang=lang, as_of=day, outcomes=outcomes)
    text = made.markdown() if is_markdown(out, output) else made.html()
    if out == "-":
        typer.echo(text, nl=False)
        return
    try:
        Path(out).write_bytes(text.encode("utf-8"))
    except OSError as error:
        typer.echo(say("no_output", lang, why=(error.strerror or type(error).__name__).lower()), err=True)
        raise typer.Exit(FAILED) from None
