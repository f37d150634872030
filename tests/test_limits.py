"""Every limit of what may be read is hit, from below and from above, and what is too much is refused by its own code.

How long each refusal takes is printed at the end of the run; that none hangs is what the time limit of each test says.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from creditrules import Case, PolicyError, RecordError, load
from creditrules.documents import MOST_BYTES, MOST_DEPTH, MOST_FOUND, MOST_JSON, MOST_NODES
from creditrules.policy import gathering, loading, parser
from creditrules.records.values import MOST_ITEMS
from tests.support import limits

SOUND = (Path(__file__).parent / "diagnostics/good/guarded-day/policy.yaml").read_text("utf-8")
RULE = """\
  - {{id: R-{n}, title: {{zh: 甲, en: a}}, basis: [许可法 38], mode: shall, each: entry, persons: [self],
     when: {{listed: {{zh: 乙, en: b, is: 'entry.colour == "black"'}}}}, then: {{measure: review}}}}
"""


def policy(folder: Path, *, more: str = "", parts: dict[str, str] | None = None) -> Path:
    """A policy that is sound but for what is added to it, in its one file or in included ones."""
    included = f"include: [{', '.join(parts)}]\n" if parts else ""
    (folder / "policy.yaml").write_text(SOUND + more + included, "utf-8")
    for name, text in (parts or {}).items():
        (folder / name).write_text(text, "utf-8")
    return folder


def comment(size: int) -> str:
    return "#" * size + "\n"


def rules(count: int) -> dict[str, str]:
    """Files with so many rules between them, none of which is too large itself."""
    per_file = 900
    return {
        f"r{first}.yaml": "rules:\n" + "".join(RULE.format(n=n) for n in range(first, min(first + per_file, count)))
        for first in range(0, count, per_file)
    }


def expression(text: str) -> str:
    return SOUND.replace('status_on(entry, application.accepted_on) == "active"', text)


def in_condition(folder: Path, text: str) -> Path:
    (folder / "policy.yaml").write_text(expression(text), "utf-8")
    return folder


def case(**more: object) -> str:
    application = {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01"}
    return json.dumps({"application": application, "subject": {"uscc": "91999999MA00000A9R"}, "sources": "all", **more})


def nested(depth: int) -> str:
    return "".join(f"{' ' * n}k{n}:\n" for n in range(depth - 1)) + " " * depth + "x: y\n"


OF_POLICIES: dict[str, tuple[str, Callable[[Path], Path], Callable[[Path], Path]]] = {
    "bytes of a file": (
        "CR-P007",
        lambda f: policy(f, more=comment(MOST_BYTES - len(SOUND.encode()) - 1)),
        lambda f: policy(f, more=comment(MOST_BYTES - len(SOUND.encode()))),
    ),
    "bytes of a file, by far": ("CR-P007", policy, lambda f: policy(f, more=comment(300_000_000))),
    "files of a policy": (
        "CR-P007",
        lambda f: policy(f, parts={f"p{n}.yaml": f"not_encoded: []\n# {n}\n" for n in range(loading.MOST_FILES - 1)}),
        lambda f: policy(f, parts={f"p{n}.yaml": f"not_encoded: []\n# {n}\n" for n in range(loading.MOST_FILES)}),
    ),
    "bytes of a policy": (
        "CR-P007",
        lambda f: policy(f, parts={f"p{n}.yaml": "not_encoded: []\n" + comment(MOST_BYTES - 100) for n in range(31)}),
        lambda f: policy(f, parts={f"p{n}.yaml": "not_encoded: []\n" + comment(MOST_BYTES - 100) for n in range(33)}),
    ),
    "nodes of a file": ("CR-P009", policy, lambda f: policy(f, more="x: [" + "{a,b}," * (MOST_NODES // 5 + 1) + "]\n")),
    "depth of a file": ("CR-P009", policy, lambda f: policy(f, more="x:\n" + nested(MOST_DEPTH))),
    "characters of an expression": (
        "CR-P028",
        lambda f: in_condition(f, "(entry.colour == \"black\"" + " " * (parser.MOST_CHARACTERS - 70) + ")"),
        lambda f: in_condition(f, "entry.colour in [" + "\"black\"," * (parser.MOST_CHARACTERS // 8) + "\"black\"]"),
    ),
    "depth of an expression": (
        "CR-P028",
        lambda f: in_condition(f, "(" * (parser.MOST_DEPTH - 1) + "entry.prior_notice" + ")" * (parser.MOST_DEPTH - 1)),
        lambda f: in_condition(f, "(" * 4000),
    ),
    "rules of a policy": ("CR-P028", lambda f: policy(f, parts=rules(900)), lambda f: policy(f, parts=rules(gathering.MOST_RULES))),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_POLICIES)
def test_a_policy_that_is_too_much(name: str, tmp_path: Path) -> None:
    code, within, beyond = OF_POLICIES[name]
    fits, too_much = tmp_path / "fits", tmp_path / "beyond"
    fits.mkdir()
    too_much.mkdir()
    assert load(within(fits)).rules
    folder = beyond(too_much)
    with limits.timed(name), pytest.raises(PolicyError) as error:
        load(folder)
    assert code in {d.code for d in error.value.diagnostics}
    assert "改法" in error.value.render("zh")


OF_RECORDS: dict[str, tuple[str, str, str, str]] = {
    "bytes of a case in YAML": ("case.yaml", "CR-R107", case() + "\n", case() + "\n" + comment(MOST_BYTES)),
    "characters of a case in JSON": ("case.json", "CR-R003", case() + " " * (MOST_JSON - len(case())), case() + " " * (MOST_JSON - len(case()) + 1)),
    "depth of a case in YAML": ("case.yaml", "CR-R109", case() + "\n", "application:\n" + nested(MOST_DEPTH)),
    "depth of a case in JSON": ("case.json", "CR-R010", case(), "[" * 1_000_000),
    "items of a list": ("case.json", "CR-R033", case(relations=[]), case(relations=[{}] * (MOST_ITEMS + 1))),
    "tags": (
        "case.json", "CR-R033",
        case().replace('"received_on"', '"tags": [' + ",".join(['"rescue"'] * MOST_ITEMS) + '], "received_on"'),
        case().replace('"received_on"', '"tags": [' + ",".join(['"rescue"'] * (MOST_ITEMS + 1)) + '], "received_on"'),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_RECORDS)
def test_a_record_that_is_too_much(name: str, tmp_path: Path) -> None:
    file, code, within, beyond = OF_RECORDS[name]
    (tmp_path / file).write_text(within, "utf-8")
    assert Case.read(tmp_path / file).subject.uscc
    (tmp_path / file).write_text(beyond, "utf-8")
    with limits.timed(name), pytest.raises(RecordError) as error:
        Case.read(tmp_path / file)
    assert code in {d.code for d in error.value.diagnostics}


def test_a_file_without_an_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    endless = Path("/dev/zero")
    if not endless.exists():
        pytest.skip("no device of this kind here")
    (tmp_path / "case.json").symlink_to(endless)
    with limits.timed("a file without an end"), pytest.raises(RecordError, match="CR-R003"):
        Case.read(tmp_path / "case.json")


def test_relations_and_entries_that_multiply() -> None:
    """Three hundred roles and three hundred entries of one person are ninety thousand pairs; the case itself is small."""
    person, applicant = {"id_no": "999999197001010017"}, {"uscc": "91999999MA00000A9R"}
    relations = [{"person": person, "role": "principal", "of": applicant, "source": f"s{n}"} for n in range(300)]
    entry = {"subject": person, "source": "black_list", "fetched_at": "2020-06-05", "colour": "black"}
    made = Case.from_json(case(relations=relations, entries=[{"id": f"E-{n}", **entry} for n in range(300)]))
    prepared = load("dalian-construction").prepare(as_of=date(2020, 6, 5))
    with limits.timed("pairs of records and links"), pytest.raises(RecordError, match="CR-R057"):
        prepared.decide(made)


def test_many_mistakes_are_told_in_time() -> None:
    """A hundred thousand fields that do not exist: the first thousand are told, and nothing is looked up a million times."""
    with limits.timed("a hundred thousand mistakes"), pytest.raises(RecordError) as error:
        Case.from_json(case(**{f"receivd_{n}": 1 for n in range(100_000)}))
    assert len(error.value.diagnostics) == MOST_FOUND
    assert "950 more problems are not listed" in error.value.render("en")
