"""A dossier gives what separately written cases would give, and says what is wrong at its place."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import creditrules as cr
from creditrules import Case, Dossier, RecordError
from creditrules.cli import app
from creditrules.decision import Decision
from creditrules.diagnostics import Diagnostic
from creditrules.explanation.explaining import explain
from creditrules.records.case import case_model
from creditrules.records.dossier import dossier_model
from creditrules.records.streams import read_stream
from tests.support import limits
from tests.support.leaks import codes_in
from tests.support.shipped import prepared_for, shipped_cases

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs/examples/dossier.yaml"
DAY = date(2020, 6, 5)
ON = ("--policy", "dalian-construction", "--as-of", DAY.isoformat())
COMPANY, OTHER, HEAD = "91999999MA00000A9R", "91999999MA00000B7L", "999999197001010017"
FIRST = {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01", "accepted_on": "2020-06-01"}
SECOND = {"id": "A-2", "matter": "completion_filing", "received_on": "2020-06-03", "accepted_on": "2020-06-03"}
SHARED: dict[str, Any] = {
    "subject": {"uscc": COMPANY, "name": "甲公司", "kind": "legal"},
    "relations": [{"person": {"id_no": HEAD}, "role": "legal_representative", "of": {"uscc": COMPANY}, "valid_from": "2015-01-01", "valid_to": "open"}],
    "entries": [
        {"id": "E-1", "colour": "black", "category": "tax_violation", "status": "active", "effective_from": "2019-03-01", "valid_to": "open",
         "subject": {"uscc": COMPANY}, "authority": {"body": "tax"}, "source": "black_list", "fetched_at": "2020-06-05"},
    ],
    "findings": [{"id": "F-1", "subject": {"uscc": COMPANY}, "application": "A-2", "conduct": "false_material"}],
    "sources": "all",
}  # fmt: skip


def data(*applications: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return copy.deepcopy({"applications": list(applications or (FIRST, SECOND)), **SHARED, **parts})


def refused(make: Callable[[], object]) -> tuple[Diagnostic, ...]:
    with pytest.raises(RecordError) as error:
        make()
    return error.value.diagnostics


def problems(**parts: Any) -> list[tuple[str, str]]:
    return [(d.code, d.path) for d in refused(lambda: Dossier.from_dict(data(**parts)))]


def invoke(*arguments: object, given: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], input=given)


# What it gives


def test_each_application_is_decided_as_if_its_case_stood_alone() -> None:
    prepared = cr.load("dalian-construction").prepare(as_of=DAY)
    for applications in ((FIRST, SECOND), (SECOND, FIRST), (FIRST,)):
        dossier = Dossier.from_dict(data(*applications))
        alone = [Case.from_dict(copy.deepcopy({"application": one, **SHARED})) for one in applications]
        assert list(dossier.cases()) == alone
        assert [type(c) for c in dossier.cases()] == [Case] * len(alone)
        ours, theirs = ([prepared.decide(c).to_json() for c in cases] for cases in (dossier.cases(), alone))
        assert ours == theirs
        assert [c.model_dump_json(exclude_unset=True) for c in dossier.cases()] == [
            c.model_dump_json(exclude_unset=True) for c in alone
        ]
    assert len(set(ours)) == 1


def test_it_gives_the_decisions_of_every_case_of_the_shipped_policy() -> None:
    """Two applications that differ in their number only, with all that stands in each case beside it."""
    compared = 0
    for one in shipped_cases()[::5]:
        written = one.case.model_dump(mode="json", exclude_unset=True)
        about = written.pop("about", "")
        if written.get("application") is None or about:
            continue
        application = written.pop("application")
        made = Dossier.from_json(
            json.dumps({"applications": [application, {**application, "id": "办件乙"}], **written})
        )
        prepared = prepared_for(one)
        assert prepared.decide(made.cases()[0]).to_json() == prepared.decide(one.case).to_json()
        compared += 1
    assert compared > 20


def test_a_finding_about_one_application_stays_in_the_case_of_the_other() -> None:
    assert [[f.application for f in c.findings] for c in Dossier.from_dict(data()).cases()] == [["A-2"], ["A-2"]]


def test_text_and_plain_data_in_every_form_give_the_same(tmp_path: Path) -> None:
    text = json.dumps(data(), ensure_ascii=False)
    made = Dossier.from_dict(data())
    for name in ("d.yaml", "d.json"):
        (tmp_path / name).write_text(text, "utf-8")
        assert Dossier.read(tmp_path / name) == made
    assert Dossier.from_json(text) == made
    assert Dossier.from_bytes(text.encode(), name="d", json=True) == made
    assert Dossier.from_dict(json.loads(made.model_dump_json(exclude_none=True))) == made
    assert Dossier.from_dict({"format": 1, **data()}) == made


def test_copies_and_pickles_give_the_cases_of_what_they_hold() -> None:
    made = Dossier.from_json(json.dumps(data()))
    assert pickle.loads(pickle.dumps(made)).cases() == made.cases()
    shorter = made.model_copy(update={"applications": made.applications[1:]})
    assert [c.application for c in shorter.cases()] == [made.applications[1]]


def test_a_problem_found_when_deciding_stands_at_its_application() -> None:
    wrong = json.dumps({**SECOND, "matter": "completion_filng"})
    text = "\n".join(['{"applications": [', "", json.dumps(FIRST) + ",", wrong, "],", json.dumps(SHARED)[1:]])
    good, bad = Dossier.from_json(text, name="d.json").cases()
    prepared = cr.load("dalian-construction").prepare(as_of=DAY)
    prepared.decide(good)
    (problem,) = refused(lambda: prepared.decide(bad))
    assert (problem.code, str(problem.span).split(":")[:2]) == ("CR-R026", ["d.json", "4"])


# What it refuses


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"applications": []}, ("CR-R030", "applications")),
        ({"applications": [{**FIRST, "matter": 1}]}, ("CR-R046", "applications[0].matter")),
        ({"applications": None}, ("CR-R030", "applications")),
        ({"applications": FIRST}, ("CR-R031", "applications")),
        ({"applications": [FIRST, SECOND, FIRST]}, ("CR-R047", "applications[2].id")),
        ({"applications": [FIRST, {**SECOND, "received_on": "2020/6/3"}]}, ("CR-R043", "applications[1].received_on")),
        ({"applications": [FIRST, {**SECOND, "recieved_on": "2020-06-03"}]}, ("CR-R034", "applications[1].recieved_on")),
        ({"application": FIRST}, ("CR-R034", "application")),
        ({"about": "application"}, ("CR-R034", "about")),
        ({"remarks": "x"}, ("CR-R034", "remarks")),
        ({"format": 2}, ("CR-R048", "format")),
        ({"subject": None}, ("CR-R030", "subject")),
        ({"entries": SHARED["entries"] * 2}, ("CR-R047", "entries[1].id")),
        ({"entries": [{**SHARED["entries"][0], "valid_to": "2019-02-28"}]}, ("CR-R028", "entries[0].valid_to")),
        ({"sources": [{"name": "x", "answered": True, "about": "everybody", "covers": {"color": ["red"]}}]}, ("CR-R034", "sources[0].covers.color")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(parts: dict[str, Any], found: tuple[str, str]) -> None:
    assert problems(**parts) == [found]


def test_without_applications_it_is_no_dossier() -> None:
    given = data()
    del given["applications"]
    assert [(d.code, d.path) for d in refused(lambda: Dossier.from_dict(given))] == [("CR-R030", "applications")]
    assert [d.code for d in refused(lambda: Dossier.from_dict([data()]))] == ["CR-R031"]  # type: ignore[arg-type]


def test_who_writes_application_is_told_of_applications() -> None:
    (problem,) = refused(lambda: Dossier.from_dict(data(application=FIRST)))
    assert problem.help is not None
    assert "`applications`" in problem.help.en


TEXT = """\
applications:
  - {id: A-1, matter: construction_permit, received_on: 2020-06-01}
  - {id: A-1, matter: completion_filing, received_on: 2020-06-03}
