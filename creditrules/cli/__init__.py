"""The command line: results on stdout, talk on stderr, and an exit code that says what went wrong."""

from __future__ import annotations

import os
import signal
import sys
from io import TextIOWrapper
from typing import Annotated, NoReturn

import typer

from creditrules.cli import cases, demonstration, installed, policies
from creditrules.cli.telling import FAILED, INTERNAL, INTERRUPTED
from creditrules.explanation.wording import both

# What the commands need is imported when they run, so that `--help` does not wait for it.

app = typer.Typer(
    help="按信用红黑名单政策判定案件，说明理由并引用依据 / decide cases by red-list and black-list policies, with reasons that cite the law",
    epilog="退出码 / exit codes: 0 正常 ok · 1 未通过 failed · 2 用法 usage · 3 数据 bad data · 4 政策 bad policy · 5 内部错误 internal",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
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


# `--help` lists their commands in this order.
for group in (demonstration, cases, policies, installed):
    app.add_typer(group.commands)
