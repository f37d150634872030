"""How we tell people that something is wrong: a coded, positioned sentence in Chinese and English.

The error tree::

    CreditRulesError
    ├─ PolicyError         the policy text is wrong; .diagnostics holds all of it, sorted by position
    ├─ RecordError         a record does not fit: path, masked value, expected, hint in .diagnostics
    ├─ UnsupportedError    this engine cannot run this policy
    └─ MissingExtraError   an optional package is absent; says which pip install brings it
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]

WINDOW = 200
"""How many characters of a line are shown with a problem."""

MOST_PROBLEMS = 50
"""How many problems of one file are printed; the count of the rest follows them."""


class Text(NamedTuple):
    """One sentence or title, in Chinese and in English."""

    zh: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The wording in `lang`."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Source:
    """A text that people wrote, under the name by which they know it."""

    name: str
    text: str = field(repr=False)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The offset of the first character of each line."""
        return (0, *(m.end() for m in re.finditer(r"\r\n|\r|\n", self.text)))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of `offset`, both counted from 1, columns in characters."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of line `number` (from 1) without its end."""
        start = self.line_starts[number - 1]
        end = re.compile(r"[\r\n]").search(self.text, start)
        return self.text[start : end.start() if end else len(self.text)]


@dataclass(frozen=True)
class Span:
    """A stretch of a `Source`, as offsets in characters; the end is exclusive."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """The line on which the span begins, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """The column in which the span begins, in characters, from 1."""
        return self.source.position(self.start)[1]

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"

    def __repr__(self) -> str:
        return f"<Span {self}>"


@dataclass(frozen=True)
class Diagnostic:
    """One problem: a stable code, one sentence, where it stands, what to do about it."""

    code: str
    message: Text
    span: Span | None = None
    help: Text | None = None
    related: tuple[tuple[Span, Text], ...] = ()
    path: str = ""
    """Where in a record the problem lies, as `entries[0].valid_to`; empty for policies."""

    @property
    def order(self) -> tuple[str, int, str, str, str]:
        """Problems are listed by file, then by position; at one position by code and wording."""
        return (
            self.span.source.name if self.span else "",
            self.span.start if self.span else 0,
            self.path,
            self.code,
            self.message.en,
        )

    def render(self, lang: Lang = "zh") -> str:
        """The problem as people read it: position, sentence, the line with a caret, help."""
        place = f"{self.span}: " if self.span else f"{self.path}: " if self.path else ""
        word = {"zh": "错误", "en": "error"}[lang]
        lines = [f"{place}{word}[{self.code}]: {self.message.in_(lang)}"]
        if self.span:
            lines += _excerpt(self.span)
        for span, text in self.related:
            lines.append(f"  = {span}: {text.in_(lang)}")
        if self.help:
            lines.append(f"  = {'改法' if lang == 'zh' else 'help'}: {self.help.in_(lang)}")
        return "\n".join(lines)


def _excerpt(span: Span) -> list[str]:
    """The source line and a caret under it that stands right under Chinese text."""
    line = span.source.line(span.line)
    # Of a long line, the part around the place is shown; codes that reach over its edges are masked with it.
    first = max(0, span.column - 1 - WINDOW // 2) if len(line) > WINDOW else 0
    before_it = min(first, WINDOW)
    raw = mask(line[first - before_it : first + 2 * WINDOW])[before_it : before_it + WINDOW]
    column = span.column - 1 - first
    before = raw[:column]
    marked = raw[column : column + max(1, span.end - span.start)] or " "
    number = str(span.line)
    gutter = " " * len(number)
    return [
        f"{gutter} |",
        f"{number} | {printable(raw)}",
        f"{gutter} | {' ' * width(printable(before))}{'^' * max(1, width(printable(marked)))}",
    ]


def width(text: str) -> int:
    """How many columns of a terminal `text` takes: wide characters two, combining ones none.

    >>> width("名单 ok")
    7
    """
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def printable(text: str) -> str:
    r"""`text` with control, bidirectional and zero-width characters written out, so that none acts on the reader.

    >>> printable("a\u202eb\n") == "a" + "\\u202e" + "b" + "\\u000a"
    True
    """
    return "".join(_written_out(c) if unicodedata.category(c) in _INVISIBLE else c for c in text)


def _written_out(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


_RUN = re.compile(r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]{15,}")
_SPACED = re.compile(
    r"(?<![0-9A-Za-z０-９Ａ-Ｚａ-ｚ])[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]+(?:[ \u3000－-][0-9A-Za-z０-９Ａ-Ｚａ-ｚ]+)+"
)
_DAYS = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2} ?)+")


