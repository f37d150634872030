"""Render a page as HTML or Markdown, so that every value in it is text and nothing but text."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from creditrules.diagnostics import Lang
from creditrules.explanation.paper import LANGUAGES, Section, escape_markdown


def html_page(template: str, *, lang: Lang, title: str, **values: Any) -> str:
    """A whole page of HTML from a template: escaped, without script, that asks for nothing and prints on A4."""
    page = _html().get_template(f"{template}.html")
    return page.render(lang=LANGUAGES[lang], title=title, **values)


def markdown_page(template: str, **values: Any) -> str:
    """A page of Markdown (CommonMark with tables) from a template; what has a meaning in Markdown is escaped in every value."""
    return _markdown().get_template(f"{template}.md").render(**values)


@cache
def _html() -> Environment:
    return Environment(
        loader=PackageLoader("creditrules.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _markdown() -> Environment:
    # Escaping for HTML would show entities to whoever reads the source; `finalize` sees every value that a template prints.
    return Environment(
        loader=PackageLoader("creditrules.report"), autoescape=False, undefined=StrictUndefined, trim_blocks=True,  # noqa: S701
        lstrip_blocks=True, finalize=_escaped, keep_trailing_newline=True,
    )  # fmt: skip


def _escaped(value: object) -> object:
    if isinstance(value, Section):
        return value.markdown()
    return escape_markdown(str(value))
