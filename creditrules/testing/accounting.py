"""Account for a policy's source: where each of its clauses and rows is encoded, or why it is not, and which cases reach it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from creditrules.diagnostics import Diagnostic, Source, Span, Text, one_of, shown
from creditrules.documents import Node, at
from creditrules.policy.files import read_shape
from creditrules.policy.lower import lower
from creditrules.policy.model import Basis, Foundation, Policy
from creditrules.policy.shapes import Language, Name, Shape, Title
from creditrules.policy.syntax import Call, Expr, Param, unparse
from creditrules.policy.typing import reach
from creditrules.testing.cases import Outcome


class SourceFile(Shape):
    """The shape of `source.yaml`: what must be accounted for, each under the name that `covers` uses."""

    language: Language
    clauses: dict[Name, Title] = {}
    rows: dict[Name, Title] = {}
    questions: dict[Name, Title] = {}
    checks: dict[Name, Title] = {}


SECTIONS = ("clauses", "rows", "questions", "checks")


@dataclass(frozen=True)
class Item:
    """Something in a policy that covers a row: what it is, its id, where it stands."""

    what: str
    id: str
    place: str


@dataclass
class Row:
    """A clause, row, question or check of the source: what encodes it, or why nothing does, and the cases that reach it."""

    section: str
    id: str
    title: Text
    encoded: list[Item] = field(default_factory=list)
    not_encoded: list[tuple[str, Text]] = field(default_factory=list)
    cases: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Account:
    """What a policy says of its source."""

    rows: tuple[Row, ...]
    problems: tuple[Diagnostic, ...]


def read_source(source: Source) -> tuple[SourceFile, Node]:
    """Read `source.yaml`. Raises PolicyError."""
    return read_shape(source, SourceFile)


def account(policy: Policy, file: SourceFile, node: Node, *, outcomes: Iterable[Outcome] = ()) -> Account:
    """Hold a policy against what its source lists; `outcomes` are those of its cases.

    A row that nothing encodes and that is not under `not_encoded` is a problem, and so is a word in `covers` that the source
    does not list.
    """
    rows = {
        name: Row(section, name, title.text) for section in SECTIONS for name, title in getattr(file, section).items()
    }
    problems: list[Diagnostic] = []
    found = reached(policy, outcomes)
    for item, covers, span in _items(policy):
        for word in covers:
            if word not in rows:
                message = Text(
                    f"`source.yaml` 没有列出 `{shown(word)}`", f"`source.yaml` does not list `{shown(word)}`"
                )
                problems.append(Diagnostic("CR-P034", message, span, one_of(word, rows)))
                continue
            if item not in rows[word].encoded:
                rows[word].encoded.append(item)
            rows[word].cases |= found[item.what, item.id]
    for clause in policy.not_encoded:
        for word in (*clause.covers, *(w for w in clause.clause.split() if w in file.clauses)):
            if word in rows:
                rows[word].not_encoded.append((clause.clause, clause.why))
            else:
                message = Text(
                    f"`source.yaml` 没有列出 `{shown(word)}`", f"`source.yaml` does not list `{shown(word)}`"
                )
                problems.append(Diagnostic("CR-P034", message, None, one_of(word, rows)))
    for name, row in rows.items():
        if not row.encoded and not row.not_encoded:
            message = Text(
                f"`{name}` 既没有编入，也没有列入 `not_encoded`", f"`{name}` is neither encoded nor under `not_encoded`"
            )
            problems.append(Diagnostic("CR-P052", message, at(node, (row.section, name), key=True)))
    return Account(tuple(rows.values()), tuple(problems))


_Founded = tuple[str, str, tuple[str, ...], Foundation, Span]


def founded(policy: Policy) -> Iterator[_Founded]:
    """Everything in a policy that rests on something: what it is, its id, what it covers, on what it rests, where it stands."""
    for rule in policy.rules:
        yield "rule", rule.id, rule.covers, rule.foundation, rule.span
    for one in (*(e for r in policy.rules for e in r.unless), *(s.exception for s in policy.exceptions)):
        yield "exception", one.id, one.covers, one.foundation, one.span
    for scope in policy.scope:
        yield "scope", scope.id, scope.covers, scope.foundation, scope.span
    for follow_up in policy.follow_ups:
        yield "follow_up", follow_up.id, follow_up.covers, follow_up.foundation, follow_up.span
    for check in policy.checks:
        yield "check", check.id, check.covers, check.foundation, check.span
    for definition in policy.definitions.values():
        yield "definition", definition.name, definition.covers, definition.foundation, definition.span
    for parameter in policy.parameters.values():
        yield "parameter", parameter.name, parameter.covers, parameter.foundation, parameter.span
    for term in policy.terms:
        yield "term", _named(term.foundation), term.covers, term.foundation, term.span
    for row in policy.lists:
        yield "list", row.competent.label.zh, row.covers, row.foundation, row.competent.span


def _items(policy: Policy) -> Iterator[tuple[Item, set[str], Span]]:
    """Everything that may cover a row, with what it says it covers and the provisions that it cites."""
    for what, name, covers, foundation, span in founded(policy):
        # A clause of the source that is cited as a basis is encoded by what cites it.
        clauses = {
            b.provision.name for b in foundation.bases if b.provision is not None and b.instrument.level == "report"
        }
        yield Item(what, name, f"{span.source.name}:{span.line}"), {*covers, *clauses}, span


def _named(foundation: Foundation) -> str:
    return ", ".join(sorted(b.name for b in foundation.bases))


def reached(policy: Policy, outcomes: Iterable[Outcome]) -> Mapping[tuple[str, str], set[str]]:
    """The cases in which each item had an effect, or (a parameter) was set otherwise."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    uses = {rule.id: _used(policy, [c.test for c in rule.when], rule.persons, rule.matters) for rule in policy.rules}
    exempting = {e.id: _used(policy, [c.test for c in e.when]) for r in policy.rules for e in policy.exceptions_of(r)}
    for outcome in outcomes:
        decision, name = outcome.decision, outcome.case.name
        for parameter in outcome.case.params:
            found["parameter", parameter].add(name)
        if decision is None:
            continue
        applied = [e for c in decision.conclusions for e in c.exceptions if e.holds]
        applied += [e for one in decision.lifted for e in one.exceptions]
        rules = {c.rule for c in decision.established}
        touched = [("rule", r) for r in rules] + [("exception", e.id) for e in applied]
        touched += [("scope", s.rule) for s in decision.scope if s.status == "established"]
        touched += [("follow_up", f.id) for f in decision.follow_ups if f.status == "established"]
        touched += [u for r in rules for u in uses.get(r, ())] + [u for e in applied for u in exempting.get(e.id, ())]
        for ignored in decision.ignored:
            if ignored.why == "term":
                touched.append(("term", ", ".join(sorted(p.basis for p in ignored.provisions))))
            if ignored.why == "authority":
                touched += [("list", row.competent.label.zh) for row in policy.lists]
        for item in touched:
            found[item].add(name)
    return found


