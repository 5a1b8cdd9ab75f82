"""Writes the edits that are asked for, each kind with its own module."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from statelint.syntax import edits as home
from statelint.syntax.edit import EditKind, EditRequest, Refused, Written
from statelint.syntax.imports import import_replacements
from statelint.syntax.open import Opener, Unopened


@cache
def edit_kinds() -> Mapping[str, EditKind]:
    """Every kind by name; imports libcst."""
    names = (f"{home.__name__}.{info.name}" for info in pkgutil.iter_modules(home.__path__))
    found = (importlib.import_module(name).EDIT for name in names)
    return {kind.kind: kind for kind in found}


def written(opener: Opener, request: EditRequest) -> Written:
    """The replacements for a request, those of its imports among them."""
    segment = opener.at(request.line)
    if isinstance(segment, Unopened):
        return Written(refused=segment.reason)
    try:
        replacements = tuple(edit_kinds()[request.kind].write(segment, request))
        imports = import_replacements(opener.layout, request.imports)
    except Refused as error:
        return Written(refused=str(error))
    except RecursionError:
        return Written(refused="the code is nested too deeply")
    return Written((*replacements, *imports))
