"""Which files besides Python code say something about an application."""

from __future__ import annotations

import re

INI = ".ini"
SECTIONS = re.compile(rb"^\[(app|composite|pipeline|filter|filter-app|server):|^\[handler_", re.MULTILINE)


def is_settings_file(data: bytes) -> bool:
    """Whether an ini file configures an application; tools have theirs too."""
    return SECTIONS.search(data) is not None
