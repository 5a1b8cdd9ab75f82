"""Everything that a user can set, decoded once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

DEFAULT_EXCLUDE = (
    ".*/", "!.ebextensions/", "!.elasticbeanstalk/", "*.egg-info/", "__pycache__/", "bower_components/", "build/",
    "dist/", "env/", "node_modules/", "site-packages/", "venv/",
)  # fmt: skip


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Codes or prefixes to report, as one source of settings has them; `select` None leaves earlier ones in force."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    source: str = "command line"


def today() -> str:
    """The day of a run, as 2027-01-31."""
    import datetime

    return datetime.date.today().isoformat()


class Options(msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """Settings of one run. Patterns are in the syntax of .gitignore, paths relative to the project's root."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend: str | None = None
    per_path_ignores: dict[str, tuple[str, ...]] = {}
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    include_tests: bool = False
    include_migrations: bool = False
    rules: tuple[str, ...] = ()
    require_reason: bool = False
    baseline: str | None = None
    python: str | None = None  # an interpreter or environment; "" for none, None for the one that is found
    cache_dir: str = ".statelint_cache"
    no_cache: bool = False
    jobs: Annotated[int, msgspec.Meta(ge=0)] = 0

    @property
    def selection(self) -> Selection:
        """What the configuration selects."""
        return Selection(
            select=self.select, extend_select=self.extend_select, ignore=self.ignore, source="configuration"
        )


class Overrides(msgspec.Struct, frozen=True, kw_only=True):
    """What a command says in place of the settings, alike for every project of a repository: options by name, a file
    to read instead, or that none is read."""

    flags: Mapping[str, Any] = {}
    config: Path | None = None
    isolated: bool = False


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run: the project, what is reported (everything without `paths`), and its options. Paths are absolute."""

    root: str
    paths: tuple[str, ...]
    options: Options
    overrides: Overrides = Overrides()  # that `options` hold already
    flags: Selection = Selection()
    wanted: frozenset[str] = frozenset()  # of "cleared": what takes time and is shown only on request
    packages: tuple[str, ...] = ()  # folders with the packages that are installed beside the program
    stdin: tuple[str, bytes] | None = None  # a path below the root, and what to take for its content
    unsaved: tuple[tuple[str, bytes], ...] = ()  # the same for files that are read anyway
    since: str = ""  # a revision of git: only what is new against it is reported
    touched: bool = False  # with `since`: also what lies on lines that changed
    today: str = ""  # as 2027-01-31, for decisions that hold until a day

    @property
    def chosen(self) -> tuple[str, ...]:
        """`paths` relative to the root, with `/`; empty where the whole project is reported."""
        root = Path(self.root)
        if any(Path(path) == root for path in self.paths):
            return ()
        return tuple(Path(path).relative_to(root).as_posix() for path in self.paths)
