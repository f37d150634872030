"""Read `cases.yaml` beside a policy and hold its expectations against decisions.

A file of cases has `bases`, named givens that cases build upon, and `cases`: each with a name that says the situation, a
day, the givens, what is expected and which rules must be established for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Sequence as Sequence_
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from creditrules.decision import Decision
from creditrules.diagnostics import Diagnostic, PolicyError, RecordError, Source, Span, Text, one_of, shown
from creditrules.documents import Mapping as MappingNode
from creditrules.documents import Node, Scalar, Sequence, at, below
from creditrules.policy.files import read_shape
from creditrules.policy.model import Policy
from creditrules.policy.shapes import Shape
from creditrules.records.case import BaseCase, case_model
from creditrules.records.values import Date, Flag, OpenDate, Str

Decide = Callable[..., Decision]


_LISTED = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
Names = Annotated[tuple[Str, ...], BeforeValidator(lambda v: [v] if isinstance(v, str) else v), WithJsonSchema(_LISTED)]


class Expectation(Shape):
    """What a decision must say; what is left out is not looked at."""

    outcome: Str | None = None
    measures: Names | None = None
    could_become: Names | None = None


class ProcedureExpected(Shape):
    """A procedure that must be among those of the decision."""

    measure: Str
    status: Str = "established"
    arguments: dict[str, Any] = {}


class ClockExpected(Shape):
    """The last days of the clock of a follow-up; `unknown` where they are not known."""

    due: OpenDate | Literal["unknown"]
    extended_due: OpenDate | Literal["unknown"] | None = None


class CaseInProfile(Shape):
    """What is expected under one profile. `because` are the rules that must be established, and no others."""

    expect: Expectation | None = None
    because: Names | None = None
    not_because: Names | None = None
    undetermined: Names | None = None
    missing: Names | None = None
    capped: Names | None = None
    ignored: Names | None = None
    follow_ups: Names | None = None
    clocks: dict[Str, ClockExpected] | None = None
    procedures: tuple[ProcedureExpected, ...] | None = None
    hypothetical: Flag | None = None
    refused: Str | None = None
    """The code of the problem for which the policy does not take the parameters."""


class CaseShape(CaseInProfile):
    """One case of a file: the day, what is given, and what is expected, under one profile or under each of several."""

    name: Str
    as_of: Date
    profile: Str | None = None
    profiles: dict[str, CaseInProfile] = {}
    params: dict[str, Any] = {}
    given: dict[str, Any]


class CasesFile(Shape):
    """The shape of `cases.yaml`."""

    bases: dict[str, dict[str, Any]] = {}
    cases: Annotated[tuple[CaseShape, ...], Field(min_length=1)]


@dataclass(frozen=True)
class PolicyCase:
    """A case under one profile, ready to be decided, with what is expected of it."""

    name: str
    as_of: date
    profile: str
    params: Mapping[str, Any]
    case: BaseCase
    expected: CaseInProfile
    span: Span


@dataclass(frozen=True)
class Outcome:
    """What came of a case: the differences between what was expected and what was decided; none means that it passed.

    There is no decision where the policy refused the parameters.
    """

    case: PolicyCase
    decision: Decision | None
    differences: tuple[Text, ...]


_EXPECTED = tuple(CaseInProfile.model_fields)


def cases_beside(policy: Policy) -> list[PolicyCase]:
    """The cases in `cases.yaml` beside a policy, and in the files of its folder `cases`. Raises PolicyError."""
    folder = policy.folder.joinpath("cases")
    inside = sorted(f"cases/{f.name}" for f in folder.iterdir() if f.name.endswith(".yaml")) if folder.is_dir() else []
    return read_cases([beside(policy, name) for name in ("cases.yaml", *inside)], policy)


def beside(policy: Policy, name: str) -> Source:
    """A file in the folder of a policy. Raises PolicyError where it cannot be read."""
    file = policy.folder.joinpath(*name.split("/"))
    try:
        return Source(name, file.read_bytes().decode("utf-8-sig"))
    except OSError:
        message = Text(f"政策文件夹中没有 `{name}`", f"there is no `{name}` in the folder of the policy")
        raise PolicyError([Diagnostic("CR-P051", message)]) from None
    except UnicodeDecodeError:
        raise PolicyError([Diagnostic("CR-P050", Text(f"`{name}` 不是 UTF-8", f"`{name}` is not UTF-8"))]) from None


def read_cases(sources: Sequence_[Source], policy: Policy) -> list[PolicyCase]:
    """The cases of some files, one for each profile that a case names; the bases of each file serve all of them.

    Raises PolicyError with every problem: unknown fields, an unknown base, rule or profile, a repeated name, a record that
    does not fit.
    """
    problems: list[Diagnostic] = []
    found: list[PolicyCase] = []
    names: dict[str, Span] = {}
    bases: dict[str, Node] = {}
    files: list[tuple[CasesFile, Node]] = []
    for source in sources:
        try:
            files.append(read_shape(source, CasesFile))
        except PolicyError as error:
            problems += error.diagnostics
    for file, node in files:
        for name in file.bases:
            if name in bases:
                message = Text(f"给定 `{shown(name)}` 重名", f"two bases are called `{shown(name)}`")
                problems.append(Diagnostic("CR-P023", message, at(node, ("bases", name), key=True)))
            bases.setdefault(name, below(node, ("bases", name)))
    rules = {r.id for r in policy.rules} | {s.id for s in policy.scope}
    follow_ups = {f.id for f in policy.follow_ups}
    outcomes = {*policy.vocabulary.measures, *policy.vocabulary.outcomes}
    shapes = [(shape, below(node, ("cases", i))) for file, node in files for i, shape in enumerate(file.cases)]
    for shape, here in shapes:
        span = at(here, ("name",))
        if shape.name in names:
            message = Text(f"案例 `{shown(shape.name)}` 重名", f"two cases are called `{shown(shape.name)}`")
            problems.append(
                Diagnostic("CR-P023", message, span, related=((names[shape.name], Text("第一个", "the first")),))
            )
        names[shape.name] = span
        try:
            case = _case(shape, here, bases, policy)
        except (RecordError, PolicyError) as error:
            problems += error.diagnostics
            continue
        own = CaseInProfile(**{name: getattr(shape, name) for name in _EXPECTED})
        profiles = dict(shape.profiles) or {shape.profile or policy.default_profile: own}
        for profile, expected in profiles.items():
            if profile not in policy.profiles:
                message = Text(f"没有方案 `{shown(profile)}`", f"there is no profile `{shown(profile)}`")
                problems.append(
                    Diagnostic("CR-P034", message, at(here, ("profiles",)), one_of(profile, policy.profiles))
                )
                continue
            whole = CaseInProfile(
                **{n: v if (v := getattr(expected, n)) is not None else getattr(own, n) for n in _EXPECTED}
            )
            problems += _unknown_words(whole, rules, outcomes, follow_ups, span)
            params = dict(shape.params)
            found.append(PolicyCase(shape.name, shape.as_of, profile, params, case, whole, span))
    if problems:
        raise PolicyError(problems)
    return found


def _case(shape: CaseShape, here: Node, bases: Mapping[str, Node], policy: Policy) -> BaseCase:
    """The case of a shape: its givens laid over those of the base that it uses."""
    given = below(here, ("given",))
    use = shape.given.get("use")
    if use is None:
        return case_model(policy.vocabulary.schema).from_node(given)
    if use not in bases:
        message = Text(f"没有名为 `{shown(use)}` 的给定", f"there are no givens called `{shown(use)}`")
        raise PolicyError([Diagnostic("CR-P034", message, at(given, ("use",)), one_of(str(use), bases))])
    return case_model(policy.vocabulary.schema).from_node(_laid_over(bases[use], given))


def _laid_over(base: Node, given: Node) -> Node:
    """The fields of `given` over those of `base`, record by record.

    A list holds what `given` says; a record in it that has the id of one in the base's list takes over its other fields.
    """
    if isinstance(base, Sequence) and isinstance(given, Sequence):
        known = {i.text: item for item in base.items if (i := _id(item))}
        items = (
            _laid_over(known[i.text], item) if (i := _id(item)) and i.text in known else item for item in given.items
        )
        return Sequence(tuple(items), given.span)
    if not isinstance(base, MappingNode) or not isinstance(given, MappingNode):
        return given
    pairs = {key.text: (key, value) for key, value in base.pairs}
    for key, value in given.pairs:
        if key.text == "use":
            continue
        pairs[key.text] = (key, _laid_over(pairs[key.text][1], value) if key.text in pairs else value)
    return MappingNode(tuple(pairs.values()), given.span)


def _id(item: Node) -> Scalar | None:
    found = item.get("id") if isinstance(item, MappingNode) else None
    return found if isinstance(found, Scalar) else None


def _unknown_words(
    expected: CaseInProfile, rules: set[str], outcomes: set[str], follow_ups: set[str], span: Span
) -> Iterator[Diagnostic]:
    named = [
        (r, rules) for n in ("because", "not_because", "undetermined", "capped") for r in getattr(expected, n) or ()
    ]
    named += [(f, follow_ups) for f in (*(expected.follow_ups or ()), *(expected.clocks or ()))]
    if expected.expect is not None:
        words = [expected.expect.outcome, *(expected.expect.measures or ()), *(expected.expect.could_become or ())]
        named += [(w, outcomes) for w in words if w is not None]
    for word, known in named:
        if word not in known:
            yield Diagnostic(
                "CR-P034",
                Text(f"`{shown(word)}` 没有定义", f"`{shown(word)}` is not defined"),
                span,
                one_of(word, known),
            )


def run_cases(policy: Policy, cases: list[PolicyCase], decide: Decide) -> Iterator[Outcome]:
    """Decide each case and compare. `decide` is that of an engine."""
    for case in cases:
        try:
            decision = decide(policy, case.case, as_of=case.as_of, profile=case.profile, params=case.params or None)
        except PolicyError as error:
            if case.expected.refused is None:
                raise
            codes = sorted({d.code for d in error.diagnostics})
            yield Outcome(case, None, tuple(_differs("拒绝的理由", "refused for", [case.expected.refused], codes)))
            continue
        differences = [*_differences(case.expected, decision)]
        differences += _differs("拒绝的理由", "refused for", case.expected.refused, None)
        yield Outcome(case, decision, tuple(differences))


def _differences(expected: CaseInProfile, decision: Decision) -> Iterator[Text]:
    established = {c.rule for c in decision.established}
    undetermined = {c.rule for c in decision.undetermined}
    capped = {c.rule for c in decision.established if c.capped_from}
    if expected.expect is not None:
        yield from _differs("结果", "outcome", expected.expect.outcome, decision.outcome)
        yield from _differs("措施", "measures", _sorted(expected.expect.measures), sorted(decision.measures))
        yield from _differs(
            "可能成为",
            "could become",
            _sorted(expected.expect.could_become),
            [p.measure for p in decision.could_become],
        )
    yield from _differs("成立的规则", "rules established", _sorted(expected.because), sorted(established))
    for rule in expected.not_because or ():
        if rule in established:
            yield Text(f"规则 {rule} 不应成立", f"the rule {rule} must not be established")
    yield from _differs("待核实的规则", "rules undetermined", _sorted(expected.undetermined), sorted(undetermined))
    yield from _differs(
        "缺少的事实", "missing facts", _sorted(expected.missing), sorted(m.address for m in decision.missing)
    )
    yield from _differs("降级的规则", "rules capped", _sorted(expected.capped), sorted(capped))
    ignored = sorted({i.record for i in decision.ignored})
    yield from _differs("无效力的记录", "records without effect", _sorted(expected.ignored), ignored)
    due = {f.id for f in decision.follow_ups if f.status == "established"}
    yield from _differs("随结果办理的事项", "follow-ups", _sorted(expected.follow_ups), sorted(due))
    for name, clock in (expected.clocks or {}).items():
        yield from _clock(name, clock, decision)
    yield from _differs("假设性", "hypothetical", expected.hypothetical, decision.hypothetical)
    for wanted in expected.procedures or ():
        arguments = {k: plain_argument(v) for k, v in wanted.arguments.items()}
        if not any(
            p.measure == wanted.measure and p.status == wanted.status and arguments.items() <= dict(p.arguments).items()
            for p in decision.procedures
        ):
            yield Text(f"缺少程序 {wanted.measure}", f"the procedure {wanted.measure} is not there")
    if expected.procedures == () and decision.procedures:
        yield Text("不应有程序", "there must be no procedures")


def _clock(name: str, expected: ClockExpected, decision: Decision) -> Iterator[Text]:
    """What differs in the clocks of a follow-up."""
    clocks = [f.clock for f in decision.follow_ups if f.id == name and f.clock is not None]
    if not clocks:
        yield Text(f"没有期限 {name}", f"there is no clock {name}")
    for clock in clocks:
        yield from _differs(f"{name} 的最后一日", f"last day of {name}", str(expected.due), clock.due or "unknown")
        if expected.extended_due is not None:
            last = str(expected.extended_due)
            yield from _differs(f"{name} 延长后", f"{name} prolonged", last, clock.extended_due or "unknown")


def plain_argument(value: Any) -> Any:
    """An argument as a decision holds it: lists are tuples."""
    return tuple(value) if isinstance(value, list) else value


def _sorted(names: tuple[str, ...] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def _differs(zh: str, en: str, expected: object, actual: object) -> Iterator[Text]:
    if expected is not None and expected != actual:
        yield Text(
            f"{zh}：应为 {_told(expected)}，实为 {_told(actual)}",
            f"{en}: expected {_told(expected)}, got {_told(actual)}",
        )


def _told(value: object) -> str:
    return "[" + ", ".join(map(str, value)) + "]" if isinstance(value, list) else str(value)
