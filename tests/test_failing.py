"""What is told of a case that failed says all that one needs to find out why, in both languages."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

import creditrules as cr
from creditrules.diagnostics import Lang, Source
from creditrules.testing.cases import PolicyCase, read_cases
from creditrules.testing.failing import failure
from creditrules.testing.judging import Judge, judged

HERE = Path(__file__).parent / "failing"
FILE = HERE / "wrong.yaml"


@cache
def judge() -> Judge:
    return Judge(cr.load(HERE / "policy"))


@cache
def wrong() -> dict[str, PolicyCase]:
    read = read_cases([Source(FILE.name, FILE.read_text("utf-8"))], judge().policy)
    return {case.name: case for case in read}


def told(case: PolicyCase, lang: Lang = "zh") -> str:
    outcome = judged(judge(), case)
    assert outcome.differences, case.name
    return failure(judge(), outcome, lang=lang, policy="./policy", file=FILE.name)


def of(start: str, lang: Lang = "zh") -> str:
    (case,) = (c for name, c in wrong().items() if name.startswith(start))
    return told(case, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_failure_reads_as_it_did_when_somebody_last_read_it(lang: Lang) -> None:
    """The texts lie beside the cases; CREDITRULES_GOLDEN=write writes them anew, to be read before they are kept."""
    golden = HERE / f"wrong.{lang}.txt"
    text = "\n\n".join(told(case, lang) for case in wrong().values()) + "\n"
    if os.environ.get("CREDITRULES_GOLDEN") == "write":
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
