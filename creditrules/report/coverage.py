"""Tell what the cases of a policy put to the test: as text, and as a page with the policy's own text coloured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from creditrules.diagnostics import Lang, Source, mask, printable
from creditrules.explanation.wording import say
from creditrules.report.page import html_page
from creditrules.testing.coverage import SHOWN, Coverage, Item
from creditrules.testing.obligations import FIGURES

MOST = 40
"""How many items of a list are printed unless all are asked for."""

State = Literal["covered", "partly", "uncovered", "infeasible", ""]
MARKS: dict[State, str] = {"covered": "✓", "partly": "◐", "uncovered": "✗", "infeasible": "–", "": ""}
"""What stands in the margin, so that the page can be read without its colours."""


def coverage_text(coverage: Coverage, *, lang: Lang = "zh", most: int | None = MOST) -> str:
    """The figures, and what is not covered or out of reach: `most` items of each, all of them with None."""
    lines = [*_head(coverage, lang), *_figures(coverage, lang)]
    for status, sentence in (("uncovered", "coverage.uncovered"), ("infeasible", "coverage.infeasible")):
        found = [i for i in coverage.items if i.status == status]
        if not found:
            continue
        lines.append(say(sentence, lang, count=len(found)))
        lines += [f"  {_line(item, lang)}" for item in found[:most]]
        if most is not None and len(found) > most:
            lines.append("  " + say("coverage.more", lang, count=len(found) - most))
    return "\n".join(lines) + "\n"


def _head(coverage: Coverage, lang: Lang) -> list[str]:
    counted = "coverage.all_count" if coverage.counts_unreviewed else "coverage.reviewed_only"
    cases = say(
        "coverage.cases", lang, name=_clean(coverage.policy), version=_clean(coverage.version), reviewed=coverage.reviewed,
        unreviewed=coverage.unreviewed, undecided=coverage.undecided,
    )  # fmt: skip
    return [cases, *([say(counted, lang)] if coverage.unreviewed else [])]


def _figures(coverage: Coverage, lang: Lang) -> list[str]:
    lines = []
    for figure in FIGURES:
        count = coverage.count(figure)
        name = say(f"coverage.{figure}", lang)
        lines.append(
            say(
                "coverage.figure",
                lang,
                figure=name,
                covered=count.covered,
                feasible=count.feasible,
                percent=count.percent,
                infeasible=count.infeasible,
            )
        )
    return [*lines, say("coverage.established", lang, count=coverage.established)]


def _line(item: Item, lang: Lang) -> str:
    place = f"{_clean(item.place)} {_clean(item.address)}"
    if item.infeasible is None:
        return place
    return say("coverage.reason", lang, item=place, why=_why(item, lang))


def _why(item: Item, lang: Lang) -> str:
    why = _clean(item.infeasible.in_(lang)) if item.infeasible is not None else ""
    return say("coverage.declared", lang, why=why) if item.declared else why


def _clean(text: str) -> str:
    return mask(printable(text))


# The page


@dataclass(frozen=True)
class Segment:
    """A piece of a line, how it is covered, and what there is to say about it."""

    text: str
    state: State
    title: str


@dataclass(frozen=True)
class Line:
    """A line of the policy: its number, the mark in the margin, and its pieces."""

    number: int
    state: State
    segments: tuple[Segment, ...]

    @property
    def mark(self) -> str:
        """The mark in the margin."""
        return MARKS[self.state]


@dataclass(frozen=True)
class File:
    """A file of the policy, line by line."""

    name: str
    lines: tuple[Line, ...]


def coverage_page(coverage: Coverage, *, lang: Lang = "zh") -> str:
    """A page of HTML without script that prints on A4: the figures, the policy's text in colours, and what is missing."""
    states: tuple[State, ...] = ("covered", "partly", "uncovered", "infeasible")
    legend = [(s, MARKS[s], say(f"coverage.state.{s}", lang)) for s in states]
    lists = []
    for status, sentence in (("uncovered", "coverage.uncovered"), ("infeasible", "coverage.infeasible")):
        found = [i for i in coverage.items if i.status == status]
        lists.append((say(sentence, lang, count=len(found)), [_line(i, lang) for i in found]))
    return html_page(
        "coverage", lang=lang, title=say("coverage.title", lang, name=_clean(coverage.policy)),
        head=_head(coverage, lang), figures=_figures(coverage, lang), legend=legend, files=list(_files(coverage, lang)),
        lists=lists, words={name: say(f"coverage.{name}", lang) for name in ("legend", "text")},
    )  # fmt: skip


