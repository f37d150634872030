"""A pytest plugin that shares a run among the processors, and puts together what the processes of a run counted.

A run of whole folders, such as `pytest` alone, is shared with pytest-xdist as if `-n logical --dist worksteal` were given; a
run of single files stays in one process, which is quicker for them, and so does one with `-n 0`, `--pdb` or `-s`.

Some modules of the tests count what they did. Where several processes did it, each sends its counts at its end, and the
first process adds them up, prints a table of them, and fails the run if it as a whole lacks something that it should have done.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

TABLES = {
    "tests.browser.real": (("SEEN",), "pages in a browser"),
    "tests.support.exercised": (
        ("PAIRS", "SEEN", "WANTED"),
        "exercised: pairs in which a rule that concluded something uses it",
    ),
    "tests.support.cel": (("SEEN",), "compared with CEL: evaluations in which a construct took part"),
    "tests.support.limits": (("SECONDS",), "limits"),
    "tests.support.mutating": (("TALLIES",), "mutated files"),
}
"""The modules that keep a table of what a run did: what they fill, the first of it where they ran, and the table's heading.

What they fill are counters, which are added up, and mappings to which each process adds keys of its own.
"""


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


@pytest.hookimpl(wrapper=True)  # before xdist, which reads the options in the same hook
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    option = config.option
    unsaid = getattr(option, "numprocesses", 0) is None and option.dist == "no"
    inside = option.usepdb or option.capture == "no"
    if unsaid and not inside and not is_worker(config) and all(Path(given).is_dir() for given in config.args):
        option.numprocesses, option.dist = "logical", "worksteal"
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if is_worker(session.config):
        session.config.workeroutput["counted"] = counted()
    elif any(lacking().values()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    # A process that died sends nothing, and fails the run for that.
    if sent := getattr(node, "workeroutput", {}).get("counted"):
        add(sent)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, (_, heading) in ran().items():
        terminalreporter.section(heading)
        for line in sys.modules[name].table():
            terminalreporter.write_line(line)
        for what in lacking()[name]:
            terminalreporter.write_line(f"LACKING {what}", red=True)


def ran() -> dict[str, tuple[tuple[str, ...], str]]:
    """Those of the tables that anything was counted for."""
    return {
        name: table for name, table in TABLES.items() if name in sys.modules and getattr(sys.modules[name], table[0][0])
    }


def lacking() -> dict[str, list[str]]:
    """For each table what the whole run should have done and did not."""
    return {name: list(getattr(sys.modules[name], "lacking", list)()) for name in ran()}


def counted() -> bytes:
    """What this process counted."""
    return pickle.dumps(
        {(name, filled): getattr(sys.modules[name], filled) for name, (all_, _) in ran().items() for filled in all_}
    )


def add(sent: bytes) -> None:
    """Add what another process counted."""
    for (name, filled), counts in pickle.loads(sent).items():
        getattr(import_module(name), filled).update(counts)