def mask(text: str) -> str:
    """`text` with everything that may be a personal or company code masked but for two characters at each end.

    Codes are found also where they are repeated, spaced or full-width; each character stays one character.

    >>> mask("code 91999999MA00000A9R, 9199 9999 MA00 000A 9R")
    'code 91**************9R, 91******************9R'
    """

    def spaced(found: re.Match[str]) -> str:
        run = found[0]
        characters = [c for c in run if c not in " \u3000－-"]
        is_code = len(characters) >= 15 and sum(c.isdigit() for c in characters) >= 8 and not _DAYS.fullmatch(run)
        return mask_code(run) if is_code else run

    text = _RUN.sub(lambda m: mask_code(m[0]) if sum(c.isdigit() for c in m[0]) >= 4 else m[0], text)
    return _SPACED.sub(spaced, text)


def mask_code(code: str) -> str:
    """A code as it may be shown: two characters at each end, or nothing of one that is not long.

    >>> mask_code("999999197001010017"), mask_code("E12345678")
    ('99**************17', '*********')
    """
    return "*" * len(code) if len(code) < 12 else code[:2] + "*" * (len(code) - 4) + code[-2:]


def shown(value: object) -> str:
    """A user's value as it may stand in a message: masked, cut to 40 characters, invisible characters written out."""
    text = printable(mask(str(value)[:200]))
    return text if len(text) <= 40 else text[:39] + "…"


def near(word: str, known: Iterable[str]) -> Text | None:
    """A hint that names the closest of the `known` words, if one is close.

    >>> near("workes", ["workers", "amount"]).en
    'did you mean `workers`?'
    """
    found = get_close_matches(word, sorted(set(known)), n=1, cutoff=0.6)
    return Text(f"是否想写 `{found[0]}`？", f"did you mean `{found[0]}`?") if found else None


def one_of(word: str, known: Iterable[str]) -> Text:
    """A hint for a word out of a closed list: the nearest of them, or the list itself."""
    words = sorted(set(known))
    listed = ", ".join(f"`{w}`" for w in words[:12]) + (" …" if len(words) > 12 else "")
    return near(word, words) or (
        Text(f"可用的有：{listed}", f"known here: {listed}")
        if words
        else Text("此处没有可用的值", "nothing is known here")
    )


class CreditRulesError(Exception):
    """Whatever this library raises on purpose."""


class _DiagnosedError(CreditRulesError):
    """An error that carries positioned problems."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: d.order))
        super().__init__(self.diagnostics)

    def render(self, lang: Lang = "zh") -> str:
        """All problems, sorted by position; at most 50 of them are printed, then their number."""
        parts = [d.render(lang) for d in self.diagnostics[:MOST_PROBLEMS]]
        total = len(self.diagnostics)
        if total > MOST_PROBLEMS:
            rest = total - MOST_PROBLEMS
            parts.append(f"另有 {rest} 个问题未列出" if lang == "zh" else f"{rest} more problems are not listed")
        return "\n".join(parts)

    def __str__(self) -> str:
        return self.render("en")


class PolicyError(_DiagnosedError):
    """The policy text is wrong. `.diagnostics` lists every problem that was found, sorted by position."""


class RecordError(_DiagnosedError):
    """A record does not fit. `.diagnostics` name the path, the value (masked), what is expected and a hint."""


class UnsupportedError(CreditRulesError):
    """This engine cannot run this policy; the message says which construct, where, and which engine can."""


class MissingExtraError(CreditRulesError):
    """An optional package is absent; the message says which `pip install` brings it."""
