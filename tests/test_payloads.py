"""What the records and the policy call things is text in every writer, whatever it looks like."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import get_args

import pytest
from markdown_it import MarkdownIt

import creditrules as cr
from creditrules.decision import Decision
from creditrules.diagnostics import Lang
from creditrules.explanation.changes import plain_difference
from creditrules.explanation.paper import Level, escape_markdown
from creditrules.report.page import html_page
from tests.support import depth, session_seed
from tests.support.payloads import NAME, PAYLOADS, decision_with, shown


def some(writer: str) -> list[str]:
    """All payloads, or a sample of them where tests are to be quick."""
    return random.Random(f"{session_seed()} {writer}").sample(PAYLOADS, depth(12, len(PAYLOADS)))


class Elements(HTMLParser):
    """The tags of a page with their attributes, comments and declarations, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.marks: list[object] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.marks.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.marks.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.marks.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.marks.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.marks.append(("instruction", data))

    def unknown_decl(self, data: str) -> None:
        self.marks.append(("unknown", data))

    def handle_data(self, data: str) -> None:
        self.text += data


def html_writers() -> Iterator[tuple[str, Callable[[Decision], str]]]:
    for lang in get_args(Lang):
        for level in get_args(Level):
            yield f"explain {level} {lang}", lambda d, x=lang, y=level: cr.explain(d, lang=x, level=y).html()
        yield f"notice {lang}", lambda d, x=lang: cr.notice(d, lang=x, allow_unchecked=True).html()
    yield "notebook", lambda d: cr.explain(d)._repr_html_()
    yield (
        "page",
        lambda d: html_page(
            "explanation", lang="zh", title=cr.explain(d).sections[0].title, explanations=[cr.explain(d)]
        ),
    )


def markdown_writers() -> Iterator[tuple[str, Callable[[Decision], str]]]:
    for lang in get_args(Lang):
        for level in get_args(Level):
            yield f"explain {level} {lang}", lambda d, x=lang, y=level: cr.explain(d, lang=x, level=y).markdown()
        yield f"notice {lang}", lambda d, x=lang: cr.notice(d, lang=x, allow_unchecked=True).markdown()


def text_writers() -> Iterator[tuple[str, Callable[[Decision], str]]]:
    for lang in get_args(Lang):
        for level in get_args(Level):
            yield f"explain {level} {lang}", lambda d, x=lang, y=level: str(cr.explain(d, lang=x, level=y))
        yield f"difference {lang}", lambda d, x=lang: plain_difference(decision_with("甲").diff(d), lang=x)


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


@pytest.mark.parametrize(("name", "write"), [*html_writers()], ids=lambda v: v if isinstance(v, str) else "")
def test_in_html_a_payload_is_text(name: str, write: Callable[[Decision], str]) -> None:
    expected = Elements(write(decision_with(NAME)))
    assert expected.text.count(NAME) >= 5
    for payload in some(name):
        page = write(decision_with(payload))
        assert not hidden(page), (name, payload)
        found = Elements(page)
        assert found.marks == expected.marks, (name, payload)
        assert shown(payload) in " ".join(found.text.split()), (name, payload, found.text)


MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@pytest.mark.parametrize(("name", "write"), [*markdown_writers()], ids=lambda v: v if isinstance(v, str) else "")
def test_in_markdown_a_payload_is_text(name: str, write: Callable[[Decision], str]) -> None:
    expected = Elements(MARKDOWN.render(write(decision_with(NAME))))
    assert expected.text.count(NAME) >= 5
    for payload in some(name):
        source = write(decision_with(payload))
        assert not hidden(source), (name, payload)
        found = Elements(MARKDOWN.render(source))
        assert found.marks == expected.marks, (name, payload, source)
        assert shown(payload) in " ".join(found.text.split()), (name, payload)


@pytest.mark.parametrize(("name", "write"), [*text_writers()], ids=lambda v: v if isinstance(v, str) else "")
def test_on_a_terminal_a_payload_is_text(name: str, write: Callable[[Decision], str]) -> None:
    expected = write(decision_with(NAME))
    for payload in some(name):
        text = write(decision_with(payload))
        assert not hidden(text), (name, payload)
        # Numbered heads are as many as before: no payload begins a line of its own.
        assert text.count("\n") == expected.count("\n"), (name, payload)
        assert shown(payload) in text, (name, payload)


def hidden(text: str) -> list[str]:
    """The characters of a text that a reader does not see, or that act on him."""
    blank = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    unseen = ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn")
    return [c for c in text if c in blank or (c != "\n" and unicodedata.category(c) in unseen)]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_escaped_markdown_is_what_it_was_wherever_it_stands(payload: str) -> None:
    text = shown(payload)
    for before, tag in (("", "p"), ("- ", "li"), ("1. ", "li"), ("## ", "h2")):
        found = Elements(MARKDOWN.render(before + escape_markdown(text)))
        assert found.text.strip() == text, before
        tags = {mark[0] for mark in found.marks if isinstance(mark, tuple)} - {"ul", "ol", "li", "p"}
        assert tags <= {tag}
