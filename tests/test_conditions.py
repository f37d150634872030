"""A condition in words: right in both languages, and never the words of another condition."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any, get_args

import pytest

from creditrules.diagnostics import Lang, Source, Text
from creditrules.documents import Mapping as MappingNode
from creditrules.documents import Scalar, read_yaml
from creditrules.explanation.conditions import Names, in_words, names_of
from creditrules.explanation.wording import SENTENCES
from creditrules.policy.model import Binder, Definition, Parameter, Policy
from creditrules.policy.parser import parse
from creditrules.policy.program import Bound, Program
from creditrules.policy.syntax import (
    And,
    AsOf,
    Call,
    Compare,
    Expr,
    Field,
    Has,
    In,
    Keyed,
    Literally,
    Name,
    Not,
    Operator,
    Or,
    Param,
    Shift,
    Size,
    StatusOn,
    rewrite,
    walk,
)  # fmt: skip
from tests.support import depth, session_seed
from tests.support.changed_expressions import changed, identity
from tests.support.random_expressions import FIELDS, KINDS, LINK, RECORDS, STATUSES, example
from tests.support.shipped import shipped, shipped_on

LANGS: tuple[Lang, ...] = get_args(Lang)
Records = Mapping[str, str]


@cache
def shipped_names() -> Names:
    return names_of(shipped())


def read(text: str) -> Expr:
    node = read_yaml(Source("policy.yaml", "is: |\n  " + text + "\n"))
    assert isinstance(node, MappingNode)
    found = node.get("is")
    assert isinstance(found, Scalar)
    return parse(found)


def collisions(
    told: Iterable[tuple[Expr, Records]], names: Names, lang: Lang
) -> tuple[dict[str, set[Any]], dict[str, Expr]]:
    """The sentences that different trees give, with what tells these apart; and every sentence with one tree of it."""
    found: dict[str, set[Any]] = {}
    first: dict[str, Expr] = {}
    for expr, records in told:
        sentence = in_words(expr, names, lang=lang, records=records)
        other = first.setdefault(sentence, expr)
        if other is not expr and identity(other) != identity(expr):
            found.setdefault(sentence, {identity(other)}).add(identity(expr))
    return found, first


# The table that somebody wrote by hand

EXPECTED = [
    (
        'entry.colour == "black" && entry.category in param.red_categories',
        "名单记录的名单性质是“黑名单”，且名单记录的名单类别属于参数“认可的守信红名单类别”",
        (
            "the list entry's colour of the list is “black list”, and the list entry's category of the list is listed in "
            "the parameter “the red lists that count”"
        ),
    ),
    (
        'application.received_on <= date("2026-03-01")',
        "申请的收件日不晚于2026年3月1日",
        "the application's day of receipt is no later than 1 March 2026",
    ),
    (
        'application.received_on == date("2020-12-31")',
        "申请的收件日是2020年12月31日",
        "the application's day of receipt is 31 December 2020",
    ),
    (
        'entry.valid_to == date("9999-12-31")',
        "名单记录的有效期止是无终止日",
        "the list entry's last day of validity is an open end",
    ),
    (
        "as_of > entry.effective_from + years(2)",
        "判断日晚于名单记录的有效期起之后2年",
        "the day of the decision is later than 2 years after the list entry's first day of validity",
    ),
    (
        "as_of < entry.document_date + months(1)",
        "判断日早于名单记录的认定文书日期之后1个月",
        "the day of the decision is earlier than 1 month after the list entry's date of the document of recognition",
    ),
    (
        "as_of >= entry.effective_from + years(2) + days(entry.extension_years)",
        "判断日不早于名单记录的有效期起之后2年之后（名单记录的延长年数）日",
        (
            "the day of the decision is no earlier than (the list entry's years of extension) days after 2 years after "
            "the list entry's first day of validity"
        ),
    ),
    (
        "application.area_m2 <= 300 || application.investment_cny < 20000.5",
        "申请的建筑面积不大于300平方米，或者申请的工程投资额小于20000.5元",
        "the application's floor area is at most 300 m², or the application's investment is less than 20000.5 yuan",
    ),
    (
        "entry.extension_years >= 1",
        "名单记录的延长年数不小于1年",
        "the list entry's years of extension is at least 1 (years)",
    ),
    (
        'application.work_type != "fitout"',
        "申请的建设类型不是“装修”",
        "the application's type of works is not “fit-out”",
    ),
    (
        'entry.category in ["building_market"]',
        "名单记录的名单类别属于“建筑市场主体黑名单”",
        "the list entry's category of the list falls under “building-market black list”",
    ),
    (
        'entry.grade in ["minor", "general", "serious"]',
        "名单记录的失信程度是“轻微”、“一般”或者“严重”",
        "the list entry's grade is “minor”, “general” or “serious”",
    ),
    (
        '!(entry.grade in ["minor", "general"])',
        "名单记录的失信程度不是“轻微”、“一般”中的任何一项",
        "the list entry's grade is neither “minor” nor “general”",
    ),
    (
        '"rescue" in application.tags',
        "申请的工程类别标记包括“抢险救灾”",
        "“rescue works” is among the application's tags of the works",
    ),
    (
        "!(entry.category in param.ungraded_categories)",
        "名单记录的名单类别不属于参数“不分失信程度的名单类别”",
        "the list entry's category of the list is not listed in the parameter “the categories that have no grades”",
    ),
    (
        '"new" in param.restricted_work_types',
        "参数“受限制的建设类型（装修仅指高档装修）”包括“新建”",
        "“new building” is listed in the parameter “restricted types of works (of fit-out, only the luxurious)”",
    ),
    (
        "application.luxury_fitout && !param.own_lists_count",
        "申请的“是否高档装修”为是，且参数“本审批机关自己认定的名单是否计入”为否",
        (
            "“whether it is luxury fit-out” is answered yes for the application, and the parameter “whether lists made by the "
            "deciding bureau itself count” is answered no"
        ),
    ),
    (
        "application.luxury_fitout == true",
        "申请的“是否高档装修”等于真",
        "the application's “whether it is luxury fit-out” equals true",
    ),
    (
        "has(entry.id) && !has(entry.grade)",
        "名单记录的名单记录编号已知，且名单记录的失信程度未知",
        "information on the list entry's number of the entry is available, and information on the list entry's grade is missing",
    ),
    (
        "size(application.missing_primary) == 0",
        "申请的“缺少的主要材料”中的项数等于0",
        "the number of items in the application's primary papers that are missing equals 0",
    ),
    (
        'status_on(entry, as_of) in ["active", "disputed"]',
        "名单记录在判断日所处的状态是“在列”或者“异议处理中”",
        "the status of the list entry on the day of the decision is “in force” or “objection pending”",
    ),
    (
        'status_on(black, application.accepted_on) != "disputed"',
        "名单记录`black`在申请的受理日所处的状态不是“异议处理中”",
        "the status of the list entry `black` on the application's day of acceptance is not “objection pending”",
    ),
    (
        "in_force(entry, as_of) && !red_list(black)",
        "名单记录、判断日符合“名单记录在该日有效”，且名单记录`black`不符合“属于认可的守信红名单”",
        (
            "“the entry is in force on the day” applies to the list entry and the day of the decision, and “a red list that "
            "counts” does not apply to the list entry `black`"
        ),
    ),
    (
        'link.role == "actual_controller" || link.from > day',
        "关联关系的类型是“实际控制人”，或者关联关系的起始日晚于该日",
        "the link's role is “actual controller”, or the link's first day is later than the day",
    ),
    (
        'subject.kind == "natural" && (entry.grade == "minor" || !(entry.grade == "serious" && application.pledge_kept))',
        "申请主体的主体类型是“自然人”，且（名单记录的失信程度是“轻微”，或者并非（名单记录的失信程度是“严重”，且申请的“承诺是否履行”为是））",
        (
            "the subject's kind of person is “natural person”, and (the list entry's grade is “minor”, or it is not the case that "
            "(the list entry's grade is “serious”, and “whether the promise was kept” is answered yes for the application))"
        ),
    ),
    (
        '!!has(entry.id) || finding.document_no != ""',
        "并非（名单记录的名单记录编号未知），或者违法行为认定的文书号不是空白",
        (
            "it is not the case that (information on the list entry's number of the entry is missing), or the finding's document "
            "number is not blank"
        ),
    ),
    (
        'finding.document_no == "大建“2020”3号" && entry.colour == "grey" && entry.nothing == param.none_such',
        "违法行为认定的文书号是“大建‘2020’3号”，且名单记录的名单性质是`grey`，且名单记录的`nothing`等于参数`none_such`",
        (
            "the finding's document number is “大建‘2020’3号”, and the list entry's colour of the list is `grey`, and the list "
            "entry's `nothing` equals the parameter `none_such`"
        ),
    ),
]


@pytest.mark.parametrize(("text", "zh", "en"), EXPECTED, ids=[text for text, _, _ in EXPECTED])
def test_a_condition_reads_as_an_official_would_write_it(text: str, zh: str, en: str) -> None:
    names = shipped_names()
    records = {"black": "entry"}
    assert in_words(read(text), names, lang="zh", records=records) == zh
    assert in_words(read(text), names, lang="en", records=records) == en


def test_a_value_by_a_field_names_its_keys_and_values() -> None:
    keyed = Keyed(
        Field("application", "matter"), (("contract_filing", ("judgment_defaulter",)),), ("tax_violation", "unmapped")
    )
    told = [in_words(In(Field("entry", "category"), keyed), shipped_names(), lang=lang) for lang in LANGS]
    assert told == [
        (
            "名单记录的名单类别属于按申请的事项确定的值（“商品房买卖合同备案”：列表（“失信被执行人”）；"
            "其他：列表（“重大税收违法失信主体”、“无法对应的类别”））"
        ),
        (
            "the list entry's category of the list is listed in the value set by the application's matter (“filing of sale "
            "contracts”: the list (“judgment defaulter”); otherwise: the list (“serious tax violation”, “a label that cannot be "
            "mapped”))"
        ),
    ]


def test_a_value_by_itself_is_told_by_its_name() -> None:
    names = shipped_names()
    assert in_words(Field("entry", "id"), names, lang="zh") == "名单记录的名单记录编号"
    assert (
        in_words(read("finding.decided_on + years(3)"), names, lang="en")
        == "3 years after the finding's day of the decision"
    )
    assert in_words(Literally(True), names, lang="zh") == "必然成立"
    assert in_words(Literally(20), names, lang="en") == "20"


# The shipped policy


def written(policy: Policy) -> Iterator[tuple[Expr, Records]]:
    """Every expression of a policy as somebody wrote it."""

    def further(binders: tuple[Binder, ...]) -> Records:
        return {b.alias: b.kind for b in binders}

    for rule in policy.rules:
        yield from ((c.test, further(rule.with_)) for c in rule.when)
        yield from ((e, further(rule.with_)) for e in rule.arguments.values())
        for exception in policy.exceptions_of(rule):
            yield from ((c.test, further(exception.with_)) for c in exception.when)
    for shared in policy.exceptions:
        yield from ((c.test, further(shared.exception.with_)) for c in shared.exception.when)
    for scope in policy.scope:
        yield from ((c.test, {}) for c in scope.when)
    yield from ((d.body, {}) for d in policy.definitions.values())
    for term in policy.terms:
        yield from ((term.where, {}), (term.until, {}))
    for row in policy.lists:
        yield from ((e, {}) for e in (row.where, row.competent.test) if e is not None)
    for due in policy.follow_ups:
        yield from ((e, {}) for e in (*(c.test for c in due.when), *due.arguments.values()))
        clock = due.clock
        if clock is not None:
            yield from ((e, {}) for e in (clock.from_, clock.days, clock.extension, clock.unit) if e is not None)
    for check in policy.checks:
        yield from ((c.test, {}) for c in (*check.when, check.must))
    for parameter in policy.parameters.values():
        yield from ((e, {}) for e in parameter.choose.values())


def lowered(program: Program) -> Iterator[tuple[Expr, Records]]:
    """Every expression of a program, with definitions, parameters and terms written out."""

    def bound(*records: Bound | None) -> Records:
        return {b.alias: b.kind for b in records if b is not None}

    for rule in program.rules:
        own = bound(rule.each, *rule.with_)
        yield from ((e, own) for e in (*(a.test for a in rule.atoms), *rule.arguments.values()))
        for exception in rule.exceptions:
            yield from ((a.test, bound(rule.each, *exception.with_)) for a in exception.atoms)
        for record in (b for b in (rule.each, *rule.with_) if b is not None and b.competent is not None):
            assert record.competent is not None
            yield record.competent.test, bound(record)
    for scope in program.scopes.values():
        yield from ((a.test, {}) for a in scope.atoms)
    for term in program.terms:
        yield from ((term.where, {}), (term.until, {}))
    for due in program.follow_ups:
        yield from ((e, {}) for e in (*(a.test for a in due.atoms), *due.arguments.values()))
        if due.clock is not None:
            yield from ((e, {}) for e in (due.clock.from_, due.clock.days, due.clock.unit))
    for check in program.checks:
        yield from ((a.test, {}) for a in (*check.atoms, check.must))


DAYS = (date(2020, 6, 5), date(2022, 3, 1), date(2024, 7, 1), date(2026, 1, 1))


@cache
def all_shipped() -> list[tuple[Expr, Records]]:
    found = list(written(shipped()))
    for day in DAYS:
        for profile in shipped().profiles:
            found += lowered(shipped_on(day, profile).program)
    # Parts too: they are read by themselves where a decision says on what a condition failed.
    parts = [(node, records) for expr, records in found for node in walk(expr)]
    return list({(identity(e), tuple(r.items())): (e, r) for e, r in parts}.values())


@pytest.mark.parametrize("lang", LANGS)
def test_no_two_conditions_of_the_shipped_policy_read_alike(lang: Lang) -> None:
    same, sentences = collisions(all_shipped(), shipped_names(), lang)
    assert same == {}
    assert len(sentences) > 300
    assert {"`black`", "`red`"} == {n for s in sentences for n in re.findall(r"`[^`]*`", s)}
    bare = [
        s
        for s in sentences
        if re.search(r"[a-z]+_[a-z_]+|\b(param|as_of|entry\.|status_on)\b", re.sub("`[^`]*`", "", s))
    ]
    assert bare == []


def test_where_a_condition_stands_does_not_change_its_words() -> None:
    def moved(node: Expr) -> Expr:
        return replace(node, span=None)

    for expr, records in all_shipped():
        copied = rewrite(expr, moved)
        assert copied == expr
        told = [in_words(e, shipped_names(), lang="zh", records=records) for e in (expr, copied)]
        assert told[0] == told[1]


def test_a_parameter_has_the_words_of_what_it_is_compared_with_or_of_what_it_lists() -> None:
    names = shipped_names()
    told = {
        "qualification_kinds": ("first", "首次申请"),  # compared with constants alone: by what it lists
        "restricted_work_types": ("fitout", "装修"),
        "recognition_statuses": ("effective", "已生效"),
    }
    for name, (word, title) in told.items():
        assert in_words(In(Literally(word), Param(name)), names, lang="zh").endswith(f"包括“{title}”")


# Random conditions


SEED = session_seed()
Titles = dict[str, list[Text]]


def nasty(random_: random.Random, used: list[str]) -> Text:
    """A title made of what sentences are made of, or one that something else has."""
    pieces = [
        part
        for key, text in SENTENCES.items()
        if key.startswith("expr.")
        for part in re.split(r"\{\w+\}", random_.choice(text))
    ]
    pieces += [
        "“",
        "”",
        "‘",
        "’",
        "`",
        "\\",
        "、",
        "（",
        "）",
        "且",
        " and ",
        "甲",
        "x",
        "1",
        " ",
        "\n",
        "\u202e",
        "the ",
        "'s ",
        "",
        "是",
    ]

    def made() -> str:
        again = used and random_.random() < 0.3
        used.append(random_.choice(used) if again else "".join(random_.choices(pieces, k=random_.randint(0, 3))))
        return used[-1]

    return Text(made(), made())


def policy_of(examples: Iterable[Any], title: Any) -> Policy:
    """One policy with what all examples name, and titles that `title` makes."""
    parameters: dict[str, Parameter] = {}
    definitions: dict[str, Definition] = {}
    for one in examples:
        parameters = {**one.policy.parameters, **parameters}
        definitions = {**one.policy.definitions, **definitions}
        base = one.policy

    def words(*names: str) -> dict[str, Text]:
        return {name: title() for name in names}

    def kind(name: str) -> Any:
        fields = {n: replace(f, title=title()) for n, f in KINDS[name].fields.items()}
        fields["status"] = replace(fields["name"], name="status", title=title())
        fields["kind"] = replace(fields["kind"], values=words("a", "b", "图纸"))
        fields["area"] = replace(fields["area"], unit=title())
        return replace(
            KINDS[name], title=title(), fields=fields, history=replace(KINDS[name].history, statuses=words(*STATUSES))
        )

    vocabulary = base.vocabulary
    schema = replace(vocabulary.schema, kinds={n: kind(n) for n in KINDS}, roles=words(*vocabulary.schema.roles))
    return replace(
        base,
        vocabulary=replace(vocabulary, schema=schema),
        parameters={n: replace(p, title=title()) for n, p in parameters.items()},
        definitions={n: replace(d, label=title()) for n, d in definitions.items()},
    )


@cache
def trees(seed: str, count: int, changes: int = 6) -> tuple[list[Expr], list[Any]]:
    """Random conditions, some written out as lowering does, each with some of its small changes; and the examples."""
    random_ = random.Random(seed)
    others = [Field(r, n) for r in RECORDS for n in (*FIELDS, "status")] + [Field("link", n) for n in LINK]
    found: list[Expr] = []
    examples = [example(f"{seed}/{number}") for number in range(count)]

    for one in examples:
        rows = {n: p.values[-1] for n, p in one.policy.parameters.items() if not p.choose}
        by = {n: one.policy.parameters[n].by for n in rows}

        def written_out(node: Expr, rows: Any = rows, by: Any = by) -> Expr:
            if not isinstance(node, Param) or node.name not in rows:
                return node
            row, key = rows[node.name], by[node.name]
            return Keyed(key, tuple(sorted(row.table.items())), row.value) if key else Literally(row.value)

        base = [one.expr, *([rewrite(one.expr, written_out)] if random_.random() < 0.5 else [])]
        for expr in base:
            every = list(changed(expr, random_.sample(others, 2)))
            found += [expr, *random_.sample(every, min(len(every), changes))]
    return found, examples


def varied(style: str, examples: Iterable[Any]) -> Policy:
    random_ = random.Random(f"{SEED}/{style}")
    numbers = iter(range(10**6))
    used: list[str] = ["a", "b", "图纸", "判断日"]
    letters = string.ascii_lowercase

    def unlike() -> Text:
        number = next(numbers)
        word = "".join(letters[number // 26**i % 26] for i in range(3))
        return Text(f"名{word}", f"title {word}")

    titles = {"unlike": unlike, "alike": lambda: Text("甲", "a"), "nasty": lambda: nasty(random_, used)}
    return policy_of(examples, titles[style])


STYLES = ("unlike", "alike", "nasty")


@pytest.mark.parametrize("style", STYLES)
def test_no_two_random_conditions_read_alike(style: str) -> None:
    found, examples = trees(f"{SEED}/random", depth(400, 5_000))
    names = names_of(varied(style, examples))
    for lang in LANGS:
        same, _ = collisions(((e, RECORDS) for e in found), names, lang)
        assert same == {}, lang


def small(random_: random.Random, count: int) -> list[Expr]:
    """Trees of every form over a few leaves: all of the first storey, and some of the second, whatever their types."""
    names: list[Expr] = [Name("entry"), Name("earlier"), Name("day"), Name("other"), AsOf(), Param("p0"), Param("p1")]
    names += [Field("entry", "kind"), Field("earlier", "starts_on"), Field("permit", "flag"), Field("entry", "none")]
    values = [
        Literally(v)
        for v in (True, 1, Decimal(1), "a", "b", "", date(2020, 3, 1), date.max, (), ("a",), ("a", "b"), (1,))
    ]

    def forms(xs: list[Expr], ys: list[Expr]) -> Iterator[Expr]:
        for x, y in product(xs, ys):
            yield from (And((x, y)), Or((x, y)), In(x, y), Shift(x, "years", y), Call("d0", (x, y)), Call("d1", (x, y)))
            yield from (Compare(o, x, y) for o in get_args(Operator))
        for x in xs:
            yield from (
                Not(x),
                Size(x),
                And((x,)),
                Or((x,)),
                StatusOn("entry", x),
                StatusOn("other", x),
                Call("d0", (x,)),
            )
            yield from (
                Not(Not(x)),
                Shift(x, "days", Literally(1)),
                Shift(x, "days", Literally(2)),
                Call("unknown", (x,)),
            )
            if isinstance(x, Field):
                yield from (Has(x), Keyed(x, (), "a"), Keyed(x, (("a", "b"),), ("a",)), Keyed(x, (("a", ("b",)),), "a"))

    first = list(forms(names, names + values)) + list(forms(values, names))
    some = random_.sample(first, count)
    second = [*forms(some, names[:4]), *forms(names[:4], some), *forms(some[:20], some[20:40])]
    return [*names, *values, *first, *random_.sample(second, count * 20), And(()), Or(()), Call("d0", ())]


@pytest.mark.parametrize("style", STYLES)
def test_no_two_small_conditions_read_alike(style: str) -> None:
    _, examples = trees("planted", 60)
    names = names_of(varied(style, examples))
    found = small(random.Random(f"{SEED}/small"), depth(100, 2_500))
    for lang in LANGS:
        same, _ = collisions(((e, RECORDS) for e in found), names, lang)
        assert same == {}, lang


@pytest.mark.parametrize(
    ("sentence", "broken"),
    [
        ("expr.group", "{condition}"), ("expr.quoted", "{text}"), ("expr.not", "并非{condition}"), ("expr.in.one", "{item}是{value}"),
        ("expr.before.not", "{left}不晚于{right}"), ("expr.or", "{first}，且{rest}"),
    ],
)  # fmt: skip
def test_a_sentence_that_says_less_is_found(sentence: str, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SENTENCES, sentence, Text(broken, broken))  # type: ignore[arg-type]
    found, examples = trees("planted", 25, changes=150)
    same, _ = collisions(((e, RECORDS) for e in found), names_of(varied("unlike", examples)), "zh")
    assert same


# Single traps


def shipped_with(**kinds: Text) -> Policy:
    """The shipped policy with other titles of some kinds."""
    vocabulary = shipped().vocabulary
    known = {n: replace(k, title=kinds.get(n, k.title)) for n, k in vocabulary.schema.kinds.items()}
    return replace(shipped(), vocabulary=replace(vocabulary, schema=replace(vocabulary.schema, kinds=known)))


@pytest.mark.parametrize(
    ("title", "zh", "en"),
    [
        (Text("办件", "file"), "办件", "the file"),
        (Text("判断日", "day of the decision"), "记录“判断日”", "the “day of the decision”"),
        (Text("甲，且乙", "a, and b"), "记录“甲，且乙”", "the “a, and b”"),
        (Text("甲的", "x is"), "记录“甲的”", "the “x is”"),
        (Text("“甲”", "x's y"), "记录“‘甲’”", "the “x's y”"),
        (Text("‘甲", "‘x"), "记录“\\‘甲”", "the “\\‘x”"),
        (Text("甲\u202e", "x\n"), "记录“甲\\u{202e}”", "the “x\\u{a}”"),
        (Text("名单记录", "list entry"), "名单记录`application`", "the list entry `application`"),
        (Text("3号", "no 3"), "记录“3号”", "the “no 3”"),
        (Text("", " "), "记录“”", "the “ ”"),
    ],
)
def test_a_title_that_could_be_taken_for_something_else_is_marked(title: Text, zh: str, en: str) -> None:
    names = names_of(shipped_with(application=title))
    assert in_words(Name("application"), names, lang="zh") == zh
    assert in_words(Name("application"), names, lang="en") == en


def numbered(number: str) -> Expr:
    return Compare("==", Field("finding", "document_no"), Literally(number))


@pytest.mark.parametrize(
    ("part", "broken", "one", "other"),
    [
        (
            "_escaped",
            lambda text, _: text,
            And((numbered("1"), numbered("2"))),
            numbered("1”，且违法行为认定的文书号是“2"),
        ),
        ("_told_apart", lambda ts, show: {n: show(t) for n, t in ts.items()}, Name("application"), Name("subject")),
        ("_Plain.fits", lambda *_: True, Name("application"), Field("entry", "colour")),
    ],
)
def test_without_its_care_for_titles_and_texts_two_would_read_alike(
    part: str, broken: Any, one: Expr, other: Expr, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = shipped_with(application=Text("名单记录的名单性质", "x"), subject=Text("名单记录的名单性质", "x"))
    names = names_of(policy)
    assert in_words(one, names, lang="zh") != in_words(other, names, lang="zh")
    monkeypatch.setattr(f"creditrules.explanation.conditions.{part}", broken)
    names = names_of(policy)
    if part == "_Plain.fits":
        names = names_of(shipped_with(application=Text("名单记录的名单性质", "x")))
    assert in_words(one, names, lang="zh") == in_words(other, names, lang="zh")


ALIKE = [
    (Literally("1"), Literally(1)),
    (Literally(1), Literally((1,))),
    (Literally(()), Literally("空列表")),
    (Literally(date(2020, 1, 31)), Literally("2020年1月31日")),
    (Literally(date.max), Literally("无终止日")),
    (Literally(True), Compare("==", Literally(True), Literally(True))),
    (Literally("first"), Literally("首次申请")),
    (Literally("first"), Literally("first grant")),
    (AsOf(), Name("day")),
    (AsOf(), Literally("判断日")),
    (Name("entry"), Literally("名单记录")),
    (Param("red_categories"), Param("认可的守信红名单类别")),
    (Call("defaulter", ()), Call("是失信被执行人", ())),
    (And(()), Or(())),
    (And((Name("a"),)), Or((Name("a"),))),
    (Not(And(())), And((Not(And(())),))),
    (Field("entry", "colour"), Field("entry", "名单性质")),
    (Compare("==", Field("entry", "colour"), Literally("black")), Compare("==", Field("entry", "colour"), Literally("黑名单"))),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE, ids=repr)
def test_what_is_alike_but_not_the_same_reads_differently(one: Expr, other: Expr) -> None:
    names = shipped_names()
    for lang in LANGS:
        assert in_words(one, names, lang=lang) != in_words(other, names, lang=lang)


@pytest.mark.parametrize("sentence", [s for s in SENTENCES if s.startswith("expr.")])
def test_every_pattern_has_the_same_gaps_in_both_languages(sentence: str) -> None:
    zh, en = ({name for _, name, _, _ in string.Formatter().parse(text) if name} for text in SENTENCES[sentence])
    assert zh == en
