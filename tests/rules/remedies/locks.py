"""What one replica holds, the other does not get."""

import time

import pytest

from tests.rules.remedies.proof import Proof
from tests.rules.remedies.replicas import RefusedError, Replica

HOLD = """
def hold(*arguments):
    import time

    store.rpush("inside", 1)
    end = time.monotonic() + 20
    while store.lpop("leave") is None and time.monotonic() < end:
        time.sleep(0.05)  # newer clients let no command wait for more than 5 s
"""
HOLD_AWAITED = """
async def hold():
    import asyncio
    import time

    await store.rpush("inside", 1)
    end = time.monotonic() + 20
    while await store.lpop("leave") is None and time.monotonic() < end:
        await asyncio.sleep(0.05)


async def nothing():
    pass


def rebuild_index(work):
    return exclusively("index", work)
"""
REPORTS = """
class Target:
    newest = 0

    def put_if_newer(self, name, payload, token):
        assert token > self.newest
        self.newest = token


target = Target()


def write(payload):
    write_report(target, payload)
    return target.newest
"""
FLASK = """
def rebuild_index(work):
    globals()["run_import"] = work
    return app.test_client().post("/import").status_code == 200
"""
IN_MEMORY = """
import os
import threading

import redis

store = redis.Redis.from_url(os.environ["REDIS_URL"])
guard = threading.Lock()


def rebuild_index(work):
    if not guard.acquire(blocking=False):
        return False
    try:
        work()
    finally:
        guard.release()
    return True
"""


def begin_and_wait(a: Replica, b: Replica) -> None:
    """Until `a` is inside, as `b` sees it."""
    a.begin("rebuild_index(hold)")
    end = time.monotonic() + 20
    while not b.ask("store.lpop('inside')"):
        assert time.monotonic() < end
        time.sleep(0.05)


def refuses(a: Replica, b: Replica, nothing: str = "print") -> None:
    begin_and_wait(a, b)
    assert b.ask(f"rebuild_index({nothing})") is False
    b.ask("store.rpush('leave', 1)")
    assert a.end() is True
    assert b.ask(f"rebuild_index({nothing})") is True


def refuses_awaited(a: Replica, b: Replica) -> None:
    refuses(a, b, "nothing")


def waits_and_gives_up(a: Replica, b: Replica) -> None:
    begin_and_wait(a, b)
    with pytest.raises(RefusedError, match="LockError"):
        b.ask("rebuild_index(print)")
    b.ask("store.rpush('leave', 1)")
    a.end()
    b.ask("rebuild_index(print)")


def numbers_grow(a: Replica, b: Replica) -> None:
    assert [one.ask("write(b'')") for one in (a, b, a)] == [1, 2, 3]


def only_one_wins(a: Replica, b: Replica) -> None:
    assert a.ask("bill('2026-01-01', print)") is True
    assert b.ask("bill('2026-01-01', print)") is False
    assert b.ask("bill('2026-01-02', print)") is True


def one_leads(a: Replica, b: Replica) -> None:
    assert [one.ask("is_leader()") for one in (a, b, a, b)] == [True, False, True, False]
    a.ask("store.delete('leader')")
    assert b.ask("is_leader()") is True
    assert a.ask("is_leader()") is False


PROOFS = [
    Proof("STL405", "a Redis lock with a lease", refuses, more=HOLD),
    Proof("STL405", "one import at a time, in all replicas together", refuses, more=HOLD + FLASK),
    Proof("STL405", "a Redis lock, awaited", refuses_awaited, more=HOLD_AWAITED),
    Proof("STL501", "the scheduler stays, one replica wins each turn", only_one_wins),
    Proof("STL501", "one leader, who has to renew its lease", one_leads),
    Proof("STL503", "a Redis lock with a lease", waits_and_gives_up, more=HOLD),
    Proof("STL503", "a fencing token, where the lease must not lie", numbers_grow, more=REPORTS),
]  # fmt: skip
WRONG = Proof("STL503", "a lock of the process", refuses, code=IN_MEMORY + HOLD)
PACKAGES = ("redis", "flask")
