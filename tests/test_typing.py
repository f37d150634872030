"""What a condition may say: names, types, words of closed lists, days, ends of validity, and `has`."""

from __future__ import annotations

from pathlib import Path

import pytest

from creditrules import Policy, PolicyError, load
from creditrules.diagnostics import Diagnostic

HEAD = """\
language: 1
policy: typing
version: "1"
use: construction
title: {zh: 类型, en: types}
in_force: {from: 2020-05-26}
carries_burden: [law]
profiles: {lawful: {title: {zh: 依法, en: lawful}, cap_by_basis: true}}
default_profile: lawful
"""

PARAMETERS = """\
parameters:
  days: {title: {zh: 天数, en: days}, choice: ours, value: 30}
  area: {title: {zh: 面积, en: area}, choice: ours, value: 300.5}
  word: {title: {zh: 词, en: word}, choice: ours, value: tax_violation}
  words: {title: {zh: 词表, en: words}, choice: ours, value: [tax_violation, wage_arrears]}
  nothing: {title: {zh: 空, en: nothing}, choice: ours, value: []}
  flag: {title: {zh: 开关, en: flag}, choice: ours, value: true}
  day: {title: {zh: 日, en: day}, choice: ours, value: 2020-06-01}
  wrong: {title: {zh: 错词, en: wrong}, choice: ours, value: [tax_violaton]}
  end: {title: {zh: 终止, en: end}, choice: ours, value: listed, choose: {listed: entry.effective_from, stated: entry.valid_to}}
  keyed: {title: {zh: 按事项, en: keyed}, choice: ours, by: matter, default: 1, values: {contract_filing: 2}}
"""

DEFINITIONS = """\
definitions:
  in_force:
    label: {zh: 有效, en: in force}
    of: [entry, day]
    choice: ours
    is: status_on(entry, day) == "active" && day <= entry.valid_to
  asks: {label: {zh: 已知, en: known}, of: [entry], choice: ours, is: has(entry.grade)}
  through: {label: {zh: 间接, en: through}, of: [entry], choice: ours, is: asks(entry)}
"""

TERM = """\
terms:
  - {of: entry, where: {category: [tax_violation]}, until: entry.document_date + months(12), choice: ours}
"""

RULE = """\
rules:
  - id: B-1
    title: {zh: 规则, en: rule}
    choice: ours
    mode: shall
    each: entry
    persons: [self]
    when:
      tested:
        zh: 条件
        en: condition
        is: |
          CONDITION
    then: {measure: MEASURE}
"""


def source(condition: str, *, measure: str = "restrict", term: bool = False, more: str = "") -> str:
    rule = RULE.replace("CONDITION", condition.replace("\n", "\n          ")).replace("MEASURE", measure)
    return HEAD + PARAMETERS + DEFINITIONS + (TERM if term else "") + rule + more


def loaded(folder: Path, text: str) -> Policy:
    (folder / "policy.yaml").write_text(text, "utf-8")
    return load(folder)


def problems(folder: Path, text: str) -> list[Diagnostic]:
    with pytest.raises(PolicyError) as error:
        loaded(folder, text)
    return list(error.value.diagnostics)


def marked(problem: Diagnostic) -> str:
    assert problem.span is not None
    return problem.span.source.text[problem.span.start : problem.span.end]


