"""Questions for a second process, which imports libcst while this one still links.

The process is a fork, so it has the sources already. Where there is no second processor, where a fork is not
safe, and whenever the other process fails, the questions are answered here.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, NoReturn, TypeVar

import msgspec

from statelint.syntax.batch import Asker, question_kinds
from statelint.syntax.edit import EditRequest, Written
from statelint.syntax.question import Answer, Question

Reply = TypeVar("Reply", Answer, Written)
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
    asker = _ForkedAsker(text_of)
    try:
        yield asker
    finally:
        asker.close()


def can_fork() -> bool:
    """Whether a second process is safe, and has a processor of its own."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


class _ForkedAsker(Asker):
    def __init__(self, text_of: Callable[[str], str]) -> None:
        super().__init__(text_of)
        self._process = 0
        self._has_answered = False
        with contextlib.suppress(OSError):  # no room for another process
            self._fork()

    def _fork(self) -> None:
        reading_here, writing_there = os.pipe()
        reading_there, writing_here = os.pipe()
        self._process = os.fork()
        if not self._process:
            _serve(Asker(self._text_of), reading_there, writing_there, (reading_here, writing_here))
        os.close(reading_there)
        os.close(writing_there)
        self._replies = os.fdopen(reading_here, "rb")
        self._requests = os.fdopen(writing_here, "wb")

    def find(self, path: str, question: Question) -> Answer:
        """The answer of the other process; this one answers what that one can't."""
        return self._reply(Asked(os.fsencode(path), question), Answer) or super().find(path, question)

    def write(self, path: str, request: EditRequest) -> Written:
        """The replacements that the other process finds."""
        return self._reply(Asked(os.fsencode(path), request=request), Written) or super().write(path, request)

    def _reply(self, asked: Asked, kind: type[Reply]) -> Reply | None:
        if not self._process:
            return None
        try:
            _send(self._requests, msgspec.msgpack.encode(asked))
            reply = msgspec.msgpack.decode(_receive(self._replies), type=kind)
        except (OSError, EOFError, UnicodeError, msgspec.MsgspecError):
            self.close()
            return None
        self._has_answered = True
        return reply

    def close(self) -> None:
        """The other process ends when nobody can ask it any more."""
        if not self._process:
            return
        for stream in (self._requests, self._replies):
            with contextlib.suppress(OSError):
                stream.close()
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            if not self._has_answered:  # it may be importing still
                os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        self._process = 0


def _serve(asker: Asker, requests: int, replies: int, others: tuple[int, ...]) -> NoReturn:
    """Answer until the pipe is closed; nothing of this process is left to the one that was forked."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for descriptor in others:
            os.close(descriptor)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):  # who waits for the end of our output does not wait for this process
            os.dup2(nowhere, descriptor)
        question_kinds()
        with os.fdopen(requests, "rb") as reading, os.fdopen(replies, "wb") as writing:
            while True:
                asked = msgspec.msgpack.decode(_receive(reading), type=Asked)
                _send(writing, msgspec.msgpack.encode(_replied(asker, asked)))
    finally:
        os._exit(0)


def _replied(asker: Asker, asked: Asked) -> Answer | Written:
    path = os.fsdecode(asked.path)
    if asked.request is not None:
        return asker.write(path, asked.request)
    assert asked.question is not None
    return asker.ask(path, asked.question)


def _send(stream: BinaryIO, data: bytes) -> None:
    stream.write(len(data).to_bytes(LENGTH, "big") + data)
    stream.flush()


def _receive(stream: BinaryIO) -> bytes:
    length = int.from_bytes(_exactly(stream, LENGTH), "big")
    return _exactly(stream, length)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