def _files(coverage: Coverage, lang: Lang) -> Iterator[File]:
    items: dict[Source, dict[tuple[int, int], list[Item]]] = defaultdict(lambda: defaultdict(list))
    for item in coverage.items:
        items[item.span.source][item.span.start, item.span.end].append(item)
    for source, spans in items.items():
        yield File(_clean(source.name), tuple(_lines(source, spans, lang)))


def _lines(source: Source, spans: dict[tuple[int, int], list[Item]], lang: Lang) -> Iterator[Line]:
    told = {span: (_state(found), _title(found, lang)) for span, found in spans.items()}
    painted: list[tuple[int, int] | None] = [None] * (len(source.text) + 1)
    for start, end in sorted(spans, key=lambda s: s[0] - s[1]):  # the inner ones over the outer
        painted[start:end] = [(start, end)] * (end - start)
    beginning: dict[int, list[State]] = defaultdict(list)
    for span, (state, _) in told.items():
        beginning[source.position(span[0])[0]].append(state)
    for number, start in enumerate(source.line_starts, source.first):
        text = source.line(number)
        segments = []
        begin = 0
        for end in range(1, len(text) + 1):
            if end == len(text) or painted[start + end] != painted[start + begin]:
                state, title = told.get(painted[start + begin] or (-1, -1), ("", ""))
                segments.append(Segment(text[begin:end], state, title))
                begin = end
        yield Line(number, _worst(beginning[number]), _cleaned(text, segments))


def _cleaned(text: str, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The pieces as they may be shown; where a code or a control character would run across them, the line in one piece."""
    whole = _clean(text)
    if "".join(_clean(s.text) for s in segments) == whole:
        return tuple(Segment(_clean(s.text), s.state, s.title) for s in segments)
    return (Segment(whole, _worst([s.state for s in segments]), "\n".join(s.title for s in segments if s.title)),)


def _state(items: Sequence[Item]) -> State:
    status = {i.status for i in items} - {"infeasible"}
    if not status:
        return "infeasible"
    return "partly" if len(status) > 1 else "covered" if "covered" in status else "uncovered"


def _worst(states: Sequence[State]) -> State:
    """Of several states the one that tells most: what is covered beside what is not is partly covered."""
    found = set(states)
    if "uncovered" in found and "covered" in found:
        return "partly"
    order: tuple[State, ...] = ("partly", "uncovered", "covered", "infeasible")
    return next((s for s in order if s in found), "")


def _title(items: Sequence[Item], lang: Lang) -> str:
    """What is missing, what is out of reach, and the cases that cover the rest."""
    lines = []
    for item in sorted(items, key=lambda i: (i.status != "uncovered", i.address)):
        address = _clean(item.address)
        if item.status == "uncovered":
            lines.append(say("coverage.missing", lang, address=address))
        elif item.status == "infeasible":
            lines.append(say("coverage.reason", lang, item=address, why=_why(item, lang)))
        else:
            cases = say("names", lang).join(_clean(name) for name in item.cases[:SHOWN])
            if len(item.cases) > SHOWN:
                cases = say("coverage.by_more", lang, cases=cases, count=len(item.cases))
            lines.append(say("coverage.by", lang, address=address, cases=cases))
    return "\n".join(lines)
