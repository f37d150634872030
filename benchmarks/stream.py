"""Decide any number of cases from one stream of JSON lines, and say how fast, and whether memory grows with their number.

    python benchmarks/stream.py [CASES]

The cases are those beside the shipped policy, over and over, each with a number of its own. Memory is that of the deciding
process alone, read from the system after each tenth of the stream; the first tenth is the warm-up that the others are
compared with. The one thing that fails is memory that grew by more than a tenth.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import creditrules
from creditrules.records.case import Case

POLICY = "dalian-construction"
GROWTH = 0.10


def cases(count: int) -> Iterator[bytes]:
    """Lines of JSON, each a case of the examples under a number of its own."""
    folder = creditrules.load(POLICY).folder.joinpath("examples")
    examples = [Case.read(Path(str(file))) for file in sorted(folder.iterdir(), key=str) if file.name.endswith(".yaml")]
    plain = [json.loads(e.model_dump_json(exclude_none=True)) for e in examples]
    for number in range(count):
        case = plain[number % len(plain)]
        if "application" in case:
            case["application"]["id"] = f"A-{number}"
        yield (json.dumps(case, ensure_ascii=False) + "\n").encode()


def resident(process: subprocess.Popen[bytes]) -> float:
    """The resident memory of a process, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def main(count: int) -> int:
    command = [
        sys.executable,
        "-m",
        "creditrules",
        "decide",
        "-",
        "--policy",
        POLICY,
        "--as-of",
        "2020-06-05",
        "--format",
        "jsonl",
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        stdin = process.stdin

        def feed() -> None:
            for line in cases(count):
                stdin.write(line)
            stdin.close()

        threading.Thread(target=feed, daemon=True).start()
        begun = time.perf_counter()
        written, megabytes, seen = 0, 0.0, []
        for line in process.stdout:
            written += 1
            megabytes += len(line) / 1e6
            if written % max(1, count // 10) == 0:
                seconds = time.perf_counter() - begun
                seen.append(resident(process) if process.poll() is None else seen[-1])
                print(
                    f"{written:>9} cases  {seconds:8.1f} s  {written / seconds:7.0f} a second  {seen[-1]:6.1f} MB resident",
                    flush=True,
                )
        said = process.stderr.read().decode()
    growth = max(seen[1:]) / seen[0] - 1
    print(f"{megabytes:.0f} MB written; exit code {process.returncode}; {said.strip()}")
    print(f"memory against the first tenth: {growth:+.1%} (at most {GROWTH:+.0%})")
    return int(growth > GROWTH or written != count)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
