"""The schemas say what the readers take: every file and every output of the library fits, and what is misshapen does not."""

from __future__ import annotations

import copy
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from typer.testing import CliRunner

from creditrules import Case, Decision, PolicyError, RecordError, load
from creditrules.cli import app
from creditrules.diagnostics import Source
from creditrules.documents import Mapping, Node, Plain, Scalar, Sequence, read_yaml
from creditrules.records.case import case_model
from creditrules.schemas import NAMES, schema, schema_text
from tests.support import depth, session_seed
from tests.support.shipped import prepared_for, shipped_cases

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "policies/schemas"
DALIAN = ROOT / "policies/dalian-construction"
ON = ("--policy", "dalian-construction", "--as-of", "2020-06-05")
DIAGNOSTICS = Path(__file__).parent / "diagnostics"
AS_OTHER_TOOLS_READ: tuple[tuple[str, Any], ...] = (
    (r"true|false", lambda t: t == "true"), (r"-?(0|[1-9][0-9]*)", int), (r"-?[0-9]+\.[0-9]+", float),
)  # fmt: skip


def data(node: Node) -> Any:
    """A document as tools hold it that know nothing of fields: unquoted numbers and truth values are such, days are text."""
    match node:
        case Scalar():
            if isinstance(node.value, Plain):
                for pattern, read in AS_OTHER_TOOLS_READ:
                    if re.fullmatch(pattern, node.text):
                        return read(node.text)
            return None if node.value is None else str(node.value)
        case Sequence():
            return [data(item) for item in node.items]
        case Mapping():
            return {key.text: data(value) for key, value in node.pairs}


def of_file(path: Path) -> Any:
    return data(read_yaml(Source(path.name, path.read_text("utf-8"))))


@cache
def validator(name: str) -> Draft7Validator:
    return Draft7Validator(schema(name))


def complaints(name: str, value: Any) -> list[str]:
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator(name).iter_errors(value)]