ACCEPTED = [
    'entry.colour == "black"',
    '"black" == entry.colour',
    'entry.category in ["tax_violation", "wage_arrears"]',
    "entry.category in param.words",
    "entry.category in param.nothing",
    "entry.category == param.word",
    "!(entry.category in param.words)",
    '"rescue" in application.tags',
    "size(application.tags) > 0",
    "size(application.missing_primary) == 0",
    "application.area_m2 <= 300",
    "application.area_m2 <= 300.5",
    "application.area_m2 <= param.area",
    "application.area_m2 <= param.days",
    "application.area_m2 in [1, 2, 300]",
    "entry.extension_years >= 2",
    "entry.extension_years == param.keyed",
    "entry.prior_notice",
    "!entry.prior_notice",
    "entry.prior_notice == true",
    "entry.prior_notice != application.luxury_fitout",
    "param.flag || entry.prior_notice",
    "entry.effective_from <= as_of",
    "entry.effective_from == application.accepted_on",
    'entry.effective_from < date("2020-06-01")',
    "entry.effective_from < param.day",
    "as_of <= entry.document_date + months(3)",
    "as_of > entry.document_date + months(3)",
    "entry.document_date + months(3) >= as_of",
    "entry.document_date + months(3) < as_of",
    "as_of <= entry.document_date + days(param.days)",
    "as_of <= entry.document_date + years(entry.extension_years)",
    "as_of <= entry.document_date + months(1) + days(1)",
    "as_of <= param.end",
    'status_on(entry, as_of) == "active"',
    '"active" != status_on(entry, as_of)',
    'status_on(entry, as_of) in ["active", "disputed"]',
    'status_on(application, as_of) == "accepted"',
    'status_on(entry, date("2020-06-01")) == "active" && date("2020-06-01") <= as_of',
    'status_on(entry, application.accepted_on) == "active" && application.accepted_on <= as_of',
    'as_of >= application.accepted_on && status_on(entry, application.accepted_on) == "active"',
    "in_force(entry, as_of)",
    "in_force(entry, application.accepted_on) && application.accepted_on <= as_of",
    'link.role == "self"',
    "link.from <= as_of && as_of <= link.to && link.evidenced",
    "application.tolerance_pledge.signed_on <= as_of",
    'entry.authority.body == "tax"',
    "subject.kind in ['legal', 'unincorporated']",
]


@pytest.mark.parametrize("condition", ACCEPTED)
def test_what_has_a_meaning_loads(tmp_path: Path, condition: str) -> None:
    policy = loaded(tmp_path, source(condition).replace("param.wrong", "param.words"))
    assert [r.id for r in policy.rules] == ["B-1"]


