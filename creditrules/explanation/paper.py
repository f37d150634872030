"""An explanation as a value: sections of whole sentences, which print as text, as Markdown and as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Literal

from creditrules.diagnostics import Lang

Level = Literal["applicant", "officer", "auditor"]
"""Who reads: the person decided upon, the officer who signs, or who looks into how the decision came about."""
LANGUAGES = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class Passage:
    """A sentence or two, and the points that belong under it."""

    text: str
    points: tuple[Passage, ...] = ()


Item = tuple[Passage, ...]


@dataclass(frozen=True)
class Section:
    """A part of an explanation: passages, then numbered items. `name` is the same in every language."""

    name: str
    title: str
    passages: tuple[Passage, ...] = ()
    items: tuple[Item, ...] = ()

    def __str__(self) -> str:
        return "\n".join(_text_section(self))

    def __html__(self) -> str:
        return _html_section(self)

    def markdown(self) -> str:
        """The section as Markdown."""
        return "\n".join(_markdown_section(self))


@dataclass(frozen=True)
class Explanation:
    """Why a decision is what it is, for one reader in one language.

    It prints as plain text; `markdown()` and `html()` give the same sentences. Text of the policy and the case is inert in
    all of them: it is on one line, without characters that act on a screen, with codes masked, and escaped where it is markup.
    """

    lang: Lang
    level: Level
    sections: tuple[Section, ...]

    def __getitem__(self, name: str) -> Section:
        """The section of a name, such as `reasons`. Raises KeyError where there is nothing to say under it."""
        for section in self.sections:
            if section.name == name:
                return section
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(section.name == name for section in self.sections)

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.sections))

    def markdown(self) -> str:
        """The explanation as Markdown (CommonMark)."""
        return "\n\n".join(s.markdown() for s in self.sections) + "\n"

    def html(self) -> str:
        """The explanation as a fragment of HTML, without styles and scripts."""
        inside = "".join(map(_html_section, self.sections))
        return f'<article lang="{LANGUAGES[self.lang]}">{inside}</article>'

    def __html__(self) -> str:
        return self.html()

    def _repr_html_(self) -> str:
        return self.html()


# Text


def _text_section(section: Section) -> Iterator[str]:
    yield f"== {section.title} =="
    for passage in section.passages:
        yield from _text(passage)
    for number, item in enumerate(section.items, 1):
        head = f"{number}. "
        for index, line in enumerate(line for passage in item for line in _text(passage)):
            yield (head if index == 0 else " " * 3) + line


def _text(passage: Passage) -> Iterator[str]:
    yield passage.text
    for point in passage.points:
        first, *rest = _text(point)
        yield f"- {first}"
        yield from (f"  {line}" for line in rest)


# Markdown

_MARKS = re.compile(
    r"([\\`*_{}\[\]<>|~$@&])|(?<=[0-9A-Za-z]):(?=[0-9A-Za-z/])|(?<=www)\.|:(?=[0-9a-z_+-]+:)|#+$", re.IGNORECASE
)
_BEGINS = re.compile(r"^(?:[#+=-]|[0-9]+(?=[.)]))")


def escape_markdown(text: str) -> str:
    r"""Text that Markdown shows as it is: no emphasis, link, image, heading, list, table, HTML or entity comes of it.

    >>> escape_markdown("*a* <b> http://x [y](z)")
    '\\*a\\* \\<b\\> http\\://x \\[y\\](z)'
    """
    marked = _MARKS.sub(lambda m: "".join(f"\\{c}" for c in m[0]), text)
    begins = _BEGINS.match(marked)
    if begins is None:
        return marked
    head = begins[0]
    return f"\\{marked}" if not head[0].isdigit() else f"{head}\\{marked[len(head) :]}"


def _markdown_section(section: Section) -> Iterator[str]:
    yield f"## {escape_markdown(section.title)}"
    for passage in section.passages:
        yield ""
        yield from _markdown(passage)
    for number, item in enumerate(section.items, 1):
        yield ""
        head = f"{number}. "
        for place, passage in enumerate(item):
            if place:
                yield ""
            yield from _indented(_markdown(passage), head if place == 0 else " " * len(head), " " * len(head))


def _markdown(passage: Passage) -> Iterator[str]:
    yield escape_markdown(passage.text)
    if passage.points:
        yield ""
    for point in passage.points:
        yield from _indented(_markdown(point), "- ", "  ")


def _indented(lines: Iterable[str], first: str, rest: str) -> Iterator[str]:
    for index, line in enumerate(lines):
        yield ((first if index == 0 else rest) + line).rstrip()


# HTML


def _html_section(section: Section) -> str:
    parts = [f"<h2>{escape(section.title)}</h2>", *map(_html, section.passages)]
    if section.items:
        items = ("".join(map(_html, item)) for item in section.items)
        parts.append("<ol>" + "".join(f"<li>{inside}</li>" for inside in items) + "</ol>")
    return f'<section class="{escape(section.name)}">' + "".join(parts) + "</section>"


def _html(passage: Passage) -> str:
    text = f"<p>{escape(passage.text)}</p>"
    if not passage.points:
        return text
    return text + "<ul>" + "".join(f"<li>{_html_point(p)}</li>" for p in passage.points) + "</ul>"


def _html_point(passage: Passage) -> str:
    inner = "".join(f"<li>{_html_point(p)}</li>" for p in passage.points)
    return escape(passage.text) + (f"<ul>{inner}</ul>" if inner else "")