subject: {name: 甲公司, uscc: 91999999MA00000A9R, kind: legal}
sources: all
"""


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (TEXT, ["d.yaml:3:10"]),
        (TEXT.replace("applications:\n  - {id", "applications: []\nother:\n  - {id"), ["d.yaml:1:1", "d.yaml:2:1"]),
        (TEXT.replace("A-1, matter: comp", "A-2, matter: comp") + "application: {id: A-3}\n", ["d.yaml:6:1"]),
        (TEXT.replace("A-1, matter: comp", "A-2, received_in: x, matter: comp"), ["d.yaml:3:15"]),
        (TEXT.replace("A-1, matter: comp", "A-2, permit_no: '1', permit_no: '2', matter: comp"), ["d.yaml:3:31"]),
    ],
)  # fmt: skip
def test_a_file_shows_the_line_and_the_column(tmp_path: Path, text: str, places: list[str]) -> None:
    (tmp_path / "d.yaml").write_text(text, "utf-8")
    found = [str(d.span) for d in refused(lambda: Dossier.read(tmp_path / "d.yaml"))]
    assert found == places
    done = invoke("decide", tmp_path / "d.yaml", *ON)
    assert (done.exit_code, done.stdout) == (3, "")
    assert all(place in done.stderr for place in places)


def test_what_no_file_is() -> None:
    assert [d.code for d in refused(lambda: Dossier.read("no-such-dossier.yaml"))] == ["CR-R001"]
    assert [d.code for d in refused(lambda: Dossier.from_bytes(b"\xff", name="d", json=True))] == ["CR-R002"]
    (problem,) = refused(lambda: Dossier.from_bytes(b" " * (8 * 1024 * 1024 + 1), name="d", json=True))
    assert problem.code == "CR-R003"
    assert problem.message.en.startswith("the dossier has more than")


def test_applications_and_what_they_share_multiply() -> None:
    many = [{**FIRST, "id": f"A-{n}"} for n in range(1_000)]
    entries = [{**SHARED["entries"][0], "id": f"E-{n}"} for n in range(200)]
    with limits.timed("applications and entries"):
        assert problems(applications=many, entries=entries) == [("CR-R033", "applications")]
    assert problems(applications=[{}] * 10_001) == [("CR-R033", "applications")]
    assert len(Dossier.from_dict(data(*many)).cases()) == 1_000


# Codes


@pytest.mark.parametrize(
    "spoilt",
    [
        {"applications": [{**FIRST, "id": COMPANY}, {**SECOND, "id": COMPANY}]},
        {"applications": [{**FIRST, COMPANY: 1}]},
        {COMPANY: HEAD},
        {"subject": {"uscc": COMPANY, "id_no": HEAD}},
        {"application": {"id": HEAD}},
        {"entries": [{**SHARED["entries"][0], "id": HEAD}] * 2},
    ],
)
def test_no_problem_and_no_repr_shows_a_code_whole(spoilt: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "d.json"
    file.write_text(json.dumps(data() | spoilt, indent=1), "utf-8")
    found = refused(lambda: Dossier.read(file))
    said = [invoke("decide", file, *ON, "--format", form) for form in ("text", "jsonl")]
    shown = [*(str(d.to_dict()) for d in found), *(s.stdout + s.stderr for s in said), repr(Dossier.from_dict(data()))]
    for text in shown:
        assert list(codes_in(text)) == []


# The command line


def test_decide_prints_a_decision_for_each_application_in_order() -> None:
    cases = Dossier.read(EXAMPLE).cases()
    prepared = cr.load("dalian-construction").prepare(as_of=DAY)
    decisions = [prepared.decide(c) for c in cases]
    done = invoke("decide", EXAMPLE, *ON, "--format", "json")
    assert (done.exit_code, done.stdout.splitlines()) == (0, [d.to_json() for d in decisions])
    lines = [json.loads(line) for line in invoke("decide", EXAMPLE, *ON, "--format", "jsonl").stdout.splitlines()]
    assert [line["case"] for line in lines] == [f"{EXAMPLE}:applications[0]", f"{EXAMPLE}:applications[1]"]
    assert [Decision.from_json(json.dumps(line["decision"])) for line in lines] == decisions
    told = invoke("decide", EXAMPLE, *ON)
    headings = [f"── 案件 {EXAMPLE}:applications[{n}] ──\n" for n in range(2)]
    assert told.stdout == "\n".join(f"{h}{explain(d)}\n" for h, d in zip(headings, decisions, strict=True))
    assert told.stderr == "判定 2 个，有误 0 个\n"


def test_a_dossier_may_be_a_line_of_a_stream() -> None:
    case = {"application": FIRST, **SHARED}
    stream = "\n".join(json.dumps(d) for d in (case, data(), data(*[FIRST] * 2), case))
    done = invoke("decide", "-", *ON, "--format", "jsonl", given=stream)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["case"] for line in lines] == ["-:1", "-:2:applications[0]", "-:2:applications[1]", "-:3", "-:4"]
    assert [line["decision"] is None for line in lines] == [False, False, False, True, False]
    assert done.exit_code == 3
    assert lines[0]["decision"] == lines[1]["decision"]
    (read,) = read_stream(BytesIO(json.dumps(data(FIRST)).encode()), Case, name="-")
    assert (read.within, read.case) == ("applications[0]", Case.from_dict(case))


def test_an_application_that_cannot_be_decided_spoils_no_other(tmp_path: Path) -> None:
    file = tmp_path / "d.json"
    file.write_text(json.dumps(data({**FIRST, "matter": "constructon_permit"}, SECOND)), "utf-8")
    done = invoke("decide", file, *ON, "--format", "json", "--lang", "en")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["about"]["matter"] == "completion_filing"
    assert "d.json:applications[0]:\n" in done.stderr
    assert "`construction_permit`" in done.stderr
    assert invoke("decide", file, *ON, "--format", "json", "--on-error", "fail").stdout == ""


def test_what_is_odd_about_a_shared_code_is_said_once(tmp_path: Path) -> None:
    file = tmp_path / "d.json"
    file.write_text(json.dumps(data(subject={"uscc": COMPANY.lower(), "kind": "legal"})), "utf-8")
    done = invoke("decide", file, *ON, "--format", "json")
    assert done.exit_code == 0
    assert done.stderr.count("CR-R037") == 1


# Vocabularies of one's own


def test_a_vocabulary_has_dossiers_where_it_names_their_list(tmp_path: Path) -> None:
    from tests.test_second_vocabulary import POLICY, VOCABULARY

    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    file = tmp_path / "vocabulary.yaml"
    file.write_text(VOCABULARY, "utf-8")
    assert dossier_model(case_model(cr.load(tmp_path).vocabulary.schema)) is None
    given = {"claims": [{"amount": "30000", "ordered_on": "2024-01-31"}, {"amount": "1", "ordered_on": "2024-01-31"}]}
    (tmp_path / "d.json").write_text(json.dumps(given), "utf-8")
    on = ("--policy", tmp_path, "--as-of", "2024-06-01")
    assert invoke("decide", tmp_path / "d.json", *on).exit_code == 3
    assert invoke("schema", "dossier", "--policy", tmp_path, "--lang", "en").exit_code == 2
    file.write_text(VOCABULARY.replace("decided: true,", "decided: true, several: claims,"), "utf-8")
    model = dossier_model(case_model(cr.load(tmp_path).vocabulary.schema))
    assert model is not None
    assert [(d.code, d.path) for d in refused(lambda: model.from_dict({"claims": [{"amount": "x"}]}))] == [
        ("CR-R045", "claims[0].amount")
    ]
    done = invoke("decide", tmp_path / "d.json", *on, "--format", "json")
    assert [json.loads(line)["outcome"] for line in done.stdout.splitlines()] == ["enlist", "delist"]
    schema = json.loads(invoke("schema", "dossier", "--policy", tmp_path).stdout)
    assert {"claims", "sources"} <= set(schema["properties"])
    dated = (
        "several: claims, ends: until, history: {statuses: {active: {zh: 在列, en: active}}, dated_by: {active: ordered_on}},"
        " decided: true, fields: {until: {type: date, title: {zh: 止, en: until}},"
    )
    file.write_text(VOCABULARY.replace("decided: true, fields: {", dated), "utf-8")
    model = dossier_model(case_model(cr.load(tmp_path).vocabulary.schema))
    assert model is not None
    backwards = {"claims": [given["claims"][0], {"ordered_on": "2024-01-31", "until": "2024-01-30"}]}
    assert [(d.code, d.path) for d in refused(lambda: model.from_dict(backwards))] == [("CR-R028", "claims[1].until")]
    for wrong in ("several: sources, decided: true,", "several: claims,"):
        file.write_text(VOCABULARY.replace("decided: true,", wrong), "utf-8")
        with pytest.raises(cr.PolicyError, match="several"):
            cr.load(tmp_path)
