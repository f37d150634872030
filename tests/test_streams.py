"""Many cases in one go: streams of JSON lines, a bad line among good ones, standard input, and an interruption."""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from creditrules import Case, Decision
from creditrules.cli import app
from creditrules.cli.telling import BAD_DATA
from creditrules.documents import MOST_JSON
from creditrules.records.streams import Read, read_lines, read_stream

REPOSITORY = Path(__file__).parent.parent
EXAMPLES = REPOSITORY / "policies/dalian-construction/examples"
ON = ("--policy", "dalian-construction", "--as-of", "2020-06-05")


def case(number: int = 1, **more: Any) -> dict[str, Any]:
    application = {
        "id": f"A-{number}",
        "matter": "construction_permit",
        "received_on": "2020-06-01",
        "accepted_on": "2020-06-01",
    }
    subject = {"uscc": "91999999MA00000A9R", "kind": "legal", "name": "甲公司"}
    return {"application": application, "subject": subject, "sources": "all", **more}


def lines(*cases: dict[str, Any] | str) -> bytes:
    return "".join((c if isinstance(c, str) else json.dumps(c, ensure_ascii=False)) + "\n" for c in cases).encode()


def invoke(*arguments: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)


def reads(data: bytes) -> list[Read[Case]]:
    return list(read_stream(io.BytesIO(data), Case, name="-"))


class TestReading:
    def test_every_line_is_a_case_with_its_number(self) -> None:
        found = reads(lines(case(1), case(2), "", case(3)))
        assert [(r.line, r.case.application.id) for r in found if r.case and r.case.application] == [(1, "A-1"), (2, "A-2"), (4, "A-3")]  # fmt: skip

    @pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n\n"])
    def test_the_last_line_may_end_as_it_likes(self, end: bytes) -> None:
        assert len(reads(lines(case(1)) + lines(case(2)).rstrip(b"\n") + end)) == 2

    def test_a_byte_order_mark_and_windows_line_ends_change_nothing(self) -> None:
        plain, windows = lines(case(1), case(2)), b"\xef\xbb\xbf" + lines(case(1), case(2)).replace(b"\n", b"\r\n")
        assert [r.case for r in reads(plain)] == [r.case for r in reads(windows)]

    @pytest.mark.parametrize(
        "text",
        [
            json.dumps(case(), indent=2, ensure_ascii=False),
            (EXAMPLES / "04-black-listed.yaml").read_text("utf-8"),
            "{application: {id: A-1, matter: construction_permit, received_on: 2020-06-01}, subject: {uscc: 91999999MA00000A9R}}\n",
            "\n\n" + json.dumps(case(), indent=2),
            "# 说明\n{application: {id: A-1, matter: construction_permit, received_on: 2020-06-01},\n subject: {uscc: 91999999MA00000A9R}}\n",
        ],
        ids=[
            "json printed for people",
            "yaml",
            "yaml in one line",
            "empty lines first",
            "yaml in braces under a comment",
        ],
    )
    def test_a_stream_may_hold_one_case_of_several_lines(self, text: str) -> None:
        (found,) = reads(text.encode())
        assert (found.line, found.error) == (0, None)
        assert found.case is not None

    @pytest.mark.parametrize(
        "first", ["{bad", "{}", "null", '{"application": {"id": "A-', "\ufeff", '{ "x": 1 }', "# nothing"]
    )
    def test_a_bad_first_line_does_not_take_the_others_with_it(self, first: str) -> None:
        found = reads(lines(first, *[json.dumps(case(n)).replace('{"app', '{ "app', 1) for n in (1, 2)]))
        assert [(r.line, r.case is not None) for r in found][-2:] == [(2, True), (3, True)]

    def test_lines_are_counted_from_the_first_also_where_empty_ones_lead(self) -> None:
        found = reads(b"\n\n\n" + lines(case(1), '{"bad"}'))
        assert [(r.line, r.case is not None) for r in found] == [(4, True), (5, False)]
        (yaml,) = reads(b"\n\n\na: [\n")
        assert yaml.error is not None
        assert str(yaml.error.diagnostics[0].span).startswith(("-:4:", "-:5:"))

    @pytest.mark.parametrize(
        ("bad", "code", "at"),
        [
            ('{"application": oops}', "CR-R010", "oops"),
            (json.dumps(case(0, extra=1)), "CR-R034", '"extra"'),
            ("[1, 2]", "CR-R031", "["),
            ('{"subject": {}, "subject": {}}', "CR-R041", '"subject": {}}'),
            (json.dumps(case(0)).replace("A9R", "A9T"), "CR-R035", '"9199'),
            ("application: {}", "CR-R010", "a"),
        ],
    )
    def test_a_bad_line_is_told_by_its_number_and_column_and_the_others_are_read(
        self, bad: str, code: str, at: str
    ) -> None:
        found = reads(lines(case(1), bad, case(3)))
        assert [r.case is not None for r in found] == [True, False, True]
        assert found[1].error is not None
        (problem,) = found[1].error.diagnostics[:1]
        assert (problem.code, str(problem.span)) == (code, f"-:2:{bad.index(at) + 1}")

    def test_a_line_that_is_not_utf_8(self) -> None:
        found = reads(lines(case(1)) + '{"subject": {"name": "甲公司"}}\n'.encode("gb18030") + lines(case(3)))
        assert [r.case is not None for r in found] == [True, False, True]
        assert found[1].error is not None
        assert (
            found[1]
            .error.render("en")
            .startswith("-:2:1: error[CR-R002]: the file is not UTF-8; it looks like GB18030")
        )

    def test_a_line_beyond_the_limit_is_passed_over_without_being_held(self) -> None:
        class Long(io.RawIOBase):
            """A line of 200 MiB that exists nowhere, between two cases."""

            def __init__(self) -> None:
                self.parts: Iterator[bytes] = iter([lines(case(1)), *[b"x" * 2**20] * 200, b"\n" + lines(case(3))])
                self.held = b""

            def readable(self) -> bool:
                return True

            def readinto(self, buffer: Any) -> int:
                if not self.held:
                    self.held = next(self.parts, b"")
                part, self.held = self.held[: len(buffer)], self.held[len(buffer) :]
                buffer[: len(part)] = part
                return len(part)

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found = list(read_lines(io.BufferedReader(Long()), Case, name="-"))
        assert [(r.line, r.case is not None) for r in found] == [(1, True), (2, False), (3, True)]
        assert found[1].error is not None
        assert found[1].error.diagnostics[0].code == "CR-R003"
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024  # KiB

    def test_a_case_just_within_the_limit_is_read(self) -> None:
        line = lines(case(1))[:-1]
        assert [r.case is not None for r in reads(line + b" " * (MOST_JSON - len(line)) + b"\n")] == [True]

    def test_lines_are_read_only_when_they_are_asked_for(self) -> None:
        def endless() -> Iterable[bytes]:
            while True:
                yield lines(case(1))

        class Endless(io.RawIOBase):
            given = 0

            def readable(self) -> bool:
                return True

            def readinto(self, buffer: Any) -> int:
                part = lines(case(1))
                buffer[: len(part)] = part
                self.given += 1
                return len(part)

        stream = read_lines(io.BufferedReader(Endless(), buffer_size=1024), Case, name="-")
        assert [next(stream).line for _ in range(5)] == [1, 2, 3, 4, 5]


