"""Ways to come by the outcome of a case: alone, among others, after save and load, in threads, in another process."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

import creditrules as cr
from creditrules.decision import Decision
from creditrules.engines.python import Prepared
from creditrules.policy.lower import lower
from creditrules.policy.model import Policy
from creditrules.records.case import BaseCase
from creditrules.records.dossier import dossier_model


@dataclass(frozen=True)
class Asked:
    """A case and how it is asked; `key` tells which cases one preparation of the policy serves."""

    case: BaseCase
    as_of: date
    profile: str
    params: Mapping[str, Any]

    @property
    def key(self) -> str:
        return repr((self.as_of, self.profile, sorted(self.params.items())))

    @property
    def how(self) -> dict[str, Any]:
        return {"as_of": self.as_of, "profile": self.profile, "params": self.params or None}


@dataclass(frozen=True)
class Batch:
    """Some cases of one policy, which lies in a folder or is a shipped one."""

    policy: Policy
    source: Path | str
    asked: Sequence[Asked]
    random: random.Random

    @cached_property
    def prepared(self) -> Mapping[str, Prepared]:
        """The policy made ready once for each way to ask."""
        ways = {one.key: one for one in self.asked}
        return {key: self.policy.prepare(**one.how) for key, one in ways.items()}

    def shuffled(self) -> list[tuple[int, Asked]]:
        """The cases with their numbers, in another order."""
        numbered = list(enumerate(self.asked))
        return self.random.sample(numbered, len(numbered))


@dataclass(frozen=True)
class Route:
    """A way to the outcome: `outcomes` gives the decisions of a batch, in its order, as JSON; None where the way takes no such case."""

    name: str
    outcomes: Callable[[Batch], list[str | None]]


def alone(batch: Batch) -> list[str]:
    """The outcome with which all others are compared: of a case asked by itself."""
    return [batch.prepared[one.key].decide(one.case).to_json() for one in batch.asked]


def _each(given: Callable[[Batch, Asked], Decision | str | None]) -> Callable[[Batch], list[str | None]]:
    def outcomes(batch: Batch) -> list[str | None]:
        found = [given(batch, one) for one in batch.asked]
        return [x.to_json() if isinstance(x, Decision) else x for x in found]

    return outcomes


def _with_case(changed: Callable[[BaseCase], BaseCase]) -> Callable[[Batch], list[str | None]]:
    return _each(lambda batch, one: batch.prepared[one.key].decide(changed(one.case)))


def _among_others(batch: Batch) -> list[str | None]:
    found: list[str | None] = [None] * len(batch.asked)
    together: dict[str, list[tuple[int, Asked]]] = defaultdict(list)
    for number, one in batch.shuffled():
        together[one.key].append((number, one))
    for key, those in together.items():
        decisions = batch.prepared[key].decide_many(one.case for _, one in those)
        for (number, _), decision in zip(those, decisions, strict=True):
            found[number] = decision.to_json()
    return found


def _in_a_dossier(batch: Batch, one: Asked) -> Decision | None:
    """Beside another of what is decided, which shares everything with it."""
    dossier = dossier_model(type(one.case))
    kind, record = one.case.decided
    if dossier is None or not kind.several:
        return None
    data = {k: v for k, v in one.case.model_dump(mode="json").items() if k not in ("about", kind.name)}
    mine = record.model_dump(mode="json")
    other = mine | {kind.key: f"{mine[kind.key]}-2"}
    first, second = dossier.from_dict(data | {kind.several: [other, mine]}).cases()
    batch.prepared[one.key].decide(first)
    return batch.prepared[one.key].decide(second)


def _as_yaml(case: BaseCase) -> BaseCase:
    text = yaml.safe_dump(case.model_dump(mode="json"), allow_unicode=True, sort_keys=False)
    return type(case).from_bytes(text.encode(), name="case.yaml", json=False)


def _loaded_again(batch: Batch) -> list[str | None]:
    again = cr.load(batch.source)
    return [cr.decide(again, one.case, **one.how).to_json() for one in batch.asked]


def _lowered_each_time(batch: Batch, one: Asked) -> Decision:
    return Prepared(lower(batch.policy, **one.how)).decide(one.case)


def _in_threads(batch: Batch) -> list[str | None]:
    """Each case four times, in four threads that share what was prepared."""
    again = [pair for pair in batch.shuffled() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda pair: batch.prepared[pair[1].key].decide(pair[1].case).to_json(), again))
    found: dict[int, set[str]] = defaultdict(set)
    for (number, _), text in zip(again, told, strict=True):
        found[number].add(text)
    return ["\n".join(sorted(found[number])) for number in range(len(batch.asked))]


_ELSEWHERE = """
import pickle, sys
import creditrules as cr
source, asked = pickle.load(sys.stdin.buffer)
policy = cr.load(source)
for case, how in asked:
    print(cr.decide(policy, case, **how).to_json())
"""


def _in_another_process(batch: Batch) -> list[str | None]:
    """A fresh interpreter, whose hashes are seeded otherwise, in another time zone and locale."""
    sent = pickle.dumps((batch.source, [(one.case, one.how) for one in batch.asked]))
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _ELSEWHERE], input=sent, capture_output=True, check=False,
        env={"PYTHONHASHSEED": str(batch.random.randrange(2**32)), "TZ": "America/Los_Angeles", "LC_ALL": "tr_TR.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return [*done.stdout.decode().splitlines()]


AMONG_OTHERS = Route("among others, in any order", _among_others)
IN_A_DOSSIER = Route("in a dossier", _each(_in_a_dossier))
CASE_SAVED_AS_JSON = Route("case saved as JSON", _with_case(lambda c: type(c).from_json(c.model_dump_json())))
CASE_SAVED_AS_YAML = Route("case saved as YAML", _with_case(_as_yaml))
CASE_PICKLED = Route("case sent to another process", _with_case(lambda c: pickle.loads(pickle.dumps(c))))
POLICY_LOADED_AGAIN = Route("policy loaded again", _loaded_again)
LOWERED_EACH_TIME = Route("policy lowered each time", _each(_lowered_each_time))
DECISION_SAVED = Route(
    "decision saved", _each(lambda batch, one: Decision.from_json(batch.prepared[one.key].decide(one.case).to_json()))
)
IN_THREADS = Route("in threads", _in_threads)
IN_ANOTHER_PROCESS = Route("in another process", _in_another_process)
