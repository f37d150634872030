"""How long a person waits: import, `--help`, a first decision from a cold process, and one more decision in a warm one.

Run with the Python of an environment that has creditrules: `python benchmarks/startup.py`. Prints the least of several runs,
beside what is aimed at; fails only where a figure is three times that.
"""

from __future__ import annotations

import subprocess
import sys
import time

RUNS = 7

DECIDE = """
from datetime import date
import creditrules as cr
policy = cr.load("dalian-construction")
case = cr.Case.from_dict({"application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01"},
                          "subject": {"uscc": "91999999MA00000A9R"}, "sources": "all"})
decision = cr.decide(policy, case, as_of=date(2020, 6, 5))
"""

WARM = (
    DECIDE
    + """
import time
prepared = policy.prepare(as_of=date(2020, 6, 5))
started = time.perf_counter()
for _ in range(500):
    prepared.decide(case)
print((time.perf_counter() - started) / 500)
"""
)

TARGETS = {
    "python -c pass": 0.0,
    "import creditrules": 0.020,
    "creditrules --help": 0.35,
    "first decision, cold": 0.5,
    "creditrules demo": 1.0,
}
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import creditrules": ["-c", "import creditrules"],
    "creditrules --help": ["-m", "creditrules", "--help"],
    "first decision, cold": ["-c", DECIDE],
    "creditrules demo": ["-m", "creditrules", "demo"],
}


def least(arguments: list[str]) -> float:
    """The shortest of several runs of the interpreter, in seconds."""
    found = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        found.append(time.perf_counter() - started)
    return min(found)


def main() -> int:
    """Print the table; 1 where something is far beyond what is aimed at."""
    bare = least(COMMANDS["python -c pass"])
    gross = False
    for name, arguments in COMMANDS.items():
        seconds = least(arguments)
        # What an import costs is what it adds to an interpreter that does nothing.
        measured = seconds - bare if name == "import creditrules" else seconds
        target = TARGETS[name]
        gross = gross or (target > 0 and measured > 3 * target)
        print(f"{name:24} {measured * 1000:8.1f} ms" + (f"   aim {target * 1000:.0f} ms" if target else ""))
    warm = subprocess.run([sys.executable, "-c", WARM], check=True, capture_output=True, text=True)
    print(f"{'one decision, prepared':24} {float(warm.stdout) * 1000:8.3f} ms")
    return int(gross)


if __name__ == "__main__":
    sys.exit(main())
