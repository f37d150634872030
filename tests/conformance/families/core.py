"""Level 1, core: every fact is known, every source answered, every law carries; no exception, no period."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product
from typing import Any

from tests.conformance.making import (
    ME,
    NAMESAKE,
    OTHER,
    PERSONS,
    SELF,
    THIRD,
    WORDS,
    Family,
    Sketch,
    case,
    competence,
    entry,
    of_entry,
    policy,
    relation,
    rule,
    scope,
)
from tests.conformance.vocabulary import title

LOGIC = policy(
    "core-logic",
    [
        rule("AND", "review", "application.urgent && application.public"),
        rule("OR", "review", "application.urgent || application.public"),
        rule("NOT", "review", "!application.urgent"),
        rule("AND-OR", "review", "application.urgent && (application.public || application.insured)"),
        rule("OR-AND", "review", "application.urgent || application.public && application.insured"),
        rule("NOT-AND", "review", "!(application.urgent && application.public)"),
        rule("NOT-OR", "review", "!(application.urgent || application.public || application.insured)"),
        rule("EQUAL", "review", "application.urgent == application.public"),
        rule("TWO", "review", "application.urgent", "!application.insured"),
    ],
)
FLAGS = ("urgent", "public", "insured")


def logic(values: tuple[Any, ...]) -> Iterator[Sketch]:
    for combination in product(values, repeat=3):
        given = dict(zip(FLAGS, combination, strict=True))
        name = ", ".join(f"{flag} is {WORDS[value]}" for flag, value in given.items())
        if "?" in combination or "?" not in values:
            yield Sketch(name, "core-logic", case(**given))


def _comparisons(field: str, constant: str, prefix: str) -> list[dict[str, Any]]:
    names = {"<": "LT", "<=": "LE", "==": "EQ", "!=": "NE", ">=": "GE", ">": "GT"}
    return [rule(f"{prefix}-{n}", "review", f"{field} {o} {constant}") for o, n in names.items()]


NUMBERS = policy(
    "core-numbers",
    [
        *_comparisons("application.area", "300.5", "AREA"),
        *_comparisons("application.floors", "6", "FLOORS"),
        rule("FIELDS", "review", "application.floors > application.basements"),
        rule("INT", "review", "application.area >= 9007199254740991"),
        rule("KEYED", "review", "application.area > param.least"),
    ],
    parameters={
        "least": {
            "title": title("下限", "least"), "choice": "ours", "by": "matter", "default": 100.5, "values": {"filing": 300.25, "licence": 0.5},
        }
    },
)  # fmt: skip


def numbers() -> Iterator[Sketch]:
    # The amounts that a binary fraction does not tell apart are told apart here.
    areas = (
        "0", "0.000001", "100", "100.000001", "300.25", "300.250001", "300.4", "300.499999", "300.5", "300.50", "300.500000", "300.500001", "300.51",
        "301", "9007199254740990.999999", "9007199254740991", "9007199254740991.000001", "9999999999999999.999999",
    )  # fmt: skip
    for area in areas:
        yield Sketch(f"the area is {area}", "core-numbers", case(area=area, floors=6, basements=6))
    for floors in (-9007199254740991, -1, 0, 5, 6, 7, 9007199254740991):
        for basements in {floors: 0, 0: 0}:
            data = case(area="1", floors=floors, basements=basements)
            yield Sketch(f"{floors} floors and {basements} basements", "core-numbers", data)
    for matter, area in product(
        ("permit", "filing", "licence"), ("0", "0.5", "0.500001", "100.5", "100.6", "300.25", "300.26")
    ):
        data = case(area=area, floors=1, basements=1, matter=matter)
        yield Sketch(f"the least area is that of a {matter}, the area is {area}", "core-numbers", data)


TEXTS = policy(
    "core-texts",
    [
        rule("EQ", "review", 'application.note == "图纸一号"'),
        rule("NE", "review", 'application.note != "图纸一号"'),
        rule("IN", "review", 'application.note in ["图纸一号", "a", "𠮷野", "\u00e9"]'),
        rule("FIELDS", "review", "application.note == application.remark"),
        rule("LISTED", "review", '"a" in application.tags'),
        rule("EMPTY", "review", "size(application.tags) == 0"),
        rule("TWO", "review", "size(application.tags) >= 2"),
        rule("PARAM", "review", "application.purpose in param.purposes"),
        rule("WORD", "review", "application.purpose != param.purpose"),
        rule("QUOTES", "review", r'application.note == "a\"b\\c"'),
    ],
    parameters={
        "purposes": {"title": title("用途", "purposes"), "choice": "ours", "value": ["trade"]},
        "purpose": {"title": title("用途", "purpose"), "choice": "ours", "value": "trade"},
    },
)


def texts() -> Iterator[Sketch]:
    words = {
        "the same Chinese text": "图纸一号", "a traditional character for a simplified one": "圖紙一号", "a space at the end": "图纸一号 ",
        "a space at the beginning": " 图纸一号", "an ideographic space inside": "图纸　一号", "a digit for the numeral": "图纸1号",
        "a full-width digit for the numeral": "图纸１号", "a longer text": "图纸一号之二", "a shorter text": "图纸一", "a lower letter": "a",
        "a capital letter": "A", "a full-width letter": "ａ", "a character outside the basic plane": "𠮷野", "its look-alike": "吉野",
        "a composed accent": "\u00e9", "a decomposed accent": "e\u0301", "quotes and a backslash": 'a"b\\c', "only the quotes": "a\"bc",
    }  # fmt: skip
    for what, word in words.items():
        yield Sketch(f"{what}: {word}", "core-texts", case(note=word, remark="图纸一号", tags=["b"], purpose="home"))
        yield Sketch(f"{what}, in both fields", "core-texts", case(note=word, remark=word, tags=["b"], purpose="trade"))
    pairs = {
        "capital and lower letters differ": ("Ab", "ab"), "full-width and half-width digits differ": ("图纸１号", "图纸1号"),
        "characters outside the basic plane differ": ("𠮷", "𡈽"), "simplified and traditional differ": ("图纸", "圖紙"),
        "accents composed and decomposed differ": ("\u00e9", "e\u0301"), "a space at the end makes a difference": ("图纸", "图纸 "),
        "brackets of two widths differ": ("图纸(一)", "图纸（一）"), "equal texts are equal": ("图纸（一）", "图纸（一）"),
    }  # fmt: skip
    for what, (one, other) in pairs.items():
        yield Sketch(f"two fields: {what}", "core-texts", case(note=one, remark=other, tags=[], purpose="home"))
    lists = ([], ["a"], ["b"], ["A"], ["a", "b"], ["b", "a"], ["a", "a"], ["b", "b"], ["ab"], ["c", "b", "a"])
    for listed in lists:
        data = case(note="b", remark="a", tags=listed, purpose="home")
        yield Sketch(f"the list {listed or 'that is known to be empty'}", "core-texts", data)


RECORDS = policy(
    "core-records",
    [
        of_entry("BLACK", "deny", 'entry.colour == "black"'),
        of_entry("TAX", "restrict", 'entry.colour == "black" && entry.category == "tax"'),
        of_entry("RED", "early", 'entry.colour == "red"'),
        of_entry("LARGE", "review", "entry.amount > 1000 && application.public"),
        of_entry(
            "BESIDE", "notify", 'entry.colour == "red"', 'other.colour == "black" && other.category == entry.category',
            then={"arguments": {"to": '"office"', "until": "as_of"}}, **{"with": {"other": {"each": "entry", "persons": SELF}}},
        ),
    ],
)  # fmt: skip


def records() -> Iterator[Sketch]:
    of = {
        "black tax": entry(1, amount="1000.01"), "black wages": entry(2, category="wages", amount="1000"),
        "red tax": entry(3, colour="red", amount="1"), "red wages": entry(4, colour="red", category="wages", amount="2000"),
    }  # fmt: skip
    for count in range(4):
        for names in permutations(of, count):
            what = " then ".join(names) or "no entry"
            yield Sketch(f"entries: {what}", "core-records", case(*(of[n] for n in names), public=count != 2))
    one, two = entry(1, amount="5000"), entry(9, amount="5000")
    yield Sketch("two entries that say the same give two conclusions", "core-records", case(one, two, public=True))
    yield Sketch("an entry of a stranger", "core-records", case(entry(1, subject=OTHER, amount="5000"), public=True))


MEASURES = policy(
    "core-measures",
    [
        rule("DENY", "deny", "application.urgent"),
        rule("RESTRICT", "restrict", "application.public"),
        rule("HOLD", "hold", "application.insured"),
        rule("REVIEW", "review", "application.small"),
        rule("FAST", "fast", 'application.purpose == "home"', mode="may"),
        rule("EARLY", "early", '"early" in application.tags', mode="may"),
        rule("NOTIFY", "notify", '"notify" in application.tags', then={"arguments": {"to": "application.purpose"}}),
        rule("AGAIN", "notify", '"notify" in application.tags', then={"arguments": {"to": '"home"'}}),
        rule("ADVISE", "advise", '"advise" in application.tags'),
    ],
)


def measures() -> Iterator[Sketch]:
    """Of equals, `restrict` and `hold`, the one named first in the vocabulary is the headline."""
    names = ("urgent", "public", "insured", "small")
    for flags in product((False, True), repeat=4):
        for purpose, tags in (
            ("trade", []),
            ("home", []),
            ("trade", ["early"]),
            ("home", ["early", "notify"]),
            ("trade", ["notify", "advise"]),
        ):
            given = dict(zip(names, flags, strict=True))
            burdens = [n for n, on in zip(("deny", "restrict", "hold", "review"), flags, strict=True) if on]
            beside = [*(["fast"] if purpose == "home" else []), *tags]
            what = f"burdens {', '.join(burdens) or 'none'}; beside them {', '.join(beside) or 'nothing'}"
            yield Sketch(what, "core-measures", case(purpose=purpose, tags=tags, **given))


MATTERS = policy(
    "core-matters",
    [
        rule("PERMIT", "review", matters=["permit"], groups=["works"]),
        rule("LISTED", "restrict", "application.urgent", matters=["param.matters"], groups=["works"]),
        rule("EVERY", "hold", "application.public", groups=["other"]),
        rule("FAST", "fast", "application.insured", groups=["other"]),
        rule("FREE", "advise", "application.insured"),
        rule("WORKS-FAST", "early", "application.insured", groups=["works"]),
    ],
    parameters={"matters": {"title": title("事项", "matters"), "choice": "ours", "value": ["filing", "licence"]}},
    scope=[
        scope("SMALL", "application.small", ["works"]),
        scope("HOME", 'application.purpose == "home"', ["other"], matters=["filing"]),
    ],
)


def matters() -> Iterator[Sketch]:
    for matter in ("permit", "filing", "licence"):
        for urgent, public, insured, small in product((False, True), repeat=4):
            for purpose in ("home", "trade") if matter == "filing" else ("home",):
                given = {"urgent": urgent, "public": public, "insured": insured, "small": small}
                on = ", ".join(n for n, true in given.items() if true)
                what = f"a {matter} for {purpose}: {on or 'nothing holds'}"
                yield Sketch(what, "core-matters", case(matter=matter, purpose=purpose, **given))


LINKS = policy(
    "core-links",
    [
        of_entry("SELF", "deny", 'entry.colour == "black"'),
        of_entry("OWN", "restrict", 'entry.colour == "black"', persons=["legal_representative_of_holder"]),
        of_entry("OTHERS", "review", 'entry.colour == "black"', persons=["holder_is_legal_representative", "self"]),
        of_entry("CONTROL", "hold", "link.shareholder", persons=["actual_controller_of_holder"]),
        of_entry("ANY", "advise", 'link.role in ["legal_representative", "self"]', persons=PERSONS),
        of_entry("REGISTER", "advise", 'link.source == "companies"', persons=PERSONS),
        of_entry("NAMESAKE", "advise", "true", persons=["same_name"]),
    ],
)


def links() -> Iterator[Sketch]:
    def asked(holder: dict[str, str], *relations: Any) -> dict[str, Any]:
        return case(entry(1, subject=holder), relations=relations)

    yield Sketch("an entry of the person itself", "core-links", asked(ME))
    yield Sketch("an entry of a stranger", "core-links", asked(OTHER))
    yield Sketch("an entry of a stranger of the same name", "core-links", asked(NAMESAKE))
    yield Sketch("an entry without name under another code", "core-links", asked({"uscc": OTHER["uscc"]}))
    yield Sketch("the code counts, not the name", "core-links", asked({"name": "别的名称", "uscc": ME["uscc"]}))
    for role in ("legal_representative", "actual_controller"):
        for evidenced, shareholder in product((True, False), repeat=2):
            more = {"evidenced": evidenced, "shareholder": shareholder}
            told = f"{'' if evidenced else 'not '}evidenced, {'' if shareholder else 'no '}shareholder"
            mine, theirs = relation(ME, role, OTHER, **more), relation(OTHER, role, ME, **more)
            yield Sketch(f"the person is {role} of the holder, {told}", "core-links", asked(OTHER, mine))
            yield Sketch(f"the holder is {role} of the person, {told}", "core-links", asked(OTHER, theirs))
    both = [relation(ME, "legal_representative", OTHER), relation(ME, "actual_controller", OTHER, shareholder=True)]
    yield Sketch("two roles give two conclusions", "core-links", asked(OTHER, *both))
    yield Sketch("the order of relations does not matter", "core-links", asked(OTHER, *both[::-1]))
    crossed = [relation(ME, "legal_representative", OTHER), relation(OTHER, "legal_representative", ME)]
    yield Sketch("each is the legal representative of the other", "core-links", asked(OTHER, *crossed))
    yield Sketch(
        "a relation between two others", "core-links", asked(OTHER, relation(THIRD, "legal_representative", OTHER))
    )
    strangers = relation(OTHER, "legal_representative", THIRD)
    yield Sketch("an entry of somebody whom a stranger represents", "core-links", asked(THIRD, strangers))
    yield Sketch("an entry of a stranger who represents another", "core-links", asked(OTHER, strangers))
    chain = [relation(ME, "legal_representative", OTHER), relation(OTHER, "legal_representative", THIRD)]
    yield Sketch("a relation of relations does not reach", "core-links", asked(THIRD, *chain))
    twice = [relation(ME, "legal_representative", OTHER), relation(ME, "legal_representative", OTHER, shareholder=True)]
    yield Sketch("the same role told twice otherwise gives two conclusions", "core-links", asked(OTHER, *twice))
    yield Sketch("the same relation told twice is one", "core-links", asked(OTHER, twice[0], twice[0]))
    yield Sketch(
        "a relation of the person to itself is none", "core-links", asked(ME, relation(ME, "legal_representative", ME))
    )
    register = relation(ME, "legal_representative", OTHER, source="newspaper")
    yield Sketch("a relation that another source tells", "core-links", asked(OTHER, register))
    linked = relation(ME, "legal_representative", NAMESAKE)
    yield Sketch("whoever is linked is no mere namesake", "core-links", asked(NAMESAKE, linked))


COMPETENT = policy(
    "core-authority",
    [
        of_entry("BLACK", "deny", 'entry.colour == "black"'),
        of_entry("RED", "early", 'entry.colour == "red"'),
    ],
    lists=[
        competence('entry.authority == "tax"', where={"category": ["tax"]}),
        competence('entry.authority == "court"', where={"category": ["wages"], "grade": ["serious"]}),
        competence('entry.authority in ["tax", "court"] && entry.document != "无"', otherwise=True),
    ],
)


def competent() -> Iterator[Sketch]:
    for category, grade, authority in product(("tax", "wages", "honest"), ("minor", "serious"), ("court", "tax")):
        colour = "red" if category == "honest" else "black"
        one = entry(1, category=category, grade=grade, authority=authority, colour=colour, document="号")
        yield Sketch(f"a {grade} entry for {category} made by the {authority}", "core-authority", case(one))
    yield Sketch(
        "a list of no row, whose document does not count",
        "core-authority",
        case(entry(1, category="honest", document="无")),
    )


FAMILIES = (
    Family("core", "core-logic", "and, or, not over known facts", LOGIC, tuple(logic((True, False)))),
    Family(
        "core",
        "core-numbers",
        "comparisons of decimals and whole numbers, and parameters by matter",
        NUMBERS,
        tuple(numbers()),
    ),
    Family("core", "core-texts", "equality of texts, membership and size of lists", TEXTS, tuple(texts())),
    Family("core", "core-records", "one conclusion for each record, and a second record", RECORDS, tuple(records())),
    Family("core", "core-measures", "the headline among measures", MEASURES, tuple(measures())),
    Family(
        "core", "core-matters", "rules for some matters, and what scope rules switch off", MATTERS, tuple(matters())
    ),
    Family("core", "core-links", "whose record it is, by code and relation", LINKS, tuple(links())),
    Family(
        "core", "core-authority", "records that an authority made that is not competent", COMPETENT, tuple(competent())
    ),
)
