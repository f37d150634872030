"""Open pages in a real Chromium and tell what a reader would be harmed by: code, requests, cut text, missing glyphs.

A page is opened as its reader sees it, with its policy in force but scripts switched off, which shows what the parser made
of the file; there it is measured, drawn and printed. It is opened again with scripts on and its policy suspended, which
shows what it would do if only the policy held it back.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Frame, Page, Route, ViewportSize, sync_playwright
from playwright.sync_api import TimeoutError as TookTooLong

FLAGS = (
    "--no-sandbox",  # CI is root, for whom the sandbox does not start; the pages are our own, and nothing is fetched
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOOKING = (Path(__file__).parent / "looking.js").read_text("utf-8")
A4 = ViewportSize(width=794, height=1123)  # 210 × 297 mm in CSS pixels
PATIENCE = 5_000  # ms for loading; a page that leaves while it is read never ends
SETTLED = 200  # ms after loading in which a page may still try something

# What only a Chinese font draws: ideographs, their punctuation, full-width forms. Quotation marks, dashes and dots are
# left out, because Latin fonts have them too. U+3000 is a space.
CHINESE = re.compile(
    "[\u2e80-\u2fdf\u3001-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff]"
)
SIMPLIFIED = ("zh", "zh-cn", "zh-hans", "zh-hans-cn")
TEXT_NODE = 3
CHINESE_FONT = re.compile(r"Noto (?:Sans|Serif)(?: Mono)? CJK (\w\w)")


@dataclass(frozen=True)
class Seen:
    """What was seen of a page; a page without fault has no faults."""

    faults: tuple[str, ...]
    picture: Path
    pdf: Path
    pages: int


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium of the system: Playwright's own browsers are never downloaded."""
    found = shutil.which("chromium")
    if found is None:
        raise FileNotFoundError("there is no chromium here; on Debian: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def look(browser: Browser, file: Path, folder: Path) -> Seen:
    """Open a page, find its faults, and leave a picture and an A4 print of it in a folder."""
    faults: list[str] = []
    picture, pdf = folder / f"{file.stem}.png", folder / f"{file.stem}.pdf"
    # A browser looks for the encoding in the first 1024 bytes only; Chromium would guess it for files, others do not.
    if not re.search(rb"<meta\s[^>]*charset", file.read_bytes()[:1024], re.IGNORECASE):
        faults.append("charset: no <meta charset> in the first 1024 bytes")
    with _opened(browser, file, faults, scripts=False) as page:
        faults += _asked(page, "structure")
        faults += _asked(page, "missing")
        page.emulate_media(media="print")
        faults += _asked(page, "missing")
        printed = page.pdf(path=pdf, format="A4", print_background=True)
        width = int(A4["width"] - _asked(page, "margins"))
        page.set_viewport_size(ViewportSize(width=width, height=A4["height"]))
        faults += _asked(page, "overflow")
        # A picture of hundreds of pages takes many seconds and shows nobody anything; the print has them all.
        page.screenshot(path=picture, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": 4 * A4["height"]})
    # Apart, because asking for fonts fetches the file once more, about which the console complains.
    with _opened(browser, file, [], scripts=False) as page:
        faults += _foreign_fonts(page)
    with _opened(browser, file, faults, scripts=True) as page:
        page.wait_for_timeout(SETTLED)
    return Seen(tuple(dict.fromkeys(faults)), picture, pdf, len(re.findall(rb"/Type\s*/Page\b", printed)))


def payload_faults(browser: Browser, file: Path, payloads: Sequence[str]) -> list[str]:
    """Tell which of the texts cannot be read on a page just as they are, and which became elements of it."""
    with _opened(browser, file, [], scripts=False) as page:
        return list(_asked(page, "payloads", payloads))


@contextmanager
def _opened(browser: Browser, file: Path, faults: list[str], *, scripts: bool) -> Iterator[Page]:
    """Open a page alone in a profile of its own, and note everything that it tries."""
    address = file.resolve().as_uri()

    def requested(route: Route) -> None:
        if route.request.url.partition("#")[0] == address:
            route.continue_()
        else:
            faults.append(f"request: {route.request.url}")
            route.abort("aborted")  # as if the reader had stopped it, so that the page stays where it is

    def asked(dialog: Dialog) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def went(frame: Frame) -> None:
        if frame.url.partition("#")[0] != address:
            faults.append(f"navigation: {frame.url}")

    context = browser.new_context(
        viewport=A4, java_script_enabled=scripts, bypass_csp=scripts, offline=True, service_workers="block"
    )
    context.route("**/*", requested)
    page = context.new_page()
    page.on("console", lambda message: faults.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    page.on("dialog", asked)
    page.on("popup", lambda popup: faults.append(f"popup: {popup.url}"))
    page.on("download", lambda download: faults.append(f"download: {download.url}"))
    page.on("websocket", lambda socket: faults.append(f"request: {socket.url}"))
    page.on("framenavigated", went)
    try:
        page.goto(address, timeout=PATIENCE)
    except TookTooLong:
        faults.append(f"loading: not finished after {PATIENCE} ms")
    try:
        yield page
    finally:
        context.close()


def _asked(page: Page, question: str, argument: Any = None) -> Any:
    return page.evaluate(f"argument => ({LOOKING}).{question}(argument)", argument)


def _foreign_fonts(page: Page) -> list[str]:
    """Tell which Chinese text is drawn in a font that is not Chinese, or in the Chinese font of another country."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    faults: list[str] = []

    def walk(node: dict[str, Any], lang: str) -> None:
        attributes = node.get("attributes", [])
        lang = dict(zip(attributes[::2], attributes[1::2], strict=True)).get("lang", lang)
        count = len(CHINESE.findall(node["nodeValue"])) if node["nodeType"] == TEXT_NODE else 0
        used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"] if count else ()
        if used:  # text that is not shown has no fonts
            forms = {font["familyName"]: CHINESE_FONT.fullmatch(font["familyName"]) for font in used}
            drawn = sum(font["glyphCount"] for font in used if forms[font["familyName"]])
            text, names = node["nodeValue"].strip()[:20], ", ".join(sorted(forms))
            if drawn < count:
                faults.append(
                    f"font: {count - drawn} of {count} Chinese characters in {text!r} in another font ({names})"
                )
            # One code stands for the forms of several countries, and only the language tells which are meant.
            if lang.lower() in SIMPLIFIED and any(form and form[1] != "SC" for form in forms.values()):
                faults.append(f"font: {text!r} is not in simplified forms ({names})")
        for child in node.get("children", ()):
            walk(child, lang)

    for media in ("screen", "print"):
        page.emulate_media(media=media)
        walk(session.send("DOM.getDocument", {"depth": -1})["root"], "")
    return faults
