"""The parts of a page that a policy is told on, as plain data: chapters, entries, tables, points, references."""

from __future__ import annotations

from dataclasses import dataclass

from creditrules.diagnostics import Lang
from creditrules.report.page import html_page, markdown_page


@dataclass(frozen=True)
class Link:
    """A reference to another place of the book; `code` is the id of what stands there."""

    text: str
    target: str
    code: tuple[str, ...] = ()


@dataclass(frozen=True)
class Point:
    """A line, with what is code in it, references, and the points that belong under it."""

    text: str
    code: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Fact:
    """What there is to say of an entry under one label."""

    label: str
    text: str = ""
    code: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Line:
    """A row of a table, with an anchor of its own."""

    anchor: str
    cells: tuple[Point, ...]


@dataclass(frozen=True)
class Table:
    """A table; `widths` are those of its columns in percent."""

    title: str
    head: tuple[str, ...]
    widths: tuple[int, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Entry:
    """One rule, definition, instrument ...; `code` is its id."""

    anchor: str
    title: str
    code: tuple[str, ...]
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """A part of the book, which its table of contents names."""

    anchor: str
    title: str
    code: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Book:
    """A policy as one page for people: `html()` and `markdown()` show the same."""

    lang: Lang
    title: str
    contents: str
    chapters: tuple[Chapter, ...]

    def html(self) -> str:
        """One static page, which prints on A4."""
        return html_page("book", lang=self.lang, title=self.title, book=self)

    def markdown(self) -> str:
        """The same in Markdown (CommonMark with tables); only its anchors are HTML."""
        return markdown_page("book", book=self)
