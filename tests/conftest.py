"""What every test run shares: its depth, its seed, and where failing examples are kept."""

import gc
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

from tests.support import DEPTH, session_seed

pytest_plugins = ["pytester", "tests.support.leaks", "tests.support.processes"]

REPOSITORY = Path(__file__).resolve().parent.parent

# Programs are large trees without cycles that live until the end, and looking through them again and again for what nothing
# refers to any more took half of the time of what makes many of them.
gc.set_threshold(50_000, 20, 50)

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


@pytest.fixture(scope="session")
def seed() -> int:
    """Return the seed of this run, as the header prints it."""
    return session_seed()
