"""Run the pytest plugin in a project of its own, away from the checkout, with the wheel and pytest and nothing else.

    python tests/outside/plugin.py WHEEL FOLDER

makes a virtual environment and a small project in FOLDER, which must be empty, and fails unless everything is as it must be.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
POLICY = HERE.parent / "failing/policy/policy.yaml"
BASES = """\
bases:
  listed:
    application: {id: A-1, matter: construction_permit, received_on: 2020-06-01, accepted_on: 2020-06-01, area_m2: 20000, tags: []}
    subject: {name: 甲公司, uscc: 91999999MA00000A9R, kind: legal}
    entries:
      - {id: E-1, colour: black, category: wage_arrears, status: active, effective_from: 2019-03-01, valid_to: 2021-02-28,
         subject: {uscc: 91999999MA00000A9R}, authority: {body: human_resources}, source: black_list, fetched_at: 2020-06-05}
    relations: []
    sources: all
"""
OWN = f"""\
{BASES}
cases:
  - {{name: 在列的，从严审核, as_of: 2020-06-05, given: {{use: listed}}, expect: {{outcome: review}}, because: [B-1, F-2]}}
  - name: 在列的，限制办理
    as_of: 2020-06-05
    given: {{use: listed, entries: [{{id: E-1, valid_to: 2020-05-31}}]}}
    expect: {{outcome: restrict}}
    because: [B-1, F-2]
"""
SHIPPED = """\
policy: dalian-construction
cases:
  - name: 没有任何名单记录，按正常程序办理
    as_of: 2020-06-05
    given:
      application: {id: A-1, matter: construction_permit, received_on: 2020-06-01, accepted_on: 2020-06-01, area_m2: 20000,
        investment_cny: 80000000}
      subject: {name: 甲公司, uscc: 91999999MA00000A9R, kind: legal}
      sources: all
    expect: {outcome: normal}
    because: []
"""
PROGRAM = """\
from datetime import date

def test_a_policy_of_its_own(credit_policy, credit_decide):
    assert credit_policy("./rules").name == "failing"
"""
SAID = (
    "未通过：在列的，限制办理（方案 lawful，判断日 2020-06-05）",
    "应当成立而没有成立：规则 B-1“失信主体” policy.yaml:",
    "不符合 尚在有效期内（有效期止 = 2020-05-31） policy.yaml:",
    "复现：creditrules test ./rules --case '在列的，限制办理' --profile lawful",
)
MOST_MS = 10.0


def main(wheel: Path, folder: Path) -> None:
    python = folder / "venv/bin/python"
    venv.create(folder / "venv", with_pip=True)
    run(folder, python, "-m", "pip", "install", "-q", str(wheel), "pytest", code=0)
    installed = run(folder, python, "-m", "pip", "list", "--format=freeze", code=0).lower()
    assert "hypothesis" not in installed, installed

    project = folder / "project"
    (project / "rules").mkdir(parents=True)
    (project / "rules/policy.yaml").write_bytes(POLICY.read_bytes())
    (project / "rules/cases.yaml").write_text(OWN, "utf-8")
    (project / "rules/notes.yaml").write_text("not: ours\n", "utf-8")
    (project / "shipped.credit-test.yaml").write_text(SHIPPED, "utf-8")
    (project / "test_program.py").write_text(PROGRAM, "utf-8")

    printed = run(project, python, "-m", "pytest", "-W", "error", code=1)
    assert re.search(r"=+ 1 failed, 3 passed in ", printed), printed
    for sentence in SAID:
        assert sentence in printed, f"{sentence}\n{printed}"
    assert "Traceback" not in printed, printed
    print("\n".join(line for line in printed.splitlines() if "未通过" in line or "不符合" in line or "failed," in line))

    same = run(project, folder / "venv/bin/creditrules", "test", "./rules", "--case", "在列的，限制办理", code=1)
    assert all(sentence in same for sentence in SAID), same
    run(project, python, "-m", "pytest", "-W", "error", "-k", "正常程序", code=0)
    run(
        project,
        python,
        "-m",
        "pytest",
        "-W",
        "error",
        "-p",
        "no:creditrules",
        "--collect-only",
        "test_program.py",
        code=0,
    )

    # A start without any case: what the plugin adds to the imports of pytest.
    code = "import pytest, creditrules.pytest_plugin"
    found = [imported(run(project, python, "-X", "importtime", "-c", code, code=0)) for _ in range(7)]
    median = statistics.median(found)
    print(f"start of the plugin: {median:.1f} ms, the median of {len(found)} starts (at most {MOST_MS:.0f} ms)")
    assert median <= MOST_MS, found

    run(folder, python, "-m", "pip", "install", "-q", "pytest-xdist", code=0)
    printed = run(project, python, "-m", "pytest", "-W", "error", "-n", "2", code=1)
    assert re.search(r"=+ 1 failed, 3 passed in ", printed), printed
    print("in two processes: the same")


def imported(printed: str) -> float:
    """The milliseconds that the plugin took to import, of what Python says of its imports."""
    (microseconds,) = re.findall(r"import time:\s+\d+ \|\s+(\d+) \| creditrules\.pytest_plugin\n", printed)
    return int(microseconds) / 1000


def run(folder: Path, *command: str | Path, code: int) -> str:
    """What a command printed in a folder, as on a machine that knows nothing of the checkout; it must end with `code`."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "VIRTUAL_ENV"))}
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=environment | {"PYTHONUTF8": "1"}, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    assert done.returncode == code, f"{command}: {done.returncode}\n{done.stdout}"
    return done.stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
