"""The pytest plugin: collects cases beside policies and `*.credit-test.yaml`, and says of a case that fails why.

pytest imports this at every start, also of projects without any policy, so it imports nothing but pytest; what the cases
need is imported when the first file of them is collected.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from datetime import date

    from creditrules.decision import Decision
    from creditrules.diagnostics import Diagnostic, Lang
    from creditrules.policy.model import Policy
    from creditrules.records.case import BaseCase
    from creditrules.testing.cases import PolicyCase
    from creditrules.testing.judging import Judge

_UNREVIEWED = "creditrules_unreviewed"
"""The property of a report that says that nobody reviewed its case; reports travel between processes, items do not."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the language in which is told why a case failed."""
    help_ = "the language in which creditrules says why a case failed: zh or en"
    group = parser.getgroup("creditrules")
    group.addoption("--credit-lang", choices=("zh", "en"), default=None, help=help_)
    parser.addini("credit_lang", help_, default="zh")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """Collect `cases.yaml` and `cases/*.yaml` beside a policy, and `*.credit-test.yaml`, and no other file."""
    name = file_path.name
    if name.endswith(".credit-test.yaml"):
        return CaseFile.from_parent(parent, path=file_path)
    folder = file_path.parent
    if name == "cases.yaml" and (folder / "policy.yaml").is_file():
        return CaseFile.from_parent(parent, path=file_path, policy=folder)
    if file_path.suffix == ".yaml" and folder.name == "cases" and (folder.parent / "policy.yaml").is_file():
        return CaseFile.from_parent(parent, path=file_path, policy=folder.parent)
    return None


class _Known:
    """The policies of a run, each loaded once, with what decides their cases and with the cases beside them."""

    def __init__(self) -> None:
        self.judges: dict[str | Path, Judge] = {}
        self.beside: dict[Path, tuple[list[PolicyCase], list[Diagnostic]]] = {}

    def judge(self, source: str | Path) -> Judge:
        """What decides by a shipped policy, or one in a folder. Raises PolicyError where it does not load."""
        if source not in self.judges:
            from creditrules.engines.python import load
            from creditrules.testing.judging import Judge

            self.judges[source] = Judge(load(source))
        return self.judges[source]

    def cases_beside(self, folder: Path) -> tuple[list[PolicyCase], list[Diagnostic]]:
        """The cases beside the policy of a folder, and what is wrong with their files."""
        if folder not in self.beside:
            from creditrules.testing.cases import read_beside

            self.beside[folder] = read_beside(self.judge(folder).policy)
        return self.beside[folder]


_KNOWN = pytest.StashKey[_Known]()


def _known(config: pytest.Config) -> _Known:
    return config.stash.setdefault(_KNOWN, _Known())


class _Read(NamedTuple):
    """What is read of a file: its cases, what decides them, and the policy and the file as words of a command.

    A file that stands beside its policy needs no word.
    """

    cases: list[PolicyCase]
    judge: Judge
    policy: str
    file: str


class CaseFile(pytest.File):
    """A file of cases. One that stands beside a policy knows its folder; any other says itself which policy it is about."""

    def __init__(self, *, policy: Path | None = None, **rest: Any) -> None:
        super().__init__(**rest)
        self.policy = policy

    def collect(self) -> Iterator[CaseItem]:
        """Give each case under each profile; whatever is wrong with the file is an error of its collection."""
        from creditrules.diagnostics import PolicyError, mask

        try:
            found = self._beside(self.policy) if self.policy is not None else self._apart()
        except PolicyError as error:
            raise self.CollectError(mask(error.render(_lang(self.config)))) from None
        for case in found.cases:
            yield CaseItem.from_parent(self, name=_name(case), case=case, read=found)

    def _beside(self, folder: Path) -> _Read:
        """The cases of this file, of all those beside a policy, whose bases serve them all."""
        from creditrules.diagnostics import PolicyError

        known = _known(self.config)
        judge = known.judge(folder)
        cases, problems = known.cases_beside(folder)
        name = self.path.relative_to(folder).as_posix()
        own = [p for p in problems if p.span is None or p.span.source.name == name]
        if own:
            raise PolicyError(own)
        return _Read([case for case in cases if case.span.source.name == name], judge, self._seen(folder), "")

    def _apart(self) -> _Read:
        """The cases of a file that names its policy: a shipped one, or a folder as seen from the file."""
        from creditrules.testing.cases import case_source, policy_of, read_cases

        source = case_source(self.path, name=self.path.name)
        policy = policy_of(source, self.path.parent)
        judge = _known(self.config).judge(policy)
        named = policy if isinstance(policy, str) else self._seen(policy)
        return _Read(read_cases([source], judge.policy), judge, named, self._seen(self.path))

    def _seen(self, path: Path) -> str:
        """A path as seen from where pytest was started, always with a slash in it, by which folders are known."""
        start = self.config.invocation_params.dir
        return f"./{path.relative_to(start).as_posix()}" if path.is_relative_to(start) else path.as_posix()


