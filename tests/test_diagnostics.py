"""What people are told when something is wrong, compared word for word with files that people have read.

`diagnostics/bad/<name>/` holds a policy or a case with mistakes, and `expected.txt` beside it what is said of it in
Chinese and in English; `diagnostics/odd/<name>/` holds cases that are decided although something is odd about them;
`diagnostics/good/<name>/` holds policies that load, and the conditions as they are understood.
With `CREDITRULES_ACCEPT=1` the expectations are written anew and the tests fail all the same: read them, then run again.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditrules import Case, PolicyError, RecordError, load
from creditrules.diagnostics import (
    MOST_PROBLEMS,
    Diagnostic,
    Lang,
    Source,
    Span,
    Text,
    mask,
    mask_code,
    near,
    one_of,
    printable,
    shown,
    width,
)
from creditrules.documents import MOST_BYTES, MOST_DEPTH, MOST_NODES, read_yaml
from creditrules.policy.syntax import unparse

HERE = Path(__file__).resolve().parent / "diagnostics"
BAD = sorted(p for p in (HERE / "bad").iterdir() if p.is_dir())
ODD = sorted(p for p in (HERE / "odd").iterdir() if p.is_dir())
GOOD = sorted(p for p in (HERE / "good").iterdir() if p.is_dir())
BETWEEN = "\n\n---- en\n\n"


def read(folder: Path) -> object:
    """A folder holds a policy or a single case."""
    cases = [*folder.glob("case.*")]
    return Case.read(cases[0]) if cases else load(folder)


def told(folder: Path) -> str:
    with pytest.raises((PolicyError, RecordError)) as error:
        read(folder)
    return error.value.render("zh") + BETWEEN + error.value.render("en") + "\n"


def compare(folder: Path, actual: str) -> None:
    file = folder / "expected.txt"
    if os.environ.get("CREDITRULES_ACCEPT"):
        file.write_text(actual, "utf-8")
        pytest.fail(f"{folder.name}: the expectation was written anew; read it, then run without CREDITRULES_ACCEPT")
    assert actual == file.read_text("utf-8")


@pytest.mark.parametrize("folder", BAD, ids=lambda p: p.name)
def test_what_is_said_of_a_mistake(folder: Path) -> None:
    compare(folder, told(folder))


@pytest.mark.parametrize("folder", GOOD, ids=lambda p: p.name)
def test_what_is_well_written_loads_and_is_understood(folder: Path) -> None:
    policy = load(folder)
    compare(folder, "".join(f"{r.id}/{c.id}: {unparse(c.test)}\n" for r in policy.rules for c in r.when))


@pytest.mark.parametrize("folder", ODD, ids=lambda p: p.name)
def test_what_is_remarked_upon_although_it_is_decided(folder: Path) -> None:
    (file,) = folder.glob("case.*")
    warnings = Case.read(file).warnings
    assert {w.severity for w in warnings} == {"warning"}
    compare(folder, BETWEEN.join("\n".join(w.render(lang) for w in warnings) for lang in ("zh", "en")) + "\n")


def excerpts(text: str) -> list[tuple[str, str, str]]:
    """Of each problem in a text as people read it: the position, the line, and the caret under it."""
    lines = text.splitlines()
    found = []
    for index, line in enumerate(lines):
        shows_a_line = lines[index + 1 : index + 2] and re.fullmatch(r" +\|", lines[index + 1])
        if re.search(r": (错误|error)\[CR-[PR]\d{3}\]: ", line) and shows_a_line:
            found.append((line, lines[index + 2], lines[index + 3]))
    return found


def columns(text: str) -> list[str]:
    """The character in each column of a terminal, wide ones in two; written without the library."""
    return [c for c in text for _ in range(2 if unicodedata.east_asian_width(c) in "WF" else 1)]


@pytest.mark.parametrize("folder", BAD, ids=lambda p: p.name)
def test_the_caret_stands_right_under_what_is_meant(folder: Path) -> None:
    """Reading the expectations as a terminal shows them: what stands above the carets is what stands in the file."""
    for place, shown_line, caret in excerpts((folder / "expected.txt").read_text("utf-8")):
        name, line, column = re.match(r"(.+?):(\d+):(\d+): ", place).groups()  # type: ignore[union-attr]
        raw = (folder / name).read_text("utf-8").splitlines()[int(line) - 1]
        above = [
            c
            for c, mark in zip(columns(shown_line), caret.ljust(len(columns(shown_line))), strict=False)
            if mark == "^"
        ]
        if not above:  # behind the end of the line
            assert int(column) > len(raw)
        elif "\\u" not in shown_line and "**" not in shown_line:
            assert above[0] == raw[int(column) - 1]
            assert "".join(above) in "".join(columns(raw[int(column) - 1 :]))


@pytest.mark.parametrize("folder", BAD, ids=lambda p: p.name)
def test_both_languages_tell_the_same_problems_at_the_same_places(folder: Path) -> None:
    zh, en = (folder / "expected.txt").read_text("utf-8").split(BETWEEN)
    heads = [
        re.findall(rf"^(\S+: ){word}(\[CR-.\d+\])", text, re.MULTILINE) for word, text in (("错误", zh), ("error", en))
    ]
    assert heads[0] == heads[1] != []


@pytest.mark.parametrize("folder", BAD, ids=lambda p: p.name)
def test_problems_are_sorted_by_file_and_position_and_stay_so(folder: Path) -> None:
    with pytest.raises((PolicyError, RecordError)) as error:
        read(folder)
    assert all("改法" in d.render("zh") for d in error.value.diagnostics)
    places = [(d.span.source.name, d.span.start) for d in error.value.diagnostics if d.span]
    assert places == sorted(places)
    assert len(places) == len(error.value.diagnostics)


REACHED_ELSEWHERE = {
    "CR-P007": "a file, or a policy, that is too large",
    "CR-P028": "an expression, or a policy, of too many parts",
    "CR-P045": "a day on which the policy is not in force",
    "CR-P051": "a file that is missing, or a shipped policy that does not exist",
    "CR-P046": "another policy than the one that was signed off",
    "CR-R001": "a case file that cannot be read",
    "CR-R002": "a case file that is not UTF-8",
    "CR-R024": "a case without the person decided upon, in a vocabulary of one's own",
    "CR-R026": "a word that the policy's vocabulary lacks",
    "CR-R027": "a case of another vocabulary",
    "CR-P022": "a rule whose bases are repealed, which only a day can tell",
    "CR-R003": "a record that is too large",
    "CR-R028": "a present status that contradicts a day of the record",
    "CR-R033": "a list that is too long",
    "CR-P053": "an expectation that no decision can meet; test_case_files.py",
    "CR-P054": "a case that expects nothing; test_case_files.py",
    "CR-P055": "fields of a case of which only one can be there; test_case_files.py",
    "CR-P052": "a point of a source that is not accounted for",
    "CR-P056": "a declaration of what cannot be reached, which a case reaches",
    "CR-R061": "a notice of a hypothetical decision",
    "CR-R062": "a notice that would cite what nobody has checked",
    "CR-R060": "a decision about another case than the one that it is held against",
    "CR-R057": "a case in which records and links multiply",
    "CR-R048": "a decision that is none",
}
"""The codes that no folder shows, because they need something else than a text; their tests stand elsewhere."""


def test_every_code_of_the_library_has_an_example() -> None:
    package = Path(sys.modules["creditrules"].__file__ or "").parent
    known = {c for p in package.rglob("*.py") for c in re.findall(r'"(CR-[PR]\d{3})"', p.read_text("utf-8"))}
    told_of = {c for f in BAD + ODD for c in re.findall(r"\[(CR-[PR]\d{3})\]", (f / "expected.txt").read_text("utf-8"))}
    # The texts of cases are read as those of policies are, so what one folder shows of a policy holds for a case.
    of_a_case = {f"CR-R1{code[-2:]}" for code in known if "CR-P001" <= code <= "CR-P012"}
    assert known - told_of - of_a_case - set(REACHED_ELSEWHERE) == set()
    assert told_of <= known | of_a_case


def problems(folder: Path, files: Mapping[str, str | bytes]) -> tuple[Diagnostic, ...]:
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    with pytest.raises(PolicyError) as error:
        load(folder)
    return error.value.diagnostics


def marked(problem: Diagnostic) -> str:
    assert problem.span is not None
    return problem.span.source.text[problem.span.start : problem.span.end]


SOUND = (HERE / "good" / "guarded-day" / "policy.yaml").read_text("utf-8")


class TestReading:
    """Texts that are awkward to keep in a repository."""

    def test_a_file_that_is_too_large(self, tmp_path: Path) -> None:
        (problem,) = problems(tmp_path, {"policy.yaml": SOUND + "#" * MOST_BYTES})
        assert problem.code == "CR-P007"
        assert problem.help is not None

    def test_a_file_just_within_the_limit_loads(self, tmp_path: Path) -> None:
        size = len(SOUND.encode())
        (tmp_path / "policy.yaml").write_text(SOUND + "#" * (MOST_BYTES - size), "utf-8")
        assert load(tmp_path).rules

    def test_too_many_nodes(self) -> None:
        text = "[" + "{a,b}," * 40_000 + "]"
        assert len(text) < MOST_BYTES
        assert text.count("a") * 5 > MOST_NODES - 5  # each pair of braces, two keys and two empty values
        with pytest.raises(PolicyError) as error:
            read_yaml(Source("policy.yaml", text))
        assert [d.code for d in error.value.diagnostics] == ["CR-P009"]

    @pytest.mark.parametrize("open_", ["[", "{a: ", "- "])
    def test_the_depth_is_bounded(self, open_: str) -> None:
        with pytest.raises(PolicyError) as error:
            read_yaml(Source("policy.yaml", open_ * 5000))
        assert error.value.diagnostics[0].code == "CR-P009"
        assert MOST_DEPTH == 40

    @pytest.mark.parametrize("data", ["名单".encode("gb18030"), b"\xff\xfe", b"title: \xe5\x90"])
    def test_a_file_that_is_not_utf8_is_told_by_its_own_code(self, tmp_path: Path, data: bytes) -> None:
        """A full-width colon is CR-P002; a code never changes its meaning."""
        (problem,) = problems(tmp_path, {"policy.yaml": data})
        assert "UTF-8" in problem.message.en
        assert problem.code != "CR-P002"

    def test_a_missing_file_is_told_by_its_own_code(self, tmp_path: Path) -> None:
        """A repeated key is CR-P001; a code never changes its meaning."""
        (problem,) = problems(tmp_path, {})
        assert "policy.yaml" in problem.message.en
        assert problem.code != "CR-P001"
        assert str(tmp_path) not in str(problem)

    def test_a_no_break_space_in_the_indentation_is_named(self) -> None:
        with pytest.raises(PolicyError) as error:
            read_yaml(Source("policy.yaml", "a:\n \u00a0b: 1\n"))
        (problem,) = error.value.diagnostics
        assert (problem.code, str(problem.span)) == ("CR-P003", "policy.yaml:2:2")
        assert "U+00A0" in problem.message.zh

    def test_windows_line_ends_and_a_byte_order_mark_change_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "policy.yaml").write_bytes(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())
        assert load(tmp_path).rules == load(HERE / "good" / "guarded-day").rules

    def test_a_mistake_in_a_file_with_windows_line_ends_stands_at_the_same_place(self, tmp_path: Path) -> None:
        unix, windows = tmp_path / "unix", tmp_path / "windows"
        unix.mkdir()
        windows.mkdir()
        text = SOUND.replace("accepted_on <= as_of", "acepted_on <= as_of")
        one = problems(unix, {"policy.yaml": text})
        other = problems(windows, {"policy.yaml": b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()})
        assert [d.render("zh") for d in one] == [d.render("zh") for d in other]
        assert str(one[0].span) == "policy.yaml:25:53"

    @pytest.mark.parametrize("character", ["\x86", "\ufffe", "\x07", "\u200b", "\u2066", "\ud800"])
    def test_a_character_that_is_not_allowed_is_marked_behind_chinese_text(self, character: str) -> None:
        with pytest.raises(PolicyError) as error:
            read_yaml(Source("policy.yaml", f"名单: 甲\n标题: 失信黑名单{character}主体\n"))
        (problem,) = error.value.diagnostics
        assert (problem.code, str(problem.span)) == ("CR-P011", "policy.yaml:2:10")
        assert printable(character) in problem.render("zh") or character == "\ufffe"

    @pytest.mark.parametrize(
        "text",
        [
            "in_force：{from: 2020-01-01}\n",
            "version：一\nuse: x\n",
            "use: x\nversion：一\n",
            "a:\n  甲：乙\n  b: 1\n",
            "a: {b：1}\n",
        ],
    )
    def test_a_full_width_colon_is_told_once_and_at_its_place(self, text: str) -> None:
        with pytest.raises(PolicyError) as error:
            read_yaml(Source("policy.yaml", text))
        (problem,) = error.value.diagnostics
        assert problem.code == "CR-P002"
        assert marked(problem) == "：" or "：" in marked(problem)

    def test_a_negation_without_quotes_is_explained(self) -> None:
        """YAML takes `!x` for a tag; the help says what to do, whatever follows the expression."""
        for after in ("}", ", zh: 甲}"):
            with pytest.raises(PolicyError) as error:
                read_yaml(Source("policy.yaml", "when: {en: a, is: !entry.prior_notice" + after + "\n"))
            (problem,) = error.value.diagnostics
            assert problem.help is not None
            assert "`!`" in problem.help.en
            assert "`!`" in problem.help.zh

    def test_an_include_of_another_kind_is_not_said_to_lie_outside(self, tmp_path: Path) -> None:
        (problem,) = problems(tmp_path, {"policy.yaml": SOUND + "include: [law.txt]\n", "law.txt": ""})
        assert "folder" not in problem.message.en
        assert problem.help is not None or ".yaml" in problem.message.en

    def test_a_link_that_leads_out_of_the_folder_is_refused(self, tmp_path: Path) -> None:
        inside = tmp_path / "policy"
        inside.mkdir()
        (tmp_path / "law.yaml").write_text("law: {}\n", "utf-8")
        (inside / "law.yaml").symlink_to(tmp_path / "law.yaml")
        (problem,) = problems(inside, {"policy.yaml": SOUND + "include: [law.yaml]\n"})
        assert problem.code == "CR-P025"

    def test_a_mistake_in_the_first_file_hides_none_in_the_others(self, tmp_path: Path) -> None:
        files = {"policy.yaml": SOUND + "include: [law.yaml]\nzweck: 1\n", "law.yaml": "rulez: []\n"}
        assert [(d.code, d.span.source.name if d.span else "") for d in problems(tmp_path, files)] == [
            ("CR-P013", "law.yaml"),
            ("CR-P013", "policy.yaml"),
        ]

    def test_a_file_that_cannot_be_read_hides_no_mistake_in_the_others(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {
            "policy.yaml": SOUND + "include: [law.yaml, more.yaml]\n", "law.yaml": "名单".encode("gb18030"), "more.yaml": "rulez: []\n",
        }  # fmt: skip
        assert [(d.code, str(d.span)) for d in problems(tmp_path, files)] == [
            ("CR-P050", "law.yaml:1:1"),
            ("CR-P013", "more.yaml:1:1"),
        ]

    @pytest.mark.parametrize("text", ["- policy\n", "policy\n"])
    def test_a_file_that_is_no_group_of_fields_is_told_to_be_none(self, tmp_path: Path, text: str) -> None:
        (problem,) = problems(tmp_path, {"policy.yaml": text})
        assert (problem.code, str(problem.span)) == ("CR-P031", "policy.yaml:1:1")
        assert problem.message.en.startswith("a group of fields is expected")

    def test_a_number_in_quotes_is_not_corrected_to_itself(self, tmp_path: Path) -> None:
        text = SOUND.replace("language: 1\n", 'language: "1"\n')
        (problem,) = problems(tmp_path, {"policy.yaml": text})
        assert marked(problem) == '"1"'
        assert problem.help is None or problem.help.en != "did you mean `1`?"

    def test_a_full_width_colon_in_prose_is_not_blamed_for_another_mistake(self, tmp_path: Path) -> None:
        """Chinese prose has full-width colons; what is wrong with this line is the half-width one after it."""
        text = SOUND.replace("zh: 失信主体", "zh: 失信：主体 甲: 乙")
        (problem,) = problems(tmp_path, {"policy.yaml": text})
        assert problem.code == "CR-P008"

    def test_a_parameter_with_the_wrong_key_is_told_once(self, tmp_path: Path) -> None:
        text = SOUND + "parameters:\n  days: {title: {zh: 天, en: d}, choice: ours, by: matter, value: 3}\n"
        assert len(problems(tmp_path, {"policy.yaml": text})) == 1

    def test_a_shipped_policy_that_does_not_exist(self) -> None:
        with pytest.raises(PolicyError) as error:
            load("dalian-constructoin")
        (problem,) = error.value.diagnostics
        assert problem.help is not None
        assert "did you mean `dalian-construction`?" in problem.help.en
        assert "`./dalian-constructoin`" in problem.help.en

    def test_another_digest_than_the_one_signed_off(self) -> None:
        folder = HERE / "good" / "guarded-day"
        with pytest.raises(PolicyError, match="CR-P046"):
            load(folder, digest="0" * 64)
        assert load(folder, digest=load(folder).digest).rules

    def test_a_day_on_which_the_policy_is_not_in_force(self) -> None:
        with pytest.raises(PolicyError, match="CR-P045"):
            load(HERE / "good" / "guarded-day").prepare(as_of=date(2020, 5, 25))

    def test_a_profile_that_does_not_exist(self) -> None:
        with pytest.raises(PolicyError) as error:
            load(HERE / "good" / "guarded-day").prepare(as_of=date(2020, 6, 5), profile="lawfull")
        assert error.value.render("en") == (
            "error[CR-P034]: there is no profile `lawfull`\n  = help: did you mean `lawful`?"
        )


SECOND_RECORD = """\
    then: {measure: restrict}
    unless:
      - id: other
        title: {zh: 另一记录, en: other}
        choice: ours
        with: {other: {each: entry, persons: param.later}}
        when: {red: {zh: 红, en: red, is: 'other.colour == "red"'}}
        instead: none
