"""The command line: what it prints where, its exit codes, and that no console and no input breaks it."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import creditrules
from creditrules import installation as installing
from creditrules.cli import app
from creditrules.decision import Decision
from creditrules.explanation.explaining import explain

REPOSITORY = Path(__file__).parent.parent
POLICY = Path(__file__).parent / "explained/policy"
CASE = Path(__file__).parent / "explained/capped.yaml"
CODE = "999999197001010017"
AS_OF = ("--as-of", "2020-06-05")
ON_THE_POLICY = ("--policy", str(POLICY), *AS_OF)


def command(*arguments: object, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the command as people do, in a process of its own."""
    environ = {k: v for k, v in os.environ.items() if k != "CREDITRULES_TRACEBACK"}
    return subprocess.run(
        [sys.executable, "-m", "creditrules", *map(os.fsencode, map(str, arguments))],
        cwd=REPOSITORY, capture_output=True, check=False, env=environ | (environment or {}), timeout=60,
    )  # fmt: skip


def invoke(*arguments: object) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """Give a copy of the policy, to be spoilt."""
    return Path(shutil.copytree(POLICY, tmp_path / "policy"))


@pytest.fixture
def spoilt(policy: Path) -> Path:
    file = policy / "policy.yaml"
    file.write_text(file.read_text("utf-8").replace("entry.colour ==", "entry.color =="), "utf-8")
    return policy


def written(tmp_path: Path, text: str, name: str = "case.yaml") -> Path:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


# The front door


def test_version() -> None:
    """The version of the library, that of the language, and which policies it brings."""
    digest = creditrules.load("dalian-construction").digest
    assert invoke("--version").stdout == (
        f"creditrules {creditrules.__version__}\npolicy language 1\ndalian-construction 2020-05 {digest}\n"
    )


def test_help_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "creditrules", "--help"], capture_output=True, text=True, encoding="utf-8",
        check=True, cwd=REPOSITORY,
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "typer" in loaded
    assert loaded & {"pydantic", "pydantic_core", "yaml", "rich", "creditrules.engines.python"} == set()


@pytest.mark.parametrize("name", ["demo", "decide", "check", "test", "doctor"])
def test_every_command_has_help(name: str) -> None:
    done = invoke(name, "--help")
    assert done.exit_code == 0
    assert f"Usage: root {name}" in done.stdout or f"Usage: creditrules {name}" in done.stdout


# doctor


def test_doctor_names_what_is_installed() -> None:
    done = invoke("doctor", "--lang", "en")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"creditrules {creditrules.__version__} · policy language 1\nPython 3.")
    assert f"\npydantic {version('pydantic')}\n" in done.stdout
    assert f"\ndalian-construction 2020-05 {creditrules.load('dalian-construction').digest}\n" in done.stdout
    assert done.stdout.endswith("\nthe installation is sound (extras: see above)\n")


def test_doctor_says_which_command_brings_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "_version", lambda name: "" if name in ("hypothesis", "pytest") else "1.0")
    done = invoke("doctor")
    assert done.exit_code == 0
    assert "可选组件 test：缺 hypothesis, pytest；安装：pip install 'creditrules[test]'" in done.stdout


def test_doctor_fails_where_a_package_that_is_needed_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "_version", lambda name: "" if name == "tzdata" else "1.0")
    done = invoke("doctor")
    assert done.exit_code == 1
    assert "\ntzdata 缺失\n" in done.stdout
    assert done.stdout.endswith("\n安装有缺失，见上\n")


def test_doctor_fails_without_policies_and_with_one_that_is_spoilt(
    monkeypatch: pytest.MonkeyPatch, spoilt: Path
) -> None:
    monkeypatch.setattr(installing, "shipped_names", lambda: ())
    done = invoke("doctor")
    assert done.exit_code == 1
    assert "没有随库政策" in done.stdout
    monkeypatch.setattr(installing, "shipped_names", lambda: (str(spoilt),))
    done = invoke("doctor")
    assert done.exit_code == 1
    assert "错误[CR-P014]" in done.stdout


