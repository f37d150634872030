"""Read how people cite: `许可法 69(2)`, `许可法 第69条第2款`, `平台对接 P3a`."""

from __future__ import annotations

import re

_ARTICLE = re.compile(
    r"第?(?P<a>[0-9]+(?:之[0-9]+)?)(?:条)?(?:第?(?P<p>[0-9]+)款|\((?P<q>[0-9]+)\))?(?:第?(?P<i>[0-9]+)项|\((?P<j>[0-9]+)\)|\[(?P<k>[0-9]+)\])?"
)


def provision_name(text: str) -> str:
    """One spelling for each provision: article, paragraph, item; words that are no article stay as they are.

    >>> provision_name("第69条第2款"), provision_name("69（2）"), provision_name("P3a")
    ('69(2)', '69(2)', 'P3a')

    An item of an article that has but one paragraph stands in square brackets, so that nobody takes it for a paragraph.

    >>> provision_name("第80条第3项"), provision_name("第69条第2款第1项")
    ('80[3]', '69(2)(1)')
    """
    half = re.sub(r"\s+", "", text.replace("（", "(").replace("）", ")"))
    found = _ARTICLE.fullmatch(half)
    if found is None:
        return half
    paragraph, item = found["p"] or found["q"], found["i"] or found["j"] or found["k"]
    if item and not paragraph:
        return f"{found['a']}[{item}]"
    return found["a"] + "".join(f"({x})" for x in (paragraph, item) if x)


def split_basis(text: str) -> tuple[str, str]:
    """The instrument and the provision of a basis; the provision is empty where the instrument is cited as a whole."""
    instrument, _, provision = text.strip().partition(" ")
    return instrument, provision_name(provision)
