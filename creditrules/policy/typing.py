"""Check the expressions of a policy against its vocabulary: names, types, words of closed lists, days, and `has`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from creditrules.diagnostics import Diagnostic, Span, Text, one_of, shown
from creditrules.policy.model import Parameter, Policy, Values
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
    Keyed,
    Literally,
    Name,
    Not,
    Or,
    Param,
    Shift,
    Size,
    StatusOn,
    children,
    unparse,
    walk,
)  # fmt: skip
from creditrules.records.schema import Kind

Base = Literal["bool", "int", "decimal", "text", "date", "anything"]


@dataclass(frozen=True)
class Type:
    """The static type of an expression; `words` closes a text to an enumeration, or lists the words of a constant."""

    base: Base
    many: bool = False
    words: frozenset[str] | None = None
    constant: bool = False

    def __str__(self) -> str:
        return f"list of {self.base}" if self.many else self.base

    @property
    def zh(self) -> str:
        """The type as Chinese messages call it."""
        return f"{_ZH[self.base]}列表" if self.many else _ZH[self.base]


BOOL = Type("bool")
_ZH = {"bool": "真假值", "int": "整数", "decimal": "数", "text": "文本", "date": "日期", "anything": "值"}
LINK: Mapping[str, Type] = {
    "role": Type("text"), "from": Type("date"), "to": Type("date"), "evidenced": BOOL, "source": Type("text"), "shareholder": BOOL,
}  # fmt: skip


@dataclass(frozen=True)
class Context:
    """What an expression may name: records by alias, the link of the bound record, a definition's `day`, `has`."""

    records: Mapping[str, Kind]
    link: bool = False
    day: bool = False
    has: bool = False
    days: frozenset[str] = field(default_factory=frozenset)
    """The days that the same `when` guards by `day <= as_of`."""


def constant_type(values: Iterable[Constant]) -> Type | None:
    """The one type of some constants; None if they differ."""
    found: Type | None = None
    words: set[str] = set()
    for value in values:
        many = isinstance(value, tuple)
        items = value if isinstance(value, tuple) else (value,)
        bases = {_base(v) for v in items} or {"anything"}
        words |= {v for v in items if isinstance(v, str)}
        here = Type(next(iter(bases)), many, None, True)
        if found is not None and found.many == many and "anything" in (found.base, here.base):
            here = here if found.base == "anything" else found
        elif found is not None and found != here:
            return None
        found = here
    return replace(found, words=frozenset(words)) if found and found.base in ("text", "anything") else found


def _base(value: object) -> Base:
    match value:
        case bool():
            return "bool"
        case int():
            return "int"
        case Decimal():
            return "decimal"
        case date():
            return "date"
        case _:
            return "text"


def all_values(policy: Policy, parameter: Parameter) -> list[Constant]:
    """Every value that a parameter may have, on any day, for any key, in any profile."""
    rows: list[Values] = [*parameter.values]
    for profile in policy.profiles.values():
        rows += profile.set.get(parameter.name, ())
    return [value for row in rows for value in (row.value, *row.table.values())]


def guarded_days(tests: Iterable[Expr]) -> frozenset[str]:
    """The days d for which `d <= as_of` stands among the conjuncts of the tests, as text."""
    found = set()
    for test in tests:
        for part in test.operands if isinstance(test, And) else (test,):
            match part:
                case Compare(operator="<=", left=day, right=AsOf()) | Compare(operator=">=", left=AsOf(), right=day):
                    found.add(unparse(day))
    return frozenset(found)