# demo


def test_demo_shows_what_the_policy_can_decide() -> None:
    done = invoke("demo")
    assert done.exit_code == 0
    assert done.stderr == ""
    assert done.stdout.startswith("演示：以下案件中的主体、代码和名单记录均为虚构")
    shown = re.split(r"(?m)^演示 \d+ ─ ", done.stdout)[1:]
    assert len(shown) >= 6
    outcomes = [re.search(r"(?m)^== 结果：(.*) ==$", s) for s in shown]
    assert {o[1] for o in outcomes if o} >= {"容缺受理", "绿色通道", "从严审核", "建议限制办理", "待核实"}
    for text in shown:
        assert "没有成立任何负担" in text or "   依据：\n   - " in text


def test_demo_shows_a_capped_burden_beside_the_same_case_as_printed() -> None:
    shown = re.split(r"(?m)^演示 \d+ ─ ", invoke("demo").stdout)[1:]
    capped = next(n for n, s in enumerate(shown) if "方案“依法”" in s and "本规则原定措施为“建议限制办理”" in s)
    literal = shown[capped + 1]
    assert "方案“按报道字面”" in literal
    assert "结果：建议限制办理" in literal
    assert "本文是假设性的推演" in literal


def test_demo_speaks_english_when_asked() -> None:
    done = invoke("demo", "--lang", "en")
    assert done.stdout.startswith("Demonstration: the persons, codes and entries of these cases are made up")
    assert "Outcome: strict review" in done.stdout


# decide


def test_decide_prints_the_text_of_the_decision() -> None:
    done = invoke("decide", CASE, *ON_THE_POLICY)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (CASE.parent / "capped.officer.zh.txt").read_text("utf-8")


def test_decide_prints_english_when_asked() -> None:
    done = invoke("decide", CASE, *ON_THE_POLICY, "--lang", "en")
    assert done.stdout == (CASE.parent / "capped.officer.en.txt").read_text("utf-8")


def test_decide_prints_one_line_of_canonical_json_for_each_case() -> None:
    done = invoke("decide", CASE, CASE, *ON_THE_POLICY, "--format", "json")
    first, second = done.stdout.splitlines()
    assert first == second
    decision = Decision.from_json(first)
    assert decision.to_json() == first
    assert f"{explain(decision)}\n" == (CASE.parent / "capped.officer.zh.txt").read_text("utf-8")


def test_decide_takes_a_profile() -> None:
    done = invoke("decide", CASE, *ON_THE_POLICY, "--profile", "literal", "--format", "json")
    assert json.loads(done.stdout)["hypothetical"] is True


def test_decide_names_the_file_of_each_of_several_cases(tmp_path: Path) -> None:
    other = shutil.copy(CASE, tmp_path / "乙.yaml")
    done = invoke("decide", CASE, other, *ON_THE_POLICY)
    headings = [line for line in done.stdout.splitlines() if line.startswith("── ")]
    assert headings == [f"── 案件 {CASE} ──", f"── 案件 {other} ──"]


