"""What `creditrules test --coverage` adds to a run of the cases: the figures, what is missing, and whether that is enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import typer

from creditrules.cli.given import write, wrong
from creditrules.cli.telling import json_line
from creditrules.diagnostics import Lang
from creditrules.explanation.wording import say

if TYPE_CHECKING:
    from creditrules.testing.cases import PolicyCase
    from creditrules.testing.coverage import Coverage
    from creditrules.testing.judging import Judge

CoverageFormat = Literal["text", "json", "html"]


class Asked(NamedTuple):
    """How coverage is to be told, where, and how much of each figure is enough."""

    format: CoverageFormat
    out: str
    fail_under: float | None
    everything: bool
    unreviewed: bool


def require_coverage(asked: float | None, *, coverage: bool, lang: Lang) -> None:
    """Refuse a threshold that is none, or that nothing is held against."""
    if asked is not None and not (coverage and 0 <= asked <= 100):
        raise wrong(say("bad.fail_under", lang), "--fail-under")


def cover(judge: Judge, cases: Sequence[PolicyCase], asked: Asked, *, lang: Lang) -> bool:
    """Measure and tell what the cases put to the test; whether every figure reaches what was asked."""
    from creditrules.report.coverage import coverage_page, coverage_text
    from creditrules.testing.coverage import measure, read_declarations

    found = measure(
        judge.policy, cases, declared=read_declarations(judge.policy), unreviewed=asked.unreviewed,
        prepare=judge.prepared,
    )  # fmt: skip
    if asked.format == "html":
        told = coverage_page(found, lang=lang)
    elif asked.format == "json":
        told = json_line(found.to_dict()) + "\n"
    else:
        told = coverage_text(found, lang=lang, **({"most": None} if asked.everything else {}))
    write(asked.out, told)
    return asked.fail_under is None or not _below(found, asked.fail_under, lang)


def _below(found: Coverage, percent: float, lang: Lang) -> bool:
    """Say which figures lie below a threshold."""
    below = found.below(percent)
    for figure in below:
        name = say(f"coverage.{figure}", lang)
        typer.echo(
            say("coverage.below", lang, wanted=f"{percent:g}", figure=name, percent=found.count(figure).percent),
            err=True,
        )
    return bool(below)
