"""What people give to the commands: the options that several of them share, and what is wrong with a word that is not taken."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal

import typer

from creditrules.diagnostics import Lang, printable, shown
from creditrules.explanation.wording import say

if TYPE_CHECKING:
    from creditrules.policy.model import Policy

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


def day_of(given: str, lang: Lang) -> date:
    """The day in the one spelling that is taken; `date.fromisoformat` alone takes others too."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        with suppress(ValueError):
            return date.fromisoformat(given)
    raise wrong(say("bad.date", lang, given=shown(given)), "--as-of")


def day_in_force(policy: Policy, day: date, lang: Lang) -> date:
    if day not in policy.in_force:
        raise wrong(say("bad.day", lang, policy=printable(policy.name), day=day), "--as-of")
    return day


def profile_of(policy: Policy, name: str | None, lang: Lang) -> str | None:
    if name is not None and name not in policy.profiles:
        known = ", ".join(f"`{printable(p)}`" for p in policy.profiles)
        raise wrong(say("bad.profile", lang, given=shown(name), known=known), "--profile")
    return name


def wrong(message: str, option: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint=option)


def stdin() -> BinaryIO:
    """Standard input as bytes; a process may have been started without one, which is as if it were empty."""
    return sys.stdin.buffer if sys.stdin is not None else BytesIO()


def is_markdown(out: str, output: str | None) -> bool:
    """Whether a page is to be Markdown: as it was said, or else as the name of the file ends."""
    return output == "md" or (output is None and out.lower().endswith((".md", ".markdown")))


def write(out: str, text: str) -> None:
    """Write a page to a file, or to standard output for `-`."""
    if out == "-":
        typer.echo(text, nl=not text.endswith("\n"))
    else:
        Path(out).write_text(text, "utf-8")
