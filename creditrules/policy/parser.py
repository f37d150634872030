"""Parse the text of a condition, a strict profile of CEL, by precedence climbing; every node keeps its span."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from creditrules.diagnostics import Diagnostic, PolicyError, Span, Text, shown
from creditrules.documents import Scalar
from creditrules.policy.syntax import (
    And,
    AsOf,
    Call,
    Compare,
    Constant,
    Expr,
    Field,
    Has,
    In,
    Literally,
    Name,
    Not,
    Operator,
    Or,
    Param,
    Shift,
    Size,
    StatusOn,
    Unit,
)  # fmt: skip
from creditrules.records.values import MOST_INT

MOST_CHARACTERS = 4096
MOST_DEPTH = 32

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<operator>&&|\|\||==|!=|<=|>=|[-<>!+().,\[\]])""",
    re.VERBOSE,
)
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_UNITS = ("years", "months", "days")
_WORDS = {"and": "&&", "or": "||", "not": "!"}
RESERVED = frozenset({"true", "false", "null", "in", "as_of", "param", "link", "day", *_WORDS, *_UNITS})
"""Names that no record can bear."""
_ESCAPES = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t"}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def parse(scalar: Scalar) -> Expr:
    """Parse the expression in a scalar of a policy file. Raises PolicyError at the place of the mistake."""
    text, offsets = _decoded(scalar)
    return _Parser(text, offsets, scalar.span).parse()


def _decoded(scalar: Scalar) -> tuple[str, Sequence[int]]:
    """The expression and, for each of its characters, the offset in the file at which it stands.

    Taking the raw slice of the file, not the value that YAML made of it, keeps every column right.
    """
    base = scalar.span.start
    raw = scalar.span.source.text[base : scalar.span.end]
    if not scalar.quoted:
        return raw, range(base, base + len(raw) + 1)
    if scalar.style in ("|", ">"):
        head = re.match(r"[|>][^\n]*\n?", raw)
        skip = head.end() if head else 0
        return raw[skip:], range(base + skip, base + len(raw) + 1)
    quote, inner = raw[0], raw[1:-1]
    characters: list[str] = []
    offsets: list[int] = []
    index = 0
    while index < len(inner):
        step, character = 1, inner[index]
        if quote == "'" and inner.startswith("''", index):
            step = 2
        # YAML's other escapes do not occur in conditions; the lexer refuses the backslash that stays.
        elif quote == '"' and inner[index : index + 2] in ('\\"', "\\\\", "\\/"):
            step, character = 2, inner[index + 1]
        characters.append(character)
        offsets.append(base + 1 + index)
        index += step
    offsets.append(base + 1 + len(inner))
    return "".join(characters), offsets


