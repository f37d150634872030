"""The grammar of conditions: precedence, places in every kind of scalar, and each refusal with its caret."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditrules.diagnostics import Diagnostic, PolicyError, Source
from creditrules.documents import Mapping, Scalar, read_yaml
from creditrules.policy.parser import MOST_CHARACTERS, MOST_DEPTH, parse
from creditrules.policy.syntax import (
    And,
    AsOf,
    Call,
    Compare,
    Expr,
    Field,
    Has,
    In,
    Literally,
    Name,
    Not,
    Or,
    Param,
    Shift,
    Size,
    StatusOn,
    Unit,
    unparse,
    walk,
)
from creditrules.records.values import MOST_INT

A, B, C = Field("entry", "a"), Field("entry", "b"), Field("entry", "c")


def scalar(yaml: str) -> Scalar:
    """The scalar under `is` in a small document."""
    root = read_yaml(Source("policy.yaml", yaml))
    assert isinstance(root, Mapping)
    found = root.get("is")
    assert isinstance(found, Scalar)
    return found


def block(text: str) -> str:
    return "is: |\n" + "\n".join(f"  {line}" for line in text.splitlines()) + "\n"


def quoted(text: str) -> str:
    return "is: '" + text.replace("'", "''") + "'\n"


def read(text: str) -> Expr:
    return parse(scalar(block(text)))


def problem(yaml: str) -> tuple[Diagnostic, str]:
    """What is wrong, and the text that the caret marks."""
    with pytest.raises(PolicyError) as error:
        parse(scalar(yaml))
    (found,) = error.value.diagnostics
    assert found.span is not None
    return found, found.span.source.text[found.span.start : found.span.end]


def marked(yaml: str, part: Expr) -> str:
    """The text of the file on which a node stands."""
    found = next(node for node in walk(parse(scalar(yaml))) if node == part)
    assert found.span is not None
    return found.span.source.text[found.span.start : found.span.end]


class TestPrecedence:
    @pytest.mark.parametrize(
        ("text", "tree"),
        [
            ("entry.a || entry.b && entry.c", Or((A, And((B, C))))),
            ("entry.a && entry.b || entry.c", Or((And((A, B)), C))),
            ("(entry.a || entry.b) && entry.c", And((Or((A, B)), C))),
            ("entry.a && entry.b && entry.c", And((A, B, C))),
            ("entry.a || entry.b || entry.c", Or((A, B, C))),
            ("!entry.a && entry.b", And((Not(A), B))),
            ("!(entry.a && entry.b)", Not(And((A, B)))),
            ("!!entry.a", Not(Not(A))),
            ("!entry.a == entry.b", Compare("==", Not(A), B)),
            ("!(entry.a == entry.b)", Not(Compare("==", A, B))),
            ("entry.a == entry.b && entry.c", And((Compare("==", A, B), C))),
            ("entry.a < entry.b || entry.a > entry.c", Or((Compare("<", A, B), Compare(">", A, C)))),
            ("entry.a in [1, 2] && entry.b", And((In(A, Literally((1, 2))), B))),
            ("entry.a + months(3) <= entry.b", Compare("<=", Shift(A, "months", Literally(3)), B)),
            (
                "entry.a + years(1) + days(2) < entry.b",
                Compare("<", Shift(Shift(A, "years", Literally(1)), "days", Literally(2)), B),
            ),
            ("entry.a + months(param.n) >= as_of", Compare(">=", Shift(A, "months", Param("n")), AsOf())),
            ("(((entry.a)))", A),
        ],
    )
    def test_who_binds_closer(self, text: str, tree: Expr) -> None:
        assert read(text) == tree

    @pytest.mark.parametrize(
        ("text", "tree"),
        [
            ("true", Literally(value=True)),
            ("false", Literally(value=False)),
            ("as_of", AsOf()),
            ("day", Name("day")),
            ("entry.authority.body", Field("entry", "authority.body")),
            ("link.from", Field("link", "from")),
            ("param.black_categories", Param("black_categories")),
            ("9007199254740991", Literally(MOST_INT)),
            ("-7", Literally(-7)),
            ("- 7", Literally(-7)),
            ("007", Literally(7)),
            ("300.50", Literally(Decimal("300.5"))),
            ("-0.1", Literally(Decimal("-0.1"))),
            ('"甲 公司"', Literally("甲 公司")),
            ("'甲'", Literally("甲")),
            (r'"a\"b\\c\n\t"', Literally('a"b\\c\n\t')),
            (r"'it\'s'", Literally("it's")),
            ('"&& || ! ( [ , null"', Literally("&& || ! ( [ , null")),
            ('date("2024-02-29")', Literally(date(2024, 2, 29))),
            ('[date("2024-02-29"), date("2020-01-01")]', Literally((date(2024, 2, 29), date(2020, 1, 1)))),
            ("['b', 'a']", Literally(("b", "a"))),
            ("has(entry.a)", Has(A)),
            ("size(entry.a)", Size(A)),
            ("size(param.x)", Size(Param("x"))),
            ("status_on(entry, as_of)", StatusOn("entry", AsOf())),
            ("status_on(entry, entry.a + days(1))", StatusOn("entry", Shift(A, "days", Literally(1)))),
            ("in_force(entry, as_of)", Call("in_force", (Name("entry"), AsOf()))),
            ("clean()", Call("clean", ())),
            ("trueish.x", Field("trueish", "x")),
            ("entry\n .\n a", A),
        ],
    )
    def test_every_form_is_read(self, text: str, tree: Expr) -> None:
        assert read(text) == tree

    @pytest.mark.parametrize("operator", ["==", "!=", "<", "<=", ">", ">="])
    def test_six_comparisons(self, operator: str) -> None:
        assert read(f"entry.a {operator} entry.b") == Compare(operator, A, B)  # type: ignore[arg-type]
        assert read(f"entry.a{operator}entry.b") == Compare(operator, A, B)  # type: ignore[arg-type]


MISTAKE = "entry.colour == “黑”"


class TestPlaces:
    """A node and a mistake stand where the author wrote them, whatever YAML makes of the scalar."""

    @pytest.mark.parametrize(
        "yaml",
        [
            'is: entry.a == "黑" && entry.b\n',
            'x: 名单\nis: entry.a == "黑" && entry.b  # 注\n',
            'is: entry.a == "黑"\n  && entry.b\n',
            "is: 'entry.a == \"黑\" && entry.b'\n",
            'is: |\n  entry.a == "黑"\n  && entry.b\n',
            'is: |  # 条件\n  entry.a == "黑"\n  && entry.b\n',
            'is: >-\n  entry.a == "黑"\n  && entry.b\nx: 1\n',
            'is: |2\n   entry.a == "黑"\n   && entry.b\n\n# 注\nx: 1\n',
            'x: {y: 名单, z: 1}\n\nis:\n    entry.a == "黑" && entry.b\n',
        ],
    )
    def test_a_node_stands_on_its_own_text(self, yaml: str) -> None:
        assert parse(scalar(yaml)) == And((Compare("==", A, Literally("黑")), B))
        assert marked(yaml, A) == "entry.a"
        assert marked(yaml, Literally("黑")) == '"黑"'
        assert marked(yaml, B) == "entry.b"
        assert marked(yaml, Compare("==", A, Literally("黑"))) == 'entry.a == "黑"'

    def test_in_double_quotes_the_escaped_quotes_are_part_of_the_text(self) -> None:
        yaml = 'x: 名单\nis: "entry.a == \\"黑\\" && entry.b"\n'
        assert parse(scalar(yaml)) == And((Compare("==", A, Literally("黑")), B))
        assert marked(yaml, Literally("黑")) == '\\"黑\\"'[:-1] + '"'
        assert marked(yaml, B) == "entry.b"

    def test_in_single_quotes_a_doubled_quote_is_one(self) -> None:
        yaml = "is: 'entry.a == ''黑'' && entry.b'\n"
        assert parse(scalar(yaml)) == And((Compare("==", A, Literally("黑")), B))
        assert marked(yaml, Literally("黑")) == "''黑''"
        assert marked(yaml, B) == "entry.b"

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_line_ends_of_another_system_move_nothing(self, end: str) -> None:
        yaml = end.join(["x: 名单", "is: |", '  entry.a == "黑"', "  && entry.b", ""])
        assert parse(scalar(yaml)) == And((Compare("==", A, Literally("黑")), B))
        assert marked(yaml, B) == "entry.b"

    @pytest.mark.parametrize(
        ("yaml", "line", "column"),
        [
            (f"is: {MISTAKE}\n", 1, 21),
            (f"名: 单\nis: '{MISTAKE}'\n", 2, 22),
            (f"is: |\n  {MISTAKE}\n", 2, 19),
            (f"is: >\n  true &&\n  {MISTAKE}\n", 3, 19),
            (f'is: "true && \\"a\\" == \\"b\\" && {MISTAKE}"\n', 1, 48),
        ],
    )
    def test_the_caret_stands_under_the_mistake(self, yaml: str, line: int, column: int) -> None:
        found, text = problem(yaml)
        assert found.span is not None
        assert (found.code, found.span.line, found.span.column, text) == ("CR-P015", line, column, "“")

    def test_the_caret_stands_right_under_chinese_text(self) -> None:
        found, _ = problem("甲: 乙\nis: '\"失信黑名单\" == entry.colour = 1'\n")
        shown, caret = found.render("zh").splitlines()[2:4]
        before = shown[: shown.index("= 1")]
        assert caret.index("^") == len(before) + len("失信黑名单")

    def test_an_expression_that_breaks_off_is_marked_behind_its_last_character(self) -> None:
        found, _ = problem(block("entry.a &&\n"))
        assert found.span is not None
        assert (found.message.en, found.span.line, found.span.column) == ("the expression breaks off here", 2, 13)


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "code", "at", "message", "hint"),
        [
            ("entry.a = 1", "CR-P015", "=", "`=` cannot stand in an expression", "equality is written `==`"),
            ("entry.a & entry.b", "CR-P015", "&", "`&` cannot stand in an expression", "and is written `&&`"),
            ("entry.a | entry.b", "CR-P015", "|", "`|` cannot stand in an expression", "or is written `||`"),
            ("entry.a ? 1 : 2", "CR-P015", "?", "`?` cannot stand in an expression", "there is no conditional; write two rules, or use `||`"),
            ("entry.a and entry.b", "CR-P015", "and", "`and` is unexpected here", "write `&&`"),
            ("entry.a or entry.b", "CR-P015", "or", "`or` is unexpected here", "write `||`"),
            ("not entry.a", "CR-P015", "not", "`not` is unexpected here", "write `!`"),
            ("1 < entry.a < 3", "CR-P015", "<", "`<` is unexpected here", "comparisons do not chain; join two of them with `&&`"),
            ("entry.a == （entry.b）", "CR-P015", "（", "`（` cannot stand in an expression", "use the half-width `(`"),
            ("entry.a，entry.b", "CR-P015", "，", "`，` cannot stand in an expression", "use the half-width `,`"),
            ("entry.a == ３", "CR-P015", "３", "`３` cannot stand in an expression", "use the half-width `3`"),
            ("entry.a == 名单", "CR-P015", "名", "`名` cannot stand in an expression", None),
            ("entry.a == 'x", "CR-P015", "'", "a quote that is not closed", None),
            ("entry.a == 'x\n'", "CR-P015", "'", "a quote that is not closed", None),
            (r"entry.a == '\d'", "CR-P015", r"'\d'", r"`\d` is no escape", None),
            ("entry.a == null", "CR-P015", "null", "there is no `null`", "`has(...)` asks whether a fact is known"),
            ("entry.a in []", "CR-P015", "[", "an empty list", "nothing is ever in it"),
            ("entry.a in [entry.b]", "CR-P015", "entry", "a list holds constants only", None),
            ("entry.a in [[1]]", "CR-P015", "[", "a list holds constants only", None),
            ("entry.a in [1, 'x']", "CR-P016", "[", "the values of a list differ in type", None),
            ("entry.a in [1, 1.5]", "CR-P016", "[", "the values of a list differ in type", None),
            ("entry.a in [1, true]", "CR-P016", "[", "the values of a list differ in type", None),
            ("entry.a in [1 2]", "CR-P015", "2", "`,` is expected here", None),
            ("entry.a - days(1) < as_of", "CR-P015", "-", "there is no subtraction", "move the period to the other side and add it"),
            ("entry.a + 3 < as_of", "CR-P042", "3", "a period without its unit", "write `days(3)`, `months(...)` or `years(...)`"),
            ("entry.a + param.x < as_of", "CR-P015", "param", "only a period can follow `+`", "write `+ months(6)`"),
            ("entry.a * 3 < 4", "CR-P015", "*", "`*` cannot stand in an expression", None),
            ("entry.a / 3 < 4", "CR-P015", "/", "`/` cannot stand in an expression", None),
            ("months(3) < 4", "CR-P015", "months", "a period is only added to a date", None),
            ("entry.a.startsWith('x')", "CR-P015", "entry.a.startsWith", "there is no method `startsWith`", "functions are written `size(x)`"),
            ("date('2026-02-29') < as_of", "CR-P018", "date", "there is no such day: `2026-02-29`", None),
            ("date('2026/2/8') < as_of", "CR-P018", "date", "there is no such day: `2026/2/8`", None),
            ("date(entry.a) < as_of", "CR-P015", "date", "the arguments of `date` do not fit", 'write `date("2020-05-26")`'),
            ("has(entry)", "CR-P015", "has", "the arguments of `has` do not fit", "write `has(record.field)`"),
            ("has(param.x)", "CR-P015", "has", "the arguments of `has` do not fit", "write `has(record.field)`"),
            ("size()", "CR-P015", "size", "the arguments of `size` do not fit", "write `size(list)`"),
            ("status_on(entry) == 'x'", "CR-P015", "status_on", "the arguments of `status_on` do not fit", "write `status_on(record, day)`"),
            ("status_on(entry.a, as_of) == 'x'", "CR-P015", "status_on", "the arguments of `status_on` do not fit", "write `status_on(record, day)`"),
            ("9007199254740992 > entry.a", "CR-P026", "9007199254740992", "a number out of range (at most 2^53 - 1)", None),
            ("(entry.a", "CR-P015", "\n", "`)` is expected here", None),
            ("entry.a)", "CR-P015", ")", "`)` is unexpected here", None),
            ("()", "CR-P015", ")", "`)` is unexpected here", None),
            ("entry.a == == entry.b", "CR-P015", "==", "`==` is unexpected here", None),
            ("entry.a in in", "CR-P015", "in", "`in` is unexpected here", None),
            ("entry.", "CR-P015", "\n", "the expression breaks off here", None),
            ("f(entry.a,)", "CR-P015", ")", "`)` is unexpected here", None),
            ("entry.a entry.b", "CR-P015", "entry", "`entry` is unexpected here", None),
        ],
    )  # fmt: skip
    def test_each_mistake_is_marked_and_explained(
        self, text: str, code: str, at: str, message: str, hint: str | None
    ) -> None:
        found, marked_text = problem(block(text))
        assert (found.code, marked_text, found.message.en) == (code, at, message)
        assert (found.help.en if found.help else None) == hint
        assert found.message.zh != found.message.en

    def test_the_length_of_an_expression_is_bounded(self) -> None:
        fits = "entry.a || " * 300 + "entry.b"
        assert len(fits) <= MOST_CHARACTERS
        assert isinstance(read(fits), Or)
        found, _ = problem(block("entry.a || " * 400 + "entry.b"))
        assert (found.code, found.message.en) == ("CR-P028", "an expression of more than 4096 characters")

    @pytest.mark.parametrize(("open_", "close"), [("(", ")"), ("!", ""), ("size(", ")"), ("f(", ")")])
    def test_the_depth_of_an_expression_is_bounded(self, open_: str, close: str) -> None:
        fits = open_ * (MOST_DEPTH - 1) + "entry.a" + close * (MOST_DEPTH - 1)
        read(fits)
        found, _ = problem(quoted(open_ * (MOST_DEPTH + 1) + "entry.a" + close * (MOST_DEPTH + 1)))
        assert (found.code, found.message.en) == ("CR-P028", "an expression nested deeper than 32")

    @pytest.mark.parametrize("text", ["[" * 900, "-" * 900 + "1", "entry.a + days(" * 250])
    def test_no_depth_breaks_the_parser(self, text: str) -> None:
        found, _ = problem(quoted(text))
        assert found.code in ("CR-P015", "CR-P028")


# Trees that the language can write. Nested `&&` and `||` are flat where they are written without parentheses.
UNITS: list[Unit] = ["years", "months", "days"]
words = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Cn"), include_characters="\n\t\"\\'甲"), max_size=5
)
constants = st.one_of(
    st.booleans(),
    st.integers(-MOST_INT, MOST_INT),
    st.decimals(-(10**6), 10**6, places=3, allow_nan=False).map(lambda d: d + Decimal("0.0001")),
    words,
    st.dates(),
).map(Literally)
lists = st.one_of(
    *(st.lists(x, min_size=1, max_size=3).map(tuple).map(Literally) for x in (st.integers(0, 9), words, st.dates()))
)
days = st.deferred(
    lambda: st.sampled_from([AsOf(), A, Name("day")]) | st.builds(Shift, days, st.sampled_from(UNITS), counts)
)
counts = st.integers(0, 99).map(Literally) | st.just(Param("n"))
operands = st.one_of(
    st.sampled_from([A, B, Param("x")]),
    constants,
    days,
    st.builds(StatusOn, st.just("entry"), days),
    st.builds(Size, st.just(A)),
)
leaves = st.one_of(
    st.sampled_from([A, B, C]),
    st.builds(Has, st.sampled_from([A, B])),
    st.builds(Compare, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), operands, operands),
    st.builds(In, operands, lists),
    st.builds(Call, st.just("in_force"), st.tuples(st.just(Name("entry")), days)),
)  # fmt: skip


def flat(kind: type[And | Or], parts: list[Expr]) -> Expr:
    return kind(tuple(parts)) if not any(isinstance(p, kind) for p in parts) else parts[0]


trees: st.SearchStrategy[Expr] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda xs: flat(And, xs)),
        st.lists(inner, min_size=2, max_size=3).map(lambda xs: flat(Or, xs)),
    ),
    max_leaves=6,
)  # fmt: skip


@given(trees)
def test_what_is_written_out_reads_as_the_same_tree(tree: Expr) -> None:
    text = unparse(tree)
    assert parse(scalar(quoted(text))) == tree
    assert unparse(parse(scalar(quoted(text)))) == text


@given(trees)
def test_every_node_stands_on_the_text_that_says_it(tree: Expr) -> None:
    for node in walk(parse(scalar(block(unparse(tree))))):
        assert node.span is not None
        text = node.span.source.text[node.span.start : node.span.end]
        assert read(text) == node


@given(st.text(st.sampled_from(list("ab.()[]!&|=<>,+-\"' 0１名“\\n")) | st.characters(), max_size=30))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    from creditrules.diagnostics import Span

    source = Source("policy.yaml", text)
    given_ = Scalar(text, quoted=False, span=Span(source, 0, len(text)))
    try:
        parse(given_)
    except PolicyError as error:
        (found,) = error.diagnostics
        assert found.span is not None
        assert 0 <= found.span.start <= len(text)
        assert found.render("zh")
