"""A run of a folder is shared among processes that draw the same, and is judged by what all of them did together."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import exercised, processes

REPOSITORY = Path(__file__).parent.parent
COUNTING = """
from pathlib import Path
from tests.support import exercised, session_seed
exercised.WANTED["random"] = 2
def test_it():
    exercised.PAIRS["random"] += 1
    exercised.SEEN["=="] += 1
    Path(__file__).with_suffix(".seed").write_text(str(session_seed()))
"""


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    plugins = ["-p", "tests.support.processes", "-p", "no:cacheprovider", "-c", "/dev/null"]
    environment = {name: value for name, value in os.environ.items() if name != "CREDITRULES_SEED"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *arguments], cwd=REPOSITORY, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_folder_is_shared_and_its_counts_are_added_up(tmp_path: Path) -> None:
    files = [tmp_path / f"test_{n}.py" for n in range(2)]
    for file in files:
        file.write_text(COUNTING, "utf-8")
    done = run(tmp_path)
    assert re.search(r"created: \d+/\d+ worker", done.stdout)
    assert "2 passed" in done.stdout
    assert "pairs compared: random 2\n" in done.stdout
    assert len({file.with_suffix(".seed").read_text("utf-8") for file in files}) == 1
    # Both tests pass, but the run as a whole has seen one construct only.
    assert "LACKING &&" in done.stdout
    assert "LACKING ==" not in done.stdout
    assert done.returncode == 1


def test_a_file_stays_in_one_process_and_is_not_held_to_what_a_whole_run_does(tmp_path: Path) -> None:
    file = tmp_path / "test_one.py"
    file.write_text(COUNTING, "utf-8")
    done = run(file)
    assert "created:" not in done.stdout
    assert "pairs compared: random 1\n" in done.stdout
    assert "LACKING" not in done.stdout
    assert done.returncode == 0


def test_what_was_not_compared_as_often_as_wanted_lacks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exercised, "WANTED", {"random": 2})
    monkeypatch.setattr(exercised, "SEEN", exercised.Counter(exercised.COMMON[1:]))
    for count, lacking in ((1, []), (2, [exercised.COMMON[0]])):
        monkeypatch.setattr(exercised, "PAIRS", exercised.Counter(random=count))
        assert exercised.lacking()[:1] == lacking


def test_counts_are_added_and_what_each_process_has_alone_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.support import limits

    monkeypatch.setattr(exercised, "PAIRS", exercised.Counter(random=2))
    monkeypatch.setattr(limits, "SECONDS", {"a": 1.0})
    sent = processes.counted()
    monkeypatch.setattr(exercised, "PAIRS", exercised.Counter(random=3))
    monkeypatch.setattr(limits, "SECONDS", {"b": 2.0})
    processes.add(sent)
    assert exercised.PAIRS == {"random": 5}
    assert limits.SECONDS == {"a": 1.0, "b": 2.0}