REFUSED: list[tuple[str, str, str | None, str | None, str | None]] = [
    # names
    (
        "aplication.area_m2 < 3",
        "CR-P014",
        "aplication.area_m2",
        "there is no `aplication` here",
        "did you mean `application`?",
    ),
    ("finding.conduct == 'bribery'", "CR-P014", "finding.conduct", "there is no `finding` here", None),
    ("day <= as_of", "CR-P014", "day", "there is no `day` here", None),
    ("entry", "CR-P014", "entry", "there is no `entry` here", "write `entry.FIELD`"),
    (
        "in_force",
        "CR-P014",
        "in_force",
        "there is no `in_force` here",
        "`in_force` is a definition and takes arguments",
    ),
    ("entry.colur == 'black'", "CR-P014", "entry.colur", "`entry` has no field `colur`", "did you mean `colour`?"),
    (
        "entry.authority.bodi == 'tax'",
        "CR-P014",
        "entry.authority.bodi",
        "`entry` has no field `authority.bodi`",
        "did you mean `authority.body`?",
    ),
    (
        "entry.authority == 'tax'",
        "CR-P014",
        "entry.authority",
        "`entry` has no field `authority`",
        "write `entry.authority.body`",
    ),
    ("entry.history == 'x'", "CR-P014", "entry.history", "`entry` has no field `history`", None),
    ("link.rol == 'self'", "CR-P014", "link.rol", "`link` has no field `rol`", "did you mean `role`?"),
    ("param.word_ == 'x'", "CR-P014", "param.word_", "there is no parameter `word_`", "did you mean `word`?"),
    (
        "in_forc(entry, as_of)",
        "CR-P014",
        "in_forc(entry, as_of)",
        "there is no definition `in_forc`",
        "did you mean `in_force`?",
    ),
    ("in_force(entry)", "CR-P014", "in_force(entry)", "`in_force` takes 2 arguments", "write `in_force(entry, day)`"),
    (
        "in_force(application, as_of)",
        "CR-P016",
        "application",
        "a record `entry` is expected here",
        "allowed here: `entry`",
    ),
    # who a person is
    (
        "entry.subject.uscc == 'x'",
        "CR-P014",
        "entry.subject.uscc",
        "`entry.subject.uscc` identifies people; no rule may read it",
        "persons are matched by code alone; use `persons`",
    ),
    (
        "subject.name == '甲公司'",
        "CR-P014",
        "subject.name",
        "`subject.name` identifies people; no rule may read it",
        "persons are matched by code alone; use `persons`",
    ),
    (
        "has(subject.id_no)",
        "CR-P014",
        "subject.id_no",
        "`subject.id_no` identifies people; no rule may read it",
        "persons are matched by code alone; use `persons`",
    ),
    # types
    ("application.area_m2", "CR-P016", "application.area_m2", "true or false is expected, this is decimal", None),
    ("!entry.colour", "CR-P016", "entry.colour", "true or false is expected, this is text", None),
    (
        "entry.prior_notice && entry.effective_from",
        "CR-P016",
        "entry.effective_from",
        "true or false is expected, this is date",
        None,
    ),
    ("entry.colour == 3", "CR-P016", "entry.colour == 3", "text and int cannot be compared", None),
    (
        "application.area_m2 == '300'",
        "CR-P016",
        "application.area_m2 == '300'",
        "decimal and text cannot be compared",
        None,
    ),
    (
        "entry.effective_from < '2020-06-01'",
        "CR-P016",
        "entry.effective_from < '2020-06-01'",
        "date and text cannot be compared",
        None,
    ),
    ("entry.prior_notice == 1", "CR-P016", "entry.prior_notice == 1", "bool and int cannot be compared", None),
    (
        "entry.prior_notice == 'true'",
        "CR-P016",
        "entry.prior_notice == 'true'",
        "bool and text cannot be compared",
        None,
    ),
    (
        "entry.extension_years == application.area_m2",
        "CR-P016",
        "entry.extension_years == application.area_m2",
        "int and decimal cannot be compared",
        None,
    ),
    (
        "entry.extension_years < 1.5",
        "CR-P016",
        "entry.extension_years < 1.5",
        "int and decimal cannot be compared",
        None,
    ),
    ("entry.colour < 'red'", "CR-P016", "entry.colour < 'red'", "text has no order", None),
    ("entry.prior_notice >= false", "CR-P016", "entry.prior_notice >= false", "bool has no order", None),
    ("application.tags == 'rescue'", "CR-P016", "application.tags == 'rescue'", "lists are not compared", "use `in`"),
    ("param.words == param.words", "CR-P016", "param.words == param.words", "lists are not compared", "use `in`"),
    ("entry.category in 'tax_violation'", "CR-P016", "'tax_violation'", "a list must follow `in`", None),
    ("entry.category in entry.colour", "CR-P016", "entry.colour", "a list must follow `in`", None),
    (
        "entry.extension_years in ['a']",
        "CR-P016",
        "entry.extension_years in ['a']",
        "int is never in a list of text",
        None,
    ),
    (
        "application.tags in param.words",
        "CR-P016",
        "application.tags in param.words",
        "list of text is never in a list of text",
        None,
    ),
    ("size(entry.colour) > 1", "CR-P016", "entry.colour", "`size` needs a list", None),
    (
        "size(application.tags) > 1.5",
        "CR-P016",
        "size(application.tags) > 1.5",
        "int and decimal cannot be compared",
        None,
    ),
    ("entry.colour + days(1) < as_of", "CR-P016", "entry.colour", "date is expected, this is text", None),
    ("as_of <= as_of + days(entry.colour)", "CR-P016", "entry.colour", "int is expected, this is text", None),
    ("as_of <= as_of + days(1.5)", "CR-P016", "1.5", "int is expected, this is decimal", None),
    ("as_of <= as_of + days(-1)", "CR-P026", "-1", "a period is not negative", None),
    ("entry.colour == entry.category", "CR-P016", "entry.colour", "the two sides have no value in common", None),
    # words of closed lists
    ("entry.colour == 'blck'", "CR-P034", "'blck'", "`blck` is not a word of the vocabulary", "did you mean `black`?"),
    ("'blck' != entry.colour", "CR-P034", "'blck'", "`blck` is not a word of the vocabulary", "did you mean `black`?"),
    (
        "entry.category in ['tax_violation', 'tax']",
        "CR-P034",
        "['tax_violation', 'tax']",
        "`tax` is not a word of the vocabulary",
        None,
    ),
    (
        "entry.category in param.wrong",
        "CR-P034",
        "param.wrong",
        "`tax_violaton` is not a word of the vocabulary",
        "did you mean `tax_violation`?",
    ),
    (
        "'resque' in application.tags",
        "CR-P034",
        "'resque'",
        "`resque` is not a word of the vocabulary",
        "did you mean `rescue`?",
    ),
    (
        "application.matter == 'construction'",
        "CR-P034",
        "'construction'",
        "`construction` is not a word of the vocabulary",
        "did you mean `construction_permit`?",
    ),
    (
        "status_on(entry, as_of) == 'actve'",
        "CR-P034",
        "'actve'",
        "`actve` is not a word of the vocabulary",
        "did you mean `active`?",
    ),
    (
        "link.role == 'legal_representativ'",
        "CR-P034",
        "'legal_representativ'",
        "`legal_representativ` is not a word of the vocabulary",
        "did you mean `legal_representative`?",
    ),
    # status
    (
        "status_on(entry, as_of)",
        "CR-P016",
        "status_on(entry, as_of)",
        "`status_on` stands only in `==`, `!=` and `in`",
        None,
    ),
    (
        "status_on(entry, as_of) < 'b'",
        "CR-P016",
        "status_on(entry, as_of) < 'b'",
        "a status is compared with constants by `==`, `!=` and `in`",
        None,
    ),
    (
        "status_on(entry, as_of) == entry.category",
        "CR-P016",
        "status_on(entry, as_of) == entry.category",
        "a status is compared with constants by `==`, `!=` and `in`",
        None,
    ),
    (
        "status_on(subject, as_of) == 'active'",
        "CR-P016",
        "status_on(subject, as_of)",
        "`subject` has no history of a status",
        None,
    ),
    (
        "status_on(entri, as_of) == 'active'",
        "CR-P014",
        "status_on(entri, as_of)",
        "there is no `entri` here",
        "did you mean `entry`?",
    ),
    ("status_on(entry, entry.colour) == 'active' && entry.colour <= as_of", "CR-P016", None, None, None),
    # days
    (
        "status_on(entry, application.accepted_on) == 'active'",
        "CR-P036",
        "application.accepted_on",
        "`application.accepted_on` may lie after the day of the decision",
        "add `application.accepted_on <= as_of` to the same `when`",
    ),
    (
        "in_force(entry, entry.document_date)",
        "CR-P036",
        "entry.document_date",
        "`entry.document_date` may lie after the day of the decision",
        "add `entry.document_date <= as_of` to the same `when`",
    ),
    (
        "in_force(entry, application.accepted_on) || application.accepted_on <= as_of",
        "CR-P036",
        "application.accepted_on",
        "`application.accepted_on` may lie after the day of the decision",
        "add `application.accepted_on <= as_of` to the same `when`",
    ),
    (
        "in_force(entry, application.accepted_on) && application.accepted_on < as_of + days(1)",
        "CR-P036",
        None,
        None,
        None,
    ),
    # ends of periods
    (
        "as_of < entry.document_date + months(3)",
        "CR-P037",
        "as_of < entry.document_date + months(3)",
        "a period includes its last day",
        "write `day <= end` for within the period, `day > end` for after it",
    ),
    ("as_of >= entry.document_date + months(3)", "CR-P037", None, "a period includes its last day", None),
    ("entry.document_date + months(3) > as_of", "CR-P037", None, "a period includes its last day", None),
    ("entry.document_date + months(3) <= as_of", "CR-P037", None, "a period includes its last day", None),
    # has
    (
        "has(entry.grade)",
        "CR-P035",
        "has(entry.grade)",
        "`has` stands only in advice and procedures",
        "leave `has` out and write the condition itself; where the fact is missing the conclusion is undetermined anyway",
    ),
    (
        "!has(entry.grade) && entry.prior_notice",
        "CR-P035",
        "has(entry.grade)",
        "`has` stands only in advice and procedures",
        "leave `has` out and write the condition itself; where the fact is missing the conclusion is undetermined anyway",
    ),
    ("asks(entry)", "CR-P035", "asks(entry)", "`asks` uses `has`, which stands only in advice and procedures", None),
    (
        "through(entry)",
        "CR-P035",
        "through(entry)",
        "`through` uses `has`, which stands only in advice and procedures",
        None,
    ),
]