"""
LATER = "{title: {zh: 以后, en: later}, choice: ours, changes: [{from: 2021-01-01, value: WHAT}]}"


class TestParametersThatHaveNoValueYet:
    """Wherever a parameter may stand, its having no value on a day is a problem with a place, never a crash."""

    def policy(self, old: str, new: str, value: str, *, more: str = "") -> str:
        assert old in SOUND
        return SOUND.replace(old, new) + f"parameters:\n  later: {LATER.replace('WHAT', value)}\n" + more

    @pytest.mark.parametrize(
        ("old", "new", "value"),
        [
            ("persons: [self]", "persons: param.later", "[self]"),
            ("    mode: shall", "    mode: shall\n    matters: param.later", "[construction_permit]"),
            ("    level: law\n", "    level: law\n    carries_if: param.later\n", "true"),
            (
                "checked: republished}",
                "checked: republished, carries: [{measures: [restrict], matters: param.later}]}",
                "[construction_permit]",
            ),
            (
                "checked: republished}",
                "checked: republished, carries: [{measures: [restrict], matters: all, persons: param.later}]}",
                "[self]",
            ),
            (
                "    then: {measure: restrict}\n",
                SECOND_RECORD,
                "[self]",
            ),
        ],
    )  # fmt: skip
    def test_it_is_told(self, tmp_path: Path, old: str, new: str, value: str) -> None:
        text = self.policy(old, new, value)
        if "carries_if" in text:
            text = text.replace(
                "checked: republished}", "checked: republished, carries: [{measures: [restrict], matters: all}]}"
            )
        assert {d.code for d in problems(tmp_path, {"policy.yaml": text})} == {"CR-P040"}


class TestNames:
    @pytest.mark.parametrize("alias", ["entry", "application", "link", "param", "day", "as_of", "true", "in"])
    def test_the_name_of_a_second_record_means_nothing_else(self, tmp_path: Path, alias: str) -> None:
        unless = f"""\
    unless:
      - id: other
        title: {{zh: 另一记录, en: other}}
        choice: ours
        with: {{{alias}: {{each: entry, persons: [self]}}}}
        when: {{red: {{zh: 红, en: red, is: 'entry.colour == "red"'}}}}
        instead: none
