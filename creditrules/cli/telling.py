"""What people are told, and the exit code that says what went wrong."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from creditrules.diagnostics import CreditRulesError, Lang, PolicyError, RecordError, mask, printable

FAILED, USAGE, BAD_DATA, BAD_POLICY, INTERNAL, INTERRUPTED = 1, 2, 3, 4, 5, 130


@contextmanager
def telling(lang: Lang) -> Iterator[None]:
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
    typer.echo(told_of(error, lang), err=True)


def told_of(error: CreditRulesError, lang: Lang) -> str:
    # The line that an error shows is the user's own, codes included.
    return mask(error.render(lang) if isinstance(error, RecordError | PolicyError) else printable(str(error)))


def json_line(data: dict[str, Any]) -> str:
    """Canonical JSON; on a terminal, characters that would act on the reader are written as JSON writes them."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not sys.stdout.isatty():
        return text
    return "".join(c if printable(c) == c else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def file_name(path: Path) -> str:
    """A file's name as its bytes mean it, also where the console's encoding could not read it."""
    return mask(printable(os.fsencode(path).decode("utf-8", "replace")))