class CaseItem(pytest.Item):
    """One case under one profile."""

    def __init__(self, *, case: PolicyCase, read: _Read, **rest: Any) -> None:
        super().__init__(**rest)
        self.case, self.read = case, read
        if not case.reviewed:
            self.user_properties.append((_UNREVIEWED, "true"))

    def runtest(self) -> None:
        """Decide the case and hold the decision against what is expected."""
        from creditrules.testing.failing import failure
        from creditrules.testing.judging import judged

        read = self.read
        outcome = judged(read.judge, self.case)
        if outcome.differences:
            raise CaseFailed(failure(read.judge, outcome, lang=_lang(self.config), policy=read.policy, file=read.file))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say why the case failed, without a traceback, which would tell of this library and not of the case."""
        return str(excinfo.value) if isinstance(excinfo.value, CaseFailed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the case stands."""
        return self.path, self.case.span.line - 1, self.name


class CaseFailed(Exception):  # noqa: N818 - it is how a case that fails is told to pytest, and no error
    """A case that failed, with the reason as its text."""


def _name(case: PolicyCase) -> str:
    """The name of an item: the case with its profile, on one line and without what parts the words of a node id."""
    from creditrules.diagnostics import mask, printable

    name = mask(printable(" ".join(case.name.split())))
    return f"{name.replace('::', '：')}[{case.profile}]"


def _lang(config: pytest.Config) -> Lang:
    return "en" if (config.getoption("--credit-lang") or config.getini("credit_lang")) == "en" else "zh"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many of the cases that passed nobody has reviewed; those accept nothing."""
    passed = terminalreporter.getreports("passed")
    count = sum((_UNREVIEWED, "true") in map(tuple, r.user_properties) for r in passed if r.when == "call")
    if count:
        from creditrules.explanation.wording import say

        terminalreporter.write_sep("=", "creditrules")
        terminalreporter.write_line(say("test.unreviewed", _lang(config), count=count))


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Tell two decisions that should be equal by what changed from the left one to the right one."""
    module = sys.modules.get("creditrules.decision")  # where nobody imported it there are no decisions
    if module is None or op != "==" or not (isinstance(left, module.Decision) and isinstance(right, module.Decision)):
        return None
    from creditrules.explanation.changes import plain_difference
    from creditrules.explanation.wording import say

    lang = _lang(config)
    changed = plain_difference(left.diff(right), lang=lang)
    return ["Decision == Decision", say("test.changes", lang), *changed.splitlines()]


@pytest.fixture(scope="session")
def credit_policy(request: pytest.FixtureRequest) -> Callable[[str | Path], Policy]:
    """Give a policy by its shipped name, or from a folder: `credit_policy("./policy")`, as seen from pytest's root folder.

    Each policy is loaded once in a run. Raises PolicyError where it does not load.
    """
    known, root = _known(request.config), request.config.rootpath

    def policy(source: str | Path) -> Policy:
        return known.judge(_seen_from(root, source)).policy

    return policy


@pytest.fixture(scope="session")
def credit_decide(request: pytest.FixtureRequest) -> Callable[..., Decision]:
    """Decide a case: `credit_decide("dalian-construction", case, as_of=day)`, with `profile` and `params` if need be.

    The policy is named as for `credit_policy`; the case is one, or plain data as it stands in a file. What decides on a day
    under a profile is made once in a run. Raises PolicyError and RecordError as `creditrules.decide` does.
    """
    known, root = _known(request.config), request.config.rootpath

    def decide(
        policy: str | Path, case: BaseCase | Mapping[str, Any], *, as_of: date, profile: str | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Decision:  # fmt: skip
        from creditrules.records.case import case_model

        judge = known.judge(_seen_from(root, policy))
        if isinstance(case, Mapping):
            case = case_model(judge.policy.vocabulary.schema).from_dict(case)
        chosen = judge.policy.default_profile if profile is None else profile
        return judge.decide(judge.policy, case, as_of=as_of, profile=chosen, params=params)

    return decide


def _seen_from(root: Path, source: str | Path) -> str | Path:
    """A folder as seen from another one; a name without a slash is that of a shipped policy."""
    is_folder = isinstance(source, Path) or "/" in source or "\\" in source
    return (root / source).resolve() if is_folder else source
