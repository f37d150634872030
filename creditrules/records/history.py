"""Which status a record had on a day, as the set of those that are possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from creditrules.records.schema import History, Value

NO_STATUS = ""
"""What a record had before the first step of a complete history."""


@dataclass(frozen=True, slots=True)
class Step:
    """A status from a day on. `from_` None is a day not known, which is `by` at the latest; `until` is its own last day.

    A step that is `perhaps_over` has a last day of its own that is not known; it held on its first day.
    """

    status: str
    from_: date | None
    by: date | None = None
    until: date | None = None
    perhaps_over: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of one record in order; `earlier` are the statuses possible before the first of them."""

    steps: tuple[Step, ...]
    earlier: frozenset[str]

    def status_on(self, day: date) -> frozenset[str]:
        """The statuses possible on `day`.

        A step lasts until the next begins, or until its own `until` has passed, after which the one before it holds again.
        A step without a day lies somewhere between its neighbours, and had begun when the source was asked at the latest.
        """
        possible: set[str] = set()
        begun = False
        for index in range(len(self.steps) - 1, -1, -1):
            step = self.steps[index]
            if step.from_ is not None:
                certainly, perhaps = step.from_ <= day, step.from_ <= day
            else:
                certainly = begun or (step.by is not None and step.by <= day)
                perhaps = certainly or all(s.from_ is None or s.from_ <= day for s in self.steps[:index])
            begun = begun or certainly
            if perhaps and not (step.until is not None and step.until < day):
                possible.add(step.status)
                if certainly and not (step.perhaps_over and step.from_ != day):
                    return frozenset(possible)
        return frozenset(possible) | self.earlier


def timeline(
    spec: History, values: Mapping[str, Value | None], steps: Sequence[Step] | None, *, complete: bool
) -> Timeline:
    """The timeline of a record from its history, its present status, or the dates that stand for a history."""
    nothing = frozenset({NO_STATUS})
    anything = frozenset(spec.statuses) | nothing
    known_by = _day(values, spec.known_by)
    if steps is not None:
        dated = all(s.from_ is not None for s in steps)
        ordered = sorted(steps, key=lambda s: s.from_ or date.min) if dated else list(steps)
        bounded = tuple(s if s.from_ is not None else Step(s.status, None, known_by, s.until) for s in ordered)
        return Timeline(bounded, nothing if complete or spec.complete else anything)
    present = values.get(spec.present) if spec.present else None
    if isinstance(present, str):
        begin = _day(values, spec.dated_by.get(present, "")) or _day(
            values, "" if present in spec.dated_by and present == _initial(spec) else spec.since
        )
        until = _day(values, spec.ends.get(present, ""))
        step = Step(present, begin, known_by, until, present in spec.ends and until is None)
        return Timeline((step,), nothing if spec.complete else anything)
    if spec.steps:
        derived = tuple(Step(status, _day(values, name)) for status, name in spec.steps.items())
        return Timeline(derived, nothing)
    return Timeline((), anything)


def _initial(spec: History) -> str:
    """The status in which a record begins; its day is its own field and never that of a later change."""
    return next(iter(spec.statuses))


def _day(values: Mapping[str, Value | None], name: str) -> date | None:
    found = values.get(name) if name else None
    return found if isinstance(found, date) else None
