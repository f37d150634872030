"""Turn YAML or JSON text into nodes that know where they stand, refusing what people would misread.

PyYAML only cuts the text into events; everything that makes YAML surprising (anchors, tags, merge keys, duplicate keys,
several documents, words that change type) is refused or left as text here. Limits hold while reading, not after it.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import IO, Any

import yaml

from creditrules.diagnostics import Diagnostic, PolicyError, RecordError, Source, Span, Text, shown

MOST_BYTES = 256 * 1024
MOST_NODES = 200_000
MOST_DEPTH = 40
MOST_FOUND = 1_000
"""How many problems of one kind are looked for in one text; whoever has more of them starts with these."""
MOST_JSON = 8 * 1024 * 1024
"""How many characters a record may have as JSON, a line of JSON lines included."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Plain(str):
    """The text of a scalar that stands without quotes, so that its type is for the field to say."""

    __slots__ = ()


@dataclass(frozen=True)
class Scalar:
    """One value, as text; `quoted` tells whether it stood in quotes or in a block."""

    text: str
    quoted: bool
    span: Span
    style: str = ""

    @property
    def value(self) -> str | None:
        """The text as the reader of a field gets it; an unquoted `null`, `~` or nothing is None."""
        if self.quoted:
            return self.text
        return None if self.text in ("", "~", "null") else Plain(self.text)


