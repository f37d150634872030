"""How we tell people that something is wrong: a coded, positioned sentence in Chinese and English.

The error tree::

    CreditRulesError
    ├─ PolicyError         the policy text is wrong; .diagnostics holds all of it, sorted by position
    ├─ RecordError         a record does not fit: path, masked value, expected, hint in .diagnostics
    ├─ UnsupportedError    this engine cannot run this policy
    └─ MissingExtraError   an optional package is absent; says which pip install brings it
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple

Lang = Literal["zh", "en"]

WINDOW = 200
"""How many characters of a line are shown with a problem."""

MOST_PROBLEMS = 50
"""How many problems of one file are printed; the count of the rest follows them."""


class Text(NamedTuple):
    """One sentence or title, in Chinese and in English."""

    zh: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The wording in `lang`."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Source:
    """A text that people wrote, under the name by which they know it."""

    name: str
    text: str = field(repr=False)
    first: int = 1
    """The number of its first line, where the text is a line of a longer one."""

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The offset of the first character of each line."""
        return (0, *(m.end() for m in re.finditer(r"\r\n|\r|\n", self.text)))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of `offset`, both counted from 1, columns in characters."""
        line = bisect_right(self.line_starts, offset)
        return line + self.first - 1, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of line `number`, as `position` counts them, without its end."""
        start = self.line_starts[number - self.first]
        end = re.compile(r"[\r\n]").search(self.text, start)
        return self.text[start : end.start() if end else len(self.text)]


@dataclass(frozen=True)
class Span:
    """A stretch of a `Source`, as offsets in characters; the end is exclusive."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """The line on which the span begins, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """The column in which the span begins, in characters, from 1."""
        return self.source.position(self.start)[1]

    def __str__(self) -> str:
        return f"{mask(self.source.name)}:{self.line}:{self.column}"  # a file may be called by a code

    def __repr__(self) -> str:
        return f"<Span {self}>"


@dataclass(frozen=True)
class Diagnostic:
    """One problem: a stable code, one sentence, where it stands, what to do about it."""

    code: str
    message: Text
    span: Span | None = None
    help: Text | None = None
    related: tuple[tuple[Span, Text], ...] = ()
    path: str = ""
    """Where in a record the problem lies, as `entries[0].valid_to`; empty for policies."""
    severity: Literal["error", "warning"] = "error"

    @property
    def order(self) -> tuple[str, int, str, str, str]:
        """Problems are listed by file, then by position; at one position by code and wording."""
        return (
            self.span.source.name if self.span else "",
            self.span.start if self.span else 0,
            re.sub(r"[0-9]+", lambda found: found[0].zfill(6), self.path),  # entries[2] before entries[10]
            self.code,
            self.message.en,
        )

    def to_dict(self) -> dict[str, Any]:
        """The problem as plain data, with every code in its sentences masked."""
        hint = self.help or HELP.get(self.code)
        place = (
            {"file": mask(self.span.source.name), "line": self.span.line, "column": self.span.column}
            if self.span
            else None
        )
        return {
            "code": self.code, "severity": self.severity, "path": self.path, "place": place,
            "message": {"zh": mask(self.message.zh), "en": mask(self.message.en)},
            "help": {"zh": mask(hint.zh), "en": mask(hint.en)} if hint else None,
        }  # fmt: skip

    def render(self, lang: Lang = "zh") -> str:
        """The problem as people read it: position, sentence, the line with a caret, help."""
        place = f"{self.span}: " if self.span else f"{self.path}: " if self.path else ""
        word = Text("错误", "error") if self.severity == "error" else Text("提醒", "warning")
        lines = [f"{place}{word.in_(lang)}[{self.code}]: {self.message.in_(lang)}"]
        if self.span and self.span.source.text:
            lines += _excerpt(self.span, hidden=self.code in OF_CODES)
        for span, text in self.related:
            lines.append(f"  = {span}: {text.in_(lang)}")
        hint = self.help or HELP.get(self.code)
        if hint:
            lines.append(f"  = {'改法' if lang == 'zh' else 'help'}: {hint.in_(lang)}")
        return "\n".join(lines)