def test_decide_goes_on_after_a_case_that_cannot_be_read(tmp_path: Path) -> None:
    done = invoke("decide", tmp_path / "absent.yaml", CASE, *ON_THE_POLICY, "--format", "json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["outcome"] == "review"
    assert "absent.yaml: 错误[CR-R001]" in done.stderr


def test_decide_never_prints_a_code_in_full() -> None:
    for extra in ((), ("--format", "json"), ("--lang", "en")):
        done = invoke("decide", CASE, *ON_THE_POLICY, *extra)
        assert not re.search(r"\d{15}", done.stdout + done.stderr)


@pytest.mark.parametrize("wrong", ["uscc: 91999999MA00000A9R", "uscc: [91999999MA00000A9R]", "91999999MA00000A9R: 1"])
def test_a_complaint_about_a_line_with_a_code_shows_the_line_masked(tmp_path: Path, wrong: str) -> None:
    text = f"application: {{id: A-1, matter: construction_permit, received_on: 2020-06-01}}\nsubject:\n  id_no: '{CODE}'\n  {wrong}\n"
    done = invoke("decide", written(tmp_path, text), *ON_THE_POLICY)
    assert done.exit_code == 3
    assert "错误[CR-" in done.stderr
    assert CODE not in done.stderr
    assert "91999999MA00000A9R" not in done.stderr


@pytest.mark.parametrize(
    "given", ["2020-6-5", "20200605", "2020-02-30", "2020-W23-5", "today", "", "２０２０-06-05", "2020-06-05T00:00:00"]
)
def test_a_day_in_another_spelling_is_refused_with_an_example(given: str) -> None:
    done = invoke("decide", CASE, "--policy", POLICY, "--as-of", given)
    assert done.exit_code == 2
    assert "不是日期；请写成 2020-06-05 这样" in done.stderr
    assert done.stdout == ""


def test_deciding_needs_a_day() -> None:
    done = invoke("decide", CASE, "--policy", POLICY)
    assert done.exit_code == 2
    assert "--as-of" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--profile", "lawfull"), "没有方案 `lawfull`；可用的有：`lawful`, `literal`"),
        (("--as-of", "2019-12-31"), "政策 `plain-text` 在 2019-12-31 未施行"),
        (("--format", "xml"), "--format"),
        (("--lang", "de"), "--lang"),
        (("--no-such-option",), "--no-such-option"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...], said: str) -> None:
    done = invoke("decide", CASE, *ON_THE_POLICY, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize("name", ["no-such-policy", "./no-such-folder"])
def test_a_policy_that_is_not_there_is_exit_code_4(name: str) -> None:
    done = invoke("decide", CASE, "--policy", name, *AS_OF)
    assert (done.exit_code, done.stdout) == (4, "")
    assert "错误[CR-P051]" in done.stderr


# check


def test_check_says_what_a_good_policy_holds() -> None:
    done = invoke("check", POLICY)
    assert (done.exit_code, done.stderr) == (0, "")
    first, counts, digest = done.stdout.splitlines()
    assert first == "政策 plain-text（文本示例）3 版没有发现问题。"
    assert counts.startswith("规则 5 条，共用除外情形 0 条，适用范围规定 1 条；参数 1 个，定义 1 个，方案 2 个；")
    assert digest == f"摘要：{creditrules.load(POLICY).digest}"


def test_check_takes_the_shipped_policy_by_name() -> None:
    done = invoke("check", "dalian-construction", "--lang", "en")
    assert done.exit_code == 0
    assert done.stdout.startswith("No problem was found in the policy dalian-construction")


def test_check_lists_every_problem_at_its_place(spoilt: Path) -> None:
    done = invoke("check", spoilt)
    assert done.exit_code == 4
    places = re.findall(r"(?m)^(policy\.yaml:\d+:\d+): 错误\[CR-P\d+\]", done.stdout)
    assert len(set(places)) == 5
    assert done.stderr == "发现 5 个问题。\n"
    assert "`entry` has no field `color`" in invoke("check", spoilt, "--lang", "en").stdout


def test_check_on_a_day_finds_what_has_no_basis_left(tmp_path: Path) -> None:
    policy = Path(shutil.copytree(Path(__file__).parent / "diagnostics/good/guarded-day", tmp_path / "policy"))
    done = invoke("check", policy, "--as-of", "2020-06-05")
    assert done.exit_code == 0
    file = policy / "policy.yaml"
    assert "level: law" in file.read_text("utf-8")
    repealed = file.read_text("utf-8").replace(
        "in_force: {from: 2004-07-01}", "in_force: {from: 2004-07-01, to: 2020-06-04}"
    )
    file.write_text(repealed, "utf-8")
    assert invoke("check", policy).exit_code == 0
    done = invoke("check", policy, "--as-of", "2020-06-05")
    assert done.exit_code == 4
    assert "错误[CR-P022]" in done.stdout
    assert "在 2020-06-05 都不施行" in done.stdout
    assert "改法: 写入取代它的依据" in done.stdout
    assert invoke("check", policy, "--as-of", "2020-06-04").exit_code == 0


def test_a_bad_policy_is_exit_code_4_for_every_command(spoilt: Path) -> None:
    for arguments in (("decide", CASE, "--policy", spoilt, *AS_OF), ("test", spoilt)):
        done = invoke(*arguments)
        assert (done.exit_code, done.stdout) == (4, "")
        assert "错误[CR-P" in done.stderr


# test

CASES = """
bases:
  listed:
    application: {id: A-1, matter: construction_permit, received_on: 2020-06-01, accepted_on: 2020-06-01, area_m2: 20000, purpose: consumption}
    subject: {name: 甲公司, uscc: 91999999MA00000A9R, kind: legal}
    entries:
      - {id: E-1, colour: black, category: tax_violation, status: active, effective_from: 2019-03-01, valid_to: open,
         subject: {uscc: 91999999MA00000A9R}, authority: {body: tax}, source: black_list, fetched_at: 2020-06-05}
    sources: all
cases:
  - name: 黑名单企业申请施工许可，无法律依据时从严审核
    as_of: 2020-06-05
    given: {use: listed}
    profiles:
      lawful: {expect: {outcome: OUTCOME}, because: [T-1, T-3]}
      literal: {expect: {outcome: restrict}, because: [T-1, T-3]}
"""


def test_test_counts_the_cases_that_pass(policy: Path) -> None:
    written(policy, CASES.replace("OUTCOME", "review"), "cases.yaml")
    done = invoke("test", policy)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "通过 2 个，未通过 0 个\n", "")