"""
        found = problems(tmp_path, {"policy.yaml": SOUND + unless})
        assert [d.code for d in found] == ["CR-P023"]


class TestRendering:
    def span(self, text: str, part: str) -> Span:
        start = text.index(part)
        return Span(Source("p.yaml", text), start, start + len(part))

    @pytest.mark.parametrize(
        ("text", "part", "caret"),
        [
            ("名单: x", "x", "      ^"),
            ("名单: 黑名单", "黑名单", "      ^^^^^^"),
            ("a：b", "：", " ^^"),
            ("ab\u0301c", "c", "  ^"),  # a combining accent takes no column
            ("（甲）=x", "=", "      ^"),
            ("a\tb", "b", "       ^"),  # a tab is written out
            ("\u202e甲", "甲", "      ^^"),
            ("𠀀甲", "甲", "  ^^"),  # beyond the first plane
            ("🙂甲", "甲", "  ^^"),
            ("ﾊﾝ甲", "甲", "  ^^"),  # half-width kana
        ],
    )  # fmt: skip
    def test_the_caret_counts_columns_and_not_characters(self, text: str, part: str, caret: str) -> None:
        shown_ = Diagnostic("CR-P000", Text("甲", "a"), self.span(text, part)).render("en").splitlines()
        assert shown_[3] == "  | " + caret

    def test_a_far_column_of_a_long_line_is_still_shown(self) -> None:
        text = "甲" * 600 + "此处" + "乙" * 600
        lines = Diagnostic("CR-P000", Text("甲", "a"), self.span(text, "此处")).render("en").splitlines()
        above = [c for c, mark in zip(columns(lines[2]), lines[3], strict=False) if mark == "^"]
        assert "".join(above) == "此此处处"
        assert max(len(line) for line in lines) < 1_000

    def test_a_span_over_several_lines_marks_the_rest_of_the_first(self) -> None:
        text = "甲: a\n  b\n"
        lines = Diagnostic("CR-P000", Text("甲", "a"), self.span(text, "a\n  b")).render("en").splitlines()
        assert lines[3] == "  |     ^"

    def test_at_most_fifty_problems_are_printed_and_the_rest_counted(self) -> None:
        source = Source("p.yaml", "x" * 100)
        error = PolicyError(
            [Diagnostic("CR-P000", Text(f"第{n}个", f"no. {n}"), Span(source, n, n + 1)) for n in range(60)]
        )
        assert MOST_PROBLEMS == 50
        assert error.render("en").endswith("10 more problems are not listed")
        assert error.render("zh").endswith("另有 10 个问题未列出")
        assert "no. 49" in error.render("en")
        assert "no. 50" not in error.render("en")
        assert len(error.diagnostics) == 60

    def test_a_problem_that_is_told_twice_is_shown_once(self) -> None:
        one = Diagnostic("CR-P000", Text("甲", "a"), self.span("甲", "甲"))
        assert PolicyError([one, one]).diagnostics == (one,)

    def test_problems_at_one_place_have_one_order(self) -> None:
        span = self.span("甲", "甲")
        found = [Diagnostic("CR-P000", Text(f"{n}", f"{n}"), span) for n in range(20)]
        assert PolicyError(found).diagnostics == PolicyError(found[::-1]).diagnostics

    def test_nothing_depends_on_the_seed_of_hashing(self, tmp_path: Path) -> None:
        text = (
            SOUND
            + "parameters:\n"
            + "".join(f"  p{n}: {{title: {{zh: 天, en: d}}, choice: ours, by: matter, value: 3}}\n" for n in range(5))
        )
        (tmp_path / "policy.yaml").write_text(text, "utf-8")
        script = "import sys, creditrules\ntry: creditrules.load(sys.argv[1] + '/')\nexcept creditrules.PolicyError as e: print(ascii(e.render('zh')))"
        seen = {
            subprocess.run(
                [sys.executable, "-c", script, str(tmp_path)],
                env={**os.environ, "PYTHONHASHSEED": seed},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for seed in ("0", "1", "2")
        }
        assert len(seen) == 1
        assert "CR-P03" in seen.pop()


class TestHints:
    def test_the_nearest_word_is_named_or_else_the_list(self) -> None:
        assert one_of("lawfull", ["lawful", "literal"]).en == "did you mean `lawful`?"
        assert one_of("zzz", ["b", "a"]).en == "allowed here: `a`, `b`"
        assert one_of("zzz", []).zh == "此处没有可用的值"
        assert one_of("zzz", map(str, range(13))).en.endswith("`8` …")
        assert near("zzz", ["a"]) is None

    @pytest.mark.parametrize(
        ("name", "provision", "cited"),
        [("法\\u202e", "1", "法\\u202e 2"), ("法", "\\0", "法 2"), ("法\\a", "1", "法 1")],
    )
    def test_names_of_the_policy_act_on_no_reader_either(
        self, tmp_path: Path, name: str, provision: str, cited: str
    ) -> None:
        """YAML lets any character be written by an escape in quotes."""
        text = SOUND.replace("许可法:", f'"{name}":').replace("第38条:", f'"{provision}":')
        (problem,) = problems(tmp_path, {"policy.yaml": text.replace("许可法 38", f'"{cited}"')})
        for lang in ("zh", "en"):
            assert {unicodedata.category(c) for c in problem.render(lang).replace("\n", "")}.isdisjoint({"Cc", "Cf"})

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_the_list_does_not_depend_on_the_order_of_what_is_known(self, lang: Lang) -> None:
        assert one_of("x", ["b", "a", "b"]).in_(lang) == one_of("x", ["a", "b"]).in_(lang)


class TestMasks:
    @pytest.mark.parametrize(
        "text",
        [
            "91999999MA00000A9R",
            "代码91999999MA00000A9R有误",
            "9199 9999 MA00 000A 9R",
            "9199-9999-MA00-000A-9R",
            "９１９９９９９９ＭＡ０００００Ａ９Ｒ",
            "91999999ma00000a9r",
            "999999197001010017",
            "x91999999MA00000A9Ry91999999MA00000A9R",
            "resident_id:999999197001010017",
        ],
    )
    def test_no_spelling_of_a_code_is_shown_whole(self, text: str) -> None:
        for made in (mask(text), shown(text)):
            plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", made).upper())
            assert "91999999MA00000A9R" not in plain
            assert "999999197001010017" not in plain

    @pytest.mark.parametrize(
        "text",
        ["2020-06-05", "construction_permit", "application.tolerance_pledge.signed_on", "entry", "80000000", "第38条"],
    )
    def test_what_is_no_code_stays_as_it_is(self, text: str) -> None:
        assert mask(text) == shown(text) == text

    @given(st.text(st.sampled_from("0123456789ABCXYZ"), min_size=1, max_size=40))
    def test_a_masked_code_shows_at_most_two_characters_at_each_end(self, code: str) -> None:
        masked = mask_code(code)
        assert len(masked) == len(code)
        assert masked[2:-2] == "*" * max(0, len(code) - 4)
        if len(code) < 8:
            assert set(masked) == {"*"}

    @given(st.text(max_size=60))
    def test_what_is_shown_is_short_and_acts_on_no_reader(self, text: str) -> None:
        made = shown(text)
        assert len(made) <= 40
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in made)

    @given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30), st.text(max_size=30))
    def test_widths_add_up(self, a: str, b: str) -> None:
        assert width(a) + width(b) == width(a + b)
        assert 0 <= width(a) <= 2 * len(a)


def test_the_folders_are_small_and_self_contained(tmp_path: Path) -> None:
    """A copy of a folder elsewhere tells the same, so nothing outside it is read."""
    folder = HERE / "bad" / "rule-repeated-across-files"
    copied = tmp_path / "copy"
    shutil.copytree(folder, copied)
    assert told(copied) == told(folder)
    assert max(p.stat().st_size for p in HERE.rglob("*") if p.is_file()) < 16 * 1024
