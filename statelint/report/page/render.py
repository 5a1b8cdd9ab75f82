"""The page as text. Everything goes through the template engine's escaping, and hidden characters are written out."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from statelint.report.context import RenderContext
from statelint.report.page.view import Page
from statelint.report.spans import spans
from statelint.report.style import visible, visible_code

TEMPLATES = Path(__file__).with_name("templates")


def html_of(page: Page, context: RenderContext) -> str:
    """One file that needs no other."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, finalize=_finalized,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.globals.update(spans=spans, display=context.display, code=_code)
    script, style = _asset("script.js"), _asset("style.css")
    template = environment.get_template("page.html.jinja")
    return template.render(page=page, script=script, style=style, script_hash=_hash(script))


def _finalized(value: Any) -> Any:
    return visible(value) if type(value) is str else value


def _code(text: str) -> Markup:
    """Several lines of code, escaped."""
    return Markup("\n").join(map(visible_code, text.strip("\n").splitlines()))


def _asset(name: str) -> Markup:
    """A file of ours, which goes onto the page as it is."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    """By which the page's own policy knows its only script."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
