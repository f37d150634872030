"""What every test run shares: its depth, its seed, and where failing examples are kept."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

from tests.support import DEPTH, session_seed

pytest_plugins = ["tests.support.leaks"]

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the comparison with the naive interpreter exercised, how long refusals took, and what came of mutated files."""
    exercised = sys.modules.get("tests.support.exercised")
    if exercised is not None and exercised.PAIRS:
        terminalreporter.section("exercised: pairs in which a rule that concluded something uses it")
        for line in exercised.table():
            terminalreporter.write_line(line)
    oracle = sys.modules.get("tests.support.cel")
    if oracle is not None and oracle.SEEN:
        terminalreporter.section("compared with CEL: evaluations in which a construct took part")
        for line in oracle.table():
            terminalreporter.write_line(line)
    limits = sys.modules.get("tests.support.limits")
    if limits is not None and limits.SECONDS:
        terminalreporter.section("limits")
        for line in limits.table():
            terminalreporter.write_line(line)
    mutating = sys.modules.get("tests.support.mutating")
    if mutating is not None and mutating.TALLIES:
        terminalreporter.section("mutated files")
        for line in mutating.table():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def seed() -> int:
    """Return the seed of this run, as the header prints it."""
    return session_seed()