@dataclass(frozen=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True)
class Mapping:
    """Keys, each with its node; the order of the text is kept."""

    pairs: tuple[tuple[Scalar, Node], ...]
    span: Span

    @cached_property
    def _by_key(self) -> dict[str, tuple[Scalar, Node]]:
        """The first pair of each key; looking through all of them each time would make large files slow to complain about."""
        return {key.text: (key, node) for key, node in reversed(self.pairs)}

    def get(self, key: str) -> Node | None:
        """The node under `key`, or None."""
        found = self._by_key.get(key)
        return found[1] if found else None

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its span."""
        found = self._by_key.get(key)
        return found[0] if found else None


Node = Scalar | Sequence | Mapping


def plain(node: Node) -> Any:
    """The node as dicts, lists and text; unquoted scalars are `Plain`."""
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key.text: plain(value) for key, value in node.pairs}


def below(node: Node, path: tuple[str | int, ...]) -> Node:
    """What lies under `path`, or the nearest node that exists above it."""
    for step in path:
        found: Node | None = None
        if isinstance(node, Mapping):
            found = node.get(str(step))
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            found = node.items[step]
        if found is None:
            break
        node = found
    return node


def at(node: Node, path: tuple[str | int, ...], *, key: bool = False) -> Span:
    """Where to point for what lies under `path`, or the nearest that exists above it: the value, or the key of a group.

    With `key`, the key of a value too.
    """
    span = node.span
    for step in path:
        found = below(node, (step,))
        if found is node:
            break
        name = node.key(str(step)) if isinstance(node, Mapping) else None
        span = found.span if name is None or (isinstance(found, Scalar) and not key) else name.span
        node = found
    return span


def read_yaml(source: Source) -> Node:
    """Read one YAML document.

    Raises PolicyError, with every problem that the text allows to be found, for anchors, tags, duplicate keys, several
    documents, tabs or full-width punctuation in the structure, invisible characters, and for a text beyond the limits.
    """
    return _Reader(source).read()


def too_large(span: Span) -> Diagnostic:
    """That a file is larger than may be read."""
    message = Text(f"文件超过上限 {MOST_BYTES} 字节", f"the file has more than {MOST_BYTES} bytes")
    return Diagnostic("CR-P007", message, span, Text("拆成几个文件", "split it into several files"))


class _StopReadingError(Exception):
    """Nothing sensible can be read behind this point."""


class _Reader:
    """The state of one reading; `read_yaml` is its only user."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.problems: list[Diagnostic] = []
        self.nodes = 0

    def problem(self, code: str, start: int, end: int, message: Text, hint: Text | None = None) -> None:
        self.problems.append(Diagnostic(code, message, Span(self.source, start, max(end, start + 1)), hint))

    def read(self) -> Node:
        root: Node | None = None
        try:
            self._check_text()
            root = self._document(iter(yaml.parse(self.text, Loader=_Loader)))
        except _StopReadingError:
            pass
        except yaml.MarkedYAMLError as error:
            self._syntax(error)
        if self.problems:
            raise PolicyError(self.problems)
        if root is None:
            span = Span(self.source, 0, 1)
            raise PolicyError([Diagnostic("CR-P010", Text("文件是空的", "the file is empty"), span)])
        return root

    def _check_text(self) -> None:
        if len(self.text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
            self.problems.append(too_large(Span(self.source, 0, 1)))
            raise _StopReadingError
        # What YAML itself refuses, and what would act on the reader without being seen.
        for found in re.finditer(
            r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]",
            self.text,
        ):
            self.problem(
                "CR-P011", found.start(), found.end(),
                Text(f"不可见字符 U+{ord(found[0]):04X}", f"invisible character U+{ord(found[0]):04X}"),
                Text("删除该字符", "delete this character"),
            )  # fmt: skip
        for found in re.finditer(r"(?m)^ *([\t\u00a0])+", self.text):
            tab = Text("缩进用了制表符", "a tab in the indentation")
            space = Text("缩进用了不间断空格 U+00A0", "a no-break space U+00A0 in the indentation")
            message = tab if found[1] == "\t" else space
            self.problem("CR-P003", found.end() - 1, found.end(), message, Text("换成空格", "use spaces"))
        if self.problems:
            raise _StopReadingError

    def _syntax(self, error: yaml.MarkedYAMLError) -> None:
        if any(p.code == "CR-P002" for p in self.problems):
            return  # what follows a colon that is none reads as nothing sensible
        mark = error.problem_mark or error.context_mark
        start = int(mark.index) if mark else 0
        if "nesting depth" in (error.problem or ""):
            # Newer releases of libyaml have a limit of their own, far beyond ours, and look ahead so far before the first event.
            self._too_deep(start, start + 1)
            return
        # A key that never met its colon: the colon may stand there full-width, on the line where the key began.
        keyed = error.context_mark if "expected ':'" in (error.problem or "") else None
        wide = self._wide_colon(int(keyed.index)) if keyed else None
        if wide is None and self.text[start : start + 1] != ":":
            wide = self._wide_colon(start)
        if wide is None and "mapping values" in (error.problem or ""):
            # The line before was read on as one text, because its colon is none.
            number = self.source.position(start)[0]
            wide = self._wide_colon(self.source.line_starts[number - 2]) if number > 1 else None
        if wide is not None:
            self._full_width(wide)
            return
        self.problem(
            "CR-P008", start, start + 1,
            Text("这里不是合法的 YAML", f"this is not valid YAML: {error.problem or 'syntax error'}"),
            Text("检查缩进、冒号和引号；以 `!`、`[`、`'`、`\"` 开头或含 `: `、`, ` 的文字，整个用单引号括起来",
                 "check indentation, colons and quotes; put what begins with `!`, `[`, `'` or `\"`, or holds `: ` or `, `, in single quotes as a whole"),
        )  # fmt: skip

    def _too_deep(self, start: int, end: int) -> None:
        message = Text(f"嵌套超过 {MOST_DEPTH} 层", f"nested deeper than {MOST_DEPTH} levels")
        self.problem("CR-P009", start, end, message)

    def _full_width(self, offset: int) -> None:
        message = Text("全角冒号 `：`", "full-width colon `：`")
        hint = Text("改成半角冒号加空格", "use a half-width colon and a space")
        self.problem("CR-P002", offset, offset + 1, message, hint)

    def _wide_colon(self, offset: int) -> int | None:
        """Where a full-width colon stands in the line of `offset`, if that line has no half-width one before it."""
        number = self.source.position(min(offset, len(self.text)))[0]
        found = re.match(r"[^:：]*：", self.source.line(number))
        return None if found is None else self.source.line_starts[number - 1] + found.end() - 1

    def _document(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        for event in events:
            match event:
                case yaml.StreamStartEvent() | yaml.StreamEndEvent() | yaml.DocumentEndEvent():
                    continue
                case yaml.DocumentStartEvent():
                    start, end = _indices(event)
                    if root is not None:
                        self.problem(
                            "CR-P006", start, start + 3, Text("一个文件只能有一个文档", "a file holds one document")
                        )
                        raise _StopReadingError
                    if event.version or event.tags:
                        self.problem("CR-P005", start, end, Text("不允许 YAML 指令", "YAML directives are not allowed"))
                case _:
                    root = self._node(event, events, 1)
        return root

    def _span(self, event: yaml.Event) -> Span:
        start, end = _indices(event)
        return Span(self.source, start, max(end, start + 1))

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        self.nodes += 1
        start, end = _indices(event)
        if self.nodes > MOST_NODES:
            self.problem("CR-P009", start, end, Text(f"超过 {MOST_NODES} 个节点", f"more than {MOST_NODES} nodes"))
            raise _StopReadingError
        if depth > MOST_DEPTH:
            self._too_deep(start, end)
            raise _StopReadingError
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            self.problem(
                "CR-P004", start, end, Text("不允许锚点和别名", "anchors and aliases are not allowed"),
                Text("把内容写全；政策中可写成参数或定义再引用", "write it out; in a policy, make it a parameter or a definition and refer to that"),
            )  # fmt: skip
            if isinstance(event, yaml.AliasEvent):
                return Scalar("", True, self._span(event))
        if event.tag is not None:
            self.problem(
                "CR-P005", start, end, Text(f"不允许 YAML 标签 `{shown(event.tag)}`", f"the YAML tag `{shown(event.tag)}` is not allowed"),
                Text("以 `!` 开头的表达式请加引号", "put quotes around an expression that begins with `!`"),
            )  # fmt: skip
        match event:
            case yaml.ScalarEvent():
                return Scalar(
                    event.value, event.style is not None and event.style != "", self._span(event), event.style or ""
                )
            case yaml.SequenceStartEvent():
                items: list[Node] = []
                while not isinstance(event := next(events), yaml.SequenceEndEvent):
                    items.append(self._node(event, events, depth + 1))
                return Sequence(tuple(items), Span(self.source, start, max(_indices(event)[1], start + 1)))
            case _:
                return self._mapping(start, events, depth)

    def _mapping(self, start: int, events: Iterator[Any], depth: int) -> Mapping:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self.problem("CR-P012", key.span.start, key.span.end, Text("键必须是文本", "a key must be text"))
                continue
            if key.text == "<<":
                self.problem(
                    "CR-P004",
                    key.span.start,
                    key.span.end,
                    Text("不允许合并键 `<<`", "the merge key `<<` is not allowed"),
                )
            if key.text in pairs:
                self.problems.append(_repeated("CR-P001", key, pairs[key.text][0]))
                continue
            if "：" in key.text and not key.quoted:
                offset = key.span.start + self.text[key.span.start : key.span.end].index("：")
                self._full_width(offset)
            pairs[key.text] = (key, value)
        return Mapping(tuple(pairs.values()), Span(self.source, start, max(_indices(event)[1], start + 1)))


def _repeated(code: str, key: Scalar, first: Scalar) -> Diagnostic:
    return Diagnostic(
        code,
        Text(f"键 `{shown(key.text)}` 重复", f"the key `{shown(key.text)}` is repeated"),
        key.span,
        Text("删除或合并其中一处", "delete or merge one of them"),
        ((first.span, Text("第一次出现", "first occurrence")),),
    )


def _indices(event: Any) -> tuple[int, int]:
    """The offsets of an event, which PyYAML always gives although its types do not say so."""
    return int(event.start_mark.index), int(event.end_mark.index)


def read_json(source: Source) -> Any:
    """Read JSON as Python data: numbers with a point as Decimal; duplicate keys, NaN and Infinity refused.

    Raises RecordError with the line and column of each of them, or of where the text ends to be JSON.
    """
    text = source.text
    if len(text) > MOST_JSON:
        message = Text(f"案件超过 {MOST_JSON} 字", f"the case has more than {MOST_JSON} characters")
        raise RecordError([Diagnostic("CR-R003", message, Span(source, 0, 1))])
    doubtful = False

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal doubtful
        found = dict(items)
        doubtful = doubtful or len(found) < len(items)
        return found

    def constant(_: str) -> None:
        nonlocal doubtful
        doubtful = True

    try:
        data = json.loads(
            text, object_pairs_hook=pairs, parse_constant=constant, parse_float=Decimal, parse_int=_json_int
        )
        problems = tuple(itertools.islice(_doubts(locate_json(source)), MOST_FOUND)) if doubtful else ()
    except json.JSONDecodeError as error:
        message = Text("这里不是合法的 JSON", f"this is not valid JSON: {error.msg.lower()}")
        hint = Text("检查逗号、引号和括号；只用双引号，不能有注释", "check commas, quotes and brackets; double quotes only, no comments")  # fmt: skip
        raise RecordError([Diagnostic("CR-R010", message, Span(source, error.pos, error.pos + 1), hint)]) from None
    except ArithmeticError:
        message = Text("JSON 中有过大或过小的数", "a number in the JSON is too large or too small")
        raise RecordError([Diagnostic("CR-R010", message, Span(source, 0, 1))]) from None
    except RecursionError:
        message = Text("JSON 嵌套过深", "the JSON is nested too deeply")
        raise RecordError([Diagnostic("CR-R010", message, Span(source, 0, 1))]) from None
    if problems:
        raise RecordError(problems)
    return data


def _json_int(text: str) -> int | Decimal:
    return int(text) if len(text) < 1000 else Decimal(text)  # Python turns no longer texts into an int


def _doubts(node: Node) -> Iterator[Diagnostic]:
    """The repeated keys and the words that are no JSON below a node."""
    match node:
        case Sequence(items=items):
            for item in items:
                yield from _doubts(item)
        case Mapping(pairs=pairs):
            first: dict[str, Scalar] = {}
            for key, value in pairs:
                if first.setdefault(key.text, key) is not key:
                    yield _repeated("CR-R041", key, first[key.text])
                yield from _doubts(value)
        case Scalar(text=("NaN" | "Infinity" | "-Infinity") as word, quoted=False):
            message = Text(f"`{word}` 不是合法的 JSON 值", f"`{word}` is no JSON value")
            yield Diagnostic(
                "CR-R041", message, node.span, Text("不知道的值写 null", "write null for what is not known")
            )


_JSON_SPACE = re.compile(r"[ \t\n\r]*")
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_JSON_WORD = re.compile(r"[-+.\w]+")


_JSON_SKIP = json.JSONDecoder(parse_int=str, parse_float=str)  # a number may have any length


def locate_json(source: Source, *, levels: int = MOST_JSON) -> Node:
    """The nodes of a text that `json` reads, for their places, so many levels deep; groups below hold nothing.

    Raises RecursionError where they lie too deep.
    """
    text = source.text

    def skip(i: int) -> int:
        found = _JSON_SPACE.match(text, i)
        return found.end() if found else i

    def word(i: int) -> tuple[Scalar, int]:
        if text[i] == '"':
            found = _JSON_STRING.match(text, i)
            end = found.end() if found else i + 1
            raw = text[i + 1 : end - 1]  # most strings hold no escape, and a long list has very many
            return Scalar(json.loads(text[i:end]) if "\\" in raw else raw, True, Span(source, i, end)), end
        found = _JSON_WORD.match(text, i)
        end = found.end() if found else i + 1
        return Scalar(text[i:end], False, Span(source, i, end)), end

    def value(i: int, below: int) -> tuple[Node, int]:
        start = i
        if text[i] not in "[{":
            return word(i)
        if below == 0:
            end = _JSON_SKIP.raw_decode(text, i)[1]
            span = Span(source, i, end)
            return (Mapping((), span) if text[i] == "{" else Sequence((), span)), end
        mapping, close = text[i] == "{", "}" if text[i] == "{" else "]"
        items: list[Node] = []
        keys: list[Scalar] = []
        i = skip(i + 1)
        while text[i] != close:
            if mapping:
                key, i = word(i)
                keys.append(key)
                i = skip(skip(i) + 1)
            item, i = value(i, below - 1)
            items.append(item)
            i = skip(i)
            i = skip(i + 1) if text[i] == "," else i
        span = Span(source, start, i + 1)
        pairs = tuple(zip(keys, items, strict=False))
        return (Mapping(pairs, span) if mapping else Sequence(tuple(items), span)), i + 1

    return value(skip(0), levels)[0]


def spelled(path: Iterable[str | int]) -> str:
    """A place in a record as people write it: `entries[0].valid_to`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{shown(p)}" for p in path).lstrip(".")


def unreadable(error: OSError) -> Text:
    """Why a file cannot be read, in both languages."""
    match error:
        case FileNotFoundError():
            return Text("没有这个文件", "there is no such file")
        case IsADirectoryError():
            return Text("这是文件夹", "it is a folder")
        case PermissionError():
            return Text("没有读取权限", "reading it is not permitted")
        case _:
            return Text("系统拒绝读取", (error.strerror or "the system refuses").lower())


def read_at_most(stream: IO[bytes], most: int) -> bytes:
    """What a file holds, but no more than one byte beyond `most`, by which it is seen to be too large."""
    with stream:
        return stream.read(most + 1)


def not_utf8(code: str, data: bytes, what: Text, *, span: Span | None = None) -> Diagnostic:
    """That a file is not UTF-8, with the encoding that it seems to have."""
    guess = Text("", "")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        guess = Text("，看来是 UTF-16", "; it looks like UTF-16")
    else:
        with suppress(UnicodeDecodeError):
            data.decode("gb18030")
            guess = Text("，看来是 GB18030", "; it looks like GB18030")
    message = Text(f"{what.zh}不是 UTF-8{guess.zh}", f"{what.en} is not UTF-8{guess.en}")
    return Diagnostic(code, message, span, Text("在编辑器中另存为 UTF-8", "save it as UTF-8 in an editor"))
