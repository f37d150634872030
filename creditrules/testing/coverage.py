"""Measure what the cases of a policy put to the test, and tell what they cannot reach from what they do not.

Five figures, each of what is feasible: `rules` (and scope rules and follow-ups) that a case establishes and asserts,
`exceptions` applied and not applied under a rule that would conclude, `sides` of labelled conditions, `boundaries` of days
and numbers and days of force, `members` of lists of words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from creditrules.decision import Decision
from creditrules.diagnostics import (
    Diagnostic,
    PolicyError,
    RecordError,
    Source,
    Span,
    Text,
    mask,
    one_of,
    printable,
    shown,
)
from creditrules.documents import at
from creditrules.engines.python import Prepared
from creditrules.policy.files import read_shape
from creditrules.policy.model import Policy
from creditrules.policy.shapes import Shape, Title
from creditrules.records.values import Str
from creditrules.testing.cases import PolicyCase, beside
from creditrules.testing.feasibility import Feasibility
from creditrules.testing.obligations import FIGURES, Change, Figure, Obligation, Obligations, obligations
from creditrules.testing.observing import Observer, Seen


class Infeasible(Shape):
    """What no case can reach, by its address, and why."""

    side: Str
    why: Title


class CoverageFile(Shape):
    """The shape of `coverage.yaml`: what no case can reach although that is not proven."""

    infeasible: tuple[Infeasible, ...] = ()


@dataclass(frozen=True)
class Item:
    """One thing that a case ought to reach: the cases that do, or the reason why none can.

    Of a rule, `established` are the cases that establish it, `cases` those that also assert it.
    """

    figure: Figure
    address: str
    span: Span
    cases: tuple[str, ...]
    established: tuple[str, ...] = ()
    infeasible: Text | None = None
    declared: bool = False

    @property
    def status(self) -> str:
        """`covered`, `infeasible` or `uncovered`."""
        return "covered" if self.cases else "uncovered" if self.infeasible is None else "infeasible"

    @property
    def place(self) -> str:
        """The file and line of the policy that asks for it."""
        return f"{self.span.source.name}:{self.span.line}"


@dataclass(frozen=True)
class Count:
    """How much of a figure is covered, of what is feasible."""

    covered: int
    feasible: int
    infeasible: int

    @property
    def percent(self) -> float:
        """Of nothing, everything is covered. Rounded down, so that 100 means all."""
        return 100.0 if not self.feasible else self.covered * 1000 // self.feasible / 10


@dataclass(frozen=True)
class Pair:
    """An exception and a rule that it serves, and whether the cases show it applied and not applied there."""

    exception: str
    rule: str
    applied: bool
    not_applied: bool


@dataclass(frozen=True)
class Coverage:
    """What the cases of a policy reach. `reviewed` and `unreviewed` count cases; `undecided` were refused or do not fit."""

    policy: str
    version: str
    items: tuple[Item, ...]
    pairs: tuple[Pair, ...]
    reviewed: int
    unreviewed: int
    undecided: int
    counts_unreviewed: bool

    def of(self, figure: Figure) -> tuple[Item, ...]:
        """The items of a figure."""
        return tuple(i for i in self.items if i.figure == figure)

    def count(self, figure: Figure) -> Count:
        """How much of a figure is covered."""
        status = [i.status for i in self.of(figure)]
        return Count(status.count("covered"), len(status) - status.count("infeasible"), status.count("infeasible"))

    @property
    def established(self) -> int:
        """How many rules are established by some case, asserted or not."""
        return sum(bool(i.established or i.cases) for i in self.of("rules"))

    def below(self, percent: float) -> tuple[Figure, ...]:
        """The figures that do not reach so many percent."""
        return tuple(f for f in FIGURES if self.count(f).percent < percent)

    def to_dict(self) -> dict[str, Any]:
        """All of this as plain data."""
        figures = {
            figure: {"covered": c.covered, "feasible": c.feasible, "infeasible": c.infeasible, "percent": c.percent}
            for figure in FIGURES
            for c in [self.count(figure)]
        }
        return {
            "format": 1, "policy": _clean(self.policy), "version": _clean(self.version),
            "cases": {
                "reviewed": self.reviewed, "unreviewed": self.unreviewed, "undecided": self.undecided,
                "counts_unreviewed": self.counts_unreviewed,
            },
            "figures": figures, "established": self.established,
            "items": [_plain(item) for item in self.items],
            "pairs": [
                {"exception": _clean(p.exception), "rule": _clean(p.rule), "applied": p.applied, "not_applied": p.not_applied}
                for p in self.pairs
            ],
        }  # fmt: skip


def _clean(text: str) -> str:
    return mask(printable(text))


def _plain(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = {
        "figure": item.figure, "address": _clean(item.address), "place": _clean(item.place), "status": item.status,
        "cases": [_clean(name) for name in item.cases[:SHOWN]], "case_count": len(item.cases),
    }  # fmt: skip
    if item.figure == "rules":
        found["established_count"] = len(item.established)
    if item.infeasible is not None and item.status == "infeasible":
        found["infeasible"] = {
            "zh": _clean(item.infeasible.zh),
            "en": _clean(item.infeasible.en),
            "declared": item.declared,
        }
    return found


SHOWN = 5
"""How many cases are named with what they reach."""

Prepare = Callable[[date, str, Mapping[str, Any] | None], Prepared]
"""What prepares the policy for a day, a profile and parameters, as a `Judge` does, which has done it once already."""


def read_declarations(policy: Policy) -> tuple[tuple[Infeasible, Span], ...]:
    """What `coverage.yaml` beside a policy declares infeasible, nothing where there is no such file. Raises PolicyError."""
    if not policy.folder.joinpath(FILE).is_file():
        return ()
    return declarations(beside(policy, FILE))


FILE = "coverage.yaml"


def declarations(source: Source) -> tuple[tuple[Infeasible, Span], ...]:
    """What a file declares infeasible, with the place of each. Raises PolicyError for what does not fit."""
    file, node = read_shape(source, CoverageFile)
    return tuple((one, at(node, ("infeasible", i, "side"))) for i, one in enumerate(file.infeasible))


def measure(
    policy: Policy, cases: Iterable[PolicyCase], *, declared: Iterable[tuple[Infeasible, Span]] = (),
    unreviewed: bool = False, prepare: Prepare | None = None,
) -> Coverage:  # fmt: skip
    """What the cases of a policy reach; those that nobody reviewed count only with `unreviewed`.

    Raises PolicyError where a declaration names nothing, names something twice, or something that a case reaches.
    """
    wanted = obligations(policy)
    run = Measuring(policy, wanted, prepare)
    counts = {True: 0, False: 0}
    for case in cases:
        counts[case.reviewed] += 1
        if case.reviewed or unreviewed:
            run.case(case)
    reasons = run.reasons()
    items = [run.item(o, reasons.get(o.address)) for o in wanted.all.values()]
    return Coverage(
        policy.name, policy.version, tuple(_declared(items, declared)), run.pairs(), counts[True], counts[False],
        run.undecided, unreviewed,
    )  # fmt: skip


def _declared(items: list[Item], declared: Iterable[tuple[Infeasible, Span]]) -> list[Item]:
    """The items with what is declared of them."""
    problems: list[Diagnostic] = []
    index = {item.address: number for number, item in enumerate(items)}
    told: dict[str, Span] = {}
    for one, span in declared:
        number = index.get(one.side)
        if number is None:
            message = Text(f"`{shown(one.side)}` 没有定义", f"`{shown(one.side)}` is not defined")
            problems.append(Diagnostic("CR-P034", message, span, one_of(one.side, index)))
        elif one.side in told:
            message = Text(f"`{shown(one.side)}` 写了两次", f"`{shown(one.side)}` is given twice")
            first = ((told[one.side], Text("第一处", "the first")),)
            problems.append(Diagnostic("CR-P023", message, span, related=first))
        elif items[number].cases:
            case = _clean(items[number].cases[0])
            message = Text(
                f"`{shown(one.side)}` 声明为不可能达到，但案例 `{case}` 达到了",
                f"`{shown(one.side)}` is declared infeasible, but the case `{case}` reaches it",
            )
            problems.append(Diagnostic("CR-P056", message, span))
        elif items[number].infeasible is None:
            items[number] = replace(items[number], infeasible=one.why.text, declared=True)
        told.setdefault(one.side, span)
    if problems:
        raise PolicyError(problems)
    return items


class Measuring:
    """One pass over the cases: what they reach, and every form of the conditions that they met."""

    def __init__(self, policy: Policy, wanted: Obligations, prepare: Prepare | None = None) -> None:
        self.policy, self.wanted = policy, wanted
        self.prepare = prepare or self._prepare
        self.observers: dict[tuple[date, str, str], Observer] = {}
        self.feasibility = Feasibility(policy, wanted)
        self.reached: dict[str, list[str]] = defaultdict(list)
        self.asserted: dict[str, list[str]] = defaultdict(list)
        self.seen_pairs: set[tuple[str, str, str]] = set()
        self.undecided = 0
        self.near: Mapping[date, list[Change]] = self._near()

    def _near(self) -> Mapping[date, list[Change]]:
        found: dict[date, list[Change]] = defaultdict(list)
        for change in self.wanted.changes:
            for day in change.days.values():
                found[day].append(change)
        return found

    def observer(self, day: date, profile: str, params: Mapping[str, Any]) -> Observer:
        key = (day, profile, repr(params) if params else "")
        if key not in self.observers:
            prepared = self.prepare(day, profile, params or None)
            self.observers[key] = Observer(prepared, self.wanted)
            self.feasibility.add(prepared.program, params=key[2])
        return self.observers[key]

    def _prepare(self, day: date, profile: str, params: Mapping[str, Any] | None) -> Prepared:
        made = self.policy.prepare(as_of=day, profile=profile, params=params)
        return made if isinstance(made, Prepared) else Prepared(made)

    def case(self, case: PolicyCase) -> None:
        """What a case reaches; one whose parameters are refused, or that does not fit, reaches nothing."""
        try:
            observer = self.observer(case.as_of, case.profile, case.params)
            seen = observer.observe(case.case)
            decision = observer.prepared.decide(case.case)
        except (PolicyError, RecordError):
            self.undecided += 1
            return
        for address in seen.addresses & self.wanted.all.keys():
            self._add(self.reached[address], case)
        for rule in seen.established & self.wanted.all.keys():
            self._add(self.reached[rule], case)
        for rule in asserted(case, decision):
            self._add(self.asserted[rule], case)
        self.seen_pairs |= seen.pairs
        self._force(case, seen)

    def _add(self, names: list[str], case: PolicyCase) -> None:
        if not names or names[-1] != case.name:
            names.append(case.name)

    def _force(self, case: PolicyCase, seen: Seen) -> None:
        """The changes of force at whose days the case is decided, where what changes was in play."""
        told: dict[date, Seen] = {case.as_of: seen}
        for change in self.near.get(case.as_of, ()):
            day = change.in_force
            if day not in told:
                told[day] = self.observer(day, case.profile, case.params).observe(case.case)
            if told[day].tokens & change.users:
                for when, on in change.days.items():
                    if on == case.as_of:
                        self._add(self.reached[f"{change.address}={when}"], case)

    def reasons(self) -> Mapping[str, Text]:
        """Why some of what no case reaches cannot be reached."""
        open_ = [o for o in self.wanted.all.values() if not self.reached.get(o.address)]
        return self.feasibility.reasons(open_)

    def item(self, one: Obligation, reason: Text | None) -> Item:
        reached = tuple(self.reached.get(one.address, ()))
        if one.figure == "rules":
            return Item(one.figure, one.address, one.span, tuple(self.asserted.get(one.address, ())), reached, reason)
        return Item(one.figure, one.address, one.span, reached, (), None if reached else reason)

    def pairs(self) -> tuple[Pair, ...]:
        """Each exception with each rule that it serves."""
        return tuple(
            Pair(e.id, r.id, (e.id, r.id, "applied") in self.seen_pairs, (e.id, r.id, "not_applied") in self.seen_pairs)
            for r in self.policy.rules
            for e in self.policy.exceptions_of(r)
        )


def asserted(case: PolicyCase, decision: Decision) -> set[str]:
    """The rules that are established and that the case says must be; a scope rule, by the outcome that follows from it."""
    expected = case.expected
    found = {c.rule for c in decision.established} & set(expected.because or ())
    found |= {f.id for f in decision.follow_ups if f.status == "established"} & set(expected.follow_ups or ())
    if expected.expect is not None and expected.expect.outcome is not None:
        found |= {s.rule for s in decision.scope if s.status == "established"}
    return found
