"""Only what runs while serving counts, and the shortest way there is shown."""

import pytest

from statelint.app.pipeline import check_sources
from tests.markers import assert_judged_as_marked

HEAD = (
    "import flask\nfrom flask import request\napp = flask.Flask(__name__)\nhits = {}\ndef note(k):\n    hits[k] = k\n"
)
READER = "@app.get('/')\ndef show():\n    return str(hits)\n"
BRING_UP = (
    "import threading, time\ndef loop():\n    while True:\n        note(time.time())\n"
    "def bring_up(name):\n    {imports}\n    threading.Thread(target=loop, daemon=True).start()\n    {call}(name)\n"
)
KEPT = (
    "import asyncio, time\nclass Runner:\n    def __init__(self):\n        self.work = self.run()\n        {again}\n"
    "        asyncio.create_task(self.work)\n    async def run(self):\n        while True:\n            note(time.time())\n"
    "Runner()\n"
)
CALLERS = {
    "a view": (True, "@app.post('/<k>')\ndef put(k):\n    note(k)\n    return ''\n"),
    "a view of a class": (
        True,
        "from flask.views import MethodView\nclass Put(MethodView):\n    def post(self, k):\n        note(k)\n        return ''\n"
        "app.add_url_rule('/<k>', view_func=Put.as_view('put'))\n",
    ),
    "before each request": (True, "@app.before_request\ndef count():\n    note(request.path)\n"),
    "a function of a table": (
        True,
        "TABLE = {'note': note}\n@app.post('/<k>')\ndef put(k):\n    TABLE[k](k)\n    return ''\n",
    ),
    "a callback": (True, "def run(f, k):\n    return f(k)\n@app.post('/<k>')\ndef put(k):\n    run(note, k)\n    return ''\n"),
    "a thread of start-up code": (
        True,
        "import threading, time\ndef loop():\n    while True:\n        note(time.time())\nthreading.Thread(target=loop, daemon=True).start()\n",
    ),
    "a thread of what imports a server": (True, BRING_UP.format(imports="import waitress", call="waitress.serve")),
    "a thread of what takes it from there": (True, BRING_UP.format(imports="from waitress import serve", call="serve")),
    "a thread of what gives it a name": (True, BRING_UP.format(imports="import waitress as w", call="w.serve")),
    "a coroutine that an object keeps": (True, KEPT.format(again="self.work = self.work")),
    "a coroutine that an object keeps twice": (True, KEPT.format(again="self.other = self.work; self.work = self.other")),
    "a partial of itself that calls nobody knows what": (
        False,
        "import threading\nfrom functools import partial\nfrom elsewhere import work\ndef start(f):\n    f = partial(f, note)\n"
        "    threading.Thread(target=f).start()\nstart(work)\n",
    ),
    "nobody": (False, ""),
    "a thread of what nobody calls": (False, BRING_UP.format(imports="import waitress", call="waitress.profile")),
    "the module itself": (False, "note('x')\n"),
    "start-up code": (False, "def start():\n    note('x')\nstart()\n"),
    "the main block": (False, "if __name__ == '__main__':\n    note('x')\n    app.run()\n"),
    "a command": (False, "@app.cli.command()\ndef fill():\n    note('x')\n"),
    "a function that only dead code calls": (False, "def dead():\n    note('x')\ndef dead_too():\n    dead()\n"),
    "a decorator at import": (False, "def remember(f):\n    note(f.__name__)\n    return f\n@remember\ndef f():\n    pass\n"),
    "a class body": (False, "class C:\n    note('x')\n"),
    "a metaclass": (False, "class M(type):\n    def __new__(m, name, b, d):\n        note(name)\n        return super().__new__(m, name, b, d)\nclass C(metaclass=M):\n    pass\n"),
}  # fmt: skip


@pytest.mark.parametrize("caller", CALLERS)
def test_only_serving_code_counts(caller):
    counts, code = CALLERS[caller]
    marked = HEAD.replace("hits = {}\n", "hits = {}  # expect: STL101\n") if counts else HEAD
    assert_judged_as_marked({"app.py": marked + code + READER})


def witness(code):
    (finding,) = check_sources({"app.py": HEAD + code + READER}).findings
    return [step.note for step in finding.witness]


def test_shortest_way_is_shown():
    code = (
        "def deep(k):\n    deeper(k)\ndef deeper(k):\n    note(k)\n"
        "@app.post('/far/<k>')\ndef far(k):\n    deep(k)\n    return ''\n"
        "@app.post('/near/<k>')\ndef near(k):\n    note(k)\n    return ''\n"
    )
    assert witness(code) == ["POST /near/<k>", "calls note", "writes hits"]


def test_request_is_shown_before_background_work():
    code = (
        "import threading\ndef loop():\n    while True:\n        note('x')\nthreading.Thread(target=loop).start()\n"
        "@app.post('/<k>')\ndef put(k):\n    note(k)\n    return ''\n"
    )
    assert witness(code) == ["POST /<k>", "calls note", "writes hits"]


def test_function_that_calls_itself_is_shown_once():
    code = "def walk(k):\n    if k:\n        walk(k[1:])\n    note(k)\n@app.post('/<k>')\ndef put(k):\n    walk(k)\n    return ''\n"
    assert witness(code) == ["POST /<k>", "calls walk", "calls note", "writes hits"]


def test_what_a_constructor_writes_to_its_own_object_is_its_beginning():
    assert_judged_as_marked(
        {
            "app.py": "import flask\napp = flask.Flask(__name__)\nclass Visit:\n    def __init__(self, k):\n        self.reset(k)\n"
            "    def reset(self, k):\n        self.k = k\nvisits = []  # expect: STL101\n@app.post('/<k>')\ndef put(k):\n"
            "    visits.append(Visit(k))\n    return str([visit.k for visit in visits])\n"
        }
    )
