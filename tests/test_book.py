"""The policy book says everything that a policy says, in both languages and both forms, and nothing of it acts on its reader."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from typer.testing import CliRunner

import creditrules as cr
from creditrules.cli import app
from creditrules.cli.telling import BAD_POLICY, FAILED, USAGE
from creditrules.diagnostics import Lang, Span, Text
from creditrules.explanation.conditions import in_words, names_of
from creditrules.explanation.paper import escape_markdown
from creditrules.explanation.phrases import Phrases
from creditrules.policy.model import Instrument, NotEncoded, Policy, Provision
from creditrules.policy.syntax import Expr, unparse
from creditrules.report.book import book
from creditrules.report.sheets import Book
from creditrules.testing.accounting import account, read_source, unchecked
from creditrules.testing.cases import Outcome, beside, run_cases
from tests.support.shipped import prepared_for, shipped, shipped_cases

SMALL = Path(__file__).parent / "explained" / "policy"
LANGS: tuple[Lang, ...] = ("zh", "en")
FORMS = [(lang, form) for lang in LANGS for form in ("html", "md")]


@cache
def outcomes() -> tuple[Outcome, ...]:
    """Those of every fortieth case: enough for counts to differ from item to item."""
    cases = list(shipped_cases()[::40])
    by_case = {id(c.case): c for c in cases}
    return tuple(run_cases(shipped(), cases, lambda _, case, **__: prepared_for(by_case[id(case)]).decide(case)))


@cache
def made(lang: Lang) -> Book:
    return book(shipped(), lang=lang, outcomes=outcomes())


@cache
def page(lang: Lang, form: str) -> str:
    return made(lang).html() if form == "html" else made(lang).markdown()


@cache
def read(lang: Lang, form: str) -> str:
    """A page as `said` looks through it."""
    return unescape(page(lang, form)) if form == "html" else page(lang, form)


def said(text: str, *, lang: Lang, form: str) -> bool:
    """Whether a page shows a text, as that form writes it."""
    plain = Phrases(lang).clean(text)
    # What is escaped at the beginning of a line only, such as a hyphen, is not in the middle of one.
    return plain in read(lang, form) if form == "html" else escape_markdown(f"x{plain}")[1:] in read(lang, form)


# Everything is there


def titles(policy: Policy) -> Iterator[Text]:
    """Everything that has a title or says something."""
    yield policy.title
    parts = (*policy.rules, *policy.scope, *policy.follow_ups, *policy.checks, *policy.parameters.values())
    yield from (part.title for part in parts)
    for rule in policy.rules:
        yield from (e.title for e in policy.exceptions_of(rule))
        yield from (p.says for p in rule.contested)
    yield from (d.label for d in policy.definitions.values())
    yield from (p.title for p in policy.profiles.values())
    yield from (f.title for f in policy.feeds)
    yield from (n.why for n in policy.not_encoded)
    yield from (why for c in policy.checks for why in c.allowed.values())
    for instrument in policy.law.values():
        yield instrument.title
        yield from (p.says for p in instrument.provisions.values())
    yield from (m.title for m in (*policy.vocabulary.measures.values(), *policy.vocabulary.matters.values()))


def conditions(policy: Policy) -> Iterator[tuple[Text, Expr, Mapping[str, str]]]:
    for rule in policy.rules:
        own = {b.alias: b.kind for b in rule.with_}
        yield from ((c.label, c.test, own) for c in rule.when)
        for e in policy.exceptions_of(rule):
            yield from ((c.label, c.test, own | {b.alias: b.kind for b in e.with_}) for c in e.when)
    for part in (*policy.scope, *policy.follow_ups, *policy.checks):
        yield from ((c.label, c.test, {}) for c in part.when)
    yield from ((c.must.label, c.must.test, {}) for c in policy.checks)
    yield from ((d.label, d.body, {}) for d in policy.definitions.values())
    yield from ((row.competent.label, row.competent.test, {}) for row in policy.lists)


@pytest.mark.parametrize(("lang", "form"), FORMS)
def test_every_title_and_what_every_provision_says_is_there(lang: Lang, form: str) -> None:
    missing = [t.in_(lang) for t in titles(shipped()) if not said(t.in_(lang), lang=lang, form=form)]
    assert missing == []


@pytest.mark.parametrize(("lang", "form"), FORMS)
def test_every_condition_is_there_with_its_label_its_words_and_as_it_is_written(lang: Lang, form: str) -> None:
    names = names_of(shipped())
    kinds = {kind: kind for kind in names.kinds}
    missing = []
    for label, test, further in conditions(shipped()):
        words = in_words(test, names, lang=lang, records=kinds | further)
        missing += [t for t in (label.in_(lang), words, unparse(test)) if not said(t, lang=lang, form=form)]
    for term in shipped().terms:
        told = (in_words(e, names, lang=lang) for e in (term.where, term.until))
        missing += [t for t in told if not said(t, lang=lang, form=form)]
    assert missing == []


@pytest.mark.parametrize(("lang", "form"), FORMS)
def test_every_id_row_and_clause_is_there(lang: Lang, form: str) -> None:
    policy = shipped()
    file, _ = read_source(beside(policy, "source.yaml"))
    rows = {**file.clauses, **file.rows, **file.questions, **file.checks}
    texts = [*rows, *(t.text.in_(lang) for t in rows.values())]
    texts += [part.id for part in (*policy.rules, *policy.scope, *policy.follow_ups, *policy.checks)]
    texts += [e.id for r in policy.rules for e in policy.exceptions_of(r)]
    texts += [*policy.definitions, *policy.parameters, *policy.profiles, *policy.law]
    texts += [f"{n.clause}" for n in policy.not_encoded] + [n.decided_by for n in policy.not_encoded]
    texts += [i.number for i in policy.law.values()] + [policy.version, policy.name]
    assert [t for t in texts if not said(t, lang=lang, form=form)] == []
    assert policy.digest in page(lang, form)


@pytest.mark.parametrize(("lang", "form"), FORMS)
def test_clocks_are_there_in_words(lang: Lang, form: str) -> None:
    names = names_of(shipped())
    for follow_up in shipped().follow_ups:
        if follow_up.clock is not None:
            told = [in_words(e, names, lang=lang) for e in (follow_up.clock.from_, follow_up.clock.days)]
            assert all(said(t, lang=lang, form=form) for t in told)


def test_each_rule_stands_once_under_a_clause_and_is_linked_from_its_rows() -> None:
    entries = [e.code[0] for c in made("zh").chapters for e in c.entries if e.anchor.startswith("rule-")]
    assert sorted(entries) == sorted(r.id for r in shipped().rules)
    chapter = next(c for c in made("zh").chapters if c.code == ("P3a",))
    assert [e.code[0] for e in chapter.entries] == ["B-01", "B-02", "B-03", "B-04", "B-05"]


# What a lawyer must not miss


@pytest.mark.parametrize("lang", LANGS)
def test_what_was_not_checked_is_marked_wherever_it_is_named(lang: Lang) -> None:
    policy, mark = shipped(), {"zh": "未核对", "en": "not checked"}[lang]
    full = {"zh": "（内容尚未核对。）", "en": " (Its content has not been checked.)"}[lang]
    phrases = Phrases(lang)
    text = unescape(re.sub(r"<[^>]*>", "", page(lang, "html")))
    for name in unchecked(policy):
        instrument, _, article = name.partition(" ")
        provision = policy.law[instrument].provisions[article]
        short = re.escape(phrases.clean(name))
        assert re.search(rf"{short}( \(|（){mark}", text), name
        assert not re.search(rf"(?<!\w){short}(?!\w| ?[（(]{mark})", text), name
        title, part = phrases.clean(policy.law[instrument].title), phrases.article(article)
        says = phrases.clean(provision.says)
        told = re.findall(rf"{re.escape(title)}[^。\n]*{re.escape(part)}(?:：|: ){re.escape(says)}[。.](.{{40}})", text)
        assert all(rest.startswith(full) for rest in told), name


def test_both_profiles_stand_side_by_side() -> None:
    """By choices.yaml: `changes` and a value by matter there, and what policy.yaml sets for the profile `literal`."""
    table = next(c for c in made("zh").chapters if c.anchor == "part-parameters").tables[0]
    assert table.head == ("参数", "依据", "依法", "按报道字面")
    rows = {line.cells[0].code[0]: [cell.text for cell in line.cells[2:]] for line in table.lines}
    assert rows["operating_exception"] == ["是", "该方案另定：否"]
    assert rows["tolerance_days"] == ["30", "30"]
    assert rows["extra_persons"] == ["无", "无"]
    assert rows["controller_excludes_shareholders"] == ["2020年5月26日起：是；2024年7月1日起：否"] * 2
    assert rows["bar_start"] == ["违法行为认定的不予许可日期（另可选：违法行为认定的送达日期）"] * 2
    lawful, literal = rows["black_categories"]
    assert lawful.startswith("“商品房买卖合同备案”：“失信被执行人”；其他：")
    assert literal.startswith("该方案另定：")
    assert ("拖欠农民工工资" in lawful, "拖欠农民工工资" in literal) == (False, True)
    assert rows["completion_filing_persons"][0].count("记录所属主体的") == 3


def test_a_burden_that_no_basis_carries_says_so_for_each_profile() -> None:
    facts = {e.code[0]: e.facts for c in made("zh").chapters for e in c.entries if e.anchor.startswith("rule-")}
    told = next(f for f in facts["B-01"] if f.label == "依据能否支撑")
    assert ["只作“从严审核”" in p.text for p in told.points] == [True, False]
    assert not any(f.label == "依据能否支撑" for f in facts["R-01"])


def test_coverage_is_that_of_the_account() -> None:
    policy = shipped()
    file, node = read_source(beside(policy, "source.yaml"))
    counted = {r.id: str(len(r.cases)) for r in account(policy, file, node, outcomes=outcomes()).rows}
    tables = next(c for c in made("zh").chapters if c.anchor == "part-rows").tables
    assert {line.cells[0].code[0]: line.cells[3].text for t in tables for line in t.lines} == counted
    assert len(set(counted.values())) > 5
    established = Counter(
        rule
        for case in {o.case.name for o in outcomes()}
        for rule in {
            c.rule for o in outcomes() if o.case.name == case and o.decision is not None for c in o.decision.established
        }
    )
    for entry in (e for c in made("zh").chapters for e in c.entries if e.anchor.startswith("rule-")):
        told = next(f.text for f in entry.facts if f.label == "案例")
        count = established[entry.code[0]]
        assert told.startswith(f"{count} 个，如：") if count else told == "没有案例触及", entry.code


def test_without_outcomes_the_book_says_so_and_has_no_column_of_cases() -> None:
    without = book(shipped(), lang="zh")
    assert any("不含案例覆盖" in p for p in without.chapters[0].passages)
    tables = next(c for c in without.chapters if c.anchor == "part-rows").tables
    assert {len(t.head) for t in tables} == {3}
    assert not any(f.label == "案例" for c in without.chapters for e in c.entries for f in e.facts)


def test_a_policy_without_a_list_of_its_source_is_told_by_rule() -> None:
    small = book(cr.load(SMALL), lang="zh")
    assert any("按规则而不按条款编排" in p for p in small.chapters[0].passages)
    (chapter,) = (c for c in small.chapters if c.anchor == "part-rules")
    assert [e.code[0] for e in chapter.entries] == ["T-1", "T-2", "T-3", "T-4", "T-5"]


def test_with_a_day_what_is_not_in_force_is_marked() -> None:
    told = book(cr.load(SMALL), lang="zh", as_of=date(2020, 6, 5)).markdown()
    assert (
        "曾有规定。层级：规范性文件；施行：自2010年1月1日起，至2019年12月31日止。（2020年6月5日不在施行期间。）" in told
    )
    assert "不在施行期间" not in book(cr.load(SMALL), lang="zh").markdown()


def test_dates_are_told_in_one_way() -> None:
    for lang, form in FORMS:
        without_code = re.sub(r"<code>.*?</code>|原文： .*|As written:  .*", "", page(lang, form))
        # What a policy says in its own words (titles, versions, names of cases) is not rewritten.
        assert (
            re.findall(r"(?:自|起|至|from|until|on) ?[0-9]{4}-[0-9]{2}-[0-9]{2}(?!\S*[的前后）])", without_code) == []
        )


SHOWN_IDS = {"extra_persons"}
"""Ids that the policy names in its own texts."""


def test_chinese_text_has_no_words_of_developers_but_ids() -> None:
    body = page("zh", "html").partition("<body>")[2]
    text = unescape(re.sub(r"<[^>]*>", " ", re.sub(r"<code>.*?</code>", "", body)))
    assert set(re.findall(r"[A-Za-z]+_\w+", text)) <= SHOWN_IDS


# Form


def test_the_same_bytes_come_out_again() -> None:
    again = book(shipped(), lang="zh", outcomes=iter(outcomes()))
    assert again == made("zh")
    assert (again.html(), again.markdown()) == (page("zh", "html"), page("zh", "md"))


@dataclass
class _Seen:
    elements: Counter[str]
    ids: list[str]
    targets: list[str]
    attributes: set[str]


def parsed(text: str) -> _Seen:
    seen = _Seen(Counter(), [], [], set())

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.elements[tag] += 1
            seen.attributes |= {name for name, _ in attrs}
            seen.ids += [v or "" for n, v in attrs if n == "id"]
            seen.targets += [v or "" for n, v in attrs if n in ("href", "src")]

    parser = Parser(convert_charrefs=True)
    parser.feed(text)
    parser.close()
    return seen


def rendered(markdown: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable(["table"]).render(markdown)


@pytest.mark.parametrize(("lang", "form"), FORMS)
def test_references_lead_to_places_of_the_page(lang: Lang, form: str) -> None:
    seen = parsed(page(lang, form) if form == "html" else rendered(page(lang, form)))
    assert all(re.fullmatch(r"#[A-Za-z0-9.-]+", t) for t in seen.targets)
    assert len(set(seen.ids)) == len(seen.ids)
    assert {t[1:] for t in seen.targets} <= set(seen.ids)


def test_markdown_is_drawn_as_the_headings_lists_and_tables_that_it_is() -> None:
    seen, html = parsed(rendered(page("zh", "md"))), parsed(page("zh", "html"))
    assert seen.elements["h3"] == html.elements["h3"] == sum(len(c.entries) for c in made("zh").chapters)
    tables = [t for c in made("zh").chapters for t in (*c.tables, *(t for e in c.entries for t in e.tables))]
    assert seen.elements["table"] == len(tables)
    assert seen.elements["tr"] == sum(1 + len(t.lines) for t in tables)
    assert seen.elements["td"] == sum(len(line.cells) for t in tables for line in t.lines)
    assert seen.elements["hr"] == seen.elements["pre"] == seen.elements["code"] == seen.elements["img"] == 0


# Hostile text

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"'[a](javascript:alert(3)) ![b](http://x.example) "
    "http://y.example {{7*7}} {% raw %} | \\| `c` *d* </td></tr></table> \u202ebidi\u2066 \x07bell\x1b[31m "
    "<!-- e --> &lt;f&gt; # #\n# heading\n\n- list\n| cell |\n|---|\n 91999999MA00000A9R"
)
KEPT_CODE = "91999999MA00000A9R"


def poisoned(value: Any) -> Any:
    """The value with the hostile text after every wording in it; ids, expressions and places are left alone."""
    if isinstance(value, Text):
        return Text(value.zh + HOSTILE, value.en + HOSTILE) if value.zh else value
    if isinstance(value, Span | type | Expr):
        return value
    if isinstance(value, Instrument):
        provisions = {p.name: p for p in map(poisoned, value.provisions.values())}
        return replace(value, title=poisoned(value.title), number=value.number and HOSTILE, provisions=provisions)
    if isinstance(value, Provision):
        return replace(value, name=f"<i>|{value.name}[x](javascript:1)", says=poisoned(value.says))
    if is_dataclass(value):
        return replace(value, **{f.name: poisoned(getattr(value, f.name)) for f in fields(value) if f.init})
    if isinstance(value, Mapping):
        return {key: poisoned(item) for key, item in value.items()}
    return tuple(map(poisoned, value)) if isinstance(value, tuple) else value


def with_source(policy: Policy, folder: Path, *, name: str, title: str) -> Policy:
    """The policy beside a `source.yaml`, and with a clause that it leaves out."""
    folder.mkdir()
    row = json.dumps({name: {"zh": title, "en": title}}, ensure_ascii=False)
    (folder / "source.yaml").write_text(f"language: 1\nclauses: {row}\n", "utf-8")
    left_out = NotEncoded(title, (name,), Text(title, title), title)
    return replace(policy, folder=folder, not_encoded=(left_out,))


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_text_is_text(lang: Lang, tmp_path: Path) -> None:
    policy = cr.load(SMALL)
    visible = re.sub(r"[\x07\x1b\u202e\u2066]", "", HOSTILE)  # YAML takes no others
    plain = book(with_source(policy, tmp_path / "plain", name="P1", title="x"), lang=lang)
    worse = replace(poisoned(policy), version=HOSTILE)
    evil = book(with_source(worse, tmp_path / "evil", name="<b>|[x](http://z)", title=visible), lang=lang)
    for before, after in ((plain.html(), evil.html()), (rendered(plain.markdown()), rendered(evil.markdown()))):
        expected, found = parsed(before), parsed(after)
        assert found.elements == expected.elements
        assert found.attributes == expected.attributes
        assert all(t.startswith("#") for t in found.targets)
        assert {"{{7*7}}", "<script>alert(1)</script>", "[a](javascript:alert(3))"} <= set(
            re.findall(r"\{\{7\*7\}\}|<script>alert\(1\)</script>|\[a\]\(javascript:alert\(3\)\)", unescape(after))
        )
    for text in (evil.html(), evil.markdown()):
        assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f\x7f]", text)
        assert "\\u202ebidi" in text.replace("\\\\", "\\")
        assert KEPT_CODE not in text


# The command


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["book", *map(str, arguments)])


def test_the_command_writes_a_file_over_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "book.html"
    out.write_text("before", "utf-8")
    done = invoke(SMALL, "--out", out, "--no-cases")
    assert (done.exit_code, done.output) == (0, "")
    assert out.read_bytes().decode("utf-8") == book(cr.load(SMALL)).html()


def test_the_form_goes_by_the_ending_unless_it_is_said(tmp_path: Path) -> None:
    expected = book(cr.load(SMALL), lang="en")
    for name, options, text in (
        ("book.md", (), expected.markdown()),
        ("book.txt", (), expected.html()),
        ("book.md", ("--format", "html"), expected.html()),
        ("book.html", ("--format", "md"), expected.markdown()),
    ):
        assert invoke(SMALL, "--out", tmp_path / name, "--lang", "en", *options).exit_code == 0
        assert (tmp_path / name).read_bytes().decode("utf-8") == text


def test_the_command_writes_to_stdout_as_of_a_day() -> None:
    done = invoke(SMALL, "--out", "-", "--format", "md", "--as-of", "2020-06-05")
    assert (done.exit_code, done.stdout) == (0, book(cr.load(SMALL), as_of=date(2020, 6, 5)).markdown())
    assert invoke(SMALL, "--out", "-", "--as-of", "2019-06-05").exit_code == USAGE


CASES = """
cases:
  - name: 守信主体
    as_of: 2020-06-05
    given:
      application: {id: A-1, matter: construction_permit, received_on: 2020-06-01}
      subject: {name: 甲公司, uscc: 91999999MA00000A9R, kind: legal}
      sources: all
    expect: {outcome: normal}
"""


def test_the_command_runs_the_cases_beside_the_policy(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text((SMALL / "policy.yaml").read_text("utf-8"), "utf-8")
    (tmp_path / "cases.yaml").write_text(CASES, "utf-8")
    done = invoke(tmp_path, "--out", "-", "--format", "md")
    assert done.exit_code == 0, done.output
    assert "共 1 个案例，按方案判定 1 次，其中 0 次与期望不符" in done.stdout
    assert "没有案例触及" in done.stdout
    assert "不含案例覆盖" in invoke(tmp_path, "--out", "-", "--format", "md", "--no-cases").stdout


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = invoke(SMALL, "--out", tmp_path / "absent" / "book.html")
    assert (done.exit_code, done.stdout) == (FAILED, "")
    assert done.stderr.startswith("结果无法写出：")


def test_a_policy_that_is_not_there_is_exit_code_4(tmp_path: Path) -> None:
    assert invoke("no-such-policy", "--out", tmp_path / "book.html").exit_code == BAD_POLICY
    assert not (tmp_path / "book.html").exists()


def test_a_language_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="no such language: fr"):
        book(cr.load(SMALL), lang="fr")  # type: ignore[arg-type]
