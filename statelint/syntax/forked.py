"""Questions for a second process, which imports libcst while this one still links.

The process is a fork, so it has the sources already. Where there is no second processor, where a fork is not
safe, and whenever the other process fails, the questions are answered here.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, NoReturn, TypeVar

import msgspec

from statelint.sources.beside import can_fork, leave_terminal
from statelint.syntax.batch import Asker, question_kinds
from statelint.syntax.edit import EditRequest, Written
from statelint.syntax.question import Answer, Question

Reply = TypeVar("Reply", Answer, Written)
MOST_FORKS = 2  # that ask too: one that links and judges parts of the program, and one that judges another part
LENGTH = 4  # bytes of the length that stands before each message


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """A question or an edit on its way; a path need not be text."""

    path: bytes
    question: Question | None = None
    request: EditRequest | None = None


@contextmanager
def forked_asker(text_of: Callable[[str], str]) -> Iterator[Asker]:
    """An asker whose questions another process answers, where that can be had, as long as the block runs."""
    if not can_fork():
        yield Asker(text_of)
        return
    try:
        process, lines = _fork(text_of)
    except OSError:  # no room for another process
        yield Asker(text_of)
        return
    asker, *twins = (_ForkedAsker(text_of, line) for line in lines)
    asker.twins = [*twins]
    try:
        yield asker
    finally:
        for one in (asker, *twins):
            one.close()
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            if not asker.has_answer:  # it may be importing still
                os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


class _Line:
    """Two streams of one process: what it hears, and what it says."""

    def __init__(self, hearing: int, saying: int) -> None:
        self.hearing: BinaryIO = os.fdopen(hearing, "rb")
        self.saying: BinaryIO = os.fdopen(saying, "wb")

    def send(self, message: object) -> None:
        data = msgspec.msgpack.encode(message)
        self.saying.write(len(data).to_bytes(LENGTH, "big") + data)
        self.saying.flush()

    def receive(self) -> bytes:
        length = int.from_bytes(self._exactly(LENGTH), "big")
        return self._exactly(length)

    def _exactly(self, size: int) -> bytes:
        data = self.hearing.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def close(self) -> None:
        for stream in (self.saying, self.hearing):
            with contextlib.suppress(OSError):
                stream.close()


def _lines() -> tuple[_Line, _Line]:
    """Both ends of a line: for who asks and for who answers."""
    hearing_here, saying_there = os.pipe()
    hearing_there, saying_here = os.pipe()
    return _Line(hearing_here, saying_here), _Line(hearing_there, saying_there)


class _ForkedAsker(Asker):
    """Asks on a line of its own."""

    def __init__(self, text_of: Callable[[str], str], line: _Line) -> None:
        super().__init__(text_of)
        self._line: _Line | None = line
        self.has_answer = False

    def find(self, path: str, question: Question) -> Answer:
        """The answer of the other process; this one answers what that one can't."""
        return self._reply(Asked(os.fsencode(path), question), Answer) or super().find(path, question)

    def write(self, path: str, request: EditRequest) -> Written:
        """The replacements that the other process finds."""
        return self._reply(Asked(os.fsencode(path), request=request), Written) or super().write(path, request)

    def _reply(self, asked: Asked, kind: type[Reply]) -> Reply | None:
        if self._line is None:
            return None
        try:
            self._line.send(asked)
            reply = msgspec.msgpack.decode(self._line.receive(), type=kind)
        except (OSError, EOFError, UnicodeError, msgspec.MsgspecError):
            self.close()
            return None
        self.has_answer = True
        return reply

    def close(self) -> None:
        """Ask no more."""
        if self._line is not None:
            self._line.close()
        self._line = None


def _fork(text_of: Callable[[str], str]) -> tuple[int, Sequence[_Line]]:
    """A process that answers, and the lines on which it may be asked: for this process, and for each of its forks."""
    pairs = [_lines() for _ in range(1 + MOST_FORKS)]
    here, there = zip(*pairs, strict=True)
    process = os.fork()
    for line in there if process else here:
        line.close()
    if not process:
        _serve(Asker(text_of), there)
    return process, here


def _serve(asker: Asker, lines: Iterable[_Line]) -> NoReturn:
    """Answer until nobody can ask any more; nothing of this process is left to the one that was forked."""
    try:
        leave_terminal()
        question_kinds()
        with selectors.DefaultSelector() as ready:
            for line in lines:
                ready.register(line.hearing, selectors.EVENT_READ, line)
            while ready.get_map():
                for key, _ in ready.select():
                    _answer(asker, key.data, ready)
    finally:
        os._exit(0)


def _answer(asker: Asker, line: _Line, ready: selectors.BaseSelector) -> None:
    """Answer one question; a line that was closed is no longer listened to."""
    try:
        asked = msgspec.msgpack.decode(line.receive(), type=Asked)
    except EOFError:
        ready.unregister(line.hearing)
        return
    path = os.fsdecode(asked.path)
    if asked.request is not None:
        line.send(asker.write(path, asked.request))
    else:
        assert asked.question is not None
        line.send(asker.ask(path, asked.question))