@pytest.mark.parametrize("mistake", REFUSED, ids=lambda m: m[0])
def test_what_has_none_is_refused_at_its_place(
    tmp_path: Path, mistake: tuple[str, str, str | None, str | None, str | None]
) -> None:
    condition, code, at, message, hint = mistake
    found = problems(tmp_path, source(condition))
    told = [d for d in found if d.code == code]
    assert told, [(d.code, d.message.en) for d in found]
    problem = told[0]
    assert at in (None, marked(problem))
    assert message in (None, problem.message.en)
    if hint is not None:
        assert problem.help is not None
        assert problem.help.en == hint
    assert problem.message.zh != problem.message.en


@pytest.mark.parametrize(
    "condition",
    [
        c
        for c, *_ in REFUSED
        if not c.startswith("has(subject") and "as_of + days(1)" not in c and "entry.colour)" not in c
    ],
)
def test_one_mistake_is_told_once(tmp_path: Path, condition: str) -> None:
    """A mistake of one kind brings no second message that follows from the first."""
    assert len(problems(tmp_path, source(condition))) == 1


def test_the_caret_of_a_mistake_in_the_third_line_of_a_condition(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, source('entry.colour == "black"\n&& entry.prior_notice  \n&& entry.colur == "red"'))
    assert problem.span is not None
    line = source("x").splitlines().index("          x") + 3
    assert (problem.span.line, problem.span.column, marked(problem)) == (line, 14, "entry.colur")


