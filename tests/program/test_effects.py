"""Every way to change what is shared, and what counts as reading it."""

import pytest

from statelint.app.pipeline import check_sources
from tests.markers import assert_judged_as_marked

HEAD = "import flask, collections\nfrom flask import request\napp = flask.Flask(__name__)\n"
CHANGES = {
    "item": "hits['x'] = request.data",
    "item of an item": "hits.setdefault('x', {})['y'] = request.data",
    "deleted item": "del hits[request.data]",
    "slice": "hits[1:2] = request.data",
    "in place": "hits |= {request.data: 1}",
    "step of an item": "hits[request.data] += 1",
    "setdefault": "hits.setdefault(request.data, 1)",
    "setdefault and append": "hits.setdefault('x', []).append(request.data)",
    "update": "hits.update(x=request.data)",
    "alias": "h = hits\n    h['x'] = request.data",
    "alias of two": "h = hits if request.data else {}\n    h['x'] = request.data",
    "alias in a loop": "for h in [hits]:\n        h['x'] = request.data",
    "walrus": "(h := hits)['x'] = request.data",
    "unpacked": "a, h = 1, hits\n    h['x'] = request.data",
    "tuple target": "hits['x'], b = request.data, 1",
    "target of for": "for hits['x'] in request.data:\n        pass",
    "target of with": "import contextlib\n    with contextlib.nullcontext(request.data) as hits['x']:\n        pass",
    "get or create": "entry = hits.get('x') or []\n    hits['x'] = entry\n    entry.append(request.data)",
    "unbound method": "dict.update(hits, x=request.data)",
    "bound method kept": "put = hits.update\n    put(x=request.data)",
    "operator": "import operator\n    operator.setitem(hits, 'x', request.data)",
    "globals": "globals()['hits']['x'] = request.data",
    "lambda": "(lambda h: h.update(x=request.data))(hits)",
    "comprehension": "[hits.update(x=item) for item in request.data]",
    "match": "match hits:\n        case h:\n            h['x'] = request.data",
}
CASES = {
    "a name bound again": """
last = None  # expect: STL101
@app.post("/")
def put():
    global last
    last = request.data
    return ""
@app.get("/")
def get():
    return str(last)
""",
    "a name bound again in a walrus": """
last = None  # expect: STL101
@app.post("/")
def put():
    global last
    if (last := request.data):
        return ""
    return "none"
@app.get("/")
def get():
    return str(last)
""",
    "a name bound again by for and with": """
first = None  # expect: STL101
second = None  # expect: STL101
@app.post("/")
def put():
    global first, second
    for first in request.data:
        pass
    with open("x") as second:
        pass
    return ""
@app.get("/")
def get():
    return f"{first}{second}"
""",
    "an attribute by setattr": """
class Settings:
    title = "x"  # expect: STL102
@app.post("/")
def put():
    setattr(Settings, "title", request.data)
    return ""
@app.get("/")
def get():
    return Settings.title
""",
    "a name of the module by globals()": """
title = "x"  # expect: STL101
@app.post("/")
def put():
    globals()["title"] = request.data
    return ""
@app.get("/")
def get():
    return title
""",
    "attributes by vars() and __dict__": """
class Settings:
    def __init__(self):
        self.title = "x"  # expect: STL103
        self.colour = "red"  # expect: STL103
settings = Settings()
@app.post("/")
def put():
    vars(settings)["title"] = request.data
    settings.__dict__.update(colour=request.data)
    return ""
@app.get("/")
def get():
    return settings.title + settings.colour
""",
    "a subclass of a library container": """
class Recent(collections.OrderedDict):
    pass
class Names(collections.UserList):
    pass
recent = Recent()  # expect: STL101
names = Names()  # expect: STL101
@app.post("/")
def put():
    recent.move_to_end(request.data)
    names.append(request.data)
    return str((recent, names))
""",
    "a subclass that overrides its mutator": """
class Log(list):
    def append(self, item):
        print(item)
log = Log()
@app.post("/")
def put():
    log.append(request.data)
    return str(log)
""",
    "a subclass that goes on to its base": """
class Log(list):
    def append(self, item):
        super().append(item)
log = Log()  # expect: STL101
@app.post("/")
def put():
    log.append(request.data)
    return str(log)
""",
    "a container made by the request": """
limits = {"a": 1}
@app.post("/")
def put():
    mine = dict(limits)
    mine["x"] = request.data
    other = {**limits}
    other["x"] = request.data
    third = limits.copy()
    third["x"] = request.data
    fourth = limits | {"x": 1}
    fourth["x"] = request.data
    return str((mine, other, third, fourth))
""",
    "immutable things": """
names = ("a", "b")
text = "x"
@app.post("/")
def put():
    mine = names
    mine += (request.data,)
    other = text
    other += str(request.data)
    return str((mine, other, names, text))
""",
    "a name that the function has for itself": """
last = None
@app.post("/")
def put():
    last = request.data
    return str(last)
@app.get("/")
def get():
    return str(last)
""",
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_is_found_at_its_line(change):
    body = CHANGES[change]
    scope = "    global hits\n" if change == "in place" else ""
    code = f"{HEAD}hits = {{}}\n@app.post('/')\ndef put():\n{scope}    {body}\n    return str(hits)\n"
    (finding,) = check_sources({"app.py": code}).findings
    assert (finding.symbol, finding.place.line) == ("app.hits", 4)
    assert {write.place.line for write in finding.writes} & {
        number for number, line in enumerate(code.splitlines(), 1) if number > 5 and "return" not in line
    }


@pytest.mark.parametrize("case", CASES)
def test_program_is_judged_as_marked(case):
    assert_judged_as_marked({"app.py": HEAD + CASES[case]})


def reads(code):
    (finding,) = check_sources({"app.py": HEAD + code}).findings
    return {read.place.line - HEAD.count("\n") for read in finding.reads}


@pytest.mark.parametrize(
    "reader",
    [
        "return str(hits['x'])",
        "return str(hits.get('x'))",
        "return str('x' in hits)",
        "return str([hit for hit in hits])",
        "return str({**hits})",
        "return dict(**hits)",
        "return str([*hits])",
        "return str(sorted(hits))",
        "return flask.jsonify(hits)",
        "return hits",
        "return str(len(hits))",
        "return f'{hits}'",
    ],
)
def test_reader_is_told(reader):
    code = f"hits = {{}}\n@app.post('/')\ndef put():\n    hits['x'] = request.data\n    return ''\n@app.get('/')\ndef get():\n    {reader}\n"
    assert reads(code) == {8}
