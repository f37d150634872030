"""The one entrance of what is known: from files, text or plain data, with every problem at its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import ValidationError

from creditrules.diagnostics import HELP, Diagnostic, PolicyError, RecordError, Source, Span, Text, mask
from creditrules.documents import (
    MOST_JSON,
    Node,
    at,
    locate_json,
    not_utf8,
    plain,
    read_at_most,
    read_json,
    read_yaml,
    unreadable,
)
from creditrules.records.complaints import complaints
from creditrules.records.models import Record
from creditrules.records.values import MOST_ITEMS

Locate = Callable[..., Node]
"""Gives the nodes of data that came from a text, for places in it; asked only when there is something to say."""


class Entrance(Record):
    """What can be read from a file, from text or from plain data; `called` is what people call it."""

    called: ClassVar[Text]

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read it from a YAML or JSON file.

        Raises RecordError, with every problem at its place, when the file cannot be read or does not fit.
        """
        return cls.validated(*read_file(path, called=cls.called))

    @classmethod
    def from_bytes(cls, data: bytes, *, name: str, json: bool, line: int = 1) -> Self:
        """Read it from the bytes of a YAML or JSON file, which problems call by `name`, or from one line of JSON lines.

        Raises RecordError with every problem at its place.
        """
        return cls.validated(*parsed(data, name=name, json=json, line=line, called=cls.called))

    @classmethod
    def from_json(cls, text: str, *, name: str = "JSON", line: int = 1) -> Self:
        """Read it from JSON text, which problems call by `name`; `line` is the number of its first line.

        Raises RecordError with every problem at its place.
        """
        return cls.validated(*_parsed_json(Source(name, text, first=line)))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make it from plain data as JSON has it (dates as text, codes as text). Raises RecordError."""
        return cls.validated(data)

    @classmethod
    def from_node(cls, node: Node) -> Self:
        """Make it from a node of a document, so that problems show their place in it. Raises RecordError."""
        return cls.validated(*_parsed_node(node))

    @classmethod
    def validated(cls, data: Any, locate: Locate | None = None) -> Self:
        """Make it from data that has been parsed, as `parsed` gives it. Raises RecordError."""
        what = cls.called
        if isinstance(data, Mapping) and "format" in data:
            if data["format"] not in (1, "1"):
                node = locate() if locate else None
                message = Text(f"只认识 `format: 1` 的{what.zh}", f"only a {what.en} of `format: 1` is known")
                raise RecordError(
                    [Diagnostic("CR-R048", message, at(node, ("format",)) if node else None, path="format")]
                )
            data = {k: v for k, v in data.items() if k != "format"}
        if isinstance(data, list):
            node = locate() if locate else None
            message = Text(f"需要一个{what.zh}，这里是列表", f"a {what.en} is expected, and this is a list")
            hint = Text(
                f"每个文件一个{what.zh}，或在 .jsonl 文件中每行一个",
                f"make it a file for each {what.en}, or a .jsonl file with a {what.en} a line",
            )
            raise RecordError([Diagnostic("CR-R031", message, at(node, ()) if node else None, hint)])
        problems = [
            Diagnostic(
                "CR-R033",
                Text("列表过长", "the list is too long"),
                at(locate(levels=1), (name,)) if locate else None,
                path=name,
            )
            for name, value in (data.items() if isinstance(data, Mapping) else ())
            if isinstance(value, (list, tuple)) and len(value) > MOST_ITEMS  # before each of them is found wrong
        ]
        if problems:
            raise RecordError(problems)
        try:
            made = cls.model_validate(data)
        except ValidationError as error:
            problems = complaints(error, cls, data, locate() if locate else None)
        except RecursionError:
            problems = [Diagnostic("CR-R010", Text("记录嵌套过深", "the record is nested too deeply"))]
        else:
            made.__dict__["_locate"] = locate
            return made
        # Raised out here, so that the validator's own error, which quotes keys, is not its context.
        raise RecordError(problems)

    def _node(self) -> Node | None:
        """The text as nodes, for places in it; None where it was made from plain data."""
        locate = self.__dict__.get("_locate")
        return locate() if locate else None

    def __getstate__(self) -> dict[Any, Any]:
        """What travels to another process: the records, and nothing that was worked out from them."""
        state = super().__getstate__()
        return state | {"__dict__": {k: v for k, v in state["__dict__"].items() if k in type(self).model_fields}}

    def __copy__(self) -> Self:
        """A copy that works out anew what follows from its records, since `model_copy` may change them."""
        copied = super().__copy__()
        for name in set(copied.__dict__) - set(type(self).model_fields):
            del copied.__dict__[name]
        return copied


def parsed(data: bytes, *, name: str, json: bool, line: int = 1, called: Text) -> tuple[Any, Locate]:
    """The plain data of a YAML or JSON file, or of one line of JSON lines, and what gives its nodes.

    Raises RecordError with every problem at its place.
    """
    start = Span(Source(name, "", first=line), 0, 0)
    if len(data) > MOST_JSON:
        message = Text(f"{called.zh}超过 {MOST_JSON} 字节", f"the {called.en} has more than {MOST_JSON} bytes")
        raise RecordError([Diagnostic("CR-R003", message, start)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RecordError([not_utf8("CR-R002", data, Text("文件", "the file"), span=start)]) from None
    if json:
        return _parsed_json(Source(name, text, first=line))
    try:
        node = read_yaml(Source(name, text))
    except PolicyError as error:
        raise RecordError([_of_a_case(d) for d in error.diagnostics]) from None
    return _parsed_node(node)


def _parsed_json(source: Source) -> tuple[Any, Locate]:
    return read_json(source), partial(locate_json, source)


def _parsed_node(node: Node) -> tuple[Any, Locate]:
    return plain(node), lambda **_: node


def read_file(path: str | Path, *, called: Text) -> tuple[Any, Locate]:
    """The plain data of a YAML or JSON file, as `parsed` gives it."""
    file = Path(path)
    try:
        data = read_at_most(file.open("rb"), MOST_JSON)
    except OSError as error:
        raise unreadable_case(file, error) from None
    return parsed(data, name=file.name, json=file.suffix.lower() == ".json", called=called)


def unreadable_case(file: Path, error: OSError) -> RecordError:
    """That a file with cases cannot be read, and why."""
    why = unreadable(error)
    message = Text(f"文件无法读取：{why.zh}", f"the file cannot be read: {why.en}")
    return RecordError([Diagnostic("CR-R001", message, path=mask(file.name))])


def _of_a_case(problem: Diagnostic) -> Diagnostic:
    """A problem of the text of a case file: in policies CR-P001, here CR-R101, and so on."""
    code = f"CR-R1{problem.code[-2:]}"
    return replace(problem, code=code, help=problem.help or HELP.get(code) or HELP.get(problem.code))
