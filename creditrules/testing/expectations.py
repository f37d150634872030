"""What a case expects of a decision: how it is written, and how a decision differs from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from creditrules.decision import Decision, FactValue
from creditrules.diagnostics import Text
from creditrules.documents import Plain
from creditrules.policy.shapes import Mode, Shape
from creditrules.records.values import Flag, OpenDate, Str

_LISTED = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
Names = Annotated[tuple[Str, ...], BeforeValidator(lambda v: [v] if isinstance(v, str) else v), WithJsonSchema(_LISTED)]


class Expectation(Shape):
    """What a decision must say; what is left out is not looked at."""

    outcome: Str | None = None
    measures: Names | None = None
    could_become: Names | None = None


class ProcedureExpected(Shape):
    """A procedure that must be among those of the decision, with these arguments among its own."""

    measure: Str
    status: Literal["established", "undetermined"] = "established"
    arguments: dict[str, Any] = {}


class ClockExpected(Shape):
    """The last days of the clock of a follow-up; `unknown` where they are not known."""

    due: OpenDate | Literal["unknown"]
    extended_due: OpenDate | Literal["unknown"] | None = None


class CaseInProfile(Shape):
    """What is expected under one profile. `because` are the rules that must be established, and no others.

    So it is with every list here, but for `not_because` and `procedures`: it names all that there may be. `modes` gives for
    a rule the word of the law under which it concluded something, `exceptions` are those that applied, `lifted` the rules
    that exceptions lifted wholly, `fell` what does not stand on the day because none of its bases is in force.
    """

    expect: Expectation | None = None
    because: Names | None = None
    not_because: Names | None = None
    undetermined: Names | None = None
    modes: dict[Str, Mode] | None = None
    exceptions: Names | None = None
    lifted: Names | None = None
    missing: Names | None = None
    capped: Names | None = None
    ignored: Names | None = None
    fell: Names | None = None
    follow_ups: Names | None = None
    clocks: dict[Str, ClockExpected] | None = None
    procedures: tuple[ProcedureExpected, ...] | None = None
    hypothetical: Flag | None = None
    refused: Str | None = None
    """The code of the problem for which the policy does not take the parameters or the day."""


EXPECTED = tuple(CaseInProfile.model_fields)
"""The names of everything that can be expected."""


def laid_over(own: CaseInProfile, under_profile: CaseInProfile) -> CaseInProfile:
    """What a case expects under a profile: what is said there, and what is said of all profiles where it says nothing."""
    return CaseInProfile(
        **{n: v if (v := getattr(under_profile, n)) is not None else getattr(own, n) for n in EXPECTED}
    )


def differences(expected: CaseInProfile, decision: Decision) -> Iterator[Text]:
    """What differs between what is expected and a decision, one sentence for each thing that differs."""
    established = {c.rule for c in decision.established}
    if expected.expect is not None:
        yield from differs("结果", "outcome", expected.expect.outcome, decision.outcome)
        yield from _listed("措施", "measures", expected.expect.measures, decision.measures)
        could_become = [p.measure for p in decision.could_become]
        yield from _listed("可能成为", "could become", expected.expect.could_become, could_become)
    yield from _listed("成立的规则", "rules established", expected.because, established)
    for rule in expected.not_because or ():
        if rule in established:
            yield Text(f"规则 {rule} 不应成立", f"the rule {rule} must not be established")
    undetermined = {c.rule for c in decision.undetermined}
    yield from _listed("待核实的规则", "rules undetermined", expected.undetermined, undetermined)
    for rule, mode in (expected.modes or {}).items():
        found = sorted({c.mode for c in decision.conclusions if c.rule == rule})
        yield from differs(f"规则 {rule} 的强度", f"mode of {rule}", [mode], found)
    yield from _listed("适用的除外情形", "exceptions that applied", expected.exceptions, applied(decision))
    yield from _listed("被除外的规则", "rules lifted", expected.lifted, {x.rule for x in decision.lifted})
    yield from _listed("缺少的事实", "missing facts", expected.missing, [m.address for m in decision.missing])
    capped = {c.rule for c in decision.established if c.capped_from}
    yield from _listed("降级的规则", "rules capped", expected.capped, capped)
    ignored = {i.record for i in decision.ignored}
    yield from _listed("无效力的记录", "records without effect", expected.ignored, ignored)
    fell = {f.id for f in decision.fell}
    yield from _listed("因依据失效而不适用的", "what fell with its bases", expected.fell, fell)
    due = {f.id for f in decision.follow_ups if f.status == "established"}
    yield from _listed("随结果办理的事项", "follow-ups", expected.follow_ups, due)
    for name, clock in (expected.clocks or {}).items():
        yield from _clock(name, clock, decision)
    yield from differs("假设性", "hypothetical", expected.hypothetical, decision.hypothetical)
    yield from _procedures(expected.procedures, decision)


def applied(decision: Decision) -> set[str]:
    """The exceptions that applied in a decision."""
    found = {e.id for c in decision.conclusions for e in c.exceptions if e.holds}
    return found | {e.id for one in decision.lifted for e in one.exceptions}


def _procedures(expected: tuple[ProcedureExpected, ...] | None, decision: Decision) -> Iterator[Text]:
    """The procedures that are not there, each with the arguments that those of its measure have instead."""
    for wanted in expected or ():
        alike = [p for p in decision.procedures if p.measure == wanted.measure]
        if any(p.status == wanted.status and _has(wanted.arguments, p.arguments) for p in alike):
            continue
        name = f"{wanted.measure}{_arguments(wanted.arguments)}"
        found = "; ".join(f"{p.measure} {p.status}{_arguments(p.arguments)}" for p in alike)
        yield (
            Text(
                f"缺少程序 {name}（{wanted.status}），实有 {found}",
                f"no procedure {name} ({wanted.status}), but {found}",
            )
            if found
            else Text(f"缺少程序 {name}", f"the procedure {name} is not there")
        )
    if expected == () and decision.procedures:
        found = ", ".join(p.measure for p in decision.procedures)
        yield Text(f"不应有程序，实有 {found}", f"there must be no procedures, but there are {found}")


def _has(expected: Mapping[str, Any], arguments: Mapping[str, FactValue]) -> bool:
    return all(name in arguments and _same(value, arguments[name]) for name, value in expected.items())


def _same(expected: Any, actual: FactValue) -> bool:
    """Whether an argument is as it was written; a value without quotes is of the type that the argument has."""
    if isinstance(expected, list):
        return isinstance(actual, tuple) and len(expected) == len(actual) and all(map(_same, expected, actual))
    if isinstance(expected, Plain):
        return expected == (str(actual).lower() if isinstance(actual, bool) else str(actual))
    return bool(expected == actual)


def _arguments(arguments: Mapping[str, Any]) -> str:
    told = ", ".join(f"{name}: {_told(value)}" for name, value in sorted(arguments.items()))
    return f" {{{told}}}" if told else ""


def _clock(name: str, expected: ClockExpected, decision: Decision) -> Iterator[Text]:
    """What differs in the clocks of a follow-up."""
    clocks = [f.clock for f in decision.follow_ups if f.id == name and f.clock is not None]
    if not clocks:
        yield Text(f"没有期限 {name}", f"there is no clock {name}")
    for clock in clocks:
        yield from differs(f"{name} 的最后一日", f"last day of {name}", str(expected.due), clock.due or "unknown")
        if expected.extended_due is not None:
            last = str(expected.extended_due)
            yield from differs(f"{name} 延长后", f"{name} prolonged", last, clock.extended_due or "unknown")


def differs(zh: str, en: str, expected: object, actual: object) -> Iterator[Text]:
    """That something is not as expected; nothing where nothing is expected of it, or where it is so."""
    if expected is not None and expected != actual:
        yield Text(
            f"{zh}：应为 {_told(expected)}，实为 {_told(actual)}",
            f"{en}: expected {_told(expected)}, got {_told(actual)}",
        )


def _listed(zh: str, en: str, expected: tuple[str, ...] | None, actual: Iterable[str]) -> Iterator[Text]:
    """That a list is another one, with what it lacks and what it has too much."""
    if expected is None:
        return
    found = sorted(actual)
    for text in differs(zh, en, sorted(expected), found):
        lacks, more = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
        # Of a single word on one side, the sentence says it all.
        if len(expected) + len(found) > 2 and (lacks or more):
            zh_parts = [f"缺 {', '.join(lacks)}"] * bool(lacks) + [f"多 {', '.join(more)}"] * bool(more)
            en_parts = [f"lacking {', '.join(lacks)}"] * bool(lacks) + [f"in excess {', '.join(more)}"] * bool(more)
            yield Text(f"{text.zh}（{'；'.join(zh_parts)}）", f"{text.en} ({'; '.join(en_parts)})")
        else:
            yield text


def _told(value: object) -> str:
    return "[" + ", ".join(map(str, value)) + "]" if isinstance(value, (list, tuple)) else str(value)