@pytest.mark.parametrize("measure", ["advise", "notify"])
def test_whether_a_fact_is_known_may_be_asked_in_advice_and_procedures(tmp_path: Path, measure: str) -> None:
    for condition in ("has(entry.grade)", "!has(entry.authority.body)", "asks(entry)", "through(entry)"):
        assert loaded(tmp_path, source(condition, measure=measure)).rules


@pytest.mark.parametrize("measure", ["restrict", "green_channel"])
def test_it_may_not_be_asked_in_an_exception_of_a_burden_or_facilitation(tmp_path: Path, measure: str) -> None:
    exception = """\
    unless:
      - id: known
        title: {zh: 已知, en: known}
        choice: ours
        when: {known: {zh: 已知, en: known, is: has(entry.grade)}}
        instead: none
"""
    (problem,) = problems(tmp_path, source("entry.prior_notice", measure=measure, more=exception))
    assert (problem.code, marked(problem)) == ("CR-P035", "has(entry.grade)")


class TestEndsOfValidity:
    """A term may bring the end of validity forward, so the end itself is only asked whether a day lies within it."""

    @pytest.mark.parametrize(
        "condition",
        ["as_of <= entry.valid_to", "entry.valid_to >= as_of", "as_of > entry.valid_to", "entry.valid_to < as_of",
         "!(as_of <= entry.valid_to)", "in_force(entry, as_of)"],
    )  # fmt: skip
    def test_whether_a_day_lies_within_it_may_be_asked(self, tmp_path: Path, condition: str) -> None:
        assert loaded(tmp_path, source(condition, term=True)).rules

    @pytest.mark.parametrize(
        "condition",
        [
            "as_of < entry.valid_to",
            "as_of >= entry.valid_to",
            "entry.valid_to > as_of",
            "entry.valid_to <= as_of",
            "as_of == entry.valid_to",
            "entry.valid_to != as_of",
            'entry.valid_to in [date("2020-06-01")]',
            "as_of <= entry.valid_to + days(1)",
        ],
    )
    def test_nothing_else_may_be_asked_of_it(self, tmp_path: Path, condition: str) -> None:
        assert loaded(tmp_path, source(condition)).rules, "without a term every comparison is possible"
        (problem,) = problems(tmp_path, source(condition, term=True))
        assert (problem.code, marked(problem)) == ("CR-P037", "entry.valid_to")

    def test_it_may_not_be_asked_through_a_parameter_that_chooses_it(self, tmp_path: Path) -> None:
        """`param.end` may stand for `entry.valid_to`, so `as_of < param.end` would pass by the term."""
        found = problems(tmp_path, source("as_of < param.end", term=True))
        assert [d.code for d in found] == ["CR-P037"]

    def test_it_may_not_be_handed_on_as_an_argument_of_a_measure(self, tmp_path: Path) -> None:
        """A bar `until` the stated end would outlast the term."""
        text = source("entry.prior_notice", term=True).replace(
            "{measure: restrict}", "{measure: bar, arguments: {until: entry.valid_to}}"
        )
        assert [d.code for d in problems(tmp_path, text)] == ["CR-P037"]


