"""Find what other tools would read as something else: words that YAML's versions disagree about, numbers that lose a digit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from creditrules.diagnostics import Diagnostic, Text, shown
from creditrules.documents import Mapping, Node, Scalar, Sequence

_READ_AS = (
    (r"(?:y|yes|n|no|on|off)", Text("真假值", "true or false")),
    (r"[-+]?0[0-9_]+|0[ox][0-9A-Fa-f_]+", Text("八进制数或另一个数", "an octal or another number")),
    (r"[-+]?[0-9]+(?::[0-5]?[0-9])+", Text("六十进制数", "a number in base sixty")),
    (r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?[eE][-+]?[0-9]+", Text("科学计数法的数", "a number in scientific notation")),
)
_AMBIGUOUS = tuple((re.compile(pattern, re.IGNORECASE), what) for pattern, what in _READ_AS)
LOSES_A_DIGIT = Text(
    "未加引号，别的工具会读成数并丢掉末尾的零", "without quotes it is a number to other tools, which drop its last zero"
)
QUOTE_IT = Text("加上引号", "put it in quotes")


def ambiguities(node: Node) -> Iterator[Diagnostic]:
    """The scalars without quotes, keys included, that some tool reads as another type than text."""
    match node:
        case Scalar(quoted=False, text=text):
            for pattern, what in _AMBIGUOUS:
                if pattern.fullmatch(text):
                    word = shown(text)
                    message = Text(
                        f"`{word}` 未加引号，有的工具会读成{what.zh}",
                        f"`{word}` without quotes is {what.en} to some tools",
                    )
                    yield Diagnostic("CR-P017", message, node.span, Text(f'写成 "{word}"', f'write "{word}"'))
                    return
        case Sequence(items=items):
            for item in items:
                yield from ambiguities(item)
        case Mapping(pairs=pairs):
            for key, value in pairs:
                yield from ambiguities(key)
                yield from ambiguities(value)


def with_ambiguities(problems: Iterable[Diagnostic], node: Node) -> tuple[Diagnostic, ...]:
    """The problems of a file and its ambiguities; of a place that has both, what is wrong there says more."""
    found = tuple(problems)
    places = {d.span for d in found}
    return found + tuple(d for d in ambiguities(node) if d.span not in places)


def loses_a_digit(text: str) -> bool:
    """Whether a text that stands without quotes is a number to other tools, which write it back without its last zeros."""
    return re.fullmatch(r"[-+]?[0-9]+\.[0-9]*0", text) is not None