def test_test_shows_what_differs_and_where_it_was_expected(policy: Path) -> None:
    written(policy, CASES.replace("OUTCOME", "restrict"), "cases.yaml")
    done = invoke("test", policy)
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[:2] == [
        "cases.yaml:11: 未通过：黑名单企业申请施工许可，无法律依据时从严审核（方案 lawful，判断日 2020-06-05）",
        "  结果：应为 restrict，实为 review",
    ]
    assert lines[-1] == "通过 1 个，未通过 1 个"
    (again,) = (line.removeprefix("  复现：") for line in lines if line.startswith("  复现："))
    assert shlex.split(again)[:3] == ["creditrules", "test", str(policy)]
    repeated = invoke(*shlex.split(again)[1:])
    assert (repeated.exit_code, repeated.stdout.splitlines()[:-1]) == (1, lines[:-1])
    assert repeated.stdout.splitlines()[-1] == "通过 0 个，未通过 1 个"
    assert invoke("test", policy, "--lang", "en").stdout.endswith("1 passed, 1 failed\n")


def test_a_case_that_cannot_be_decided_fails_and_the_others_are_run(policy: Path) -> None:
    written(policy, CASES.replace("OUTCOME", "review").replace("as_of: 2020-06-05", "as_of: 2019-06-05"), "cases.yaml")
    done = invoke("test", policy)
    assert done.exit_code == 1
    assert done.stdout.count("  政策 `plain-text` 在 2019-06-05 未施行") == 2
    assert done.stdout.endswith("通过 0 个，未通过 2 个\n")


