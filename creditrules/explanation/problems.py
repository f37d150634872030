"""What each diagnostic code finds, why it matters, an example and what to write instead: a catalogue in both languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from creditrules.diagnostics import Lang, Source, Text, printable
from creditrules.documents import plain, read_yaml
from creditrules.explanation.wording import both, say
from creditrules.policy.shapes import Shape, Str, Title
from creditrules.records.values import Date

Place = Literal["policy", "case", "json", "python", "command", "cases"]
Part = Literal["section", "rule", "file"]
Severity = Literal["error", "warning"]

_FENCES: Mapping[Place, str] = {
    "policy": "yaml",
    "case": "yaml",
    "json": "json",
    "python": "python",
    "command": "sh",
    "cases": "yaml",
}


@dataclass(frozen=True)
class Problem:
    """What there is to say about one code.

    The example stands in a `place`, as a `part` of it; checked `as_of` a day where it depends on one. Where no short example
    can show the problem, `unshown` says why and both snippets are empty. `remedy` says in words what to do, where the
    second snippet does not say it all.
    """

    code: str
    title: Text
    severity: Severity
    finds: Text
    why: Text
    remedy: Text | None
    place: Place
    part: Part
    as_of: date | None
    example: str
    instead: str
    unshown: Text | None


class _Entry(Shape):
    """The shape of an entry of the file."""

    same_as: Str | None = None
    title: Title | None = None
    finds: Title | None = None
    why: Title | None = None
    do: Title | None = None
    level: Severity = "error"
    in_: Place = Field(alias="in")
    part: Part = "section"
    as_of: Date | None = None
    example: Str = ""
    instead: Str = ""
    unshown: Title | None = None


_ENTRIES = TypeAdapter(dict[Annotated[str, Field(pattern=r"^CR-[PR][0-9]{3}$")], _Entry])


def codes() -> tuple[str, ...]:
    """The codes that the catalogue explains, in order.

    >>> codes()[0]
    'CR-P001'
    """
    return tuple(_catalogue())


def problem(code: str) -> Problem | None:
    """What there is to say about a code, in capitals or not, with or without `CR-`; None for one that does not exist.

    >>> problem("p001").title.en
    'a key is repeated'
    """
    return _catalogue().get(_spelled(code))


def near_codes(code: str) -> tuple[str, ...]:
    """The codes that somebody may have meant, nearest first.

    >>> near_codes("CR-P0001")[0]
    'CR-P001'
    """
    spelled = _spelled(code)
    numbered = re.fullmatch(r"CR-([PR])0*([0-9]{1,3})", spelled)
    beside = [c for c in codes() if numbered and c[3] == numbered[1] and abs(int(c[4:]) - int(numbered[2])) <= 3]
    beside.sort(key=lambda c: abs(int(c[4:]) - int(numbered[2])) if numbered else 0)
    return tuple(dict.fromkeys([*beside, *get_close_matches(spelled, codes(), n=3, cutoff=0.8)]))[:3]


def problem_text(problem: Problem, *, lang: Lang = "zh") -> str:
    """A problem as a terminal shows it."""
    head = say("problem.head", lang, code=problem.code, title=problem.title.in_(lang), kind=_kind(problem).in_(lang))
    parts = [head, *_said(problem, lang)]
    if problem.example:
        place = say(f"problem.in.{problem.place}", lang)
        parts.append(say("problem.example", lang, place=place) + "\n\n" + _indented(problem.example))
        parts.append(say("problem.instead", lang) + "\n\n" + _indented(problem.instead))
    return "\n\n".join(parts)


def problem_page(problem: Problem) -> str:
    """A problem as a page in Markdown, in both languages."""
    zh, en = problem.title
    place = both(f"problem.in.{problem.place}")
    kind = _kind(problem)
    parts = [
        f"<!-- What {problem.code} means. Made from creditrules/explanation/problems.yaml, where it is edited. -->",
        f"# {problem.code} {zh} / {en}",
        f"{kind.zh} · {place.zh} / {kind.en} · {place.en}",
    ]
    parts += ["## 中文", *_said(problem, "zh"), "## English", *_said(problem, "en")]
    if problem.example:
        fence = _FENCES[problem.place]
        for name, snippet in (("example", problem.example), ("instead", problem.instead)):
            heading = both(f"problem.page.{name}")
            parts += [f"## {heading.zh} / {heading.en}", f"```{fence}\n{_visible(snippet)}\n```"]
    return "\n\n".join(parts) + "\n"


def problem_index() -> str:
    """The page that lists all problems, in Markdown."""
    rows = []
    for name in codes():
        found = _catalogue()[name]
        kind = _kind(found)
        rows.append(f"| [{name}]({name}.md) | {kind.zh} / {kind.en} | {found.title.zh} | {found.title.en} |")
    return "\n".join(
        [
            "<!-- All diagnostic codes. Made from creditrules/explanation/problems.yaml, where they are edited. -->",
            "",
            "# 诊断代码 / diagnostic codes",
            "",
            "`creditrules explain-error CODE` 在终端显示同样的内容；代码的含义不会改变。",
            "",
            "`creditrules explain-error CODE --lang en` shows the same on a terminal. A code never changes its meaning.",
            "",
            "| 代码 / code | 级别 / level | 问题 | problem |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _said(problem: Problem, lang: Lang) -> list[str]:
    """The sentences about a problem, each under its heading."""
    texts = (
        ("problem.finds", problem.finds),
        ("problem.why", problem.why),
        ("problem.do", problem.remedy),
        ("problem.unshown", problem.unshown),
    )
    return [say(sentence, lang, text=text.in_(lang)) for sentence, text in texts if text is not None]


def _kind(problem: Problem) -> Text:
    return both(f"problem.{problem.severity}")


def _indented(snippet: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in _visible(snippet).split("\n"))


def _visible(snippet: str) -> str:
    """A snippet whose invisible characters are written out, so that they can be seen and act on no reader."""
    return "\n".join(printable(line) for line in snippet.split("\n"))


def _spelled(code: str) -> str:
    """A code as the catalogue spells it, from what people type."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", code)).upper()[:40]
    return text if text.startswith("CR-") else f"CR-{text}"


@cache
def _catalogue() -> Mapping[str, Problem]:
    file = resources.files("creditrules.explanation") / "problems.yaml"
    entries = _ENTRIES.validate_python(plain(read_yaml(Source("problems.yaml", file.read_text("utf-8")))))
    return MappingProxyType({code: _problem(code, entries) for code in sorted(entries)})


def _problem(code: str, entries: Mapping[str, _Entry]) -> Problem:
    own = entries[code]
    other = entries[own.same_as] if own.same_as is not None else own
    title, finds, why = own.title or other.title, own.finds or other.finds, own.why or other.why
    if title is None or finds is None or why is None:
        raise ValueError(f"{code} lacks its title, what it finds or why it matters")
    remedy, unshown = own.do or other.do, own.unshown or other.unshown
    if bool(own.example and own.instead) == (unshown is not None):
        raise ValueError(f"{code} needs either both snippets or the reason why there are none")
    return Problem(
        code, title.text, own.level, finds.text, why.text, remedy.text if remedy else None, own.in_, own.part, own.as_of,
        own.example, own.instead, unshown.text if unshown else None,
    )  # fmt: skip
