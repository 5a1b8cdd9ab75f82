"""Templates of configuration: actions are blanked, so that every line and column stays what it was."""

from __future__ import annotations

import re

from statelint.deployment.model import Text

ACTION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<%.*?%>", re.DOTALL)
CONTROL = re.compile(r"^(\{\{-?\s*(if|else|end|range|with|define|block|/\*)\b|\{%|\{#|<%[^=])")  # gives no text itself
UNKNOWN = "x"
SUFFIXES = (".j2", ".jinja2", ".tmpl", ".tpl", ".template", ".erb", ".gotmpl")


def has_actions(text: str) -> bool:
    """Whether a text has what Go templates, Jinja or ERB replace."""
    return "{{" in text or "{%" in text or "<%" in text


def is_template(path: str, text: str) -> bool:
    """Whether a template language writes the file before the server reads it."""
    if not has_actions(text):
        return False
    return path.endswith(SUFFIXES) or "/templates/" in f"/{path}"


def blanked(text: str) -> str:
    """The text with each action as blanks where it stands alone on its lines, else as one unknown word."""
    parts: list[str] = []
    end = 0
    for match in ACTION.finditer(text):
        parts.append(text[end : match.start()])
        parts.append(_filler(text, match))
        end = match.end()
    parts.append(text[end:])
    return "".join(parts)


def source_of(text: Text) -> str:
    """What a parser reads: the text, or with its actions blanked where it is a template."""
    return blanked(text.text) if text.templated else text.text


def _filler(text: str, match: re.Match[str]) -> str:
    action = match[0]
    if "\n" in action or CONTROL.match(action) or _stands_alone(text, match):
        return re.sub(r"[^\n]", " ", action)
    return UNKNOWN * len(action)


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    start = text.rfind("\n", 0, match.start()) + 1
    stop = text.find("\n", match.end())
    line = text[start : stop if stop >= 0 else len(text)]
    return not ACTION.sub("", line).strip()


def action_at(line: str, column: int) -> str:
    """What an action at a column (from 1) of the unblanked line says, such as `.Values.service.affinity`."""
    for match in ACTION.finditer(line):
        if match.start() < column <= match.end() or match.start() >= column:
            return match[0].strip("{}%#<>-= \t")
    return ""
