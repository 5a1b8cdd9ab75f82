"""Two processes share tasks; each test has a process of its own, since a fork needs one without threads."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two processors"
)

SHARE = """
import os, time
from statelint.sources.beside import shared

FIRST = os.getpid()

def here(task):
    time.sleep(0.01)  # so that the other process comes to its turn
    return f"{task} here"

def there(task):
    assert os.getpid() != FIRST
    time.sleep(0.01)
    return b"%d" % task

def told(tasks, there=there, meanwhile=lambda: None):
    found = shared(tasks, here, there, lambda data: f"{data.decode()} there", meanwhile)
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return found
    raise AssertionError("a process is left")
"""


def run(code):
    """What the code prints."""
    done = subprocess.run([sys.executable, "-c", SHARE + code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_both_work_and_the_order_is_that_of_the_tasks():
    found = [line.split() for line in run("print(*told(range(100)), sep='\\n')")]
    assert [number for number, _ in found] == [str(number) for number in range(100)]
    assert {place for _, place in found} == {"here", "there"}


def test_tasks_of_a_process_that_fails_are_done_here():
    assert run("print(*told(range(9), lambda task: 1 / 0), sep='\\n')") == [f"{number} here" for number in range(9)]


def test_no_process_to_be_had():
    code = "def fork():\n    raise OSError\nos.fork = fork\nprint(*told([1, 2]), sep='\\n')"
    assert run(code) == ["1 here", "2 here"]


def test_more_tasks_than_a_pipe_takes():
    code = "here = str\nprint(len(shared(range(20_000), str, there, bytes.decode)))"
    assert run(code) == ["20000"]


def test_nothing_to_do():
    assert run("print(told([]))") == ["[]"]


def test_failure_here_is_told():
    code = (
        "def here(task):\n    raise ValueError(task)\ntry:\n    told([1] * 50)\nexcept ValueError:\n    print('told')"
    )
    assert run(code) == ["told"]


def test_what_is_for_this_process_is_done_before_it_takes_a_task():
    found = run("told(range(9), meanwhile=lambda: (time.sleep(0.3), print('done')))\nprint(*told(range(3)), sep='\\n')")
    assert found[0] == "done"
    assert run("print(*told(range(3), meanwhile=lambda: time.sleep(0.5)))") == ["0 there 1 there 2 there"]


@pytest.mark.parametrize(
    "code",
    [
        "def fork():\n    raise OSError\nos.fork = fork\ntold([1, 2], meanwhile=lambda: print('done'))",
        "told([], meanwhile=lambda: print('done'))",
        "told([1, 2, 3], lambda task: 1 / 0, lambda: print('done'))",
    ],
)
def test_it_is_done_once_whatever_becomes_of_the_other_process(code):
    assert run(code) == ["done"]
