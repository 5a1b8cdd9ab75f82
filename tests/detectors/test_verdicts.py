"""State or a look-alike: origins of what is written, guards, removals and flags decide."""

import pytest

from statelint.app.pipeline import check_sources
from statelint.domain.words import Confidence
from tests.markers import assert_judged_as_marked

HEAD = "import flask, redis, requests, time, uuid\nfrom flask import request\napp = flask.Flask(__name__)\n"
KEPT = {
    "a value of the request under a constant key": """
last = {}  # expect: STL101
@app.post("/")
def put():
    last["x"] = request.data
    return str(last.get("x"))
""",
    "ids that were handled already": """
handled = set()  # expect: STL101
@app.post("/<event>")
def hook(event):
    if event in handled:
        return "again"
    handled.add(event)
    return "done"
""",
    "ids that were handled already, as keys": """
handled = {}  # expect: STL101
@app.post("/<event>")
def hook(event):
    if event in handled:
        return "again"
    handled[event] = True
    return "done"
""",
    "a flag that is set and taken back": """
paused = False  # expect: STL101
@app.post("/pause")
def pause():
    global paused
    paused = True
    return ""
@app.post("/resume")
def resume():
    global paused
    paused = False
    return ""
@app.get("/")
def index():
    return str(paused)
""",
    "a switch that only ever goes on": """
mode = "open"  # expect: STL101
@app.post("/close")
def close():
    global mode
    mode = "closed"
    return ""
@app.get("/")
def index():
    return mode
""",
    "a value behind a flag that is taken back": """
loaded = False  # expect: STL101
config = None  # expect: STL101
@app.post("/")
def index():
    global loaded, config
    if not loaded:
        config = request.data
        loaded = True
    return config
@app.post("/reload")
def again():
    global loaded
    loaded = False
    return ""
""",
    "an entry that another request removes": """
waiting = {}  # expect: STL101
@app.post("/<job>")
def begin(job):
    waiting[job] = request.data
    return ""
@app.delete("/<job>")
def end(job):
    waiting.pop(job, None)
    return ""
@app.get("/<job>")
def show(job):
    return str(job in waiting)
""",
    "an entry in flight that others see": """
running = {}  # expect: STL101
@app.post("/<job>")
def run(job):
    if job in running:
        return "busy", 409
    running[job] = request.data
    requests.post("http://worker")
    del running[job]
    return ""
@app.get("/jobs")
def jobs():
    return list(running)
""",
    "a counter that only goes up": """
served = 0  # expect: STL106
@app.get("/")
def index():
    global served
    served += 1
    return str(served)
""",
    "an object for each key that the program then changes": """
class Board:
    def __init__(self, name):
        self.name = name
        self.lines = []  # expect: STL103
boards = {}  # expect: STL101
def board(name):
    if name not in boards:
        boards[name] = Board(name)
    return boards[name]
@app.post("/<name>")
def say(name):
    board(name).lines.append(request.data)
    return str(board(name).lines)
""",
    "a copy of the database for each key": """
prices = {}  # expect: STL301
@app.get("/<name>")
def price(name):
    if name not in prices:
        prices[name] = redis.Redis().get(name)
    return prices[name]
""",
    "a moment for each key": """
seen = {}  # expect: STL101
@app.get("/<page>")
def show(page):
    before = seen.get(page)
    seen[page] = time.time()
    return str(before)
""",
    "a random value for each key": """
names = {}  # expect: STL101
@app.get("/<page>")
def show(page):
    if page not in names:
        names[page] = uuid.uuid4().hex
    return names[page]
""",
    "a file for each key": """
pages = {}  # expect: STL301
@app.get("/<page>")
def show(page):
    if page not in pages:
        pages[page] = open(page).read()
    return pages[page]
""",
    "the time of the last run": """
last = None  # expect: STL101
@app.get("/")
def index():
    global last
    before, last = last, time.time()
    return str(before)
""",
}
SILENT = {
    "a file that is read once": """
page = None  # cleared: LAZY_INITIALISATION
@app.get("/")
def index():
    global page
    if page is None:
        page = open("page.html").read()
    return page
""",
    "a value behind a flag that stays": """
loaded = False
config = None  # cleared: LAZY_INITIALISATION
@app.get("/")
def index():
    global loaded, config
    if not loaded:
        config = {"title": "x"}
        loaded = True
    return config
""",
    "a client for each key": """
clients = {}  # cleared: PURE_MEMO
def client(url):
    if url not in clients:
        clients[url] = redis.Redis.from_url(url)
    return clients[url]
@app.get("/<shard>")
def index(shard):
    return client(f"redis://{shard}").get("x")
""",
    "a client that is made anew": """
database = redis.Redis()  # cleared: CLIENT_POOL
@app.errorhandler(500)
def broken(error):
    global database
    database = redis.Redis()
    return "again"
@app.get("/")
def index():
    return database.get("x")
""",
    "an entry that the same request removes": """
import threading
current = {}  # cleared: IN_FLIGHT
@app.get("/<page>")
def show(page):
    me = threading.get_ident()
    current[me] = page
    try:
        return str(current[me])
    finally:
        del current[me]
""",
    "a counter that goes down again": """
active = 0  # cleared: IN_FLIGHT
@app.get("/")
def index():
    global active
    active += 1
    try:
        return "ok"
    finally:
        active -= 1
""",
    "an attribute that nobody reads": """
class Stats:
    def __init__(self):
        self.served = 0  # cleared: NEVER_READ
stats = Stats()
@app.get("/")
def index():
    stats.served += 1
    return "ok"
""",
    "a memo of the key": """
names = {}  # cleared: PURE_MEMO
@app.get("/<name>")
def index(name):
    if name not in names:
        names[name] = name.title()
    return names[name]
""",
}


@pytest.mark.parametrize("case", KEPT)
def test_state_is_found(case):
    assert_judged_as_marked({"app.py": HEAD + KEPT[case]})


@pytest.mark.parametrize("case", SILENT)
def test_look_alike_is_cleared_for_its_reason(case):
    assert_judged_as_marked({"app.py": HEAD + SILENT[case]})


@pytest.mark.parametrize(
    ("imports", "name", "confidence"),
    [
        ("from mystery import current", "current", Confidence.LIKELY),
        ("import mystery", "mystery", Confidence.SURE),
        ("import json", "json", Confidence.SURE),
    ],
)
def test_what_an_unknown_package_names_may_stand_for_the_request(imports, name, confidence):
    view = f"@app.post('/<x>')\ndef put(x):\n    {name}.last = x\n    return str({name}.last)\n"
    found = check_sources({"app.py": f"{HEAD}{imports}\n{view}"}).findings
    assert [(one.code, one.confidence) for one in found] == [("STL101", confidence)]