HELP: Mapping[str, Text] = {
    "CR-P004": Text("把内容写全", "write the content out"),
    "CR-P005": Text("删除以 `%` 开头的指令行", "delete the directive, the line that begins with `%`"),
    "CR-P006": Text("拆成几个文件，并用 include 引用", "make it several files, and include them"),
    "CR-P009": Text("减少嵌套，或拆成几个文件", "nest less deeply, or split it into several files"),
    "CR-P010": Text("写入内容，或不再引用这个文件", "write something in it, or no longer include it"),
    "CR-P012": Text("键前不要用 `[`、`{` 或 `? `", "begin a key with none of `[`, `{` and `? `"),
    "CR-P013": Text("删除它，或查字段名", "delete it, or look its name up"),
    "CR-P015": Text(
        "对照别处的条件；括号和引号须成对",
        "write it as other conditions are written; brackets and quotes come in pairs",
    ),
    "CR-P016": Text(
        "比较同类的值；状态用 `status_on`，判断是否在列表中用 `in`",
        "compare values of one type; ask a status with `status_on`, membership of a list with `in`",
    ),
    "CR-P018": Text("日期写成 2026-02-28，并核对日历", "write a date like 2026-02-28, and look at the calendar"),
    "CR-P019": Text(
        "按日期先后写：起始日在前，最后一日在后；变更按 `from` 从早到晚",
        "write days in their order: the first before the last, and changes by `from`, the earliest first",
    ),
    "CR-P023": Text("改名，或删除其中一处", "rename one of them, or delete it"),
    "CR-P024": Text("删除一处引用", "delete one of the includes"),
    "CR-P025": Text(
        "把文件放进政策目录，写相对路径，如 `law.yaml`",
        "put the file into the policy's folder and write its path from there, as `law.yaml`",
    ),
    "CR-P026": Text(
        "写不超过上限的整数；期间为负时不要只去掉负号，把期间加到比较的另一边",
        "write a whole number within the bound; of a negative period do not merely drop the sign, add it on the other side of the comparison",
    ),
    "CR-P028": Text(
        "拆成同一规则的几个有名称的条件，或写成定义；规则过多的，分成几个政策",
        "split it into several labelled conditions of the same rule, or use definitions; divide too many rules into several policies",
    ),
    "CR-P030": Text("补上这一项", "add it"),
    "CR-P031": Text(
        "对照同类条目的写法，或用 `creditrules explain-error CR-P031` 查看例子",
        "write it as other items of its kind are written, or see the example of `creditrules explain-error CR-P031`",
    ),
    "CR-P034": Text("查词表，或先定义它", "look the vocabulary up, or define it first"),
    "CR-P037": Text(
        "期间含其最后一日：用 `<=`，有效期用 `as_of <= …`",
        "use `<=`, as periods include their last day; ask `as_of <= ...` of a validity",
    ),
    "CR-P038": Text("写更轻的措施，或 `none`", "name a lighter measure, or `none`"),
    "CR-P039": Text("删去这种关系，或把措施改为提示（`advise`）", "leave that link out, or make the measure `advise`"),
    "CR-P040": Text(
        "补上该日有效的依据或取值，或调整使用它的规则的施行期间",
        "add a basis or a value for that day, or change the period in which the rule that uses it is in force",
    ),
    "CR-P041": Text("写出它所指的实际条件或者取值", "write out the condition or the value that it stands for"),
    "CR-P043": Text(
        "为属于主体的记录写 `persons`，其他记录不写",
        "write `persons` for records that belong to a person, and for no others",
    ),
    "CR-P045": Text("选择政策施行期内的一天", "choose a day on which the policy is in force"),
    "CR-P051": Text("核对文件名和所在目录", "check the name of the file and the folder it lies in"),
    "CR-P053": Text(
        "改正这一项；期望无误的，应当改政策", "correct it; where the expectation is right, change the policy"
    ),
    "CR-P054": Text(
        "写明结果，或成立的规则（`because`）", "say the outcome, or the rules that are established (`because`)"
    ),
    "CR-P055": Text("删去其中一个", "leave one of them out"),
    "CR-R010": Text("检查 JSON 的写法", "check how the JSON is written"),
    "CR-R001": Text("核对文件名、目录和读取权限", "check the name, the folder and the permissions of the file"),
    "CR-R003": Text(
        "一个 JSON 文件或一行只写一个案件，只给出与本案有关的记录",
        "a JSON file or a line holds one case, with the records that concern it only",
    ),
    "CR-R021": Text("更正其中一处；只写 `materials` 即可", "correct one of them; `materials` alone is enough"),
    "CR-R024": Text("补上被判定的主体", "add the person decided upon"),
    "CR-R025": Text(
        "核对 `about` 与 `subject` 哪一个填错，使两处为同一主体",
        "see which of `about` and `subject` is wrong, and make both name one person",
    ),
    "CR-R027": Text("按该政策的词表读入案件", "read the case with the vocabulary of the policy"),
    "CR-R030": Text(
        "补上这一项；它是必填项，不能省略", "add it; this field must be there, also where it has to be asked for first"
    ),
    "CR-R031": Text(
        "用 `creditrules explain-error CR-R031` 查看例子", "see the example of `creditrules explain-error CR-R031`"
    ),
    "CR-R033": Text(
        "列表最多 10000 项；只给出与本案有关的记录，不要把一个案件拆到几个案件",
        "a list holds at most 10,000 items; give what concerns the case only, and do not spread one case over several",
    ),
    "CR-R034": Text("删除它，或查字段名", "delete it, or look its name up"),
    "CR-R036": Text(
        "对照证照重新录入完整代码，不能用遮盖后的代码",
        "copy the whole code again from the document; a masked code will not do",
    ),
    "CR-R037": Text(
        "无需处理；建议在来源系统中改为规范写法",
        "nothing has to be done; the source system should store the normalised form",
    ),
    "CR-R106": Text("每个案件一个文件", "make it a file for each case"),
    "CR-R109": Text("减少嵌套", "nest less deeply"),
    "CR-R110": Text(
        "重新导出或保存案件；空文件多半是导出失败",
        "export or save the case again; an empty file mostly means that the export failed",
    ),
    "CR-R041": Text(
        "删除或合并其中一处；不知道的值写 null", "delete or merge one of them; write null for what is not known"
    ),
    "CR-R042": Text(
        "“是”写 true，“否”写 false，不知道时不写",
        "write true for yes and false for no; leave it out where it is not known",
    ),
    "CR-R044": Text(
        "只写整数数字（如“两年”写 2），不带引号、小数和单位",
        "write the number in digits only (two years: 2), without quotes, decimals or unit",
    ),
    "CR-R047": Text("删除或合并其中一条", "delete or merge one of them"),
    "CR-R048": Text(
        "不要只改数字：请来源系统输出 `format: 1` 的数据，或升级本软件",
        "do not merely change the number: have the source write `format: 1`, or upgrade this library",
    ),
    "CR-R049": Text("与证件核对；照样判定", "compare it with the document; the case is decided all the same"),
    "CR-R050": Text(
        "与证照核对；照样判定，但按组织机构代码登记的记录会对不上",
        "compare it with the document; the case is decided all the same, but records under the organisation code are not found",
    ),
    "CR-R051": Text("与证照核对；照样判定", "compare it with the document; the case is decided all the same"),
    "CR-R052": Text("与证照核对；照样判定", "compare it with the document; the case is decided all the same"),
    "CR-R059": Text(
        "改填 18 位号码；照样判定，但按 18 位号码登记的记录会对不上",
        "give the number of 18 digits; the case is decided all the same, but records under that number are not found",
    ),
    "CR-R053": Text("与许可证核对；照样判定", "compare it with the permit; the case is decided all the same"),
    "CR-R054": Text(
        "与在线审批监管平台赋予的项目代码核对；照样判定",
        "compare it with the code given by the approval platform; the case is decided all the same",
    ),
}
"""What to do about a problem whose place says nothing better."""