def _used(policy: Policy, tests: list[Expr], *words: Any) -> set[tuple[str, str]]:
    """The definitions and parameters that some conditions use."""
    found = {("parameter", p) for w in words if w is not None for p in w.params}
    for node in reach(policy, *tests):
        if isinstance(node, Param):
            found.add(("parameter", node.name))
        if isinstance(node, Call) and node.name in policy.definitions:
            found.add(("definition", node.name))
    return found


@dataclass(frozen=True)
class Cap:
    """A measure that no basis covers on a day, and what is left of it, in which matters."""

    rule: str
    measure: str
    left: str
    matters: tuple[str, ...]


def caps(policy: Policy, *, as_of: date, profile: str | None = None) -> tuple[Cap, ...]:
    """The rules whose measures are lowered for want of a basis on the day."""
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for rule in lower(policy, as_of=as_of, profile=profile).rules:
        for (matter, _), given in rule.gives.items():
            if given.capped_from:
                found[rule.id, given.capped_from, given.measure].add(matter)
    return tuple(Cap(*key, tuple(sorted(matters))) for key, matters in sorted(found.items()))


def unchecked(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """The provisions whose text was not checked, with what relies on them."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, basis in _bases(policy):
        if basis.checked == "unchecked":
            found[basis.name].add(name)
    return {name: tuple(sorted(users)) for name, users in sorted(found.items())}


def _bases(policy: Policy) -> Iterator[tuple[str, Basis]]:
    """Every basis, with what cites it; a term is told by the day on which it ends."""
    for what, name, _, foundation, _ in founded(policy):
        if what != "term":
            yield from ((f"list {name}" if what == "list" else name, basis) for basis in foundation.bases)
    yield from ((f"term {unparse(term.until)}", basis) for term in policy.terms for basis in term.foundation.bases)
    yield from ((rule.id, position.basis) for rule in policy.rules for position in rule.contested)


def overdue(policy: Policy, *, as_of: date) -> Mapping[str, date]:
    """The instruments whose day of review has passed."""
    return {i.name: i.review_by for i in policy.law.values() if i.review_by is not None and i.review_by < as_of}


def report(policy: Policy, accounted: Account | None, *, as_of: date) -> dict[str, Any]:
    """All of this as plain data: the rows of the source, and what on the day is capped, unchecked, left out or overdue."""
    rows = [
        {
            "section": r.section, "id": r.id, "title": _plain(r.title), "cases": len(r.cases),
            "encoded": [{"what": i.what, "id": i.id, "place": i.place} for i in r.encoded],
            "not_encoded": [{"clause": clause, "why": _plain(why)} for clause, why in r.not_encoded],
        }
        for r in (accounted.rows if accounted else ())
    ]  # fmt: skip
    lowered = {
        profile: [
            {"rule": c.rule, "measure": c.measure, "left": c.left, "matters": list(c.matters)}
            for c in caps(policy, as_of=as_of, profile=profile)
        ]
        for profile in policy.profiles
    }
    left_out = [
        {"clause": n.clause, "covers": list(n.covers), "why": _plain(n.why), "decided_by": n.decided_by} for n in policy.not_encoded
    ]  # fmt: skip
    late = [{"instrument": n, "review_by": d.isoformat()} for n, d in overdue(policy, as_of=as_of).items()]
    return {
        "format": 1, "policy": policy.name, "version": policy.version, "digest": policy.digest, "as_of": as_of.isoformat(), "rows": rows,
        "caps": lowered, "unchecked": [{"provision": p, "used_by": list(users)} for p, users in unchecked(policy).items()],
        "not_encoded": left_out, "overdue": late,
    }  # fmt: skip


def _plain(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
