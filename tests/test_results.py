"""What `creditrules test` prints, as text, JSON and JUnit XML, and which cases it runs."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import creditrules as cr
from creditrules.cli import app
from creditrules.testing.cases import cases_beside
from creditrules.testing.judging import Judge
from creditrules.testing.results import as_junit
from creditrules.testing.results import run as run_all

HERE = Path(__file__).parent / "failing"
GIVEN = (HERE / "bad.yaml").read_text("utf-8").partition("bases:")[2].partition("cases:")[0]
CASES = f"""\
bases:{GIVEN}
cases:
  - {{name: 甲公司在列, as_of: 2020-06-05, given: {{use: listed}}, profiles: {{
      lawful: {{expect: {{outcome: review}}, because: [B-1, F-2]}}, literal: {{expect: {{outcome: restrict}}, because: [B-1, F-2]}}}}}}
  - {{name: "甲*", as_of: 2020-06-05, given: {{use: listed, entries: []}}, because: [F-2]}}
  - {{name: 程序生成的, generated: true, as_of: 2020-06-05, given: {{use: listed, entries: []}}, because: [F-2]}}
  - {{name: 程序生成而未通过的, generated: true, as_of: 2020-06-05, given: {{use: listed, entries: []}}, because: []}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a policy in it and four cases beside that, one under two profiles; it is where the commands run."""
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy/policy.yaml").write_bytes((HERE / "policy/policy.yaml").read_bytes())
    (tmp_path / "policy/cases.yaml").write_text(CASES, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["test", "./policy", *arguments])


def names(*arguments: str) -> list[str]:
    return [f"{c['name']}[{c['profile']}]" for c in json.loads(run("--format", "json", *arguments).stdout)["cases"]]


def test_text_ends_with_the_numbers_and_says_how_many_nobody_reviewed(folder: Path) -> None:
    done = run("--lang", "en")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-2:] == [
        "4 passed, 1 failed",
        "1 of those passed are generated and not reviewed by anybody; they accept nothing",
    ]
    assert done.stdout.count(": failed: ") == 1


def test_json_tells_every_case(folder: Path) -> None:
    done = run("--format", "json")
    assert done.exit_code == 1
    data: dict[str, Any] = json.loads(done.stdout)
    assert (data["format"], data["policy"], len(data["digest"])) == (1, "failing", 64)
    assert (data["passed"], data["failed"], data["unreviewed"]) == (4, 1, 1)
    one, *_, last = data["cases"]
    assert one == {
        "name": "甲公司在列", "profile": "lawful", "as_of": "2020-06-05", "file": "cases.yaml", "line": 17, "passed": True, "reviewed": True,
        "outcome": "review", "differences": [], "report": "",
        "repeat": "creditrules test ./policy --case '甲公司在列' --profile lawful",
    }  # fmt: skip
    assert (last["passed"], last["reviewed"]) == (False, False)
    assert last["differences"] == [
        {"zh": "成立的规则：应为 []，实为 [F-2]", "en": "rules established: expected [], got [F-2]"}
    ]
    assert "policy.yaml:" in last["report"]


def junit(*arguments: str) -> ET.Element:
    done = run("--format", "junit", *arguments)
    assert done.stdout.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    return ET.fromstring(done.stdout)


def test_junit_is_as_ci_servers_read_it(folder: Path) -> None:
    root = junit()
    (suite,) = root
    assert (root.tag, suite.tag) == ("testsuites", "testsuite")
    cases = suite.findall("testcase")
    for element in (root, suite):
        assert int(element.attrib["tests"]) == len(cases) == 5
        assert int(element.attrib["failures"]) == len(suite.findall("testcase/failure")) == 1
        assert (element.attrib["errors"], element.attrib["skipped"]) == ("0", "0")
        assert float(element.attrib["time"]) >= 0
    assert {p.attrib["name"] for p in suite.findall("properties/property")} == {"digest", "version", "unreviewed"}
    assert [c.attrib["name"] for c in cases][:2] == ["甲公司在列[lawful]", "甲公司在列[literal]"]
    assert {c.attrib["classname"] for c in cases} == {"failing.lawful", "failing.literal"}
    assert all(c.attrib["file"] == "cases.yaml" and int(c.attrib["line"]) > 16 for c in cases)
    assert len({(c.attrib["classname"], c.attrib["name"]) for c in cases}) == 5
    (failure,) = suite.findall("testcase/failure")
    assert failure.attrib["message"] == "成立的规则：应为 []，实为 [F-2]"
    assert "复现：creditrules test ./policy" in str(failure.text)
    assert [c.attrib["name"] for c in cases if c.find("properties/property") is not None] == [
        "程序生成的[lawful]", "程序生成而未通过的[lawful]",
    ]  # fmt: skip


def test_what_no_xml_may_have_breaks_no_xml(folder: Path) -> None:
    policy = cr.load(folder / "policy")
    failing = cases_beside(policy)[-1]
    name = 'a\x01\ufffe\uffff\ud800\x1b]]>&<b> "c"'
    results = run_all(Judge(policy), [(replace(failing, name=name), "")], policy="./policy")
    case = ET.fromstring(as_junit(results, policy))[0][-1]
    assert case.attrib["name"] == 'a\\u0001\\ufffe\\uffff\\ud800\\u001b]]>&<b> "c"[lawful]'
    assert "a\\u0001" in str(case[-1].text)


@pytest.mark.usefixtures("folder")
class TestWhichCases:
    def test_all_of_them(self) -> None:
        assert len(names()) == 5

    def test_those_of_a_name_or_of_several(self) -> None:
        assert names("--case", "甲公司在列") == ["甲公司在列[lawful]", "甲公司在列[literal]"]
        assert names("--case", "程序生成的", "--case", "甲公司在列", "--profile", "lawful") == [
            "甲公司在列[lawful]",
            "程序生成的[lawful]",
        ]

    def test_a_star_stands_for_any_text_unless_the_name_has_it(self) -> None:
        assert names("--case", "*生成*") == ["程序生成的[lawful]", "程序生成而未通过的[lawful]"]
        assert names("--case", "甲*") == ["甲*[lawful]"]

    def test_those_of_a_profile(self) -> None:
        assert names("--profile", "literal") == ["甲公司在列[literal]"]

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--case", "甲公司不在列"), "没有名为 `甲公司不在列` 的案例；相近的有：`甲公司在列`"),
            (("--case", "q"), "没有名为 `q` 的案例"),
            (("--case", "*q*"), "没有名为 `*q*` 的案例"),
            (("--case", "程序生成的", "--profile", "literal"), "没有剩下要运行的案例"),
            (("--profile", "literall"), "没有方案 `literall`"),
            (("--format", "xml"), "xml"),
        ],
    )
    def test_asking_for_none_is_a_mistake_of_usage(self, arguments: tuple[str, ...], said: str) -> None:
        done = run(*arguments)
        assert done.exit_code == 2
        assert said in done.stderr


class TestFiles:
    def write(self, folder: Path, name: str, policy: str = "./policy") -> str:
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        case = "  - {name: 另一个, as_of: 2020-06-05, given: {use: listed}, because: [B-1]}\n"
        file.write_text(f"policy: {policy}\nbases:{GIVEN}cases:\n{case}", "utf-8")
        return name

    def test_only_the_cases_of_the_files_given_are_run(self, folder: Path) -> None:
        name = self.write(folder, "x.credit-test.yaml")
        done = run(name)
        assert (done.exit_code, done.stderr) == (1, "")
        assert done.stdout.startswith("x.credit-test.yaml:17: 未通过：另一个")
        assert "复现：creditrules test ./policy x.credit-test.yaml --case '另一个' --profile lawful" in done.stdout

    def test_a_file_beside_the_policy_is_one_of_its_own(self, folder: Path) -> None:
        (folder / "policy/cases").mkdir()
        text = "cases:\n  - {name: 另一个, as_of: 2020-06-05, given: {use: listed}, because: [B-1, F-2]}\n"
        (folder / "policy/cases/more.yaml").write_text(text, "utf-8")
        assert names("policy/cases/more.yaml") == ["另一个[lawful]"]
        assert len(names("policy/cases.yaml")) == 5
        assert len(names()) == 6

    def test_that_a_file_names_another_policy_is_said(self, folder: Path) -> None:
        done = run(self.write(folder, "x.credit-test.yaml", "dalian-construction"), "--lang", "en")
        assert done.exit_code == 1
        assert (
            done.stderr
            == "x.credit-test.yaml names the policy `dalian-construction`; it is run against `./policy` here\n"
        )

    @pytest.mark.usefixtures("folder")
    def test_a_file_that_is_not_there_is_told(self) -> None:
        done = run("nothing.yaml")
        assert done.exit_code == 4
        assert "没有 `nothing.yaml`" in done.stderr