class TestArgumentsOfMeasures:
    def with_arguments(self, measure: str, arguments: str) -> str:
        return source("entry.prior_notice", measure=measure).replace(
            f"then: {{measure: {measure}}}", f"then: {{measure: {measure}, arguments: {{{arguments}}}}}"
        )

    @pytest.mark.parametrize(
        ("measure", "arguments"),
        [
            ("bar", "until: application.received_on + years(1)"),
            ("notify", "to: \"['a', 'b']\", of: entry.grade"),
            ("notify", "to: application.tags"),
            ("refer", "to: \"'住建局'\""),
        ],
    )
    def test_arguments_of_the_declared_type_load(self, tmp_path: Path, measure: str, arguments: str) -> None:
        assert loaded(tmp_path, self.with_arguments(measure, arguments)).rules

    @pytest.mark.parametrize(
        ("measure", "arguments", "code", "message"),
        [
            ("bar", "until: entry.grade", "CR-P016", "the argument `until` must be date, this is text"),
            ("notify", "to: \"'a'\"", "CR-P016", "the argument `to` must be list of text, this is text"),
            ("notify", "of: application.tags", "CR-P016", "the argument `of` must be text, this is list of text"),
            ("refer", "too: \"'a'\"", "CR-P034", "there is no argument `too`"),
            ("restrict", "until: as_of", "CR-P034", "there is no argument `until`"),
        ],
    )
    def test_others_do_not(self, tmp_path: Path, measure: str, arguments: str, code: str, message: str) -> None:
        (problem,) = problems(tmp_path, self.with_arguments(measure, arguments))
        assert (problem.code, problem.message.en) == (code, message)


class TestDefinitionsAndParameters:
    def test_a_definition_sees_only_the_records_that_it_takes(self, tmp_path: Path) -> None:
        text = source("entry.prior_notice").replace("is: has(entry.grade)", "is: application.luxury_fitout")
        (problem,) = problems(tmp_path, text)
        assert (problem.code, problem.message.en) == ("CR-P014", "there is no `application` here")

    def test_day_is_known_only_to_a_definition_that_takes_it(self, tmp_path: Path) -> None:
        text = source("entry.prior_notice").replace("is: has(entry.grade)", "is: entry.effective_from <= day")
        (problem,) = problems(tmp_path, text)
        assert (problem.code, problem.message.en) == ("CR-P014", "there is no `day` here")

    @pytest.mark.parametrize("body", ["asks(entry)", "through(entry)"])
    def test_a_definition_does_not_use_itself(self, tmp_path: Path, body: str) -> None:
        text = source("entry.prior_notice").replace("is: has(entry.grade)", f"is: {body}")
        assert {d.code for d in problems(tmp_path, text)} == {"CR-P041"}

    def test_a_definition_that_uses_itself_hides_no_other_mistake(self, tmp_path: Path) -> None:
        text = source("entry.colur == 'black'").replace("is: has(entry.grade)", "is: asks(entry)")
        assert {d.code for d in problems(tmp_path, text)} == {"CR-P041", "CR-P014"}

    def test_values_of_one_parameter_are_of_one_type_in_every_profile(self, tmp_path: Path) -> None:
        text = source("as_of <= entry.document_date + days(param.days)").replace(
            "cap_by_basis: true}", 'cap_by_basis: true, set: {days: "30"}}'
        )
        (problem,) = problems(tmp_path, text)
        assert (problem.code, problem.message.en) == ("CR-P016", "the values of `days` differ in type")

    def test_the_options_of_a_choice_are_of_one_type(self, tmp_path: Path) -> None:
        text = source("as_of <= param.end").replace("stated: entry.valid_to", "stated: entry.colour")
        assert "CR-P016" in {d.code for d in problems(tmp_path, text)}

    def test_a_period_of_a_parameter_is_not_negative_either(self, tmp_path: Path) -> None:
        text = source("as_of <= entry.document_date + days(param.days)").replace("value: 30}", "value: -30}")
        assert [d.code for d in problems(tmp_path, text)] == ["CR-P026"]

    def test_the_day_of_a_status_may_be_a_day_after_another(self, tmp_path: Path) -> None:
        """The guard that the message asks for is one that loads."""
        asked = "status_on(entry, entry.document_date + days(1)) == 'active'"
        (problem,) = problems(tmp_path, source(asked))
        assert (problem.code, problem.help is not None) == ("CR-P036", True)
        assert problem.help is not None
        guard = problem.help.en.split("`")[1]
        assert loaded(tmp_path, source(f"{asked} && {guard}")).rules
