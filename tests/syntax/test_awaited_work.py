"""Ways to wait for started work, and ways not to. The call in question starts at `<-`, which is cut out."""

from __future__ import annotations

import textwrap

import pytest

from statelint.syntax.batch import Answer, Question, Verdict, answers

WAITED = {
    "awaited at once": "await <-create_task(work())",
    "awaited later": "t = <-create_task(work())\nother()\nawait t",
    "gathered": "t = <-create_task(work())\nawait asyncio.gather(t, other())",
    "list, gathered": "ts = []\nfor i in x:\n    ts.append(<-create_task(work(i)))\nawait asyncio.gather(*ts)",
    "comprehension, gathered": "ts = [<-create_task(work(i)) for i in x]\nawait asyncio.gather(*ts)",
    "generator, gathered": "await asyncio.gather(*(<-create_task(work(i)) for i in x))",
    "extended": "ts = []\nts.extend([<-create_task(work())])\nawait asyncio.wait(ts)",
    "augmented": "ts = []\nts += [<-create_task(work())]\nawait asyncio.wait(ts)",
    "dict of futures": "fs = {<-pool.submit(work, i): i for i in x}\nfor f in as_completed(fs):\n    f.result()",
    "wait_for": "t = <-create_task(work())\nawait asyncio.wait_for(t, 3)",
    "for, await": "ts = [<-create_task(work())]\nfor t in ts:\n    await t",
    "result": "f = <-pool.submit(work)\nreturn f.result()",
    "result at once": "<-pool.submit(work).result()",
    "join": "t = <-Thread(target=work)\nt.start()\nt.join()",
    "join all": "ts = [<-Thread(target=work) for i in x]\nfor t in ts:\n    t.start()\nfor t in ts:\n    t.join()",
    "join in a comprehension": "ts = [<-Thread(target=work)]\n[t.join() for t in ts]",
    "asked about start": "t = Thread(target=work)\n<-t.start()\nt.join()",
    "task group": "async with asyncio.TaskGroup() as group:\n    <-group.create_task(work())",
    "nursery": "async with trio.open_nursery() as nursery:\n    <-nursery.start_soon(work)",
    "executor": "with ThreadPoolExecutor() as pool:\n    <-pool.submit(work)",
    "shutdown": "pool = ThreadPoolExecutor()\n<-pool.submit(work)\npool.shutdown()",
    "yielded": "yield <-pool.submit(work)",
    "yielded later": "f = <-pool.submit(work)\nyield f",
    "returned": "return <-create_task(work())",
    "returned in a list": "ts = [<-create_task(work())]\nreturn ts",
    "on self, awaited": "self.t = <-create_task(work())\nawait self.t",
    "run_until_complete": "t = <-loop.create_task(work())\nloop.run_until_complete(t)",
    "celery": "return <-task.delay(1).get()",
    "polled": "t = <-create_task(work())\nwhile not t.done():\n    await sleep(1)",
    "one of two names": "a, b = <-create_task(work()), 2\nawait a",
    "process": "p = await <-create_subprocess_exec('ls')\nawait p.wait()",
    "by a generator that the answer takes from": (
        "p = <-Popen(['ls'])\ndef lines():\n    try:\n        yield from other()\n    finally:\n        p.wait()\nreturn Response(lines())"
    ),
    "read by a generator": "p = <-Popen(['ls'])\ndef lines():\n    while True:\n        yield p.stdout.read(8)\nreturn lines()",
    "last turn of a loop": "t = None\nwhile True:\n    if t:\n        await t\n    t = <-create_task(work())",
}

NOT_WAITED = {
    "dropped": ("<-create_task(work())", "nothing waits for it"),
    "local": ("t = <-create_task(work())\nreturn 1", "nothing waits for it"),
    "callback": ("t = <-create_task(work())\nt.add_done_callback(done)", "nothing waits for it"),
    "on self": ("self.t = <-create_task(work())", "kept on `self.t`"),
    "global": ("global T\nT = <-create_task(work())", "kept on `T`"),
    "in a set of the module": ("TASKS.add(<-create_task(work()))", "kept on `TASKS`"),
    "in a set of the module, later": ("t = <-create_task(work())\nTASKS.add(t)", "kept on `TASKS`"),
    "old one awaited": ("await self.t\nself.t = <-create_task(work())", "kept on `self.t`"),
    "started": ("<-Thread(target=work).start()", "nothing waits for it"),
    "gather is not awaited": ("<-asyncio.gather(a(), b())", "nothing waits for it"),
    "other group": ("async with session() as s:\n    <-s.create_task(work())", "nothing waits for it"),
    "shutdown without waiting": (
        "<-self.pool.submit(work)\nself.pool.shutdown(wait=False)",
        "nothing waits for it",
    ),
    "awaited by an inner function": (
        "t = <-create_task(work())\nasync def g():\n    await t",
        "nothing waits for it",
    ),
    "killed by a generator": (
        "p = <-Popen(['ls'])\ndef lines():\n    yield 1\n    p.kill()\nreturn lines()",
        "nothing waits for it",
    ),
    "logged": ("t = <-create_task(work())\nlogger.info('%s', t)", "nothing waits for it"),
}

OPEN = {
    "handed over": ("t = <-create_task(work())\nawait finish(t)", "handed to `finish`"),
    "cancelled": (
        "t = <-create_task(work())\ntry:\n    await other()\nfinally:\n    t.cancel()",
        "cancelled in the same function, not waited for",
    ),
}


def ask(body: str, subject: str = "") -> Answer:
    lines = f"async def f(self):\n{textwrap.indent(body, '    ')}\n".split("\n")
    line, text = next((number, text) for number, text in enumerate(lines, 1) if "<-" in text)
    question = Question("awaited_work", line, text.index("<-") + 1, subject)
    return answers("\n".join(lines).replace("<-", ""), [question])[question]


@pytest.mark.parametrize("body", WAITED.values(), ids=WAITED)
def test_waited_for(body):
    assert ask(body).verdict is Verdict.CONFIRMED


@pytest.mark.parametrize(("body", "note"), NOT_WAITED.values(), ids=NOT_WAITED)
def test_not_waited_for(body, note):
    assert ask(body) == Answer(Verdict.REFUTED, note)


@pytest.mark.parametrize(("body", "note"), OPEN.values(), ids=OPEN)
def test_left_open(body, note):
    assert ask(body) == Answer(Verdict.UNKNOWN, note)


def test_subject_names_the_call_where_two_start_at_one_place():
    assert ask("<-Thread(target=work).start()", "start").verdict is Verdict.REFUTED


def test_no_call_there():
    question = Question("awaited_work", 1, 1)
    assert answers("x = 1\n", [question])[question] == Answer(Verdict.UNKNOWN, "no call stands here")
