"""Damage policies and records as people and programs do: by structure, so that they stay YAML or JSON, and in their text.

A tree is what `creditrules.documents.plain` makes of a file: dicts, lists and text, where `Plain` stands without quotes.
A mutator changes a tree or text with the generator that it is given, and returns None where it found nothing to change.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import yaml

from creditrules.documents import Plain

Tree = Any
Slot = tuple[Any, Any]
"""A container and the key or index under which it holds something."""


# What is walked over


def slots(tree: Tree) -> list[Slot]:
    """Every place below the root, outermost first."""
    found: list[Slot] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop(0)
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        for key in keys:
            found.append((node, key))
            waiting.append(node[key])
    return found


def texts(tree: Tree) -> list[Slot]:
    return [(c, k) for c, k in slots(tree) if isinstance(c[k], str)]


def _named(tree: Tree) -> list[Slot]:
    return [(c, k) for c, k in slots(tree) if isinstance(c, dict)]


def _one(random: Random, among: list[Any]) -> Any:
    return random.choice(among) if among else None


def _rename(container: dict[Any, Any], old: str, new: str) -> None:
    """Under another name, at the same place."""
    pairs = [(new if key == old else key, value) for key, value in container.items()]
    container.clear()
    container.update(pairs)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def same_kind(text: str, old: str) -> str:
    """Without quotes where the old text had none and YAML reads the new one as the same text."""
    if not isinstance(old, Plain) or re.search(r": |:$| #|[\n\r\t]|^[-?!&*\[\]{},|>@`'\"%#]|^\s|\s$|^$", text):
        return text
    return Plain(text)


# Mutators of structure, for policies and records alike


def drop_key(tree: Tree, random: Random) -> str | None:
    slot = _one(random, _named(tree))
    if slot is None:
        return None
    del slot[0][slot[1]]
    return f"drop {slot[1]!r}"


def drop_item(tree: Tree, random: Random) -> str | None:
    slot = _one(random, [(c, k) for c, k in slots(tree) if isinstance(c, list)])
    if slot is None:
        return None
    del slot[0][slot[1]]
    return f"drop item {slot[1]}"


def under_another_name(tree: Tree, random: Random) -> str | None:
    slot = _one(random, _named(tree))
    if slot is None:
        return None
    container, key = slot
    new = random.choice([f"{key}_2", f"{key}s", key.upper(), "x", "甲"])
    container[new] = copy.deepcopy(container[key])
    return f"{key!r} again as {new!r}"


def rename_key(tree: Tree, random: Random) -> str | None:
    slot = _one(random, _named(tree))
    if slot is None or not slot[1]:
        return None
    container, key = slot
    at = random.randrange(len(key))
    new = random.choice(
        [
            key[:at] + key[at + 1 :],
            key[:at] + key[at] + key[at:],
            key[:at] + key[at + 1 : at + 2] + key[at] + key[at + 2 :],
            key.upper(),
            key.capitalize(),
            full_width(key),
            key.replace("_", "-"),
            key + " ",
            key[:at] + "\u200b" + key[at:],
            "长" * 3000,
            "",
            "<<",
            "null",
            "__class__",
        ]
    )
    _rename(container, key, new)
    return f"rename {key!r} to {new[:40]!r}"


def swap_values(tree: Tree, random: Random) -> str | None:
    """Two values of scalars, or of anything where neither holds the other."""
    found = texts(tree) if random.random() < 0.7 else slots(tree)
    if len(found) < 2:
        return None
    (a, i), (b, j) = random.sample(found, 2)
    one, other = a[i], b[j]
    if _holds(one, other) or _holds(other, one):
        return None
    a[i], b[j] = other, one
    return f"swap {i!r} and {j!r}"


def _holds(one: Tree, other: Tree) -> bool:
    return isinstance(one, (dict, list)) and (one is other or any(c[k] is other for c, k in slots(one)))


def nest(depth: int, *, lists: bool) -> Tree:
    value: Tree = "x"
    for _ in range(depth):
        value = [value] if lists else {"k": value}
    return value


HIDDEN = [
    "\x00",
    "\x07",
    "\x1b[31m",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u0085",
    "\u2028",
    "\U000e0041",
]
VALUES: dict[str, Callable[[Random], Tree]] = {
    "null": lambda _: None,
    "bool": lambda r: r.choice([True, False]),
    "int": lambda r: r.choice([0, -1, 1, 7, 2020, 20200601]),
    "huge int": lambda r: r.choice([2**31, 2**63, 10**18, -(10**30), 10**400, 10**4999]),
    "float": lambda r: r.choice([1.5, -0.0, 1e308, 1e17, Plain("1e999"), Plain("-1E-400"), Plain("1_000.5")]),
    "empty text": lambda _: "",
    "5,000 characters": lambda r: r.choice(["长", "x", "9", " ", "\U0001f409"]) * 5000,
    "list": lambda r: r.choice([[], ["x"], [[]], [None], [{}], ["x", 1, None]]),
    "mapping": lambda r: r.choice([{}, {"x": "y"}, {"": ""}, {"id": {"id": "x"}}]),
    "deep nest": lambda r: nest(r.choice([5, 25, 38, 45, 120]), lists=r.random() < 0.5),
    "hidden characters": lambda r: "甲" + r.choice(HIDDEN) + "乙",
    "word": lambda r: Plain(r.choice(["yes", "no", "on", "NULL", "~", "0x1f", "012", "1:30", ".nan", ".inf", "open"])),
}


def replace_value(tree: Tree, random: Random) -> str | None:
    slot = _one(random, slots(tree))
    if slot is None:
        return None
    container, key = slot
    name = random.choice(sorted(VALUES))
    container[key] = VALUES[name](random)
    return f"{key!r} becomes {name}"


def hide_characters(tree: Tree, random: Random) -> str | None:
    slot = _one(random, texts(tree))
    if slot is None:
        return None
    container, key = slot
    old, at = container[key], random.randrange(len(container[key]) + 1)
    character = random.choice(HIDDEN)
    container[key] = str(old[:at] + character + old[at:])
    return f"U+{ord(character[0]):04X} in {key!r}"


DATES = [
    "2026-02-29", "0000-01-01", "0001-01-01", "9999-12-31", "9999-12-30", "open", "pending", "none", "2020-6-1", "2020/06/01",
    "2020年6月1日", "20200601", "2020-06-01T00:00:00Z", "２０２０-06-01", "2020-13-01", "1900-01-01", "-2020-06-01", "null",
]  # fmt: skip


def change_date(tree: Tree, random: Random) -> str | None:
    slot = _one(random, [(c, k) for c, k in texts(tree) if re.fullmatch(r"\d{4}-\d\d-\d\d|open|pending", c[k])])
    if slot is None:
        return None
    container, key = slot
    new = random.choice(DATES)
    container[key] = Plain(new) if isinstance(container[key], Plain) else new
    return f"{key!r} becomes {new}"


def lengthen(tree: Tree, random: Random) -> str | None:
    slot = _one(random, [(c, k) for c, k in slots(tree) if isinstance(c[k], list) and c[k]])
    if slot is None:
        return None
    container, key = slot
    times = 10 if random.random() < 0.8 else 10_001
    # The copies are the same objects: nothing changes them afterwards.
    container[key] = [item for _ in range(times) for item in container[key]][: max(times, 10_001)]
    return f"{key!r} {times} times"


def move(tree: Tree, random: Random) -> str | None:
    found = slots(tree)
    if len(found) < 2:
        return None
    container, key = random.choice(found)
    moved = container[key]
    into = _one(random, [c for c, _ in found if c is not container and not _holds(moved, c)])
    if into is None:
        return None
    del container[key]
    if isinstance(into, dict):
        into[str(key)] = moved
    else:
        into.insert(random.randrange(len(into) + 1), moved)
    return f"move {key!r}"


def same_id(tree: Tree, random: Random) -> str | None:
    found = [(c, k) for c, k in texts(tree) if k == "id"]
    if len(found) < 2:
        lists = [c[k] for c, k in slots(tree) if isinstance(c[k], list) and c[k] and isinstance(c[k][0], dict)]
        many = _one(random, lists)
        if many is None:
            return None
        many.append(copy.deepcopy(random.choice(many)))
        return "an item twice"
    (a, i), (b, j) = random.sample(found, 2)
    a[i] = b[j]
    return "the same id twice"


# Mutators of policies only

_TOKEN = re.compile(r'"[^"]*"|\w+(?:\.\w+)*|==|!=|<=|>=|&&|\|\||\S')
OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "&&", "||", "in", "+", "-", "!", "*", "?", "=", "and", "，", "＝＝"]
FIELDS = [
    "entry.colour", "entry.valid_to", "entry.effective_from", "entry.prior_notice", "entry.nothing", "entry", "entry.subject.name", "as_of",
    "application.area_m2", "application.accepted_on", "application.tags", "application.tolerance_pledge.due_on", "subject.kind",
    "finding.id", "link.role", "param.black_categories", "param.nothing", "param", "true", "null", "1", '"black"', '"甲"', '""',
    "[]", '["black", 1]', "in_force(entry, as_of)", "has(entry.grade)", "status_on(entry, as_of)", "size(application.tags)",
    "days(9999999)", "days(-1)", "months(1)", 'date("2026-02-29")', 'date("9999-12-31")', "９", "99999999999999999999", "1.5", "--1",
]  # fmt: skip


def _expressions(tree: Tree) -> list[Slot]:
    return [
        (c, k)
        for c, k in texts(tree)
        if k in {"is", "until"} or re.search(r"==|&&|\|\||<=|\w\(\w", c[k]) or c[k].startswith("param.")
    ]


def edit_expression(tree: Tree, random: Random) -> str | None:
    slot = _one(random, _expressions(tree))
    if slot is None:
        return None
    container, key = slot
    old = container[key]
    tokens = _TOKEN.findall(old)
    if not tokens:
        return None
    at = random.randrange(len(tokens))
    operators = [n for n, t in enumerate(tokens) if t in OPERATORS]
    what = random.choice(
        ["drop", "double", "swap", "operator", "operand", "operand", "parentheses", "long", "negate", "unbalanced"]
    )
    match what:
        case "drop":
            del tokens[at]
        case "double":
            tokens.insert(at, tokens[at])
        case "swap":
            other = random.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        case "operator":
            tokens[random.choice(operators) if operators else at] = random.choice(OPERATORS)
        case "operand":
            operands = [n for n, t in enumerate(tokens) if re.match(r'["\w]', t)]
            tokens[random.choice(operands) if operands else at] = random.choice(FIELDS)
        case "parentheses":
            depth = random.choice([5, 20, 40, 400])
            tokens = ["("] * depth + tokens + [")"] * depth
        case "long":
            times = random.choice([20, 120, 2000])
            tokens = [t for n in range(times) for t in ([random.choice(["&&", "||", "+", "=="])] if n else []) + tokens]
        case "negate":
            tokens = ["!"] * random.choice([1, 2, 60]) + ["(", *tokens, ")"]
        case _:
            tokens.insert(at, random.choice("()[]{}\"'.,;：“”（）"))
    container[key] = same_kind(" ".join(tokens), old)
    return f"expression: {what}"


def uses_itself(tree: Tree, random: Random) -> str | None:
    """A definition that calls itself, or one that calls it, or a parameter that chooses by itself."""
    definitions, parameters = (
        section if isinstance(tree, dict) and isinstance(section := tree.get(name), dict) else {}
        for name in ("definitions", "parameters")
    )
    found = [n for n, d in definitions.items() if isinstance(d, dict)]
    choosing = [d for d in parameters.values() if isinstance(d, dict) and isinstance(d.get("choose"), dict)]
    if not found and not choosing:
        return None
    if choosing and (not found or random.random() < 0.3):
        chosen = random.choice(choosing)
        names = [n for n, d in parameters.items() if d is chosen]
        chosen["choose"][random.choice(sorted(chosen["choose"]))] = f"param.{names[0]}"
        return "a parameter that chooses itself"
    name, called = random.choice(found), random.choice(found)
    expressions = _expressions(definitions[name])
    slot = _one(random, expressions)
    if slot is None:
        return None
    container, key = slot
    arguments = ", ".join(re.findall(r"\b(?:entry|application|finding|as_of|day)\b", container[key])[:1] or ["as_of"])
    container[key] = f"{called}({arguments}) || ({container[key]})"
    return f"{name} uses {called}"


# Mutators of records only

_CODES = {"uscc", "id_no", "org_code", "permit_no", "project_code", "registration_no", "number"}
_CODE = re.compile(r"[0-9A-Za-z]{9,}")


def change_code(tree: Tree, random: Random) -> str | None:
    found = [
        (c, k) for c, k in texts(tree) if k in _CODES or (_CODE.fullmatch(c[k]) and sum(x.isdigit() for x in c[k]) > 7)
    ]
    slot = _one(random, found)
    if slot is None or not slot[0][slot[1]]:
        return None
    container, key = slot
    code = str(container[key])
    at = random.randrange(len(code))
    new: Any
    what, new = random.choice(
        [
            ("lower case", code.lower()),
            ("full width", full_width(code)),
            ("spaced", " ".join(code[n : n + 4] for n in range(0, len(code), 4))),
            ("with hyphens", "-".join(code[n : n + 6] for n in range(0, len(code), 6))),
            ("one digit wrong", code[:at] + ("1" if code[at] != "1" else "2") + code[at + 1 :]),
            ("17 characters", code[:17]),
            ("19 characters", code + "0"),
            ("number", int(code) if code.isdigit() else 999999197001010017),
            ("1e17", 1e17),
            ("float", float(999999197001010017)),
            ("text like a float", "9.99999197001E+17"),
            ("letters O and I", code.replace("0", "O").replace("1", "I")),
            ("under another key", {"uscc": code}),
            ("twice", code + code),
            ("with text", f"代码：{code}。"),
            ("list", [code]),
            ("with a zero-width space", code[:at] + "\u200b" + code[at:]),
            ("key of another document", None),
        ]
    )
    if what == "key of another document":
        _rename(container, key, random.choice(sorted(_CODES - {key}))) if isinstance(container, dict) else None
    else:
        container[key] = new
    return f"{key!r}: {what}"


# Mutators of text


def _somewhere(data: bytes, random: Random) -> int:
    return random.randrange(len(data) + 1)


def _inserted(data: bytes, what: bytes, at: int) -> bytes:
    return data[:at] + what + data[at:]


def _line_start(data: bytes, random: Random) -> int:
    return random.choice([0, *(m.end() for m in re.finditer(rb"\n", data))])


def _after(data: bytes, random: Random, pattern: bytes) -> int:
    return random.choice([m.end() for m in re.finditer(pattern, data)] or [len(data)])


def flip_bytes(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice([1, 1, 3, 20])):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def delete_bytes(data: bytes, random: Random) -> bytes:
    at = _somewhere(data, random)
    return data[:at] + data[at + random.choice([1, 2, 10, 200]) :]


def insert_bytes(data: bytes, random: Random) -> bytes:
    what = random.choice(
        [bytes(random.randrange(32, 127) for _ in range(random.choice([1, 5]))), b"\n", b" ", b"x" * 5000]
    )
    return _inserted(data, what, _somewhere(data, random))


def truncate(data: bytes, random: Random) -> bytes:
    return data[: random.choice([0, 1, _somewhere(data, random), _somewhere(data, random), len(data) - 1])]


def invalid_utf8(data: bytes, random: Random) -> bytes:
    if random.random() < 0.2:
        return data.decode("utf-8").encode(random.choice(["gb18030", "utf-16", "utf-16-le", "utf-32"]))
    return _inserted(
        data, random.choice([b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"]), _somewhere(data, random)
    )


def tab(data: bytes, random: Random) -> bytes:
    at = _line_start(data, random)
    return _inserted(data, b"\t", random.choice([at, _somewhere(data, random)]))


def line_ends(data: bytes, random: Random) -> bytes:
    return data.replace(
        b"\n", random.choice([b"\r\n", b"\r", "\u2028".encode(), "\u0085".encode()]), random.choice([-1, 1, 7])
    )


def byte_order_mark(data: bytes, random: Random) -> bytes:
    return _inserted(data, b"\xef\xbb\xbf", random.choice([0, 0, _somewhere(data, random)]))


def nul(data: bytes, random: Random) -> bytes:
    return _inserted(data, b"\0", _somewhere(data, random))


def hidden(data: bytes, random: Random) -> bytes:
    return _inserted(data, random.choice(HIDDEN).encode(), _somewhere(data, random))


def anchor(data: bytes, random: Random) -> bytes:
    data = _inserted(data, random.choice([b"&a ", b"*a ", b"&a &b "]), _after(data, random, rb": (?=\w)"))
    return data + random.choice([b"", b"x: *a\n", b"<<: *a\n", b"<<: [*a, *a]\n"])


def tag(data: bytes, random: Random) -> bytes:
    what = random.choice([b"!!python/object/apply:os.system ", b"!!str ", b"!x ", b"!<tag:yaml.org,2002:int> ", b"!"])
    return _inserted(data, what, _after(data, random, rb": (?=\w)"))


def second_document(data: bytes, random: Random) -> bytes:
    return random.choice(
        [data + b"---\nx: 1\n", b"---\n" + data + b"...\n---\n", data + b"...\nx", b"%YAML 1.1\n---\n" + data]
    )


def unbalanced_bracket(data: bytes, random: Random) -> bytes:
    return _inserted(
        data, random.choice([b"[", b"]", b"{", b"}", b"'", b'"', b"[" * 60, b"{" * 3000]), _somewhere(data, random)
    )


def full_width_punctuation(data: bytes, random: Random) -> bytes:
    text = data.decode("utf-8")
    found = [m.start() for m in re.finditer(r"[:,\[\]{}\"'#-]", text)]
    at = random.choice(found) if found else 0
    return (text[:at] + {'"': "“", "'": "‘"}.get(text[at], full_width(text[at])) + text[at + 1 :]).encode()


def repeated_line(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    return b"\n".join([*lines[: at + 1], lines[at], *lines[at + 1 :]])


def _json_member(data: bytes, random: Random, member: bytes) -> bytes:
    return _inserted(data, member, _after(data, random, rb"\{"))


def json_repeated_key(data: bytes, random: Random) -> bytes:
    keys = re.findall(rb'"\w+"(?=: )', data) or [b'"id"']
    return _json_member(data, random, random.choice(keys) + b": 1, ")


def json_constant(data: bytes, random: Random) -> bytes:
    word = random.choice([b"NaN", b"Infinity", b"-Infinity", b"nan", b"undefined", b"None", b"True"])
    if random.random() < 0.5:
        return _inserted(data, word + b", ", _after(data, random, rb"\["))
    return _json_member(data, random, b'"grade": ' + word + b", ")


def json_trailing_comma(data: bytes, random: Random) -> bytes:
    return _inserted(
        data, random.choice([b",", b",,"]), random.choice([m.start() for m in re.finditer(rb"[\]}]", data)] or [0])
    )


def json_comment(data: bytes, random: Random) -> bytes:
    return _inserted(data, random.choice([b"// x\n", b"/* x */", b"# x\n"]), _after(data, random, rb"[,{]"))


def json_deep(data: bytes, random: Random) -> bytes:
    depth = random.choice([30, 200, 900, 5_000, 100_000])
    opened, closed = random.choice([(b"[", b"]"), (b'{"k":', b"}")])
    value = opened * depth + b"1" + closed * random.choice([depth, depth, 0])
    return random.choice([value, _json_member(data, random, b'"x": ' + value + b", "), _json_member(data, random, b'"entries": ' + value + b", ")])  # fmt: skip


def json_surrogate(data: bytes, random: Random) -> bytes:
    what = random.choice([rb"\ud800", rb"\udfff", rb"\udc00\ud800", rb"\ud83d\ude00", rb"\u0000", rb"\x41", rb"\u12"])
    return _inserted(data, what, _after(data, random, rb'"(?=[\w\x80-\xff])'))


def json_huge_number(data: bytes, random: Random) -> bytes:
    number = random.choice([b"9" * 400, b"9" * 5000, b"1e400", b"1e999999999", b"-1E-999999", b"1" * 100_000, b"0.1" + b"0" * 5000, b"01", b"+1"])  # fmt: skip
    numbers = [m.span() for m in re.finditer(rb"(?<=: )\d+", data)]
    if numbers and random.random() < 0.7:
        start, end = random.choice(numbers)
        return data[:start] + number + data[end:]
    return _json_member(
        data, random, random.choice([b'"format": ', b'"id": ', b'"area_m2": ', b'"uscc": ']) + number + b", "
    )


Structural = Callable[[Tree, Random], str | None]
Textual = Callable[[bytes, Random], bytes]

COMMON: list[Structural] = [
    drop_key, drop_item, under_another_name, rename_key, swap_values, replace_value, hide_characters, change_date, lengthen, move, same_id,
]  # fmt: skip
OF_POLICIES: list[Structural] = [*COMMON, edit_expression, edit_expression, edit_expression, uses_itself]
OF_RECORDS: list[Structural] = [*COMMON, replace_value, change_date, change_code, change_code, change_code]
TEXTUAL: list[Textual] = [
    flip_bytes, delete_bytes, insert_bytes, truncate, invalid_utf8, line_ends, byte_order_mark, nul, hidden, unbalanced_bracket,
    full_width_punctuation, repeated_line,
]  # fmt: skip
TEXTUAL_YAML: list[Textual] = [*TEXTUAL, tab, anchor, tag, second_document]
TEXTUAL_JSON: list[Textual] = [
    *TEXTUAL, json_repeated_key, json_constant, json_trailing_comma, json_comment, json_deep, json_surrogate, json_huge_number,
]  # fmt: skip


# Writing trees


def to_yaml(tree: Tree) -> str:
    """YAML of a tree, in which what was quoted is quoted and nothing else that need not be."""
    return "\n".join(_lines(tree, "")) + "\n"


def _lines(tree: Tree, indent: str) -> Iterator[str]:
    match tree:
        case dict() if tree:
            for key, value in tree.items():
                yield from _entry(indent, _key(str(key), indent) + ":", value)
        case list() if tree:
            for value in tree:
                yield from _entry(indent, "-", value)
        case _:
            yield indent + scalar(tree)


def _entry(indent: str, head: str, value: Tree) -> Iterator[str]:
    if isinstance(value, (dict, list)) and value:
        yield indent + head
        yield from _lines(value, indent + " ")
    elif _is_block(value):
        # Where an expression stands in a block, the line ends are its own; in quotes they would be escapes, which it has none of.
        yield f"{indent}{head} {'|' if value.endswith(chr(10)) else '|-'}"
        yield from (f"{indent}  {line}" for line in value.removesuffix("\n").split("\n"))
    else:
        yield f"{indent}{head} {scalar(value)}".rstrip(" ")


_BLOCK = re.compile(
    r"[^\W\n][^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]*\n[^\n].*(?<!\n\n)", re.DOTALL
)  # as a block has no escapes


def _is_block(value: Tree) -> bool:
    return isinstance(value, str) and _BLOCK.fullmatch(value) is not None


def _key(text: str, indent: str) -> str:
    """A key as it stands before its colon; one of more than 1,024 characters has to be announced."""
    if len(text) > 500:
        return f"? {quoted(text)}\n{indent}"
    return text if re.fullmatch(r"[\w一-鿿][\w一-鿿（）()～ -]*(?<! )", text) else quoted(text)


def quoted(text: str) -> str:
    """In double quotes; what YAML cannot hold as it is stands escaped."""
    return '"' + re.sub(r'[\x00-\x1f"\\\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]', _escaped, text) + '"'


def _escaped(found: re.Match[str]) -> str:
    return "\\" + found[0] if found[0] in '"\\' else f"\\u{ord(found[0]):04x}"


def scalar(value: Tree) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case dict():
            return "{}"
        case list():
            return "[]"
        case Plain():
            return str(value)
        case str():
            return quoted(value)
        case int() if value.bit_length() > 10_000:
            return "9" * 5000  # Python writes no longer ones
        case _:
            return str(value)


def to_data(tree: Tree) -> Tree:
    """The tree as JSON has it: words that stand without quotes as truth values, whole numbers and null."""
    match tree:
        case dict():
            return {str(k): to_data(v) for k, v in tree.items()}
        case list():
            return [to_data(v) for v in tree]
        case Plain("true"):
            return True
        case Plain("false"):
            return False
        case Plain() if re.fullmatch(r"0|-?[1-9][0-9]{0,14}", tree):
            return int(tree)
        case Plain():
            return str(tree)
        case _:
            return tree


def to_json(data: Tree) -> str:
    """JSON of plain data, in which a whole number may have any length."""
    match data:
        case dict():
            return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {to_json(v)}" for k, v in data.items()) + "}"
        case list():
            return "[" + ", ".join(map(to_json, data)) + "]"
        case str():
            return json.dumps(str(data), ensure_ascii=False)
        case bool() | None:
            return json.dumps(data)
        case _:
            return scalar(data)


def is_yaml(text: str) -> bool:
    """Whether PyYAML, asked by itself, reads one document."""
    try:
        return sum(isinstance(e, yaml.DocumentStartEvent) for e in yaml.parse(text, Loader=yaml.CSafeLoader)) == 1
    except (yaml.YAMLError, UnicodeError):
        return False


def is_json(text: str) -> bool:
    try:
        json.loads(text, parse_int=len)  # a number of any length is JSON
    except (ValueError, RecursionError):
        return False
    return True


# What came of it, for the table at the end of the run


@dataclass
class Tally:
    """Counts of one kind of mutated files."""

    structural: int = 0
    textual: int = 0
    mutators: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    peak: float = 0.0

    def note(self, mutator: str, what: str, *, structural: bool, accepted: bool, seconds: float) -> None:
        self.structural += structural
        self.textual += not structural
        self.mutators[mutator] += 1
        self.accepted[mutator] += accepted
        self.slowest = max(self.slowest, (seconds, what))

    @property
    def total(self) -> int:
        return self.structural + self.textual


TALLIES: dict[str, Tally] = {}


def table() -> list[str]:
    lines = []
    for name, tally in TALLIES.items():
        accepted = tally.accepted.total()
        lines.append(
            f"{name}: {tally.total} mutated, {100 * tally.structural / max(1, tally.total):.0f} % structural, "
            f"{accepted} accepted, {tally.total - accepted} refused, "
            f"slowest {1000 * tally.slowest[0]:.0f} ms ({tally.slowest[1]}), peak memory {tally.peak:.0f} MB"
        )
        lines += [
            f"  {mutator:<24} {count:5} mutated {tally.accepted[mutator]:5} accepted {count - tally.accepted[mutator]:5} refused"
            for mutator, count in sorted(tally.mutators.items())
        ]
    return lines
