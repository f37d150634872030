"""A pytest plugin that reads everything a test run prints and logs, and fails the run where an identity code stands in it whole.

It reads what commands print (in this process and in others), what tests print and log, and every problem that is rendered.
All codes of the tests are of the made-up region 999999, which makes a whole one easy to tell from other digits; the check
digits are those of python-stdnum, so that the scan does not rest on what it checks.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pytest
from stdnum.cn import ric, uscc
from typer.testing import CliRunner

from creditrules.diagnostics import Diagnostic

_SEPARATORS = re.compile(r"[\s\-‐‑‒–—]+")
_RUN = re.compile(r"[0-9A-Z]{15,}")


def codes_in(text: str) -> Iterator[str]:
    """The whole identity codes in a text, however they are spaced, cased or widened."""
    plain = unicodedata.normalize("NFKC", text).upper()
    for run in {*_RUN.findall(plain), *_RUN.findall(_SEPARATORS.sub("", plain))}:
        for start in range(len(run) - 14):
            long, short = run[start : start + 18], run[start : start + 15]
            if (
                len(long) == 18
                and long[2:8] == "999999"
                and set(long) <= set(uscc._alphabet)
                and uscc.calc_check_digit(long[:17]) == long[17]
            ):
                yield long
            if re.fullmatch(r"999999[0-9]{11}[0-9X]", long) and ric.calc_check_digit(long) == long[17]:
                yield long
            elif re.fullmatch(r"999999[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}", short):
                yield short


class Scan:
    """What was read in this run, and the leaks that were met; the text itself is not kept."""

    def __init__(self) -> None:
        self.texts = 0
        self.characters = 0
        self.leaks: list[str] = []
        self.where = "before the first test"

    def read(self, what: str, text: str | bytes | None) -> None:
        text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text or ""
        self.texts += bool(text)
        self.characters += len(text)
        found = {f"{code[:2]}…{code[-1]}" for code in codes_in(text)} if "9" in text or "９" in text else set()
        self.leaks += [f"{self.where}: {code} in {what}" for code in sorted(found)]


SCAN = Scan()


def _reading(what: str, function: Callable[..., Any], parts: Callable[[Any], tuple[str | bytes | None, ...]]) -> Any:
    @wraps(function)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        result = function(*arguments, **options)
        for part in parts(result):
            SCAN.read(what, part)
        return result

    return wrapped


def pytest_configure() -> None:
    invoke, reading = CliRunner.invoke, _reading("a command's output", CliRunner.invoke, lambda r: (r.stdout, r.stderr))

    def invoked(self: CliRunner, app: Any, args: Any = None, **options: Any) -> Any:
        # The catalogue's examples hold made-up codes, because what it explains is how a code must look.
        explains = isinstance(args, list) and args[:1] == ["explain-error"]
        return (invoke if explains else reading)(self, app, args, **options)

    CliRunner.invoke = invoked  # type: ignore[method-assign]
    subprocess.Popen.communicate = _reading("a process's output", subprocess.Popen.communicate, lambda r: r)  # type: ignore[method-assign]
    Diagnostic.render = _reading("a problem", Diagnostic.render, lambda r: (r,))  # type: ignore[method-assign]
    pytest.CaptureFixture.readouterr = _reading(  # type: ignore[method-assign]
        "captured output",
        pytest.CaptureFixture.readouterr,
        lambda r: tuple(p for p in r if isinstance(p, (str, bytes))),
    )


def pytest_runtest_logstart(nodeid: str) -> None:
    SCAN.where = nodeid


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if hasattr(report, "node"):  # it comes from a process that has read it
        return
    for title, content in report.sections:
        SCAN.read(title, content)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["scan"] = [SCAN.texts, SCAN.characters, SCAN.leaks]
    if SCAN.leaks:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what one of the processes that share a run has read. One that died sends nothing, and fails the run for that."""
    texts, characters, leaks = getattr(node, "workeroutput", {}).get("scan", (0, 0, []))
    SCAN.texts += texts
    SCAN.characters += characters
    SCAN.leaks += leaks


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(
        f"identity codes: {len(SCAN.leaks)} whole ones in {SCAN.texts} texts of {SCAN.characters} characters that were printed or logged"
    )
    for leak in SCAN.leaks:
        terminalreporter.write_line(f"LEAK {leak}")
