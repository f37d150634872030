"""What came of a run of cases: as text for people, as JSON for programs, and as the JUnit XML that CI servers show."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from creditrules.diagnostics import Lang, mask, printable
from creditrules.policy.model import Policy
from creditrules.testing.cases import Outcome, PolicyCase
from creditrules.testing.failing import command, failure
from creditrules.testing.judging import Judge, judged

FORMAT = 1


@dataclass(frozen=True)
class Result:
    """What came of one case; `report` says why it failed, and is empty where it passed."""

    outcome: Outcome
    report: str
    repeat: str
    """The command that runs this case alone."""
    seconds: float

    @property
    def case(self) -> PolicyCase:
        return self.outcome.case

    @property
    def passed(self) -> bool:
        return not self.outcome.differences


def run(judge: Judge, cases: Iterable[tuple[PolicyCase, str]], *, policy: str, lang: Lang = "zh") -> Iterator[Result]:
    """Run cases one after the other, each given with the file it comes from, empty where it stands beside the policy.

    `policy` is the policy as the user named it, for the command that repeats a case.
    """
    for case, file in cases:
        begun = time.perf_counter()
        outcome = judged(judge, case)
        report = failure(judge, outcome, lang=lang, policy=policy, file=file) if outcome.differences else ""
        repeat = mask(printable(command(case, policy=policy, file=file)))
        yield Result(outcome, report, repeat, time.perf_counter() - begun)


@dataclass(frozen=True)
class Counts:
    """How many cases passed and failed, and how many of those that passed nobody has reviewed."""

    passed: int
    failed: int
    unreviewed: int


def counts(results: Iterable[Result]) -> Counts:
    """The numbers of a run. A generated case that nobody reviewed may fail, but its passing accepts nothing."""
    found = list(results)
    passed = [r for r in found if r.passed]
    return Counts(len(passed), len(found) - len(passed), sum(not r.case.reviewed for r in passed))


def as_json(results: Iterable[Result], policy: Policy) -> dict[str, Any]:
    """A run as plain data; whatever may be an identity code is masked."""
    found = list(results)
    total = counts(found)
    return {
        "format": FORMAT, "policy": policy.name, "version": policy.version, "digest": policy.digest,
        "passed": total.passed, "failed": total.failed, "unreviewed": total.unreviewed,
        "cases": [_case(r) for r in found],
    }  # fmt: skip


def _case(result: Result) -> dict[str, Any]:
    case, decision = result.case, result.outcome.decision
    return {
        "name": mask(case.name), "profile": case.profile, "as_of": case.as_of.isoformat(),
        "file": mask(case.span.source.name), "line": case.span.line, "passed": result.passed, "reviewed": case.reviewed,
        "outcome": None if decision is None else decision.outcome,
        "differences": [{"zh": mask(d.zh), "en": mask(d.en)} for d in result.outcome.differences],
        "report": result.report, "repeat": result.repeat,
    }  # fmt: skip


def as_junit(results: Iterable[Result], policy: Policy, *, lang: Lang = "zh") -> str:
    """A run as JUnit XML in the form that GitLab and Jenkins read: one suite, one test case for each case and profile."""
    found = list(results)
    total = counts(found)
    numbers = {"tests": str(len(found)), "failures": str(total.failed), "errors": "0", "skipped": "0"}
    numbers["time"] = _seconds(sum(r.seconds for r in found))
    root = ET.Element("testsuites", numbers)
    suite = ET.SubElement(root, "testsuite", {"name": _xml(policy.name)} | numbers)
    properties = ET.SubElement(suite, "properties")
    told = {"digest": policy.digest, "version": _xml(policy.version), "unreviewed": str(total.unreviewed)}
    for name, value in told.items():
        ET.SubElement(properties, "property", {"name": name, "value": value})
    for result in found:
        case = result.case
        about = {
            "classname": _xml(f"{policy.name}.{case.profile}"), "name": _xml(f"{case.name}[{case.profile}]"),
            "file": _xml(case.span.source.name), "line": str(case.span.line), "time": _seconds(result.seconds),
        }  # fmt: skip
        element = ET.SubElement(suite, "testcase", about)
        if not case.reviewed:
            inner = ET.SubElement(element, "properties")
            ET.SubElement(inner, "property", {"name": "reviewed", "value": "false"})
        if not result.passed:
            message = result.outcome.differences[0].in_(lang)
            failed = ET.SubElement(element, "failure", {"message": _xml(message), "type": "difference"})
            failed.text = _xml(result.report)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not take, not even written out as a reference."""


def _xml(text: str) -> str:
    """Text as it may stand in XML: codes masked, and the characters written out that no XML may have."""
    return _NOT_IN_XML.sub(lambda c: f"\\u{ord(c[0]):04x}", mask(text))
