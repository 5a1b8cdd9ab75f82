"""Which files say how an application is deployed: by name first, then by a search for words in their bytes."""

from __future__ import annotations

import re

LARGEST = 1_000_000  # bytes; what is larger is data, generated or a bundle of definitions
SUFFIXES = frozenset({
    ".yaml", ".yml", ".json", ".toml", ".conf", ".cfg", ".vhost", ".tf", ".caddy", ".caddyfile", ".config", ".j2",
    ".jinja2", ".tmpl", ".tpl", ".template", ".erb", ".htaccess",
})  # fmt: skip
NAMES = re.compile(r"(?i)^(caddyfile|procfile|dockerfile|containerfile|\.htaccess)([._-].*)?$")
LOCKS = frozenset(
    {"package-lock.json", "composer.lock", "pnpm-lock.yaml", "package.json", "tsconfig.json", "pyproject.toml"}
)
PHRASES = (b"hash ", b"stick ")
WORDS = (
    *PHRASES,
    *b"""
    sticky Sticky STICKY ffinity FFINITY tickiness ip_hash balance Balance ersistence persist hash_on hashOn
    onsistent hash_policy hash-by lb_policy lb-method selection_policy appsession cookie_name cookie-name hrw
    highestRandomWeight replay_cache hashMethodKey algorithm sessionCookie session_state stateful_session
    loadbalancing load_distribution loadDistribution route.openshift.io Microsoft.Web/sites frontdoor_origin
    """.split(),
)


def has_deployment_name(name: str) -> bool:
    """Whether a file by its name may be one; `name` is without folders."""
    dot = name.rfind(".")
    if dot >= 0 and name[dot:].lower() in SUFFIXES:
        return name not in LOCKS
    return NAMES.match(name) is not None


def is_deployment_file(data: bytes) -> bool:
    """Whether the content has a word that some row is about; `rules/affinity` has one in each of its examples."""
    return len(data) <= LARGEST and any(word in data for word in WORDS)
