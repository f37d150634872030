"""The promises that the project as a whole makes: its licence, its face, its rooms, and nothing of anybody's machine."""

import hashlib
import importlib.metadata
import pkgutil
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

import creditrules

REPOSITORY = Path(__file__).resolve().parent.parent

# Written so that the patterns do not find themselves.
FOREIGN = re.compile(
    r"(?<![\w.~-])/(?:work|root|home|Users)/"  # a path of somebody's machine
    r"|(?<![\w/-])(?:\.\./)*shared[/]"  # a folder beside the checkout
    r"|\bpy(?:pi\.\w|pi/simple|thonhosted\b)"  # a package registry or a mirror of one
    r"|\b(?:index|extra-index)-(?:url)\b|\bfind-(?:links)\b"
)


def project() -> dict:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, encoding="utf-8", check=False)


def tracked_files() -> list[Path]:
    if shutil.which("git") is None or not (REPOSITORY / ".git").exists():
        pytest.skip("this is not a git checkout")
    listed = run("git", "-c", f"safe.directory={REPOSITORY}", "ls-files", "-z", "--cached")
    assert listed.returncode == 0, listed.stderr
    return [path for name in listed.stdout.split("\0") if name and (path := REPOSITORY / name).is_file()]


def test_the_licence_is_the_unmodified_apache_text():
    text = (REPOSITORY / "LICENSE").read_bytes()
    assert hashlib.sha256(text).hexdigest() == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
    assert project()["license"] == "Apache-2.0"
    assert (REPOSITORY / "NOTICE").is_file()


def test_the_version_is_the_same_everywhere():
    assert creditrules.__version__ == project()["version"] == importlib.metadata.version("creditrules")


def test_import_loads_nothing_heavy():
    heavy = ("pydantic", "pydantic_core", "yaml", "typer", "click", "rich", "zoneinfo")
    code = f"import sys, creditrules; print(*(name for name in {heavy!r} if name in sys.modules))"
    done = run(sys.executable, "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_no_public_name_is_the_name_of_a_module():
    modules = {module.name for module in pkgutil.iter_modules(creditrules.__path__)}
    assert modules.isdisjoint(creditrules.__all__)


def test_public_names_are_sorted_and_resolve():
    def order(name: str) -> tuple[int, str]:  # constants, classes, functions, as ruff sorts them
        return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)

    assert list(creditrules.__all__) == sorted(set(creditrules.__all__), key=order)
    for name in creditrules.__all__:
        assert getattr(creditrules, name) is not None
    assert set(creditrules.__all__) <= set(dir(creditrules))


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = creditrules.no_such_name


def test_a_room_imports_only_from_rooms_below_it():
    done = run(Path(sysconfig.get_path("scripts")) / "lint-imports", "--no-cache", "--no-logo")
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_committed_file_names_a_machine_path_or_a_registry():
    found = []
    for path in tracked_files():
        data = path.read_bytes()
        if b"\0" in data:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
            if match := FOREIGN.search(line):
                found.append(f"{path.relative_to(REPOSITORY)}:{number}: {match.group()}")
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "/wo" + "rk/main",
        "see ../sha" + "red/notes",
        "https://py" + "pi.org/project/x",
        "files.python" + "hosted.org",
        "--index" + "-url=x",
    ],
)
def test_the_search_for_foreign_names_finds_them(text):
    assert FOREIGN.search(text)


@pytest.mark.parametrize(
    "text", ["https://example.gov.cn/work/2026/1.html", "shared by two rules", "happy.org", "网站/工作"]
)
def test_the_search_for_foreign_names_leaves_other_text_alone(text):
    assert not FOREIGN.search(text)
