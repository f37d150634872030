"""Read `cases.yaml` beside a policy and hold its expectations against decisions.

A file of cases has `bases`, named givens that cases build upon, and `cases`: each with a name that says the situation, a
day, the givens, what is expected and which rules must be established for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Sequence as Sequence_
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from creditrules.decision import Decision
from creditrules.diagnostics import Diagnostic, PolicyError, RecordError, Source, Span, Text, one_of, shown
from creditrules.documents import Mapping as MappingNode
from creditrules.documents import Node, Scalar, Sequence, at, below, not_utf8, read_yaml
from creditrules.policy.files import read_shape
from creditrules.policy.model import Policy
from creditrules.policy.shapes import Shape
from creditrules.records.case import BaseCase, case_model
from creditrules.records.values import Date, Flag, Str
from creditrules.testing.checking import At, Words, expects_nothing, unmeetable
from creditrules.testing.expectations import EXPECTED, CaseInProfile, differences, differs, laid_over

Decide = Callable[..., Decision]


class Reviewable(Shape):
    """Whether a program wrote it, and who then read it; where nobody did, it is no acceptance of the policy."""

    generated: Flag | None = None
    reviewed_by: Str | None = None


class CaseShape(CaseInProfile, Reviewable):
    """One case of a file: the day, what is given, and what is expected, under one profile or under each of several."""

    name: Str
    as_of: Date
    profile: Str | None = None
    profiles: dict[str, CaseInProfile] = {}
    params: dict[str, Any] = {}
    given: dict[str, Any]


class CasesFile(Reviewable):
    """The shape of `cases.yaml`, of the files in `cases/`, and of `*.credit-test.yaml`.

    The last say which `policy` they are about, as a shipped name or as a folder beside them: `./policy`. What the file says
    of `generated` and `reviewed_by` holds for every case of it that does not say otherwise.
    """

    policy: Str | None = None
    bases: dict[str, dict[str, Any]] = {}
    # That it is not empty is seen to in reading: the validator would complain of that, too, where the only case has a mistake.
    cases: Annotated[tuple[CaseShape, ...], Field(json_schema_extra={"minItems": 1})]


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
    reviewed: bool = True
    """False for a case that a program wrote and that nobody has reviewed: it may fail, but its passing accepts nothing."""

    @property
    def place(self) -> str:
        """The file and the line of its name."""
        return f"{self.span.source.name}:{self.span.line}"


@dataclass(frozen=True)
class Outcome:
    """What came of a case: the differences between what was expected and what was decided; none means that it passed.

    There is no decision where the policy refused the parameters.
    """

    case: PolicyCase
    decision: Decision | None
    differences: tuple[Text, ...]


def cases_beside(policy: Policy) -> list[PolicyCase]:
    """The cases in `cases.yaml` beside a policy, and in the files of its folder `cases`. Raises PolicyError."""
    found, problems = read_beside(policy)
    if problems:
        raise PolicyError(problems)
    return found


def read_beside(policy: Policy) -> tuple[list[PolicyCase], list[Diagnostic]]:
    """The cases beside a policy that are sound, and every problem of the others; each names the file that it stands in."""
    reading = _Reading(policy, beside=True)
    folder = policy.folder.joinpath("cases")
    inside = sorted(f"cases/{f.name}" for f in folder.iterdir() if f.name.endswith(".yaml")) if folder.is_dir() else []
    # Whoever keeps all cases in the folder needs no file beside it; where there are none at all, that one is missing.
    first = ["cases.yaml"] if not inside or policy.folder.joinpath("cases.yaml").is_file() else []
    for name in (*first, *inside):
        try:
            reading.file(beside(policy, name))
        except PolicyError as error:
            reading.problems += error.diagnostics
            reading.lost = True
    reading.cases()
    return reading.found, reading.problems


def beside(policy: Policy, name: str) -> Source:
    """A file in the folder of a policy. Raises PolicyError where it cannot be read."""
    return case_source(policy.folder.joinpath(*name.split("/")), name=name)


def case_source(file: Traversable, *, name: str) -> Source:
    """The text of a file, under the name by which people know it. Raises PolicyError where it cannot be read."""
    start = Span(Source(name, ""), 0, 0)
    try:
        data = file.read_bytes()
        return Source(name, data.decode("utf-8-sig"))
    except OSError:
        message = Text(f"没有 `{shown(name)}`，或者无法读取", f"there is no `{shown(name)}`, or it cannot be read")
        raise PolicyError([Diagnostic("CR-P051", message, start)]) from None
    except UnicodeDecodeError:
        what = Text(f"`{shown(name)}` ", f"`{shown(name)}`")
        raise PolicyError([not_utf8("CR-P050", data, what, span=start)]) from None


def named_policy(source: Source) -> str | None:
    """The policy that a file of cases says it is about, as it is written there. Raises PolicyError where it cannot be read."""
    node = read_yaml(source)
    named = node.get("policy") if isinstance(node, MappingNode) else None
    return named.text if isinstance(named, Scalar) else None


def policy_of(source: Source, folder: Path) -> str | Path:
    """The policy that a file of cases must name: a shipped one by its name, or a folder as seen from that of the file.

    Raises PolicyError where the file cannot be read or names none.
    """
    named = named_policy(source)
    if named is None:
        message = Text("没有写 `policy`", "there is no `policy`")
        hint = Text("如 `policy: ./政策文件夹`", "as in `policy: ./folder`")
        raise PolicyError([Diagnostic("CR-P030", message, Span(source, 0, 1), hint)])
    return (folder / named).resolve() if "/" in named or named.startswith(".") else named


def read_cases(sources: Sequence_[Source], policy: Policy) -> list[PolicyCase]:
    """The cases of some files, one for each profile that a case names; the bases of each file serve all of them.

    Raises PolicyError with every problem: unknown fields, an unknown base, rule or profile, a repeated name, an expectation
    that no decision could meet, a record that does not fit.
    """
    reading = _Reading(policy, beside=False)
    for source in sources:
        reading.file(source)
    reading.cases()
    if reading.problems:
        raise PolicyError(reading.problems)
    return reading.found


class _Reading:
    """The state of reading some files, which stand beside the policy or elsewhere."""

    def __init__(self, policy: Policy, *, beside: bool) -> None:
        self.policy, self.beside = policy, beside
        self.words = Words(policy)
        self.found: list[PolicyCase] = []
        self.problems: list[Diagnostic] = []
        self.files: list[tuple[CasesFile, Node]] = []
        self.bases: dict[str, Node] = {}
        self.names: dict[str, Span] = {}
        self.lost = False
        """Whether a file could not be read at all, so that a base may be missing for that reason alone."""

    def problem(
        self, code: str, message: Text, span: Span, hint: Text | None = None, first: Span | None = None
    ) -> None:
        related = ((first, Text("第一个", "the first")),) if first is not None else ()
        self.problems.append(Diagnostic(code, message, span, hint, related))

    def file(self, source: Source) -> None:
        try:
            file, node = read_shape(source, CasesFile)
        except PolicyError as error:
            self.problems += error.diagnostics
            # A mistake in one case takes no base from the other files, unless the text cannot be read at all.
            try:
                self.take_bases(read_yaml(source))
            except PolicyError:
                self.lost = True
            return
        self.take_bases(node)
        self.files.append((file, node))
        if not file.cases:
            message = Text("没有列出案例", "no case is listed")
            self.problem("CR-P030", message, at(node, ("cases",), key=True))
        if self.beside and file.policy is not None:
            message = Text(
                "政策旁的案例就是该政策的，不写 `policy`", "cases beside a policy are its own: they name none"
            )
            self.problem("CR-P055", message, at(node, ("policy",), key=True))

    def take_bases(self, node: Node) -> None:
        bases = node.get("bases") if isinstance(node, MappingNode) else None
        for key, base in bases.pairs if isinstance(bases, MappingNode) else ():
            if key.text in self.bases:
                name = shown(key.text)
                self.problem("CR-P023", Text(f"给定 `{name}` 重名", f"two bases are called `{name}`"), key.span)
            self.bases.setdefault(key.text, base)

    def cases(self) -> None:
        for file, here in self.files:
            for index, shape in enumerate(file.cases):
                self.case(shape, below(here, ("cases", index)), file)

    def case(self, shape: CaseShape, here: Node, file: CasesFile) -> None:
        span = at(here, ("name",))
        if shape.name in self.names:
            message = Text(f"案例 `{shown(shape.name)}` 重名", f"two cases are called `{shown(shape.name)}`")
            self.problem("CR-P023", message, span, first=self.names[shape.name])
        self.names.setdefault(shape.name, span)
        if shape.profile is not None and shape.profiles:
            message = Text("`profile` 和 `profiles` 只能写一个", "there can be either `profile` or `profiles`")
            self.problem("CR-P055", message, at(here, ("profile",), key=True))
        try:
            case = self.given(shape, here)
        except (RecordError, PolicyError) as error:
            self.problems += error.diagnostics
            return
        if case is None:
            return
        own = CaseInProfile(**{name: getattr(shape, name) for name in EXPECTED})
        said = {**_said(file), **_said(shape)}
        reviewed = not said.get("generated") or said.get("reviewed_by") is not None
        for profile, expected in (shape.profiles or {shape.profile or self.policy.default_profile: own}).items():
            if profile not in self.policy.profiles:
                message = Text(f"没有方案 `{shown(profile)}`", f"there is no profile `{shown(profile)}`")
                where = at(here, ("profiles", profile), key=True) if shape.profiles else at(here, ("profile",))
                self.problem("CR-P034", message, where, one_of(profile, self.policy.profiles))
                continue
            whole = laid_over(own, expected)
            place = _places(here, profile if shape.profiles else None)
            if expects_nothing(whole):
                message = Text(
                    f"案例 `{shown(shape.name)}` 没有期望任何内容", f"the case `{shown(shape.name)}` expects nothing"
                )
                self.problem("CR-P054", message, at(here, ("profiles", profile), key=True) if shape.profiles else span)
                continue
            wrong = list(unmeetable(whole, case, words=self.words, as_of=shape.as_of, place=place))
            self.problems += wrong
            if not wrong:
                self.found.append(
                    PolicyCase(
                        shape.name, shape.as_of, profile, dict(shape.params), case, whole, span, reviewed=reviewed
                    )
                )

    def given(self, shape: CaseShape, here: Node) -> BaseCase | None:
        """The case of a shape: its givens laid over those of the base that it uses; none where a lost file may hold it."""
        given = below(here, ("given",))
        model = case_model(self.policy.vocabulary.schema)
        use = shape.given.get("use")
        if use is None:
            return model.from_node(given)
        if use in self.bases:
            return model.from_node(_laid_over(self.bases[use], given))
        if not self.lost:
            message = Text(f"没有名为 `{shown(use)}` 的给定", f"there are no givens called `{shown(use)}`")
            self.problem("CR-P034", message, at(given, ("use",)), one_of(str(use), self.bases))
        return None


def _said(shape: Reviewable) -> dict[str, Any]:
    """What a file or a case itself says of where it comes from and who reviewed it."""
    return {name: getattr(shape, name) for name in Reviewable.model_fields if name in shape.model_fields_set}


def _places(here: Node, profile: str | None) -> At:
    """Where a case says something: under its profile if it is said there, else for all profiles."""

    def place(*path: str | int, key: bool = False) -> Span:
        under: tuple[str | int, ...] = () if profile is None else ("profiles", profile)
        inside = below(here, under) if under else here
        if under and isinstance(inside, MappingNode) and inside.get(str(path[0])) is not None:
            return at(inside, path, key=key)
        return at(here, path, key=key)

    return place


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


def run_cases(policy: Policy, cases: list[PolicyCase], decide: Decide) -> Iterator[Outcome]:
    """Decide each case and compare. `decide` is that of an engine."""
    for case in cases:
        try:
            decision = decide(policy, case.case, as_of=case.as_of, profile=case.profile, params=case.params or None)
        except PolicyError as error:
            if case.expected.refused is None:
                raise
            codes = sorted({d.code for d in error.diagnostics})
            yield Outcome(case, None, tuple(differs("拒绝的理由", "refused for", [case.expected.refused], codes)))
            continue
        found = [*differences(case.expected, decision)]
        found += differs("拒绝的理由", "refused for", case.expected.refused, None)
        yield Outcome(case, decision, tuple(found))
