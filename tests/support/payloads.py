"""Names that try to be more than text: markup, formulas, templates, terminal control, hidden and bidirectional characters."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache

from creditrules.decision import Decision
from creditrules.diagnostics import Text, mask, printable
from creditrules.records.case import Case
from tests.support.shipped import shipped_on

PAYLOADS: tuple[str, ...] = (
    # Elements, attributes and what ends them
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>", "<iframe src=javascript:alert(1)></iframe>",
    "<a href='javascript:alert(1)'>甲公司</a>", "<b>甲</b>公司", "<style>*{display:none}</style>", "<link rel=stylesheet href=//x.test/a>",
    "<meta http-equiv=refresh content='0;url=//x.test'>", "<base href=//x.test/>", "<form action=//x.test><input name=q>",
    "<math><mtext></mtext><script>alert(1)</script></math>", "<details open ontoggle=alert(1)>", "<body onload=alert(1)>",
    "<template><b>x</b></template>", "<textarea>", "</textarea><b>x</b>", "<title>x</title>", "</title><b>x</b>", "</article></body></html><h1>x",
    "<!-- ", "-->", "<!--[if IE]><b>x</b><![endif]-->", "<![CDATA[<b>x</b>]]>", "<?xml version='1.0'?>", "<!DOCTYPE html>",
    "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)", "`onmouseover=alert(1)", "&lt;b&gt;x&lt;/b&gt;", "&#60;b&#62;x", "&#x3c;b>x", "&amp;lt;",
    "＜script＞alert(1)＜/script＞", "%3Cscript%3Ealert(1)%3C/script%3E", "\\u003cb\\u003ex",
    # Markdown
    "*甲*", "**甲**", "_甲_", "__甲__", "~~甲~~", "`甲`", "```", "~~~", "# 甲", "- 甲", "+ 甲", "* 甲", "1. 甲", "1) 甲", "> 甲", "===", "---", "***",
    "[甲](javascript:alert(1))", "[甲](<javascript:alert(1)>)", "![甲](//x.test/a.png)", "[甲]: //x.test", "[甲][乙]", "[^1]", "<https://x.test>",
    "http://x.test/a", "www.x.test", "mailto:a@x.test", "a@x.test", "| 甲 | 乙 |", "|---|---|", "\\", "\\*甲\\*", "$x^2$", "$$x$$", ":smile:", "- [ ] 甲",
    "{{7*7}}", "{% for x in y %}", "{# x #}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0.__class__}", "{name}", "%s%n", "{", "}",
    # Formulas of spreadsheets
    "=1+1", "=HYPERLINK(\"//x.test\")", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1+1", "\t=1+1",
    # The terminal
    "\x1b[31m红\x1b[0m", "\x1b]0;x\x07", "\x1b[2J", "\x9b31m", "a\rb", "a\nb", "a\n\n# b", "a\n- b", "a\x0bb", "a\x0cb", "a\x00b", "a\x08b", "a\x7fb",
    "[red]甲[/red]",
    # Hidden and bidirectional characters
    "a\u202eb", "a\u2066b\u2069", "a\u200fb", "a\u200bb", "a\u200db", "a\ufeffb", "a\u00adb", "a\u2028b", "a\u2029b", "a\u0085b", "a\u061cb", "a\U000e0041b",
    "\u3164", "a\u2800b", "a\u034fb",
    "甲 #", "甲 ##",
)  # fmt: skip

NAME = "无害的名称"
"""Stands wherever a case, a source or a policy can give a name; payloads take its place."""


@cache
def harmless() -> str:
    """A decision, as JSON, in which every text of a case and many of a policy are that name."""
    other = {"uscc": "91999999MA00000B7L", "name": NAME}
    own = {"uscc": "91999999MA00000A9R", "name": NAME}
    entry = {
        "id": "E-1", "colour": "black", "category": "judgment_defaulter", "subject": own, "status": "active", "effective_from": "2019-03-01",
        "valid_to": "open", "source": "judgment_defaulters", "fetched_at": "2020-06-05", "basis_documents": [NAME], "prior_notice": True,
        "authority": {"name": NAME, "body": "court", "level": "county"}, "request_id": NAME,
    }  # fmt: skip
    relation = {
        "person": own, "role": "actual_controller", "of": other, "valid_from": "2018-01-07", "valid_to": "open",
        "source": "relations", "evidenced": True, "shareholder": False,
    }  # fmt: skip
    case = Case.from_dict({
        "application": {"id": "A-1", "matter": "construction_permit", "received_on": "2020-06-01", "accepted_on": "2020-06-01", "area_m2": 20000,
                        "investment_cny": 80000000, "work_type": "new", "purpose": "consumption", "court_permission": "none",
                        "missing_primary": [NAME], "missing_secondary": [NAME]},
        "subject": own | {"kind": "legal"}, "sources": "all", "relations": [relation],
        "entries": [entry, entry | {"id": NAME, "subject": other}, entry | {"id": "E-3", "status": None}],
    })  # fmt: skip
    decision = shipped_on(date(2020, 6, 5), "lawful").decide(case)
    text = decision.to_json()
    # What a policy says: titles of rules, conditions, measures, instruments and provisions, and a clause cited.
    data = json.loads(text)
    for conclusion in data["conclusions"][:2]:
        conclusion["title"] = conclusion["measure_title"] = {"zh": NAME, "en": NAME}
        for reason in conclusion["reasons"]:
            reason["label"] = {"zh": NAME, "en": NAME}
        for provision in conclusion["provisions"]:
            provision |= {"instrument": {"zh": NAME, "en": NAME}, "number": NAME, "says": {"zh": NAME, "en": NAME}}
    data["outcome_title"] = data["policy"]["title"] = {"zh": NAME, "en": NAME}
    data["policy"]["version"] = NAME
    return json.dumps(data, ensure_ascii=False)


@lru_cache(16)
def decision_with(payload: str) -> Decision:
    return Decision.from_json(harmless().replace(NAME, json.dumps(payload, ensure_ascii=False)[1:-1]))


def shown(payload: str) -> str:
    """What a reader sees of a payload: on one line, hidden characters written out, without a full stop at its end."""
    return mask(printable(" ".join(payload.split()))).rstrip("。.")


def decision_with_all() -> Decision:
    """A decision in which every payload is the title of a conclusion, so that one page shows them all."""
    decision = decision_with("甲")
    first = decision.conclusions[0]
    titles = [Text(p, p) for p in PAYLOADS]
    return replace(decision, conclusions=tuple(replace(first, title=t, measure_title=t) for t in titles))