class _Parser:
    """The state of one parse; `parse` is its only user."""

    def __init__(self, text: str, offsets: Sequence[int], whole: Span) -> None:
        self.text, self.offsets, self.whole = text, offsets, whole
        self.depth = 0
        self.index = 0
        self.tokens: list[_Token] = []

    def fail(self, start: int, end: int, code: str, message: Text, hint: Text | None = None) -> PolicyError:
        return PolicyError([Diagnostic(code, message, self.span(start, end), hint)])

    def span(self, start: int, end: int) -> Span:
        last = self.offsets[min(max(end, start + 1), len(self.offsets) - 1)]
        first = self.offsets[min(start, len(self.offsets) - 1)]
        return Span(self.whole.source, first, max(last, first + 1))

    def parse(self) -> Expr:
        if len(self.text) > MOST_CHARACTERS:
            raise self.fail(
                0, 1, "CR-P028", Text(f"表达式超过 {MOST_CHARACTERS} 个字符", f"an expression of more than {MOST_CHARACTERS} characters")
            )  # fmt: skip
        self._cut()
        expr = self.or_()
        token = self.peek()
        if token.text in _COMPARISONS:
            hint = Text("比较不能连写；用 `&&` 连接两个比较", "comparisons do not chain; join two of them with `&&`")
            raise self.unexpected(token, hint)
        if token.kind != "end":
            raise self.unexpected(token)
        return expr

    def _cut(self) -> None:
        position = 0
        while position < len(self.text):
            found = _TOKEN.match(self.text, position)
            if found is None:
                raise self._bad_character(position)
            if found.lastgroup != "space":
                self.tokens.append(_Token(str(found.lastgroup), found[0], position, found.end()))
            position = found.end()
        self.tokens.append(_Token("end", "", len(self.text.rstrip()), len(self.text.rstrip()) + 1))

    def _bad_character(self, position: int) -> PolicyError:
        character = self.text[position]
        if character in "\"'":
            return self.fail(position, position + 1, "CR-P015", Text("引号没有结束", "a quote that is not closed"))
        helps = {
            "=": Text("相等写成 `==`", "equality is written `==`"),
            "&": Text("“且”写成 `&&`", "and is written `&&`"),
            "|": Text("“或”写成 `||`", "or is written `||`"),
            "\\": Text(
                "表达式用单引号括起，其中的文本用双引号",
                "put the expression in single quotes, and the texts in it in double ones",
            ),
            "?": Text("没有条件运算；写成两条规则或 `||`", "there is no conditional; write two rules, or use `||`"),
        }
        hint = helps.get(character)
        half = {"“": '"', "”": '"'}.get(character, unicodedata.normalize("NFKC", character))
        if half != character and half.isascii():
            hint = Text(f"改成半角 `{half}`", f"use the half-width `{half}`")
        message = Text(f"表达式中不能有 `{shown(character)}`", f"`{shown(character)}` cannot stand in an expression")
        return self.fail(position, position + 1, "CR-P015", message, hint)

    def peek(self) -> _Token:
        return self.tokens[self.index]

    def take(self, *texts: str) -> _Token | None:
        token = self.peek()
        if token.kind in ("operator", "name") and token.text in texts:
            self.index += 1
            return token
        return None

    def expect(self, text: str) -> _Token:
        token = self.take(text)
        if token is None:
            found = self.peek()
            raise self.fail(found.start, found.end, "CR-P015", Text(f"这里需要 `{text}`", f"`{text}` is expected here"))
        return token

    def unexpected(self, token: _Token, hint: Text | None = None) -> PolicyError:
        if token.text in _WORDS:
            hint = Text(f"写成 `{_WORDS[token.text]}`", f"write `{_WORDS[token.text]}`")
        if token.kind == "end":
            return self.fail(
                token.start, token.end, "CR-P015", Text("表达式在这里中断", "the expression breaks off here")
            )
        message = Text(f"这里不应出现 `{shown(token.text)}`", f"`{shown(token.text)}` is unexpected here")
        return self.fail(token.start, token.end, "CR-P015", message, hint)

    def deeper(self, token: _Token) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise self.fail(
                token.start,
                token.end,
                "CR-P028",
                Text(f"表达式嵌套超过 {MOST_DEPTH} 层", f"an expression nested deeper than {MOST_DEPTH}"),
            )

    def or_(self) -> Expr:
        start = self.peek()
        self.deeper(start)
        operands = [self.and_()]
        while self.take("||"):
            operands.append(self.and_())
        self.depth -= 1
        return operands[0] if len(operands) == 1 else Or(tuple(operands), span=self.since(start))

    def since(self, start: _Token) -> Span:
        return self.span(start.start, self.tokens[self.index - 1].end)

    def and_(self) -> Expr:
        start = self.peek()
        operands = [self.relation()]
        while self.take("&&"):
            operands.append(self.relation())
        return operands[0] if len(operands) == 1 else And(tuple(operands), span=self.since(start))

    def relation(self) -> Expr:
        start = self.peek()
        left = self.sum()
        if self.take("in"):
            return In(left, self.sum(), span=self.since(start))
        token = self.take(*_COMPARISONS)
        if token is None:
            return left
        return Compare(cast("Operator", token.text), left, self.sum(), span=self.since(start))

    def sum(self) -> Expr:
        start = self.peek()
        left = self.unary()
        while self.take("+"):
            unit = self.take(*_UNITS)
            if unit is None:
                found = self.peek()
                if found.kind == "number":
                    # 30 what? Calendar months and thirty days end on different days.
                    message = Text("期间缺少单位", "a period without its unit")
                    days = f"days({found.text})"
                    hint = Text(
                        f"写成 `{days}`、`months(…)` 或 `years(…)`", f"write `{days}`, `months(...)` or `years(...)`"
                    )
                    raise self.fail(found.start, found.end, "CR-P042", message, hint)
                if re.fullmatch(r"(?i)(work|business)_?(ing_?)?days?", found.text):
                    message = Text("语言中没有工作日", "there are no working days in the language")
                    hint = Text(
                        "条件里用 `days(n)`；法定办理期限不写在条件里",
                        "use `days(n)`; statutory clocks are not written as conditions",
                    )
                    raise self.fail(found.start, found.end, "CR-P015", message, hint)
                message = Text("`+` 之后只能是期间", "only a period can follow `+`")
                raise self.fail(
                    found.start, found.end, "CR-P015", message, Text("写成 `+ months(6)`", "write `+ months(6)`")
                )
            self.deeper(self.expect("("))
            count = self.sum()
            self.expect(")")
            self.depth -= 1
            left = Shift(left, cast("Unit", unit.text), count, span=self.since(start))
        if self.peek().text == "-":
            token = self.peek()
            message = Text("没有减法", "there is no subtraction")
            raise self.fail(
                token.start,
                token.end,
                "CR-P015",
                message,
                Text("移到比较的另一边，写成 `+ months(6)`", "move the period to the other side and add it"),
            )
        return left

    def unary(self) -> Expr:
        start = self.peek()
        if self.take("!"):
            self.deeper(start)
            operand = self.unary()
            self.depth -= 1
            return Not(operand, span=self.since(start))
        return self.primary()

    def primary(self) -> Expr:
        token = self.peek()
        if self.take("("):
            expr = self.or_()
            self.expect(")")
            return expr
        if self.take("["):
            return self.list_(token)
        if token.kind == "number" or token.text == "-":
            return self.number()
        if token.kind == "string":
            self.index += 1
            return Literally(self.unescape(token), span=self.span(token.start, token.end))
        if token.kind != "name" or token.text == "in" or token.text in _WORDS:
            raise self.unexpected(token)
        self.index += 1
        if self.peek().text == "(" and self.peek().kind == "operator":
            return self.call(token)
        return self.name(token)

    def list_(self, start: _Token) -> Expr:
        values: list[Constant] = []
        self.deeper(start)
        while not self.take("]"):
            if values:
                self.expect(",")
            item = self.peek()
            element = self.primary()
            if not isinstance(element, Literally) or isinstance(element.value, tuple):
                message = Text("列表里只能有常量", "a list holds constants only")
                raise self.fail(item.start, item.end, "CR-P015", message)
            values.append(element.value)
        self.depth -= 1
        if not values:
            message = Text("空列表", "an empty list")
            raise self.fail(
                start.start, start.end, "CR-P015", message, Text("没有什么会在空列表里", "nothing is ever in it")
            )
        if len({type(v) for v in values}) > 1:
            raise self.fail(
                start.start, start.end, "CR-P016", Text("列表里的值类型不同", "the values of a list differ in type")
            )
        return Literally(cast("Constant", tuple(values)), span=self.since(start))

    def number(self) -> Expr:
        start = self.peek()
        negative = self.take("-") is not None
        token = self.peek()
        if token.kind != "number":
            raise self.unexpected(token)
        self.index += 1
        span = self.since(start)
        if "." in token.text:
            number = Decimal(token.text)
            return Literally(-number if negative else number, span=span)
        if len(token.text) > 16 or int(token.text) > MOST_INT:
            message = Text("数值超出范围（最大 2^53 - 1）", "a number out of range (at most 2^53 - 1)")
            raise self.fail(token.start, token.end, "CR-P026", message)
        whole = int(token.text)
        return Literally(-whole if negative else whole, span=span)

    def unescape(self, token: _Token) -> str:
        def replace(found: re.Match[str]) -> str:
            if found[1] not in _ESCAPES:
                message = Text(f"不认识转义 `\\{shown(found[1])}`", f"`\\{shown(found[1])}` is no escape")
                raise self.fail(token.start, token.end, "CR-P015", message)
            return _ESCAPES[found[1]]

        return re.sub(r"\\(.)", replace, token.text[1:-1])

    def name(self, token: _Token) -> Expr:
        if token.text in ("true", "false"):
            return Literally(token.text == "true", span=self.span(token.start, token.end))
        if token.text == "null":
            message = Text("没有 `null`", "there is no `null`")
            raise self.fail(
                token.start,
                token.end,
                "CR-P015",
                message,
                Text("问是否已知，用 `has(...)`", "`has(...)` asks whether a fact is known"),
            )
        if token.text == "as_of":
            return AsOf(span=self.span(token.start, token.end))
        path: list[str] = []
        while self.take("."):
            step = self.peek()
            if step.kind != "name":
                raise self.unexpected(step)
            self.index += 1
            path.append(step.text)
        span = self.since(token)
        if self.peek().text == "(":
            message = Text(
                f"没有方法 `{shown(path[-1])}`" if path else "不能调用",
                f"there is no method `{shown(path[-1])}`" if path else "this cannot be called",
            )
            raise self.fail(
                token.start,
                self.peek().start,
                "CR-P015",
                message,
                Text("函数写成 `size(x)`", "functions are written `size(x)`"),
            )
        if not path:
            return Name(token.text, span=span)
        if token.text == "param":
            return Param(".".join(path), span=span)
        return Field(token.text, ".".join(path), span=span)

    def call(self, token: _Token) -> Expr:
        if token.text in _UNITS:
            raise self.fail(
                token.start, token.end, "CR-P015", Text("期间只能加在日期之后", "a period is only added to a date")
            )
        self.expect("(")
        arguments: list[Expr] = []
        while not self.take(")"):
            if arguments:
                self.expect(",")
            arguments.append(self.or_())
        span = self.since(token)
        match token.text, arguments:
            case "date", [Literally(value=str(text))]:
                return Literally(self.day(token, text), span=span)
            case "has", [Field() as field]:
                return Has(field, span=span)
            case "size", [operand]:
                return Size(operand, span=span)
            case "status_on", [Name(name=record), day]:
                return StatusOn(record, day, span=span)
            case ("date" | "has" | "size" | "status_on") as known, _:
                forms = {
                    "date": 'date("2020-05-26")',
                    "has": "has(record.field)",
                    "size": "size(list)",
                    "status_on": "status_on(record, day)",
                }
                message = Text(f"`{known}` 的参数不对", f"the arguments of `{known}` do not fit")
                raise self.fail(
                    token.start,
                    token.end,
                    "CR-P015",
                    message,
                    Text(f"写成 `{forms[known]}`", f"write `{forms[known]}`"),
                )
        return Call(token.text, tuple(arguments), span=span)

    def day(self, token: _Token, text: str) -> date:
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise self.fail(
            token.start,
            token.end,
            "CR-P018",
            Text(f"没有这一天：`{shown(text)}`", f"there is no such day: `{shown(text)}`"),
        )
