"""The scan for identity codes finds what it is there for, and would fail a run in which one is printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.leaks import codes_in

REPOSITORY = Path(__file__).parent.parent
# Put together here, so that this file's own failures would not show them whole.
COMPANY, PERSON, OLD = "91999999" + "MA00000A9R", "99999919" + "7001010017", "9999997" + "00101001"


@pytest.mark.parametrize("code", [COMPANY, PERSON, OLD])
@pytest.mark.parametrize(
    "spell",
    [
        str, str.lower, lambda c: f"x{c}y", " ".join, lambda c: c[:4] + "-" + c[4:], lambda c: c[:9] + "\n" + c[9:],
        lambda c: "".join(chr(ord(x) + 0xFEE0) for x in c), lambda c: f"uscc:{c},",
    ],
)  # fmt: skip
def test_a_whole_code_is_found_however_it_is_spelled(code: str, spell: object) -> None:
    assert set(codes_in(spell(code))) == {code}  # type: ignore[operator]


@pytest.mark.parametrize(
    "text", ["91**************9R", COMPANY[:-1] + "T", "0" * 64, "999999", "2020-06-05 999999", ""]
)
def test_what_is_masked_or_no_code_is_not(text: str) -> None:
    assert list(codes_in(text)) == []


@pytest.mark.parametrize(
    ("how", "processes"),
    [
        ("print({code!r})", 0),
        ("print({code!r})", 2),
        ("import logging; logging.warning({code!r})", 0),
        ("import sys; sys.stderr.write({code!r})", 0),
    ],
)
def test_a_run_that_prints_one_fails_although_its_tests_pass(how: str, processes: int, tmp_path: Path) -> None:
    # The code is computed, because a traceback or a listing of the file must not be what is found.
    halves = f"'{COMPANY[:9]}' '{COMPANY[9:]}'"
    text = f"def test_it():\n    {how.format(code='@')}\n".replace("'@'", halves)
    (tmp_path / "test_it.py").write_text(text, "utf-8")
    plugins = ["-p", "tests.support.leaks", "-p", "no:cacheprovider", "-n", str(processes)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, "-c", "/dev/null", tmp_path / "test_it.py"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "1 passed" in done.stdout
    assert done.stdout.count("LEAK") == 2  # what was captured stands in the reports of the call and of the teardown
    assert done.returncode == 1
