"""Work that two processes share, each taking what comes next.

The second process is a fork, so it knows all that this one knows, and only what it has found must be sent back. Where
there is no second processor, where a fork is not safe, and whenever the other process fails, the work is done here.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, NoReturn, TypeVar

Task = TypeVar("Task")
Found = TypeVar("Found")

TICKET = 4  # bytes that stand for a task, and for the length of what was found
MOST_TICKETS = 8_000  # that a pipe takes before anybody reads


def can_fork() -> bool:
    """Whether a second process is safe, and has a processor of its own."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


def shared(
    tasks: Sequence[Task],
    here: Callable[[Task], Found],
    there: Callable[[Task], bytes],
    unpack: Callable[[bytes], Found],
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Found]:
    """What each task gives, in order: `here` does it in this process, `there` in another, whose bytes are unpacked.
    Before this process takes a task it does what is only for itself, `meanwhile`, once."""
    found: dict[int, Found] = {}
    is_begun = False
    if can_fork() and 0 < len(tasks) <= MOST_TICKETS:
        with contextlib.suppress(OSError), _second(tasks, there) as (tickets, told):  # no room for another process
            meanwhile()
            is_begun = True
            found.update((number, here(tasks[number])) for number in _taken(tickets))
            found.update((number, unpack(data)) for number, data in _told(told))
    if not is_begun:
        meanwhile()
    return [found[number] if number in found else here(task) for number, task in enumerate(tasks)]


def leave_terminal() -> None:
    """For a process that was forked: the first one alone is interrupted and writes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # who waits for the end of our output does not wait for this process
        os.dup2(nowhere, descriptor)


@contextmanager
def _second(tasks: Sequence[Task], there: Callable[[Task], bytes]) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A process that takes tasks; the pipe from which it takes them, and the one on which it tells what it found."""
    tickets = _tickets(len(tasks))
    reading, writing = os.pipe()
    with tickets, os.fdopen(reading, "rb") as told:
        process = os.fork()
        if not process:
            told.close()
            _work(((number, there(tasks[number])) for number in _taken(tickets)), writing)
        os.close(writing)
        try:
            yield tickets, told
        finally:
            tickets.close()
            told.close()
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process, 0)


def _tickets(count: int) -> BinaryIO:
    """A pipe with a number for each task: who reads one does that task."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as stream:
        stream.writelines(number.to_bytes(TICKET, "big") for number in range(count))
    return os.fdopen(reading, "rb", buffering=0)


def _taken(tickets: BinaryIO) -> Iterator[int]:
    """Tasks for this process, as long as there are any."""
    while ticket := tickets.read(TICKET):
        yield int.from_bytes(ticket, "big")


def _work(found: Iterator[tuple[int, bytes]], writing: int) -> NoReturn:
    """Send what is found; nothing of this process is left to the one that was forked."""
    try:
        leave_terminal()
        done = [*found]
        with os.fdopen(writing, "wb") as stream:
            for number, data in done:
                stream.write(number.to_bytes(TICKET, "big") + len(data).to_bytes(TICKET, "big") + data)
    finally:
        os._exit(0)


def _told(told: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """What the other process has sent of what it has found."""
    while len(number := told.read(TICKET)) == TICKET:
        size = int.from_bytes(told.read(TICKET), "big")
        if len(data := told.read(size)) < size:
            return
        yield int.from_bytes(number, "big"), data
