"""The plugin of flake8: one analysis of the program for a whole run, and of it the findings of the file asked for."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from statelint import __version__

if TYPE_CHECKING:
    from statelint.domain.findings import Finding, Problem, Report
    from statelint.settings.options import Run

FOLDER = "STATELINT_FLAKE8_FOLDER"  # tells the workers of a run where its reports lie, however they are started
Row = tuple[int, int, str]
Table = dict[str, list[Row]]


class Plugin:
    """Shows what `statelint check` finds in the files that flake8 is asked about."""

    name = "statelint"
    version = __version__
    _options: ClassVar[Any]
    _folder: ClassVar[Path]
    _tables: ClassVar[dict[str, Table]] = {}

    def __init__(self, tree: object, filename: str, lines: Sequence[str]) -> None:
        """flake8 asks for `tree` of a plugin that is called once for each file."""
        del tree
        self._filename = filename
        self._lines = lines

    @classmethod
    def parse_options(cls, manager: object, options: Any, args: object) -> None:
        """Called when a run begins, and again in each worker that does not share memory with it."""
        del manager, args
        cls._options = options
        cls._folder = _folder_of_run()
        cls._tables = {}

    def run(self) -> Iterator[tuple[int, int, str, type]]:
        """Line, column, and text of each finding."""
        from flake8.exceptions import ExecutionError

        from statelint.domain.errors import StatelintError

        try:
            rows = self._rows()
        except StatelintError as error:
            raise ExecutionError(f"statelint: {error}") from error
        except Exception as error:
            what = f"statelint: internal error: {type(error).__name__}: {error}"
            raise ExecutionError(f"{what}; please report it with what `statelint check --verbose` shows") from error
        for line, column, text in rows:
            yield line, column, text, type(self)

    def _rows(self) -> list[Row]:
        from statelint.settings.roots import root_of_file

        file = Path(os.path.abspath(self._filename))  # noqa: PTH100 - a link in the project is a file of the project
        root = root_of_file(file, Path.cwd())
        if not file.is_relative_to(root):
            return []
        path = file.relative_to(root).as_posix()
        is_stdin = "-" in self._options.filenames and self._filename == (self._options.stdin_display_name or "stdin")
        stdin = (path, "".join(self._lines).encode(errors="surrogateescape")) if is_stdin else None
        return self._table(root, stdin).get(path, [])

    def _table(self, root: Path, stdin: tuple[str, bytes] | None) -> Table:
        import msgspec

        from statelint.app.once import Once

        key = f"{root}\0{stdin[0] if stdin else ''}"
        if key not in self._tables:
            once = Once(self._folder / "reports.sqlite")
            data = once.result(key, lambda: msgspec.msgpack.encode(self._new_table(root, stdin)))
            self._tables[key] = msgspec.msgpack.decode(data, type=Table)
        return self._tables[key]

    def _new_table(self, root: Path, stdin: tuple[str, bytes] | None) -> Table:
        from statelint.app.pipeline import check

        return _table_of(check(_run(root, stdin)).report, with_noqa=bool(self._options.disable_noqa))


def _folder_of_run() -> Path:
    """That of the run which this process works for; else a new one, which goes when the process ends."""
    known = Path(os.environ.get(FOLDER, ""))
    if multiprocessing.parent_process() is not None and os.environ.get(FOLDER) and known.is_dir():
        return known
    folder = Path(tempfile.mkdtemp(prefix="statelint-"))
    os.environ[FOLDER] = str(folder)
    atexit.register(_remove, folder, os.getpid())
    return folder


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def _run(root: Path, stdin: tuple[str, bytes] | None) -> Run:
    from statelint.app.runs import run_at
    from statelint.settings.options import Overrides

    # A worker may start no processes of its own.
    return run_at(root, Overrides(flags={"jobs": 1} if multiprocessing.current_process().daemon else {}), stdin=stdin)


def _table_of(report: Report, *, with_noqa: bool) -> Table:
    from statelint.domain.words import AcceptedBy
    from statelint.report.style import visible

    accepted = [one.finding for one in report.accepted if with_noqa and one.by is AcceptedBy.NOQA]
    shown: tuple[Finding | Problem, ...] = (*report.findings, *accepted, *report.problems)
    table: Table = {}
    for found in shown:
        row = (found.place.line, found.place.column - 1, f"{found.code} {visible(found.message)}")
        table.setdefault(found.place.path, []).append(row)
    return table
