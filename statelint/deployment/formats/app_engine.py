"""App Engine's `app.yaml`: the whole file is one object."""

from __future__ import annotations

import re
from functools import partial

from statelint.deployment.model import Format
from statelint.deployment.trees import whole_file

RUNTIME = re.compile(r"^runtime\s*:", re.MULTILINE)
SIGNS = re.compile(
    r"^(env|service|entrypoint|handlers|instance_class|network|resources|\w+_scaling|runtime_config|env_variables)\s*:",
    re.MULTILINE,
)


def recognise(path: str, text: str) -> bool:
    """A runtime, and a key that stands beside it."""
    if not path.endswith((".yaml", ".yml")) or "apiVersion" in text:
        return False
    return RUNTIME.search(text) is not None and SIGNS.search(text) is not None


FORMAT = Format("app-engine", recognise, partial(whole_file, kind="app"))