class TestDeciding:
    def test_one_line_out_for_each_case_in(self) -> None:
        done = invoke("decide", "-", *ON, "--format", "jsonl", stdin=lines(case(1), '{"x"}', case(3)))
        assert done.exit_code == BAD_DATA
        first, second, third = map(json.loads, done.stdout.splitlines())
        assert [o["case"] for o in (first, second, third)] == ["-:1", "-:2", "-:3"]
        assert first["problems"] == []
        assert Decision.from_json(json.dumps(first["decision"])).outcome == "normal"
        assert second["decision"] is None
        (problem,) = second["problems"]
        assert (problem["code"], problem["place"]) == ("CR-R010", {"file": "-", "line": 2, "column": 5})
        assert set(problem["message"]) == set(problem["help"]) == {"zh", "en"}
        assert third["decision"] | {"case_digest": ""} == first["decision"] | {"case_digest": ""}
        assert "案件 -:2:\n-:2:5: 错误[CR-R010]" in done.stderr
        assert done.stderr.endswith("判定 2 个，有误 1 个\n")

    def test_stopping_at_the_first_bad_one(self) -> None:
        done = invoke(
            "decide", "-", *ON, "--format", "jsonl", "--on-error", "fail", stdin=lines(case(1), "{}", case(3))
        )
        assert done.exit_code == BAD_DATA
        assert len(done.stdout.splitlines()) == 2
        assert done.stderr.endswith("判定 1 个，有误 1 个\n")

    def test_all_good_is_exit_code_0(self) -> None:
        done = invoke("decide", "-", *ON, "--format", "json", "--lang", "en", stdin=lines(case(1), case(2)))
        assert (done.exit_code, done.stderr) == (0, "2 decided, 0 bad\n")
        assert len({Decision.from_json(line).outcome for line in done.stdout.splitlines()}) == 1

    def test_a_file_of_lines_beside_other_files(self, tmp_path: Path) -> None:
        file = tmp_path / "cases.jsonl"
        file.write_bytes(lines(case(1), case(2)))
        absent = tmp_path / "absent.jsonl"
        done = invoke("decide", file, EXAMPLES / "04-black-listed.yaml", absent, *ON)
        assert done.exit_code == BAD_DATA
        for heading in ("cases.jsonl:1 ──", "cases.jsonl:2 ──", "04-black-listed.yaml ──"):
            assert heading in done.stdout
        assert "absent.jsonl: 错误[CR-R001]: 文件无法读取：没有这个文件" in done.stderr
        assert done.stderr.endswith("判定 3 个，有误 1 个\n")

    def test_an_empty_stream_is_told_to_be_empty(self) -> None:
        """Nothing at all is no case, and must not pass for a run in which everything was fine."""
        done = invoke("decide", "-", *ON, stdin=b"")
        assert done.exit_code == BAD_DATA
        assert "CR-R110" in done.stderr

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device of this kind here")
    @pytest.mark.parametrize("target", ["> /dev/full", ">&-"])
    def test_a_result_that_cannot_be_written_is_told_and_no_success(self, target: str) -> None:
        command = f"{sys.executable} -m creditrules decide {EXAMPLES / '04-black-listed.yaml'} {' '.join(ON)} {target}"
        done = subprocess.run(["/bin/sh", "-c", command], cwd=REPOSITORY, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "结果无法写出" in done.stderr
        assert "Traceback" not in done.stderr

    def test_standard_input_can_be_named_once(self) -> None:
        done = invoke("decide", "-", "-", *ON, stdin=lines(case(1)))
        assert done.exit_code == 2
        assert "只能写一次" in done.stderr

    def test_a_process_without_standard_input_is_told_that_nothing_was_given(self) -> None:
        command = f"{sys.executable} -m creditrules decide - {' '.join(ON)} <&-"
        done = subprocess.run(["/bin/sh", "-c", command], cwd=REPOSITORY, capture_output=True, text=True, check=False)
        assert done.returncode == BAD_DATA
        assert "CR-R110" in done.stderr

    @pytest.mark.parametrize("text", ["[{}, {}]\n", "[\n{},\n{}\n]\n", "- {}\n- {}\n"])
    def test_a_list_of_cases_is_told_how_several_are_given(self, text: str) -> None:
        done = invoke("decide", "-", *ON, "--lang", "en", stdin=text.encode())
        assert done.exit_code == BAD_DATA
        assert "error[CR-R031]: a case is expected, and this is a list" in done.stderr
        assert "a .jsonl file with a case a line" in done.stderr

    def test_an_empty_file_of_lines_is_told_to_be_empty(self, tmp_path: Path) -> None:
        file = tmp_path / "cases.jsonl"
        file.write_bytes(b"\n \n")
        done = invoke("decide", file, *ON)
        assert done.exit_code == BAD_DATA
        assert "CR-R110" in done.stderr

    def test_a_case_of_which_something_is_odd_is_decided_and_the_oddity_told(self) -> None:
        odd = case(1, subject={"uscc": "91999999ma00000a9r"})
        done = invoke("decide", "-", *ON, "--format", "jsonl", stdin=lines(odd))
        assert done.exit_code == 0
        (out,) = map(json.loads, done.stdout.splitlines())
        assert [(p["code"], p["severity"]) for p in out["problems"]] == [("CR-R037", "warning")]
        assert out["decision"] is not None
        assert "提醒[CR-R037]" in done.stderr
        assert "91999999" not in done.stdout + done.stderr

    def test_the_name_of_a_file_that_is_a_code_is_masked_in_every_format(self, tmp_path: Path) -> None:
        code = "91999999" + "MA00000A9R"
        file = tmp_path / f"{code}.jsonl"
        file.write_bytes(lines(case(1), '{"x"}'))
        for form in ("text", "jsonl"):
            done = invoke("decide", file, tmp_path / f"{code}.yaml", *ON, "--format", form)
            assert done.exit_code == BAD_DATA
            assert code not in done.stdout + done.stderr

    def test_nothing_printed_shows_a_code(self) -> None:
        bad = json.dumps(case(2)).replace('"sources"', '"91999999MA00000B7L"')
        done = invoke("decide", "-", *ON, "--format", "jsonl", stdin=lines(case(1), bad, bad[:-3]))
        assert "91999999" not in done.stdout + done.stderr
        assert done.exit_code == BAD_DATA


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX")
def test_ctrl_c_in_the_middle_of_a_stream_ends_with_130_and_whole_lines() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "creditrules", "decide", "-", *ON, "--format", "jsonl"],
        cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - what runs in the background ignores it
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(lines(*(case(n) for n in range(100))))
        process.stdin.flush()
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in said
    for line in [first, *rest.splitlines()[:-1]]:
        assert json.loads(line)["decision"]["format"] == 1
