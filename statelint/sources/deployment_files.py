"""Which files may say how an application is deployed, by their names."""

from __future__ import annotations

import re

LARGEST = 1_000_000  # bytes; what is larger is data, generated or a bundle of definitions
SUFFIXES = frozenset({
    ".yaml", ".yml", ".json", ".toml", ".conf", ".cfg", ".vhost", ".tf", ".tofu", ".hcl", ".nomad", ".bicep", ".caddy",
    ".caddyfile", ".config", ".service", ".sh", ".vcl", ".j2", ".jinja2", ".tmpl", ".tpl", ".template", ".erb",
    ".htaccess", ".procfile", ".dockerfile", ".containerfile", ".tfvars", ".env",
})  # fmt: skip
NAMES = re.compile(
    r"(?i)^(caddyfile|procfile|dockerfile|containerfile|kustomization|makefile|gnumakefile|\.htaccess)([._-].*)?$|^(uwsgi|supervisor).*\.ini$|^\.env([._-].*)?$"
)
ALWAYS = re.compile(
    r"(?i)^(procfile|dockerfile|containerfile)([._-].*)?$|\.(procfile|dockerfile|containerfile|tfvars|env)$|^\.env([._-].*)?$"
)
OTHERS = frozenset({
    "package-lock.json", "composer.lock", "pnpm-lock.yaml", "package.json", "tsconfig.json", "pyproject.toml",
    "statelint.toml",
})  # fmt: skip


def has_deployment_name(name: str) -> bool:
    """Whether a file by its name may be one; `name` is without folders."""
    dot = name.rfind(".")
    if dot >= 0 and name[dot:].lower() in SUFFIXES:
        return name not in OTHERS
    return NAMES.match(name) is not None


def is_always_read(name: str) -> bool:
    """Whether its name says enough."""
    return ALWAYS.search(name) is not None
