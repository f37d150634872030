"""The pytest plugin collects the files of cases and no others, and tells of a case that fails, of a bad file, and of two decisions."""

from __future__ import annotations

import importlib
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from creditrules.testing.cases import cases_beside
from tests.support.shipped import shipped

# pytester forgets what a run imported, and the part of yaml that is written in C can be imported once only.
for name in ("engines.python", "testing.failing", "explanation.changes"):
    importlib.import_module(f"creditrules.{name}")

HERE = Path(__file__).parent / "failing"
GIVEN = (HERE / "bad.yaml").read_text("utf-8").partition("bases:")[2].partition("cases:")[0]
PASSES = "  - {name: 在列，从严审核, as_of: 2020-06-05, given: {use: listed}, expect: {outcome: review}, because: [B-1, F-2]}\n"
FAILS = (
    "  - {name: 预期限制, as_of: 2020-06-05, given: {use: listed}, expect: {outcome: restrict}, because: [B-1, F-2]}\n"
)
CASES = f"bases:{GIVEN}cases:\n"


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with a policy in the folder `policy`; what is odd is an error in it, as in this project."""
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    write(pytester, "policy/policy.yaml", (HERE / "policy/policy.yaml").read_text("utf-8"))
    return pytester


def write(project: pytest.Pytester, name: str, text: str) -> None:
    file = project.path / name
    file.parent.mkdir(exist_ok=True, parents=True)
    file.write_text(text, "utf-8")


def run(project: pytest.Pytester, *arguments: str) -> tuple[pytest.RunResult, str]:
    """A run of pytest in the project, with what it printed."""
    done = project.runpytest_inprocess("-p", "no:cacheprovider", *arguments)
    return done, "\n".join((*done.outlines, *done.errlines))


def collected(project: pytest.Pytester, *arguments: str) -> list[str]:
    done, printed = run(project, "--collect-only", "-q", *arguments)
    assert done.ret in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED), printed
    return [line for line in done.outlines if "::" in line]


def test_it_collects_the_files_of_cases_and_no_others(project: pytest.Pytester) -> None:
    write(project, "policy/cases.yaml", CASES + PASSES)
    write(project, "policy/cases/more.yaml", "cases:\n" + PASSES.replace("在列", "也在列"))
    write(project, "policy/examples/cases.yaml", "nothing: of ours\n")
    write(project, "policy/notes.yaml", "nothing: of ours\n")
    write(project, "other/cases.yaml", "nothing: of ours\n")
    write(project, "other/cases/x.yaml", "nothing: of ours\n")
    write(project, "other/x.credit-test.yaml", "policy: ../policy\n" + CASES + PASSES)
    write(project, "other/credit-test.yaml", "nothing: of ours\n")
    assert set(collected(project)) == {
        "other/x.credit-test.yaml::在列，从严审核[lawful]",
        "policy/cases.yaml::在列，从严审核[lawful]",
        "policy/cases/more.yaml::也在列，从严审核[lawful]",
    }
    assert collected(project, "-p", "no:creditrules") == []


def test_a_case_that_fails_is_told_without_a_traceback(project: pytest.Pytester) -> None:
    write(project, "policy/cases.yaml", CASES + PASSES + FAILS)
    done, text = run(project, "-rf")
    done.assert_outcomes(passed=1, failed=1)
    assert done.ret == 1
    assert "cases.yaml:17: 未通过：预期限制（方案 lawful，判断日 2020-06-05）" in text
    assert "  结果：应为 restrict，实为 review" in text
    assert re.search(r"符合　 属于黑名单（名单性质 = 黑名单） policy\.yaml:\d+", text)
    assert "复现：creditrules test ./policy --case '预期限制' --profile lawful" in text
    assert "Traceback" not in text
    assert ".py:" not in text
    assert str(project.path) not in text.partition("rootdir")[2].partition("\n")[2]
    assert "FAILED policy/cases.yaml::预期限制[lawful]" in text


def test_items_are_chosen_by_word_and_by_node(project: pytest.Pytester) -> None:
    two = FAILS.replace(
        "expect: {outcome: restrict}, because: [B-1, F-2]", "profiles: {lawful: {because: []}, literal: {because: []}}"
    )
    write(project, "policy/cases.yaml", CASES + PASSES + two)
    assert len(collected(project)) == 3
    assert collected(project, "-k", "从严") == ["policy/cases.yaml::在列，从严审核[lawful]"]
    node = "policy/cases.yaml::预期限制[literal]"
    assert collected(project, node) == [node]
    done, text = run(project, node, "--credit-lang", "en")
    done.assert_outcomes(failed=1)
    assert "cases.yaml:17: failed: 预期限制 (profile literal, as of 2020-06-05)" in text


def test_the_language_may_stand_in_the_project(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\ncredit_lang = en\n")
    write(project, "policy/cases.yaml", CASES + FAILS)
    assert "outcome: expected restrict, got review" in run(project)[1]
    assert "结果：应为 restrict" in run(project, "--credit-lang", "zh")[1]


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        (PASSES.replace("because", "becuase"), "错误[CR-P013]: 没有这个字段：`becuase`"),
        (PASSES.replace("在列", "又在列").replace("F-2", "F-9"), "错误[CR-P034]: `F-9` 没有定义"),
        (
            PASSES.replace("在列", "又在列").replace("[B-1, F-2]", "[B-2]"),
            "错误[CR-P053]: 规则 `B-2` 在 2020-06-05 不适用",
        ),
        (
            PASSES.replace("在列", "又在列").replace("expect: {outcome: review}, because: [B-1, F-2]", "expect: {}"),
            "错误[CR-P054]",
        ),
        (PASSES, "错误[CR-P023]: 案例 `在列，从严审核` 重名"),
        ("  - {\n", "错误[CR-P008]"),
    ],
)
def test_a_bad_file_is_an_error_of_its_collection_alone(project: pytest.Pytester, cases: str, said: str) -> None:
    write(project, "policy/cases.yaml", CASES + PASSES)
    write(project, "policy/cases/bad.yaml", "cases:\n" + cases)
    done, printed = run(project, "--continue-on-collection-errors")
    done.assert_outcomes(passed=1, errors=1)
    assert done.ret == 1
    assert "cases/bad.yaml:2:" in printed or "cases/bad.yaml:3:" in printed
    assert said in printed
    assert "ERROR policy/cases/bad.yaml" in printed
    assert "Traceback" not in printed


def test_a_file_in_another_encoding_spoils_no_other(project: pytest.Pytester) -> None:
    write(project, "policy/cases.yaml", CASES + PASSES)
    (project.path / "policy/cases").mkdir()
    (project.path / "policy/cases/gbk.yaml").write_bytes(("cases:\n" + PASSES).encode("gb18030"))
    (project.path / "y.credit-test.yaml").write_bytes(("policy: ./policy\n" + CASES + PASSES).encode("gb18030"))
    done, printed = run(project, "--continue-on-collection-errors")
    done.assert_outcomes(passed=1, errors=2)
    assert printed.count("错误[CR-P050]") == 2


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("", "错误[CR-P030]: 没有写 `policy`"),
        ("policy: dalian-constructoin\n", "错误[CR-P051]: 没有随库发布的政策 `dalian-constructoin`"),
        ("policy: ./nowhere\n", "错误[CR-P051]: 无法读取 `policy.yaml`"),
        ("policy: ./broken\n", "错误[CR-P013]: 没有这个字段：`zweck`"),
    ],
)
def test_a_policy_that_cannot_be_loaded_is_an_error_of_the_files_that_name_it(
    project: pytest.Pytester, head: str, said: str
) -> None:
    write(project, "broken/policy.yaml", (HERE / "policy/policy.yaml").read_text("utf-8") + "zweck: 1\n")
    write(project, "x.credit-test.yaml", head + CASES + PASSES)
    write(project, "y.credit-test.yaml", "policy: ./policy\n" + CASES + PASSES)
    done, printed = run(project, "--continue-on-collection-errors")
    done.assert_outcomes(passed=1, errors=1)
    assert said in printed


def test_what_nobody_reviewed_is_counted_at_the_end(project: pytest.Pytester) -> None:
    generated = PASSES.replace("as_of", "generated: true, as_of")
    write(
        project,
        "policy/cases.yaml",
        CASES + PASSES.replace("在列", "审阅过的") + generated + FAILS.replace("as_of", "generated: true, as_of"),
    )
    done, printed = run(project)
    done.assert_outcomes(passed=2, failed=1)
    assert "通过的案例中有 1 个由程序生成、尚无人审阅，不作为验收依据" in printed


TESTS = """
from datetime import date
import pytest

