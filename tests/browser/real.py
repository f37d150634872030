"""The pages that people get, written into a folder: the one place where those looked at in a browser come from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from creditrules.decision import Decision
from creditrules.diagnostics import Lang
from creditrules.explanation.explaining import explain
from creditrules.explanation.paper import Level
from creditrules.records.case import Case
from creditrules.report.book import book
from creditrules.report.coverage import coverage_page
from creditrules.report.notice import notice
from creditrules.report.page import html_page
from creditrules.testing.coverage import measure
from tests.browser.harness import Seen
from tests.support.payloads import decision_with_all
from tests.support.shipped import shipped, shipped_cases, shipped_on

ROOT = Path(__file__).parents[2]
SEEN: dict[str, Seen] = {}

SAMPLE = """\
<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>告知书</title>
<style>
@page { size: A4; margin: 25mm 20mm }
body { font-family: serif; line-height: 1.8 }
@media print { body { margin: 0 } }
</style>
</head>
<body>
<h1>告知书</h1>
<p>申请主体在“黑名单”内，拟<strong>从严审核</strong>（《行政许可法》第六十九条）。Ready by 2020-05-01.</p>
<p><a href="#end">见文末</a> <a href="https://example.gov.cn/">https://example.gov.cn/</a></p>
<p id="end" lang="en">The applicant is on the black list: &lt;review&gt;.</p>
</body>
</html>
"""


def real_pages(folder: Path) -> list[Path]:
    """Write every page that the library makes; a fragment is written inside a page of its own."""
    case = Case.read(ROOT / "policies/dalian-construction/examples/05-defaulter-own-house.yaml")
    decision = shipped_on(date(2020, 6, 5), "lawful").decide(case)
    pages = {
        "notice.zh": notice(decision, allow_unchecked=True).html(),
        "notice.en": notice(decision, lang="en", allow_unchecked=True).html(),
        "explained.applicant.zh": _explained(decision, "zh", "applicant"),
        "explained.officer.en": _explained(decision, "en", "officer"),
        "explained.auditor.zh": _explained(decision, "zh", "auditor"),
        "book.zh": book(shipped()).html(),
        "coverage.zh": coverage_page(measure(shipped(), shipped_cases()[:40])),
    }
    return _written(folder, pages)


def payload_pages(folder: Path) -> list[Path]:
    """Write pages in which every payload stands for a name that the records or the policy give."""
    decision = decision_with_all()
    pages = {
        "payloads.notice": notice(decision, allow_unchecked=True).html(),
        "payloads.auditor": _explained(decision, "zh", "auditor"),
        "payloads.applicant": _explained(decision, "zh", "applicant"),
    }
    return _written(folder, pages)


def _explained(decision: Decision, lang: Lang, level: Level) -> str:
    told = explain(decision, lang=lang, level=level)
    return html_page("explanation", lang=lang, title=told.sections[0].title, explanations=[told])


def _written(folder: Path, pages: dict[str, str]) -> list[Path]:
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, "utf-8")
    return [folder / f"{name}.html" for name in pages]


def table() -> list[str]:
    """A line for each page that was looked at."""
    return [f"{name:<32} {seen.pages:>3} A4 pages, {len(seen.faults)} faults" for name, seen in SEEN.items()]
