"""Everything that a user can set, decoded once."""

from __future__ import annotations

import msgspec


class Options(msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """Settings of one run. Patterns are in the syntax of .gitignore, paths relative to the project's root."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    include_tests: bool = False
    include_migrations: bool = False
    rules: tuple[str, ...] = ()
    cache_dir: str = ".statelint_cache"
    no_cache: bool = False
    jobs: int = 0


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run: the project, what is reported, and its options. Paths are absolute."""

    root: str
    paths: tuple[str, ...]
    options: Options