DAY = date(2020, 6, 5)
CASE = {
    "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01", "accepted_on": "2020-06-01",
                    "area_m2": 20000, "tags": []},
    "subject": {"name": "甲公司", "uscc": "91999999MA00000A9R", "kind": "legal"}, "sources": "all",
}

def test_policy(credit_policy):
    assert credit_policy("./policy") is credit_policy("./policy")
    assert credit_policy("dalian-construction").name == "dalian-construction"

def test_decide(credit_decide):
    assert credit_decide("./policy", CASE, as_of=DAY).outcome == "green_channel"
    assert credit_decide("dalian-construction", CASE, as_of=DAY, profile="literal").hypothetical

def test_difference(credit_decide):
    small = {**CASE, "application": {**CASE["application"], "area_m2": 100}}
    assert credit_decide("./policy", CASE, as_of=DAY) == credit_decide("./policy", small, as_of=DAY)

def test_other_types(credit_decide):
    assert credit_decide("./policy", CASE, as_of=DAY).outcome == "review"
"""


def test_fixtures_and_the_difference_of_two_decisions(project: pytest.Pytester) -> None:
    project.makepyfile(TESTS)
    done, printed = run(project)
    done.assert_outcomes(passed=2, failed=2)
    assert "Decision == Decision" in printed
    assert "从左边的决定到右边的决定，变化是：" in printed
    assert "大型工程（规则 F-2）：原来成立，措施为“绿色通道”；现在没有结论。" in printed
    assert "'green_channel' == 'review'" in printed


def test_the_cases_of_the_shipped_policy_are_collected() -> None:
    """All of them, each once; `creditrules test` runs them elsewhere in these tests."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", "policies/dalian-construction"],
        cwd=HERE.parent.parent, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    expected = {f"{' '.join(case.name.split())}[{case.profile}]" for case in cases_beside(shipped())}
    assert {line.partition("::")[2] for line in done.stdout.splitlines() if "::" in line} == expected


MEASURED = re.compile(r"import time:\s+\d+ \|\s+(\d+) \| creditrules\.pytest_plugin")


def test_its_start_imports_nothing_heavy_and_is_quick() -> None:
    """At most 10 ms, the median of several starts, on top of pytest itself."""
    heavy = ("pydantic", "yaml", "typer", "creditrules.diagnostics", "creditrules.policy")
    code = f"import sys, pytest, creditrules.pytest_plugin; print(*(m for m in {heavy!r} if m in sys.modules))"
    found = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == []
        found.append(int(MEASURED.findall(done.stderr)[0]))
    assert statistics.median(found) <= 10_000, found