OF_CODES = ("CR-R035", "CR-R036", "CR-R039", "CR-R040", "CR-R055")
"""The problems of what stands in the field of a code: it is masked whatever it looks like."""


def _excerpt(span: Span, *, hidden: bool) -> list[str]:
    """The source line and a caret under it that stands right under Chinese text; what is `hidden` is masked as a code."""
    line = span.source.line(span.line)
    # Of a long line, the part around the place is shown; codes that reach over its edges are masked with it.
    first = max(0, span.column - 1 - WINDOW // 2) if len(line) > WINDOW else 0
    before_it = min(first, WINDOW)
    raw = mask(line[first - before_it : first + 2 * WINDOW])[before_it : before_it + WINDOW]
    column = span.column - 1 - first
    before = raw[:column]
    marked = raw[column : column + max(1, span.end - span.start)] or " "
    if hidden:
        raw = before + mask_code(marked) + raw[column + len(marked) :]
        marked = mask_code(marked)
    number = str(span.line)
    gutter = " " * len(number)
    return [
        f"{gutter} |",
        f"{number} | {printable(raw)}",
        f"{gutter} | {' ' * width(printable(before))}{'^' * max(1, width(printable(marked)))}",
    ]


def width(text: str) -> int:
    """How many columns of a terminal `text` takes: wide characters two, combining ones none.

    >>> width("名单 ok")
    7
    """
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters, marks and symbols that are drawn as nothing."""


def printable(text: str) -> str:
    r"""`text` with control, bidirectional and zero-width characters written out, so that none acts on the reader.

    >>> printable("a\u202eb\n") == "a" + "\\u202e" + "b" + "\\u000a"
    True
    """
    return "".join(_written_out(c) if unicodedata.category(c) in _INVISIBLE or c in _BLANK else c for c in text)


def _written_out(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


_RUN = re.compile(r"[0-9A-Za-z]{15,}")
_SPACED = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]+(?:[ '\"-]+[0-9A-Za-z]+)+")
_WORD_OR_DAY = re.compile(r"[A-Za-z]+|[0-9]{4}-[0-9]{2}-[0-9]{2}|")


def mask(text: str) -> str:
    """`text` with everything that may be a personal or company code masked but for two characters at each end.

    Codes are found also where they are repeated, spaced, full-width, or parted by quotes or by what is not seen, as whoever
    reads one would find it; each character stays one character.

    >>> mask("code 91999999MA00000A9R, 9199 9999 MA00 000A 9R")
    'code 91**************9R, 91******************9R'
    """

    def spaced(found: re.Match[str]) -> str:
        run = found[0]
        characters = [c for c in _without_days(run) if c not in " '\"-"]
        is_code = len(characters) >= 15 and sum(c.isdigit() for c in characters) >= 8
        return mask_code(run) if is_code else run

    plain = "".join(c if "!" <= c <= "~" else _plainly(c) for c in text)
    plain = _RUN.sub(lambda m: mask_code(m[0]) if sum(c.isdigit() for c in m[0]) >= 4 else m[0], plain)
    plain = _SPACED.sub(spaced, plain)
    return "".join("*" if hidden == "*" else c for hidden, c in zip(plain, text, strict=True))


@lru_cache(4096)
def _plainly(character: str) -> str:
    """One character as the reading of codes takes it: compatible forms as what they stand for, whatever parts as a blank."""
    if character.isspace() or unicodedata.category(character) in _INVISIBLE:
        return " "
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _without_days(run: str) -> str:
    """A spaced run without the days in it that stand between words or other days; one beside digits may be part of a code."""
    parts = ["", *re.split(r"[ '\"]+", run), ""]
    apart = [bool(_WORD_OR_DAY.fullmatch(part)) for part in parts]
    kept = (
        part
        for index, part in enumerate(parts[1:-1], 1)
        if not (all(apart[index - 1 : index + 2]) and part[:1].isdigit())
    )
    return " ".join(kept)


def mask_code(code: str) -> str:
    """A code as it may be shown: two characters at each end, or nothing of one that is not long.

    >>> mask_code("999999197001010017"), mask_code("E12345678")
    ('99**************17', '*********')
    """
    return "*" * len(code) if len(code) < 12 else code[:2] + "*" * (len(code) - 4) + code[-2:]


def shown(value: object) -> str:
    """A user's value as it may stand in a message: masked, cut to 40 characters, invisible characters written out."""
    text = printable(mask(as_text(value)[:200]))
    return text if len(text) <= 40 else text[:39] + "…"


def as_text(value: object) -> str:
    """A user's value as text, also where it is or holds a whole number of more digits than Python writes."""
    try:
        return str(value)
    except ValueError:
        return "…"


def near(word: str, known: Iterable[str]) -> Text | None:
    """A hint that names the closest of the `known` words, if one is close.

    >>> near("workes", ["workers", "amount"]).en
    'did you mean `workers`?'
    """
    found = get_close_matches(word, sorted(set(known)), n=1, cutoff=0.6)
    return Text(f"是否想写 `{shown(found[0])}`？", f"did you mean `{shown(found[0])}`?") if found else None


def one_of(word: str, known: Iterable[str]) -> Text:
    """A hint for a word out of a closed list: the nearest of them, or the list itself."""
    words = sorted(set(known))
    listed = ", ".join(f"`{shown(w)}`" for w in words[:12]) + (" …" if len(words) > 12 else "")
    return near(word, words) or (
        Text(f"可用的有：{listed}", f"allowed here: {listed}")
        if words
        else Text("此处没有可用的值", "no value can be used here")
    )


class CreditRulesError(Exception):
    """Whatever this library raises on purpose."""


class _DiagnosedError(CreditRulesError):
    """An error that carries positioned problems."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: d.order))
        super().__init__(self.diagnostics)

    def render(self, lang: Lang = "zh") -> str:
        """All problems, sorted by position; at most 50 of them are printed, then their number."""
        parts = [d.render(lang) for d in self.diagnostics[:MOST_PROBLEMS]]
        total = len(self.diagnostics)
        if total > MOST_PROBLEMS:
            rest = total - MOST_PROBLEMS
            parts.append(f"另有 {rest} 个问题未列出" if lang == "zh" else f"{rest} more problems are not listed")
        return "\n".join(parts)

    def __str__(self) -> str:
        return self.render("en")


class PolicyError(_DiagnosedError):
    """The policy text is wrong. `.diagnostics` lists every problem that was found, sorted by position."""


class RecordError(_DiagnosedError):
    """A record does not fit. `.diagnostics` name the path, the value (masked), what is expected and a hint."""


class UnsupportedError(CreditRulesError):
    """This engine cannot run this policy; the message says which construct, where, and which engine can."""


class MissingExtraError(CreditRulesError):
    """An optional package is absent; the message says which `pip install` brings it."""
