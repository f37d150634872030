"""Print the digests of some decisions: `python -m tests.support.printed SEED...`. Every process must print the same."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator

from creditrules.records.case import Case
from tests.support.shipped import shipped_cases, shipped_on
from tests.support.situations import situation


def digests(seeds: Iterable[int]) -> Iterator[str]:
    """A digest for each decision of random policies, and of some cases of the shipped one."""
    for seed in seeds:
        found = situation(seed)
        if found is not None:
            decisions = [found.prepared.decide(Case.from_dict(found.case())) for _ in range(12)]
            # Those that name most of what could still become have most that could stand in another order.
            for decision in sorted(decisions, key=lambda d: (len(d.could_become), len(d.conclusions)))[-3:]:
                yield hashlib.sha256(decision.to_json().encode()).hexdigest()
    for one in shipped_cases()[::16]:
        yield hashlib.sha256(shipped_on(one.as_of, one.profile).decide(one.case).to_json().encode()).hexdigest()


if __name__ == "__main__":
    sys.stdout.write("\n".join(digests(map(int, sys.argv[1:]))))