@pytest.mark.parametrize(("content", "said"), [(None, "没有 `cases.yaml`"), (b"\xff\xfe", "不是 UTF-8")])
def test_a_policy_whose_cases_cannot_be_read_is_exit_code_4(policy: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (policy / "cases.yaml").write_bytes(content)
    done = invoke("test", policy)
    assert done.exit_code == 4
    assert said in done.stderr


def test_the_cases_of_the_shipped_policy_pass() -> None:
    done = invoke("test", "dalian-construction")
    assert done.exit_code == 0, done.stdout
    assert re.fullmatch(r"通过 [1-9]\d* 个，未通过 0 个\n", done.stdout)


# Consoles, signals, defects

CONSOLES = {
    "C": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "ascii": {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    "strict": {"PYTHONIOENCODING": "ascii:strict", "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0"},
    "gbk": {"PYTHONIOENCODING": "gbk"},
}


@pytest.mark.parametrize("environment", CONSOLES.values(), ids=CONSOLES)
def test_chinese_comes_out_as_utf_8_on_every_console(environment: dict[str, str], tmp_path: Path) -> None:
    file = shutil.copy(CASE, tmp_path / "甲方.yaml")
    done = command("decide", file, file, *ON_THE_POLICY, environment=environment)
    assert done.returncode == 0, done.stderr
    out = done.stdout.decode("utf-8")
    assert f"── 案件 {file} ──\n" in out
    assert (CASE.parent / "capped.officer.zh.txt").read_text("utf-8") in out
    failed = command("decide", tmp_path / "没有.yaml", *ON_THE_POLICY, environment=environment)
    assert failed.returncode == 3
    assert "错误[CR-R001]: 文件无法读取" in failed.stderr.decode("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--version",), 0),
        (("check", POLICY), 0),
        ((), 2),
        (("nonsense",), 2),
        (("decide", CASE, "--policy", POLICY, "--as-of", "2020-6-5"), 2),
        (("decide", "absent.yaml", *ON_THE_POLICY), 3),
        (("check", "no-such-policy"), 4),
    ],
)
def test_exit_codes_of_the_process(arguments: tuple[object, ...], code: int) -> None:
    assert command(*arguments).returncode == code


DEFECT = """
import sys
import creditrules.engines.python as engine
def broken(*arguments, **options):
    raise {error}
engine.load = broken
sys.argv = ["creditrules", "demo"]
from creditrules.cli import main
main()
"""


def broken(error: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", DEFECT.format(error=error)], capture_output=True, text=True, encoding="utf-8", check=False,
        cwd=REPOSITORY, env={k: v for k, v in os.environ.items() if k != "CREDITRULES_TRACEBACK"} | environment,
    )  # fmt: skip


def test_a_defect_is_exit_code_5_without_a_traceback_and_without_data() -> None:
    done = broken(f"ValueError('{CODE}')")
    assert done.returncode == 5
    assert done.stderr.startswith("内部错误（ValueError）。")
    assert "Traceback" not in done.stderr
    assert CODE not in done.stderr


def test_a_developer_can_ask_for_the_traceback() -> None:
    done = broken("ValueError('why')", CREDITRULES_TRACEBACK="1")
    assert "Traceback" in done.stderr
    assert "ValueError: why" in done.stderr


def test_an_interruption_is_exit_code_130_and_says_nothing() -> None:
    done = broken("KeyboardInterrupt")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="no pipes of this kind")
def test_a_reader_that_goes_away_is_no_defect() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "creditrules", "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == -signal.SIGPIPE


def test_json_on_a_terminal_does_not_act_on_its_reader(tmp_path: Path) -> None:
    subject = {"uscc": "91999999MA00000A9R"}
    entry = {
        "id": "E\u202e\U000e0041", "colour": "black", "category": "tax_violation", "status": "active", "effective_from": "2019-03-01",
        "valid_to": "open", "subject": subject, "authority": {"body": "tax"}, "source": "black_list", "fetched_at": "2020-06-05",
    }  # fmt: skip
    application = {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01"}
    case = {"application": application, "subject": subject, "entries": [entry], "sources": "all"}
    file = written(tmp_path, json.dumps(case), "case.json")
    piped = command("decide", file, *ON_THE_POLICY, "--format", "json").stdout.decode("utf-8")
    assert "\u202e" in piped
    main, other = pty.openpty()
    try:
        subprocess.run(
            [sys.executable, "-m", "creditrules", "decide", str(file), *ON_THE_POLICY, "--format", "json"],
            cwd=REPOSITORY, stdout=other, check=True,
        )  # fmt: skip
        shown = b""
        while not shown.endswith(b"\n"):
            shown += os.read(main, 65536)
    finally:
        os.close(main)
        os.close(other)
    line = shown.decode("utf-8")
    assert "\u202e" not in line
    assert "\U000e0041" not in line
    assert json.loads(line) == json.loads(piped)
