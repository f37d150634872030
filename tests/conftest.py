"""What every test run shares: its depth, its seed, and where failing examples are kept."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

from tests.support import DEPTH, session_seed

pytest_plugins = ["pytester", "tests.support.leaks"]

REPOSITORY = Path(__file__).resolve().parent.parent

# Failures are kept beside the checkout, wherever pytest was started, and are tried first in the next run.
_COMMON = settings(
    deadline=None,
    print_blob=True,
    derandomize=False,
    database=DirectoryBasedExampleDatabase(REPOSITORY / ".hypothesis" / "examples"),
)
settings.register_profile("quick", _COMMON, max_examples=60)
settings.register_profile("full", _COMMON, max_examples=2_000)
settings.load_profile(DEPTH)  # --hypothesis-profile still overrides this


def pytest_report_header() -> str:
    return f"creditrules: depth {DEPTH} (CREDITRULES_DEPTH), seed {session_seed()} (CREDITRULES_SEED)"


_TABLES = {
    "tests.browser.real": ("SEEN", "pages in a browser"),
    "tests.support.exercised": ("PAIRS", "exercised: pairs in which a rule that concluded something uses it"),
    "tests.support.cel": ("SEEN", "compared with CEL: evaluations in which a construct took part"),
    "tests.support.limits": ("SECONDS", "limits"),
    "tests.support.mutating": ("TALLIES", "mutated files"),
}
"""The modules that keep a table of what a run did: what it fills where it ran, and the heading of its table."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of each of them that ran."""
    for name, (filled, heading) in _TABLES.items():
        module = sys.modules.get(name)
        if module is not None and getattr(module, filled):
            terminalreporter.section(heading)
            for line in module.table():
                terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def seed() -> int:
    """Return the seed of this run, as the header prints it."""
    return session_seed()
