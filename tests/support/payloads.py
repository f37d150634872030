"""Names that try to be more than text: markup, formulas, templates, terminal control, hidden and bidirectional characters."""

from __future__ import annotations

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
)  # fmt: skip
