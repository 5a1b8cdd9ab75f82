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

def told(tasks, there=there, own=0):
    found = shared(tasks, here, there, lambda data: f"{data.decode()} there", own)
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


@pytest.mark.parametrize("own", [1, 3, 9])
def test_first_tasks_are_for_this_process(own):
    found = run(f"print(*told(range(9), own={own}), sep='\\n')")
    assert found[:own] == [f"{number} here" for number in range(own)]
    assert len(found) == 9


def test_tasks_of_this_process_are_done_once_where_no_other_is_to_be_had():
    code = "def fork():\n    raise OSError\nos.fork = fork\nprint(*told([1, 2], own=1), sep='\\n')"
    assert run(code) == ["1 here", "2 here"]
