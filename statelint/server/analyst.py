"""Analyses for the server: in a process that keeps what it has linked, or in a thread where that can't be had."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Hashable
from itertools import chain
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple, NoReturn

from statelint.app.judging import NewModels, Parts
from statelint.app.memory import folders_with_questions, stamps
from statelint.app.pipeline import Checked, check
from statelint.app.runs import run_at
from statelint.catalogue.load import rule_folders
from statelint.environment.distributions import Distributions
from statelint.program.linking import Linker
from statelint.server.standby import Standby, all_linked
from statelint.settings.options import Overrides, Run
from statelint.sources.beside import leave_terminal
from statelint.syntax.batch import question_kinds

IN_THIS_PROCESS = Overrides(flags={"jobs": 1})  # a server has threads, and a process with threads is not forked
MOST_STANDBYS = 2  # projects that an editor changes in turn


class Wanted(NamedTuple):
    """A root, its buffers by path in the place of files, and the file that is being edited."""

    root: Path
    unsaved: tuple[tuple[str, bytes], ...]
    edited: str


class Analyst:
    """Analyses one project after the other. Make it before the process has threads."""

    def __init__(self) -> None:
        """Begin the process; it ends with this one."""
        self._line: Connection | None = None
        if sys.platform == "linux":
            here, there = Pipe()
            if not os.fork():
                here.close()
                _Process(there).serve()
            there.close()
            self._line = here

    def check(self, wanted: Wanted) -> Checked:
        """The report of a project; raises what analysing it raised."""
        if self._line is not None:
            try:
                self._line.send(wanted)
                found = self._line.recv()
            except (OSError, EOFError):  # the process was ended from outside
                self._line = None
            else:
                if isinstance(found, Exception):
                    raise found
                assert isinstance(found, Checked)
                return found
        return check(run_at(wanted.root, IN_THIS_PROCESS, unsaved=wanted.unsaved))


class _AnsweredError(Exception):
    """A copy of this process has told what was wanted."""


class _Process:
    """The other end of the line. A copy of this process finishes what stands by here, tells it and ends."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._standbys: dict[Path, Standby] = {}
        self._is_copy = False

    def serve(self) -> NoReturn:
        """Answer until nobody is left to ask."""
        try:
            leave_terminal()
            while True:
                self._answer(self._line.recv())
                question_kinds()  # imported while nobody waits
                gc.collect()
        finally:
            os._exit(1)  # a copy that could not tell what it found has not answered

    def _answer(self, wanted: Wanted) -> None:
        try:
            run = run_at(wanted.root, unsaved=wanted.unsaved)
            around = _around(run)
            found: object = check(run, link=lambda parts, models: self._linked(parts, models, wanted, around))
        except _AnsweredError:
            return
        except Exception as error:
            found = error
        if self._is_copy and isinstance(found, Exception):
            os._exit(1)  # what a copy failed at is tried anew where it came from
        self._line.send(found)
        if self._is_copy:
            os._exit(0)

    def _linked(self, parts: Parts, models: NewModels, wanted: Wanted, around: Hashable) -> list[Linker]:
        """The program, in a copy of this process; the next edit will find it standing by."""
        standby = self._standbys.pop(wanted.root, None) or Standby()
        is_ready = standby.fits(parts, around)
        copy = os.fork()
        if not copy:
            self._is_copy = True
            return standby.finished(parts) if is_ready else all_linked(parts, models)
        _, status = os.waitpid(copy, 0)
        if status:
            return all_linked(parts, models)
        is_known = any(module.path == wanted.edited for module in chain.from_iterable(parts))
        edited = wanted.edited if is_known else standby.path
        if (is_ready and standby.path == edited) or standby.prepare(parts, models, edited, around):
            self._standbys[wanted.root] = standby
            for root in [*self._standbys][:-MOST_STANDBYS]:
                del self._standbys[root]
        raise _AnsweredError


def _around(run: Run) -> Hashable:
    """What linking depends on besides the files: installed packages, and rules of the project's own."""
    rules = stamps(folders_with_questions(rule_folders(Path(run.root), run.options.rules)))
    return tuple(rules), tuple(one.stamp for one in Distributions(run.packages).all)
