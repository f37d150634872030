"""The README says what is so: its code runs, its commands exist, its tables are those of the program."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_group
from typer.testing import CliRunner

from creditrules.cli import app, telling
from creditrules.testing.cases import CasesFile

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", README)


def test_the_code_runs_in_its_order(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for number, block in enumerate(blocks("python"), 1):
        exec(compile(block, f"README.md, python block {number}", "exec"), names)
    printed = capsys.readouterr().out
    assert printed.startswith("review ('review',)\n")
    assert "黑名单（失信被执行人除外）中有关申请主体的查询结果 register\n" in printed
    assert "== 结果：待核实 ==\n" in printed
    assert "1 ['CR-R037'" in printed
    assert "2 ['CR-R030'" in printed


@pytest.mark.parametrize(
    "line",
    [
        "    py -m venv .venv; .venv\\Scripts\\pip install -q .; .venv\\Scripts\\creditrules demo",
        "    py -m venv .venv; .venv\\Scripts\\pip install -q -e '.[test]'; .venv\\Scripts\\pytest",
        "    python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/creditrules demo",
        "    uv run creditrules demo",
        "    python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest",
        "    uv run --extra test pytest",
    ],
)
def test_the_commands_stand_on_one_line_each(line: str) -> None:
    assert README.splitlines().count(line) == 1


def test_the_commands_that_it_shows_are_understood(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    shown = re.findall(r"(?m)^    creditrules (.*)$", README)
    commands = set(get_group(app).commands)
    assert {line.split()[0] for line in shown} == commands - {"demo"}
    for line in shown:
        done = CliRunner().invoke(app, shlex.split(line))
        # The files of some are not there, but the words are right.
        needs_files = any(word.endswith((".yaml", ".jsonl", "my-policy")) for word in line.split())
        assert done.exit_code in ((telling.BAD_DATA, telling.BAD_POLICY) if needs_files else (0,)), line


def test_both_languages_show_the_same_commands_and_exit_codes() -> None:
    chinese = (ROOT / "README.zh.md").read_text("utf-8")
    for pattern in (r"(?m)^    ((?:python3|py|uv|creditrules|\.venv).*)$", r"(?m)^\| (\d+) \|", r"\]\(([a-z/-]+)\)"):
        found = [re.findall(pattern, text) for text in (README, chinese)]
        assert [x for x in found[0] if "README" not in x] == [x for x in found[1] if "README" not in x] != [], pattern


def test_the_chinese_code_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    for number, block in enumerate(
        re.findall(r"(?ms)^```python\n(.*?)^```$", (ROOT / "README.zh.md").read_text("utf-8")), 1
    ):
        exec(compile(block, f"README.zh.md, python block {number}", "exec"), {})
    assert capsys.readouterr().out.startswith("从严审核\n")


def test_the_exit_codes_are_those_of_the_program() -> None:
    listed = {int(code) for code in re.findall(r"(?m)^\| (\d+) \|", README)}
    codes = {
        telling.FAILED, telling.USAGE, telling.BAD_DATA, telling.BAD_POLICY, telling.INTERNAL, telling.INTERRUPTED,
    }  # fmt: skip
    assert listed == {0} | codes


def test_the_cases_that_it_shows_pass(tmp_path: Path) -> None:
    (shown,) = blocks("yaml")
    folder = tmp_path / "policy"
    folder.mkdir()
    for file in (ROOT / "policies/dalian-construction").glob("*.yaml"):
        (folder / file.name).write_text(file.read_text("utf-8"), "utf-8")
    (folder / "cases.yaml").write_text(shown, "utf-8")
    done = CliRunner().invoke(app, ["test", str(folder)])
    assert (done.exit_code, done.stdout) == (0, "通过 1 个，未通过 0 个\n")
    assert set(re.findall(r"(?m)^(\w+):", shown)) == set(CasesFile.model_fields)


def test_every_page_and_folder_that_it_links_exists() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
