"""The pages that people get, written into a folder: the one place where those looked at in a browser come from."""

from __future__ import annotations

from pathlib import Path

from creditrules.report.book import book
from tests.browser.harness import Seen
from tests.support.shipped import shipped

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
    sample = folder / "sample.html"
    sample.write_text(SAMPLE, "utf-8")
    policy_book = folder / "book.html"
    policy_book.write_text(book(shipped()).html(), "utf-8")
    return [sample, policy_book]


def table() -> list[str]:
    """A line for each page that was looked at."""
    return [f"{name:<32} {seen.pages:>3} A4 pages, {len(seen.faults)} faults" for name, seen in SEEN.items()]
