"""Work that one replica accepts is done elsewhere, and any replica knows how it went."""

from tests.rules.remedies.proof import Proof
from tests.rules.remedies.replicas import Replica, until

CELERY = """
import threading


def work(celery=None):
    from celery.contrib.testing.worker import start_worker

    def run():
        with start_worker(celery, perform_ping_check=False, pool="solo"):
            threading.Event().wait(30)

    threading.Thread(target=run, daemon=True).start()
"""
CELERY_APP = CELERY + "\n\nstart = lambda: work(app)\nresult_of = lambda job: app.AsyncResult(job).result\n"
CELERY_SEND = (
    CELERY
    + "\n\nstart = lambda: work(celery)\naccept = lambda: send.delay('ann').id\nresult_of = lambda job: celery.AsyncResult(job).result\n"
)
CELERY_FLASK = (
    CELERY
    + """

start = lambda: work(celery)


def accept():
    return app.test_client().post("/export").json["id"]


def state_of(job):
    return app.test_client().get(f"/export/{job}").json["state"]
"""
)
DJANGO_TASK = """
from django.conf import settings

settings.configure(CELERY_BROKER_URL=os.environ["BROKER_URL"], CELERY_RESULT_BACKEND=os.environ["REDIS_URL"])


@app.task(name="shop.add")
def add(x, y):
    return x + y
"""
RQ = """
import rq


def start():
    return None


def done():
    rq.SimpleWorker([queue], connection=queue.connection).work(burst=True)
"""
RQ_FLASK = (
    RQ
    + """

def accept():
    queue.enqueue("operator.add", 2, 3)
    return app.test_client().post("/export").json["id"]


def state_of(job):
    return app.test_client().get(f"/export/{job}").json["state"]
"""
)
HUEY = """
accepted = []


def accept():
    accepted.append(add(2, 3))


def work():
    return huey.execute(huey.dequeue())


def result():
    return accepted[0].get(blocking=True, timeout=10)
"""
DRAMATIQ = """
accepted = []


def accept():
    accepted.append(add.send(2, 3))


def work():
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=100)
    worker.start()
    broker.join("default", timeout=10_000)
    worker.stop()


def result():
    return accepted[0].get_result(block=True, timeout=10_000)
"""
TASKIQ = """
import asyncio

accepted = []


async def accept():
    await broker.startup()
    accepted.append(await add.kiq(2, 3))


async def work():
    from taskiq.api import run_receiver_task

    task = asyncio.ensure_future(run_receiver_task(broker, run_startup=True))
    await asyncio.wait([task], timeout=5)
    task.cancel()


async def result():
    return (await accepted[0].wait_result(timeout=10)).return_value
"""
IN_MEMORY = """
queue = []


def accept():
    queue.append(5)


def work():
    return queue and queue.pop()


def result():
    assert not queue
    return 5
"""


def celery_adds(a: Replica, b: Replica) -> None:
    b.ask("start()")
    job = a.ask("add.delay(2, 3).id")
    assert until(lambda: a.ask(f"result_of({job!r})") == 5)


def celery_sends(a: Replica, b: Replica) -> None:
    b.ask("start()")
    job = a.ask("accept()")
    assert until(lambda: a.ask(f"result_of({job!r})") == "sent to ann")


def celery_exports(a: Replica, b: Replica) -> None:
    job = a.ask("accept()")
    assert b.ask(f"state_of({job!r})") == "PENDING"
    b.ask("start()")
    assert until(lambda: a.ask(f"state_of({job!r})") == "SUCCESS")


def rq_adds(a: Replica, b: Replica) -> None:
    job = a.ask("accept(2, 3)")
    assert b.ask(f"state_of({job!r})") == "queued"
    b.ask("done()")
    assert a.ask(f"state_of({job!r})") == "finished"


def rq_knows_the_job(a: Replica, b: Replica) -> None:
    job = a.ask("accept()")
    assert b.ask(f"state_of({job!r})") == "queued"


def result_comes_back(a: Replica, b: Replica) -> None:
    a.ask("accept()")
    b.ask("work()")
    assert a.ask("result()") == 5


PROOFS = [
    Proof("STL502", "Celery, with the state of the job in its result back end", celery_exports, more=CELERY_FLASK),
    Proof("STL502", "RQ, smaller", rq_knows_the_job, more=RQ_FLASK),
    Proof("STL504", "Celery on a broker from the environment", celery_adds, more=CELERY_APP),
    Proof("STL504", "Celery configured by Django's settings", celery_adds, more=DJANGO_TASK + CELERY_APP),
    Proof("STL504", "a queue with workers", celery_sends, more=CELERY_SEND),
    Proof("STL504", "RQ over Redis, with workers", rq_adds, more=RQ),
    Proof("STL504", "Huey over Redis", result_comes_back, more=HUEY),
    Proof("STL504", "Dramatiq over Redis", result_comes_back, more=DRAMATIQ),
    Proof("STL504", "taskiq on a Redis stream", result_comes_back, more=TASKIQ),
]
WRONG = Proof("STL504", "a queue in process memory", result_comes_back, code=IN_MEMORY)
PACKAGES = ("flask", "celery[redis]", "redis")