def modeline(path: Path) -> str:
    """The schema that a file names for editors, by the name of what it describes."""
    first = path.read_text("utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found, path
    target = (path.parent / found[1]).resolve()
    assert target.parent == SHIPPED, path
    return target.name.removesuffix(".schema.json")


FILES = sorted(p for folder in ("policies", "docs/examples") for p in (ROOT / folder).rglob("*.yaml"))
EXAMPLES = sorted((DALIAN / "examples").glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_schema_is_the_one_that_the_code_gives(name: str) -> None:
    file = SHIPPED / f"{name}.schema.json"
    if os.environ.get("CREDITRULES_GOLDEN") == "write":
        file.write_text(schema_text(name), "utf-8")
    assert file.read_text("utf-8") == schema_text(name)
    Draft7Validator.check_schema(schema(name))
    assert schema(name)["$id"] == f"urn:creditrules:{name}:1"


def test_there_are_no_other_schemas() -> None:
    assert {p.name for p in SHIPPED.iterdir()} == {f"{name}.schema.json" for name in NAMES}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_shipped_file_names_its_schema_and_fits_it(path: Path) -> None:
    assert complaints(modeline(path), of_file(path)) == []


def test_the_files_of_every_kind_are_among_them() -> None:
    assert {modeline(p) for p in FILES} == set(NAMES) - {"decision"}


GOOD = sorted((DIAGNOSTICS / "good").rglob("*.yaml"))


@pytest.mark.parametrize("path", GOOD, ids=lambda p: str(p.relative_to(DIAGNOSTICS)))
def test_policies_that_load_fit(path: Path) -> None:
    assert complaints("policy" if path.name == "policy.yaml" else "part", of_file(path)) == []


ODD = sorted((DIAGNOSTICS / "odd").rglob("case.*"))


@pytest.mark.parametrize("path", ODD, ids=lambda p: p.parent.name)
def test_cases_that_are_only_odd_fit(path: Path) -> None:
    value = json.loads(path.read_text("utf-8")) if path.suffix == ".json" else of_file(path)
    found = complaints("case", value)
    # Codes of digits alone stand without quotes here; other tools take them for numbers, which is why the schema asks for quotes.
    assert all("is not of type 'string'" in c or "is not valid under any" in c for c in found)


def decisions() -> Iterator[tuple[Case, Decision]]:
    for case in random.Random(session_seed()).sample(shipped_cases(), depth(60, len(shipped_cases()))):
        yield case.case, prepared_for(case).decide(case.case)  # type: ignore[misc]


def test_every_output_fits_what_is_said_of_it() -> None:
    """Decisions and cases of the policy as JSON, and the lines that a stream gives."""
    told = 0
    for case, decision in decisions():
        assert complaints("decision", json.loads(decision.to_json())) == []
        assert complaints("case", json.loads(case.model_dump_json(exclude_none=True))) == []
        told += 1
    assert told >= 50
    done = CliRunner().invoke(app, ["decide", *map(str, EXAMPLES), *ON, "--format", "jsonl"])
    for line in done.stdout.splitlines():
        assert complaints("decision", json.loads(line)["decision"]) == []


SHAPE = {
    "policy": (
        "missing-field", "not-an-allowed-value", "unknown-field", "wrong-type-of-value",
        "unknown-field-in-a-named-section", "id-spelled-wrong",
    ),
    "case": ("record-missing", "record-not-allowed", "record-status", "record-two-codes", "record-unknown-field", "record-wrong-shape",
             "record-truth-value", "record-name"),
}  # fmt: skip
"""Mistakes of shape, which a schema can see."""

MEANING = {
    "policy": ("unknown-name", "type", "condition-without-label", "exception-not-lighter", "definition-uses-itself", "unknown-law", "impossible-date"),
    "case": ("record-twice", "record-person-of-another", "record-documents-differ", "record-code-check-digits"),
}  # fmt: skip
"""Mistakes of meaning, which need the reader."""


def bad(kind: str, folder: str) -> list[str]:
    path = DIAGNOSTICS / "bad" / folder
    file = path / "policy.yaml" if kind == "policy" else next(path.glob("case.*"))
    return complaints(kind, of_file(file))


@pytest.mark.parametrize(("kind", "folder"), [(k, f) for k, folders in SHAPE.items() for f in folders])
def test_mistakes_of_shape_are_refused(kind: str, folder: str) -> None:
    assert bad(kind, folder) != []


@pytest.mark.parametrize(("kind", "folder"), [(k, f) for k, folders in MEANING.items() for f in folders])
def test_mistakes_of_meaning_are_left_to_the_reader(kind: str, folder: str) -> None:
    assert all("is not of type 'string'" in c or "is not valid under any" in c for c in bad(kind, folder))


def test_check_jsonschema_takes_the_good_and_refuses_the_bad(tmp_path: Path) -> None:
    """The checker that projects use, on the files as they are written, unquoted days included."""

    def check(name: str, *files: Path) -> subprocess.CompletedProcess[str]:
        command = [
            Path(sys.executable).parent / "check-jsonschema",
            "--schemafile",
            SHIPPED / f"{name}.schema.json",
            *files,
        ]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    parts = [DALIAN / f"{n}.yaml" for n in ("law", "article", "choices", "statutes")]
    for name, files in (
        ("case", EXAMPLES), ("policy", [DALIAN / "policy.yaml"]), ("part", parts), ("cases", [DALIAN / "cases.yaml"]),
        ("vocabulary", [ROOT / "policies/vocabularies/construction.yaml"]), ("dossier", [ROOT / "docs/examples/dossier.yaml"]),
    ):  # fmt: skip
        done = check(name, *files)
        assert done.returncode == 0, done.stdout
    for name, folder in [(k, f) for k, folders in SHAPE.items() for f in folders[:3]]:
        file = next(p for p in (DIAGNOSTICS / "bad" / folder).iterdir() if p.suffix == ".yaml")
        done = check(name, file)
        assert done.returncode == 1, done.stdout
    decided = CliRunner().invoke(app, ["decide", str(EXAMPLES[0]), *ON, "--format", "json"])
    (tmp_path / "decision.json").write_text(decided.stdout, "utf-8")
    assert check("decision", tmp_path / "decision.json").returncode == 0
    (tmp_path / "decision.json").write_text(decided.stdout.replace('"outcome"', '"outcom"', 1), "utf-8")
    assert check("decision", tmp_path / "decision.json").returncode == 1


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    3,
    2.5,
    "",
    "x",
    "active",
    "open",
    "2020-06-01",
    "2020-06-01T08:00:00+08:00",
    [],
    ["x"],
    {},
    "none",
    "all",
)


TEXTUAL = tuple(v for v in VALUES if not isinstance(v, (bool, int, float)))
"""The reader of policies takes a number for text where it expects text; a schema asks for quotes there."""


def mutated(value: Any, random_: random.Random, values: tuple[Any, ...] = VALUES) -> Any:
    """The value with something dropped, or replaced by a value of another kind."""
    value = copy.deepcopy(value)
    *above, last = random_.choice([p for p in places(value) if p])
    here = value
    for step in above:
        here = here[step]
    if random_.random() < 0.4:
        del here[last]
    else:
        here[last] = random_.choice(values)
    return value


def test_what_the_reader_takes_is_never_refused() -> None:
    """Changed cases: where they load, the schema takes them; how often both refuse shows that the schema is not empty."""
    random_ = random.Random(f"{session_seed()}/schemas")
    examples = [json.loads(Case.read(p).model_dump_json(exclude_none=True)) for p in EXAMPLES]
    taken = both_refuse = 0
    for _ in range(depth(250, 20_000)):
        value = mutated(random_.choice(examples), random_)
        try:
            Case.from_json(json.dumps(value))
        except RecordError:
            both_refuse += bool(complaints("case", value))
            continue
        taken += 1
        assert complaints("case", value) == [], json.dumps(value)[:20]
    assert taken > 40
    assert both_refuse > 60


def test_changed_policies_that_load_are_never_refused(tmp_path: Path) -> None:
    random_ = random.Random(f"{session_seed()}/policies")
    sound = of_file(DIAGNOSTICS / "good/guarded-day/policy.yaml")
    taken = both_refuse = 0
    for _ in range(depth(100, 3_000)):
        value = mutated(sound, random_, TEXTUAL)
        (tmp_path / "policy.yaml").write_text(json.dumps(value, ensure_ascii=False), "utf-8")
        try:
            load(tmp_path)
        except PolicyError:
            both_refuse += bool(complaints("policy", value))
            continue
        taken += 1
        assert complaints("policy", value) == [], value
    assert taken > 5
    assert both_refuse > 30


def test_the_cases_of_a_policy_have_its_words() -> None:
    vocabulary = load("dalian-construction").vocabulary
    found = Draft7Validator(schema("case", vocabulary=vocabulary))
    value = of_file(EXAMPLES[3])
    assert list(found.iter_errors(value)) == []
    value["entries"][0]["category"] = "tax_violatoin"
    assert [list(e.absolute_path) for e in found.iter_errors(value)] == [["entries", 0, "category"]]
    assert complaints("case", value) == []


def test_the_cases_of_a_vocabulary_of_ones_own_have_a_schema(tmp_path: Path) -> None:
    from tests.test_second_vocabulary import POLICY, VOCABULARY

    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "vocabulary.yaml").write_text(VOCABULARY, "utf-8")
    assert complaints("vocabulary", of_file(tmp_path / "vocabulary.yaml")) == []
    assert complaints("policy", of_file(tmp_path / "policy.yaml")) == []
    policy = load(tmp_path)
    text = schema_text("case", vocabulary=policy.vocabulary)
    done = CliRunner().invoke(app, ["schema", "case", "--policy", str(tmp_path)])
    assert (done.exit_code, done.stdout) == (0, text)
    assert set(json.loads(text)["properties"]) >= {k.many or k.name for k in policy.vocabulary.schema.kinds.values()}
    assert case_model(policy.vocabulary.schema) is not Case


@pytest.mark.parametrize("name", NAMES)
def test_the_command_prints_it(name: str) -> None:
    done = CliRunner().invoke(app, ["schema", name])
    assert (done.exit_code, done.stdout) == (0, schema_text(name))


def test_a_policy_changes_the_schema_of_cases_only() -> None:
    done = CliRunner().invoke(app, ["schema", "decision", "--policy", "dalian-construction", "--lang", "en"])
    assert done.exit_code == 2
    assert "only the schema of a case or a dossier depends" in done.stderr


def test_a_name_of_which_there_is_none_is_wrong_usage() -> None:
    done = CliRunner().invoke(app, ["schema", "polcy"])
    assert done.exit_code == 2
    assert "'decision'" in done.stderr
