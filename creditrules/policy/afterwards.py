"""What a condition may name once the outcome is known: the conclusion that something follows, and the decision as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from pydantic import BaseModel

from creditrules.diagnostics import Text
from creditrules.policy.vocabulary import Group, Vocabulary
from creditrules.records.schema import Field, FieldType, Kind


def _kind(name: str, title: Text, **fields: tuple[FieldType, str, str]) -> Kind:
    return Kind(name, title, {n: Field(n, type_, Text(zh, en)) for n, (type_, zh, en) in fields.items()}, BaseModel)


CONCLUSION = _kind(
    "conclusion", Text("结论", "conclusion"), rule=("text", "所依规则", "rule"), measure=("text", "措施", "measure"),
    asked=("text", "降级前的措施", "measure before the cap"), reasons=("int", "理由数", "number of reasons"),
    cited=("int", "依据数", "number of provisions"), until=("date", "截止日", "last day"),
)  # fmt: skip
"""What one rule concluded for one record: `asked` is the measure before the cap, `until` its argument of that name."""

DECISION = _kind(
    "decision", Text("决定", "decision"), outcome=("text", "结果", "outcome"), measures=("texts", "措施", "measures"),
    procedures=("texts", "程序", "procedures"), follow_ups=("texts", "后续事项", "follow-ups"), proposal=("bool", "是否为建议", "whether it is a proposal"),
)  # fmt: skip
"""What was decided: the established measures, procedures and follow-ups, by name."""

AFTERWARDS: Mapping[str, Kind] = {kind.name: kind for kind in (CONCLUSION, DECISION)}


def measures_named(vocabulary: Vocabulary, words: tuple[str, ...]) -> frozenset[str]:
    """The measures that some words name: each itself, or all of a group."""
    return frozenset(m.name for m in vocabulary.measures.values() if m.name in words or m.group in words)


def known_words(vocabulary: Vocabulary) -> tuple[str, ...]:
    """What may be named where measures or groups of measures are."""
    return (*get_args(Group), *vocabulary.measures)
