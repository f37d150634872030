"""The commands about what is installed: whether it is sound, which schemas it brings, what its diagnostic codes mean."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from creditrules.cli.given import Language, wrong
from creditrules.cli.telling import FAILED, telling, told_of
from creditrules.diagnostics import PolicyError, shown
from creditrules.explanation.wording import say

commands = typer.Typer(rich_markup_mode=None)


@commands.command(
    short_help="检查安装 / check the installation",
    help="检查安装：Python、软件包、可选组件及其安装命令、政策摘要 / what is installed, which extras are missing and what brings them",
)
def doctor(*, lang: Language = "zh") -> None:
    """Say what is installed and what is missing."""
    with telling(lang):
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
                typer.echo(told_of(PolicyError(policy.problems), lang))
        if not found.policies:
            typer.echo(say("doctor.no_policy", lang))
        typer.echo(say("doctor.sound" if found.sound else "doctor.unsound", lang))
        if not found.sound:
            raise typer.Exit(FAILED)


@commands.command(
    "schema",
    short_help="输出 JSON Schema / print a JSON Schema",
    help="输出案件、卷宗、决定、政策、政策的被引用文件、案例、词表或日历文件的 JSON Schema / the JSON Schema of a kind of file",
)
def print_schema(
    name: Annotated[
        Literal[
            "case", "dossier", "decision", "policy", "part", "vocabulary", "cases", "calendar", "source", "coverage"
        ],
        typer.Argument(
            metavar="NAME",
            help="case | dossier | decision | policy | part | vocabulary | cases | calendar | source | coverage",
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
        raise wrong(say("bad.schema_policy", lang), "--policy")
    with telling(lang):
        from creditrules.engines.python import load
        from creditrules.schemas import schema_text

        vocabulary = load(policy).vocabulary if policy else None
        try:
            text = schema_text(name, vocabulary=vocabulary)
        except KeyError:
            raise wrong(say("bad.schema_dossier", lang), "NAME") from None
        typer.echo(text, nl=False)


@commands.command(
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
        raise wrong(message, "CODE")
    typer.echo(problem_text(found, lang=lang))
