"""Conditions mean what CEL says that they mean: random ones with missing values, judged by the engine and by Google's CEL."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from creditrules import PolicyError, load
from creditrules.engines import evaluating
from creditrules.engines.evaluating import compile_
from creditrules.policy import truth
from creditrules.policy.parser import parse
from creditrules.policy.syntax import unparse
from creditrules.records.binding import Binding
from tests.support import depth, session_seed
from tests.support.cel import AS_OF, LEAVES, POLICY, RESULTS, RULE, USED, VOCABULARY, Facts, Maker, Oracle, Twin, facts

EVALUATIONS = depth(1_500, 40_000)
A_BATCH, FACTS_EACH = 25, 10

EVERYTHING = {
    "!", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "size", "has", "field", "as_of", "years", "months", "days",
    "literal bool", "literal int", "literal decimal", "literal text", "literal date", "literal list", "int with decimal",
    "status_on ==", "status_on !=", "status_on in", "param", "param keyed", "definition", "definition of a day",
}  # fmt: skip
"""Every operator and function of the profile, and every kind of leaf."""


def lowered(twins: list[Twin], folder: Path) -> Iterator[tuple[Twin, Callable[[Facts], bool | None], str]]:
    """Our side of each condition: read from a policy, checked and lowered by the library, and made into code by its engine."""
    folder.mkdir()
    (folder / "vocabulary.yaml").write_text(VOCABULARY, "utf-8")
    rules = (RULE.format(number=n, expression="'" + t.ours.replace("'", "''") + "'") for n, t in enumerate(twins))
    (folder / "policy.yaml").write_text(POLICY + "".join(rules), "utf-8")
    program = load(folder).prepare(as_of=AS_OF).program
    for rule in program.rules:
        (atom,) = (a for a in rule.atoms if a.id.endswith("/asked"))
        code = compile_(atom.test, AS_OF)

        def run(given: Facts, code: Any = code) -> bool | None:
            values = {n: given.values.get(n) for names in (*LEAVES.values(), ("w3",)) for n in names}
            found: bool | None = code.run({"thing": Binding("thing", "thing", MappingProxyType(values), given)})  # type: ignore[arg-type]
            return found

        yield twins[int(rule.id.removeprefix("R-"))], run, unparse(atom.test)


def evaluations(count: int, seed: object, folder: Path) -> Iterator[tuple[Twin, Facts, bool | None, bool | None]]:
    """So many conditions on so many facts, with what the engine and what CEL say."""
    random_, oracle = random.Random(f"{seed}/cel"), Oracle()
    maker, done = Maker(random_), 0
    while done < count:
        twins = [maker.truth(random_.choice((0, 0, 1, 2, 3))) for _ in range(A_BATCH)]
        for twin, run, _ in lowered(twins, folder / str(done)):
            expression = oracle.compiled(twin.cel)
            for number in range(FACTS_EACH):
                given = facts(
                    random_, missing=0.0 if number % 5 < 2 else random_.choice((0.1, 0.3, 0.6)), near=twin.near
                )
                yield twin, given, run(given), oracle.judge(expression, given)
                done += 1


@pytest.mark.timeout(1_200)
def test_the_engine_says_what_cel_says(tmp_path: Path) -> None:
    count = missing = 0
    differences = []
    for twin, given, ours, theirs in evaluations(EVALUATIONS, session_seed(), tmp_path):
        count += 1
        for name in twin.uses:
            USED[name] += 1
        RESULTS[{True: "true", False: "false", None: "unknown"}[ours]] += 1
        lacks = bool(twin.reads - set(given.values) - {"status", ""})
        missing += lacks
        RESULTS["a leaf missing"] += lacks
        if ours is not theirs:
            differences.append(
                f"seed {session_seed()}: {twin.ours}\n  as CEL: {twin.cel}\n  {given}\n  engine {ours}, CEL {theirs}"
            )
    assert differences == []
    assert count >= EVALUATIONS
    assert set(USED) <= EVERYTHING
    if EVALUATIONS >= 20_000:
        assert missing >= count / 5
        assert set(USED) == EVERYTHING
        assert {name: n for name, n in USED.items() if n < 200} == {}
        assert min(RESULTS["true"], RESULTS["false"], RESULTS["unknown"]) >= 2_000


def test_what_is_read_is_written_back_as_it_is_understood(tmp_path: Path) -> None:
    """The text of a condition, printed from its tree, is read as the same tree: no bracket is lost, and none is needed."""
    from creditrules.diagnostics import Source, Span
    from creditrules.documents import Scalar

    maker = Maker(random.Random(f"{session_seed()}/texts"))

    def tree(text: str) -> Any:
        quoted = "'" + text.replace("'", "''") + "'"
        return parse(Scalar(text, True, Span(Source("condition", quoted), 0, len(quoted)), "'"))

    for _ in range(depth(200, 5_000)):
        ours = maker.truth(3).ours
        assert tree(unparse(tree(ours))) == tree(ours), ours


def _by_thirty(day: date, unit: str, count: int) -> date:
    number = day.toordinal() + count * {"days": 1, "months": 30, "years": 360}[unit]
    return date.max if day == date.max or number > date.max.toordinal() else date.fromordinal(max(number, 1))


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "an unknown side makes && unknown": (evaluating, "all_", lambda xs: None if None in (found := list(xs)) else truth.all_(found)),
    "an unknown side makes || false": (evaluating, "any_", lambda xs: any(x is True for x in xs)),
    "not unknown is true": (evaluating, "not_", lambda x: x is not True),
    "<= is <": (evaluating, "_COMPARE", {**evaluating._COMPARE, "<=": evaluating._COMPARE["<"]}),
    "a month has 30 days": (evaluating, "shift", _by_thirty),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_engine_is_found(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*FAULTS[fault])
    assert any(ours is not theirs for _, _, ours, theirs in evaluations(4_000, "faults", tmp_path))


def test_what_the_twins_cannot_say_is_refused_by_us(tmp_path: Path) -> None:
    """CEL would take these; the profile does not, so they need no oracle."""
    for text in ("thing.w1 < thing.w2", "thing.n1 + 1 > 2", "thing.d1 + days(1)", "thing.n1 == thing.w1", "[1] == [1]"):
        with pytest.raises(PolicyError):
            list(lowered([Twin(text, "")], tmp_path / str(abs(hash(text)))))