class Checker:
    """Finds the types of a policy's expressions and keeps the problems that it meets."""

    def __init__(self, policy: Policy, lost: Collection[str] = ()) -> None:
        self.policy = policy
        self.lost = lost
        self.problems: list[Diagnostic] = []
        self.termed = {term.of for term in policy.terms}
        self.circular = {
            name: option
            for name, parameter in policy.parameters.items()
            for option in parameter.choose.values()
            if any(isinstance(e, Param) and e.name == name for e in reach(policy, option))
        }
        """The parameters that choose by themselves, with an option that does; their types are not asked for."""

    def problem(self, code: str, span: Span | None, message: Text, hint: Text | None = None) -> None:
        self.problems.append(Diagnostic(code, message, span, hint))

    def test(self, expr: Expr, context: Context) -> None:
        """Check an expression that must be true or false."""
        self.bounded_ends(expr, context)
        found = self.type_of(expr, context)
        if found is not None and found != BOOL and found.base != "bool":
            self.problem(
                "CR-P016",
                expr.span,
                Text(f"需要真假值，这里是{found.zh}", f"true or false is expected, this is {found}"),
            )

    def type_of(self, expr: Expr, context: Context) -> Type | None:
        """The type of an expression; None where a problem was reported."""
        match expr:
            case Literally(value=value):
                return constant_type([value])
            case AsOf():
                return Type("date")
            case Name(name=name):
                if name == "day" and context.day:
                    return Type("date")
                self.unknown_name(name, expr.span, context)
                return None
            case Field(record=record, name=name):
                return self.field(record, name, expr.span, context)
            case Param(name=name):
                return self.param(name, expr.span, context)
            case Not(operand=operand):
                self.test(operand, context)
                return BOOL
            case And(operands=operands) | Or(operands=operands):
                for operand in operands:
                    self.test(operand, context)
                return BOOL
            case Compare():
                return self.compare(expr, context)
            case In(item=item, list=list_):
                return self.member(expr, self.operand(item, context), self.type_of(list_, context))
            case Has(operand=operand):
                self.field(operand.record, operand.name, operand.span, context)
                if not context.has:
                    message = Text("`has` 只能用于提示和程序性规则", "`has` stands only in advice and procedures")
                    self.problem(
                        "CR-P035",
                        expr.span,
                        message,
                        Text(
                            "去掉 `has`，直接写条件；事实缺少时结论自会标为待核实",
                            "leave `has` out and write the condition itself; where the fact is missing the conclusion is undetermined anyway",
                        ),
                    )
                return BOOL
            case Size(operand=operand):
                found = self.type_of(operand, context)
                if found is not None and not found.many:
                    self.problem("CR-P016", operand.span, Text("`size` 需要列表", "`size` needs a list"))
                return Type("int")
            case Shift(day=day, count=count):
                self.expect(day, "date", context)
                self.expect(count, "int", context)
                self.not_negative(count)
                return Type("date")
            case StatusOn():
                message = Text(
                    "`status_on` 只能用于 `==`、`!=` 和 `in`", "`status_on` stands only in `==`, `!=` and `in`"
                )
                self.problem("CR-P016", expr.span, message)
                return None
            case Call(name=name, arguments=arguments):
                return self.call(expr, name, arguments, context)
            case Keyed():
                return constant_type([expr.default])

    def unknown_name(self, name: str, span: Span | None, context: Context) -> None:
        if name in self.policy.definitions:
            hint: Text | None = Text(f"`{name}` 是定义，须写参数", f"`{name}` is a definition and takes arguments")
        elif name in context.records:
            hint = Text(f"写成 `{name}.字段`", f"write `{name}.FIELD`")
        else:
            hint = one_of(name, [*context.records, "as_of", "param", *(["link"] if context.link else [])])
        self.problem("CR-P014", span, Text(f"这里没有 `{shown(name)}`", f"there is no `{shown(name)}` here"), hint)

    def field(self, record: str, name: str, span: Span | None, context: Context) -> Type | None:
        if record == "link" and context.link:
            if name not in LINK:
                self.problem(
                    "CR-P014",
                    span,
                    Text(f"`link` 没有字段 `{shown(name)}`", f"`link` has no field `{shown(name)}`"),
                    one_of(name, LINK),
                )
                return None
            words = frozenset({*self.policy.vocabulary.schema.roles, "self", "same_name"}) if name == "role" else None
            return replace(LINK[name], words=words)
        kind = context.records.get(record)
        if kind is None:
            self.unknown_name(record, span, context)
            return None
        found = kind.fields.get(name)
        if found is None:
            inner = [f.name for f in kind.fields.values() if f.name.startswith(f"{name}.") and not f.personal]
            hint = (
                Text(f"写成 `{record}.{inner[0]}`", f"write `{record}.{inner[0]}`")
                if inner
                else one_of(name, (f.name for f in kind.fields.values() if not f.personal))
            )
            self.problem(
                "CR-P014",
                span,
                Text(f"`{record}` 没有字段 `{shown(name)}`", f"`{record}` has no field `{shown(name)}`"),
                hint,
            )
            return None
        if found.personal:
            message = Text(
                f"`{record}.{name}` 是身份信息，规则不得读取",
                f"`{record}.{name}` identifies people; no rule may read it",
            )
            self.problem(
                "CR-P014",
                span,
                message,
                Text("主体只按代码关联；用 `persons`", "persons are matched by code alone; use `persons`"),
            )
            return None
        words = frozenset(found.values) or self.policy.vocabulary.lists.get(found.listed_in) or None
        if found.type == "texts":
            return Type("text", True, words)
        return Type("text" if found.type == "code" else found.type, False, words)

    def param(self, name: str, span: Span | None, context: Context) -> Type | None:
        parameter = self.policy.parameters.get(name)
        if parameter is None and name in self.lost:
            return None
        if parameter is None:
            self.problem(
                "CR-P014",
                span,
                Text(f"没有参数 `{shown(name)}`", f"there is no parameter `{shown(name)}`"),
                one_of(name, self.policy.parameters),
            )
            return None
        if name in self.circular:
            return None
        if parameter.choose:
            types = [self.type_of(option, context) for option in parameter.choose.values()]
            for option, found in zip(parameter.choose.values(), types, strict=True):
                self.bounded_ends(option, context)
                first = types[0]
                if first is not None and found is not None and (found.base, found.many) != (first.base, first.many):
                    message = Text(f"参数 `{name}` 的各项类型不同", f"the options of `{name}` differ in type")
                    self.problem("CR-P016", option.span, message)
            return types[0]
        if parameter.by is not None:
            self.field(parameter.by.record, parameter.by.name, span, context)
        return constant_type(all_values(self.policy, parameter))

    def not_negative(self, count: Expr) -> None:
        """The length of a period, where it is written or a parameter says it."""
        counts = [count.value] if isinstance(count, Literally) else []
        if isinstance(count, Param) and count.name in self.policy.parameters:
            parameter = self.policy.parameters[count.name]
            counts = [e.value for e in parameter.choose.values() if isinstance(e, Literally)]
            counts = counts if parameter.choose else all_values(self.policy, parameter)
        if any(isinstance(n, int) and n < 0 for n in counts):
            self.problem("CR-P026", count.span, Text("期间不能为负", "a period is not negative"))

    def operand(self, expr: Expr, context: Context) -> Type | None:
        """The type of one side of a comparison, where `status_on` may stand."""
        if not isinstance(expr, StatusOn):
            return self.type_of(expr, context)
        kind = context.records.get(expr.record)
        if kind is None:
            self.unknown_name(expr.record, expr.span, context)
        elif kind.history is None:
            message = Text(f"`{expr.record}` 没有状态历史", f"`{expr.record}` has no history of a status")
            self.problem("CR-P016", expr.span, message)
        self.expect(expr.day, "date", context)
        self.day_guard(expr.day, context)
        return Type("text", words=frozenset(kind.history.statuses)) if kind and kind.history else None

    def day_guard(self, day: Expr, context: Context) -> None:
        """Another day than `as_of` must not lie ahead of it, or an open validity would count before it begins."""
        if isinstance(day, AsOf) or (isinstance(day, Name) and day.name == "day") or unparse(day) in context.days:
            return
        text = unparse(day)
        message = Text(f"`{shown(text)}` 可能晚于判断日", f"`{shown(text)}` may lie after the day of the decision")
        self.problem(
            "CR-P036",
            day.span,
            message,
            Text(f"在同一 `when` 中加上 `{text} <= as_of`", f"add `{text} <= as_of` to the same `when`"),
        )

    def compare(self, expr: Compare, context: Context) -> Type:
        left, right = self.operand(expr.left, context), self.operand(expr.right, context)
        if isinstance(expr.left, StatusOn) and isinstance(expr.right, StatusOn):
            self.problem("CR-P016", expr.span, Text("状态只与常量比较", "a status is compared with constants"))
        for status, other in ((expr.left, expr.right), (expr.right, expr.left)):
            if isinstance(status, StatusOn) and (
                expr.operator not in ("==", "!=") or not isinstance(other, Literally | Param)
            ):
                self.problem(
                    "CR-P016",
                    expr.span,
                    Text(
                        "状态只用 `==`、`!=`、`in` 与常量比较",
                        "a status is compared with constants by `==`, `!=` and `in`",
                    ),
                )
                return BOOL
        if left is None or right is None:
            return BOOL
        if left.many or right.many:
            self.problem(
                "CR-P016", expr.span, Text("列表不能比较", "lists are not compared"), Text("用 `in`", "use `in`")
            )
        elif not _alike(left, right):
            message = Text(
                f"{left.zh}与{right.zh}不能比较", f"{left} and {right} cannot be compared"
            )  # fmt: skip
            self.problem("CR-P016", expr.span, message)
        elif expr.operator not in ("==", "!=") and left.base in ("text", "bool"):
            self.problem("CR-P016", expr.span, Text(f"{left.zh}没有大小", f"{left} has no order"))
        else:
            self.same_words(expr.left, left, expr.right, right)
            self.period_end(expr)
        return BOOL

    def period_end(self, expr: Compare) -> None:
        """A period ends with an inclusive last day: `day <= end` and `day > end` are meant, never the other two."""
        wrong = {"<": expr.right, ">=": expr.right, ">": expr.left, "<=": expr.left}.get(expr.operator)
        if isinstance(wrong, Shift) and wrong.unit == "days" and expr.operator in ("<=", ">="):
            return  # a number of days after a day is a day as any other
        if isinstance(wrong, Shift):
            message = Text("期间的最后一日包含在内", "a period includes its last day")
            self.problem(
                "CR-P037",
                expr.span,
                message,
                Text(
                    "期间内写 `日 <= 期末`，期满写 `日 > 期末`",
                    "write `day <= end` for within the period, `day > end` for after it",
                ),
            )

    def member(self, expr: In, item: Type | None, list_: Type | None) -> Type:
        if isinstance(expr.item, StatusOn) and not isinstance(expr.list, Literally | Param):
            self.problem("CR-P016", expr.span, Text("状态只与常量比较", "a status is compared with constants"))
        if item is None or list_ is None:
            return BOOL
        if not list_.many:
            self.problem("CR-P016", expr.list.span, Text("`in` 之后须是列表", "a list must follow `in`"))
        elif item.many or not _alike(item, list_):
            self.problem("CR-P016", expr.span, Text(f"{item.zh}不会在这个列表里", f"{item} is never in a {list_}"))
        else:
            self.same_words(expr.item, item, expr.list, list_)
        return BOOL

    def same_words(self, left: Expr, a: Type, right: Expr, b: Type) -> None:
        """A constant compared with a closed list must be of its words."""
        for expr, constant, closed in ((left, a, b), (right, b, a)):
            if constant.constant and not closed.constant and constant.words is not None and closed.words is not None:
                for word in sorted(constant.words - closed.words):
                    self.problem(
                        "CR-P034",
                        expr.span,
                        Text(f"`{shown(word)}` 不在词表中", f"`{shown(word)}` is not a word of the vocabulary"),
                        one_of(word, closed.words),
                    )
        if not a.constant and not b.constant and a.words is not None and b.words is not None and not a.words & b.words:
            self.problem("CR-P016", left.span, Text("两边没有共同的值", "the two sides have no value in common"))

    def expect(self, expr: Expr, base: Base, context: Context) -> bool:
        """Whether an expression is of the type; where it is not, that was reported."""
        found = self.type_of(expr, context)
        if found is not None and (found.base != base or found.many):
            self.problem(
                "CR-P016",
                expr.span,
                Text(f"需要{_ZH[base]}，这里是{found.zh}", f"{base} is expected, this is {found}"),
            )
            return False
        return found is not None

    def call(self, expr: Call, name: str, arguments: tuple[Expr, ...], context: Context) -> Type | None:
        definition = self.policy.definitions.get(name)
        if definition is None and name in self.lost:
            return None
        if definition is None:
            self.problem(
                "CR-P014",
                expr.span,
                Text(f"没有定义 `{shown(name)}`", f"there is no definition `{shown(name)}`"),
                one_of(name, self.policy.definitions),
            )
            return None
        if len(arguments) != len(definition.of):
            form = f"{name}({', '.join(definition.of)})"
            self.problem(
                "CR-P014",
                expr.span,
                Text(f"`{name}` 的参数个数不对", f"`{name}` takes {len(definition.of)} arguments"),
                Text(f"写成 `{form}`", f"write `{form}`"),
            )
            return None
        for of, argument in zip(definition.of, arguments, strict=True):
            if of == "day":
                if self.expect(argument, "date", context):
                    self.day_guard(argument, context)
                continue
            kind = context.records.get(argument.name) if isinstance(argument, Name) else None
            if kind is None or kind.name != of:
                self.problem(
                    "CR-P016",
                    argument.span,
                    Text(f"这里需要一条 `{of}` 记录", f"a record `{of}` is expected here"),
                    one_of(unparse(argument), [a for a, k in context.records.items() if k.name == of]),
                )
        if not context.has and any(isinstance(e, Has) for e in reach(self.policy, definition.body)):
            self.problem(
                "CR-P035",
                expr.span,
                Text(
                    f"`{name}` 用到 `has`，只能用于提示和程序性规则",
                    f"`{name}` uses `has`, which stands only in advice and procedures",
                ),
            )
        return BOOL

    def bounded_ends(self, expr: Expr, context: Context) -> None:
        """Where a term may bring the end of validity forward, the end is only asked whether a day lies within it."""
        if isinstance(expr, Field):
            self.unbounded_end(expr, context)
        for node in walk(expr):
            for child in children(node):
                within = isinstance(node, Compare) and (
                    (node.right is child and node.operator in ("<=", ">"))
                    or (node.left is child and node.operator in (">=", "<"))
                )
                if isinstance(child, Field) and not within:
                    self.unbounded_end(child, context)

    def unbounded_end(self, field: Field, context: Context) -> None:
        kind = context.records.get(field.record)
        if kind is None or kind.name not in self.termed or field.name != kind.ends:
            return
        message = Text("此处只能问某日是否在有效期内", "only whether a day lies within the validity can be asked here")
        hint = Text(f"写成 `日 <= {unparse(field)}`", f"write `day <= {unparse(field)}`")
        self.problem("CR-P037", field.span, message, hint)


def _alike(a: Type, b: Type) -> bool:
    if a.base == b.base or "anything" in (a.base, b.base):
        return True
    return {a.base, b.base} == {"int", "decimal"} and (a if a.base == "int" else b).constant


def reach(policy: Policy, *expressions: Expr) -> Iterator[Expr]:
    """Every node of some expressions, and of the definitions and chosen options that they use, each once however often used."""
    seen: set[tuple[type, str]] = set()
    waiting = list(expressions)
    while waiting:
        for node in walk(waiting.pop()):
            yield node
            if not isinstance(node, Call | Param) or (type(node), node.name) in seen:
                continue
            seen.add((type(node), node.name))
            if isinstance(node, Call) and node.name in policy.definitions:
                waiting.append(policy.definitions[node.name].body)
            elif isinstance(node, Param) and node.name in policy.parameters:
                waiting += policy.parameters[node.name].choose.values()
