"""The pages in a real browser, and first the proof that the harness would see what is wrong with one.

Its name keeps it out of a plain `pytest`, which must run where there is no browser; `.ci/run` names it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.harness import chromium, look, payload_faults
from tests.browser.real import SAMPLE, SEEN, payload_pages, real_pages
from tests.support import payloads

POLICY = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n"""
END = "</body>"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder in which pictures and prints are left for people to look at."""
    folder = Path(os.environ.get("CREDITRULES_PICTURES") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def planted(old: str, new: str) -> str:
    assert SAMPLE.count(old) == 1
    return SAMPLE.replace(old, new)


def body(added: str, *, policy: str = POLICY) -> str:
    return planted(END, added + END).replace(POLICY, policy)


# Each page, and the beginnings of all that must be said of it. The policy of the page holds in all but those without one.
BAD = {
    "script": (body("<script>1</script>"), ["element: <script>"]),
    "script that hides": (
        body("<script>document.currentScript.remove()</script>"),
        ["element: <script>"],
    ),
    "script that writes to the console": (
        body("<script>console.log('seen')</script>"),
        ["element: <script>", "console: seen"],
    ),
    "script that fails": (body("<script>no_such_name</script>"), ["element: <script>", "page error: no_such_name is"]),
    "script that asks": (body("<script>alert('boo')</script>"), ["element: <script>", "dialog: boo"]),
    "script that leaves": (
        body("<script>location = 'https://example.com/'</script>"),
        ["element: <script>", "request: https://example.com/", "loading: not finished"],
    ),
    "script that opens": (
        body("<script>open('about:blank')</script>"),
        ["element: <script>", "popup: about:blank"],
    ),
    "script without a policy": (
        body("<script>console.log('seen')</script>", policy=""),
        ["element: <script>", "console: seen", "content security policy: there is none"],
    ),
    "event handler": (
        body('<img src="data:image/png;base64,AA" onerror="console.log(1)">'),
        ["event handler: onerror", "console: 1", "console: Loading the image 'data:image/png"],
    ),
    "event handler of a drawing": (body('<svg onload="alert(2)"/>'), ["event handler: onload", "dialog: 2"]),
    "remote image": (
        body('<img src="https://example.com/x.png">'),
        ["address: src in <img", "request: https://example.com/x.png", "console: "],
    ),
    "remote image later": (body('<img loading="lazy" style="margin-top: 9999px" src="//example.com/x">'), ["address: src", "console: "]),
    "local image": (body('<img src="x.png">'), ["address: src in <img", "request: file://", "console: "]),
    "remote picture of a style": (
        planted("@page {", "p { background: url(https://example.com/x) }\n@page {"),
        ['address: url("https://example.com/x")', "request: https://example.com/x", "console: "],
    ),
    "remote style": (
        planted("@page {", "@import url(https://example.com/x);\n@page {"),
        ['address: @import url("https://example.com/x")', "request: https://example.com/x", "console: "],
    ),
    "frame": (body('<iframe srcdoc="x"></iframe>'), ["element: <iframe", "address: srcdoc", "navigation: about:srcdoc"]),
    "form": (body('<form action="https://example.com/"></form>'), ["address: action in <form"]),
    "javascript link": (body('<a href="javascript:alert(1)">点</a>'), ["address: href in <a"]),
    "javascript link in disguise": (body('<a href=" java&#10;script:alert(1)">点</a>'), ["address: href in <a"]),
    "data link": (body('<a href="data:text/html,x">点</a>'), ["address: href in <a"]),
    "refresh": (body('<meta http-equiv="Refresh" content="9; url=https://example.com/">'), ["refresh: <meta"]),
    "refresh at once": (
        body('<meta http-equiv="refresh" content="0; url=https://example.com/">'),
        ["refresh: <meta", "request: https://example.com/"],
    ),
    "base": (planted("<title>", '<base href="https://example.com/"><title>'), ["element: <base", "address: href"]),
    "name lookup": (
        planted("<title>", '<link rel="dns-prefetch" href="https://example.com/"><title>'),
        ["element: <link", "address: href"],
    ),
    "preload": (
        planted("<title>", '<link rel="preload" as="image" href="https://example.com/x"><title>'),
        ["element: <link", "address: href", "request: https://example.com/x", "console: "],
    ),
    "no language": (planted('<html lang="zh-CN">', "<html>"), ["lang: "]),
    "no encoding": (planted('<meta charset="utf-8">', ""), ["charset: no <meta charset> in", "charset: no <meta charset="]),
    "late encoding": (
        planted('<meta charset="utf-8">', f'<!--{"-" * 1024}--><meta charset="utf-8">'),
        ["charset: no <meta charset> in the first 1024 bytes"],
    ),
    "no policy": (planted(POLICY, ""), ["content security policy: there is none in the head"]),
    "weak policy": (planted("'none'", "'self'"), ["content security policy: default-src is not 'none'"]),
    "policy with a hole": (
        planted("style-src", "script-src 'unsafe-inline'; style-src"),
        ["content security policy: script-src admits 'unsafe-inline'"],
    ),
    "late policy": (
        planted(POLICY, "").replace("</style>", "</style>" + POLICY),
        ["content security policy: it stands after <style>"],
    ),
    "style that the policy refuses": (planted("style-src 'unsafe-inline'", ""), ["console: Applying inline style"]),
    "missing glyph": (body("<p>私用字\ue000未定义\U0002fa5f</p>"), ["no glyph: U+E000 in ", "no glyph: U+2FA5F in "]),
    "missing glyph of a style": (
        planted("@page {", 'p::before { content: "\ue001" }\n@page {'),
        ["no glyph: U+E001 in "],
    ),
    "Chinese in no Chinese font": (
        body('<p style="font-family: monospace">文\U0002fa5e</p>'),
        ["no glyph: U+2FA5E in ", "font: 1 of 2 Chinese characters in "],
    ),
    "Japanese forms": (
        body("<p style=\"font-family: 'Noto Sans CJK JP'\">直骨</p>"),
        ["font: '直骨' is not in simplified forms (Noto Sans CJK JP)"],
    ),
    "wide word": (body(f"<p>{'a' * 200}</p>"), ["overflow: the page is ", 'overflow: "aaaa']),
    "wide for the margins": (body('<p style="width: 700px">宽</p>'), ["overflow: the page is 700 px wide where 642"]),
    "beside the page at the left": (body('<p style="margin-left: -20px">左</p>'), ['overflow: "左" is drawn beside']),
    "cut by a box": (
        body('<div style="overflow-x: auto"><p style="width: 900px; text-align: right">表</p></div>'),
        ['overflow: "表" is drawn beside', 'overflow: a box cuts "表"'],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_a_page_is_found(name: str, browser: Browser, tmp_path: Path) -> None:
    text, expected = BAD[name]
    page = tmp_path / "bad.html"
    page.write_text(text, "utf-8")
    faults = look(browser, page, tmp_path).faults
    assert [e for e in expected if not any(f.startswith(e) for f in faults)] == [], faults
    assert [f for f in faults if not f.startswith(tuple(expected))] == []


PAYLOADS = {
    "<b>粗</b>": "made <b>粗</b>",
    "<script>alert(1)</script>": "made <script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>': 'made <img src="x" onerror="alert(1)">',
    "<body onload=alert(1)>": 'made <body onload="alert(1)">',
    "<a href=javascript:alert(1)>点": 'made <a href="javascript:alert(1)">点',
    "&lt;i&gt;": "is not read on the page",
    "<!-- 注 -->": "is not read on the page",
    "<hr>": "is not read on the page",
    "</p><textarea>": "is not read on the page",
}
"""Texts that try to be more than text, and what must be said where they are."""


def test_payloads_that_are_read_as_they_are_pass(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "payloads.html"
    page.write_text(body("".join(f'<p title="{escape(p)}"><b>{escape(p)}</b></p>' for p in PAYLOADS)), "utf-8")
    assert payload_faults(browser, page, [*PAYLOADS]) == []
    assert look(browser, page, tmp_path).faults == ()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_that_is_not_escaped_is_found(payload: str, browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "payloads.html"
    page.write_text(body(f"<p>{payload}</p>"), "utf-8")
    faults = payload_faults(browser, page, [payload])
    assert any("is not read on the page" in f for f in faults)
    assert any(PAYLOADS[payload] in f for f in faults), faults


def test_a_payload_that_is_escaped_in_one_place_only_is_found(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "payloads.html"
    page.write_text(body("<p>&lt;b&gt;粗&lt;/b&gt;</p><p><b>粗</b></p>"), "utf-8")
    assert payload_faults(browser, page, ["<b>粗</b>"]) == ['payload: "<b>粗</b>" made <b>粗</b>']


@pytest.mark.timeout(600)  # the book alone has more than a hundred pages
def test_every_page_is_clean(browser: Browser, pictures: Path, tmp_path: Path) -> None:
    pages = real_pages(tmp_path)
    SEEN.update({page.name: look(browser, page, pictures) for page in pages})
    assert pages
    assert {name: seen.faults for name, seen in SEEN.items() if seen.faults} == {}
    assert all(seen.pages > 0 and seen.picture.stat().st_size > 0 for seen in SEEN.values())


@pytest.mark.timeout(600)
def test_no_payload_is_more_than_text_in_any_page(browser: Browser, pictures: Path, tmp_path: Path) -> None:
    seen = [p for p in map(payloads.shown, payloads.PAYLOADS) if p]
    for page in payload_pages(tmp_path):
        assert payload_faults(browser, page, seen) == [], page.name
        assert look(browser, page, pictures).faults == (), page.name
