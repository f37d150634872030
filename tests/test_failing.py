"""What is told of a case that failed says all that one needs to find out why, in both languages."""

from __future__ import annotations

import os
import random
import shlex
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

import creditrules as cr
from creditrules.cli import app
from creditrules.diagnostics import Lang, Source
from creditrules.testing.cases import PolicyCase, read_cases
from creditrules.testing.failing import command, failure
from creditrules.testing.judging import Judge, judged
from tests.support import depth, session_seed
from tests.support.shipped import shipped_cases

HERE = Path(__file__).parent / "failing"
FILE = HERE / "wrong.yaml"


@cache
def judge() -> Judge:
    return Judge(cr.load(HERE / "policy"))


@cache
def wrong() -> dict[str, PolicyCase]:
    read = read_cases([Source(FILE.name, FILE.read_text("utf-8"))], judge().policy)
    return {case.name: case for case in read}


def told(case: PolicyCase, lang: Lang = "zh") -> str:
    outcome = judged(judge(), case)
    assert outcome.differences, case.name
    return failure(judge(), outcome, lang=lang, policy="./policy", file=FILE.name)


def of(start: str, lang: Lang = "zh") -> str:
    (case,) = (c for name, c in wrong().items() if name.startswith(start))
    return told(case, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_failure_reads_as_it_did_when_somebody_last_read_it(lang: Lang) -> None:
    """The texts lie beside the cases; CREDITRULES_GOLDEN=write writes them anew, to be read before they are kept."""
    golden = HERE / f"wrong.{lang}.txt"
    text = "\n\n".join(told(case, lang) for case in wrong().values()) + "\n"
    if os.environ.get("CREDITRULES_GOLDEN") == "write":
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


def case(rest: str, *, day: str = "2020-06-05", use: str = "listed", profile: str = "lawful") -> PolicyCase:
    given = FILE.read_text("utf-8").partition("bases:")[2].partition("cases:")[0]
    text = f"bases:{given}cases:\n  - {{name: 甲, as_of: {day}, profile: {profile}, given: {{use: {use}}}, {rest}}}\n"
    (one,) = read_cases([Source("cases.yaml", text)], judge().policy)
    return one


class TestWhyARuleWasNotTried:
    """The case is read for a day, a policy or a record that could meet it, and run on another, as a changed policy would be."""

    def test_none_of_its_bases_is_in_force(self) -> None:
        one = replace(case("because: [B-1, B-2, F-2]", day="2019-06-05"), as_of=date(2020, 6, 5))
        assert "rule B-2 “the limit of the old measures” policy.yaml:" in told(one, "en")
        assert "    on 2020-06-05 none of its bases is in force: 旧办法 9" in told(one, "en").splitlines()

    def test_the_day_is_not_in_its_own_period(self) -> None:
        one = replace(case("because: [B-1, F-2]"), as_of=date(2031, 1, 1))
        assert "    2031-01-01 不在其施行期间（至2030-12-31止）之内" in told(one).splitlines()

    def test_the_profile_leaves_it_nobody(self) -> None:
        text = told(case("because: [B-1, B-3, F-2]"), "en")
        assert "    the profile “within the law” leaves it no matter or no person" in text.splitlines()

    def test_it_is_for_another_matter(self) -> None:
        one = case("because: [F-2]")
        presale = one.case.model_copy(
            update={"application": one.case.application.model_copy(update={"matter": "presale_permit"})}
        )
        assert "    它不涉及事项“商品房预售许可”" in told(replace(one, case=presale)).splitlines()

    def test_it_decides_upon_another_kind(self) -> None:
        text = "cases:\n  - {name: 乙, as_of: 2020-06-05, hypothetical: false, given: {about: finding, sources: all, GIVEN}}"
        given = (
            "subject: {name: 甲, uscc: 91999999MA00000A9R, kind: legal}, findings: [{id: RD-1, subject: {uscc: 91999999MA00000A9R},"
            " capacity: permittee, matter: construction_permit, conduct: deception}]"
        )
        (finding,) = read_cases([Source("cases.yaml", text.replace("GIVEN", given))], judge().policy)
        told_of = told(replace(case("because: [F-2]"), case=finding.case), "en")
        assert "    it decides upon: application; the case upon: finding" in told_of.splitlines()


class TestTheCommand:
    def test_it_is_what_a_shell_takes(self) -> None:
        one = replace(wrong()[next(iter(wrong()))], name="甲 'x' $(y) * \\ \"z\"")
        words = shlex.split(command(one, policy="./a b", file="c.yaml"))
        assert words == ["creditrules", "test", "./a b", "c.yaml", "--case", one.name, "--profile", "lawful"]

    @pytest.mark.parametrize("start", ["名单已过", "预期的强度"])
    def test_it_repeats_the_failure_also_where_a_code_in_the_name_is_masked(
        self, start: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = of(start)
        assert "91999999MA00000A9R" not in text
        monkeypatch.chdir(HERE)
        done = CliRunner().invoke(app, shlex.split(text.splitlines()[-1].partition("：")[2])[1:])
        assert done.exit_code == 1
        assert done.stdout == f"{text}\n\n通过 0 个，未通过 1 个\n"


def test_nothing_in_a_failure_acts_on_the_reader() -> None:
    one = replace(next(iter(wrong().values())), name="a\x1b[31m\u202eb\nc")
    text = told(one)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.splitlines()[0].startswith("wrong.yaml:15: 未通过：a\\u001b[31m\\u202eb c（")


def test_a_rule_of_which_records_tie_tells_the_first_and_counts_the_others() -> None:
    text = of("两条名单都已过期")
    assert text.count("就记录 entry/E-1") == 1
    assert "就记录 entry/E-2" not in text
    assert "另有 1 条记录同样接近" in text


def test_a_case_that_cannot_be_decided_tells_what_is_wrong_and_no_rule() -> None:
    lines = told(replace(next(iter(wrong().values())), as_of=date(2018, 1, 1)), "en").splitlines()
    assert lines[1] == "  the policy `failing` is not in force on 2018-01-01"
    assert lines[2].startswith("  to repeat: ")
    assert len(lines) == 3


def test_every_failing_case_of_the_shipped_policy_can_be_told() -> None:
    """Expect nothing to be established in any of them: every rule of the policy that the cases reach is told of, in both languages."""
    shipped = Judge(cr.load("dalian-construction"))
    chosen = random.Random(f"{session_seed()} failing").sample(shipped_cases(), depth(25, len(shipped_cases())))
    for one in chosen:
        expected = one.expected.model_copy(
            update=dict.fromkeys(
                ("because", "undetermined", "exceptions", "lifted", "missing", "capped", "follow_ups"), ()
            )
        )
        outcome = judged(shipped, replace(one, expected=expected))
        texts = (
            [failure(shipped, outcome, lang=lang, policy="p") for lang in ("zh", "en")]
            if outcome.differences
            else ["", ""]
        )
        assert texts[0].count("\n") == texts[1].count("\n"), one.name
        assert outcome.decision is not None
        for rule in {c.rule for c in outcome.decision.conclusions}:
            assert f"规则 {rule}“" in texts[0], one.name
