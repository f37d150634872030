"""Read many cases one after the other, from files or from a stream of JSON lines, so that a bad one spoils no other."""

from __future__ import annotations

import itertools
import json as json_module
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar, cast

from creditrules.diagnostics import RecordError
from creditrules.documents import MOST_JSON
from creditrules.records.case import BaseCase
from creditrules.records.dossier import BaseDossier, dossier_model
from creditrules.records.entrance import Locate, parsed, read_file, unreadable_case

_BEGINS_LIKE_ONE = re.compile(rb'\{\s*["}]')

_C = TypeVar("_C", bound=BaseCase)


@dataclass(frozen=True)
class Read(Generic[_C]):
    """What stood at one place of a stream: a case, or what is wrong there. `line` is counted from 1, 0 for a whole file.

    `within` is the place of a case in the dossier that holds it, as `applications[0]`.
    """

    line: int
    case: _C | None = None
    error: RecordError | None = None
    within: str = ""


class _Taken(Generic[_C]):
    """What a stream takes: cases of one type, and the dossiers of their vocabulary, if it has any."""

    def __init__(self, model: type[_C]) -> None:
        self.case = model
        self.dossier: type[BaseDossier] | None = dossier_model(model)

    def read(self, data: bytes, *, name: str, json: bool, line: int) -> Iterator[Read[_C]]:
        first = max(line, 1)
        return self.reads(lambda: parsed(data, name=name, json=json, line=first, called=self.case.called), line=line)

    def reads(self, parse: Callable[[], tuple[Any, Locate]], *, line: int = 0) -> Iterator[Read[_C]]:
        """The case that a text holds, or each case of its dossier."""
        try:
            data, locate = parse()
            if self.dossier is None or not self.dossier.meant_by(data):
                yield Read(line, self.case.validated(data, locate))
                return
            dossier = self.dossier.validated(data, locate)
        except RecordError as error:
            yield Read(line, error=error)
            return
        for number, case in enumerate(cast("tuple[_C, ...]", dossier.cases())):
            yield Read(line, case, within=dossier.place(number))


def read_all(names: Iterable[str], model: type[_C], *, stdin: BinaryIO) -> Iterator[tuple[str, Read[_C]]]:
    """The cases of files, each with the name of its file; `-` is `stdin`, and `.jsonl` and `.ndjson` are JSON lines.

    Where a case may stand, a dossier may; each of its cases is read.
    """
    for name in names:
        path = Path(name)
        if name == "-":
            reads = read_stream(stdin, model, name="-")
        elif path.suffix.lower() in (".jsonl", ".ndjson"):
            reads = _lines_of(path, model)
        else:
            reads = _whole(path, model)
        yield from ((name, read) for read in reads)


def _lines_of(path: Path, model: type[_C]) -> Iterator[Read[_C]]:
    try:
        with path.open("rb") as stream:
            yield from read_lines(stream, model, name=path.name)
    except OSError as error:
        yield Read(0, error=unreadable_case(path, error))


def _whole(path: Path, model: type[_C]) -> Iterator[Read[_C]]:
    return _Taken(model).reads(lambda: read_file(path, called=model.called))


def read_stream(stream: BinaryIO, model: type[_C], *, name: str) -> Iterator[Read[_C]]:
    """The cases of a stream, which problems call by `name`: JSON lines of any number, or one case in YAML or JSON.

    It is one of JSON lines if its first line is a whole object, or its second begins like one and the first opens no list.
    Lines are read when they are asked for, and nothing is kept of those before.
    """
    head: list[bytes] = []
    while sum(bool(_text(line)) for line in head) < 2:
        head.append(_line(stream))
        if head[-1] == b"":
            break
    first, second = [*filter(None, map(_text, head)), b"", b""][:2]
    if _is_object(first) or (_BEGINS_LIKE_ONE.match(second) and not first.startswith(b"[")):
        yield from _lines(itertools.chain(filter(None, head), _all_lines(stream)), model, name=name)
        return
    # A case of several lines: YAML has a limit of its own, so reading on beyond that of JSON only wastes memory.
    data = b"".join(head) + stream.read(MOST_JSON + 1)
    yaml_in_braces = re.match(rb"\{\s*[A-Za-z_]+\s*:", first) is not None
    json = first.startswith((b"{", b"[")) and not yaml_in_braces
    yield from _Taken(model).read(data, name=name, json=json, line=0)


def read_lines(stream: BinaryIO, model: type[_C], *, name: str) -> Iterator[Read[_C]]:
    """The cases of JSON lines, whatever the first of them looks like. Empty lines count as lines and hold nothing."""
    yield from _lines(_all_lines(stream), model, name=name)


def _text(line: bytes) -> bytes:
    """A line without its end, what surrounds it, and a byte order mark."""
    return line.removeprefix(b"\xef\xbb\xbf").strip()


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json_module.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _lines(lines: Iterator[bytes], model: type[_C], *, name: str) -> Iterator[Read[_C]]:
    taken, empty = _Taken(model), True
    for number, line in enumerate(lines, 1):
        if _text(line):
            empty = False
            yield from taken.read(line.rstrip(b"\r\n"), name=name, json=True, line=number)
    if empty:
        # Nothing is no case, and must not pass for a run in which everything was fine.
        yield from taken.read(b"", name=name, json=False, line=0)


def _all_lines(stream: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: _line(stream), b"")


def _line(stream: BinaryIO) -> bytes:
    """The next line; of one beyond the limit only so much that it is seen to be, the rest is passed over."""
    line = piece = stream.readline(MOST_JSON + 2)
    while len(piece) == MOST_JSON + 2 and not piece.endswith(b"\n"):
        piece = stream.readline(MOST_JSON + 2)
    return line
